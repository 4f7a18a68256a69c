import { quotaNames } from '../../catalog/quotas.ts'
import type { Fact } from '../../model/fact.ts'
import type { Quota, QuotaRequest } from '../../model/facts/capacity.ts'
import type { Outcome } from '../../model/finding.ts'
import type { Plan } from '../../model/plan.ts'
import { plannedNodes } from '../../semantics/capacity/node-counts.ts'
import { entry } from '../../semantics/fact.ts'
import { defineRule } from '../engine/define.ts'
import { fail, given, pass } from '../engine/outcome.ts'
import { requiresGroups } from '../shared/requires-groups.ts'
import { noQuota } from './room/no-quota.ts'
import { quotaIncrease } from './room/quota-increase.ts'

const name = quotaNames.instancesPerCluster

export const instancesPerCluster = defineRule({
  id: 'quota/instances-per-cluster',
  title: 'The nodes of all groups together are within the quota of one cluster',
  why: 'AWS limits the instances of one HyperPod cluster, whatever their types. CreateCluster is refused with ResourceLimitExceeded above it, however large the quotas of the instance types are.',
  severity: 'error',
  otherSeverities: ['warning'],
  checklist: '1',
  checklistDiffers: 'The checklist does not list this quota. AWS names it among those to look at before creating a cluster.',
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites.html',
    'https://github.com/gruntwork-io/terraform-aws-utilities',
  ],
  needs: ['quotas'],
  uses: ['quotaRequests'],
  applies: requiresGroups,
  evaluate: ({ quotas, quotaRequests }, plan) => given(entry(quotas, name), name, (quota) => judge(quota, quotaRequests, plan)),
})

const judge = (quota: Quota | null, requests: Fact<readonly QuotaRequest[]>, plan: Plan): Outcome => {
  if (quota === null) return noQuota(name, plan.region)
  const { onDemand, spot, all: need } = plannedNodes(plan)
  const shortfall = need - quota.value
  const evidence = { quota: quota.value, need, quotaCode: quota.quotaCode }
  const groups = plan.instanceGroups.length
  const measured = `"${name}" is ${quota.value}, the ${groups === 1 ? 'group asks' : `${groups} groups ask`} for ${need}`
  if (shortfall <= 0) return pass(name, measured, { evidence })
  const onlySpot = onDemand <= quota.value
  return fail(
    name,
    `${measured}: ${shortfall} short${onlySpot ? `; ${spot} of them are Spot nodes, and AWS does not say whether this quota counts them` : ''}`,
    quotaIncrease({ quota, desired: need, region: plan.region, requests }),
    { severity: onlySpot ? 'warning' : undefined, evidence: { ...evidence, shortfall } },
  )
}
