import type { InstanceType } from '../../model/facts/capacity.ts'
import type { Facts } from '../../model/facts.ts'
import type { InstanceGroup, Location, Plan } from '../../model/plan.ts'
import { knownValue, readItem } from '../fact.ts'
import { vpcIdOf } from '../network/vpc.ts'
import { placementOf, plannedSubnets } from '../plan/placement.ts'
import { thresholdOf } from '../plan/thresholds.ts'
import { additions, existingNodes } from './additions.ts'
import { addressModelOf, type GroupDemand, groupDemand } from './addresses.ts'
import { type Item, overfullSubnets } from './bin-packing.ts'

type Subnets = Facts['subnets']
type Types = Readonly<Record<string, InstanceType | null>>

/**
 * What HyperPod places as a whole into one subnet, which it chooses itself.
 *
 * All groups without an override are one load: they share one subnet of VpcConfig. A group with an override is a load of its own, in
 * one of its own subnets, because EFA traffic does not cross zones.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ClusterInstanceGroupSpecification.html
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/efa.html
 */
interface Load {
  /** `cluster`: the groups without an override; `override`: one group with its own subnets. */
  readonly kind: 'cluster' | 'override'
  /** Nodes of it are there already, in one of the subnets: which one is settled, and not known. */
  readonly settled: boolean
  readonly groups: readonly GroupDemand[]
  /** Subnets that it may be placed in; at least one. */
  readonly candidates: readonly string[]
  /** IPv4 addresses of all its groups. */
  readonly addresses: number
}

/** Free IPv4 addresses of the plan's subnets that exist in its VPC and could be read, by subnet id. */
export const freeAddresses = (plan: Plan, subnets: Subnets): ReadonlyMap<string, number> => {
  const vpcId = vpcIdOf(plan, subnets)
  return new Map(
    plannedSubnets(plan).flatMap(({ id }) => {
      const subnet = knownValue(readItem(subnets, id)) ?? null
      return subnet === null || subnet.vpcId !== vpcId
        ? []
        : [[id, subnet.cidrBlock === null ? 0 : subnet.availableIpAddressCount] as const]
    }),
  )
}

/**
 * What of them may be used: the threshold `spare-addresses` keeps some of each subnet free. Never below 0. A subnet
 * that could not be read may have room for whatever others lack room for.
 */
const usableAddresses = (plan: Plan, subnets: Subnets): ReadonlyMap<string, number> => {
  const spare = thresholdOf(plan, 'spare-addresses')
  const unread = plannedSubnets(plan).flatMap(({ id }) => (readItem(subnets, id).ok ? [] : [[id, Number.MAX_SAFE_INTEGER] as const]))
  return new Map([...[...freeAddresses(plan, subnets)].map(([id, free]) => [id, Math.max(0, free - spare)] as const), ...unread])
}

const sumOf = (demands: readonly { readonly addresses: number }[]): number => demands.reduce((sum, { addresses }) => sum + addresses, 0)

/** The loads of the plan that have nodes, at their wanted counts; those without a subnet in `free` are left out. */
const plannedLoads = (plan: Plan, types: Types, free: ReadonlyMap<string, number>): readonly Load[] => {
  const model = addressModelOf(plan)
  const added = additions(plan, 'running').instanceGroups.filter(({ instanceCount }) => instanceCount > 0)
  const demands = added.map((group) => groupDemand(group, types, model))
  const settled = plan.instanceGroups.some((group) => group.overrideVpcConfig === null && existingNodes(group, plan, 'running') > 0)
  const load = (kind: Load['kind'], groups: readonly GroupDemand[], subnetIds: readonly string[]): readonly Load[] => {
    const candidates = [...new Set(subnetIds)].filter((id) => free.has(id))
    return groups.length === 0 || candidates.length === 0
      ? []
      : [{ kind, settled: kind === 'cluster' && settled, groups, candidates, addresses: sumOf(groups) }]
  }
  const shared = demands.filter(({ group }) => group.overrideVpcConfig === null)
  return [
    ...load('cluster', shared, plan.vpcConfig?.subnetIds ?? []),
    ...demands.flatMap((demand) => load('override', [demand], demand.group.overrideVpcConfig?.subnetIds ?? [])),
  ]
}

/**
 * What one subnet can be said to hold.
 *
 * - `holds`: everything that may be placed in it fits.
 * - `may-overflow`: all loads can be placed, but HyperPod may choose this subnet for more than it holds.
 * - `holds-least`: not all that is wanted can be placed, but the least that the request accepts can.
 * - `overfull`: not even that can.
 */
type SubnetVerdict = 'holds' | 'may-overflow' | 'holds-least' | 'overfull'

/** What may have to be placed in one subnet of the plan. */
export interface SubnetDemand {
  readonly subnetId: string
  readonly location: Location | null
  readonly verdict: SubnetVerdict
  /** The groups that count here, those without an override first: those that have to fit where they alone are too much, else all that may. */
  readonly groups: readonly GroupDemand[]
  /** Subnets that these groups may be placed in, this one among them. */
  readonly candidates: readonly string[]
  /** IPv4 addresses of these groups. */
  readonly addresses: number
}

