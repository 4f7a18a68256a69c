import type { Fact, Gap } from '../../model/fact.ts'
import type { NatGateway, Route, RouteTable } from '../../model/facts/network.ts'
import { type Origin, type RouterFault, type Routers, shutRouter } from './routers.ts'
import { type PrefixListBlocks, routeTableOf, targetText, type Way, waysToInternet, wayText, wayToInternet } from './routes.ts'

/**
 * How far traffic for the internet gets from a subnet whose nodes have no public address, over IPv4, by route tables and NAT gateways.
 * `text` says it in words, with the route that makes it. Security groups and network ACLs are another question.
 */
export type InternetAccess =
  /** Through a NAT gateway that works. */
  | { readonly kind: 'open'; readonly text: string; readonly route: Route }
  /** To a router of its own (transit gateway, VPN, appliance): out only if that one leads out, which is not seen from here. */
  | { readonly kind: 'forwarded'; readonly text: string; readonly route: Route }
  /** Nowhere, or nowhere with a private address. */
  | { readonly kind: 'closed'; readonly text: string; readonly fault: Fault }
  /** What would decide it is not known. `unseen` is the id of a gateway that AWS does not show to this account. */
  | { readonly kind: 'undecided'; readonly text: string; readonly gap: Gap; readonly unseen?: string }

/** Why traffic does not get out, with what stands in the way. */
export type Fault =
  | { readonly kind: 'no-route' }
  /** To an internet gateway, without a public address; to a peer VPC; to the VPC itself. */
  | { readonly kind: 'no-exit'; readonly route: Route }
  /** The target of the route is gone. */
  | { readonly kind: 'blackhole'; readonly route: Route }
  /** The NAT gateway is not, or no longer, in service. */
  | { readonly kind: 'nat-not-available'; readonly route: Route; readonly natGateway: NatGateway }
  /** A public NAT gateway that has no address on the internet. */
  | { readonly kind: 'nat-without-address'; readonly route: Route; readonly natGateway: NatGateway }
  /** A private NAT gateway translates towards other networks; the internet gateway drops what comes through it. */
  | { readonly kind: 'nat-private'; readonly route: Route; readonly natGateway: NatGateway }
  /** The NAT gateway stands in a subnet that has no route to an internet gateway. */
  | { readonly kind: 'nat-enclosed'; readonly route: Route; readonly natGateway: NatGateway; readonly table: RouteTable }
  /** A firewall endpoint stands in a subnet from which nodes get nowhere. */
  | { readonly kind: 'firewall-enclosed'; readonly route: Route }
  | RouterFault

/** What there is to decide by, of the VPC of the subnet. */
export interface Routing {
  readonly routeTables: readonly RouteTable[]
  readonly natGateways: Fact<readonly NatGateway[]>
  readonly prefixLists: PrefixListBlocks
  /** Ids of what routes lead to and somebody vouches for. A way through it is open unless what was read closes it. */
  readonly trusted?: readonly string[]
  /** What else routes lead to; absent where nobody looked. */
  readonly routers?: Routers
}

/**
 * How far traffic gets from a subnet with this route table; `from` is the subnet, where its zone is known. Where the two halves of the
 * internet go different ways, the one that gets less far is given.
 * https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html
 */
export const internetAccess = (table: RouteTable, routing: Routing, from?: Origin): InternetAccess => {
  const [less, more] = waysToInternet(table, routing.prefixLists)
  const [one, other] = [accessBy(less, table, routing, from), accessBy(more, table, routing, from)]
  return reach.indexOf(one.kind) <= reach.indexOf(other.kind) ? one : other
}

const reach: readonly InternetAccess['kind'][] = ['closed', 'undecided', 'forwarded', 'open']

/** Whether traffic gets out, or may for all that is seen from here. */
export const mayLeadOut = (access: InternetAccess): access is Extract<InternetAccess, { readonly kind: 'open' | 'forwarded' }> =>
  access.kind === 'open' || access.kind === 'forwarded'

const accessBy = (way: Way, table: RouteTable, routing: Routing, from: Origin | undefined): InternetAccess => {
  const access = accessSeen(way, table, routing, from)
  const vouched = 'route' in way && routing.trusted?.includes(way.route.target.id) === true
  return vouched && (access.kind === 'forwarded' || access.kind === 'undecided')
    ? { kind: 'open', text: wayText(way, table), route: way.route }
    : access
}

const accessSeen = (way: Way, table: RouteTable, routing: Routing, from: Origin | undefined): InternetAccess => {
  const text = wayText(way, table)
  switch (way.kind) {
    case 'no-route':
      return { kind: 'closed', text, fault: { kind: 'no-route' } }
    case 'blackhole':
      return { kind: 'closed', text, fault: { kind: 'blackhole', route: way.route } }
    case 'undecided':
      return { kind: 'undecided', text, gap: way.gap }
    case 'forwarded':
      return throughRouter(way.route, text, routing, from)
    case 'nat-gateway':
      return throughNat(way.route, text, routing)
    default:
      return { kind: 'closed', text, fault: { kind: 'no-exit', route: way.route } }
  }
}

/** What a router does behind what was read of it is not seen from here. */
const throughRouter = (route: Route, text: string, routing: Routing, from: Origin | undefined): InternetAccess => {
  const shut = shutRouter(route, from, routing)
  if (shut !== null) return { kind: 'closed', text: `${text}, ${shut.text}`, fault: shut.fault }
  const beyond = beyondFirewall(route, routing, from)
  if (beyond?.kind === 'closed') {
    return {
      kind: 'closed',
      text: `${text}, whose own subnet has this way on: ${beyond.text}`,
      fault: { kind: 'firewall-enclosed', route },
    }
  }
  return { kind: 'forwarded', text, route }
}

