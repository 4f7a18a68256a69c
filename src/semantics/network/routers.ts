import type { Fact } from '../../model/fact.ts'
import type {
  NatGateway,
  Route,
  RouteInterface,
  RouteTable,
  Subnet,
  TransitGatewayAttachment,
  VpcEndpoint,
} from '../../model/facts/network.ts'
import type { Facts } from '../../model/facts.ts'
import { entry, knownValue, readItem, readItems, unreadGap } from '../fact.ts'
import { type PrefixListBlocks, routeTableOf, waysToInternet, wayToInternet } from './routes.ts'

/** What is known of the routers that routes lead to. What could not be read proves nothing. */
export interface Routers {
  readonly attachments: Fact<Facts['transitGatewayAttachments']>
  readonly transitRoutes: Fact<Facts['transitGatewayRoutes']>
  readonly transitSubnets: Fact<Facts['transitSubnets']>
  readonly interfaces: Fact<Facts['routeInterfaces']>
  readonly endpoints: Fact<Facts['vpcEndpoints']>
}

/** What of a router lets nothing of the nodes out. */
export type RouterFault =
  /** The attachment of the VPC is not in use. */
  | { readonly kind: 'transit-not-available'; readonly route: Route; readonly attachment: TransitGatewayAttachment }
  /** The attachment has no subnet in the zone of the nodes. */
  | { readonly kind: 'transit-zone'; readonly route: Route; readonly attachment: TransitGatewayAttachment }
  /** The transit gateway has no route for what comes in by the attachment. */
  | { readonly kind: 'transit-no-route'; readonly route: Route; readonly attachment: TransitGatewayAttachment }
  /** The interface takes only what is addressed to it. */
  | { readonly kind: 'source-dest-check'; readonly route: Route; readonly interface: RouteInterface }
  /** No interface of the instance stands where it could send on what it takes. */
  | { readonly kind: 'appliance-enclosed'; readonly route: Route; readonly interface: RouteInterface }
  /** The endpoint is not in use. */
  | { readonly kind: 'endpoint-not-available'; readonly route: Route; readonly endpoint: VpcEndpoint }

/** A fault with the words for it, to be read after what the route leads to: `which is pending`. */
export interface ShutRouter {
  readonly fault: RouterFault
  readonly text: string
}

/** The zone of the nodes. */
export type Origin = Pick<Subnet, 'subnetId' | 'availabilityZone' | 'availabilityZoneId'>

interface Surroundings {
  readonly routeTables: readonly RouteTable[]
  readonly natGateways: Fact<readonly NatGateway[]>
  readonly prefixLists: PrefixListBlocks
  readonly routers?: Routers
}

/** Why what a route leads to lets nothing of the nodes out; null where nothing that was read says so. */
export const shutRouter = (route: Route, from: Origin | undefined, given: Surroundings): ShutRouter | null => {
  const { routers } = given
  if (routers === undefined) return null
  switch (route.target.kind) {
    case 'transit-gateway':
      return shutTransit(route, from, routers, given.prefixLists)
    case 'instance':
    case 'network-interface':
      return shutAppliance(route, routers, given)
    case 'vpc-endpoint':
      return shutEndpoint(route, routers)
    default:
      return null
  }
}

/**
 * Traffic enters a transit gateway in the zone that it comes from, and takes the route table of the attachment.
 * https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpc-attachments.html
 */
const shutTransit = (route: Route, from: Origin | undefined, routers: Routers, prefixLists: PrefixListBlocks): ShutRouter | null => {
  const all = knownValue(routers.attachments) ?? []
  const attachment = all.find(({ transitGatewayId }) => transitGatewayId === route.target.id)
  // Those of a VPC that another account shares are its owner's to see.
  if (attachment === undefined) return null
  const { attachmentId, state } = attachment
  if (state !== 'available' && state !== 'modifying') {
    return { fault: { kind: 'transit-not-available', route, attachment }, text: `whose attachment ${attachmentId} is ${state}` }
  }
  const zones = zonesOf(attachment, routers)
  if (from !== undefined && zones !== null && !zones.includes(from.availabilityZoneId)) {
    const text = `whose attachment ${attachmentId} has no subnet in ${from.availabilityZone}, the zone of ${from.subnetId}`
    return { fault: { kind: 'transit-zone', route, attachment }, text }
  }
  const routes = routers.transitRoutes.ok ? knownValue(entry(routers.transitRoutes.value, attachmentId)) : undefined
  if (routes === undefined || routes === null) return null
  const [less] = waysToInternet(asTable(attachment, routes), prefixLists)
  if (less.kind !== 'no-route' && less.kind !== 'blackhole') return null
  const what = less.kind === 'no-route' ? 'no route to the internet' : 'a blackhole for the internet'
  return { fault: { kind: 'transit-no-route', route, attachment }, text: `which has ${what} for what comes in by ${attachmentId}` }
}

