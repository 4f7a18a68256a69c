import type { Fact, Gap } from '../../model/fact.ts'
import type { PrefixList, SecurityGroup, SecurityGroupPermission } from '../../model/facts/network.ts'
import type { Facts } from '../../model/facts.ts'
import type { Plan } from '../../model/plan.ts'
import { keyed, readItems, unreadGap } from '../fact.ts'
import { placementOf } from '../plan/placement.ts'
import { enumerate } from '../text/enumerate.ts'
import { type AddressFamily, coversAll, everyAddress, familyOf } from './cidr-cover.ts'
import { type SecurityGroupPlacement, securityGroupPlacements } from './security-groups.ts'
import { addressBlocks } from './vpc.ts'

/**
 * Network interfaces that carry the same security groups: the nodes of a placement, an interface endpoint, a file system, a control
 * plane.
 */
export interface Peer {
  /** What it is, as part of a sentence: `the nodes of worker-1`. */
  readonly name: string
  readonly securityGroups: readonly SecurityGroup[]
  /** Ids of groups that it carries too, but that could not be found in this account, or not be read: their rules are not known. */
  readonly unread: readonly string[]
  /** Why one of `unread` that exists could not be read; absent where they just were not found. */
  readonly gap?: Gap
  /** All addresses that it may have, IPv4 and IPv6; empty where they are not known. */
  readonly cidrBlocks: readonly string[]
}

/** What one peer opens towards another. Ports, both included, say nothing for `all`, which means every protocol. */
export interface Traffic {
  readonly protocol: 'tcp' | 'udp' | 'all'
  readonly fromPort: number
  readonly toPort: number
}

export type Reach =
  | { readonly kind: 'open' }
  /** `egress`: no outbound rule of the first peer lets it out; `ingress`: no inbound rule of the second one lets it in. */
  | { readonly kind: 'closed'; readonly closedAt: readonly ('egress' | 'ingress')[]; readonly ports: string }
  /** What could not be read decides it. */
  | { readonly kind: 'undecided'; readonly because: string; readonly gap: Gap }

/**
 * Whether security groups let `from` open this traffic to `to`: outbound rules of the first, inbound rules of the second. Answers need
 * no rule, security groups are stateful. https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html
 *
 * Rules of all groups of a peer add up, and so do their ranges and their ports. A rule that names a group matches the peer that carries
 * it, whatever its addresses; a rule that names addresses matches where all addresses of the peer are among them. Both peers are taken
 * to speak IPv4, unless one of them has IPv6 addresses only. A peer of unknown addresses is matched by its groups and by `0.0.0.0/0`.
 *
 * Network ACLs and routes are another question.
 */
export const reach = (from: Peer, to: Peer, traffic: Traffic, prefixLists: Fact<Facts['prefixLists']>): Reach => {
  const between = { family: sharedFamily(from, to), prefixLists }
  return conclude(traffic, [
    judge({ ...between, side: 'egress', holder: from, other: to }, traffic),
    judge({ ...between, side: 'ingress', holder: to, other: from }, traffic),
  ])
}

/** The same for connections of every kind. */
export const reachOnEveryPort = (from: Peer, to: Peer, prefixLists: Fact<Facts['prefixLists']>): Reach =>
  onEveryPort((traffic) => reach(from, to, traffic, prefixLists))

/**
 * What judging all of TCP and all of UDP comes to, which is what nodes speak to each other: one rule for all protocols opens both, and so
 * do rules for the two. ICMP is not asked for.
 */
export const onEveryPort = (judgeTraffic: (traffic: Traffic) => Reach): Reach => {
  const legs = (['tcp', 'udp'] as const).map((protocol) => judgeTraffic({ protocol, fromPort: 0, toPort: highestPort }))
  const closed = legs.flatMap((leg) => (leg.kind === 'closed' ? [leg] : []))
  if (closed.length > 0) {
    const ports = closed.map((leg) => leg.ports)
    const all = closed.length === legs.length && ports.every((text) => text.endsWith(' 0-65535'))
    return {
      kind: 'closed',
      closedAt: [...new Set(closed.flatMap(({ closedAt }) => closedAt))],
      ports: all ? 'all traffic' : ports.join(' and '),
    }
  }
  return legs.find(({ kind }) => kind === 'undecided') ?? { kind: 'open' }
}

