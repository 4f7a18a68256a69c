import { describe, expect, test } from '@jest/globals'
import type { EksCluster } from '../../../src/model/facts/eks.ts'
import type { NatGateway, Route } from '../../../src/model/facts/network.ts'
import { endpointAccess as rule } from '../../../src/rules/eks/endpoint-access.ts'
import { aNatGateway, anEksCluster, anEksPlan, aPlan, aRoute, aRouteTable, aSubnet, denied, findingsOf, statuses } from '../../builders.ts'

const plan = anEksPlan({ vpcConfig: { subnetIds: ['subnet-0aaaaaaa'], securityGroupIds: [], location: null } })
const factsOf = (cluster: Partial<EksCluster>, routes: readonly Route[] = [], gateway: Partial<NatGateway> = {}) => ({
  eksCluster: anEksCluster(cluster),
  subnets: { 'subnet-0aaaaaaa': aSubnet() },
  routeTables: [aRouteTable({ routes })],
  natGateways: [aNatGateway(gateway)],
  prefixLists: {},
})
const publicOnly = (...publicAccessCidrs: readonly string[]): Partial<EksCluster> => ({
  endpointPrivateAccess: false,
  endpointPublicAccess: true,
  publicAccessCidrs,
})
const throughNat = [aRoute()]
const toTransit = [aRoute({ target: { kind: 'transit-gateway', id: 'tgw-0aaaaaaa' } })]
const everybody = '0.0.0.0/0'

