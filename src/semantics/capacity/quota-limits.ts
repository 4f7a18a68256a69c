import { clusterUsageQuota, drawsNetworkInterfaces, quotaNames, spotUsageQuota } from '../../catalog/quotas.ts'
import type { HyperPodUsage, Quota } from '../../model/facts/capacity.ts'
import type { InstanceGroup, Plan } from '../../model/plan.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import { keyed, knownValue } from '../fact.ts'
import { type Bound, type CapacityLimit, nodesOf, notKnown, othersThan, quotaEvidence } from './capacity-limit.ts'
import { spotUsageOf, usageOf } from './cluster-usage.ts'
import { interfaceDemand } from './network-interfaces.ts'
import { type NodeCounts, nodesInUse, plannedNodes } from './node-counts.ts'

const trainingPlanDoubt = 'AWS does not say whether the quota counts nodes under a training plan'
const spotDoubt = 'AWS does not say whether the quota counts Spot nodes'

/** Quotas that each instance type has one of. */
interface TypeQuotas {
  readonly capacity: InstanceGroup['capacity']
  readonly nameOf: (instanceType: string) => string
  /** `certain` leaves out nodes that the quota may not count. */
  readonly inUse: (usage: HyperPodUsage, instanceType: string) => { readonly all: number; readonly certain: number }
}

const onDemandQuotas: TypeQuotas = { capacity: 'on-demand', nameOf: clusterUsageQuota, inUse: usageOf }

const spotQuotas: TypeQuotas = {
  capacity: 'spot',
  nameOf: spotUsageQuota,
  inUse: (usage, type) => ({ all: spotUsageOf(usage, type), certain: spotUsageOf(usage, type) }),
}

/** The on-demand quotas of the types of a group. */
export const clusterUsageLimit: CapacityLimit = {
  rule: 'quota/cluster-usage',
  counts: 'held',
  bounds: (group, plan, facts) => (group.capacity === 'on-demand' ? typeBounds(onDemandQuotas, group, plan, facts) : []),
}

/** The Spot quotas of the types of a group, and of all clusters. */
export const spotLimit: CapacityLimit = {
  rule: 'quota/spot',
  counts: 'held',
  bounds: (group, plan, facts) => {
    if (group.capacity !== 'spot') return []
    const usage = knownValue(facts.hyperPodUsage)
    return [
      ...typeBounds(spotQuotas, group, plan, facts),
      ...sumBounds(quotaNames.totalSpotInstances, group, plan, facts, { count: spot, inUse: usage && spot(nodesInUse(usage)) }),
    ]
  },
}

/** The Spot quota of one cluster. */
export const spotClusterLimit: CapacityLimit = {
  rule: 'quota/spot',
  counts: 'whole',
  bounds: (group, plan, facts) =>
    group.capacity === 'spot' ? sumBounds(quotaNames.spotInstancesPerCluster, group, plan, facts, { count: spot, inUse: null }) : [],
}

const spot = ({ spot: nodes }: NodeCounts): number => nodes

/** The quota of one type, and who draws on it beside the group. */
interface Share {
  readonly type: string
  readonly quota: Quota | null
  /** Undefined where it is not known. */
  readonly inUse: number | undefined
  /** Nodes of the other groups that can only be of this type. */
  readonly fixed: number
  readonly left: number
  /** Whether nodes that the quota may not count are in the two. */
  readonly doubtful: boolean
}

/**
 * What other groups of several types may take of the group's types is counted as if they took it all; a group of several types gets
 * what all its types have left together.
 */
const typeBounds = (quotas: TypeQuotas, group: InstanceGroup, plan: Plan, facts: Snapshot['facts']): readonly Bound[] => {
  const types = [...new Set(group.instanceTypes)]
  const usage = knownValue(facts.hyperPodUsage)
  const drawing = othersThan(group, plan).filter(({ capacity, instanceCount }) => capacity === quotas.capacity && instanceCount > 0)
  const shares: Share[] = []
  const unread: string[] = []
  for (const type of types) {
    const quota = knownValue(keyed(facts.quotas, quotas.nameOf(type)))
    if (quota === undefined) unread.push(type)
    else shares.push(shareOf(type, quota, drawing, usage && quotas.inUse(usage, type)))
  }
  if (unread.length > 0) return unread.map(notKnown)

  const flexible = drawing.filter(({ instanceTypes }) => instanceTypes.length > 1 && instanceTypes.some((type) => types.includes(type)))
  const underTrainingPlan =
    quotas.capacity === 'on-demand' &&
    (shares.some(({ doubtful }) => doubtful) || [group, ...flexible].some(({ trainingPlanArn }) => trainingPlanArn !== null))
  const absent = shares.flatMap(({ quota, type }) => (quota === null ? [quotas.nameOf(type)] : []))
  const doubts = [
    ...(underTrainingPlan ? [trainingPlanDoubt] : []),
    ...absent.map((name) => `Service Quotas has no "${name}" in ${plan.region}`),
  ]
  const [first, ...more] = shares
  const evidence =
    first !== undefined && more.length === 0
      ? quotaEvidence(quotas.nameOf(first.type), first.quota, first.inUse, first.fixed + nodesOf(flexible))
      : { leftByType: shares.map(({ type, left }) => `${type}: ${left}`), otherGroups: nodesOf(flexible) }
  return [
    {
      subject: types.join(' or '),
      possible: shares.reduce((sum, { left }) => sum + left, 0) - nodesOf(flexible),
      evidence,
      ...(doubts.length > 0 && { caveat: doubts.join('; ') }),
    },
    ...(usage === undefined ? types.map(notKnown) : []),
  ]
}

