import { clusterUsageQuota, drawsSpot, quotaNames, spotUsageQuota } from '../../catalog/quotas.ts'
import type { Fact } from '../../model/fact.ts'
import type { HyperPodUsage } from '../../model/facts/capacity.ts'
import type { Facts } from '../../model/facts.ts'
import type { Location, Plan } from '../../model/plan.ts'
import { additions, usageBeside } from './additions.ts'
import { spotDemands, spotUsageOf, typeDemands, usageOf } from './cluster-usage.ts'
import { interfaceDemand, interfacesInUse } from './network-interfaces.ts'
import { nodesInUse, plannedNodes } from './node-counts.ts'
import { largestVolume } from './volumes.ts'

/** What one quota has to hold for the plan, in the quota's own unit. */
export interface QuotaNeed {
  readonly quotaName: string
  readonly planned: number
  /** What the account uses of it already; zero where the quota is for the new cluster alone. */
  readonly inUse: Fact<number>
  readonly location: Location | null
}

/** What is known of the account's use. */
export interface AccountUse {
  readonly usage: Fact<HyperPodUsage>
  readonly interfaces: Fact<number | null>
  readonly types: Fact<Facts['instanceTypes']>
}

const nothing: Fact<number> = { ok: true, value: 0 }

/** What the plan needs at worst of each quota that AWS names for HyperPod: all that can keep its cluster from coming up. */
export const quotaNeeds = (plan: Plan, account: AccountUse): readonly QuotaNeed[] => [
  ...nodeNeeds(plan, usageBeside(account.usage, plan)),
  ...plan.instanceGroups.flatMap((group): readonly QuotaNeed[] => {
    const volume = largestVolume(group)
    return volume === null
      ? []
      : [{ quotaName: quotaNames.ebsVolumeSize, planned: volume.sizeGb, inUse: nothing, location: volume.location }]
  }),
  ...interfaceNeeds(plan, account),
]

const nodeNeeds = (plan: Plan, usage: Fact<HyperPodUsage>): readonly QuotaNeed[] => {
  const inUse = (count: (value: HyperPodUsage) => number): Fact<number> => (usage.ok ? { ok: true, value: count(usage.value) } : usage)
  const { all, spot } = plannedNodes(plan)
  const added = plannedNodes(additions(plan, 'held'))
  const need = (quotaName: string, planned: number, used: Fact<number>): QuotaNeed => ({ quotaName, planned, inUse: used, location: null })
  return [
    ...typeDemands(plan).map(({ instanceType, nodes, groups }) => ({
      ...need(
        clusterUsageQuota(instanceType),
        nodes,
        inUse((value) => usageOf(value, instanceType).all),
      ),
      location: groups[0]?.location ?? null,
    })),
    ...spotDemands(plan).map(({ instanceType, nodes, groups }) => ({
      ...need(
        spotUsageQuota(instanceType),
        nodes,
        inUse((value) => spotUsageOf(value, instanceType)),
      ),
      location: groups[0]?.location ?? null,
    })),
    need(quotaNames.instancesPerCluster, all, nothing),
    need(
      quotaNames.totalInstances,
      added.all,
      inUse((value) => nodesInUse(value).all),
    ),
    ...(plan.instanceGroups.some(drawsSpot)
      ? [
          need(quotaNames.spotInstancesPerCluster, spot, nothing),
          need(
            quotaNames.totalSpotInstances,
            added.spot,
            inUse((value) => nodesInUse(value).spot),
          ),
        ]
      : []),
  ]
}

/** None where no node is placed in a VPC, or where the size of a type is not known. */
const interfaceNeeds = (plan: Plan, { types, interfaces }: AccountUse): readonly QuotaNeed[] => {
  if (!types.ok) return []
  const demand = interfaceDemand(additions(plan, 'running'), types.value)
  if (demand.groups.length === 0 || demand.unknownTypes.length > 0) return []
  return [{ quotaName: quotaNames.networkInterfaces, planned: demand.interfaces, inUse: interfacesInUse(interfaces), location: null }]
}