/** The first half of {@link reach}: whether the outbound rules of `from` let it out, whatever `to` accepts. */
export const letsOut = (from: Peer, to: Peer, traffic: Traffic, prefixLists: Fact<Facts['prefixLists']>): Reach =>
  conclude(traffic, [judge({ side: 'egress', holder: from, other: to, family: sharedFamily(from, to), prefixLists }, traffic)])

/** The second half of {@link reach}: whether the inbound rules of `to` let it in, whatever `from` may send. */
export const letsIn = (to: Peer, from: Peer, traffic: Traffic, prefixLists: Fact<Facts['prefixLists']>): Reach =>
  conclude(traffic, [judge({ side: 'ingress', holder: to, other: from, family: sharedFamily(from, to), prefixLists }, traffic)])

const conclude = (traffic: Traffic, gates: readonly Judged[]): Reach => {
  const closed = gates.filter(({ surelyMissing }) => surelyMissing.length > 0)
  const [doubt, ...others] = gates.flatMap(({ doubts }) => doubts)
  if (closed.length > 0) {
    const missing = closed.flatMap(({ surelyMissing }) => surelyMissing)
    return { kind: 'closed', closedAt: closed.map(({ side }) => side), ports: portsOf(traffic, missing) }
  }
  if (doubt === undefined) return { kind: 'open' }
  return { kind: 'undecided', because: [...new Set([doubt, ...others].map(({ because }) => because))].join('; '), gap: doubt.gap }
}

/** The peer of these groups. An id that `groups` lacks, or has no group for, is `unread`. */
export const peerOf = (
  name: string,
  securityGroupIds: readonly string[],
  groups: Facts['securityGroups'],
  cidrBlocks: readonly string[],
): Peer => {
  const ids = [...new Set(securityGroupIds)]
  const securityGroups = readItems(groups, ids)
  const read = new Set(securityGroups.map(({ securityGroupId }) => securityGroupId))
  const gap = unreadGap(groups, ids)
  return { name, securityGroups, unread: ids.filter((id) => !read.has(id)), cidrBlocks, ...(gap !== null && { gap }) }
}

/** The nodes of a placement as a peer. */
export type NodePeer = Peer & { readonly placement: SecurityGroupPlacement }

/**
 * The nodes of the plan, one peer for each set of security groups that nodes carry. Their addresses are those of all subnets that these
 * nodes may land in; subnets that do not exist are left out, and none is known where one of them could not be read.
 */
export const nodePeers = (plan: Plan, securityGroups: Facts['securityGroups'], subnets: Facts['subnets']): readonly NodePeer[] =>
  securityGroupPlacements(plan).map((placement) => {
    const { instanceGroups, securityGroupIds } = placement
    const configs = instanceGroups.length === 0 ? [plan.vpcConfig] : instanceGroups.map((group) => placementOf(group, plan))
    const ids = [...new Set(configs.flatMap((config) => config?.subnetIds ?? []))]
    // In a subnet that could not be read a node may have any address.
    const blocks = unreadGap(subnets, ids) === null ? [...new Set(readItems(subnets, ids).flatMap(addressBlocks))] : []
    return { ...peerOf(nodesOf(placement), securityGroupIds, securityGroups, blocks), placement }
  })

const namedGroups = 3

const nodesOf = ({ instanceGroups }: SecurityGroupPlacement): string => {
  if (instanceGroups.length === 0) return 'the nodes'
  return `the nodes of ${enumerate(
    instanceGroups.map(({ name }) => name),
    namedGroups,
    'group',
  )}`
}

/** The ids of all groups that a peer carries. */
export const idsOf = ({ securityGroups, unread }: Peer): readonly string[] => [
  ...securityGroups.map(({ securityGroupId }) => securityGroupId),
  ...unread,
]

