import { describe, expect, test } from '@jest/globals'
import type { Route, VpcEndpoint } from '../../../src/model/facts.ts'
import { egressOpen as rule } from '../../../src/rules/security-group/egress-open.ts'
import { aPermission, aPlan, aSecurityGroup, aVpc, aVpcEndpoint, denied, findingsOf } from '../../builders.ts'

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
const https = (changes: Partial<Permission>) => aPermission({ protocol: 'tcp', fromPort: 443, toPort: 443, ...changes })
const judged = (egress: readonly Permission[], vpcEndpoints: readonly VpcEndpoint[] = []) =>
  findingsOf(rule, aPlan(), {
    securityGroups: { 'sg-0aaaaaaa': aSecurityGroup({ egress }) },
    vpcEndpoints,
    routeTables,
    vpc: aVpc(),
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
    ['a prefix list, and no gateway endpoint that tells whose', [s3List], [], 'unknown'],
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

  test('an absent group is skipped', () => {
    expect(
      findingsOf(rule, aPlan(), { securityGroups: { 'sg-0aaaaaaa': null }, vpcEndpoints: [], routeTables, vpc: aVpc() }),
    ).toMatchObject([{ status: 'skipped' }])
  })
})
