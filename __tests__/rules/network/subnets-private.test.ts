import { describe, expect, test } from '@jest/globals'
import type { Route } from '../../../src/model/facts/network.ts'
import type { Facts } from '../../../src/model/facts.ts'
import type { Orchestrator } from '../../../src/model/plan.ts'
import { subnetsPrivate as rule } from '../../../src/rules/network/subnets-private.ts'
import { aPlan, aRoute, aRouteTable, aSubnet, denied, findingsOf, known, statuses } from '../../builders.ts'

const eks: Orchestrator = { kind: 'eks', cluster: null }
const slurm: Orchestrator = { kind: 'slurm', configuration: 'api' }
const onePlan = (orchestrator: Orchestrator = eks) =>
  aPlan({ orchestrator, vpcConfig: { subnetIds: ['subnet-0aaaaaaa'], securityGroupIds: [], location: null } })
const toGateway = (destination = '0.0.0.0/0'): Route => aRoute({ destination, target: { kind: 'internet-gateway', id: 'igw-0aaaaaaa' } })
const factsOf = (mapPublicIpOnLaunch: boolean, ...routes: readonly Route[]) => ({
  subnets: { 'subnet-0aaaaaaa': aSubnet({ mapPublicIpOnLaunch }) },
  routeTables: [aRouteTable({ routes })],
})