/** The family that both speak; null where they have none in common. IPv4 where nothing says otherwise. */
const sharedFamily = (from: Peer, to: Peer): AddressFamily | null => {
  const speaks = ({ cidrBlocks }: Peer, family: AddressFamily): boolean =>
    cidrBlocks.length === 0 || cidrBlocks.some((block) => familyOf(block) === family)
  return (['ipv4', 'ipv6'] as const).find((family) => speaks(from, family) && speaks(to, family)) ?? null
}

/** One of the two places where traffic is let through or not: the rules of `holder` about `other`. */
interface Gate {
  readonly side: 'egress' | 'ingress'
  readonly holder: Peer
  readonly other: Peer
  readonly family: AddressFamily | null
  readonly prefixLists: Fact<Facts['prefixLists']>
}

interface Ports {
  readonly from: number
  readonly to: number
}

/** What is not known, and the gap that is to blame. */
interface Doubt {
  readonly because: string
  readonly gap: Gap
}

interface Judged {
  readonly side: Gate['side']
  /** Ports that stay closed whatever could not be read. */
  readonly surelyMissing: readonly Ports[]
  /** What decides about the other ports that no known rule opens; empty where all of those are open. */
  readonly doubts: readonly Doubt[]
}

/** The rules are the same for every port between two bounds of theirs: each such piece is judged as a whole. */
const judge = (gate: Gate, traffic: Traffic): Judged => {
  const permissions = gate.holder.securityGroups.flatMap((group) => group[gate.side])
  const pieces = pieceUp(traffic, permissions).map((ports) => {
    const here = permissions.filter((permission) => letsThrough(permission, traffic, ports))
    const open = allows(gate, here)
    return { ports, open, doubts: open ? [] : doubtsOf(gate, here) }
  })
  return {
    side: gate.side,
    surelyMissing: pieces.filter(({ open, doubts }) => !open && doubts.length === 0).map(({ ports }) => ports),
    doubts: pieces.flatMap(({ doubts }) => doubts),
  }
}

const highestPort = 65_535

const protocolNames: Readonly<Record<Exclude<Traffic['protocol'], 'all'>, readonly string[]>> = { tcp: ['tcp', '6'], udp: ['udp', '17'] }

const isOf = ({ protocol }: SecurityGroupPermission, traffic: Traffic): boolean =>
  protocol === '-1' || (traffic.protocol !== 'all' && protocolNames[traffic.protocol].includes(protocol))

const portsOfPermission = ({ protocol, fromPort, toPort }: SecurityGroupPermission): Ports =>
  protocol === '-1' ? { from: 0, to: highestPort } : { from: fromPort ?? 0, to: toPort ?? highestPort }

const letsThrough = (permission: SecurityGroupPermission, traffic: Traffic, { from, to }: Ports): boolean => {
  const ports = portsOfPermission(permission)
  return isOf(permission, traffic) && ports.from <= from && to <= ports.to
}

const pieceUp = (traffic: Traffic, permissions: readonly SecurityGroupPermission[]): readonly Ports[] => {
  if (traffic.protocol === 'all') return [{ from: 0, to: highestPort }]
  const bounds = permissions
    .filter((permission) => isOf(permission, traffic))
    .map(portsOfPermission)
    .flatMap(({ from, to }) => [from, to + 1])
    .filter((bound) => traffic.fromPort < bound && bound <= traffic.toPort)
  const starts = [...new Set([traffic.fromPort, ...bounds])].sort((a, b) => a - b)
  return starts.map((from, index) => ({ from, to: (starts[index + 1] ?? traffic.toPort + 1) - 1 }))
}

/** Whether permissions that are all about the traffic match the other peer. */
const allows = ({ other, family, prefixLists }: Gate, permissions: readonly SecurityGroupPermission[]): boolean => {
  const carried = idsOf(other)
  if (permissions.some(({ securityGroupIds }) => securityGroupIds.some((id) => carried.includes(id)))) return true
  return (
    family !== null &&
    coversAll(
      permissions.flatMap((permission) => knownRanges(permission, prefixLists)),
      blocksOf(other, family),
    )
  )
}

