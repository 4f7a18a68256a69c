import { describe, expect, test } from '@jest/globals'
import type { NetworkAclEntry, Route } from '../../../src/model/facts/network.ts'
import type { Facts } from '../../../src/model/facts.ts'
import { acl as rule } from '../../../src/rules/network/acl.ts'
import {
  aNatGateway,
  aNetworkAcl,
  anAclEntry,
  aPlan,
  aRoute,
  aRouteTable,
  aSubnet,
  aVpcEndpoint,
  denied,
  findingsOf,
  known,
  statuses,
} from '../../builders.ts'

const first = aSubnet({ cidrBlock: '10.0.0.0/22' })
const second = aSubnet({ subnetId: 'subnet-0bbbbbbb', cidrBlock: '10.0.4.0/22' })
const onePlan = aPlan({ vpcConfig: { subnetIds: ['subnet-0aaaaaaa'], securityGroupIds: [], location: null } })
const entry = (ruleNumber: number, direction: NetworkAclEntry['direction'], changes: Partial<NetworkAclEntry> = {}): NetworkAclEntry =>
  anAclEntry({ ruleNumber, direction, ...changes })
const tcp = (fromPort: number, toPort = fromPort) => ({ protocol: '6', fromPort, toPort })
const open = [entry(100, 'ingress'), entry(100, 'egress')]
const factsOf = (entries: readonly NetworkAclEntry[], routes: readonly Route[] = [aRoute()]) => ({
  subnets: { 'subnet-0aaaaaaa': first, 'subnet-0bbbbbbb': second },
  routeTables: [aRouteTable({ routes })],
  natGateways: [aNatGateway()],
  networkAcls: [aNetworkAcl({ entries })],
  vpcEndpoints: [],
  prefixLists: {},
})
const judged = (plan: typeof onePlan, facts: Parameters<typeof findingsOf>[2]) =>
  findingsOf(rule, plan, facts).map(({ status, severity }) => `${status} ${severity}`)