describe('network/subnets-private', () => {
  test.each<[string, Pick<Facts, 'subnets' | 'routeTables'>, string, string]>([
    [
      'NAT gateway',
      factsOf(false, aRoute()),
      'pass',
      'subnet-0aaaaaaa is private: no default route of rtb-0aaaaaaa leads to an internet gateway',
    ],
    ['no way out', factsOf(false), 'pass', 'subnet-0aaaaaaa is private: no default route of rtb-0aaaaaaa leads to an internet gateway'],
    [
      'internet gateway',
      factsOf(false, toGateway()),
      'fail',
      'subnet-0aaaaaaa routes 0.0.0.0/0 to internet gateway igw-0aaaaaaa (rtb-0aaaaaaa): HyperPod on EKS needs private subnets',
    ],
    [
      'internet gateway for IPv6',
      factsOf(false, aRoute(), toGateway('::/0')),
      'fail',
      'subnet-0aaaaaaa routes ::/0 to internet gateway igw-0aaaaaaa (rtb-0aaaaaaa): HyperPod on EKS needs private subnets',
    ],
    [
      'public addresses',
      factsOf(true, aRoute()),
      'fail',
      'subnet-0aaaaaaa maps public addresses on launch: HyperPod on EKS needs private subnets',
    ],
    [
      'both',
      factsOf(true, toGateway()),
      'fail',
      'subnet-0aaaaaaa maps public addresses on launch and routes 0.0.0.0/0 to internet gateway igw-0aaaaaaa (rtb-0aaaaaaa): HyperPod on EKS needs private subnets',
    ],
  ])('%s', (_, facts, status, message) => {
    expect(findingsOf(rule, onePlan(), facts)).toMatchObject([{ status, severity: 'error', message }])
  })

  describe('a prefix list on an internet gateway', () => {
    const facts = factsOf(false, aRoute(), toGateway('pl-0abc'))
    const listOf = (...cidrBlocks: readonly string[]): Facts['prefixLists'] => ({
      'pl-0abc': known({ prefixListId: 'pl-0abc', name: 'partners', cidrBlocks }),
    })
    test.each<[string, Facts['prefixLists'], string]>([
      ['narrow blocks leave the subnet private', listOf('203.0.113.0/24'), 'pass subnet-0aaaaaaa'],
      ['halves of the internet make it public', listOf('0.0.0.0/1', '128.0.0.0/1'), 'fail subnet-0aaaaaaa'],
      ['unread, it may', { 'pl-0abc': denied('ec2:GetManagedPrefixListEntries') }, 'unknown subnet-0aaaaaaa'],
      ['not visible to the account, it may', { 'pl-0abc': known(null) }, 'unknown subnet-0aaaaaaa'],
    ])('%s', (_, prefixLists, expected) => {
      expect(statuses(findingsOf(rule, onePlan(), { ...facts, prefixLists }))).toEqual([expected])
    })
  })

  test('its own route table decides, not the main one', () => {
    const own = aRouteTable({ routeTableId: 'rtb-0own0000', isMain: false, subnetIds: ['subnet-0aaaaaaa'], routes: [toGateway()] })
    const facts = { subnets: { 'subnet-0aaaaaaa': aSubnet() }, routeTables: [aRouteTable({ routes: [aRoute()] }), own] }
    expect(findingsOf(rule, onePlan(), facts)).toMatchObject([{ status: 'fail', evidence: { routeTableId: 'rtb-0own0000' } }])
  })

  test.each<[string, Orchestrator, string, string]>([
    ['EKS', eks, 'error', 'HyperPod on EKS needs private subnets'],
    ['Slurm', slurm, 'warning', 'nodes get no public address, so they belong in a private subnet'],
    ['unstated', { kind: 'unstated' }, 'warning', 'HyperPod on EKS needs private subnets, and the plan does not say whether it is EKS'],
  ])('%s decides the severity', (_, orchestrator, severity, reason) => {
    const [finding] = findingsOf(rule, onePlan(orchestrator), factsOf(false, toGateway()))
    expect(finding).toMatchObject({ status: 'fail', severity, message: expect.stringContaining(reason) })
    const [unjudged] = findingsOf(rule, onePlan(orchestrator), { ...factsOf(false), routeTables: denied('ec2:DescribeRouteTables') })
    expect(unjudged).toMatchObject({ status: 'unknown', severity, gap: { action: 'ec2:DescribeRouteTables' } })
  })

  test('public addresses on launch need no route table to fail', () => {
    const facts = { ...factsOf(true), routeTables: denied('ec2:DescribeRouteTables') }
    expect(findingsOf(rule, onePlan(), facts)).toMatchObject([
      {
        status: 'fail',
        fix: { commands: ['aws ec2 modify-subnet-attribute --region us-west-2 --subnet-id subnet-0aaaaaaa --no-map-public-ip-on-launch'] },
      },
    ])
  })

  test('a list without the main table is no evidence', () => {
    expect(findingsOf(rule, onePlan(), { ...factsOf(false), routeTables: [] })).toMatchObject([
      { status: 'unknown', subject: 'subnet-0aaaaaaa', gap: { action: 'ec2:DescribeRouteTables' } },
    ])
  })

  test('the fix of a public subnet is another subnet, not its routes', () => {
    const [finding] = findingsOf(rule, onePlan(), factsOf(true, toGateway()))
    expect(finding?.fix?.commands).toEqual(['aws ec2 describe-route-tables --region us-west-2 --filters Name=vpc-id,Values=vpc-0a1b2c3d'])
  })

  test('absent subnets and those of another VPC are left to network/subnets', () => {
    const subnets = { 'subnet-0aaaaaaa': null, 'subnet-0bbbbbbb': aSubnet({ subnetId: 'subnet-0bbbbbbb', vpcId: 'vpc-0other00' }) }
    const findings = findingsOf(rule, aPlan(), { subnets, routeTables: [] })
    expect(findings.map(({ status, message }) => [status, message])).toEqual([
      ['skipped', 'subnet-0aaaaaaa does not exist in us-west-2: network/subnets reports it'],
      ['skipped', 'subnet-0bbbbbbb is in vpc-0other00, not in vpc-0a1b2c3d: network/subnets reports it'],
    ])
  })

  test('denied subnets are unknown, no subnet in the plan is skipped', () => {
    expect(statuses(findingsOf(rule, onePlan(), { subnets: denied('ec2:DescribeSubnets'), routeTables: [] }))).toEqual(['unknown account'])
    expect(statuses(findingsOf(rule, aPlan({ vpcConfig: null }), { subnets: {}, routeTables: [] }))).toEqual(['skipped plan'])
  })
})
