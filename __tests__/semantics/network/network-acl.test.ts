import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { NetworkAcl, NetworkAclEntry } from '../../../src/model/facts/network.ts'
import {
  type AclDecision,
  type AclTraffic,
  allPorts,
  decideAcl,
  denyingEntries,
  networkAclOf,
} from '../../../src/semantics/network/network-acl.ts'
import { aNetworkAcl, anAclEntry } from '../../builders.ts'

const https: AclTraffic = { direction: 'ingress', peer: '0.0.0.0/0', protocol: '6', ports: { from: 443, to: 443 } }
const everything: AclTraffic = { direction: 'ingress', peer: '10.0.0.0/16', protocol: '-1', ports: allPorts }
const allow = (ruleNumber: number, changes: Partial<NetworkAclEntry> = {}) => anAclEntry({ ruleNumber, ...changes })
const deny = (ruleNumber: number, changes: Partial<NetworkAclEntry> = {}) => anAclEntry({ ruleNumber, action: 'deny', ...changes })
const tcp = (fromPort: number, toPort: number) => ({ protocol: '6', fromPort, toPort })

describe('a network ACL', () => {
  test.each<[string, readonly NetworkAclEntry[], AclTraffic, AclDecision]>([
    ['lets nothing through by itself', [], https, 'denied'],
    ['the other direction does not count', [allow(100, { direction: 'egress' })], https, 'denied'],
    ['the other address family does not count', [allow(100, { cidrBlock: '::/0' })], https, 'denied'],
    ['the port', [allow(100, tcp(443, 443))], https, 'allowed'],
    ['a range that holds the port', [allow(100, tcp(400, 500))], https, 'allowed'],
    ['another port', [allow(100, tcp(80, 80))], https, 'denied'],
    ['another protocol', [allow(100, { protocol: '17', fromPort: 443, toPort: 443 })], https, 'denied'],
    ['TCP without ports is all of them', [allow(100, { protocol: '6' })], https, 'allowed'],
    ['a deny with a higher number comes too late', [allow(100), deny(200)], https, 'allowed'],
    ['a deny with a lower number wins', [deny(50), allow(100)], https, 'denied'],
    ['the number decides, not the place in the list', [allow(100), deny(50)], https, 'denied'],
    ['a deny of one block', [deny(50, { cidrBlock: '203.0.113.0/24' }), allow(100)], https, 'partly'],
    ['one block only', [allow(100, { cidrBlock: '10.0.0.0/8' })], https, 'partly'],
    ['two halves', [allow(100, { cidrBlock: '0.0.0.0/1' }), allow(110, { cidrBlock: '128.0.0.0/1' })], https, 'allowed'],
    ['a deny outside of the block', [deny(50, { cidrBlock: '10.1.0.0/16' }), allow(100)], everything, 'allowed'],
    ['a deny of one port', [deny(50, tcp(22, 22)), allow(100)], everything, 'partly'],
    ['a deny around the block', [deny(50, { cidrBlock: '10.0.0.0/8' }), allow(100)], everything, 'denied'],
    ['TCP and UDP are not everything', [allow(100, { protocol: '6' }), allow(110, { protocol: '17' })], everything, 'partly'],
    ['ICMP is not judged', [deny(50, { protocol: '1' }), allow(100)], everything, 'allowed'],
    [
      'port ranges that join',
      [allow(100, tcp(1024, 40_000)), allow(110, tcp(40_001, 65_535))],
      { ...https, ports: { from: 1024, to: 65_535 } },
      'allowed',
    ],
    [
      'port ranges with a hole',
      [allow(100, tcp(1024, 40_000)), allow(110, tcp(40_002, 65_535))],
      { ...https, ports: { from: 1024, to: 65_535 } },
      'partly',
    ],
    ['IPv6', [allow(100, { cidrBlock: '::/0' })], { ...https, peer: '2001:db8::/32' }, 'allowed'],
  ])('%s', (_, entries, traffic, expected) => {
    expect(decideAcl(aNetworkAcl({ entries }), traffic)).toBe(expected)
  })

  test('names the entries that deny, by number', () => {
    const acl = aNetworkAcl({ entries: [allow(100, { cidrBlock: '10.0.0.0/17' }), deny(50, tcp(22, 22))] })
    expect(denyingEntries(acl, everything).map((entry) => entry?.ruleNumber)).toEqual([50, 32_767])
    expect(denyingEntries({ ...acl, entries: [] }, everything)).toEqual([null])
  })

  test('is that of the subnet; a list without one is no evidence', () => {
    expect(networkAclOf('subnet-0aaaaaaa', [aNetworkAcl()])).toMatchObject({ ok: true, value: { networkAclId: 'acl-0aaaaaaa' } })
    expect(networkAclOf('subnet-0ccccccc', [aNetworkAcl()])).toMatchObject({ ok: false, gap: { action: 'ec2:DescribeNetworkAcls' } })
  })
})

