import { clusterUsageQuota, drawsOnDemand, drawsSpot, spotUsageQuota } from '../../catalog/quotas.ts'
import type { Fact, Keyed } from '../../model/fact.ts'
import type { HyperPodUsage, Quota } from '../../model/facts/capacity.ts'
import type { InstanceGroup, Plan } from '../../model/plan.ts'
import { entry, knownValue } from '../fact.ts'
import { additions } from './additions.ts'

/** What a plan asks of the quota of one instance type beside what its cluster has, in nodes: `<type> for cluster usage`, or that of its Spot nodes. */
export interface TypeDemand {
  readonly instanceType: string
  /** Nodes that can only be of this type and that the quota certainly counts. */
  readonly certain: number
  /** Nodes that can only be of this type and have a training plan: AWS does not say whether the quota counts them. */
  readonly underTrainingPlan: number
  /** Groups of several types, this one among them. */
  readonly flexible: readonly InstanceGroup[]
  /** All of the above: what the quota has to hold at worst. */
  readonly nodes: number
  /** The groups that ask for it, in the order of the plan. */
  readonly groups: readonly InstanceGroup[]
}

const nodesOf = (groups: readonly InstanceGroup[]): number => groups.reduce((sum, { instanceCount }) => sum + instanceCount, 0)

/** On-demand nodes by type, in the order of the plan; types that only Spot groups or groups without nodes name are left out. */
export const typeDemands = (plan: Plan): readonly TypeDemand[] => demandsOf(additions(plan, 'held').instanceGroups.filter(drawsOnDemand))

/** Spot nodes by type, in the order of the plan. */
export const spotDemands = (plan: Plan): readonly TypeDemand[] => demandsOf(additions(plan, 'held').instanceGroups.filter(drawsSpot))

const demandsOf = (drawing: readonly InstanceGroup[]): readonly TypeDemand[] =>
  [...new Set(drawing.flatMap((group) => group.instanceTypes))].map((instanceType) => {
    const groups = drawing.filter((group) => group.instanceTypes.includes(instanceType))
    const fixed = groups.filter((group) => group.instanceTypes.length === 1)
    return {
      instanceType,
      certain: nodesOf(fixed.filter((group) => group.trainingPlanArn === null)),
      underTrainingPlan: nodesOf(fixed.filter((group) => group.trainingPlanArn !== null)),
      flexible: groups.filter((group) => group.instanceTypes.length > 1),
      nodes: nodesOf(groups),
      groups,
    }
  })

/** What is in use of one type: `certain` leaves out the nodes under a training plan, which the quota may not count. */
export const usageOf = (usage: HyperPodUsage, instanceType: string): { readonly all: number; readonly certain: number } => {
  const all = usage.byInstanceType[instanceType] ?? 0
  return { all, certain: all - (usage.trainingPlanByInstanceType[instanceType] ?? 0) }
}

/** Nodes that can only be Spot nodes of this type. */
export const spotOnly = ({ certain, underTrainingPlan }: TypeDemand): number => certain + underTrainingPlan

/** Spot nodes in use of one type. */
export const spotUsageOf = (usage: HyperPodUsage, instanceType: string): number => usage.spotByInstanceType[instanceType] ?? 0

/**
 * Groups of several types that cannot get all their nodes even if every type gives what its quota has left. What is not known counts
 * as room without end: a group is in the list only where the shortage is certain.
 */
export const stuckGroups = (
  demands: readonly TypeDemand[],
  quotas: Keyed<Quota | null>,
  usage: Fact<HyperPodUsage>,
): ReadonlySet<InstanceGroup> =>
  stuckIn(demands, ({ instanceType, certain }) =>
    left(entry(quotas, clusterUsageQuota(instanceType)), certain + (usage.ok ? usageOf(usage.value, instanceType).certain : 0)),
  )

/** The same for the quotas of Spot nodes. */
export const stuckSpotGroups = (
  demands: readonly TypeDemand[],
  quotas: Keyed<Quota | null>,
  usage: Fact<HyperPodUsage>,
): ReadonlySet<InstanceGroup> =>
  stuckIn(demands, (demand) => {
    const inUse = usage.ok ? spotUsageOf(usage.value, demand.instanceType) : 0
    return left(entry(quotas, spotUsageQuota(demand.instanceType)), spotOnly(demand) + inUse)
  })

const left = (fact: Fact<Quota | null>, taken: number): number => {
  const quota = knownValue(fact) ?? null
  return quota === null ? Number.POSITIVE_INFINITY : Math.max(0, quota.value - taken)
}

const stuckIn = (demands: readonly TypeDemand[], roomOf: (demand: TypeDemand) => number): ReadonlySet<InstanceGroup> => {
  const room = new Map(demands.map((demand) => [demand.instanceType, roomOf(demand)]))
  const flexible = new Set(demands.flatMap((demand) => demand.flexible).filter((group) => group.trainingPlanArn === null))
  const possible = (group: InstanceGroup): number => group.instanceTypes.reduce((sum, type) => sum + (room.get(type) ?? 0), 0)
  return new Set([...flexible].filter((group) => possible(group) < group.instanceCount))
}