describe('eks/endpoint-access', () => {
  test.each<[string, ReturnType<typeof factsOf>, string]>([
    ['private access needs no way out', factsOf({ endpointPrivateAccess: true }), 'pass'],
    ['both: the private one is taken', factsOf({ endpointPrivateAccess: true, endpointPublicAccess: true }), 'pass'],
    ['neither', factsOf({ endpointPrivateAccess: false, endpointPublicAccess: false }), 'fail'],
    ['not told', factsOf({ endpointPrivateAccess: null, endpointPublicAccess: null }), 'unknown'],
    ['public for everybody, through NAT', factsOf(publicOnly(everybody), throughNat), 'pass'],
    ['public, no way out', factsOf(publicOnly(everybody)), 'fail'],
    ['public, the NAT gateway is gone', factsOf(publicOnly(everybody), throughNat, { state: 'deleted' }), 'fail'],
    [
      'public, an internet gateway helps no private address',
      factsOf(publicOnly(everybody), [aRoute({ target: { kind: 'internet-gateway', id: 'igw-0aaaaaaa' } })]),
      'fail',
    ],
    ['public, handed on to a transit gateway', factsOf(publicOnly(everybody), toTransit), 'unknown'],
    ["the NAT gateway's address is let in", factsOf(publicOnly('203.0.113.0/28'), throughNat), 'pass'],
    [
      "the NAT gateway's address is let in by one of many",
      factsOf(publicOnly('198.51.100.7/32', '2001:db8::/32', '203.0.113.10/32'), throughNat),
      'pass',
    ],
    ["the NAT gateway's address is shut out", factsOf(publicOnly('198.51.100.0/24'), throughNat), 'fail'],
    [
      'one of its two addresses is shut out',
      factsOf(publicOnly('203.0.113.10/32'), throughNat, { publicIps: ['203.0.113.10', '203.0.113.99'] }),
      'fail',
    ],
    ['only IPv6 is let in', factsOf(publicOnly('2001:db8::/32'), throughNat), 'fail'],
    ['its address is not told', factsOf(publicOnly('198.51.100.0/24'), throughNat, { publicIps: [] }), 'unknown'],
    ['shut for most, handed on: with which address is not known', factsOf(publicOnly('198.51.100.0/24'), toTransit), 'unknown'],
  ])('%s', (_, given, status) => {
    expect(findingsOf(rule, plan, given)).toMatchObject([{ status, severity: 'error', subject: 'subnet-0aaaaaaa' }])
  })

  test('says who is let in, with which address nodes come, and the command', () => {
    expect(findingsOf(rule, plan, factsOf(publicOnly('198.51.100.0/24'), throughNat))[0]).toMatchObject({
      message: 'the public endpoint of prod lets in 198.51.100.0/24, and nodes in subnet-0aaaaaaa come from 203.0.113.10 (nat-0aaaaaaa)',
      fix: {
        commands: ['aws eks update-cluster-config --region us-west-2 --name prod --resources-vpc-config endpointPrivateAccess=true'],
      },
    })
  })

  test('an exit that somebody trusts is one, and the addresses behind it are not seen', () => {
    const trusting = { ...plan, trustedTargets: [{ id: 'tgw-0aaaaaaa', reason: 'egress VPC', owner: 'network team' }] }
    expect(findingsOf(rule, trusting, factsOf(publicOnly(everybody), toTransit))).toMatchObject([
      {
        status: 'pass',
        message:
          'nodes in subnet-0aaaaaaa reach the public endpoint of prod through transit gateway tgw-0aaaaaaa (0.0.0.0/0 in rtb-0aaaaaaa)',
      },
    ])
    expect(findingsOf(rule, trusting, factsOf(publicOnly('198.51.100.0/24'), toTransit))).toMatchObject([
      {
        status: 'unknown',
        message:
          'the public endpoint of prod lets in 198.51.100.0/24; 0.0.0.0/0 leads through transit gateway tgw-0aaaaaaa, and the address on the internet that nodes come from behind it cannot be seen from this VPC',
        fix: { text: expect.stringContaining('Turn private access of prod on') },
      },
    ])
  })

  test('a NAT instance is known by its address', () => {
    const natInstance = {
      networkInterfaceId: 'eni-0aaaaaaa',
      vpcId: 'vpc-0a1b2c3d',
      subnetId: 'subnet-0public0',
      instanceId: 'i-0aaaaaaa',
      sourceDestCheck: false,
      publicIps: ['203.0.113.20'],
    }
    const out = aRouteTable({
      routeTableId: 'rtb-0public0',
      isMain: false,
      subnetIds: ['subnet-0public0'],
      routes: [aRoute({ target: { kind: 'internet-gateway', id: 'igw-0aaaaaaa' } })],
    })
    const through = aRoute({ target: { kind: 'network-interface', id: 'eni-0aaaaaaa' } })
    const facts = (block: string) => ({
      ...factsOf(publicOnly(block)),
      routeTables: [aRouteTable({ routes: [through] }), out],
      routeInterfaces: { 'eni-0aaaaaaa': natInstance },
    })
    const trusting = { ...plan, trustedTargets: [{ id: 'eni-0aaaaaaa', reason: 'NAT instance', owner: 'network team' }] }
    expect(statuses(findingsOf(rule, trusting, facts('203.0.113.20/32')))).toEqual(['pass subnet-0aaaaaaa'])
    expect(findingsOf(rule, plan, facts('203.0.113.20/32'))).toMatchObject([
      { status: 'unknown', fix: { text: expect.stringContaining("id: 'eni-0aaaaaaa'") } },
    ])
    expect(findingsOf(rule, plan, facts('198.51.100.0/24'))).toMatchObject([
      {
        status: 'fail',
        message: 'the public endpoint of prod lets in 198.51.100.0/24, and nodes in subnet-0aaaaaaa come from 203.0.113.20 (eni-0aaaaaaa)',
      },
    ])
  })

  test('what is not known of the network does not hide a private endpoint', () => {
    const gaps = { routeTables: denied('ec2:DescribeRouteTables'), natGateways: denied('ec2:DescribeNatGateways') }
    expect(statuses(findingsOf(rule, plan, { ...factsOf({ endpointPrivateAccess: true }), ...gaps }))).toEqual(['pass subnet-0aaaaaaa'])
    expect(statuses(findingsOf(rule, plan, { ...factsOf(publicOnly(everybody)), ...gaps }))).toEqual(['unknown subnet-0aaaaaaa'])
    const noGateways = { ...factsOf(publicOnly(everybody), throughNat), natGateways: gaps.natGateways }
    expect(statuses(findingsOf(rule, plan, noGateways))).toEqual(['unknown subnet-0aaaaaaa'])
  })

  test('another VPC is left to eks/network, an absent cluster to eks/cluster, Slurm is skipped', () => {
    expect(findingsOf(rule, plan, factsOf({ vpcId: 'vpc-0other00' }))).toMatchObject([
      { status: 'skipped', message: expect.stringContaining('eks/network') },
    ])
    expect(statuses(findingsOf(rule, plan, { ...factsOf({}), eksCluster: null }))).toEqual(['skipped prod'])
    expect(statuses(findingsOf(rule, aPlan(), {}))).toEqual(['skipped plan'])
  })
})
