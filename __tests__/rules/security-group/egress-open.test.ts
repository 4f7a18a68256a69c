import { describe, expect, test } from '@jest/globals'
import type { Route, VpcEndpoint } from '../../../src/model/facts/network.ts'
import { egressOpen as rule } from '../../../src/rules/security-group/egress-open.ts'
import { aPermission, aPlan, aSecurityGroup, aSubnet, aVpc, aVpcEndpoint, denied, findingsOf, known } from '../../builders.ts'

type Permission = ReturnType<typeof aPermission>
const gateway = aVpcEndpoint({ vpcEndpointId: 'vpce-0gateway' })
const interfaceEndpoint = aVpcEndpoint({ vpcEndpointId: 'vpce-0iface', type: 'Interface', securityGroupIds: ['sg-0endpoint'] })
const route: Route = {
  destination: 'pl-68a54001',
  target: { kind: 'vpc-endpoint', id: 'vpce-0gateway' },
  state: 'active',
  propagated: false,
}
const routeTable = { routeTableId: 'rtb-1', vpcId: 'vpc-0a1b2c3d', isMain: true, subnetIds: [], routes: [route] }
const routeTables = [routeTable]
const list = (prefixListId: string, name: string, ...cidrBlocks: readonly string[]) => known({ prefixListId, name, cidrBlocks })
const prefixLists = {
  'pl-68a54001': list('pl-68a54001', 'com.amazonaws.us-west-2.s3', '3.5.76.0/22', '52.218.128.0/17'),
  'pl-other': list('pl-other', 'office', '192.0.2.0/24'),
  'pl-depot': list('pl-depot', 'depot', '198.51.100.0/24'),
  'pl-all': list('pl-all', 'everybody', '0.0.0.0/1', '128.0.0.0/1'),
  'pl-copy': list('pl-copy', 'our own list of S3', '3.5.0.0/16', '52.218.0.0/16'),
  'pl-refused': denied('ec2:GetManagedPrefixListEntries'),
}
const https = (changes: Partial<Permission>) => aPermission({ protocol: 'tcp', fromPort: 443, toPort: 443, ...changes })
const location = { path: 'cluster.json', line: 4, column: 5 }
const plan = aPlan({ vpcConfig: { subnetIds: [], securityGroupIds: ['sg-0aaaaaaa'], location } })
const facts = { routeTables, vpc: aVpc(), subnets: { 'subnet-0aaaaaaa': aSubnet() }, prefixLists }
const judged = (egress: readonly Permission[], vpcEndpoints: readonly VpcEndpoint[] = [], changes: object = {}) =>
  findingsOf(rule, plan, { ...facts, securityGroups: { 'sg-0aaaaaaa': aSecurityGroup({ egress }) }, vpcEndpoints, ...changes })

const toAll = 'sg-0aaaaaaa allows TCP 443 to 0.0.0.0/0'
const toS3 = (id = 'pl-68a54001') => `sg-0aaaaaaa allows TCP 443 to ${id}, the prefix list of S3, and not to 0.0.0.0/0`
const toEndpoint = 'sg-0aaaaaaa allows TCP 443 to the S3 interface endpoint vpce-0iface, and not to 0.0.0.0/0'
const noRule = 'sg-0aaaaaaa has no outbound rule for TCP 443 to 0.0.0.0/0 nor to a prefix list, and'
const lists = (named: string) => `sg-0aaaaaaa allows TCP 443 to ${named} only, which is not the prefix list of S3, and`
const noEndpoint = 'there is no S3 endpoint in the VPC either'
const noUse = (endpoint: string) => `the S3 ${endpoint} is of no use without an outbound rule that leads to it`
const refused = 'ec2:GetManagedPrefixListEntries answered AccessDenied (HTTP 403)'