/** A peer of unknown addresses may have any. */
const blocksOf = ({ cidrBlocks }: Peer, family: AddressFamily): readonly string[] =>
  cidrBlocks.length === 0 ? [everyAddress[family]] : cidrBlocks.filter((block) => familyOf(block) === family)

/** The address ranges of a permission, those of its prefix lists included as far as they are known. */
export const knownRanges = (
  { ipv4Ranges, ipv6Ranges, prefixListIds }: SecurityGroupPermission,
  prefixLists: Fact<Facts['prefixLists']>,
): readonly string[] => [
  ...ipv4Ranges,
  ...ipv6Ranges,
  ...prefixListIds.flatMap((id) => {
    const list = prefixListOf(id, prefixLists)
    return list.ok ? list.value.cidrBlocks : []
  }),
]

/**
 * A prefix list by id. One that the account cannot see is a gap and not an empty list: a list that is no longer shared with an account
 * goes on to work in the rules that name it. https://docs.aws.amazon.com/vpc/latest/userguide/work-with-shared-prefixes.html
 */
export const prefixListOf = (id: string, prefixLists: Fact<Facts['prefixLists']>): Fact<PrefixList> => {
  const list = keyed(prefixLists, id)
  if (!list.ok) return list
  return list.value === null ? { ok: false, gap: notVisible(id) } : { ok: true, value: list.value }
}

const notVisible = (id: string): Gap => ({
  reason: 'unsupported',
  action: 'ec2:DescribeManagedPrefixLists',
  message: `ec2:DescribeManagedPrefixLists shows no ${id} in this account, so the addresses in it cannot be read`,
})

/** What could open a gate that the known rules leave closed. */
const doubtsOf = (gate: Gate, permissions: readonly SecurityGroupPermission[]): readonly Doubt[] => [
  ...unreadDoubts(gate),
  ...(gate.family === null ? [] : [...prefixListDoubts(gate, permissions), ...addressDoubts(gate, permissions)]),
]

const unreadDoubts = ({ holder, side }: Gate): readonly Doubt[] => {
  if (holder.unread.length === 0) return []
  const ids = holder.unread.join(', ')
  const message = `ec2:DescribeSecurityGroups shows no ${ids} in this account, so what ${side === 'ingress' ? 'comes in' : 'goes out'} by ${holder.unread.length === 1 ? 'its' : 'their'} rules is not known`
  return [
    {
      because: `the rules of ${ids} on ${holder.name} cannot be read`,
      gap: holder.gap ?? { reason: 'unsupported', action: 'ec2:DescribeSecurityGroups', message },
    },
  ]
}

const prefixListDoubts = ({ prefixLists }: Gate, permissions: readonly SecurityGroupPermission[]): readonly Doubt[] =>
  [...new Set(permissions.flatMap(({ prefixListIds }) => prefixListIds))].flatMap((id) => {
    const list = prefixListOf(id, prefixLists)
    return list.ok ? [] : [{ because: `the addresses of the prefix list ${id} are not known`, gap: list.gap }]
  })

const addressDoubts = ({ other, family, prefixLists }: Gate, permissions: readonly SecurityGroupPermission[]): readonly Doubt[] => {
  const ranges = permissions.flatMap((permission) => knownRanges(permission, prefixLists))
  if (other.cidrBlocks.length > 0 || !ranges.some((range) => familyOf(range) === family)) return []
  const because = `the addresses of ${other.name} are not known`
  return [{ because, gap: { reason: 'unsupported', action: 'none', message: `${because}, so rules for address ranges cannot be judged` } }]
}

/** `TCP 988, 1018-1023`: each port once, neighbours joined. */
const portsOf = ({ protocol }: Traffic, ports: readonly Ports[]): string => {
  if (protocol === 'all') return 'all traffic'
  const all: Ports[] = []
  for (const piece of ports.toSorted((a, b) => a.from - b.from)) {
    const latest = all.at(-1)
    if (latest === undefined || piece.from > latest.to + 1) all.push(piece)
    else all[all.length - 1] = { from: latest.from, to: Math.max(latest.to, piece.to) }
  }
  return `${protocol.toUpperCase()} ${all.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`)).join(', ')}`
}
