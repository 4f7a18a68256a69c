import type { FileSystem } from '../../model/facts/fsx.ts'
import type { NetworkInterface } from '../../model/facts/network.ts'
import type { Facts } from '../../model/facts.ts'
import type { Plan } from '../../model/plan.ts'
import { readItems, unreadGap } from '../fact.ts'
import { placementOf } from '../plan/placement.ts'

/** Instance groups that are placed in the same subnets, and the zones that these are in. */
export interface NodeZones {
  /** Empty where the plan names no instance group. */
  readonly instanceGroups: readonly string[]
  /** Names of zones, in the order of the subnets; those of subnets that exist. */
  readonly zones: readonly string[]
}

/**
 * The zones that nodes may land in: HyperPod takes one of the subnets of a placement for all of its nodes. `names` are the instance
 * groups to look at, all of them where it is empty.
 */
export const nodeZones = (plan: Plan, names: readonly string[], subnets: Facts['subnets']): readonly NodeZones[] => {
  const placements = new Map<string, NodeZones>()
  const add = (subnetIds: readonly string[], group: string | null): void => {
    const key = subnetIds.toSorted().join(' ')
    const known = placements.get(key)
    const zones = known?.zones ?? zonesOf(subnetIds, subnets)
    placements.set(key, { instanceGroups: [...(known?.instanceGroups ?? []), ...(group === null ? [] : [group])], zones })
  }
  if (plan.instanceGroups.length === 0) add(plan.vpcConfig?.subnetIds ?? [], null)
  for (const group of plan.instanceGroups) {
    if (names.length === 0 || names.includes(group.name)) add(placementOf(group, plan)?.subnetIds ?? [], group.name)
  }
  return [...placements.values()].filter(({ zones }) => zones.length > 0)
}

/** None where one of the subnets could not be read: nodes may land there. */
const zonesOf = (subnetIds: readonly string[], subnets: Facts['subnets']): readonly string[] =>
  unreadGap(subnets, subnetIds) === null ? distinct(readItems(subnets, subnetIds).map(({ availabilityZone }) => availabilityZone)) : []

/** The zones of a file system, by its interfaces and by those of its subnets that are known; none where neither is. */
export const fileSystemZones = (
  { subnetIds }: FileSystem,
  interfaces: readonly NetworkInterface[],
  subnets: Facts['subnets'],
): readonly string[] =>
  distinct([
    ...interfaces.map(({ availabilityZone }) => availabilityZone),
    ...readItems(subnets, subnetIds).map(({ availabilityZone }) => availabilityZone),
  ])

const distinct = (values: readonly string[]): readonly string[] => [...new Set(values)]
