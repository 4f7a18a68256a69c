import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Fact } from '../../../src/model/fact.ts'
import type { SecurityGroupPermission } from '../../../src/model/facts/network.ts'
import type { Facts } from '../../../src/model/facts.ts'
import {
  letsIn,
  letsOut,
  nodePeers,
  type Peer,
  peerOf,
  type Reach,
  reach,
  type Traffic,
} from '../../../src/semantics/network/security-graph.ts'
import { aGap, aGroup, aPermission, aPlan, aSecurityGroup, aSubnet, denied, known } from '../../builders.ts'

type Rules = readonly SecurityGroupPermission[]

const tcp = (fromPort: number, toPort = fromPort): Traffic => ({ protocol: 'tcp', fromPort, toPort })
const all: Traffic = { protocol: 'all', fromPort: 0, toPort: 65_535 }
const on = (from: number, to: number, changes: Partial<SecurityGroupPermission>, protocol = 'tcp') =>
  aPermission({ protocol, fromPort: from, toPort: to, ...changes })
const everywhere = aPermission({ ipv4Ranges: ['0.0.0.0/0'] })

const list = (prefixListId: string, ...cidrBlocks: readonly string[]) => known({ prefixListId, name: prefixListId, cidrBlocks })
const noLists: Fact<Facts['prefixLists']> = known({})

const peer = (id: string, rules: { readonly ingress?: Rules; readonly egress?: Rules }, ...cidrBlocks: readonly string[]): Peer => ({
  name: id,
  securityGroups: [aSecurityGroup({ securityGroupId: id, ingress: [], egress: [everywhere], ...rules })],
  unread: [],
  cidrBlocks: cidrBlocks.length === 0 ? ['10.0.0.0/22'] : cidrBlocks,
})
const nodes = peer('sg-nodes', {})
const accepting = (...ingress: Rules): Peer => peer('sg-fsx', { ingress })
const lustre = tcp(988)

