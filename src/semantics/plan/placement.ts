import type { InstanceGroup, Location, Plan, VpcConfig } from '../../model/plan.ts'

/** An id of the plan, with the place where it was written. */
export interface PlannedId {
  readonly id: string
  readonly location: Location | null
}

const distinct = (configs: readonly (VpcConfig | null)[], ids: (config: VpcConfig) => readonly string[]): readonly PlannedId[] => {
  const found = new Map<string, PlannedId>()
  for (const config of configs) {
    if (config === null) continue
    for (const id of ids(config)) if (!found.has(id)) found.set(id, { id, location: config.idLocations?.[id] ?? config.location })
  }
  return [...found.values()]
}

const vpcConfigs = (plan: Plan): readonly (VpcConfig | null)[] => [
  plan.vpcConfig,
  ...plan.instanceGroups.map((group) => group.overrideVpcConfig),
]

/** Every subnet that the plan names, once, in the order of the plan. */
export const plannedSubnets = (plan: Plan): readonly PlannedId[] => distinct(vpcConfigs(plan), (config) => config.subnetIds)

/** Their ids. */
export const plannedSubnetIds = (plan: Plan): readonly string[] => plannedSubnets(plan).map(({ id }) => id)

/** Every security group that the plan names, once, in the order of the plan. */
export const plannedSecurityGroups = (plan: Plan): readonly PlannedId[] => distinct(vpcConfigs(plan), (config) => config.securityGroupIds)

/** Their ids. */
export const plannedSecurityGroupIds = (plan: Plan): readonly string[] => plannedSecurityGroups(plan).map(({ id }) => id)

/** Where the nodes of a group are placed: its own override, else the cluster's configuration, else nowhere that is known. */
export const placementOf = (group: InstanceGroup, plan: Plan): VpcConfig | null => group.overrideVpcConfig ?? plan.vpcConfig

/** Whether nodes may be placed in a subnet of the plan. Where every group has an override, those of VpcConfig have none. */
export const takesNodes = (subnetId: string, plan: Plan): boolean =>
  plan.instanceGroups.length === 0 || plan.instanceGroups.some((group) => placementOf(group, plan)?.subnetIds.includes(subnetId) === true)
