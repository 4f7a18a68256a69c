import { serviceHost } from '../../catalog/names/service-hosts.ts'
import type { Gap } from '../../model/fact.ts'
import type { Route, RouteTable, RouteTarget, Subnet, VpcEndpoint } from '../../model/facts/network.ts'
import { gatewayAccess, interfaceAccess, serves, unreadEndpointOf } from '../network/endpoints.ts'
import { shutRouter } from '../network/routers.ts'
import { prefixListBlocks, routeTableOf, targetText, waysToInternet } from '../network/routes.ts'
import { interfaceSteps } from './endpoint-path.ts'
import { throughPolicy } from './endpoint-policy-layer.ts'
import { underZones } from './hosted-zones.ts'
import { internetPath } from './internet-path.ts'
import { publicNames, resolverIn } from './name-layer.ts'
import { type Network, routingOf, trustedIn, unexpected } from './network.ts'
import { outToInternet, outToPrefixList } from './network-acl-layer.ts'
import type { Demand, Placement } from './placements.ts'
import { toPublic, toS3, toUnknown } from './security-group-layer.ts'
import { inSeries, open, type State, type Step, undecided, unseenBehind } from './step.ts'

/** The way to a service of AWS, as its ordinary name and the routes of the subnet decide it. */
export interface ServicePath {
  /** Of `through: null`, the endpoint that takes the requests; where there is none, null. */
  readonly endpoint: VpcEndpoint | null
  /** What it leads through, in words. */
  readonly via: string
  readonly steps: readonly Step[]
}

/**
 * An interface endpoint whose private DNS answers in the VPC takes the service's name over, whether it lets the nodes in or not: a NAT
 * gateway beside it is no way around. Then comes, for S3, a gateway endpoint on the route table; everything else goes to public addresses.
 * https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html
 */
export const servicePath = (service: string, demand: Demand, placement: Placement, network: Network): ServicePath => {
  const { plan, facts } = network
  const { subnet } = placement
  const { vpcEndpoints } = facts
  if (!vpcEndpoints.ok) {
    return { endpoint: null, via: 'VPC endpoints', steps: [undecided('route', subnet.subnetId, vpcEndpoints.gap)] }
  }
  const byInterface = interfaceAccess(service, plan.region, vpcEndpoints.value)
  const resolver = resolverIn(network)
  if (byInterface.kind === 'by-name' && !(resolver.ok && resolver.value.kind === 'public')) {
    const { endpoint } = byInterface
    const steps = interfaceSteps(endpoint, demand, placement, network)
    const path: ServicePath = { endpoint, via: `interface endpoint ${endpoint.vpcEndpointId}`, steps }
    if (resolver.ok && resolver.value.kind === 'amazon') return path
    return wherever(path, outside(service, demand, placement, vpcEndpoints.value, network), placement, network)
  }
  const unread = unreadEndpointOf(service, plan.region, vpcEndpoints.value)
  if (unread !== null) return { endpoint: null, via: 'VPC endpoints', steps: [undecided('route', subnet.subnetId, unread)] }
  return outside(service, demand, placement, vpcEndpoints.value, network)
}

/** By the public name of the service, unless a hosted zone takes it over. Zones that AWS made for endpoints of the VPC are judged with these. */
const outside = (
  service: string,
  demand: Demand,
  placement: Placement,
  endpoints: readonly VpcEndpoint[],
  network: Network,
): ServicePath => {
  const { region } = network.plan
  const gateway = service === 's3' ? gatewayPath(demand, placement, endpoints, network) : null
  const path = gateway ?? publicPath(service, placement, endpoints, network)
  const listed = endpoints.some((endpoint) => serves(endpoint, service, region))
  return underZones(path, serviceHost(service, region), !listed, placement, network)
}