describe('reach', () => {
  test.each<readonly [string, Rules, Traffic, Reach['kind']]>([
    ['no rule', [], lustre, 'closed'],
    ['the port from the group of the nodes', [on(988, 988, { securityGroupIds: ['sg-nodes'] })], lustre, 'open'],
    ['several pairs in a merged permission', [on(988, 988, { securityGroupIds: ['sg-other', 'sg-nodes'] })], lustre, 'open'],
    ['another group', [on(988, 988, { securityGroupIds: ['sg-other'] })], lustre, 'closed'],
    ['its own group, which the nodes do not carry', [aPermission({ securityGroupIds: ['sg-fsx'] })], lustre, 'closed'],
    ['all traffic from the group', [aPermission({ securityGroupIds: ['sg-nodes'] })], lustre, 'open'],
    ['TCP by number', [on(988, 988, { securityGroupIds: ['sg-nodes'] }, '6')], lustre, 'open'],
    ['UDP', [on(988, 988, { securityGroupIds: ['sg-nodes'] }, 'udp')], lustre, 'closed'],
    ['UDP where UDP is asked', [on(0, 65_535, { securityGroupIds: ['sg-nodes'] }, '17')], { ...lustre, protocol: 'udp' }, 'open'],
    ['ICMP', [aPermission({ protocol: 'icmp', securityGroupIds: ['sg-nodes'] })], lustre, 'closed'],
    ['TCP without ports', [aPermission({ protocol: 'tcp', securityGroupIds: ['sg-nodes'] })], lustre, 'open'],
    ['the addresses of the nodes', [on(988, 988, { ipv4Ranges: ['10.0.0.0/16'] })], lustre, 'open'],
    ['a part of their addresses', [on(988, 988, { ipv4Ranges: ['10.0.0.0/24'] })], lustre, 'closed'],
    [
      'halves in two permissions',
      [on(988, 988, { ipv4Ranges: ['10.0.0.0/23'] }), on(0, 1_023, { ipv4Ranges: ['10.0.2.0/23'] })],
      lustre,
      'open',
    ],
    [
      'halves on different ports',
      [on(988, 988, { ipv4Ranges: ['10.0.0.0/23'] }), on(22, 22, { ipv4Ranges: ['10.0.2.0/23'] })],
      lustre,
      'closed',
    ],
    ['IPv6 everywhere', [on(988, 988, { ipv6Ranges: ['::/0'] })], lustre, 'closed'],
    ['a prefix list that holds them', [on(988, 988, { prefixListIds: ['pl-nodes'] })], lustre, 'open'],
    ['a prefix list and a range together', [on(988, 988, { prefixListIds: ['pl-half'], ipv4Ranges: ['10.0.2.0/23'] })], lustre, 'open'],
    ['a prefix list that does not hold them', [on(988, 988, { prefixListIds: ['pl-half'] })], lustre, 'closed'],
    ['a prefix list that the account does not see', [on(988, 988, { prefixListIds: ['pl-unshared'] })], lustre, 'undecided'],
    ['a prefix list that was refused', [on(988, 988, { prefixListIds: ['pl-denied'] })], lustre, 'undecided'],
    ['a prefix list that nobody collected', [on(988, 988, { prefixListIds: ['pl-new'] })], lustre, 'undecided'],
    ['a prefix list that was refused, on another port', [on(22, 22, { prefixListIds: ['pl-denied'] })], lustre, 'closed'],
    [
      'a prefix list that was refused, beside a rule that does',
      [on(988, 988, { prefixListIds: ['pl-denied'] }), on(988, 988, { securityGroupIds: ['sg-nodes'] })],
      lustre,
      'open',
    ],
    ['all traffic asked, every TCP port given', [on(0, 65_535, { securityGroupIds: ['sg-nodes'] })], all, 'closed'],
    ['all traffic asked and given', [aPermission({ securityGroupIds: ['sg-nodes'] })], all, 'open'],
    [
      'ports of two permissions',
      [on(1_018, 1_020, { securityGroupIds: ['sg-nodes'] }), on(1_021, 1_023, { ipv4Ranges: ['10.0.0.0/8'] })],
      tcp(1_018, 1_023),
      'open',
    ],
    [
      'ports of two permissions with a hole',
      [on(1_018, 1_019, { securityGroupIds: ['sg-nodes'] }), on(1_021, 1_023, { securityGroupIds: ['sg-nodes'] })],
      tcp(1_018, 1_023),
      'closed',
    ],
  ])('%s', (_, ingress, traffic, kind) => {
    const prefixLists = known({
      'pl-nodes': list('pl-nodes', '10.0.0.0/23', '10.0.2.0/23'),
      'pl-half': list('pl-half', '10.0.0.0/23'),
      'pl-unshared': known(null),
      'pl-denied': denied('ec2:GetManagedPrefixListEntries'),
    })
    expect(reach(nodes, accepting(...ingress), traffic, prefixLists).kind).toBe(kind)
  })

  test('says where it is closed, and on which ports', () => {
    const shut = peer('sg-nodes', { egress: [on(988, 988, { ipv4Ranges: ['0.0.0.0/0'] })] })
    const fsx = accepting(on(988, 988, { securityGroupIds: ['sg-nodes'] }), on(1_020, 1_021, { securityGroupIds: ['sg-nodes'] }))
    expect(reach(nodes, fsx, tcp(1_018, 1_023), noLists)).toEqual({
      kind: 'closed',
      closedAt: ['ingress'],
      ports: 'TCP 1018-1019, 1022-1023',
    })
    expect(reach(shut, fsx, tcp(1_021), noLists)).toEqual({ kind: 'closed', closedAt: ['egress'], ports: 'TCP 1021' })
    expect(reach(shut, fsx, tcp(1_021, 1_022), noLists)).toEqual({
      kind: 'closed',
      closedAt: ['egress', 'ingress'],
      ports: 'TCP 1021-1022',
    })
    expect(reach(shut, fsx, all, noLists)).toEqual({ kind: 'closed', closedAt: ['egress', 'ingress'], ports: 'all traffic' })
    expect(letsOut(shut, fsx, lustre, noLists)).toEqual({ kind: 'open' })
    expect(letsIn(fsx, shut, tcp(22), noLists)).toEqual({ kind: 'closed', closedAt: ['ingress'], ports: 'TCP 22' })
  })

  test('groups of one interface add up, in both roles', () => {
    const both: Peer = {
      ...nodes,
      securityGroups: [
        aSecurityGroup({ securityGroupId: 'sg-1', ingress: [], egress: [] }),
        aSecurityGroup({
          securityGroupId: 'sg-2',
          ingress: [aPermission({ securityGroupIds: ['sg-1'] })],
          egress: [aPermission({ securityGroupIds: ['sg-1'] })],
        }),
      ],
    }
    expect(reach(both, both, all, noLists)).toEqual({ kind: 'open' })
  })

  test('a group of another account matches nobody here', () => {
    expect(reach(nodes, accepting(aPermission({ securityGroupIds: ['sg-0peered0'] })), all, noLists).kind).toBe('closed')
  })

  describe('what could not be read', () => {
    const gap = aGap({ action: 'ec2:GetManagedPrefixListEntries' })
    test('an unread group may open what the others do not, and cannot close what they do', () => {
      const fsx: Peer = { ...accepting(), name: 'fs-1', unread: ['sg-shared'] }
      expect(reach(nodes, fsx, lustre, noLists)).toMatchObject({
        kind: 'undecided',
        because: 'the rules of sg-shared on fs-1 cannot be read',
        gap: { action: 'ec2:DescribeSecurityGroups' },
      })
      expect(reach(nodes, { ...fsx, securityGroups: accepting(everywhere).securityGroups }, lustre, noLists)).toEqual({ kind: 'open' })
    })
    test('an unread group is carried all the same', () => {
      const from: Peer = { ...nodes, unread: ['sg-shared'] }
      expect(reach(from, accepting(aPermission({ securityGroupIds: ['sg-shared'] })), lustre, noLists)).toEqual({ kind: 'open' })
    })
    test('a side that is surely closed decides', () => {
      const shut = peer('sg-nodes', { egress: [] })
      expect(reach(shut, { ...accepting(), unread: ['sg-shared'] }, lustre, noLists)).toMatchObject({
        kind: 'closed',
        closedAt: ['egress'],
      })
    })
    test('all lists refused', () => {
      const way = reach(nodes, accepting(on(988, 988, { prefixListIds: ['pl-1'] })), lustre, { ok: false, gap })
      expect(way).toEqual({ kind: 'undecided', because: 'the addresses of the prefix list pl-1 are not known', gap })
    })
    test.each<readonly [string, Rules, Reach['kind']]>([
      ['a range', [on(988, 988, { ipv4Ranges: ['10.0.0.0/8'] })], 'undecided'],
      ['a range of the other family', [on(988, 988, { ipv6Ranges: ['::/0'] })], 'closed'],
      ['everything', [everywhere], 'open'],
      ['their group', [aPermission({ securityGroupIds: ['sg-nodes'] })], 'open'],
      ['nothing', [], 'closed'],
    ])('addresses that are not known, and a rule for %s', (_, ingress, kind) => {
      expect(reach({ ...nodes, cidrBlocks: [] }, accepting(...ingress), lustre, noLists).kind).toBe(kind)
    })
  })

  describe('IPv6', () => {
    const dual = peer('sg-nodes', {}, '10.0.0.0/22', '2600:1f14::/64')
    const six = peer('sg-six', { ingress: [aPermission({ ipv6Ranges: ['2600:1f14::/56'] })] }, '2600:1f14:0:1::/64')
    test('IPv4 alone is enough for peers that have both', () => {
      const fsx = peer('sg-fsx', { ingress: [aPermission({ ipv4Ranges: ['10.0.0.0/16'] })] }, '10.0.8.0/24', '2600:1f14:0:2::/64')
      expect(reach(dual, fsx, lustre, noLists)).toEqual({ kind: 'open' })
    })
    test('a peer with IPv6 only is judged by IPv6', () => {
      expect(reach(dual, six, lustre, noLists)).toMatchObject({ kind: 'closed', closedAt: ['egress'] })
      const out = peer('sg-nodes', { egress: [aPermission({ ipv6Ranges: ['::/0'] })] }, '10.0.0.0/22', '2600:1f14::/64')
      expect(reach(out, six, lustre, noLists)).toEqual({ kind: 'open' })
    })
    test('without a family in common no address matches', () => {
      const fsx = peer('sg-fsx', { ingress: [everywhere, aPermission({ ipv6Ranges: ['::/0'] })] }, '10.0.8.0/24')
      expect(reach(six, fsx, lustre, noLists)).toMatchObject({ kind: 'closed', closedAt: ['egress', 'ingress'] })
    })
  })
})

