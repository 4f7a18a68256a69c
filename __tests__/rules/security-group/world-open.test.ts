import { describe, expect, test } from '@jest/globals'
import type { SecurityGroupPermission } from '../../../src/model/facts/network.ts'
import { worldOpen as rule } from '../../../src/rules/security-group/world-open.ts'
import { aPermission, aPlan, aSecurityGroup, denied, findingsOf, known } from '../../builders.ts'

const self = aPermission({ securityGroupIds: ['sg-0aaaaaaa'] })
const tcp = (fromPort: number, toPort: number, changes: Partial<SecurityGroupPermission>) =>
  aPermission({ protocol: 'tcp', fromPort, toPort, ...changes })
const list = (...cidrBlocks: readonly string[]) => known({ prefixListId: 'pl-0123', name: 'everybody', cidrBlocks })
const judged = (ingress: readonly SecurityGroupPermission[], pl = list('0.0.0.0/0')) =>
  findingsOf(rule, aPlan(), { securityGroups: { 'sg-0aaaaaaa': aSecurityGroup({ ingress }) }, prefixLists: { 'pl-0123': pl } })
const revoke = (permission: string) =>
  `aws ec2 revoke-security-group-ingress --region us-west-2 --group-id sg-0aaaaaaa --ip-permissions ${permission}`

