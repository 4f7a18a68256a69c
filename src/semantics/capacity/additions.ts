import type { Fact } from '../../model/fact.ts'
import type { HyperPodUsage } from '../../model/facts/capacity.ts'
import type { GroupNodes } from '../../model/facts/cluster.ts'
import type { InstanceGroup, Plan } from '../../model/plan.ts'

/** `held`: nodes that count against quotas, those on their way among them. `running`: nodes that have their addresses. */
export type Counted = 'held' | 'running'

/** Nodes that a group of the plan has already. */
export const existingNodes = ({ name }: InstanceGroup, { existing }: Plan, counted: Counted): number =>
  (existing?.nodes ?? []).reduce((sum, nodes) => sum + (nodes.group === name ? nodes[counted] : 0), 0)

/**
 * What the plan adds to what its cluster has: each group with the nodes that it gets, none for one that shrinks. A plan of a new name is
 * all new. What has been taken off is not taken off again: the plan that is returned has no `existing`.
 */
export const additions = (plan: Plan, counted: Counted): Plan => {
  if (plan.existing === undefined) return plan
  const { existing: _, ...rest } = plan
  return { ...rest, instanceGroups: plan.instanceGroups.map((group) => added(group, existingNodes(group, plan, counted))) }
}

const added = (group: InstanceGroup, there: number): InstanceGroup =>
  there === 0
    ? group
    : {
        ...group,
        instanceCount: Math.max(0, group.instanceCount - there),
        minInstanceCount: group.minInstanceCount === null ? null : Math.max(0, group.minInstanceCount - there),
      }

/**
 * What is in use of the quotas once the nodes are gone that the plan has no place for. AWS compares a quota with the utilization and the
 * change that a request asks for ("current utilization of …, a request delta of …"), so nodes that go make room for those that come.
 * https://github.com/awslabs/awsome-distributed-ai/issues/198
 */
export const usageBeside = (usage: Fact<HyperPodUsage>, plan: Plan): Fact<HyperPodUsage> =>
  usage.ok ? { ok: true, value: without(usage.value, leaving(plan)) } : usage

/** Nodes that the plan has no place for. Of a group of several types that shrinks, nobody knows which go. */
const leaving = (plan: Plan): readonly GroupNodes[] =>
  (plan.existing?.nodes ?? []).map((nodes) => {
    const group = plan.instanceGroups.find(({ name }) => name === nodes.group)
    if (group === undefined) return nodes
    return { ...nodes, held: group.instanceTypes.length > 1 ? 0 : Math.max(0, nodes.held - group.instanceCount) }
  })

const without = (usage: HyperPodUsage, nodes: readonly GroupNodes[]): HyperPodUsage => {
  const onDemand = nodes.filter(({ capacity }) => capacity === 'on-demand')
  const byInstanceType = less(usage.byInstanceType, onDemand)
  return {
    ...usage,
    instances: Object.values(byInstanceType).reduce((sum, count) => sum + count, 0),
    byInstanceType,
    trainingPlanByInstanceType: less(
      usage.trainingPlanByInstanceType,
      onDemand.filter(({ trainingPlanArn }) => trainingPlanArn !== null),
    ),
    spotByInstanceType: less(
      usage.spotByInstanceType,
      nodes.filter(({ capacity }) => capacity === 'spot'),
    ),
  }
}

const less = (counts: Readonly<Record<string, number>>, nodes: readonly GroupNodes[]): Readonly<Record<string, number>> => {
  const left = new Map(Object.entries(counts))
  for (const { instanceType, held } of nodes)
    if (left.has(instanceType)) left.set(instanceType, Math.max(0, (left.get(instanceType) ?? 0) - held))
  return Object.fromEntries(left)
}
