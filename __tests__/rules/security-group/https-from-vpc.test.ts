import { describe, expect, test } from '@jest/globals'
import type { SecurityGroup, VpcEndpoint } from '../../../src/model/facts/network.ts'
import { httpsFromVpc as rule } from '../../../src/rules/security-group/https-from-vpc.ts'
import { aPermission, aPlan, aSecurityGroup, aSubnet, aVpc, aVpcEndpoint, denied, findingsOf, known } from '../../builders.ts'
import { expectInFull } from '../in-full.ts'

const ssm = aVpcEndpoint({
  vpcEndpointId: 'vpce-0ssm',
  type: 'Interface',
  serviceName: 'com.amazonaws.us-west-2.ssm',
  securityGroupIds: ['sg-0aaaaaaa'],
})
const withIngress = (...ingress: SecurityGroup['ingress']) => ({ 'sg-0aaaaaaa': aSecurityGroup({ ingress }) })
const https = (changes: Partial<ReturnType<typeof aPermission>>) => aPermission({ protocol: 'tcp', fromPort: 443, toPort: 443, ...changes })
const judged = (
  securityGroups: Readonly<Record<string, SecurityGroup | null>>,
  vpcEndpoints: readonly VpcEndpoint[] = [ssm],
  vpc = aVpc(),
) => findingsOf(rule, aPlan(), { endpointSecurityGroups: securityGroups, vpcEndpoints, vpc })

describe('security-group/https-from-vpc', () => {
  const cases: readonly (readonly [string, Readonly<Record<string, SecurityGroup | null>>, string])[] = [
    ['TCP 443 from the VPC', withIngress(https({ ipv4Ranges: ['10.0.0.0/16'] })), 'pass'],
    ['all traffic from more than the VPC', withIngress(aPermission({ ipv4Ranges: ['10.0.0.0/8'] })), 'pass'],
    ['TCP 443 from the security group of the nodes', withIngress(https({ securityGroupIds: ['sg-0aaaaaaa'] })), 'pass'],
    ['TCP 443 from a part of the VPC', withIngress(https({ ipv4Ranges: ['10.0.0.0/24'] })), 'fail'],
    ['TCP 443 from another group', withIngress(https({ securityGroupIds: ['sg-0fffffff'] })), 'fail'],
    ['UDP 443', withIngress(aPermission({ protocol: 'udp', fromPort: 443, toPort: 443, ipv4Ranges: ['10.0.0.0/16'] })), 'fail'],
    ['nothing', withIngress(), 'fail'],
    ['a group of another account', { 'sg-0aaaaaaa': null }, 'unknown'],
  ]
  test.each(cases)('%s', (_, securityGroups, status) => {
    expect(judged(securityGroups)).toMatchObject([{ status, severity: 'notice', subject: 'sg-0aaaaaaa' }])
  })

  test('in full', () => {
    expectInFull(
      'security-group-https-from-vpc.yaml',
      cases.map(([name, groups]) => [name, judged(groups)]),
    )
  })

  test.each([
    ['halves of the VPC', ['10.0.0.0/17', '10.0.128.0/17'], [], 'pass', 'from the VPC'],
    ['the subnets of the nodes alone', ['10.0.0.0/21'], [], 'pass', 'from the nodes'],
    ['one of their subnets', ['10.0.0.0/22'], [], 'fail', 'does not accept'],
    ['a prefix list that holds the VPC', [], ['pl-vpc'], 'pass', 'from the VPC'],
    ['a prefix list that cannot be read', [], ['pl-refused'], 'unknown', 'answered AccessDenied'],
  ])('TCP 443 from %s', (_, ipv4Ranges, prefixListIds, status, words) => {
    const [finding] = findingsOf(rule, aPlan(), {
      endpointSecurityGroups: withIngress(https({ ipv4Ranges, prefixListIds })),
      vpcEndpoints: [ssm],
      vpc: aVpc(),
      subnets: { 'subnet-0aaaaaaa': aSubnet(), 'subnet-0bbbbbbb': aSubnet({ subnetId: 'subnet-0bbbbbbb', cidrBlock: '10.0.4.0/22' }) },
      prefixLists: {
        'pl-vpc': known({ prefixListId: 'pl-vpc', name: 'vpc', cidrBlocks: ['10.0.0.0/8'] }),
        'pl-refused': denied('ec2:GetManagedPrefixListEntries'),
      },
    })
    expect(finding?.status).toBe(status)
    expect(finding?.message).toContain(words)
  })

  test('every block of the VPC counts, and the command opens for all of them', () => {
    const vpc = aVpc({ cidrBlocks: ['10.0.0.0/16', '100.64.0.0/16'] })
    const [finding] = judged(withIngress(https({ ipv4Ranges: ['10.0.0.0/16'] })), [ssm], vpc)
    expect(finding).toMatchObject({
      status: 'fail',
      message: 'sg-0aaaaaaa of the interface endpoint vpce-0ssm does not accept TCP 443 from 10.0.0.0/16, 100.64.0.0/16',
    })
    expect(finding?.fix?.commands).toEqual([
      "aws ec2 authorize-security-group-ingress --region us-west-2 --group-id sg-0aaaaaaa --ip-permissions 'IpProtocol=tcp,FromPort=443,ToPort=443,IpRanges=[{CidrIp=10.0.0.0/16},{CidrIp=100.64.0.0/16}]'",
    ])
  })

  test('endpoints with the same groups are one finding', () => {
    const [finding, ...others] = judged(withIngress(), [
      ssm,
      { ...ssm, vpcEndpointId: 'vpce-0ssmm', serviceName: 'com.amazonaws.us-west-2.ssmmessages' },
    ])
    expect(others).toEqual([])
    expect(finding?.message).toContain('vpce-0ssm and 1 more interface endpoint')
  })

  test.each([
    ['no endpoint', []],
    ['a gateway endpoint', [aVpcEndpoint()]],
    ['one that is pending', [{ ...ssm, state: 'pending' }]],
    ['one of somebody else', [{ ...ssm, serviceName: 'com.example.us-west-2.vpce-svc-0123' }]],
  ])('%s: skipped', (_, endpoints) => {
    expect(judged(withIngress(), endpoints)).toMatchObject([{ status: 'skipped', subject: 'vpc-0a1b2c3d' }])
  })

  test('an endpoint in China counts', () => {
    expect(judged(withIngress(), [{ ...ssm, serviceName: 'cn.com.amazonaws.cn-north-1.ssm' }])).toMatchObject([{ status: 'fail' }])
  })

  test('an absent VPC is skipped, endpoints that could not be read are unknown', () => {
    expect(findingsOf(rule, aPlan(), { endpointSecurityGroups: {}, vpcEndpoints: [], vpc: null })).toMatchObject([{ status: 'skipped' }])
    expect(
      findingsOf(rule, aPlan(), { endpointSecurityGroups: {}, vpcEndpoints: denied('ec2:DescribeVpcEndpoints'), vpc: aVpc() }),
    ).toMatchObject([{ status: 'unknown', gap: { action: 'ec2:DescribeVpcEndpoints' } }])
  })
})
