import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Route, RouteTarget } from '../../../src/model/facts/network.ts'
import {
  type PrefixListBlocks,
  perhapsPublicRoutes,
  prefixListBlocks,
  publicRoutes,
  routeTableOf,
  type Way,
  wayText,
  wayTo,
  wayToInternet,
} from '../../../src/semantics/network/routes.ts'
import { aGap, aRoute, aRouteTable, aSubnet, denied, known } from '../../builders.ts'

const to = (destination: string, kind: RouteTarget['kind'], changes: Partial<Route> = {}): Route =>
  aRoute({ destination, target: { kind, id: `${kind}-1` }, ...changes })
const tableWith = (...routes: readonly Route[]) => aRouteTable({ routes })

describe('route table of a subnet', () => {
  const main = aRouteTable()
  const own = aRouteTable({ routeTableId: 'rtb-0own0000', isMain: false, subnetIds: ['subnet-0aaaaaaa'] })
  test.each([
    ['its own before the main one', [main, own], 'rtb-0own0000'],
    [
      'the main one where it has none',
      [aRouteTable({ routeTableId: 'rtb-0other00', isMain: false, subnetIds: ['subnet-0bbbbbbb'] }), main],
      'rtb-0aaaaaaa',
    ],
  ])('%s', (_, tables, expected) => {
    expect(routeTableOf(aSubnet(), tables)).toMatchObject({ ok: true, value: { routeTableId: expected } })
  })

  test.each([
    ['an empty list', []],
    ['the main table of another VPC', [aRouteTable({ vpcId: 'vpc-0other00' })]],
  ])('%s is no evidence', (_, tables) => {
    expect(routeTableOf(aSubnet(), tables)).toMatchObject({ ok: false, gap: { action: 'ec2:DescribeRouteTables' } })
  })
})

