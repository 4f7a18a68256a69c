import ipaddr from 'ipaddr.js'
import type { Fact, Gap } from '../../model/fact.ts'
import type { Route, RouteTable, RouteTarget, Subnet } from '../../model/facts/network.ts'
import type { Facts } from '../../model/facts.ts'

/**
 * What becomes of traffic on its way out of a subnet, as its route table has it. Whether a security group, a network ACL or the other
 * side lets it through is another question.
 */
export type Way =
  /** Stays inside the VPC. */
  | { readonly kind: 'local'; readonly route: Route }
  /** Leaves through a NAT gateway: nodes need no public address. */
  | { readonly kind: 'nat-gateway'; readonly route: Route }
  /** The same for IPv6. */
  | { readonly kind: 'egress-only-internet-gateway'; readonly route: Route }
  /** Leaves only from interfaces that have a public address, which HyperPod nodes have not. */
  | { readonly kind: 'internet-gateway'; readonly route: Route }
  /** Handed on to a router of its own (transit gateway, VPN, Cloud WAN, virtual appliance): what that one does is not seen from here. */
  | { readonly kind: 'forwarded'; readonly route: Route }
  /** Handed to a VPC peering connection, which carries nothing beyond the peer VPC. */
  | { readonly kind: 'peering'; readonly route: Route }
  /** Dropped: the target of the route is gone. */
  | { readonly kind: 'blackhole'; readonly route: Route }
  /** No route that can be read covers it, but routes to prefix lists whose content is not known may. `gap` says why it is not. */
  | { readonly kind: 'undecided'; readonly routes: readonly Route[]; readonly gap: Gap }
  /** Dropped: nothing covers it. */
  | { readonly kind: 'no-route' }

/**
 * The route table of a subnet: the one that is associated with it, else the main table of its VPC. A gap where its routes could not be
 * read, or where the list has neither: no VPC is without a main table, so the list is not all of it.
 * https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html
 */
export const routeTableOf = ({ subnetId, vpcId }: Pick<Subnet, 'subnetId' | 'vpcId'>, tables: readonly RouteTable[]): Fact<RouteTable> => {
  const table =
    tables.find((candidate) => candidate.subnetIds.includes(subnetId)) ??
    tables.find((candidate) => candidate.isMain && candidate.vpcId === vpcId)
  if (table?.unread !== undefined) return { ok: false, gap: table.unread }
  if (table !== undefined) return { ok: true, value: table }
  const message = `ec2:DescribeRouteTables lists no route table for ${subnetId}, not even the main one of ${vpcId}`
  return { ok: false, gap: { reason: 'unexpected', action: 'ec2:DescribeRouteTables', message } }
}

/** The CIDR blocks of a prefix list, by its id; a gap where they are not known. */
export type PrefixListBlocks = (prefixListId: string) => Fact<readonly string[]>

/** What the fact about prefix lists tells about each of them. A list that AWS does not show to this account is a gap too. */
export const prefixListBlocks =
  (lists: Fact<Facts['prefixLists']>): PrefixListBlocks =>
  (id) => {
    if (!lists.ok) return lists
    const list = Object.hasOwn(lists.value, id) ? lists.value[id] : undefined
    if (list === undefined) return unread(id)
    if (!list.ok) return list
    return list.value === null ? unlisted(id) : { ok: true, value: list.value.cidrBlocks }
  }

const unread: PrefixListBlocks = (id) => ({
  ok: false,
  gap: { reason: 'unexpected', action: 'ec2:GetManagedPrefixListEntries', message: `the entries of prefix list ${id} were not read` },
})

const unlisted: PrefixListBlocks = (id) => ({
  ok: false,
  gap: {
    reason: 'unexpected',
    action: 'ec2:DescribeManagedPrefixLists',
    message: `ec2:DescribeManagedPrefixLists does not list ${id}, which a route names: what is in it is not known`,
  },
})

/**
 * The way to an address, or to all of a CIDR block, by the most specific route that covers the whole of it. A route to a prefix list
 * counts as a route to each of its blocks. Between routes to the same destination a written one goes before one to a prefix list, and
 * both before a propagated one.
 * https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html
 *
 * @throws where `destination` is neither an address nor a CIDR block
 */
export const wayTo = (destination: string, table: RouteTable, blocks: PrefixListBlocks = unread): Way => {
  const wanted = blockOf(destination.includes('/') ? destination : `${destination}/${destination.includes(':') ? 128 : 32}`)
  const [best] = table.routes
    .flatMap((route) => blocksOf(route, blocks).map((block) => ({ route, block })))
    .filter(({ block }) => covers(block, wanted))
    .sort((a, b) => b.block.prefix - a.block.prefix || precedence(a.route) - precedence(b.route))
  if (best !== undefined) return wayOf(best.route)
  const unknown = table.routes.flatMap((route) => {
    if (!isPrefixList(route) || route.target.kind === 'vpc-endpoint') return []
    const read = blocks(route.destination)
    return read.ok ? [] : [{ route, gap: read.gap }]
  })
  const [first] = unknown
  return first === undefined ? { kind: 'no-route' } : { kind: 'undecided', routes: unknown.map(({ route }) => route), gap: first.gap }
}

const blocksOf = (route: Route, blocks: PrefixListBlocks): readonly Block[] => {
  if (!isPrefixList(route)) return [blockOf(route.destination)]
  const read = blocks(route.destination)
  return read.ok ? read.value.map(blockOf) : []
}