const shareOf = (
  type: string,
  quota: Quota | null,
  drawing: readonly InstanceGroup[],
  inUse: ReturnType<TypeQuotas['inUse']> | undefined,
): Share => {
  const same = drawing.filter(({ instanceTypes }) => instanceTypes.length === 1 && instanceTypes[0] === type)
  const fixed = nodesOf(same)
  return {
    type,
    quota,
    inUse: inUse?.all,
    fixed,
    left: Math.max(0, Math.floor(quota?.value ?? 0) - (inUse?.all ?? 0) - fixed),
    doubtful: same.some(({ trainingPlanArn }) => trainingPlanArn !== null) || (inUse !== undefined && inUse.certain < inUse.all),
  }
}

/** The quota of one cluster, whatever the types. */
export const instancesPerClusterLimit: CapacityLimit = {
  rule: 'quota/instances-per-cluster',
  counts: 'whole',
  bounds: (group, plan, facts) => sumBounds(quotaNames.instancesPerCluster, group, plan, facts, { count: ({ all }) => all, inUse: null }),
}

/** The quota of all clusters of the account in the Region. */
export const totalInstancesLimit: CapacityLimit = {
  rule: 'quota/total-instances',
  counts: 'held',
  bounds: (group, plan, facts) => {
    const usage = knownValue(facts.hyperPodUsage)
    const used = usage && nodesInUse(usage)
    return sumBounds(quotaNames.totalInstances, group, plan, facts, {
      count: ({ all }) => all,
      inUse: used?.all,
      spotInUse: (used?.spot ?? 0) > 0,
    })
  },
}

/** How a quota of nodes of any type is drawn on. */
interface Drawing {
  readonly count: (nodes: NodeCounts) => number
  /** Null where the quota is for the new cluster alone; undefined where it is not known. */
  readonly inUse: number | null | undefined
  readonly spotInUse?: boolean
}

const sumBounds = (
  name: string,
  group: InstanceGroup,
  plan: Plan,
  facts: Snapshot['facts'],
  { count, inUse, spotInUse = false }: Drawing,
): readonly Bound[] => {
  const quota = knownValue(keyed(facts.quotas, name))
  if (quota === undefined || quota === null) return [notKnown(name)]
  const others = plannedNodes({ ...plan, instanceGroups: othersThan(group, plan) })
  const ofAnyCapacity = name === quotaNames.instancesPerCluster || name === quotaNames.totalInstances
  const doubtful = ofAnyCapacity && (group.capacity === 'spot' || others.spot > 0 || spotInUse)
  return [
    {
      subject: name,
      possible: Math.floor(quota.value) - (inUse ?? 0) - count(others),
      evidence: quotaEvidence(name, quota, inUse ?? undefined, count(others)),
      ...(doubtful && { caveat: spotDoubt }),
    },
    ...(inUse === undefined ? [notKnown(name)] : []),
  ]
}

/** Network interfaces of the Region, where the group is placed in a VPC of the account. */
export const networkInterfacesLimit: CapacityLimit = {
  rule: 'quota/network-interfaces',
  counts: 'running',
  bounds: (group, plan, facts) => {
    const one = { ...group, instanceCount: 1 }
    if (!drawsNetworkInterfaces(one, plan)) return []
    const name = quotaNames.networkInterfaces
    const quota = knownValue(keyed(facts.quotas, name))
    const types = knownValue(facts.instanceTypes)
    if (quota === undefined || quota === null || types === undefined) return [notKnown(name)]
    const own = interfaceDemand({ ...plan, instanceGroups: [one] }, types)
    if (own.unknownTypes.length > 0) return [notKnown(name)]
    const others = interfaceDemand({ ...plan, instanceGroups: othersThan(group, plan) }, types)
    const inUse = knownValue(facts.networkInterfaceCount) ?? undefined
    return [
      {
        subject: name,
        possible: Math.floor((quota.value - (inUse ?? 0) - others.interfaces) / own.interfaces),
        evidence: { ...quotaEvidence(name, quota, inUse, others.interfaces), interfacesPerNode: own.interfaces },
      },
      ...(inUse === undefined || others.unknownTypes.length > 0 ? [notKnown(name)] : []),
    ]
  },
}