describe('laws of reach', () => {
  const port = fc.constantFrom(22, 443, 988, 1_018, 1_023)
  const permission = fc
    .record({
      protocol: fc.constantFrom('-1', 'tcp', '6', 'udp', 'icmp'),
      ports: fc.tuple(port, port),
      ipv4Ranges: fc.subarray(['0.0.0.0/0', '10.0.0.0/23', '10.0.2.0/23', '10.0.0.0/8']),
      ipv6Ranges: fc.subarray(['::/0']),
      prefixListIds: fc.subarray(['pl-half', 'pl-denied']),
      securityGroupIds: fc.subarray(['sg-a', 'sg-b', 'sg-c']),
    })
    .map(({ ports: [one, other], ...rest }) =>
      rest.protocol === '-1' || rest.protocol === 'icmp'
        ? aPermission(rest)
        : aPermission({ ...rest, fromPort: Math.min(one, other), toPort: Math.max(one, other) }),
    )
  const rules = fc.array(permission, { maxLength: 4 })
  const traffic = fc.oneof(
    fc.constant(all),
    fc.tuple(port, port).map(([one, other]) => tcp(Math.min(one, other), Math.max(one, other))),
  )
  const lists = known({ 'pl-half': list('pl-half', '10.0.0.0/23'), 'pl-denied': denied('ec2:GetManagedPrefixListEntries') })
  const from = (egress: Rules, blocks = ['10.0.0.0/22']) => peer('sg-a', { egress }, ...blocks)
  const to = (ingress: Rules) => peer('sg-b', { ingress }, '10.0.0.0/22')
  const rank = { closed: 0, undecided: 1, open: 2 }
  const rankOf = (egress: Rules, ingress: Rules, wanted: Traffic) => rank[reach(from(egress), to(ingress), wanted, lists).kind]

  test('a further permission never closes, so one less never opens', () => {
    fc.assert(
      fc.property(rules, rules, permission, traffic, (egress, ingress, further, wanted) => {
        const before = rankOf(egress, ingress, wanted)
        expect(rankOf([...egress, further], ingress, wanted)).toBeGreaterThanOrEqual(before)
        expect(rankOf(egress, [...ingress, further], wanted)).toBeGreaterThanOrEqual(before)
      }),
    )
  })

  test('the order of permissions, and how they are spread over groups, does not matter', () => {
    fc.assert(
      fc.property(rules, rules, traffic, (egress, ingress, wanted) => {
        const spread: Peer = {
          ...to([]),
          securityGroups: ingress.toReversed().map((one) => aSecurityGroup({ securityGroupId: 'sg-b', ingress: [one], egress: [] })),
        }
        // A peer without any group carries no `sg-b` that an outbound rule could name.
        fc.pre(ingress.length > 0)
        const together = reach(from(egress), to(ingress), wanted, lists)
        const apart = reach(from(egress.toReversed()), spread, wanted, lists)
        expect(apart.kind).toBe(together.kind)
        if (together.kind === 'closed') expect(apart).toEqual(together)
      }),
    )
  })

  test('rules that name groups do not look at addresses', () => {
    const named = rules.map((some) => some.map((one) => ({ ...one, ipv4Ranges: [], ipv6Ranges: [], prefixListIds: [] })))
    const blocks = fc.constantFrom([], ['10.0.0.0/22'], ['192.168.0.0/24', '2600:1f14::/64'], ['2600:1f14::/64'])
    fc.assert(
      fc.property(named, named, blocks, traffic, (egress, ingress, some, wanted) => {
        const here = reach(from(egress), to(ingress), wanted, lists)
        expect(reach({ ...from(egress), cidrBlocks: some }, to(ingress), wanted, lists)).toEqual(here)
      }),
    )
  })
})

