import type { Gap } from '../../model/fact.ts'
import type { Route, RouteTable, VpcEndpoint } from '../../model/facts/network.ts'

/** What the gateway endpoints of a VPC do for the subnets of one route table. */
export type GatewayAccess =
  /** Associated with the table and in use. */
  | { readonly kind: 'associated'; readonly endpoint: VpcEndpoint }
  /** Associated with the table, but not in use (yet): `endpoint.state` says why. */
  | { readonly kind: 'not-available'; readonly endpoint: VpcEndpoint }
  /** In use on other tables of the VPC only: it does nothing for this one. */
  | { readonly kind: 'other-tables'; readonly endpoint: VpcEndpoint }
  /** The table leads a prefix list to an endpoint that the list does not have: whose service it is is not known. */
  | { readonly kind: 'unlisted'; readonly route: Route }
  | { readonly kind: 'none' }

/** What the interface endpoints of a VPC do for names of a service that are looked up inside the VPC. */
export type InterfaceAccess =
  /** The service's ordinary names lead to it. */
  | { readonly kind: 'by-name'; readonly endpoint: VpcEndpoint }
  /** It is there, but the service's ordinary names do not lead to it. */
  | { readonly kind: 'own-names-only'; readonly endpoint: VpcEndpoint }
  | { readonly kind: 'not-available'; readonly endpoint: VpcEndpoint }
  | { readonly kind: 'none' }

/**
 * Judges the gateway endpoints of a service (`s3`, `dynamodb`) for one route table.
 * https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
 */
export const gatewayAccess = (service: string, region: string, table: RouteTable, endpoints: readonly VpcEndpoint[]): GatewayAccess => {
  const gateways = endpoints.filter((endpoint) => endpoint.type === 'Gateway' && serves(endpoint, service, region))
  const here = available(gateways.filter(({ routeTableIds }) => routeTableIds.includes(table.routeTableId)))
  if (here.first !== undefined) return { kind: 'associated', endpoint: here.first }
  if (here.unusable !== undefined) return { kind: 'not-available', endpoint: here.unusable }
  const unlisted = table.routes.find(
    ({ destination, target }) =>
      destination.startsWith('pl-') &&
      target.kind === 'vpc-endpoint' &&
      !endpoints.some(({ vpcEndpointId }) => vpcEndpointId === target.id),
  )
  if (unlisted !== undefined) return { kind: 'unlisted', route: unlisted }
  const elsewhere = available(gateways).first
  return elsewhere === undefined ? { kind: 'none' } : { kind: 'other-tables', endpoint: elsewhere }
}

/**
 * Judges the interface endpoints of a service (`s3`, `ssm`, `ecr.dkr`). Their subnets and security groups are not looked at.
 * https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
 */
export const interfaceAccess = (service: string, region: string, endpoints: readonly VpcEndpoint[]): InterfaceAccess => {
  const interfaces = endpoints.filter((endpoint) => endpoint.type === 'Interface' && serves(endpoint, service, region))
  const byName = available(interfaces.filter(answersInVpc)).first
  if (byName !== undefined) return { kind: 'by-name', endpoint: byName }
  const { first, unusable } = available(interfaces)
  if (first !== undefined) return { kind: 'own-names-only', endpoint: first }
  return unusable === undefined ? { kind: 'none' } : { kind: 'not-available', endpoint: unusable }
}

/** A gateway endpoint of the service that is in use in the VPC, on whatever route tables; null where there is none. */
export const availableGateway = (service: string, region: string, endpoints: readonly VpcEndpoint[]): VpcEndpoint | null =>
  available(endpoints.filter((endpoint) => endpoint.type === 'Gateway' && serves(endpoint, service, region))).first ?? null

/** Why it is not known what takes the requests for a service: one of its endpoints could not be read. Null where all could. */
export const unreadEndpointOf = (service: string, region: string, endpoints: readonly VpcEndpoint[]): Gap | null =>
  endpoints.find((endpoint) => endpoint.unread !== undefined && serves(endpoint, service, region))?.unread ?? null

/** The endpoint that requests for S3's ordinary names go through, as far as one of the VPC is known to take them. */
export type S3Endpoint =
  | { readonly kind: 'endpoint'; readonly endpoint: VpcEndpoint }
  | { readonly kind: 'unlisted'; readonly route: Route }
  | { readonly kind: 'none' }

/**
 * The endpoint that requests for S3's ordinary names take from subnets of a route table. An interface endpoint whose private DNS answers
 * in the VPC goes before a gateway endpoint: the names lead to its own addresses then, which no route to a gateway endpoint covers.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html#private-dns
 */
export const s3EndpointOf = (region: string, table: RouteTable, endpoints: readonly VpcEndpoint[]): S3Endpoint => {
  const byInterface = interfaceAccess('s3', region, endpoints)
  if (byInterface.kind === 'by-name') return { kind: 'endpoint', endpoint: byInterface.endpoint }
  const gateway = gatewayAccess('s3', region, table, endpoints)
  if (gateway.kind === 'associated') return { kind: 'endpoint', endpoint: gateway.endpoint }
  return gateway.kind === 'unlisted' ? gateway : { kind: 'none' }
}

/** Whether an endpoint is one of the service's. The name begins differently in some partitions (`com.amazonaws`, `cn.com.amazonaws`); Region and service end it in all of them. */
export const serves = ({ serviceName }: VpcEndpoint, service: string, region: string): boolean =>
  serviceName.endsWith(`.${region}.${service}`)

/** Whether names looked up inside the VPC lead to an interface endpoint. */
export const answersInVpc = (endpoint: VpcEndpoint): boolean =>
  endpoint.privateDnsEnabled && !endpoint.privateDnsOnlyForInboundResolverEndpoint

const available = (endpoints: readonly VpcEndpoint[]) => ({
  first: endpoints.find(({ state }) => state === 'available'),
  unusable: endpoints.find(({ state }) => state !== 'available'),
})
