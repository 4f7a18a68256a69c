import type { Route as Ec2Route, RouteTable as Ec2RouteTable } from '@aws-sdk/client-ec2'
import type { Route, RouteTable, RouteTarget } from '../../model/facts/network.ts'
import { cidr, forms, matching, oneOf, readOrGap } from '../engine/answer.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RouteTable.html */
export const toRouteTable = (table: Ec2RouteTable): RouteTable => {
  const associations = (table.Associations ?? []).filter(({ AssociationState }) => !ended.has(AssociationState?.State ?? 'associated'))
  return {
    routeTableId: matching(table, 'RouteTableId', forms.routeTableId),
    vpcId: matching(table, 'VpcId', forms.vpcId),
    isMain: associations.some(({ Main }) => Main === true),
    subnetIds: associations.flatMap(({ SubnetId }) => SubnetId ?? []),
    ...routesOf(table),
  }
}

/** Routes of which one cannot be read are not known: any of them may be the one that counts. */
const routesOf = ({ Routes = [] }: Ec2RouteTable): Pick<RouteTable, 'routes' | 'unread'> => {
  // A filtered route was learned but is not in use.
  const read = readOrGap(() => ({ routes: Routes.filter(({ State }) => State !== 'filtered').map(toRoute) }), 'ec2:DescribeRouteTables')
  return 'unread' in read ? { routes: [], unread: read.unread } : read
}

/** States in which an association no longer routes anything. */
const ended: ReadonlySet<string> = new Set(['disassociating', 'disassociated', 'failed'])

const toRoute = (route: Ec2Route): Route => ({
  destination: destinationOf(route),
  target: targetOf(route),
  state: oneOf(route, 'State', ['active', 'blackhole']),
  propagated: route.Origin === 'EnableVgwRoutePropagation',
})

const destinationOf = (route: Ec2Route): string => {
  if (route.DestinationCidrBlock !== undefined) return cidr(route, 'DestinationCidrBlock')
  return route.DestinationIpv6CidrBlock === undefined
    ? matching(route, 'DestinationPrefixListId', /^pl-./)
    : cidr(route, 'DestinationIpv6CidrBlock')
}

/** An instance is named together with its network interface: it goes first. */
const targetOf = (route: Ec2Route): RouteTarget => {
  if (route.GatewayId !== undefined) return { kind: gatewayKind(route.GatewayId), id: route.GatewayId }
  if (route.InstanceId !== undefined) {
    const through = route.NetworkInterfaceId
    return { kind: 'instance', id: route.InstanceId, ...(through !== undefined && { networkInterfaceId: through }) }
  }
  for (const [kind, id] of targetIds(route)) if (id !== undefined) return { kind, id }
  return { kind: 'other', id: '' }
}

const targetIds = (route: Ec2Route): readonly (readonly [RouteTarget['kind'], string | undefined])[] => [
  ['nat-gateway', route.NatGatewayId],
  ['transit-gateway', route.TransitGatewayId],
  ['egress-only-internet-gateway', route.EgressOnlyInternetGatewayId],
  ['peering', route.VpcPeeringConnectionId],
  ['network-interface', route.NetworkInterfaceId],
  ['carrier-gateway', route.CarrierGatewayId],
  ['local-gateway', route.LocalGatewayId],
  ['core-network', route.CoreNetworkArn],
  ['other', route.OdbNetworkArn],
]

/** `GatewayId` holds gateways of several kinds, told apart by the prefix of the id. */
const gatewayKind = (id: string): RouteTarget['kind'] => {
  if (id === 'local') return 'local'
  return gatewayPrefixes.find(([prefix]) => id.startsWith(prefix))?.[1] ?? 'other'
}

const gatewayPrefixes: readonly (readonly [string, RouteTarget['kind']])[] = [
  ['igw-', 'internet-gateway'],
  ['eigw-', 'egress-only-internet-gateway'],
  ['vgw-', 'virtual-private-gateway'],
  ['vpce-', 'vpc-endpoint'],
]
