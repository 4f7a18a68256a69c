import type { Route as Ec2Route, RouteTable as Ec2RouteTable } from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import { toRouteTable } from '../../../src/facts/network/route-table.ts'
import type { RouteTarget } from '../../../src/model/facts/network.ts'

const answer = (changes: Partial<Ec2RouteTable> = {}): Ec2RouteTable => ({
  RouteTableId: 'rtb-0aaaaaaa',
  VpcId: 'vpc-0a1b2c3d',
  ...changes,
})
const routeOf = (route: Ec2Route) =>
  toRouteTable(answer({ Routes: [{ DestinationCidrBlock: '0.0.0.0/0', State: 'active', ...route }] })).routes[0]

describe('route tables as ec2:DescribeRouteTables answers them', () => {
  test.each<[Ec2Route, RouteTarget['kind'], string]>([
    [{ GatewayId: 'local' }, 'local', 'local'],
    [{ GatewayId: 'igw-1' }, 'internet-gateway', 'igw-1'],
    [{ GatewayId: 'vgw-1' }, 'virtual-private-gateway', 'vgw-1'],
    [{ GatewayId: 'vpce-1' }, 'vpc-endpoint', 'vpce-1'],
    [{ GatewayId: 'lgw-new-kind' }, 'other', 'lgw-new-kind'],
    [{ NatGatewayId: 'nat-1' }, 'nat-gateway', 'nat-1'],
    [{ TransitGatewayId: 'tgw-1' }, 'transit-gateway', 'tgw-1'],
    [{ EgressOnlyInternetGatewayId: 'eigw-1' }, 'egress-only-internet-gateway', 'eigw-1'],
    [{ VpcPeeringConnectionId: 'pcx-1' }, 'peering', 'pcx-1'],
    [{ InstanceId: 'i-1', NetworkInterfaceId: 'eni-1' }, 'instance', 'i-1'],
    [{ NetworkInterfaceId: 'eni-1' }, 'network-interface', 'eni-1'],
    [{ CarrierGatewayId: 'cagw-1' }, 'carrier-gateway', 'cagw-1'],
    [{ LocalGatewayId: 'lgw-1' }, 'local-gateway', 'lgw-1'],
    [{ CoreNetworkArn: 'arn:aws:networkmanager::1:core-network/c' }, 'core-network', 'arn:aws:networkmanager::1:core-network/c'],
    [{}, 'other', ''],
  ])('target %j', (route, kind, id) => {
    expect(routeOf(route)?.target).toMatchObject({ kind, id })
  })

  test.each<[Ec2Route, string]>([
    [{ DestinationCidrBlock: '10.0.0.0/16' }, '10.0.0.0/16'],
    [{ DestinationCidrBlock: undefined, DestinationIpv6CidrBlock: '::/0' }, '::/0'],
    [{ DestinationCidrBlock: undefined, DestinationPrefixListId: 'pl-1' }, 'pl-1'],
  ])('destination %j', (route, expected) => {
    expect(routeOf({ ...route, GatewayId: 'local' })?.destination).toBe(expected)
  })

  test('states and origins', () => {
    expect(routeOf({ NatGatewayId: 'nat-1', State: 'blackhole', Origin: 'CreateRoute' })).toMatchObject({
      state: 'blackhole',
      propagated: false,
    })
    expect(routeOf({ GatewayId: 'vgw-1', Origin: 'EnableVgwRoutePropagation' })).toMatchObject({ state: 'active', propagated: true })
    expect(routeOf({ NatGatewayId: 'nat-1', State: 'filtered' })).toBeUndefined()
  })

  test('associations: subnets, the main table, those of gateways and those that ended', () => {
    const table = toRouteTable(
      answer({
        Associations: [
          { Main: true, AssociationState: { State: 'associated' } },
          { SubnetId: 'subnet-1' },
          { SubnetId: 'subnet-2', AssociationState: { State: 'disassociated' } },
          { GatewayId: 'igw-1', AssociationState: { State: 'associated' } },
        ],
      }),
    )
    expect(table).toMatchObject({ isMain: true, subnetIds: ['subnet-1'] })
    expect(toRouteTable(answer())).toMatchObject({ isMain: false, subnetIds: [], routes: [] })
  })

  test.each<[string, Ec2Route]>([
    ['DestinationPrefixListId', { DestinationCidrBlock: undefined }],
    ['State', { State: undefined }],
  ])('a route without %s leaves the table without known routes, and with its subnets', (name, odd) => {
    const sound = { DestinationCidrBlock: '0.0.0.0/0', State: 'active', GatewayId: 'igw-1' } as const
    const table = toRouteTable(answer({ Associations: [{ SubnetId: 'subnet-1' }], Routes: [sound, { ...sound, ...odd }] }))
    expect(table).toMatchObject({ subnetIds: ['subnet-1'], routes: [], unread: { message: expect.stringContaining(name) } })
  })
})