describe('network/acl', () => {
  test('the ACL that AWS makes with a VPC passes', () => {
    expect(findingsOf(rule, onePlan, factsOf(open))).toMatchObject([
      {
        status: 'pass',
        message:
          'acl-0aaaaaaa lets through what nodes in subnet-0aaaaaaa need: TCP 443 out to 0.0.0.0/0, TCP 32768-60999 in from 0.0.0.0/0',
        evidence: { networkAclId: 'acl-0aaaaaaa' },
      },
    ])
  })

  describe('to the internet', () => {
    const out = entry(100, 'egress', tcp(443))
    test.each<[string, readonly NetworkAclEntry[], string]>([
      ['HTTPS and its answers', [out, entry(100, 'ingress', tcp(1024, 65_535))], 'pass warning'],
      ['answers on the ports of Linux', [out, entry(100, 'ingress', tcp(32_768, 60_999))], 'pass warning'],
      ['no answers', [out], 'fail error'],
      ['answers on some ports', [out, entry(100, 'ingress', tcp(49_152, 65_535))], 'unknown error'],
      ['answers, nothing out', [entry(100, 'ingress')], 'fail error'],
      ['only HTTP out', [entry(100, 'egress', tcp(80)), entry(100, 'ingress')], 'fail error'],
      ['one block of it denied', [entry(50, 'egress', { action: 'deny', cidrBlock: '203.0.113.0/24' }), ...open], 'pass warning'],
      ['one block of it allowed', [entry(100, 'egress', { cidrBlock: '203.0.113.0/24' }), entry(100, 'ingress')], 'unknown error'],
      ['all of it denied in front', [entry(50, 'egress', { action: 'deny', ...tcp(0, 65_535) }), ...open], 'fail error'],
      ['IPv6 only', [entry(100, 'egress', { cidrBlock: '::/0' }), entry(100, 'ingress', { cidrBlock: '::/0' })], 'fail error'],
    ])('%s', (_, entries, expected) => {
      expect(judged(onePlan, factsOf(entries))).toEqual([expected])
    })

    test('says which rule denies it, and adds one in front', () => {
      const [finding] = findingsOf(
        rule,
        onePlan,
        factsOf([entry(50, 'egress', { action: 'deny', ...tcp(443) }), entry(49, 'egress', tcp(80)), ...open]),
      )
      expect(finding?.message).toBe('subnet-0aaaaaaa: acl-0aaaaaaa denies TCP 443 out to 0.0.0.0/0 (rule 50)')
      expect(finding?.fix?.commands).toEqual([
        'aws ec2 create-network-acl-entry --region us-west-2 --network-acl-id acl-0aaaaaaa --egress --rule-number 48 --protocol 6 --port-range From=443,To=443 --cidr-block 0.0.0.0/0 --rule-action allow',
      ])
    })

    test('denied blocks are named where it passes', () => {
      const [finding] = findingsOf(rule, onePlan, factsOf([entry(50, 'egress', { action: 'deny', cidrBlock: '203.0.113.0/24' }), ...open]))
      expect(finding?.message).toContain('apart from parts of the internet (203.0.113.0/24)')
    })

    test('does not matter without a way there', () => {
      expect(statuses(findingsOf(rule, onePlan, factsOf([], [])))).toEqual(['skipped subnet-0aaaaaaa'])
    })
  })

  describe('between subnets', () => {
    const within = (changes: Partial<NetworkAclEntry> = {}) => [
      entry(100, 'ingress', { cidrBlock: '10.0.0.0/16', ...changes }),
      entry(100, 'egress', { cidrBlock: '10.0.0.0/16', ...changes }),
    ]
    test.each<[string, readonly NetworkAclEntry[], readonly string[]]>([
      ['all traffic of the VPC', within(), ['pass warning', 'pass warning']],
      ['TCP only', within({ protocol: '6' }), ['fail warning', 'fail warning']],
      ['a port denied', [entry(50, 'ingress', { action: 'deny', ...tcp(22) }), ...within()], ['fail warning', 'fail warning']],
      [
        'a port of the internet denied',
        [entry(50, 'ingress', { action: 'deny', cidrBlock: '8.0.0.0/8' }), ...within()],
        ['pass warning', 'pass warning'],
      ],
      [
        'a part of the other subnet denied',
        [entry(50, 'egress', { action: 'deny', cidrBlock: '10.0.5.0/24' }), ...within()],
        ['fail warning', 'pass warning'],
      ],
      // Traffic inside a subnet does not meet the ACL, so its own block need not be allowed.
      ['nothing', [], ['fail warning', 'fail warning']],
    ])('%s', (_, entries, expected) => {
      expect(judged(aPlan(), factsOf(entries, []))).toEqual(expected)
    })

    test('the rules of several findings have numbers of their own', () => {
      const findings = findingsOf(rule, aPlan(), factsOf([], []))
      expect(findings.flatMap(({ fix }) => fix?.commands ?? []).map((line) => line.split(' ').slice(7, 14).join(' '))).toEqual([
        '--egress --rule-number 100 --protocol -1 --cidr-block 10.0.4.0/22',
        '--ingress --rule-number 100 --protocol -1 --cidr-block 10.0.4.0/22',
        '--egress --rule-number 110 --protocol -1 --cidr-block 10.0.0.0/22',
        '--ingress --rule-number 110 --protocol -1 --cidr-block 10.0.0.0/22',
      ])
    })

    test('says what is denied', () => {
      const [finding] = findingsOf(rule, aPlan(), factsOf([entry(50, 'egress', { action: 'deny', cidrBlock: '10.0.5.0/24' }), ...open], []))
      expect(finding?.message).toBe(
        'subnet-0aaaaaaa: acl-0aaaaaaa denies a part of all traffic out to subnet-0bbbbbbb (10.0.4.0/22) (rule 50)',
      )
    })
  })

  describe('through a gateway endpoint for S3', () => {
    const viaGateway = aRoute({ destination: 'pl-68a54001', target: { kind: 'vpc-endpoint', id: 'vpce-0aaaaaaa' } })
    const list = (): Facts['prefixLists'] => ({
      'pl-68a54001': known({
        prefixListId: 'pl-68a54001',
        name: 'com.amazonaws.us-west-2.s3',
        cidrBlocks: ['52.92.0.0/16', '3.5.76.0/22', '2600:1fa0::/32'],
      }),
    })
    const s3 = [
      entry(100, 'egress', { cidrBlock: '52.92.0.0/16', ...tcp(443) }),
      entry(110, 'egress', { cidrBlock: '3.5.76.0/22', ...tcp(443) }),
      entry(100, 'ingress', tcp(1024, 65_535)),
    ]
    const facts = (entries: readonly NetworkAclEntry[], prefixLists: Facts['prefixLists'] = list()) => ({
      ...factsOf(entries, [viaGateway]),
      vpcEndpoints: [aVpcEndpoint({ routeTableIds: ['rtb-0aaaaaaa'] })],
      prefixLists,
    })
    test.each<[string, readonly NetworkAclEntry[], Facts['prefixLists'], string]>([
      ['exactly its blocks', s3, list(), 'pass warning'],
      ['a part of a block denied', [entry(50, 'egress', { action: 'deny', cidrBlock: '52.92.128.0/17' }), ...s3], list(), 'unknown error'],
      ['one block missing', s3.slice(1), list(), 'unknown error'],
      ['closed', [], list(), 'fail error'],
      ['blocks not known, all open', open, {}, 'pass warning'],
      ['blocks not known, closed', [], {}, 'fail error'],
      ['blocks not known, some open', s3, {}, 'unknown error'],
    ])('%s', (_, entries, prefixLists, expected) => {
      expect(judged(onePlan, facts(entries, prefixLists))).toEqual([expected])
    })

    test('closed, one rule opens it', () => {
      const [finding] = findingsOf(rule, onePlan, facts([]))
      expect(finding?.message).toBe(
        'subnet-0aaaaaaa: acl-0aaaaaaa denies TCP 443 out to S3 (pl-68a54001) (no rule allows it); acl-0aaaaaaa denies TCP 32768-60999 in from S3 (pl-68a54001) (no rule allows it)',
      )
      expect(finding?.fix?.commands).toHaveLength(2)
    })
  })

  describe("at the NAT gateway's subnet", () => {
    const natTable = aRouteTable({
      routeTableId: 'rtb-0public0',
      isMain: false,
      subnetIds: ['subnet-0ccccccc'],
      routes: [aRoute({ target: { kind: 'internet-gateway', id: 'igw-0aaaaaaa' } })],
    })
    const facts = (entries: readonly NetworkAclEntry[]) => {
      const base = factsOf(open)
      return {
        ...base,
        routeTables: [...base.routeTables, natTable],
        natGateways: [aNatGateway({ subnetId: 'subnet-0ccccccc' })],
        networkAcls: [...base.networkAcls, aNetworkAcl({ networkAclId: 'acl-0public0', subnetIds: ['subnet-0ccccccc'], entries })],
      }
    }
    const https = [entry(100, 'ingress', { cidrBlock: '10.0.0.0/16', ...tcp(443) }), entry(100, 'egress', tcp(443))]
    const answers = [entry(110, 'ingress', tcp(1024, 65_535)), entry(110, 'egress', { cidrBlock: '10.0.0.0/16', ...tcp(1024, 65_535) })]
    test.each<[string, readonly NetworkAclEntry[], string]>([
      ['open', open, 'pass warning'],
      ['just what is needed', [...https, ...answers], 'pass warning'],
      ['no answers', https, 'fail error'],
      [
        'answers on the ports of Linux only: it uses more',
        [...https, entry(110, 'ingress', tcp(32_768, 60_999)), ...answers.slice(1)],
        'unknown error',
      ],
      ['closed to the nodes', [...https.slice(1), ...answers], 'fail error'],
    ])('%s', (_, entries, expected) => {
      expect(judged(onePlan, facts(entries))).toEqual([expected])
    })

    test('names its ACL and subnet', () => {
      const [finding] = findingsOf(rule, onePlan, facts([...https.slice(1), ...answers]))
      expect(finding?.message).toBe(
        "subnet-0aaaaaaa: acl-0public0 denies TCP 443 in from subnet-0aaaaaaa (10.0.0.0/22) at the NAT gateway's subnet-0ccccccc (no rule allows it)",
      )
    })
  })

  test('what cannot be known', () => {
    expect(findingsOf(rule, onePlan, { ...factsOf(open), networkAcls: [] })).toMatchObject([
      { status: 'unknown', gap: { action: 'ec2:DescribeNetworkAcls' } },
    ])
    expect(judged(onePlan, { ...factsOf(open), networkAcls: denied('ec2:DescribeNetworkAcls') })).toEqual(['unknown error'])
    expect(judged(onePlan, { ...factsOf([]), natGateways: denied('ec2:DescribeNatGateways') })).toEqual(['unknown warning'])
    expect(judged(onePlan, { ...factsOf([]), vpcEndpoints: denied('ec2:DescribeVpcEndpoints') })).toEqual(['unknown warning'])
  })
})
