import { quotaNames } from '../../catalog/quotas.ts'
import type { Fact } from '../../model/fact.ts'
import type { HyperPodUsage, Quota, QuotaRequest } from '../../model/facts/capacity.ts'
import type { Outcome } from '../../model/finding.ts'
import type { Plan } from '../../model/plan.ts'
import { additions, usageBeside } from '../../semantics/capacity/additions.ts'
import { nodesInUse, plannedNodes } from '../../semantics/capacity/node-counts.ts'
import { entry } from '../../semantics/fact.ts'
import { defineRule } from '../engine/define.ts'
import { given } from '../engine/outcome.ts'
import { requiresGroups } from '../shared/requires-groups.ts'
import { noQuota } from './room/no-quota.ts'
import { judgeRoom } from './room/quota-room.ts'

const name = quotaNames.totalInstances

export const totalInstances = defineRule({
  id: 'quota/total-instances',
  title: 'The nodes of all HyperPod clusters and of the plan are within the quota of the account',
  why: 'AWS limits the instances of all HyperPod clusters of an account in a Region together. Clusters that exist already, also those being deleted, leave less of it for the plan, and CreateCluster is refused with ResourceLimitExceeded when it does not do.',
  severity: 'error',
  otherSeverities: ['warning'],
  checklist: '1',
  checklistDiffers: 'The checklist does not list this quota. AWS names it among those to look at before creating a cluster.',
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeCluster.html',
    'https://github.com/gruntwork-io/terraform-aws-utilities',
  ],
  needs: ['quotas'],
  uses: ['hyperPodUsage', 'quotaRequests'],
  applies: requiresGroups,
  evaluate: ({ quotas, hyperPodUsage, quotaRequests }, plan) =>
    given(entry(quotas, name), name, (quota) => judge(quota, usageBeside(hyperPodUsage, plan), quotaRequests, additions(plan, 'held'))),
})

const judge = (quota: Quota | null, usage: Fact<HyperPodUsage>, requests: Fact<readonly QuotaRequest[]>, plan: Plan): Outcome => {
  if (quota === null) return noQuota(name, plan.region)
  const planned = plannedNodes(plan)
  const onDemand = planned.onDemand + (usage.ok ? nodesInUse(usage.value).onDemand : 0)
  return judgeRoom({
    subject: name,
    quota,
    need: planned.all,
    inUse: usage.ok ? { ok: true, value: nodesInUse(usage.value).all } : usage,
    region: plan.region,
    requests,
    certain: onDemand > quota.value,
    doubt: 'some of them are Spot nodes, and AWS does not say whether this quota counts them',
    advice: 'Deleting a cluster that is no longer needed gives its nodes back.',
    unreadUse: 'What other clusters use could not be read and comes on top.',
  })
}