/**
 * What may be placed in each subnet of the plan that exists in its VPC, and whether it can be.
 *
 * HyperPod chooses the subnets. All groups without an override share one, and it may be any of VpcConfig: each of them has to hold all
 * of those groups, while the groups with an override make room. Of a group with an override it is enough that some choice goes well;
 * that another does not is told by `may-overflow`.
 */
export const subnetDemands = (plan: Plan, subnets: Subnets, types: Types): readonly SubnetDemand[] => {
  const free = usableAddresses(plan, subnets)
  const loads = plannedLoads(plan, types, free)
  const overfull = unplaceable(loads, free)
  const least = loads.map((load) => ({
    ...load,
    addresses: load.groups.reduce((sum, { leastAddresses }) => sum + leastAddresses, 0),
  }))
  const overfullAtLeast = unplaceable(least, free)
  return plannedSubnets(plan)
    .filter(({ id }) => free.has(id))
    .map(({ id, location }) => {
      const room = free.get(id) ?? 0
      const possible = loads.filter(({ candidates }) => candidates.includes(id))
      const certain = possible.filter(({ kind, settled, candidates }) => (kind === 'cluster' && !settled) || candidates.length === 1)
      const counted = sumOf(certain) > room ? certain : possible
      return {
        subnetId: id,
        location,
        verdict: sumOf(possible) <= room ? 'holds' : beyondRoom(id, overfull, overfullAtLeast),
        groups: counted.flatMap(({ groups }) => groups),
        candidates: [...new Set(counted.flatMap(({ candidates }) => candidates))],
        addresses: sumOf(counted),
      }
    })
}

const beyondRoom = (id: string, overfull: ReadonlySet<string>, overfullAtLeast: ReadonlySet<string>): SubnetVerdict => {
  if (!overfull.has(id)) return 'may-overflow'
  return overfullAtLeast.has(id) ? 'overfull' : 'holds-least'
}

/**
 * Subnets that are overfull: those of VpcConfig that do not hold the groups without an override when HyperPod chooses them, and the
 * others that are overfull whichever it chooses.
 */
const unplaceable = (loads: readonly Load[], free: ReadonlyMap<string, number>): ReadonlySet<string> => {
  const cluster = loads.find(({ kind, settled }) => kind === 'cluster' && !settled)
  if (cluster === undefined) return overfullSubnets(loads, free)
  const others = loads.filter((load) => load !== cluster)
  const byChoice = cluster.candidates.map((id) => [id, overfullSubnets([{ ...cluster, candidates: [id] }, ...others], free)] as const)
  const chosen = byChoice.flatMap(([id, overfull]) => (overfull.has(id) ? [id] : []))
  const always = [...free.keys()].filter((id) => !cluster.candidates.includes(id) && byChoice.every(([, overfull]) => overfull.has(id)))
  return new Set([...chosen, ...always])
}

/**
 * Per subnet that the group may be placed in: how many of its nodes fit there while all other groups get the nodes that they want.
 *
 * HyperPod chooses among the subnets. A group without an override has to fit into each of its subnets, so the least of them counts;
 * of a group with an override the most does. `nodes` may be more than the group wants. Others with several subnets are taken to be
 * where they are least in the way. Groups of several types count with the one that takes most addresses. Empty where nothing can be
 * said: none of the group's types has a known size, or none of its subnets exists in the plan's VPC.
 */
export const nodesThatFit = (
  group: InstanceGroup,
  plan: Plan,
  subnets: Subnets,
  types: Types,
): readonly { readonly subnetId: string; readonly nodes: number }[] => {
  const own = groupDemand(group, types, addressModelOf(plan))
  if (own.addressesPerNode === 0) return []
  const free = usableAddresses(plan, subnets)
  const others: Plan = { ...plan, instanceGroups: plan.instanceGroups.filter((other) => other !== group) }
  const loads = plannedLoads(others, types, free)
  const beside = group.overrideVpcConfig === null ? loads.filter(({ kind }) => kind === 'cluster') : []
  const apart = loads.filter((load) => !beside.includes(load))
  const known = freeAddresses(plan, subnets)
  const candidates = [...new Set(placementOf(group, plan)?.subnetIds ?? [])].filter((id) => known.has(id))
  return candidates.map((subnetId) => {
    const shared = sumOf(beside)
    const fits = (nodes: number): boolean => {
      const item: Item = { candidates: [subnetId], addresses: shared + nodes * own.addressesPerNode }
      return !overfullSubnets([item, ...apart], free).has(subnetId)
    }
    const most = Math.floor(((free.get(subnetId) ?? 0) - shared) / own.addressesPerNode)
    return { subnetId, nodes: largest(most, fits) }
  })
}

/** The largest whole number from 0 to `most` that fits, where all smaller ones do too; 0 where none does. */
const largest = (most: number, fits: (count: number) => boolean): number => {
  let low = 0
  let high = Math.max(0, most)
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (fits(middle)) low = middle
    else high = middle - 1
  }
  return low
}
