import { clusterUsageQuota, drawsOnDemand } from '../catalog/quotas.ts'
import type { Fact, HyperPodUsage, Quota } from '../model/facts.ts'
import type { InstanceGroup, Plan } from '../model/plan.ts'

/** What a plan asks of the `<type> for cluster usage` quota of one instance type, in nodes. */
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
export const typeDemands = (plan: Plan): readonly TypeDemand[] => {
  const drawing = plan.instanceGroups.filter(drawsOnDemand)
  return [...new Set(drawing.flatMap((group) => group.instanceTypes))].map((instanceType) => {
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
}

/** What is in use of one type: `certain` leaves out the nodes under a training plan, which the quota may not count. */
export const usageOf = (usage: HyperPodUsage, instanceType: string): { readonly all: number; readonly certain: number } => {
  const all = usage.byInstanceType[instanceType] ?? 0
  return { all, certain: all - (usage.trainingPlanByInstanceType[instanceType] ?? 0) }
}

/**
 * Groups of several types that cannot get all their nodes even if every type gives what its quota has left. What is not known counts
 * as room without end: a group is in the list only where the shortage is certain.
 */
export const stuckGroups = (
  demands: readonly TypeDemand[],
  quotas: Readonly<Record<string, Fact<Quota | null>>>,
  usage: Fact<HyperPodUsage>,
): ReadonlySet<InstanceGroup> => {
  const room = new Map(
    demands.map(({ instanceType, certain }) => {
      const quota = quotas[clusterUsageQuota(instanceType)]
      if (quota?.ok !== true || quota.value === null) return [instanceType, Number.POSITIVE_INFINITY]
      const inUse = usage.ok ? usageOf(usage.value, instanceType).certain : 0
      return [instanceType, Math.max(0, quota.value.value - inUse - certain)]
    }),
  )
  const flexible = new Set(demands.flatMap((demand) => demand.flexible).filter((group) => group.trainingPlanArn === null))
  const possible = (group: InstanceGroup): number => group.instanceTypes.reduce((sum, type) => sum + (room.get(type) ?? 0), 0)
  return new Set([...flexible].filter((group) => possible(group) < group.instanceCount))
}