describe('security-group/world-open', () => {
  test.each<readonly [string, readonly SecurityGroupPermission[], string, readonly string[]]>([
    [
      'all traffic from everywhere, merged with the self rule',
      [aPermission({ securityGroupIds: ['sg-0aaaaaaa'], ipv4Ranges: ['0.0.0.0/0'] })],
      'accepts all traffic from 0.0.0.0/0',
      [revoke("'IpProtocol=-1,IpRanges=[{CidrIp=0.0.0.0/0}]'")],
    ],
    [
      'both families',
      [self, aPermission({ ipv4Ranges: ['10.0.0.0/8', '0.0.0.0/0'], ipv6Ranges: ['::/0'] })],
      'accepts all traffic from 0.0.0.0/0 and all traffic from ::/0',
      [revoke("'IpProtocol=-1,IpRanges=[{CidrIp=0.0.0.0/0}],Ipv6Ranges=[{CidrIpv6=::/0}]'")],
    ],
    [
      'the halves of everything, in two permissions',
      [aPermission({ ipv4Ranges: ['0.0.0.0/1'] }), aPermission({ ipv4Ranges: ['128.0.0.0/1', '10.0.0.0/8'] })],
      'accepts all traffic from 0.0.0.0/0, made up of 0.0.0.0/1, 128.0.0.0/1',
      [revoke("'IpProtocol=-1,IpRanges=[{CidrIp=0.0.0.0/1}]'"), revoke("'IpProtocol=-1,IpRanges=[{CidrIp=128.0.0.0/1}]'")],
    ],
    [
      'a prefix list that holds it',
      [aPermission({ prefixListIds: ['pl-0123'] })],
      'accepts all traffic from 0.0.0.0/0, made up of pl-0123',
      [revoke("'IpProtocol=-1,PrefixListIds=[{PrefixListId=pl-0123}]'")],
    ],
    [
      'every TCP port',
      [tcp(0, 65_535, { ipv4Ranges: ['0.0.0.0/0'] })],
      'accepts TCP on every port from 0.0.0.0/0',
      [revoke("'IpProtocol=tcp,FromPort=0,ToPort=65535,IpRanges=[{CidrIp=0.0.0.0/0}]'")],
    ],
    [
      'every TCP port in two permissions',
      [tcp(0, 1_023, { ipv6Ranges: ['::/0'] }), tcp(1_024, 65_535, { ipv6Ranges: ['::/0'] })],
      'accepts TCP on every port from ::/0',
      [
        revoke("'IpProtocol=tcp,FromPort=0,ToPort=1023,Ipv6Ranges=[{CidrIpv6=::/0}]'"),
        revoke("'IpProtocol=tcp,FromPort=1024,ToPort=65535,Ipv6Ranges=[{CidrIpv6=::/0}]'"),
      ],
    ],
    [
      'twice over: both go',
      [aPermission({ ipv4Ranges: ['0.0.0.0/0'] }), tcp(0, 65_535, { ipv4Ranges: ['0.0.0.0/0'] })],
      'accepts all traffic from 0.0.0.0/0',
      [
        revoke("'IpProtocol=tcp,FromPort=0,ToPort=65535,IpRanges=[{CidrIp=0.0.0.0/0}]'"),
        revoke("'IpProtocol=-1,IpRanges=[{CidrIp=0.0.0.0/0}]'"),
      ],
    ],
  ])('%s', (_, ingress, message, commands) => {
    const [finding, ...others] = judged(ingress)
    expect(others).toEqual([])
    expect(finding).toMatchObject({
      status: 'fail',
      severity: 'warning',
      subject: 'sg-0aaaaaaa',
      message: `sg-0aaaaaaa (hyperpod) ${message}`,
    })
    expect(finding?.fix?.commands.toSorted()).toEqual(commands.toSorted())
  })

  test.each<readonly [string, readonly SecurityGroupPermission[]]>([
    ['the self rule', [self]],
    ['no rule', []],
    ['one port from everywhere', [tcp(443, 443, { ipv4Ranges: ['0.0.0.0/0'] })]],
    ['all UDP from everywhere', [aPermission({ protocol: 'udp', fromPort: 0, toPort: 65_535, ipv4Ranges: ['0.0.0.0/0'] })]],
    ['all ICMP from everywhere', [aPermission({ protocol: 'icmp', ipv4Ranges: ['0.0.0.0/0'] })]],
    ['private addresses', [aPermission({ ipv4Ranges: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'] })]],
    ['one half of everything', [aPermission({ ipv4Ranges: ['0.0.0.0/1'] })]],
    ['halves by different protocols', [aPermission({ ipv4Ranges: ['0.0.0.0/1'] }), tcp(22, 22, { ipv4Ranges: ['128.0.0.0/1'] })]],
  ])('%s is fine', (_, ingress) => expect(judged(ingress)).toMatchObject([{ status: 'pass' }]))

  test('outbound rules to everywhere are fine', () => {
    expect(findingsOf(rule, aPlan(), { securityGroups: { 'sg-0aaaaaaa': aSecurityGroup() }, prefixLists: {} })).toMatchObject([
      { status: 'pass', message: 'sg-0aaaaaaa (hyperpod) does not accept all traffic from 0.0.0.0/0 or ::/0' },
    ])
  })

  test('a prefix list that cannot be read leaves it unknown, unless another rule is open, or the list is for one port', () => {
    const refused = denied('ec2:GetManagedPrefixListEntries')
    const named = aPermission({ prefixListIds: ['pl-0123'] })
    expect(judged([named], refused)).toMatchObject([{ status: 'unknown', gap: { action: 'ec2:GetManagedPrefixListEntries' } }])
    expect(judged([named, aPermission({ ipv4Ranges: ['0.0.0.0/0'] })], refused)).toMatchObject([{ status: 'fail' }])
    expect(judged([tcp(22, 22, { prefixListIds: ['pl-0123'] })], refused)).toMatchObject([{ status: 'pass' }])
    expect(judged([named], list('192.0.2.0/24'))).toMatchObject([{ status: 'pass' }])
  })

  test('an absent group is skipped, groups that could not be read are unknown, a plan without groups is skipped', () => {
    expect(findingsOf(rule, aPlan(), { securityGroups: { 'sg-0aaaaaaa': null }, prefixLists: {} })).toMatchObject([{ status: 'skipped' }])
    expect(findingsOf(rule, aPlan(), { securityGroups: denied('ec2:DescribeSecurityGroups'), prefixLists: {} })).toMatchObject([
      { status: 'unknown', severity: 'warning' },
    ])
    expect(findingsOf(rule, aPlan({ vpcConfig: null }), {})).toMatchObject([{ status: 'skipped', subject: 'plan' }])
  })
})