/** Where the name leads to the endpoint or out of the VPC, and nobody says which: open is only what is open either way. */
const wherever = (inside: ServicePath, out: ServicePath, placement: Placement, network: Network): ServicePath => {
  const names = inside.steps.filter(({ layer }) => layer === 'name')
  const rest = inside.steps.filter(({ layer }) => layer !== 'name')
  const either = inSeries([...rest, ...out.steps]).state === 'open'
  return either
    ? { ...inside, steps: [...out.steps.filter(({ layer }) => layer === 'name'), ...rest] }
    : { ...inside, steps: [...names, ...toUnknown(placement, network)] }
}

/** Null where no gateway endpoint is associated with the subnet's route table. */
const gatewayPath = (demand: Demand, placement: Placement, endpoints: readonly VpcEndpoint[], network: Network): ServicePath | null => {
  const { facts, plan } = network
  const { subnetId } = placement.subnet
  if (!facts.routeTables.ok) return null
  const table = routeTableOf(placement.subnet, facts.routeTables.value)
  if (!table.ok) return null
  const gateway = gatewayAccess('s3', plan.region, table.value, endpoints)
  if (gateway.kind === 'unlisted') {
    const { id } = gateway.route.target
    const via = `endpoint ${id}`
    if (trustedIn(plan).includes(id)) return { endpoint: null, via, steps: throughLists([gateway.route.destination], placement, network) }
    const message = `ec2:DescribeVpcEndpoints does not list ${id}, which ${gateway.route.destination} in ${table.value.routeTableId} leads to: it may be the one for S3`
    return { endpoint: null, via, steps: [unseenBehind(id, 'route', subnetId, unexpected('ec2:DescribeVpcEndpoints', message))] }
  }
  if (gateway.kind !== 'associated') return null
  const { endpoint } = gateway
  const lists = listsTo(endpoint, table.value)
  return {
    endpoint,
    via: `gateway endpoint ${endpoint.vpcEndpointId}`,
    steps: [...throughLists(lists, placement, network), throughPolicy(endpoint, demand, placement, network)],
  }
}

/** Up to a gateway endpoint of S3 that routes for these prefix lists lead to. */
const throughLists = (lists: readonly string[], placement: Placement, network: Network): readonly Step[] => [
  ...publicNames(placement, network),
  ...toS3(placement, lists, network),
  ...aclSteps(lists, placement, network),
  open('route', placement.subnet.subnetId),
]

/** The route that comes with an association may not be listed yet: which addresses it is about is not known then. */
const aclSteps = (lists: readonly string[], { subnet }: Placement, network: Network): readonly Step[] => {
  const blocks = prefixListBlocks(network.facts.prefixLists)
  if (lists.length > 0) return lists.map((id) => outToPrefixList(subnet, blocks(id), `S3 (${id})`, network))
  const gap = unexpected(
    'ec2:DescribeRouteTables',
    `ec2:DescribeRouteTables lists no route of ${subnet.subnetId} to the S3 gateway endpoint`,
  )
  return [outToPrefixList(subnet, { ok: false, gap }, 'S3', network)]
}

/** Prefix lists that routes of the table lead to the endpoint. */
const listsTo = ({ vpcEndpointId }: VpcEndpoint, { routes }: RouteTable): readonly string[] =>
  routes
    .filter(({ destination, target }) => destination.startsWith('pl-') && target.id === vpcEndpointId)
    .map(({ destination }) => destination)

const publicPath = (service: string, placement: Placement, endpoints: readonly VpcEndpoint[], network: Network): ServicePath => {
  const { via, steps } = internetPath(placement.subnet, network)
  const fate = routeState(steps)
  const unseen = fate === 'open' ? null : unseenPath(placement, endpoints, network)
  if (fate === 'closed' && unseen !== null) return unseen
  if (fate === 'undecided') {
    // Where the routes are not known, neither are the addresses that the name leads to.
    const onward = [...toUnknown(placement, network), ...steps]
    return unseen !== null && inSeries(onward).state === 'closed' ? unseen : { endpoint: null, via, steps: onward }
  }
  const groups = service === 's3' ? toS3(placement, [], network) : toPublic(placement, network)
  return { endpoint: null, via, steps: [...publicNames(placement, network), ...groups, ...steps] }
}

