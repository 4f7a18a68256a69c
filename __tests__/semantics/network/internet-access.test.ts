import { describe, expect, test } from '@jest/globals'
import type { Fact } from '../../../src/model/fact.ts'
import type { NatGateway, Route, RouteTarget } from '../../../src/model/facts/network.ts'
import { internetAccess, type Routing, workingNatGateway } from '../../../src/semantics/network/internet-access.ts'
import { prefixListBlocks } from '../../../src/semantics/network/routes.ts'
import { aNatGateway, aRoute, aRouteTable, denied, known } from '../../builders.ts'

const to = (kind: RouteTarget['kind'], id: string, changes: Partial<Route> = {}): Route => aRoute({ target: { kind, id }, ...changes })
const igw = to('internet-gateway', 'igw-0aaaaaaa')
const zonal = (changes: Partial<NatGateway> = {}): NatGateway => aNatGateway({ subnetId: 'subnet-0ccccccc', ...changes })

/** Nodes by the main table, the NAT gateway's subnet by one of its own. */
const routingOf = (routes: readonly Route[], beyond: readonly Route[], natGateways: Fact<readonly NatGateway[]>) => {
  const table = aRouteTable({ routes })
  const own = aRouteTable({ routeTableId: 'rtb-0ccccccc', isMain: false, subnetIds: ['subnet-0ccccccc'], routes: beyond })
  return { table, routing: { routeTables: [table, own], natGateways, prefixLists: prefixListBlocks(known({})) } satisfies Routing }
}
const accessOf = (...given: Parameters<typeof routingOf>) => {
  const { table, routing } = routingOf(...given)
  return internetAccess(table, routing)
}

describe('behind a route to a NAT gateway', () => {
  test.each<[string, NatGateway, readonly Route[], string]>([
    ['regional', aNatGateway(), [], 'open'],
    ['in a public subnet', zonal(), [igw], 'open'],
    ['in a private subnet', zonal(), [], 'nat-enclosed'],
    ['that leads to itself', zonal(), [aRoute()], 'nat-enclosed'],
    ['whose internet gateway is gone', zonal(), [{ ...igw, state: 'blackhole' }], 'nat-enclosed'],
    ['behind a firewall', zonal(), [to('vpc-endpoint', 'vpce-0fffffff')], 'forwarded'],
    ['behind a prefix list that is not known', zonal(), [{ ...igw, destination: 'pl-0abc' }], 'undecided'],
    ['pending', zonal({ state: 'pending' }), [igw], 'nat-not-available'],
    ['deleting', zonal({ state: 'deleting' }), [igw], 'nat-not-available'],
    ['public, without an address', zonal({ publicIps: [] }), [igw], 'nat-without-address'],
    ['private, in a public subnet', zonal({ connectivityType: 'private', publicIps: [] }), [igw], 'nat-private'],
    [
      'private, handed on to a transit gateway',
      zonal({ connectivityType: 'private', publicIps: [] }),
      [to('transit-gateway', 'tgw-0aaaaaaa')],
      'forwarded',
    ],
    ['private, without a way on', zonal({ connectivityType: 'private', publicIps: [] }), [], 'nat-private'],
  ])('%s', (_, natGateway, beyond, expected) => {
    const access = accessOf([aRoute()], beyond, known([natGateway]))
    expect(access.kind === 'closed' ? access.fault.kind : access.kind).toBe(expected)
  })

  test('one that is not listed is undecided, and so is a list that could not be read', () => {
    expect(accessOf([aRoute()], [], known([]))).toMatchObject({
      kind: 'undecided',
      gap: { message: expect.stringContaining('nat-0aaaaaaa') },
    })
    const gap = { action: 'ec2:DescribeNatGateways', reason: 'denied' }
    expect(accessOf([aRoute()], [], denied('ec2:DescribeNatGateways'))).toMatchObject({ kind: 'undecided', gap })
  })
})

describe('without one', () => {
  test.each<[string, readonly Route[], string]>([
    ['no route', [], 'no-route'],
    ['internet gateway', [igw], 'no-exit'],
    ['peering', [to('peering', 'pcx-0aaaaaaa')], 'no-exit'],
    ['gone', [aRoute({ state: 'blackhole' })], 'blackhole'],
    ['transit gateway', [to('transit-gateway', 'tgw-0aaaaaaa')], 'forwarded'],
  ])('%s', (_, routes, expected) => {
    // Not read, and not needed.
    const access = accessOf(routes, [], denied('ec2:DescribeNatGateways'))
    expect(access.kind === 'closed' ? access.fault.kind : access.kind).toBe(expected)
  })
})

test.each([[0, 1] as const, [1, 0] as const])('of two halves the one that gets less far counts, in order %j %j', (a, b) => {
  const halves = ['0.0.0.0/1', '128.0.0.0/1'] as const
  const routes = [aRoute({ destination: halves[a] }), to('nat-gateway', 'nat-0bbbbbbb', { destination: halves[b] })]
  const access = accessOf(routes, [], known([aNatGateway(), aNatGateway({ natGatewayId: 'nat-0bbbbbbb', state: 'failed' })]))
  expect(access).toMatchObject({ kind: 'closed', fault: { kind: 'nat-not-available', natGateway: { natGatewayId: 'nat-0bbbbbbb' } } })
})

test('a gateway to lead a route to is one that is known to work', () => {
  const broken = [zonal({ state: 'failed' }), zonal({ connectivityType: 'private', publicIps: [] })]
  expect(workingNatGateway(routingOf([], [igw], known(broken)).routing)).toBeNull()
  expect(workingNatGateway(routingOf([], [], known([zonal()])).routing)).toBeNull()
  expect(workingNatGateway(routingOf([], [igw], known([...broken, zonal({ natGatewayId: 'nat-0works00' })])).routing)).toMatchObject({
    natGatewayId: 'nat-0works00',
  })
})
