import { quotaReference } from '../../catalog/quotas.ts'
import type { Quota, QuotaRequest } from '../../model/facts/capacity.ts'
import type { Facts } from '../../model/facts.ts'
import type { Fix, Outcome } from '../../model/finding.ts'
import type { Plan } from '../../model/plan.ts'
import { type QuotaNeed, quotaNeeds } from '../../semantics/capacity/quota-needs.ts'
import { entry } from '../../semantics/fact.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, given, pass, unknown } from '../engine/outcome.ts'
import { requiresGroups } from '../shared/requires-groups.ts'
import { requestOf } from './room/quota-increase.ts'

export const pendingRequest = defineRule({
  id: 'quota/pending-request',
  title: 'No quota that falls short waits for an increase, or was denied one',
  why: 'A large increase is decided by people, and can take days. While a request is pending the cluster cannot come up yet, and AWS refuses a second request for the same quota; one that was denied has to be talked over with AWS Support before it is made again. The rule tells how the requests for HyperPod quotas that fall short stand, and whether what they ask for is enough.',
  severity: 'notice',
  checklist: '1',
  checklistDiffers: 'The checklist compares values only. A request that is pending or was denied says what the next step is.',
  sources: [
    'https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListRequestedServiceQuotaChangeHistory.html',
    'https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_RequestedServiceQuotaChange.html',
    'https://github.com/hashicorp/terraform-provider-aws/issues/19657',
  ],
  needs: ['quotas', 'quotaRequests'],
  uses: ['hyperPodUsage', 'networkInterfaceCount', 'instanceTypes'],
  applies: requiresGroups,
  evaluate: (facts, plan) => {
    const account = { usage: facts.hyperPodUsage, interfaces: facts.networkInterfaceCount, types: facts.instanceTypes }
    const needs = largest(quotaNeeds(plan, account)).filter((need) => mayBeAsked(need, facts))
    const judged = needs.flatMap((need) =>
      given(entry(facts.quotas, need.quotaName), need.quotaName, (quota) => judge(need, quota, facts.quotaRequests, plan), {
        location: need.location,
      }),
    )
    return judged.length > 0 ? judged : [pass('quotas', 'no increase of a quota of this plan is pending or was denied')]
  },
})

/** One need a quota: volumes of several groups are held to the same quota, each by itself. */
const largest = (needs: readonly QuotaNeed[]): readonly QuotaNeed[] => {
  const byName = new Map<string, QuotaNeed>()
  for (const need of needs) if (need.planned > (byName.get(need.quotaName)?.planned ?? -1)) byName.set(need.quotaName, need)
  return [...byName.values()]
}

/** A quota that could not be read is of interest only where a request may be for it. */
const mayBeAsked = ({ quotaName }: QuotaNeed, { quotas, quotaRequests }: Pick<Facts, 'quotas' | 'quotaRequests'>): boolean => {
  const { quotaCode } = quotaReference(quotaName)
  return entry(quotas, quotaName).ok || quotaRequests.some((request) => quotaCode === null || request.quotaCode === quotaCode)
}

/** Nothing is said of a quota that nobody asked to be raised. */
const judge = (need: QuotaNeed, quota: Quota | null, requests: readonly QuotaRequest[], plan: Plan): readonly Outcome[] => {
  const request = quota === null ? null : requestOf(quota, requests)
  if (quota === null || request === null) return []
  const { quotaName: subject, planned, inUse, location } = need
  const desired = planned + (inUse.ok ? inUse.value : 0)
  const evidence = {
    ...{ quota: quota.value, need: planned, quotaCode: quota.quotaCode, ...(inUse.ok && { inUse: inUse.value }) },
    ...{ requested: request.desiredValue, requestStatus: request.status, requestId: request.id },
  }
  const details = { location, evidence }
  if (!inUse.ok && desired <= quota.value) return [unknown(subject, inUse.gap, details)]
  const asked = `an increase of "${quota.name}" from ${quota.value} to ${request.desiredValue}`
  const stands = request.outcome === 'pending' ? 'is pending' : 'was denied'
  const since = `(${request.status}, requested on ${request.created.slice(0, 10)})`
  if (desired <= quota.value) return [pass(subject, `${asked} ${stands} ${since}, and ${quota.value} is enough for this plan`, details)]
  const least = inUse.ok ? '' : 'at least '
  const enough = request.desiredValue >= desired ? 'would be enough' : 'would not be enough'
  return [
    fail(
      subject,
      `${asked} ${stands} ${since}; this plan needs ${least}${desired}${inUse.ok && inUse.value > 0 ? ` with ${inUse.value} in use` : ''}, so it ${enough}`,
      nextStep(request, desired, plan.region),
      details,
    ),
  ]
}

const nextStep = ({ outcome, desiredValue, id }: QuotaRequest, desired: number, region: string): Fix => ({
  text: textOf(outcome, desiredValue >= desired, desired),
  commands: [command('aws', 'service-quotas', 'get-requested-service-quota-change', '--region', region, '--request-id', id)],
})

const textOf = (outcome: QuotaRequest['outcome'], enough: boolean, desired: number): string => {
  if (outcome === 'denied') {
    return `Ask AWS Support why the request was denied before requesting ${desired}: the command shows the request, with its support case where it has one.`
  }
  return enough
    ? 'Wait until the request is approved: the command shows how it stands, with its support case where it has one.'
    : `Ask for ${desired} in the support case of the request, which the command shows: AWS refuses a second request for a quota while one is open.`
}
