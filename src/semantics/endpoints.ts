import type { Route, RouteTable, VpcEndpoint } from '../model/facts.ts'

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

/** The name begins differently in some partitions (`com.amazonaws`, `cn.com.amazonaws`); Region and service end it in all of them. */
const serves = ({ serviceName }: VpcEndpoint, service: string, region: string): boolean => serviceName.endsWith(`.${region}.${service}`)

const answersInVpc = (endpoint: VpcEndpoint): boolean => endpoint.privateDnsEnabled && !endpoint.privateDnsOnlyForInboundResolverEndpoint

const available = (endpoints: readonly VpcEndpoint[]) => ({
  first: endpoints.find(({ state }) => state === 'available'),
  unusable: endpoints.find(({ state }) => state !== 'available'),
})
