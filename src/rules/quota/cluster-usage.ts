import { isClusterInstanceType } from '../../catalog/instance-types.ts'
import { clusterUsageQuota, spotUsageQuota } from '../../catalog/quotas.ts'
import type { Fact } from '../../model/fact.ts'
import type { HyperPodUsage, Quota, QuotaRequest } from '../../model/facts/capacity.ts'
import type { Outcome, Severity } from '../../model/finding.ts'
import type { InstanceGroup, Plan } from '../../model/plan.ts'
import { usageBeside } from '../../semantics/capacity/additions.ts'
import { stuckGroups, type TypeDemand, typeDemands, usageOf } from '../../semantics/capacity/cluster-usage.ts'
import { entry } from '../../semantics/fact.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, given, pass, skip, unknown } from '../engine/outcome.ts'
import { requiresGroups } from '../shared/requires-groups.ts'
import { quotaIncrease } from './room/quota-increase.ts'

export const clusterUsage = defineRule({
  id: 'quota/cluster-usage',
  title: 'The quota of every instance type holds the nodes in use and those of the plan',
  why: 'Service Quotas has one quota for each instance type, `<type> for cluster usage`, and its value for accelerated types is often 0. It is shared by all HyperPod clusters of the account in the Region. CreateCluster is refused with ResourceLimitExceeded where it is too small, and an increase is approved by people: it can take days.',
  severity: 'error',
  otherSeverities: ['warning'],
  checklist: '1',
  checklistDiffers:
    "The checklist lists five types and compares their quotas with the number of nodes needed. Every type has its own quota, those of controller and login groups too, and what other HyperPod clusters use counts: this rule judges each type of the plan, and compares the quota with nodes in use plus nodes planned. It also finds quotas by their exact names; the filter `contains(QuotaName, 'cluster')` matches many others.",
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeCluster.html',
    'https://github.com/gruntwork-io/terraform-aws-utilities',
  ],
  needs: ['quotas'],
  uses: ['hyperPodUsage', 'quotaRequests'],
  applies: requiresGroups,
  evaluate: ({ quotas, hyperPodUsage, quotaRequests }, plan) => {
    const demands = typeDemands(plan)
    const usage = usageBeside(hyperPodUsage, plan)
    const stuck = stuckGroups(demands, quotas, usage)
    const account = { usage, requests: quotaRequests }
    const judged = demands.flatMap((demand) =>
      given(
        entry(quotas, clusterUsageQuota(demand.instanceType)),
        demand.instanceType,
        (quota) => (quota === null ? withoutQuota(demand, plan) : judge(demand, quota, account, stuck, plan.region)),
        { location: locationOf(demand), severity: severityOf(demand) },
      ),
    )
    return [...judged, ...notDrawing(plan, demands)]
  },
})

const locationOf = ({ groups }: TypeDemand) => groups[0]?.location ?? null

/** Only nodes that the quota certainly counts can block; a group of several types may still find its nodes elsewhere. */
const severityOf = ({ certain, flexible }: TypeDemand): Severity | undefined =>
  certain > 0 || flexible.some((group) => group.trainingPlanArn === null) ? undefined : 'warning'

interface Account {
  readonly usage: Fact<HyperPodUsage>
  readonly requests: Fact<readonly QuotaRequest[]>
}

const judge = (
  demand: TypeDemand,
  quota: Quota,
  { usage, requests }: Account,
  stuck: ReadonlySet<InstanceGroup>,
  region: string,
): Outcome => {
  const inUse = usage.ok ? usageOf(usage.value, demand.instanceType) : null
  const blocks = demand.certain + (inUse?.certain ?? 0) > quota.value || demand.flexible.some((group) => stuck.has(group))
  const severity = blocks ? undefined : 'warning'
  const { instanceType, nodes: need } = demand
  const location = locationOf(demand)
  const shortfall = need + (inUse?.all ?? 0) - quota.value
  const evidence = { quota: quota.value, need, quotaCode: quota.quotaCode, ...(inUse !== null && { inUse: inUse.all }) }

  if (!usage.ok && !blocks && (shortfall <= 0 || severityOf(demand) !== 'warning')) {
    return unknown(instanceType, usage.gap, { location, evidence, severity: severityOf(demand) })
  }
  const measured = `"${quota.name}" is ${quota.value}, ${inUse === null ? `this plan alone needs ${need}` : `${inUse.all} in use, this plan needs ${need}`}`
  if (shortfall <= 0) return pass(instanceType, `${measured}: ${-shortfall} left`, { location, evidence })
  return fail(
    instanceType,
    `${measured}: ${shortfall} short${blocks ? '' : doubt(demand, inUse !== null && inUse.certain < inUse.all)}`,
    quotaIncrease({
      quota,
      desired: need + (inUse?.all ?? 0),
      region,
      requests,
      ...(inUse === null && { advice: 'What other clusters use could not be read and comes on top.' }),
    }),
    { location, severity, evidence: { ...evidence, shortfall } },
  )
}

/** Why a shortfall does not block. */
const doubt = ({ instanceType, flexible, underTrainingPlan }: TypeDemand, planInUse: boolean): string => {
  const others = [...new Set(flexible.flatMap((group) => group.instanceTypes))].filter((type) => type !== instanceType)
  return [
    ...(underTrainingPlan > 0 || planInUse ? ['; whether the quota counts nodes under a training plan, AWS does not say'] : []),
    ...(others.length > 0 ? [`; ${flexible.map(({ name }) => name).join(', ')} can also take ${others.join(', ')}`] : []),
  ].join('')
}

/**
 * A quota of this name is the best sign that HyperPod offers a type, and its absence is none that it does not: AWS names quotas anew, and
 * lists those of new types late.
 */
const withoutQuota = (demand: TypeDemand, plan: Plan): Outcome => {
  const { instanceType, nodes: need } = demand
  const known = isClusterInstanceType(instanceType)
    ? 'the API model lists the type, so it may be offered in other Regions only'
    : 'the API model does not list it either'
  const message = `Service Quotas has no "${clusterUsageQuota(instanceType)}" in ${plan.region}: whether HyperPod offers the type there is not known (${known})`
  const gap = { reason: 'unsupported' as const, action: 'servicequotas:ListServiceQuotas', message }
  const fix = {
    text: 'Correct the instance type or the Region, or see whether the quota has another name: the command lists the types that have one there, with its value.',
    commands: [
      command(
        ...['aws', 'service-quotas', 'list-service-quotas', '--region', plan.region, '--service-code', 'sagemaker', '--output', 'table'],
        ...['--query', "sort_by(Quotas[?ends_with(QuotaName, ' for cluster usage')], &QuotaName)[].[QuotaName,Value,QuotaCode]"],
      ),
    ],
  }
  return unknown(instanceType, gap, { location: locationOf(demand), severity: severityOf(demand) ?? 'error', evidence: { need }, fix })
}

const notDrawing = (plan: Plan, demands: readonly TypeDemand[]): readonly Outcome[] => {
  const judged = new Set(demands.map(({ instanceType }) => instanceType))
  const left = [...new Set(plan.instanceGroups.flatMap((group) => group.instanceTypes))].filter((type) => !judged.has(type))
  return left.map((type) =>
    plan.instanceGroups.some((group) => group.capacity === 'spot' && group.instanceTypes.includes(type))
      ? skip(type, `the plan takes ${type} as Spot only, which counts against "${spotUsageQuota(type)}"`)
      : skip(type, `no group of ${type} asks for a node`),
  )
}