describe('security-group/egress-open', () => {
  const self = aPermission({ securityGroupIds: ['sg-0aaaaaaa'] })
  const s3List = https({ prefixListIds: ['pl-68a54001'] })
  test.each<[string, string, string, readonly Permission[], (readonly VpcEndpoint[])?]>([
    ['all traffic to 0.0.0.0/0', 'pass', toAll, [self, aPermission({ ipv4Ranges: ['0.0.0.0/0'] })]],
    ['TCP 443 to 0.0.0.0/0', 'pass', toAll, [https({ ipv4Ranges: ['0.0.0.0/0'] })]],
    ['TCP 80 to 0.0.0.0/0', 'fail', `${noRule} ${noEndpoint}`, [https({ fromPort: 80, toPort: 80, ipv4Ranges: ['0.0.0.0/0'] })]],
    ['IPv6 only', 'fail', `${noRule} ${noEndpoint}`, [aPermission({ ipv6Ranges: ['::/0'] })]],
    ['the self rule only', 'fail', `${noRule} ${noEndpoint}`, [self]],
    ['no rule at all', 'fail', `${noRule} ${noEndpoint}`, []],
    ['the prefix list of S3', 'pass', toS3(), [s3List], [gateway]],
    ['the prefix list of S3, by its name alone', 'pass', toS3(), [s3List]],
    ['the prefix list of S3, on another port', 'fail', `${noRule} ${noEndpoint}`, [{ ...s3List, fromPort: 80, toPort: 80 }]],
    ['ranges that hold the prefix list of S3', 'pass', toS3(), [https({ ipv4Ranges: ['3.5.0.0/16', '52.218.0.0/16'] })]],
    ['ranges that hold a part of it', 'fail', `${noRule} ${noEndpoint}`, [https({ ipv4Ranges: ['3.5.0.0/16'] })]],
    ['a list of one’s own that holds it', 'pass', toS3(), [https({ prefixListIds: ['pl-copy'] })]],
    ['another prefix list', 'fail', `${lists('pl-other (office)')} ${noEndpoint}`, [https({ prefixListIds: ['pl-other'] })]],
    [
      'two other prefix lists, one of them twice',
      'fail',
      `${lists('pl-other (office), pl-depot (depot)')} ${noUse('gateway endpoint vpce-0gateway')}`,
      [https({ prefixListIds: ['pl-other'] }), https({ prefixListIds: ['pl-other', 'pl-depot'] })],
      [gateway],
    ],
    ['halves of everything', 'pass', toAll, [https({ ipv4Ranges: ['0.0.0.0/1', '128.0.0.0/1'] })]],
    ['one half of everything, without S3', 'fail', `${noRule} ${noEndpoint}`, [https({ ipv4Ranges: ['128.0.0.0/1'] })]],
    ['a prefix list that holds everything', 'pass', toAll, [https({ prefixListIds: ['pl-all'] })]],
    ['a prefix list that cannot be read', 'unknown', refused, [https({ prefixListIds: ['pl-refused'] })]],
    [
      'a prefix list that cannot be read, on another port',
      'fail',
      `${noRule} ${noEndpoint}`,
      [https({ fromPort: 80, toPort: 80, prefixListIds: ['pl-refused'] })],
    ],
    ['a prefix list that cannot be read, beside that of S3', 'pass', toS3(), [https({ prefixListIds: ['pl-refused', 'pl-68a54001'] })]],
    ['a gateway endpoint and no rule that leads to it', 'fail', `${noRule} ${noUse('gateway endpoint vpce-0gateway')}`, [self], [gateway]],
    [
      'a gateway endpoint and a rule for the addresses of the VPC, which do not lead to it',
      'fail',
      `${noRule} ${noUse('gateway endpoint vpce-0gateway')}`,
      [https({ ipv4Ranges: ['10.0.0.0/8'] })],
      [gateway],
    ],
    [
      'an interface endpoint in subnets that are known, by their blocks',
      'pass',
      toEndpoint,
      [https({ ipv4Ranges: ['10.0.0.0/22'] })],
      [{ ...interfaceEndpoint, subnetIds: ['subnet-0aaaaaaa'] }],
    ],
    [
      'an interface endpoint in subnets that are known, out of reach',
      'fail',
      `${noRule} ${noUse('interface endpoint vpce-0iface')}`,
      [https({ ipv4Ranges: ['10.0.4.0/22'] })],
      [{ ...interfaceEndpoint, subnetIds: ['subnet-0aaaaaaa'] }],
    ],
    [
      'an interface endpoint, by its security group',
      'pass',
      toEndpoint,
      [https({ securityGroupIds: ['sg-0endpoint'] })],
      [interfaceEndpoint],
    ],
    ['an interface endpoint, by the VPC', 'pass', toEndpoint, [https({ ipv4Ranges: ['10.0.0.0/8'] })], [interfaceEndpoint]],
    [
      'an interface endpoint that is out of reach',
      'fail',
      `${noRule} ${noUse('interface endpoint vpce-0iface')}`,
      [https({ ipv4Ranges: ['192.168.0.0/16'] })],
      [interfaceEndpoint],
    ],
    [
      'an interface endpoint that is pending',
      'fail',
      `${noRule} ${noEndpoint}`,
      [https({ ipv4Ranges: ['10.0.0.0/8'] })],
      [{ ...interfaceEndpoint, state: 'pending' }],
    ],
    [
      'an interface endpoint of another service',
      'fail',
      `${noRule} ${noEndpoint}`,
      [https({ ipv4Ranges: ['10.0.0.0/8'] })],
      [{ ...interfaceEndpoint, serviceName: 'com.amazonaws.us-west-2.ec2' }],
    ],
  ])('%s', (_, status, message, egress, endpoints = []) => {
    expect(judged(egress, endpoints)).toMatchObject([{ status, severity: 'warning', subject: 'sg-0aaaaaaa', message, location }])
  })

  test('the lists that rules name are evidence', () => {
    const evidence = (...prefixListIds: readonly string[]) => judged([https({ prefixListIds })]).map((finding) => finding.evidence)
    expect(evidence('pl-68a54001', 'pl-copy')).toEqual([{ prefixListIds: ['pl-68a54001', 'pl-copy'] }])
    expect(evidence('pl-other')).toEqual([{ prefixListIds: ['pl-other'] }])
    expect(evidence('pl-refused')).toEqual([{ prefixListIds: ['pl-refused'] }])
  })

  test('groups of one node add up', () => {
    const two = aPlan({ vpcConfig: { subnetIds: [], securityGroupIds: ['sg-1', 'sg-2'], location } })
    const securityGroups = {
      'sg-1': aSecurityGroup({ securityGroupId: 'sg-1', egress: [] }),
      'sg-2': aSecurityGroup({ securityGroupId: 'sg-2' }),
    }
    expect(findingsOf(rule, two, { ...facts, securityGroups, vpcEndpoints: [] })).toMatchObject([
      { status: 'pass', message: 'sg-1, sg-2 allows TCP 443 to 0.0.0.0/0' },
    ])
  })

  test('the fix opens the group of the user', () => {
    expect(judged([self])[0]?.fix).toEqual({
      text: 'Allow sg-0aaaaaaa all outbound traffic, beside its rule to itself; or TCP 443 to the prefix list of S3 and to the interface endpoints, where nodes must not reach the internet.',
      commands: [
        "aws ec2 authorize-security-group-egress --region us-west-2 --group-id sg-0aaaaaaa --ip-permissions 'IpProtocol=-1,IpRanges=[{CidrIp=0.0.0.0/0}]'",
      ],
    })
  })

  test('endpoints that could not be read do not matter where the group is open, and leave it unknown where it is not', () => {
    const denial = { vpcEndpoints: denied('ec2:DescribeVpcEndpoints') }
    expect(judged([aPermission({ ipv4Ranges: ['0.0.0.0/0'] })], [], denial)).toMatchObject([{ status: 'pass' }])
    expect(judged([], [], denial)).toMatchObject([{ status: 'unknown', gap: { action: 'ec2:DescribeVpcEndpoints' }, location }])
  })

  test('a list that cannot be read is that of S3 where a route leads it to the gateway endpoint', () => {
    const denial = { prefixLists: denied('ec2:DescribeManagedPrefixLists') }
    const gap = { action: 'ec2:DescribeManagedPrefixLists' }
    expect(judged([s3List], [gateway], denial)).toMatchObject([{ status: 'pass', message: toS3() }])
    expect(judged([s3List], [], denial)).toMatchObject([{ status: 'unknown', gap }])
    expect(judged([s3List], [gateway], { ...denial, routeTables: denied('ec2:DescribeRouteTables') })).toMatchObject([
      { status: 'unknown', gap },
    ])
    expect(judged([self], [gateway], denial)).toMatchObject([
      { status: 'fail', message: `${noRule} ${noUse('gateway endpoint vpce-0gateway')}` },
    ])
  })

  test.each<[string, Partial<VpcEndpoint>, string]>([
    ['of S3', {}, toS3('pl-other')],
    ['of S3 that is pending', { state: 'pending' }, `${lists('pl-other (office)')} ${noEndpoint}`],
    ['of DynamoDB', { serviceName: 'com.amazonaws.us-west-2.dynamodb' }, `${lists('pl-other (office)')} ${noEndpoint}`],
  ])('a route leads a list to a gateway endpoint %s', (_, changes, message) => {
    const toGateway = [{ ...routeTable, routes: [{ ...route, destination: 'pl-other' }] }]
    const found = judged([https({ prefixListIds: ['pl-other'] })], [{ ...gateway, ...changes }], { routeTables: toGateway })
    expect(found.map((finding) => finding.message)).toEqual([message])
  })

  describe('an interface endpoint whose subnets are not all known', () => {
    const two = { vpc: aVpc({ cidrBlocks: ['10.0.0.0/16', '100.64.0.0/16'] }) }
    const somewhere = { ...interfaceEndpoint, subnetIds: ['subnet-0aaaaaaa', 'subnet-0else'] }
    const partly = {
      status: 'unknown',
      message:
        'which subnets vpce-0iface is in is not known beyond its VPC, and the outbound rules for TCP 443 hold a part of the VPC only',
      gap: { reason: 'unsupported', action: 'ec2:DescribeSubnets' },
      evidence: { prefixListIds: [] },
      location,
    }

    test('one of two blocks of the VPC is open', () => {
      expect(judged([https({ ipv4Ranges: ['10.0.0.0/16'] })], [somewhere], two)).toMatchObject([partly])
      expect(judged([https({ ipv4Ranges: ['10.0.0.0/16'] })], [somewhere], { ...two, subnets: {} })).toMatchObject([partly])
    })

    test('both are, or neither', () => {
      expect(judged([https({ ipv4Ranges: ['10.0.0.0/16', '100.64.0.0/10'] })], [somewhere], two)).toMatchObject([{ message: toEndpoint }])
      expect(judged([https({ ipv4Ranges: ['192.168.0.0/16'] })], [somewhere], two)).toMatchObject([
        { status: 'fail', message: `${noRule} ${noUse('interface endpoint vpce-0iface')}` },
      ])
    })

    test('beside one that is out of reach, and one that is not', () => {
      const outOfReach = { ...interfaceEndpoint, vpcEndpointId: 'vpce-0far', subnetIds: ['subnet-0far'] }
      const subnets = { 'subnet-0far': aSubnet({ subnetId: 'subnet-0far', cidrBlock: '100.64.0.0/24' }) }
      const egress = [https({ ipv4Ranges: ['10.0.0.0/16'] })]
      expect(judged(egress, [outOfReach, somewhere], { ...two, subnets })).toMatchObject([partly])
      const near = { ...interfaceEndpoint, subnetIds: ['subnet-0near'] }
      const all = { ...subnets, 'subnet-0near': aSubnet({ subnetId: 'subnet-0near', cidrBlock: '10.0.0.0/24' }) }
      expect(judged(egress, [outOfReach, somewhere, near], { ...two, subnets: all })).toMatchObject([{ message: toEndpoint }])
    })

    test.each([
      ['could not be read', denied('ec2:DescribeVpcs')],
      ['does not exist', null],
    ])('nor its VPC, which %s', (_, vpc) => {
      expect(judged([https({ ipv4Ranges: ['10.0.0.0/8'] })], [somewhere], { vpc, subnets: denied('ec2:DescribeSubnets') })).toMatchObject([
        {
          status: 'unknown',
          message: 'the addresses of vpce-0iface are not known, so rules for address ranges cannot be judged',
        },
      ])
    })
  })

  test('an absent group is skipped, and so is a plan that names none', () => {
    expect(judged([], [], { securityGroups: { 'sg-0aaaaaaa': null } })).toMatchObject([
      { status: 'skipped', message: 'sg-0aaaaaaa does not exist: security-group/exists reports it', location },
    ])
    expect(findingsOf(rule, aPlan({ vpcConfig: null }), {})).toMatchObject([
      {
        status: 'skipped',
        subject: 'plan',
        message: 'The plan names no security group for its nodes: give security-group-ids, or VpcConfig in the request.',
      },
    ])
  })
})