describe('way to a destination', () => {
  const table = tableWith(
    to('0.0.0.0/0', 'nat-gateway'),
    to('172.16.0.0/12', 'transit-gateway'),
    to('172.16.8.0/24', 'peering'),
    to('::/0', 'egress-only-internet-gateway'),
    to('pl-63a5400a', 'vpc-endpoint'),
  )
  test.each<[string, Way['kind']]>([
    ['10.0.3.4', 'local'],
    ['172.16.8.1', 'peering'],
    ['172.16.9.1', 'forwarded'],
    ['172.16.0.0/12', 'forwarded'],
    ['172.16.0.0/11', 'nat-gateway'],
    ['8.8.8.8', 'nat-gateway'],
    ['2001:db8::1', 'egress-only-internet-gateway'],
  ])('%s is %s', (destination, expected) => {
    expect(wayTo(destination, table).kind).toBe(expected)
  })

  test('the most specific route decides, even where its target is gone', () => {
    const shadowed = tableWith(to('0.0.0.0/0', 'nat-gateway'), to('8.8.8.0/24', 'instance', { state: 'blackhole' }))
    expect(wayTo('8.8.8.8', shadowed).kind).toBe('blackhole')
  })

  test.each([[[0, 1]], [[1, 0]]])('a written route goes before a propagated one to the same destination, in order %j', (order) => {
    const routes = [to('0.0.0.0/0', 'virtual-private-gateway', { propagated: true }), to('0.0.0.0/0', 'nat-gateway')]
    expect(wayTo('8.8.8.8', tableWith(...order.flatMap((index) => routes[index] ?? []))).kind).toBe('nat-gateway')
  })

  test('a more specific propagated route goes before a written one', () => {
    const routes = [to('0.0.0.0/0', 'nat-gateway'), to('8.0.0.0/8', 'virtual-private-gateway', { propagated: true })]
    expect(wayTo('8.8.8.8', tableWith(...routes)).kind).toBe('forwarded')
  })

  const cidr = fc.tuple(fc.nat(0xffffffff), fc.nat(32))
  const dotted = (address: number): string => [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.')
  const mask = (prefix: number): number => (prefix === 0 ? 0 : (0xffffffff << (32 - prefix)) >>> 0)

  test('is the longest prefix that holds the address, whatever the order of the routes', () => {
    fc.assert(
      fc.property(
        fc.nat(0xffffffff),
        fc.uniqueArray(fc.nat(32), { maxLength: 8 }),
        fc.array(cidr, { maxLength: 8 }),
        (address, own, others) => {
          const blocks = [...own.map((prefix) => [address, prefix] as const), ...others].map(
            ([base, prefix]) => [(base & mask(prefix)) >>> 0, prefix] as const,
          )
          const longest = Math.max(-1, ...blocks.flatMap(([base, prefix]) => ((address & mask(prefix)) >>> 0 === base ? [prefix] : [])))
          const routes = blocks.map(([base, prefix]) => to(`${dotted(base)}/${prefix}`, 'transit-gateway'))
          const way = wayTo(dotted(address), { ...aRouteTable(), routes })
          const found = 'route' in way ? Number(way.route.destination.split('/')[1]) : -1
          expect(found).toBe(longest)
        },
      ),
    )
  })
})

describe('way to the internet', () => {
  test.each<[string, readonly Route[], Way['kind']]>([
    ['nothing but local', [], 'no-route'],
    ['a NAT gateway', [to('0.0.0.0/0', 'nat-gateway')], 'nat-gateway'],
    ['an internet gateway', [to('0.0.0.0/0', 'internet-gateway')], 'internet-gateway'],
    ['a transit gateway', [to('0.0.0.0/0', 'transit-gateway')], 'forwarded'],
    ['an appliance', [to('0.0.0.0/0', 'network-interface')], 'forwarded'],
    ['a Gateway Load Balancer endpoint', [to('0.0.0.0/0', 'vpc-endpoint')], 'forwarded'],
    ['a peering connection', [to('0.0.0.0/0', 'peering')], 'peering'],
    ['a NAT gateway that is gone', [to('0.0.0.0/0', 'nat-gateway', { state: 'blackhole' })], 'blackhole'],
    ['both halves', [to('0.0.0.0/1', 'nat-gateway'), to('128.0.0.0/1', 'nat-gateway')], 'nat-gateway'],
    [
      'halves over a default',
      [to('0.0.0.0/0', 'internet-gateway'), to('0.0.0.0/1', 'instance'), to('128.0.0.0/1', 'instance')],
      'forwarded',
    ],
    ['one half only', [to('0.0.0.0/1', 'nat-gateway')], 'no-route'],
    ['IPv6 only', [to('::/0', 'egress-only-internet-gateway')], 'no-route'],
    ['a gateway endpoint only', [to('pl-63a5400a', 'vpc-endpoint')], 'no-route'],
    ['a prefix list of the customer', [to('pl-0abc', 'nat-gateway')], 'undecided'],
    ['one narrow block', [to('52.0.0.0/8', 'nat-gateway')], 'no-route'],
  ])('%s', (_, routes, expected) => {
    expect(wayToInternet(tableWith(...routes)).kind).toBe(expected)
  })

  test.each<[string, readonly Route[], readonly string[]]>([
    ['IPv4', [to('0.0.0.0/0', 'internet-gateway')], ['0.0.0.0/0']],
    ['IPv6 beside a NAT gateway', [to('0.0.0.0/0', 'nat-gateway'), to('::/0', 'internet-gateway')], ['::/0']],
    ['one half', [to('0.0.0.0/0', 'nat-gateway'), to('128.0.0.0/1', 'internet-gateway')], ['128.0.0.0/1']],
    ['a gateway that is detached', [to('0.0.0.0/0', 'internet-gateway', { state: 'blackhole' })], []],
    ['a narrow block is no default route', [to('203.0.113.0/24', 'internet-gateway')], []],
  ])('public routes: %s', (_, routes, expected) => {
    expect(publicRoutes(tableWith(...routes)).map(({ destination }) => destination)).toEqual(expected)
  })
})

test.each<[readonly Route[], string]>([
  [[aRoute()], '0.0.0.0/0 in rtb-0aaaaaaa leads to NAT gateway nat-0aaaaaaa'],
  [[aRoute({ state: 'blackhole' })], '0.0.0.0/0 in rtb-0aaaaaaa leads to NAT gateway nat-0aaaaaaa, which is gone (blackhole)'],
  [
    [aRoute({ target: { kind: 'other', id: '' }, state: 'blackhole' })],
    '0.0.0.0/0 in rtb-0aaaaaaa leads to another target, which is gone (blackhole)',
  ],
  [[], 'rtb-0aaaaaaa has no default route'],
  [[to('pl-0abc', 'nat-gateway')], 'rtb-0aaaaaaa has no default route; whether its prefix lists (pl-0abc) have one was not read'],
])('a way in words: %#', (routes, expected) => {
  const table = tableWith(...routes)
  expect(wayText(wayToInternet(table), table)).toBe(expected)
})

describe('prefix lists', () => {
  const blocks = prefixListBlocks(
    known({
      'pl-0all': known({ prefixListId: 'pl-0all', name: 'all', cidrBlocks: ['0.0.0.0/0', '::/0'] }),
      'pl-0ten': known({ prefixListId: 'pl-0ten', name: 'ten', cidrBlocks: ['8.8.8.0/24'] }),
      'pl-0gap': denied('ec2:GetManagedPrefixListEntries'),
      'pl-0foreign': known(null),
    }),
  )

  test.each<[string, string, readonly Route[], Way['kind']]>([
    ['counts as its blocks', '9.9.9.9', [to('pl-0all', 'nat-gateway')], 'nat-gateway'],
    ['counts for IPv6', '2001:db8::1', [to('pl-0all', 'egress-only-internet-gateway')], 'egress-only-internet-gateway'],
    ['the longest prefix wins', '8.8.8.8', [to('0.0.0.0/0', 'nat-gateway'), to('pl-0ten', 'peering')], 'peering'],
    ['a written route goes first', '9.9.9.9', [to('pl-0all', 'peering'), to('0.0.0.0/0', 'nat-gateway')], 'nat-gateway'],
    [
      'a propagated one goes last',
      '9.9.9.9',
      [to('0.0.0.0/0', 'virtual-private-gateway', { propagated: true }), to('pl-0all', 'nat-gateway')],
      'nat-gateway',
    ],
    ['one without the address', '9.9.9.9', [to('pl-0ten', 'nat-gateway')], 'no-route'],
    ['one that could not be read', '9.9.9.9', [to('pl-0ten', 'nat-gateway'), to('pl-0gap', 'nat-gateway')], 'undecided'],
    ['one that is not listed', '9.9.9.9', [to('pl-0foreign', 'nat-gateway')], 'undecided'],
    ['one that nobody collected', '9.9.9.9', [to('pl-0new', 'nat-gateway')], 'undecided'],
  ])('%s', (_, destination, routes, expected) => {
    expect(wayTo(destination, tableWith(...routes), blocks).kind).toBe(expected)
  })

  test('what is undecided names the lists that are not known, and why', () => {
    const table = tableWith(to('pl-0ten', 'nat-gateway'), to('pl-0foreign', 'nat-gateway'))
    expect(wayToInternet(table, blocks)).toMatchObject({
      kind: 'undecided',
      routes: [{ destination: 'pl-0foreign' }],
      gap: { action: 'ec2:DescribeManagedPrefixLists' },
    })
  })

  test('a gap in the fact is the gap of every list', () => {
    const gap = aGap({ action: 'ec2:DescribeManagedPrefixLists' })
    expect(wayToInternet(tableWith(to('pl-0all', 'nat-gateway')), prefixListBlocks({ ok: false, gap }))).toMatchObject({ gap })
  })

  test.each<[string, Route, PrefixListBlocks, readonly string[]]>([
    ['unread', to('pl-0gap', 'internet-gateway'), blocks, ['pl-0gap']],
    ['known', to('pl-0all', 'internet-gateway'), blocks, []],
    ['elsewhere', to('pl-0gap', 'nat-gateway'), blocks, []],
  ])('perhaps public: %s', (_, route, given, expected) => {
    expect(perhapsPublicRoutes(tableWith(route), given).map((each) => each.route.destination)).toEqual(expected)
  })

  test('a default route by prefix list makes a subnet public', () => {
    const table = tableWith(to('pl-0all', 'internet-gateway'))
    expect(publicRoutes(table, blocks).map(({ destination }) => destination)).toEqual(['pl-0all'])
  })
})
