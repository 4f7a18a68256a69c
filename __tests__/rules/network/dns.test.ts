import { describe, expect, test } from '@jest/globals'
import type { VpcDns } from '../../../src/model/facts/network.ts'
import { dns as rule } from '../../../src/rules/network/dns.ts'
import { aPlan, denied, findingsOf, statuses } from '../../builders.ts'

const dnsOf = (changes: Partial<VpcDns> = {}): VpcDns => ({
  vpcId: 'vpc-0a1b2c3d',
  enableDnsHostnames: true,
  enableDnsSupport: true,
  ...changes,
})

describe('network/dns', () => {
  test.each<[string, VpcDns | null, readonly string[]]>([
    ['both on', dnsOf(), ['pass vpc-0a1b2c3d enableDnsSupport', 'pass vpc-0a1b2c3d enableDnsHostnames']],
    ['hostnames off', dnsOf({ enableDnsHostnames: false }), ['pass vpc-0a1b2c3d enableDnsSupport', 'fail vpc-0a1b2c3d enableDnsHostnames']],
    ['support off', dnsOf({ enableDnsSupport: false }), ['fail vpc-0a1b2c3d enableDnsSupport', 'pass vpc-0a1b2c3d enableDnsHostnames']],
    [
      'both off',
      dnsOf({ enableDnsHostnames: false, enableDnsSupport: false }),
      ['fail vpc-0a1b2c3d enableDnsSupport', 'fail vpc-0a1b2c3d enableDnsHostnames'],
    ],
    ['the VPC is absent', null, ['skipped vpc-0a1b2c3d']],
  ])('%s', (_, vpcDns, expected) => {
    expect(statuses(findingsOf(rule, aPlan(), { vpcDns }))).toEqual(expected)
  })

  test('each attribute has its own command', () => {
    const findings = findingsOf(rule, aPlan(), { vpcDns: dnsOf({ enableDnsHostnames: false, enableDnsSupport: false }) })
    expect(findings.map(({ severity, message, fix }) => [severity, message, fix?.commands])).toEqual([
      [
        'error',
        'enableDnsSupport of vpc-0a1b2c3d is off, it must be on',
        [`aws ec2 modify-vpc-attribute --region us-west-2 --vpc-id vpc-0a1b2c3d --enable-dns-support '{"Value":true}'`],
      ],
      [
        'error',
        'enableDnsHostnames of vpc-0a1b2c3d is off, it must be on',
        [`aws ec2 modify-vpc-attribute --region us-west-2 --vpc-id vpc-0a1b2c3d --enable-dns-hostnames '{"Value":true}'`],
      ],
    ])
  })

  test('where nothing leads to a VPC, each reason is said', () => {
    expect(findingsOf(rule, aPlan({ vpcId: null }), { vpcDns: null })).toMatchObject([
      { status: 'skipped', subject: 'vpc', message: expect.stringContaining('network/subnets') },
    ])
    expect(findingsOf(rule, aPlan({ vpcId: 'vpc-0gone000' }), { vpcDns: null })).toMatchObject([
      { status: 'skipped', subject: 'vpc-0gone000', message: 'vpc-0gone000 does not exist in us-west-2: network/vpc reports it' },
    ])
    expect(statuses(findingsOf(rule, aPlan({ vpcId: null, vpcConfig: null }), { vpcDns: null }))).toEqual(['skipped plan'])
  })

  test('denied is unknown', () => {
    expect(findingsOf(rule, aPlan(), { vpcDns: denied('ec2:DescribeVpcAttribute') })).toMatchObject([
      { status: 'unknown', gap: { action: 'ec2:DescribeVpcAttribute' } },
    ])
  })
})