/**
 * Where AWS Network Firewall hands on what it lets through, with the nodes' own addresses: by the route table of its endpoint's subnet.
 * Null for what is none of its endpoints, and where the subnet is not known.
 * https://docs.aws.amazon.com/network-firewall/latest/developerguide/route-tables.html
 */
const beyondFirewall = ({ target }: Route, routing: Routing, from: Origin | undefined): InternetAccess | null => {
  const { routers } = routing
  if (routers === undefined || !routers.endpoints.ok) return null
  const endpoint = routers.endpoints.value.find(({ vpcEndpointId }) => vpcEndpointId === target.id)
  const [subnetId] = endpoint?.subnetIds ?? []
  const [vpcId] = routing.routeTables.map((table) => table.vpcId)
  if (endpoint?.networkFirewall !== true || subnetId === undefined || vpcId === undefined) return null
  const table = routeTableOf({ subnetId, vpcId }, routing.routeTables)
  // A firewall that hands back to itself is met once.
  const endpoints = { ok: true, value: routers.endpoints.value.filter(({ vpcEndpointId }) => vpcEndpointId !== target.id) } as const
  return table.ok ? internetAccess(table.value, { ...routing, routers: { ...routers, endpoints } }, from) : null
}

const throughNat = (route: Route, text: string, routing: Routing): InternetAccess => {
  const { natGateways } = routing
  if (!natGateways.ok) return { kind: 'undecided', text, gap: natGateways.gap }
  const natGateway = natGateways.value.find(({ natGatewayId }) => natGatewayId === route.target.id)
  if (natGateway === undefined) {
    // The gateway of a VPC that another account shares is its owner's to see.
    const message = `ec2:DescribeNatGateways does not list ${route.target.id}, which ${route.destination} leads to: whether it works is not known`
    const gap: Gap = { reason: 'unexpected', action: 'ec2:DescribeNatGateways', message }
    return { kind: 'undecided', text, gap, unseen: route.target.id }
  }
  const { state, unread } = natGateway
  if (unread !== undefined) return { kind: 'undecided', text, gap: unread }
  if (state !== 'available') {
    return { kind: 'closed', text: `${text}, which is ${state}`, fault: { kind: 'nat-not-available', route, natGateway } }
  }
  if (lacksAddress(natGateway)) {
    return { kind: 'closed', text: `${text}, which has no public address`, fault: { kind: 'nat-without-address', route, natGateway } }
  }
  const beyond = beyondNat(natGateway, routing)
  if (beyond === 'internet') return { kind: 'open', text, route }
  if (!beyond.ok) return { kind: 'undecided', text, gap: beyond.gap }
  const { table, way } = beyond.value
  const from = `whose own subnet ${natGateway.subnetId} has this way on: ${wayText(way, table)}`
  // A private gateway may well hand on to a network that has a way out.
  if (way.kind === 'forwarded') return { kind: 'forwarded', text: `${text}, ${from}`, route }
  if (way.kind === 'undecided') return { kind: 'undecided', text, gap: way.gap }
  if (natGateway.connectivityType === 'private') {
    const named = 'which is private: it leads to other networks, never to the internet'
    return { kind: 'closed', text: `${text}, ${named}`, fault: { kind: 'nat-private', route, natGateway } }
  }
  if (way.kind === 'internet-gateway') return { kind: 'open', text, route }
  const enclosed = `whose own subnet ${natGateway.subnetId} has no route to an internet gateway (${wayText(way, table)})`
  return { kind: 'closed', text: `${text}, ${enclosed}`, fault: { kind: 'nat-enclosed', route, natGateway, table } }
}

/** A regional gateway takes its addresses by itself, zone by zone, as they are needed: that none is listed says nothing. */
const lacksAddress = ({ connectivityType, publicIps, subnetId }: NatGateway): boolean =>
  connectivityType === 'public' && subnetId !== null && publicIps.length === 0

/**
 * Where a NAT gateway sends on what it has translated. A regional one is in no subnet and brings its own route to the internet gateway.
 * https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateways-regional.html
 */
const beyondNat = (
  { subnetId, vpcId }: NatGateway,
  { routeTables, prefixLists }: Routing,
): 'internet' | Fact<{ readonly table: RouteTable; readonly way: Way }> => {
  if (subnetId === null) return 'internet'
  const table = routeTableOf({ subnetId, vpcId }, routeTables)
  return table.ok ? { ok: true, value: { table: table.value, way: wayToInternet(table.value, prefixLists) } } : table
}

/** A NAT gateway of the VPC that leads to the internet: what a default route could be given as target. Null where none is known to. */
export const workingNatGateway = (routing: Routing): NatGateway | null =>
  routing.natGateways.ok ? (routing.natGateways.value.find((gateway) => works(gateway, routing)) ?? null) : null

const works = (gateway: NatGateway, routing: Routing): boolean => {
  if (gateway.state !== 'available' || gateway.connectivityType === 'private' || lacksAddress(gateway)) return false
  const beyond = beyondNat(gateway, routing)
  return beyond === 'internet' || (beyond.ok && beyond.value.way.kind === 'internet-gateway')
}

/** A route's target with the route itself: `NAT gateway nat-0a1b2c3d (0.0.0.0/0 in rtb-0a1b2c3d)`. */
export const exitText = (route: Route, { routeTableId }: RouteTable): string =>
  `${targetText(route.target)} (${route.destination} in ${routeTableId})`
