import { quotaNames } from '../../catalog/quotas.ts'
import type { Fact, HyperPodUsage, Quota } from '../../model/facts.ts'
import type { Outcome } from '../../model/finding.ts'
import type { Plan } from '../../model/plan.ts'
import { nodesInUse, plannedNodes } from '../../semantics/node-counts.ts'
import { defineRule } from '../define.ts'
import { entry, fail, given, pass, skip, unknown } from '../outcome.ts'
import { quotaIncrease } from '../quota-increase.ts'
import { requiresGroups } from '../requires-groups.ts'

const name = quotaNames.totalInstances

export const totalInstances = defineRule({
  id: 'quota/total-instances',
  title: 'The nodes of all HyperPod clusters and of the plan are within the quota of the account',
  why: 'AWS limits the instances of all HyperPod clusters of an account in a Region together. Clusters that exist already, also those being deleted, leave less of it for the plan, and CreateCluster is refused with ResourceLimitExceeded when it does not do.',
  severity: 'error',
  checklist: '1',
  checklistDiffers: 'The checklist does not list this quota. AWS names it among those to look at before creating a cluster.',
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeCluster.html',
    'https://github.com/gruntwork-io/terraform-aws-utilities',
  ],
  needs: ['quotas'],
  uses: ['hyperPodUsage'],
  applies: requiresGroups,
  evaluate: ({ quotas, hyperPodUsage }, plan) => given(entry(quotas, name), name, (quota) => judge(quota, hyperPodUsage, plan)),
})

const judge = (quota: Quota | null, usage: Fact<HyperPodUsage>, plan: Plan): Outcome => {
  if (quota === null) return skip(name, `Service Quotas has no quota of this name in ${plan.region}`)
  const planned = plannedNodes(plan)
  const inUse = usage.ok ? nodesInUse(usage.value) : null
  const blocks = planned.onDemand + (inUse?.onDemand ?? 0) > quota.value
  const shortfall = planned.all + (inUse?.all ?? 0) - quota.value
  const evidence = { quota: quota.value, need: planned.all, quotaCode: quota.quotaCode, ...(inUse !== null && { inUse: inUse.all }) }
  if (!usage.ok && !blocks) return unknown(name, usage.gap, { evidence })

  const measured = `"${name}" is ${quota.value}, ${inUse === null ? `this plan alone needs ${planned.all}` : `${inUse.all} in use, this plan needs ${planned.all}`}`
  if (shortfall <= 0) return pass(name, `${measured}: ${-shortfall} left`, { evidence })
  return fail(
    name,
    `${measured}: ${shortfall} short${blocks ? '' : '; some of them are Spot nodes, and AWS does not say whether this quota counts them'}`,
    quotaIncrease(
      quota,
      planned.all + (inUse?.all ?? 0),
      plan.region,
      inUse === null
        ? 'What other clusters use could not be read and comes on top.'
        : 'Deleting a cluster that is no longer needed gives its nodes back.',
    ),
    { severity: blocks ? undefined : 'warning', evidence: { ...evidence, shortfall } },
  )
}
