import { describe, expect, test } from '@jest/globals'
import type { Route } from '../../../src/model/facts/network.ts'
import { unusedTrustedTarget as rule } from '../../../src/rules/policy/unused-trusted-target.ts'
import { aHostedZone, aPlan, aRoute, aRouteTable, denied, findingsOf, someDhcpOptions, statuses } from '../../builders.ts'
import { eksPlan, factsOf, type Given, s3Gateway, toS3Gateway } from '../../semantics/ways/network.ts'

const trusting = (...ids: readonly string[]) =>
  eksPlan({ trustedTargets: ids.map((id) => ({ id, reason: 'egress VPC', owner: 'network team' })) })
const to = (kind: Route['target']['kind'], id: string, changes: Partial<Route> = {}): Route => aRoute({ target: { kind, id }, ...changes })
const routed = (...routes: readonly Route[]): Given => ({ routeTables: [aRouteTable({ routes: [toS3Gateway, ...routes] })] })
const judged = (given: Given, ...ids: readonly string[]) => statuses(findingsOf(rule, trusting(...ids), { ...factsOf(given) }))

describe('policy/unused-trusted-target', () => {
  test.each<[string, Given, string, string]>([
    ['a transit gateway that the default route leads to', routed(to('transit-gateway', 'tgw-0aaaaaaa')), 'tgw-0aaaaaaa', 'pass'],
    ['another one', routed(to('transit-gateway', 'tgw-0bbbbbbb')), 'tgw-0aaaaaaa', 'fail'],
    [
      'one beside a NAT gateway that leads out',
      routed(aRoute(), to('transit-gateway', 'tgw-0aaaaaaa', { destination: '10.9.0.0/16' })),
      'tgw-0aaaaaaa',
      'fail',
    ],
    ['a route that is gone', routed(to('transit-gateway', 'tgw-0aaaaaaa', { state: 'blackhole' })), 'tgw-0aaaaaaa', 'fail'],
    [
      'a hosted zone of a service',
      { hostedZones: [aHostedZone({ name: 'sts.us-west-2.amazonaws.com' })] },
      aHostedZone().hostedZoneId,
      'pass',
    ],
    ['a hosted zone of something else', { hostedZones: [aHostedZone()] }, aHostedZone().hostedZoneId, 'fail'],
    ['DHCP options with own servers', { dhcpOptions: { ...someDhcpOptions(), domainNameServers: ['10.0.0.10'] } }, 'dopt-0aaaaaaa', 'pass'],
    ['DHCP options with the Amazon DNS server', {}, 'dopt-0aaaaaaa', 'fail'],
    ['routes that may not be read', { routeTables: denied('ec2:DescribeRouteTables') }, 'tgw-0aaaaaaa', 'unknown'],
    ['subnets that may not be read', { subnets: denied('ec2:DescribeSubnets') }, 'tgw-0aaaaaaa', 'unknown'],
  ])('%s', (_, given, id, status) => {
    expect(judged(given, id)).toEqual([`${status} ${id}`])
  })

  test('each entry on its own', () => {
    const given = { ...routed(to('transit-gateway', 'tgw-0aaaaaaa')), vpcEndpoints: [s3Gateway] }
    expect(judged(given, 'tgw-0aaaaaaa', 'pcx-0aaaaaaa')).toEqual(['pass tgw-0aaaaaaa', 'fail pcx-0aaaaaaa'])
  })

  test('says what to do, and is a notice', () => {
    expect(findingsOf(rule, trusting('tgw-0aaaaaaa'), { ...factsOf() })).toMatchObject([
      {
        severity: 'notice',
        message: 'the policy file trusts tgw-0aaaaaaa, and no way of the nodes leads through it or rests on it',
        fix: { text: expect.stringContaining('Remove tgw-0aaaaaaa from trusted-targets of the policy file') },
      },
    ])
  })

  test('nothing is trusted', () => {
    expect(statuses(findingsOf(rule, aPlan(), {}))).toEqual(['skipped plan'])
  })
})
