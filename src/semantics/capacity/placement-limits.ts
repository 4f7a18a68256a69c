import type { TrainingPlan } from '../../model/facts/capacity.ts'
import type { Facts } from '../../model/facts.ts'
import type { InstanceGroup, Plan } from '../../model/plan.ts'
import { keyed, knownValue, unreadGap } from '../fact.ts'
import { placementOf } from '../plan/placement.ts'
import { thresholdOf } from '../plan/thresholds.ts'
import { addressModelOf, groupDemand, typesUnder } from './addresses.ts'
import { type Bound, type CapacityLimit, type KnownBound, nodesOf, notKnown, othersThan } from './capacity-limit.ts'
import { freeAddresses, nodesThatFit } from './packing.ts'
import { trainingPlanReference } from './training-plans.ts'

/**
 * Addresses. A group without an override has to fit into each of its subnets, since HyperPod chooses: each is a limit. Of a group with
 * an override the roomiest is. What a subnet holds that does not exist in the plan's VPC is not known.
 */
export const subnetCapacityLimit: CapacityLimit = {
  rule: 'network/subnet-capacity',
  counts: 'running',
  bounds: (group, plan, facts) => {
    const candidates = [...new Set(placementOf(group, plan)?.subnetIds ?? [])]
    const subnets = knownValue(facts.subnets)
    const sizes = knownValue(facts.instanceTypes)
    if (subnets === undefined || sizes === undefined) return candidates.map(notKnown)
    const types = typesUnder(sizes, knownValue(facts.eksCluster) ?? null)

    const free = freeAddresses(plan, subnets)
    const uncertain = (id: string): boolean => !free.has(id) || holdsUnknownType(id, group, plan, types)
    const fits = subnetBounds(group, plan, subnets, types)
    if (group.overrideVpcConfig === null || fits.length === 0) return [...fits, ...candidates.filter(uncertain).map(notKnown)]
    if (unreadGap(subnets, candidates) !== null) return candidates.filter(uncertain).map(notKnown)
    const roomiest = fits.reduce((most, fit) => (fit.possible > most.possible ? fit : most))
    return [roomiest, ...(uncertain(roomiest.subject) ? [notKnown(roomiest.subject)] : [])]
  },
}

const subnetBounds = (
  group: InstanceGroup,
  plan: Plan,
  subnets: Facts['subnets'],
  types: Facts['instanceTypes'],
): readonly KnownBound[] => {
  const { addressesPerNode } = groupDemand(group, types, addressModelOf(plan))
  const together =
    group.overrideVpcConfig === null ? othersThan(group, plan).filter(({ overrideVpcConfig }) => overrideVpcConfig === null) : []
  const otherGroupsAddresses = together
    .map((other) => groupDemand(other, types, addressModelOf(plan)).addresses)
    .reduce((sum, addresses) => sum + addresses, 0)
  const free = freeAddresses(plan, subnets)
  const spareAddresses = thresholdOf(plan, 'spare-addresses')
  return nodesThatFit(group, plan, subnets, types).map(({ subnetId, nodes }) => ({
    subject: subnetId,
    possible: nodes,
    evidence: {
      freeAddresses: free.get(subnetId) ?? 0,
      ...(spareAddresses > 0 && { spareAddresses }),
      addressesPerNode,
      otherGroupsAddresses,
    },
  }))
}

/** Whether nodes may be placed there of which nobody knows how many addresses they take: the subnet then holds fewer than it seems. */
const holdsUnknownType = (subnetId: string, group: InstanceGroup, plan: Plan, types: Facts['instanceTypes']): boolean =>
  plan.instanceGroups
    .filter((other) => other === group || other.instanceCount > 0)
    .filter((other) => placementOf(other, plan)?.subnetIds.includes(subnetId) === true)
    .some(({ instanceTypes }) => instanceTypes.some((type) => (types[type] ?? null) === null))

/** The instances of the training plan that a group names. One that has not started counts with its size. */
export const trainingPlanLimit: CapacityLimit = {
  rule: 'network/training-plan',
  counts: 'held',
  bounds: (group, plan, facts) => {
    const key = group.trainingPlanArn
    if (key === null) return []
    const { name, account } = trainingPlanReference(key)
    const found = knownValue(keyed(facts.trainingPlans, key))
    if (found === undefined) return [notKnown(name)]
    const others = nodesOf(othersThan(group, plan).filter(({ trainingPlanArn }) => trainingPlanArn === key))
    if (found !== null) return [planBound(found, group, others)]
    const identity = knownValue(facts.identity)
    const foreign = account !== null && identity?.kind === 'caller' && identity.account !== account
    return foreign ? [notKnown(name)] : [{ subject: name, possible: 0, evidence: { otherGroups: others } }]
  },
}

const ended: ReadonlySet<string> = new Set(['Expired', 'Failed'])

const planBound = (found: TrainingPlan, { instanceTypes }: InstanceGroup, otherGroups: number): Bound => {
  const { name, status, totalInstanceCount, availableInstanceCount, targetResources, reservedCapacities } = found
  const live = reservedCapacities.filter((capacity) => !ended.has(capacity.status))
  const ofType = live.filter(({ instanceType }) => instanceTypes.includes(instanceType))
  const reserved = ofType.reduce((sum, capacity) => sum + capacity.totalInstanceCount, 0)
  const forClusters = targetResources.length === 0 || targetResources.includes('hyperpod-cluster')
  const rooms = [
    ...(totalInstanceCount === null ? [] : [totalInstanceCount]),
    ...(status === 'Active' && availableInstanceCount !== null ? [availableInstanceCount] : []),
    ...(live.length === 0 ? [] : [reserved]),
    ...(ended.has(status) || !forClusters ? [0] : []),
  ]
  if (rooms.length === 0) return notKnown(name)
  return {
    subject: name,
    possible: Math.min(...rooms) - otherGroups,
    evidence: {
      status,
      ...(totalInstanceCount !== null && { totalInstances: totalInstanceCount }),
      ...(availableInstanceCount !== null && { availableInstances: availableInstanceCount }),
      ...(live.length > 0 && { reservedInstancesOfType: reserved }),
      ...(!forClusters && { targetResources }),
      otherGroups,
    },
  }
}