/** Null where one of the subnets is not known. */
const zonesOf = ({ subnetIds }: TransitGatewayAttachment, { transitSubnets }: Routers): readonly string[] | null => {
  if (!transitSubnets.ok || unreadGap(transitSubnets.value, subnetIds) !== null) return null
  const subnets = readItems(transitSubnets.value, subnetIds)
  return subnets.length === 0 || subnets.length < new Set(subnetIds).size
    ? null
    : subnets.map(({ availabilityZoneId }) => availabilityZoneId)
}

const asTable = (
  { attachmentId, transitGatewayId }: TransitGatewayAttachment,
  routes: readonly { readonly destination: string; readonly state: Route['state'] }[],
): RouteTable => ({
  routeTableId: attachmentId,
  vpcId: transitGatewayId,
  isMain: false,
  subnetIds: [],
  routes: routes.map(({ destination, state }) => ({
    destination,
    state,
    target: { kind: 'transit-gateway', id: transitGatewayId },
    propagated: false,
  })),
})

/**
 * An instance forwards only where the check of source and destination is off, and gets out from any of its interfaces.
 * https://docs.aws.amazon.com/vpc/latest/userguide/VPC_NAT_Instance.html
 */
const shutAppliance = (route: Route, routers: Routers, given: Surroundings): ShutRouter | null => {
  const found = routedInterface(route, routers)
  if (found === null) return null
  const { networkInterfaceId, instanceId } = found
  if (found.sourceDestCheck) {
    const text = `whose interface ${networkInterfaceId} checks source and destination, and so forwards nothing`
    return { fault: { kind: 'source-dest-check', route, interface: found }, text }
  }
  // Interfaces of no instance are an AWS service's: where it sends on what they take is its own matter.
  if (instanceId === null || outward(found, routers, given) !== 'none') return null
  const text = `none of whose interfaces is in a subnet with a way to the internet for it`
  return { fault: { kind: 'appliance-enclosed', route, interface: found }, text }
}

const routedInterface = ({ target }: Route, { interfaces }: Routers): RouteInterface | null => {
  const id = target.kind === 'network-interface' ? target.id : target.networkInterfaceId
  return interfaces.ok && id !== undefined ? (knownValue(readItem(interfaces.value, id)) ?? null) : null
}

/** The interfaces from which an instance gets to the internet; `unknown` where one of them may or may not. */
const outward = (
  { instanceId, networkInterfaceId }: RouteInterface,
  { interfaces }: Routers,
  { routeTables, prefixLists }: Surroundings,
): 'none' | 'unknown' | readonly RouteInterface[] => {
  if (!interfaces.ok || Object.values(interfaces.value).some((item) => item !== null && 'unread' in item)) return 'unknown'
  const all = readItems(interfaces.value, Object.keys(interfaces.value))
  const own = all.filter(
    (item) => item.networkInterfaceId === networkInterfaceId || (instanceId !== null && item.instanceId === instanceId),
  )
  const kinds = own.map((item) => {
    const table = routeTableOf(item, routeTables)
    const way = table.ok ? wayToInternet(table.value, prefixLists) : null
    const leadsBack = way !== null && 'route' in way && own.some((one) => isThe(way.route.target, one))
    return { item, kind: way === null ? 'undecided' : leadsBack ? 'no-route' : way.kind }
  })
  const out = kinds.flatMap(({ item, kind }) => (kind === 'internet-gateway' && item.publicIps.length > 0 ? [item] : []))
  const elsewhere = kinds.some(({ kind }) => kind === 'nat-gateway' || kind === 'forwarded' || kind === 'undecided')
  if (elsewhere) return 'unknown'
  return out.length === 0 ? 'none' : out
}

const isThe = ({ id, networkInterfaceId }: Route['target'], one: RouteInterface): boolean =>
  id === one.networkInterfaceId || networkInterfaceId === one.networkInterfaceId || (one.instanceId !== null && id === one.instanceId)

/**
 * Addresses on the internet that what goes through an instance comes from; null where they are not known.
 */
export const applianceAddresses = (route: Route, given: Surroundings): readonly string[] | null => {
  const { routers } = given
  const found = routers === undefined ? null : routedInterface(route, routers)
  if (routers === undefined || found === null || found.instanceId === null) return null
  const out = outward(found, routers, given)
  return typeof out === 'string' ? null : out.flatMap(({ publicIps }) => publicIps)
}

const shutEndpoint = (route: Route, { endpoints }: Routers): ShutRouter | null => {
  const endpoint = (knownValue(endpoints) ?? []).find(({ vpcEndpointId }) => vpcEndpointId === route.target.id)
  if (endpoint === undefined || endpoint.unread !== undefined || endpoint.state === 'available') return null
  return { fault: { kind: 'endpoint-not-available', route, endpoint }, text: `which is ${endpoint.state}` }
}