describe('peers', () => {
  test('peerOf: what the account does not see is unread', () => {
    const groups = { 'sg-1': aSecurityGroup({ securityGroupId: 'sg-1' }), 'sg-2': null }
    expect(peerOf('fs-1', ['sg-1', 'sg-2', 'sg-3', 'sg-1', 'constructor'], groups, ['10.0.0.0/24'])).toEqual({
      name: 'fs-1',
      securityGroups: [groups['sg-1']],
      unread: ['sg-2', 'sg-3', 'constructor'],
      cidrBlocks: ['10.0.0.0/24'],
    })
  })

  test('nodePeers: one for each set of groups, with the addresses of all its subnets', () => {
    const override = { subnetIds: ['subnet-0ccccccc'], securityGroupIds: ['sg-0aaaaaaa'], location: null }
    const apart = { subnetIds: ['subnet-0aaaaaaa', 'subnet-0gone'], securityGroupIds: ['sg-0bbbbbbb'], location: null }
    const plan = aPlan({
      instanceGroups: [aGroup(), aGroup({ name: 'b', overrideVpcConfig: override }), aGroup({ name: 'c', overrideVpcConfig: apart })],
    })
    const subnets = {
      'subnet-0aaaaaaa': aSubnet({ ipv6CidrBlocks: ['2600:1f14::/64'] }),
      'subnet-0bbbbbbb': aSubnet({ subnetId: 'subnet-0bbbbbbb', cidrBlock: '10.0.4.0/22' }),
      'subnet-0ccccccc': aSubnet({ subnetId: 'subnet-0ccccccc', cidrBlock: '100.64.0.0/20' }),
      'subnet-0gone': null,
    }
    const peers = nodePeers(plan, { 'sg-0aaaaaaa': aSecurityGroup(), 'sg-0bbbbbbb': null }, subnets)
    expect(peers.map(({ placement, ...rest }) => ({ ...rest, subject: placement.subject }))).toEqual([
      {
        name: 'the nodes of worker-1, b',
        securityGroups: [aSecurityGroup()],
        unread: [],
        cidrBlocks: ['10.0.0.0/22', '2600:1f14::/64', '10.0.4.0/22', '100.64.0.0/20'],
        subject: 'sg-0aaaaaaa',
      },
      {
        name: 'the nodes of c',
        securityGroups: [],
        unread: ['sg-0bbbbbbb'],
        cidrBlocks: ['10.0.0.0/22', '2600:1f14::/64'],
        subject: 'sg-0bbbbbbb',
      },
    ])
  })

  test('nodePeers: a plan without instance groups, and names that would be too many', () => {
    expect(nodePeers(aPlan({ instanceGroups: [] }), {}, { 'subnet-0aaaaaaa': aSubnet() })).toMatchObject([
      { name: 'the nodes', cidrBlocks: ['10.0.0.0/22'], unread: ['sg-0aaaaaaa'] },
    ])
    const instanceGroups = ['a', 'b', 'c', 'd', 'e'].map((name) => aGroup({ name }))
    expect(nodePeers(aPlan({ instanceGroups }), {}, {})[0]?.name).toBe('the nodes of a, b, c and 2 more groups')
  })
})
