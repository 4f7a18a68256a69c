import { describe, expect, test } from '@jest/globals'
import type { Route, VpcEndpoint } from '../../../src/model/facts.ts'
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
const routeTables = [{ routeTableId: 'rtb-1', vpcId: 'vpc-0a1b2c3d', isMain: true, subnetIds: [], routes: [route] }]
const list = (prefixListId: string, name: string, ...cidrBlocks: readonly string[]) => known({ prefixListId, name, cidrBlocks })
const prefixLists = {
  'pl-68a54001': list('pl-68a54001', 'com.amazonaws.us-west-2.s3', '3.5.76.0/22', '52.218.128.0/17'),
  'pl-other': list('pl-other', 'office', '192.0.2.0/24'),
  'pl-all': list('pl-all', 'everybody', '0.0.0.0/1', '128.0.0.0/1'),
  'pl-copy': list('pl-copy', 'our own list of S3', '3.5.0.0/16', '52.218.0.0/16'),
  'pl-refused': denied('ec2:GetManagedPrefixListEntries'),
}
const https = (changes: Partial<Permission>) => aPermission({ protocol: 'tcp', fromPort: 443, toPort: 443, ...changes })
const judged = (egress: readonly Permission[], vpcEndpoints: readonly VpcEndpoint[] = []) =>
  findingsOf(rule, aPlan(), {
    securityGroups: { 'sg-0aaaaaaa': aSecurityGroup({ egress }) },
    vpcEndpoints,
    routeTables,
    vpc: aVpc(),
    subnets: { 'subnet-0aaaaaaa': aSubnet() },
    prefixLists,
  })