/** To what this account cannot see, where routes lead to other networks. Null where none do. */
const unseenPath = (placement: Placement, endpoints: readonly VpcEndpoint[], network: Network): ServicePath | null => {
  const elsewhere = unseenWay(placement, endpoints, network)
  if (elsewhere === null) return null
  const { subnet } = placement
  const { target, gap } = elsewhere
  const onward = elsewhere.trusted ? open('route', subnet.subnetId) : unseenBehind(target.id, 'route', subnet.subnetId, gap)
  // What takes the default route crosses the same ACL, whichever network answers.
  const acl = elsewhere.byDefault ? [outToInternet(subnet, network)] : []
  return { endpoint: null, via: targetText(target), steps: [...toUnknown(placement, network), onward, ...acl] }
}

const routeState = (steps: readonly Step[]): State => inSeries(steps.filter(({ layer }) => layer === 'route' || layer === 'target')).state

/**
 * A way that this account cannot see where the routes to the internet have none: endpoints of the account that shares the VPC, or those of
 * other networks, whose private hosted zones can make nodes use them. Null where the routes lead to neither.
 * https://docs.aws.amazon.com/whitepapers/latest/building-scalable-secure-multi-vpc-network-infrastructure/centralized-access-to-vpc-private-endpoints.html
 */
const unseenWay = (
  { subnet }: Placement,
  endpoints: readonly VpcEndpoint[],
  network: Network,
): { readonly target: RouteTarget; readonly byDefault: boolean; readonly trusted: boolean; readonly gap: Gap } | null => {
  const { plan, facts } = network
  const trusted = trustedIn(plan)
  const table = facts.routeTables.ok ? routeTableOf(subnet, facts.routeTables.value) : facts.routeTables
  if (!table.ok) return null
  const { routes, routeTableId } = table.value
  const active = routes.filter(({ state }) => state === 'active')
  const unlisted = active.find(
    ({ target: { kind, id } }) => kind === 'vpc-endpoint' && !endpoints.some(({ vpcEndpointId }) => vpcEndpointId === id),
  )
  if (unlisted !== undefined) {
    const { id } = unlisted.target
    const message = `ec2:DescribeVpcEndpoints does not list ${id}, which ${unlisted.destination} in ${routeTableId} leads to: endpoints of another account are not seen`
    return {
      target: unlisted.target,
      byDefault: false,
      trusted: trusted.includes(id),
      gap: unexpected('ec2:DescribeVpcEndpoints', message),
    }
  }
  const others = active.filter((route) => networks.has(route.target.kind) && !isCutOff(route, subnet, network))
  const first = others.find(({ target }) => trusted.includes(target.id)) ?? others[0]
  if (first === undefined) return null
  const leads = others.map(({ destination, target }) => `${destination} through ${targetText(target)}`)
  const message = `${routeTableId} leads to other networks (${leads.join(', ')}), and whether their endpoints answer for the nodes cannot be seen from this VPC`
  const defaults = waysToInternet(table.value, prefixListBlocks(facts.prefixLists))
  const byDefault = defaults.some((way) => 'route' in way && way.route.target.id === first.target.id)
  return {
    target: first.target,
    byDefault,
    trusted: trusted.includes(first.target.id),
    gap: { reason: 'unsupported', action: 'none', message },
  }
}

/** Whether nothing at all gets to what the route leads to, be it for the internet or for another network. */
const isCutOff = (route: Route, subnet: Subnet, network: Network): boolean => {
  const routing = routingOf(network)
  const shut = routing.ok ? shutRouter(route, subnet, routing.value) : null
  return shut !== null && (shut.fault.kind === 'transit-not-available' || shut.fault.kind === 'transit-zone')
}

const networks: ReadonlySet<Route['target']['kind']> = new Set(['transit-gateway', 'peering', 'virtual-private-gateway', 'core-network'])
