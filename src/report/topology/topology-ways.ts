import type { RouteTable, RouteTarget, VpcEndpoint } from '../../model/facts/network.ts'
import type { Facts } from '../../model/facts.ts'
import type { Plan } from '../../model/plan.ts'
import { gatewayAccess } from '../../semantics/network/endpoints.ts'
import { targetText } from '../../semantics/network/routes.ts'
import { enumerate } from '../../semantics/text/enumerate.ts'
import { groupBy } from '../wording/standing.ts'
import { type Part, type Piece, part, unlessAvailable, type Way } from './topology-part.ts'

export const internet = 'internet'

/** The id of the node that a route leads to; null for the VPC itself. Where AWS no longer names the target, its kind stands for it. */
export const targetId = ({ kind, id }: RouteTarget): string | null => (kind === 'local' ? null : id === '' ? kind : id)

/** Destinations that a table leads to the same target, the default ones first. */
const destinationsShown = 2

/** What the tables lead to, gateway endpoints aside: those are drawn by what they are associated with. */
export const routes = (tables: readonly RouteTable[], natGateways: Facts['natGateways']): Piece => {
  const leads = tables.flatMap(({ routeTableId, routes: all }) =>
    all.flatMap((route) => {
      const to = targetId(route.target)
      const isGatewayEndpoint = route.target.kind === 'vpc-endpoint' && route.destination.startsWith('pl-')
      return to === null || isGatewayEndpoint ? [] : [{ from: routeTableId, to, route }]
    }),
  )
  const targets = new Map(leads.toSorted((a, b) => compare(a.to, b.to)).map(({ to, route }) => [to, route.target]))
  const alive = new Set(leads.filter(({ route }) => route.state === 'active').map(({ to }) => to))
  const order = [...targets.keys()]
  return {
    nodes: [...targets].flatMap(([id, target]) => (target.kind === 'local' ? [] : [targetPart(id, target.kind, target, natGateways)])),
    edges: [
      ...groupBy(
        leads.toSorted((a, b) => order.indexOf(a.to) - order.indexOf(b.to)),
        ({ from, to, route }) => [from, to, route.state],
      )
        .toSorted(([a], [b]) => indexOf(tables, a.from) - indexOf(tables, b.from))
        .map((group) => ({ from: group[0].from, to: group[0].to, label: routesText(group.map(({ route }) => route)) })),
      ...order.filter((id) => alive.has(id) && leadsToInternet(targets.get(id), natGateways)).map((from) => ({ from, to: internet })),
    ],
  }
}

const indexOf = (tables: readonly RouteTable[], id: string): number => tables.findIndex(({ routeTableId }) => routeTableId === id)

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const routesText = (all: readonly RouteTable['routes'][number][]): string => {
  const destinations = [...new Set(all.map(({ destination }) => destination))].sort(
    (a, b) => Number(b.endsWith('/0')) - Number(a.endsWith('/0')) || compare(a, b),
  )
  const shown = enumerate(destinations, destinationsShown)
  return all[0]?.state === 'blackhole' ? `${shown} (blackhole)` : shown
}

const targetPart = (
  id: string,
  kind: Exclude<RouteTarget['kind'], 'local'>,
  target: RouteTarget,
  natGateways: Facts['natGateways'],
): Part => {
  const nat = natGateways.find(({ natGatewayId }) => natGatewayId === id)
  const details = nat === undefined ? [] : [...(nat.connectivityType === 'private' ? ['private'] : []), ...unlessAvailable(nat.state)]
  return part(kind, id, targetText(target), details)
}

const leadsToInternet = (target: RouteTarget | undefined, natGateways: Facts['natGateways']): boolean => {
  if (target?.kind !== 'nat-gateway') return target?.kind === 'internet-gateway' || target?.kind === 'egress-only-internet-gateway'
  return natGateways.find(({ natGatewayId }) => natGatewayId === target.id)?.connectivityType !== 'private'
}

/** Where nodes want to go by the S3 endpoints: the buckets of the plan, or S3 as such. */
export const destinationsOfS3 = (plan: Plan): readonly Part[] => {
  const names = [...new Set(plan.lifecycleSources.map(({ bucket }) => bucket))]
  if (names.length === 0) return [part('s3', 's3', 'Amazon S3')]
  return names.map((name) => part('bucket', `s3://${name}`, `S3 bucket ${name}`, [], [name]))
}

/** S3 gateway endpoints: those of the tables, and one that serves other tables only, which stays without a way to it. */
export const gatewayEndpoints = (tables: readonly RouteTable[], endpoints: readonly VpcEndpoint[], plan: Plan): Piece => {
  const found = new Map<string, Part>()
  const serving = new Set<string>()
  const ways: Way[] = []
  for (const table of tables) {
    const access = gatewayAccess('s3', plan.region, table, endpoints)
    if (access.kind === 'none') continue
    const id = access.kind === 'unlisted' ? access.route.target.id : access.endpoint.vpcEndpointId
    const details = access.kind === 'unlisted' ? ['not listed in this account'] : unlessAvailable(access.endpoint.state)
    const label = access.kind === 'unlisted' ? `gateway endpoint ${id}` : `S3 gateway endpoint ${id}`
    found.set(id, part('gateway-endpoint', id, label, details))
    if (access.kind === 'other-tables') continue
    ways.push({ from: table.routeTableId, to: id })
    serving.add(id)
  }
  const out = [...serving].flatMap((from) => destinationsOfS3(plan).map(({ id }) => ({ from, to: id })))
  return { nodes: [...found.values()], edges: [...ways, ...out] }
}

/** Interface endpoints of AWS services: whatever calls the service from the VPC goes through them. */
export const interfaceEndpoints = (endpoints: readonly VpcEndpoint[], plan: Plan, callers: readonly Part[]): Piece => {
  const nodes = endpoints
    .filter(({ type, serviceName }) => type === 'Interface' && /^(?:cn\.)?(?:com\.amazonaws|aws)\./.test(serviceName))
    .map(({ vpcEndpointId, serviceName, state, privateDnsEnabled }) => {
      const details = [...unlessAvailable(state), ...(privateDnsEnabled ? [] : ['private DNS off'])]
      return part('interface-endpoint', vpcEndpointId, `interface endpoint ${serviceOf(serviceName, plan)}`, details)
    })
    .sort((a, b) => compare(a.label, b.label) || compare(a.id, b.id))
  return { nodes, edges: callers.flatMap((groups) => nodes.map(({ id }) => ({ from: groups.id, to: id }))) }
}

/** `com.amazonaws.us-west-2.ecr.dkr` is `ecr.dkr` to people of the Region. */
const serviceOf = (serviceName: string, { region }: Plan): string => serviceName.split(`.${region}.`).at(-1) ?? serviceName
