import type { Fact } from '../../model/fact.ts'
import type { RouteTable, Subnet, VpcEndpoint } from '../../model/facts/network.ts'
import type { Facts } from '../../model/facts.ts'
import { keyed, knownValue, readItem } from '../fact.ts'
import type { RequestContext } from '../policies/policy-text.ts'
import { interfaceAccess, s3EndpointOf, serves, unreadEndpointOf } from './endpoints.ts'
import { type PrefixListBlocks, prefixListBlocks, routeTableOf, waysToInternet } from './routes.ts'

/**
 * What the network adds to requests of nodes, as policies ask for it: the VPC endpoint that they go through, or the address that they come
 * from. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-network-properties
 */

/** What is known of the network that nodes are in. */
export interface OriginFacts {
  readonly subnets: Fact<Facts['subnets']>
  readonly routeTables: Fact<Facts['routeTables']>
  readonly vpcEndpoints: Fact<Facts['vpcEndpoints']>
  readonly natGateways: Fact<Facts['natGateways']>
  readonly prefixLists: Fact<Facts['prefixLists']>
}

/** One way that requests take, with what they carry then. A key that is not in `context` is not known. */
export interface Origin {
  readonly subnetIds: readonly string[]
  readonly context: RequestContext
}

const notKnown: RequestContext = {}

/**
 * Every way that requests to S3's ordinary names take from these subnets. `account`: that of the facts, which lists its own endpoints
 * only. Never empty: where no subnet is known, nothing is known of the way.
 */
export const s3Origins = (subnetIds: readonly string[], region: string, account: string, facts: OriginFacts): readonly Origin[] => {
  if (subnetIds.length === 0) return [{ subnetIds, context: notKnown }]
  const origins = new Map<string, Origin>()
  for (const subnetId of subnetIds) {
    for (const context of contextsOf(subnetId, region, account, facts)) {
      const same = JSON.stringify(context)
      origins.set(same, { subnetIds: [...(origins.get(same)?.subnetIds ?? []), subnetId], context })
    }
  }
  return [...origins.values()]
}

const contextsOf = (subnetId: string, region: string, account: string, facts: OriginFacts): readonly RequestContext[] => {
  const { subnets, routeTables, vpcEndpoints } = facts
  const subnet = knownValue(readItem(knownValue(subnets) ?? {}, subnetId)) ?? null
  if (subnet === null || !routeTables.ok || !vpcEndpoints.ok) return [notKnown]
  const table = routeTableOf(subnet, routeTables.value)
  if (!table.ok) return [notKnown]
  const found = s3EndpointOf(region, table.value, vpcEndpoints.value)
  if (unreadEndpointOf('s3', region, vpcEndpoints.value) !== null) return [notKnown]
  if (found.kind === 'endpoint') return [throughEndpoint(found.endpoint.vpcEndpointId, subnet, { 'aws:VpceAccount': [account] })]
  if (found.kind === 'none') return overInternet(table.value, region, vpcEndpoints.value, facts)
  const endpointId = endpointOfOwner(table.value, region, facts.prefixLists)
  return [endpointId === null ? notKnown : throughEndpoint(endpointId, subnet, {})]
}

const throughEndpoint = (endpointId: string, { vpcId, cidrBlock }: Subnet, more: RequestContext): RequestContext => ({
  'aws:SourceVpce': [endpointId],
  'aws:SourceVpc': [vpcId],
  'aws:VpcSourceIp': cidrBlock === null ? null : [cidrBlock],
  'aws:SourceIp': null,
  ...more,
})

/** In a shared VPC the endpoints are its owner's, and are not listed; the route to S3's prefix list names the one that is taken. */
const endpointOfOwner = ({ routes }: RouteTable, region: string, lists: OriginFacts['prefixLists']): string | null => {
  const isOfS3 = (id: string): boolean => knownValue(keyed(lists, id))?.name.endsWith(`.${region}.s3`) ?? false
  const route = routes.find(({ destination, target, state }) => target.kind === 'vpc-endpoint' && state === 'active' && isOfS3(destination))
  return route?.target.id ?? null
}

/** Where nothing else is near that could answer to S3's names, requests leave through the NAT gateways, from one of their addresses. */
const overInternet = (
  table: RouteTable,
  region: string,
  endpoints: readonly VpcEndpoint[],
  { natGateways, prefixLists }: OriginFacts,
): readonly RequestContext[] => {
  const blocks: PrefixListBlocks = prefixListBlocks(prefixLists)
  const gateways = waysToInternet(table, blocks).flatMap((way) => (way.kind === 'nat-gateway' ? [way.route.target.id] : []))
  // A private hosted zone may lead S3's names to an endpoint that has only names of its own, here or in another network.
  if (gateways.length < 2 || interfaceAccess('s3', region, endpoints).kind === 'own-names-only' || leadsElsewhere(table)) return [notKnown]
  const outside: RequestContext = { 'aws:SourceVpce': null, 'aws:SourceVpc': null, 'aws:VpcSourceIp': null, 'aws:VpceAccount': null }
  const addresses = [...new Set(gateways)].map(
    (id) => knownValue(natGateways)?.find(({ natGatewayId }) => natGatewayId === id)?.publicIps ?? [],
  )
  if (addresses.some((known) => known.length === 0)) return [outside]
  return addresses.flat().map((address) => ({ ...outside, 'aws:SourceIp': [address] }))
}

/** Whether a route leads to another network of one's own: a transit gateway, a peer, a router. */
const leadsElsewhere = ({ routes }: RouteTable): boolean =>
  routes.some(
    ({ destination, target: { kind } }) =>
      !['local', 'nat-gateway', 'egress-only-internet-gateway', 'internet-gateway'].includes(kind) &&
      !(kind === 'vpc-endpoint' && destination.startsWith('pl-')),
  )

/** Endpoints of services whose names differ from the prefix of their actions. */
const endpointNames: Readonly<Record<string, string>> = { cloudwatch: 'monitoring', ecr: 'ecr.api' }

/**
 * Values of the network's keys that a request from the plan's VPC may carry, all of them at once: no request does, but what is denied even
 * so is not denied for want of one of them.
 */
export const possibleOrigin = (action: string, vpcId: string | null, region: string, facts: OriginFacts): RequestContext => {
  const [prefix = ''] = action.split(':')
  const endpoint = knownValue(facts.vpcEndpoints)?.find((candidate) => serves(candidate, endpointNames[prefix] ?? prefix, region))
  const address = knownValue(facts.natGateways)?.flatMap(({ publicIps }) => publicIps)[0]
  return {
    ...(vpcId !== null && { 'aws:SourceVpc': [vpcId] }),
    ...(endpoint !== undefined && { 'aws:SourceVpce': [endpoint.vpcEndpointId] }),
    ...(address !== undefined && { 'aws:SourceIp': [address] }),
  }
}
