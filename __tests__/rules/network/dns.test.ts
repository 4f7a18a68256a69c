import { describe, expect, test } from '@jest/globals'
import type { VpcDns } from '../../../src/model/facts/network.ts'
import type { Finding } from '../../../src/model/finding.ts'
import type { Plan } from '../../../src/model/plan.ts'
import { dns as rule } from '../../../src/rules/network/dns.ts'
import {
  aHostedZone,
  aPlan,
  aSecurityGroup,
  aSubnet,
  aVpc,
  aVpcEndpoint,
  denied,
  findingsOf,
  someDhcpOptions,
  statuses,
} from '../../builders.ts'
import { anInterface, eksPlan, factsOf, type Given, slurmPlan } from '../../semantics/ways/network.ts'

const dnsOf = (changes: Partial<VpcDns> = {}): VpcDns => ({
  vpcId: 'vpc-0a1b2c3d',
  enableDnsHostnames: true,
  enableDnsSupport: true,
  ...changes,
})

/** Findings without those about DHCP options and hosted zones. */
const attributesOf = (findings: readonly Finding[]): readonly Finding[] =>
  findings.filter(({ subject }) => !/ (DHCP options|hosted zones)$/.test(subject))

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
    expect(statuses(attributesOf(findingsOf(rule, aPlan(), { vpcDns })))).toEqual(expected)
  })

  test('each attribute has its own command', () => {
    const findings = attributesOf(findingsOf(rule, aPlan(), { vpcDns: dnsOf({ enableDnsHostnames: false, enableDnsSupport: false }) }))
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
    expect(attributesOf(findingsOf(rule, aPlan(), { vpcDns: denied('ec2:DescribeVpcAttribute') }))).toMatchObject([
      { status: 'unknown', gap: { action: 'ec2:DescribeVpcAttribute' } },
    ])
  })
})

