import { describe, expect, test } from '@jest/globals'
import type { VpcDns } from '../../../src/model/facts/network.ts'
import { dns as rule } from '../../../src/rules/network/dns.ts'
import { aPlan, aSubnet, aVpcEndpoint, denied, findingsOf, statuses } from '../../builders.ts'

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
        'enableDnsSupport of vpc-0a1b2c3d is off, and it must be on',
        [`aws ec2 modify-vpc-attribute --region us-west-2 --vpc-id vpc-0a1b2c3d --enable-dns-support '{"Value":true}'`],
      ],
      [
        'warning',
        'enableDnsHostnames of vpc-0a1b2c3d is off, and it must be on',
        [`aws ec2 modify-vpc-attribute --region us-west-2 --vpc-id vpc-0a1b2c3d --enable-dns-hostnames '{"Value":true}'`],
      ],
    ])
  })

  const hostnames = (plan: Parameters<typeof findingsOf>[1], given: Parameters<typeof findingsOf>[2] = {}) =>
    findingsOf(rule, plan, { vpcDns: dnsOf({ enableDnsHostnames: false }), ...given }).map(
      ({ status, severity }) => `${status} ${severity}`,
    )[1]
  const s3 = aVpcEndpoint({ type: 'Interface', privateDnsEnabled: true, subnetIds: ['subnet-0aaaaaaa'], securityGroupIds: ['sg-0aaaaaaa'] })

  test.each<[string, Parameters<typeof findingsOf>[1], Parameters<typeof findingsOf>[2], string]>([
    ['EKS', aPlan({ orchestrator: { kind: 'eks', cluster: null } }), {}, 'fail error'],
    ['Slurm, nothing by private names', aPlan(), { subnets: { 'subnet-0aaaaaaa': aSubnet() }, vpcEndpoints: [] }, 'fail warning'],
    ['Slurm, S3 by a private name', aPlan(), { subnets: { 'subnet-0aaaaaaa': aSubnet() }, vpcEndpoints: [s3] }, 'fail error'],
  ])('hostnames off: %s', (_, plan, given, expected) => {
    expect(hostnames(plan, given)).toBe(expected)
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