describe('whatever the entries', () => {
  const dotted = (address: number): string => [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.')
  // Small worlds, so that entries overlap often.
  const block = fc.tuple(fc.nat(15), fc.integer({ min: 28, max: 32 })).map(([low, prefix]) => `${dotted(0x0a000000 + low)}/${prefix}`)
  const entry = fc
    .record({
      ruleNumber: fc.integer({ min: 1, max: 12 }),
      action: fc.constantFrom('allow' as const, 'deny' as const),
      protocol: fc.constantFrom('-1', '6', '17'),
      cidrBlock: block,
      ports: fc.option(fc.tuple(fc.nat(6), fc.nat(6))),
    })
    .map(({ ports, ...rest }) => {
      const ranged = rest.protocol !== '-1' && ports !== null
      return anAclEntry({ ...rest, ...(ranged && { fromPort: Math.min(...ports), toPort: Math.max(...ports) }) })
    })
  const acl = fc
    .uniqueArray(entry, { selector: ({ ruleNumber }) => ruleNumber, maxLength: 8 })
    .map((entries): NetworkAcl => aNetworkAcl({ entries }))
  const traffic = fc.record({ peer: block, protocol: fc.constantFrom('6', '17', '-1'), ports: fc.tuple(fc.nat(6), fc.nat(6)) }).map(
    ({ ports, ...rest }): AclTraffic => ({
      ...rest,
      direction: 'ingress',
      ports: { from: Math.min(...ports), to: Math.max(...ports) },
    }),
  )
  const rank: Readonly<Record<AclDecision, number>> = { denied: 0, partly: 1, allowed: 2 }

  test('a deny in front never lets more through', () => {
    fc.assert(
      fc.property(acl, traffic, entry, (before, asked, added) => {
        const after = { ...before, entries: [{ ...added, ruleNumber: 0, action: 'deny' as const }, ...before.entries] }
        expect(rank[decideAcl(after, asked)]).toBeLessThanOrEqual(rank[decideAcl(before, asked)])
      }),
    )
  })

  test('the order of the list does not matter', () => {
    fc.assert(
      fc.property(acl, traffic, (given, asked) => {
        expect(decideAcl({ ...given, entries: given.entries.toReversed() }, asked)).toBe(decideAcl(given, asked))
      }),
    )
  })

  test('the ACL that AWS makes with a VPC lets everything through', () => {
    fc.assert(fc.property(traffic, (asked) => expect(decideAcl(aNetworkAcl(), asked)).toBe('allowed')))
  })

  test('it is what packet by packet comes out', () => {
    const covers = (cidrBlock: string, address: number): boolean => {
      const [base = '', prefix = ''] = cidrBlock.split('/')
      const size = 2 ** (32 - Number(prefix))
      const low = Number(base.split('.')[3])
      return address >= low - (low % size) && address < low - (low % size) + size
    }
    fc.assert(
      fc.property(
        acl,
        traffic.filter(({ protocol }) => protocol !== '-1'),
        (given, asked) => {
          const verdicts = new Set<boolean>()
          for (let address = 0; address < 16; address += 1) {
            if (!covers(asked.peer, address)) continue
            for (let port = asked.ports.from; port <= asked.ports.to; port += 1) {
              const [first] = given.entries
                .filter(
                  ({ direction, protocol, cidrBlock, fromPort, toPort }) =>
                    direction === 'ingress' &&
                    (protocol === '-1' || protocol === asked.protocol) &&
                    (cidrBlock === '0.0.0.0/0' || covers(cidrBlock, address)) &&
                    (fromPort === null || fromPort <= port) &&
                    (toPort === null || port <= toPort),
                )
                .sort((a, b) => a.ruleNumber - b.ruleNumber)
              verdicts.add(first?.action === 'allow')
            }
          }
          const expected = verdicts.size === 2 ? 'partly' : verdicts.has(true) ? 'allowed' : 'denied'
          expect(decideAcl(given, asked)).toBe(expected)
        },
      ),
    )
  })
})