describe('who answers the nodes', () => {
  const judged = (plan: Plan, given: Given = {}) =>
    findingsOf(rule, plan, { ...factsOf(given) })
      .map(({ status, severity, subject }) => `${status} ${severity} ${subject}`)
      .slice(2)
  const servers = (...domainNameServers: readonly string[]): Given => ({ dhcpOptions: { ...someDhcpOptions(), domainNameServers } })
  const options = 'vpc-0a1b2c3d DHCP options'
  const zones = 'vpc-0a1b2c3d hosted zones'
  const refused = { dhcpOptions: denied('ec2:DescribeDhcpOptions') }
  const unlisted = { hostedZones: denied('route53:ListHostedZonesByVPC') }
  const all = ['ec2', 'ecr.api', 'ecr.dkr', 'sts', 'logs', 'monitoring', 'ssm', 'ssmmessages', 'ec2messages', 'eks-auth', 's3']
  const endpointsForAll: Given = { vpcEndpoints: all.map((service) => anInterface(service)) }
  const sts = aHostedZone({ name: 'sts.us-west-2.amazonaws.com' })
  const logs = aHostedZone({ name: 'logs.us-west-2.amazonaws.com' })
  const trusting = (id: string): Plan => slurmPlan({ trustedTargets: [{ id, reason: 'central endpoints', owner: 'network team' }] })

  test.each<[string, Plan, Given, string]>([
    ['Amazon', slurmPlan(), {}, `pass error ${options}`],
    ['own servers, and nodes call public names alone', slurmPlan(), servers('10.0.0.10'), `pass error ${options}`],
    ['own servers, and the API server has a private name', eksPlan(), servers('10.0.0.10'), `unknown error ${options}`],
    ['own servers that somebody trusts', trusting('dopt-0aaaaaaa'), servers('10.0.0.10'), `pass error ${options}`],
    ['options that may not be read, and nothing rests on them', slurmPlan(), refused, `unknown notice ${options}`],
    ['options that may not be read, and the API server has a private name', eksPlan(), refused, `unknown error ${options}`],
    [
      'servers that outbound rules do not lead to',
      slurmPlan(),
      { ...servers('10.0.0.10'), securityGroups: { 'sg-0aaaaaaa': aSecurityGroup({ egress: [] }) } },
      `fail error ${options}`,
    ],
  ])('%s', (_, plan, given, expected) => {
    expect(judged(plan, given)[0]).toBe(expected)
  })

  test.each<[string, Plan, Given, readonly string[]]>([
    ['no zone', slurmPlan(), {}, [`pass error ${zones}`]],
    ['a zone that nodes ask nothing of', slurmPlan(), { hostedZones: [aHostedZone()] }, [`pass error ${zones}`]],
    ['a zone of something required', eksPlan(), { hostedZones: [sts] }, [`unknown error ${sts.name} (${sts.hostedZoneId})`]],
    ['a zone of something useful', slurmPlan(), { hostedZones: [logs] }, [`unknown warning ${logs.name} (${logs.hostedZoneId})`]],
    [
      'a zone that somebody trusts',
      trusting(logs.hostedZoneId),
      { hostedZones: [logs] },
      [`pass error ${logs.name} (${logs.hostedZoneId})`],
    ],
    ['zones that may not be listed', slurmPlan(), unlisted, [`unknown error ${zones}`]],
    [
      'zones that may not be listed, and endpoints answer for all',
      slurmPlan(),
      { ...unlisted, ...endpointsForAll },
      [`unknown notice ${zones}`],
    ],
    ['zones that may not be listed, of a VPC that somebody trusts', trusting('vpc-0a1b2c3d'), unlisted, [`pass error ${zones}`]],
  ])('%s', (_, plan, given, expected) => {
    expect(judged(plan, given).slice(1)).toEqual(expected)
  })

  test('DNS support that is off is a warning where nodes of Slurm ask other servers', () => {
    const off: Given = { vpcDns: dnsOf({ enableDnsSupport: false }) }
    const severity = (plan: Plan, given: Given) => findingsOf(rule, plan, { ...factsOf({ ...off, ...given }) })[0]?.severity
    expect(severity(slurmPlan(), {})).toBe('error')
    expect(severity(slurmPlan(), servers('10.0.0.10'))).toBe('warning')
    expect(severity(eksPlan(), servers('10.0.0.10'))).toBe('error')
  })

  test('what it says', () => {
    const given = { ...servers('10.0.0.10', '10.0.0.11'), hostedZones: [sts] }
    const [dhcp, zone] = findingsOf(rule, eksPlan(), { ...factsOf(given) }).slice(2)
    expect(dhcp).toMatchObject({
      message:
        'the DHCP options dopt-0aaaaaaa name the DNS servers 10.0.0.10 and 10.0.0.11 instead of AmazonProvidedDNS, and whether nodes are answered with private names of AWS cannot be seen from here',
      evidence: { dhcpOptionsId: 'dopt-0aaaaaaa', domainNameServers: ['10.0.0.10', '10.0.0.11'] },
      fix: {
        text: expect.stringContaining("trusted-targets: [{ id: 'dopt-0aaaaaaa', reason: why, owner: who }]"),
        commands: ['aws ec2 create-dhcp-options --region us-west-2 --dhcp-configurations Key=domain-name-servers,Values=AmazonProvidedDNS'],
      },
    })
    expect(zone).toMatchObject({
      message: `private hosted zone ${sts.name} (${sts.hostedZoneId}) answers in vpc-0a1b2c3d for sts, and where its records lead is not read`,
      evidence: { answersFor: ['sts'] },
      fix: { commands: [`aws route53 list-resource-record-sets --region us-west-2 --hosted-zone-id ${sts.hostedZoneId}`] },
    })
  })

  test('a snapshot from before they were read says nothing of them', () => {
    const { dhcpOptionsId: _, ...vpc } = aVpc()
    expect(judged(eksPlan(), { vpc, dhcpOptions: denied('none'), hostedZones: denied('none') })).toEqual([])
  })
})