describe('security-group/egress-open', () => {
  const self = aPermission({ securityGroupIds: ['sg-0aaaaaaa'] })
  const s3List = https({ prefixListIds: ['pl-68a54001'] })
  test.each<[string, readonly Permission[], readonly VpcEndpoint[], string]>([
    ['all traffic to 0.0.0.0/0', [self, aPermission({ ipv4Ranges: ['0.0.0.0/0'] })], [], 'pass'],
    ['TCP 443 to 0.0.0.0/0', [https({ ipv4Ranges: ['0.0.0.0/0'] })], [], 'pass'],
    ['TCP 80 to 0.0.0.0/0', [aPermission({ protocol: 'tcp', fromPort: 80, toPort: 80, ipv4Ranges: ['0.0.0.0/0'] })], [], 'fail'],
    ['IPv6 only', [aPermission({ ipv6Ranges: ['::/0'] })], [], 'fail'],
    ['the self rule only', [self], [], 'fail'],
    ['no rule at all', [], [], 'fail'],
    ['the prefix list of S3', [s3List], [gateway], 'pass'],
    ['another prefix list', [https({ prefixListIds: ['pl-other'] })], [gateway], 'fail'],
    ['the prefix list of S3, by its name alone', [s3List], [], 'pass'],
    ['the prefix list of S3, on another port', [{ ...s3List, fromPort: 80, toPort: 80 }], [], 'fail'],
    ['ranges that hold the prefix list of S3', [https({ ipv4Ranges: ['3.5.0.0/16', '52.218.0.0/16'] })], [], 'pass'],
    ['a list of one’s own that holds it', [https({ prefixListIds: ['pl-copy'] })], [], 'pass'],
    ['halves of everything', [https({ ipv4Ranges: ['0.0.0.0/1', '128.0.0.0/1'] })], [], 'pass'],
    ['one half of everything, without S3', [https({ ipv4Ranges: ['128.0.0.0/1'] })], [], 'fail'],
    ['a prefix list that holds everything', [https({ prefixListIds: ['pl-all'] })], [], 'pass'],
    ['a prefix list that cannot be read', [https({ prefixListIds: ['pl-refused'] })], [], 'unknown'],
    [
      'a prefix list that cannot be read, on another port',
      [https({ fromPort: 80, toPort: 80, prefixListIds: ['pl-refused'] })],
      [],
      'fail',
    ],
    ['a prefix list that cannot be read, beside that of S3', [https({ prefixListIds: ['pl-refused', 'pl-68a54001'] })], [], 'pass'],
    [
      'an interface endpoint in subnets that are known, by their blocks',
      [https({ ipv4Ranges: ['10.0.0.0/22'] })],
      [{ ...interfaceEndpoint, subnetIds: ['subnet-0aaaaaaa'] }],
      'pass',
    ],
    [
      'an interface endpoint in subnets that are known, out of reach',
      [https({ ipv4Ranges: ['10.0.4.0/22'] })],
      [{ ...interfaceEndpoint, subnetIds: ['subnet-0aaaaaaa'] }],
      'fail',
    ],
    ['a gateway endpoint and no rule that leads to it', [self], [gateway], 'fail'],
    ['an interface endpoint, by its security group', [https({ securityGroupIds: ['sg-0endpoint'] })], [interfaceEndpoint], 'pass'],
    ['an interface endpoint, by the VPC', [https({ ipv4Ranges: ['10.0.0.0/8'] })], [interfaceEndpoint], 'pass'],
    ['an interface endpoint that is out of reach', [https({ ipv4Ranges: ['192.168.0.0/16'] })], [interfaceEndpoint], 'fail'],
    [
      'an interface endpoint that is pending',
      [https({ ipv4Ranges: ['10.0.0.0/8'] })],
      [{ ...interfaceEndpoint, state: 'pending' }],
      'fail',
    ],
    [
      'an interface endpoint of another service',
      [https({ ipv4Ranges: ['10.0.0.0/8'] })],
      [{ ...interfaceEndpoint, serviceName: 'com.amazonaws.us-west-2.ec2' }],
      'fail',
    ],
  ])('%s', (_, egress, endpoints, status) => {
    expect(judged(egress, endpoints)).toMatchObject([{ status, severity: 'warning', subject: 'sg-0aaaaaaa' }])
  })

  test('groups of one node add up', () => {
    const plan = aPlan({ vpcConfig: { subnetIds: [], securityGroupIds: ['sg-1', 'sg-2'], location: null } })
    const securityGroups = {
      'sg-1': aSecurityGroup({ securityGroupId: 'sg-1', egress: [] }),
      'sg-2': aSecurityGroup({ securityGroupId: 'sg-2' }),
    }
    expect(findingsOf(rule, plan, { securityGroups, vpcEndpoints: [], routeTables, vpc: aVpc() })).toMatchObject([{ status: 'pass' }])
  })

  test('the fix opens the group of the user', () => {
    expect(judged([self])[0]?.fix?.commands).toEqual([
      "aws ec2 authorize-security-group-egress --region us-west-2 --group-id sg-0aaaaaaa --ip-permissions 'IpProtocol=-1,IpRanges=[{CidrIp=0.0.0.0/0}]'",
    ])
  })

  test('endpoints that could not be read do not matter where the group is open, and leave it unknown where it is not', () => {
    const facts = { vpcEndpoints: denied('ec2:DescribeVpcEndpoints'), routeTables, vpc: aVpc() }
    expect(findingsOf(rule, aPlan(), { ...facts, securityGroups: { 'sg-0aaaaaaa': aSecurityGroup() } })).toMatchObject([{ status: 'pass' }])
    expect(findingsOf(rule, aPlan(), { ...facts, securityGroups: { 'sg-0aaaaaaa': aSecurityGroup({ egress: [] }) } })).toMatchObject([
      { status: 'unknown', gap: { action: 'ec2:DescribeVpcEndpoints' } },
    ])
  })

  test('a list that cannot be read is that of S3 where a route leads it to the gateway endpoint', () => {
    const facts = { securityGroups: { 'sg-0aaaaaaa': aSecurityGroup({ egress: [s3List] }) }, vpc: aVpc(), routeTables }
    const refused = { prefixLists: denied('ec2:DescribeManagedPrefixLists') }
    expect(findingsOf(rule, aPlan(), { ...facts, ...refused, vpcEndpoints: [gateway] })).toMatchObject([{ status: 'pass' }])
    expect(findingsOf(rule, aPlan(), { ...facts, ...refused, vpcEndpoints: [] })).toMatchObject([
      { status: 'unknown', gap: { action: 'ec2:DescribeManagedPrefixLists' } },
    ])
  })

  test('an endpoint somewhere in a VPC of several blocks, one of which is open, is unknown', () => {
    const securityGroups = { 'sg-0aaaaaaa': aSecurityGroup({ egress: [https({ ipv4Ranges: ['10.0.0.0/16'] })] }) }
    const vpc = aVpc({ cidrBlocks: ['10.0.0.0/16', '100.64.0.0/16'] })
    const facts = { securityGroups, vpc, routeTables, prefixLists, vpcEndpoints: [{ ...interfaceEndpoint, subnetIds: ['subnet-0else'] }] }
    expect(findingsOf(rule, aPlan(), { ...facts, subnets: {} })).toMatchObject([
      { status: 'unknown', gap: { action: 'ec2:DescribeSubnets' } },
    ])
  })

  test('what other lists are is said', () => {
    expect(judged([https({ prefixListIds: ['pl-other'] })], [gateway])[0]?.message).toBe(
      'sg-0aaaaaaa allows TCP 443 to pl-other (office) only, which is not the prefix list of S3, and the S3 gateway endpoint vpce-0gateway is of no use without an outbound rule that leads to it',
    )
  })

  test('an absent group is skipped', () => {
    expect(
      findingsOf(rule, aPlan(), { securityGroups: { 'sg-0aaaaaaa': null }, vpcEndpoints: [], routeTables, vpc: aVpc() }),
    ).toMatchObject([{ status: 'skipped' }])
  })
})
