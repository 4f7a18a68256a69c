import { drawsSpot, quotaNames, spotUsageQuota } from '../../catalog/quotas.ts'
import type { Fact } from '../../model/fact.ts'
import type { HyperPodUsage, Quota, QuotaRequest } from '../../model/facts/capacity.ts'
import type { Facts } from '../../model/facts.ts'
import type { Outcome } from '../../model/finding.ts'
import type { InstanceGroup, Plan } from '../../model/plan.ts'
import { additions, usageBeside } from '../../semantics/capacity/additions.ts'
import { spotDemands, spotOnly, spotUsageOf, stuckSpotGroups, type TypeDemand } from '../../semantics/capacity/cluster-usage.ts'
import { nodesInUse, plannedNodes } from '../../semantics/capacity/node-counts.ts'
import { entry } from '../../semantics/fact.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, given } from '../engine/outcome.ts'
import { requiresGroups } from '../shared/requires-groups.ts'
import { noQuota } from './room/no-quota.ts'
import { judgeRoom } from './room/quota-room.ts'

export const spot = defineRule({
  id: 'quota/spot',
  title: 'The quotas of Spot nodes hold those in use and those of the plan',
  why: 'Spot nodes have quotas of their own: `<type> for cluster spot instance usage` for each instance type, one for a cluster, one for all HyperPod clusters of the account in the Region. Their values are often 0, whatever the quotas of on-demand nodes are, and CreateCluster is refused with ResourceLimitExceeded where one is too small.',
  severity: 'error',
  otherSeverities: ['warning'],
  checklist: '1',
  checklistDiffers:
    'The checklist does not list quotas of Spot nodes. Nodes of groups with Spot as their capacity do not count against the quotas that it lists.',
  sources: [
    'https://docs.aws.amazon.com/general/latest/gr/sagemaker.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeCluster.html',
    'https://github.com/gruntwork-io/terraform-aws-utilities',
  ],
  needs: ['quotas'],
  uses: ['hyperPodUsage', 'quotaRequests'],
  applies: (plan) => {
    const groups = requiresGroups(plan)
    if (groups !== true) return groups
    return plan.instanceGroups.some(drawsSpot) || 'No group asks for Spot nodes.'
  },
  evaluate: ({ quotas, hyperPodUsage, quotaRequests }, plan) => {
    const account = { quotas, usage: usageBeside(hyperPodUsage, plan), requests: quotaRequests }
    return [...judgeTypes(account, plan), ...judgeCluster(account, plan), ...judgeAll(account, plan)]
  },
})

interface Account {
  readonly quotas: Facts['quotas']
  readonly usage: Fact<HyperPodUsage>
  readonly requests: Fact<readonly QuotaRequest[]>
}

const unreadUse = 'What other clusters use could not be read and comes on top.'

const judgeTypes = (account: Account, plan: Plan): readonly Outcome[] => {
  const demands = spotDemands(plan)
  const stuck = stuckSpotGroups(demands, account.quotas, account.usage)
  return demands.flatMap((demand) =>
    given(
      entry(account.quotas, spotUsageQuota(demand.instanceType)),
      demand.instanceType,
      (quota) => (quota === null ? withoutQuota(demand, plan) : judgeType(demand, quota, account, stuck, plan.region)),
      { location: locationOf(demand) },
    ),
  )
}

const locationOf = ({ groups }: TypeDemand) => groups[0]?.location ?? null

const judgeType = (
  demand: TypeDemand,
  quota: Quota,
  { usage, requests }: Account,
  stuck: ReadonlySet<InstanceGroup>,
  region: string,
): Outcome => {
  const inUse = usage.ok ? spotUsageOf(usage.value, demand.instanceType) : 0
  const others = [...new Set(demand.flexible.flatMap((group) => group.instanceTypes))].filter((type) => type !== demand.instanceType)
  return judgeRoom({
    subject: demand.instanceType,
    quota,
    need: demand.nodes,
    inUse: usage.ok ? { ok: true, value: inUse } : usage,
    region,
    requests,
    certain: spotOnly(demand) + inUse > quota.value || demand.flexible.some((group) => stuck.has(group)),
    doubt: `${demand.flexible.map(({ name }) => name).join(', ')} can also take ${others.join(', ')}`,
    unreadUse,
    location: locationOf(demand),
  })
}

/** A quota of this name is the best sign that HyperPod offers Spot nodes of a type; no published list has all their names. */
const withoutQuota = (demand: TypeDemand, plan: Plan): Outcome =>
  fail(
    demand.instanceType,
    `Service Quotas has no "${spotUsageQuota(demand.instanceType)}" in ${plan.region}: HyperPod does not seem to offer Spot nodes of the type there`,
    {
      text: 'Take another instance type, another Region or on-demand nodes: the command lists the types that have such a quota there, with its value.',
      commands: [
        command(
          ...['aws', 'service-quotas', 'list-service-quotas', '--region', plan.region, '--service-code', 'sagemaker', '--output', 'table'],
          ...[
            '--query',
            "sort_by(Quotas[?ends_with(QuotaName, ' for cluster spot instance usage')], &QuotaName)[].[QuotaName,Value,QuotaCode]",
          ],
        ),
      ],
    },
    { location: locationOf(demand), severity: 'warning', evidence: { need: demand.nodes } },
  )

const judgeCluster = (account: Account, plan: Plan): readonly Outcome[] => judgeSum(quotaNames.spotInstancesPerCluster, null, account, plan)

const judgeAll = (account: Account, plan: Plan): readonly Outcome[] => {
  const { usage } = account
  const inUse = usage.ok ? { ok: true as const, value: nodesInUse(usage.value).spot } : usage
  return judgeSum(quotaNames.totalSpotInstances, inUse, account, additions(plan, 'held'))
}

const judgeSum = (name: string, inUse: Fact<number> | null, { quotas, requests }: Account, plan: Plan): readonly Outcome[] =>
  given(entry(quotas, name), name, (quota) => {
    if (quota === null) return noQuota(name, plan.region)
    const { spot: need } = plannedNodes(plan)
    return judgeRoom({ subject: name, quota, need, inUse, region: plan.region, requests, certain: true, doubt: '', unreadUse })
  })