const precedence = (route: Route): number => {
  if (route.propagated) return 2
  return isPrefixList(route) ? 1 : 0
}

/**
 * The ways to the two halves of the internet over IPv4, the one that gets less far first: a default route may be written as two halves
 * that go different ways.
 */
export const waysToInternet = (table: RouteTable, blocks: PrefixListBlocks = unread): readonly [Way, Way] => {
  const [lower, upper] = [wayTo('0.0.0.0/1', table, blocks), wayTo('128.0.0.0/1', table, blocks)]
  return reach.indexOf(lower.kind) <= reach.indexOf(upper.kind) ? [lower, upper] : [upper, lower]
}

/** Of {@link waysToInternet}, the one that gets less far: what the subnet can be said to have. */
export const wayToInternet = (table: RouteTable, blocks: PrefixListBlocks = unread): Way => waysToInternet(table, blocks)[0]

/** From the way that gets least far to the one that gets furthest, for a node without a public address. */
const reach: readonly Way['kind'][] = [
  'no-route',
  'blackhole',
  'peering',
  'local',
  'internet-gateway',
  'undecided',
  'forwarded',
  'egress-only-internet-gateway',
  'nat-gateway',
]

/** Default routes, IPv4 and IPv6, that lead to an internet gateway: one of them makes a subnet public. */
export const publicRoutes = (table: RouteTable, blocks: PrefixListBlocks = unread): readonly Route[] => [
  ...new Set(
    ['0.0.0.0/1', '128.0.0.0/1', globalUnicast].flatMap((block) => {
      const way = wayTo(block, table, blocks)
      return way.kind === 'internet-gateway' ? [way.route] : []
    }),
  ),
]

/**
 * Routes to an internet gateway whose prefix list is not known: with a default route in it, they would make the subnet public.
 */
export const perhapsPublicRoutes = (table: RouteTable, blocks: PrefixListBlocks): readonly { readonly route: Route; readonly gap: Gap }[] =>
  table.routes.flatMap((route) => {
    if (!isPrefixList(route) || route.target.kind !== 'internet-gateway' || route.state === 'blackhole') return []
    const read = blocks(route.destination)
    return read.ok ? [] : [{ route, gap: read.gap }]
  })

/** Every IPv6 address of the internet: https://www.iana.org/assignments/ipv6-address-space */
const globalUnicast = '2000::/3'

/** The way in words, with the route that makes it: `0.0.0.0/0 in rtb-0a1b2c3d leads to NAT gateway nat-0a1b2c3d`. */
export const wayText = (way: Way, { routeTableId }: RouteTable): string => {
  if (way.kind === 'no-route') return `${routeTableId} has no default route`
  if (way.kind === 'undecided') {
    const lists = way.routes.map(({ destination }) => destination)
    return `${routeTableId} has no default route; whether its prefix lists (${lists.join(', ')}) have one was not read`
  }
  const leads = `${way.route.destination} in ${routeTableId} leads to ${targetText(way.route.target)}`
  return `${leads}${caveats[way.kind] ?? ''}`
}

const caveats: Readonly<Partial<Record<Way['kind'], string>>> = {
  blackhole: ', which is gone (blackhole)',
  'internet-gateway': ', which carries nothing for nodes: they get no public address',
  peering: ', which carries nothing beyond the peer VPC',
}

/** A route's target as people call it, with its id: `NAT gateway nat-0a1b2c3d`. */
export const targetText = ({ kind, id }: RouteTarget): string =>
  id === '' || kind === 'local' ? targetNames[kind] : `${targetNames[kind]} ${id}`

const targetNames: Readonly<Record<RouteTarget['kind'], string>> = {
  local: 'the VPC itself',
  'internet-gateway': 'internet gateway',
  'egress-only-internet-gateway': 'egress-only internet gateway',
  'nat-gateway': 'NAT gateway',
  'transit-gateway': 'transit gateway',
  'vpc-endpoint': 'VPC endpoint',
  'network-interface': 'network interface',
  instance: 'instance',
  peering: 'VPC peering connection',
  'virtual-private-gateway': 'virtual private gateway',
  'carrier-gateway': 'carrier gateway',
  'local-gateway': 'local gateway',
  'core-network': 'core network',
  other: 'another target',
}

const wayOf = (route: Route): Way => {
  if (route.state === 'blackhole') return { kind: 'blackhole', route }
  switch (route.target.kind) {
    case 'local':
    case 'nat-gateway':
    case 'egress-only-internet-gateway':
    case 'internet-gateway':
    case 'peering':
      return { kind: route.target.kind, route }
    default:
      return { kind: 'forwarded', route }
  }
}

interface Block {
  readonly address: ReturnType<typeof ipaddr.parse>
  readonly prefix: number
}

const isPrefixList = ({ destination }: Route): boolean => destination.startsWith('pl-')

const blockOf = (cidr: string): Block => {
  const [address, prefix] = ipaddr.parseCIDR(cidr)
  return { address, prefix }
}

/** Whether all of `inner` is in `outer`. */
const covers = (outer: Block, inner: Block): boolean =>
  outer.address.kind() === inner.address.kind() && outer.prefix <= inner.prefix && inner.address.match(outer.address, outer.prefix)
