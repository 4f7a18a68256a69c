import type { InstanceGroup, Plan } from '../../model/plan.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import { additions, existingNodes, usageBeside } from './additions.ts'
import { type Bound, type CapacityLimit, type KnownBound, nodesOf } from './capacity-limit.ts'
import { subnetCapacityLimit, trainingPlanLimit } from './placement-limits.ts'
import {
  clusterUsageLimit,
  instancesPerClusterLimit,
  networkInterfacesLimit,
  spotClusterLimit,
  spotLimit,
  totalInstancesLimit,
} from './quota-limits.ts'

/** All that is looked at. Of limits that leave a group the same number of nodes, the earlier one here is told as the binding one. */
const capacityLimits: readonly CapacityLimit[] = [
  clusterUsageLimit,
  spotLimit,
  spotClusterLimit,
  trainingPlanLimit,
  instancesPerClusterLimit,
  totalInstancesLimit,
  subnetCapacityLimit,
  networkInterfacesLimit,
]

/**
 * How many nodes of each instance group can come up right now, and what limits them: one entry a group, in the order of the plan.
 *
 * `possible` answers for one group while all others get what they want, so the plan as a whole fits where every group's `possible` is
 * at least what it wants. What AWS does not say is counted against the group (`caveat`). A limit whose facts are missing or are gaps
 * is in `unknown`; it may be in `limits` too, where a part of it is known. Never throws: a limit that stumbles over an edited or an
 * older snapshot is one that could not be known.
 */
export const headroom = (plan: Plan, facts: Snapshot['facts']) => {
  const alike = new Map<string, Counted>()
  return plan.instanceGroups.map((group) => {
    const likeness = `${likenessOf(group)} ${existingNodes(group, plan, 'held')} ${existingNodes(group, plan, 'running')}`
    const counted = alike.get(likeness) ?? counting(group, capacityLimits, plan, facts)
    alike.set(likeness, counted)
    return entryOf(group, counted, plan)
  })
}

/** All that limits read of a group: groups that are alike in it have the same headroom, and are counted once, however many they are. */
const likenessOf = (group: InstanceGroup): string => {
  const { name: _, location: __, lifecycle: ___, executionRole: ____, executionRoleArn: _____, ebsVolumes: ______, ...counted } = group
  const { subnetIds, securityGroupIds } = group.overrideVpcConfig ?? {}
  return JSON.stringify({ ...counted, overrideVpcConfig: group.overrideVpcConfig && { subnetIds, securityGroupIds } })
}

/** Limits that count nodes of every type alike. */
const clusterLimits: readonly CapacityLimit[] = [instancesPerClusterLimit, totalInstancesLimit]

/**
 * The same for all groups together, by the limits that count nodes of every type alike: how many nodes one more cluster can have, and
 * which quota says so. Null where the plan has no group. What limits single types, zones and subnets is in the groups' own entries.
 */
export const clusterHeadroom = (plan: Plan, facts: Snapshot['facts']) => {
  const [first] = plan.instanceGroups
  if (first === undefined) return null
  const capacity = plan.instanceGroups.some((group) => group.capacity === 'spot') ? 'spot' : 'on-demand'
  const instanceTypes = [...new Set(plan.instanceGroups.flatMap((group) => group.instanceTypes))]
  const whole = { ...first, name: 'the whole cluster', instanceTypes, instanceCount: nodesOf(plan.instanceGroups), capacity } as const
  const { existing } = plan
  const held = existing && { ...existing, nodes: existing.nodes.map((nodes) => ({ ...nodes, group: whole.name })) }
  const one = { ...plan, instanceGroups: [whole], ...(held !== undefined && { existing: held }) }
  return entryOf(whole, counting(whole, clusterLimits, one, facts), one)
}

/** What limits leave a group, without what it is called. */
interface Counted {
  readonly possible: number | null
  readonly limits: readonly ReturnType<typeof toLimit>[]
  /** A limit that stumbled has no subject. */
  readonly unknown: readonly { readonly rule: string; readonly subject: string | null }[]
}

const entryOf = (group: InstanceGroup, { possible, limits, unknown }: Counted, plan: Plan) => ({
  group: group.name,
  instanceType: group.instanceTypes[0] ?? '',
  wanted: group.instanceCount,
  possible,
  limits,
  instanceTypes: group.instanceTypes,
  unknown: unknown.map(({ rule, subject }) => ({ rule, subject: subject ?? group.name })),
  ...(plan.change !== undefined && { existing: existingNodes(group, plan, 'held') }),
})

const counting = (group: InstanceGroup, limits: readonly CapacityLimit[], plan: Plan, facts: Snapshot['facts']): Counted => {
  const bounds = limits.flatMap((limit) => boundsOf(limit, group, plan, facts))
  const known = bounds.flatMap(({ rule, bound }) => (bound === null || bound.possible === null ? [] : [toLimit(rule, bound)]))
  const ascending = known.toSorted((a, b) => a.possible - b.possible)
  return {
    possible: ascending[0]?.possible ?? null,
    limits: ascending,
    unknown: bounds.flatMap(({ rule, bound }) =>
      bound === null || bound.possible === null ? [{ rule, subject: bound?.subject ?? null }] : [],
    ),
  }
}

/** A bound is null where the limit stumbled. */
const boundsOf = (
  limit: CapacityLimit,
  group: InstanceGroup,
  plan: Plan,
  facts: Snapshot['facts'],
): readonly { readonly rule: string; readonly bound: Bound | null }[] => {
  const { rule } = limit
  try {
    return wholeBounds(limit, group, plan, facts).map((bound) => ({ rule, bound }))
  } catch {
    return [{ rule, bound: null }]
  }
}

/** A limit that counts what comes new leaves an existing group that, beside what it has. */
const wholeBounds = ({ counts, bounds }: CapacityLimit, group: InstanceGroup, plan: Plan, facts: Snapshot['facts']): readonly Bound[] => {
  if (plan.existing === undefined || counts === 'whole') return bounds(group, plan, facts)
  const there = existingNodes(group, plan, counts)
  const added = additions(plan, counts)
  const more = added.instanceGroups[plan.instanceGroups.indexOf(group)] ?? group
  const { hyperPodUsage } = facts
  const beside = { ...facts, ...(hyperPodUsage !== undefined && { hyperPodUsage: usageBeside(hyperPodUsage, plan) }) }
  return bounds(more, added, beside).map((bound) => (bound.possible === null ? bound : { ...bound, possible: bound.possible + there }))
}

const toLimit = (rule: string, { subject, possible, evidence, caveat }: KnownBound) => ({
  rule,
  subject,
  possible: Math.max(0, possible),
  evidence,
  ...(caveat !== undefined && { caveat }),
})
