import { describe, expect, test } from '@jest/globals'
import type { Plan } from '../../../src/model/plan.ts'
import { subnetCapacity as rule } from '../../../src/rules/network/subnet-capacity.ts'
import { aGroup, anEksCluster, anEksPlan, aPlan, aSubnet, denied, findingsOf, sizesOf, statuses } from '../../builders.ts'

const slurm: Plan['orchestrator'] = { kind: 'slurm', configuration: 'unstated' }
const eks: Plan['orchestrator'] = { kind: 'eks', cluster: null }
const unstated: Plan['orchestrator'] = { kind: 'unstated' }
const instanceTypes = { ...sizesOf('ml.p5.48xlarge', 'ml.m5.xlarge'), 'ml.p9.48xlarge': null }
const free = (first: number, second = 10_000) => ({
  'subnet-0aaaaaaa': aSubnet({ availableIpAddressCount: first }),
  'subnet-0bbbbbbb': aSubnet({ subnetId: 'subnet-0bbbbbbb', availableIpAddressCount: second }),
})
const override = (...subnetIds: string[]) => ({ subnetIds, securityGroupIds: [], location: null })

describe('network/subnet-capacity', () => {
  test.each([
    ['Slurm, a /25', slurm, 123, 'fail', 128, '/24'],
    ['Slurm, just enough', slurm, 128, 'pass', 128, '/24'],
    ['Slurm, one too few', slurm, 127, 'fail', 128, '/24'],
    ['EKS, a /24', eks, 251, 'fail', 324, '/23'],
    ['EKS, a /23', eks, 507, 'pass', 324, '/23'],
    ['unstated, enough for Slurm only', unstated, 251, 'fail', 324, '/23'],
  ] as const)('4 × P5 on %s', (_, orchestrator, addresses, status, need, smallestPrefix) => {
    const [first, second] = findingsOf(rule, aPlan({ orchestrator }), { subnets: free(addresses), instanceTypes, eksCluster: null })
    expect(first).toMatchObject({ status, severity: 'error', evidence: { need, free: addresses, smallestPrefix } })
    expect(second?.status).toBe('pass')
  })

  test('a failure says what is, what is needed, what is short, and how to find another subnet', () => {
    const subnets = { ...free(0), 'subnet-0aaaaaaa': aSubnet({ cidrBlock: '10.0.0.0/25', availableIpAddressCount: 123 }) }
    const location = { path: 'cluster.json', line: 7, column: 5 }
    const plan = aPlan({ vpcConfig: { subnetIds: ['subnet-0aaaaaaa'], securityGroupIds: [], location } })
    const [finding] = findingsOf(rule, plan, { subnets, instanceTypes })
    expect(finding).toMatchObject({
      message:
        'subnet-0aaaaaaa (10.0.0.0/25) has 123 free addresses, worker-1 (4 × ml.p5.48xlarge at 32) needs 128 on Slurm: 5 short, an empty /24 is the smallest that fits',
      evidence: { shortfall: 5, groups: ['worker-1: 4 × ml.p5.48xlarge, 32 each, 128'] },
      location,
      fix: {
        text: 'Name a subnet of vpc-0a1b2c3d with 128 free addresses, or create one of /24 or larger: neither the CIDR block of subnet-0aaaaaaa nor the VpcConfig of a cluster can be changed later.',
        commands: [
          "aws ec2 describe-subnets --region us-west-2 --filters Name=vpc-id,Values=vpc-0a1b2c3d --output table --query 'sort_by(Subnets, &AvailableIpAddressCount)[].[SubnetId,AvailabilityZone,CidrBlock,AvailableIpAddressCount]'",
        ],
      },
    })
  })

  test.each([
    [2, 'pass', undefined],
    [3, 'fail', 1],
  ])('%i addresses that the policy keeps free are needed as well', (spare, status, shortfall) => {
    const plan = aPlan({ thresholds: { 'spare-addresses': spare } })
    const [finding] = findingsOf(rule, plan, { subnets: free(130), instanceTypes })
    expect(finding).toMatchObject({ status, evidence: { need: 128, free: 130, spareAddresses: spare } })
    expect(finding?.evidence?.['shortfall']).toBe(shortfall)
    expect(finding?.message).toContain(`needs 128 on Slurm, and ${spare} are to stay free (spare-addresses)`)
    if (status === 'fail') expect(finding?.fix?.text).toContain('with 131 free addresses')
  })

  test('a subnet that has fewer than are to stay free holds nothing, and no more than nothing is counted', () => {
    const plan = aPlan({ thresholds: { 'spare-addresses': 500 } })
    expect(findingsOf(rule, plan, { subnets: free(130), instanceTypes })[0]).toMatchObject({
      status: 'fail',
      evidence: { shortfall: 498, smallestPrefix: '/22' },
    })
  })

  test('with several candidates the fix says that HyperPod chooses', () => {
    const [finding] = findingsOf(rule, aPlan(), { subnets: free(123), instanceTypes })
    expect(finding?.fix?.text).toContain('take subnet-0aaaaaaa out if another does')
  })

  test('without an orchestrator the message says that the larger demand is taken', () => {
    const [finding] = findingsOf(rule, aPlan({ orchestrator: unstated }), { subnets: free(507), instanceTypes })
    expect(finding?.message).toContain('needs 324 on EKS, the larger demand since the plan names no orchestrator')
  })

  test('two subnets do not help each other: both have to hold all groups', () => {
    expect(statuses(findingsOf(rule, aPlan(), { subnets: free(100, 100), instanceTypes }))).toEqual([
      'fail subnet-0aaaaaaa',
      'fail subnet-0bbbbbbb',
    ])
  })

  test('an override takes its group out of the other candidates, and subnets without nodes are skipped', () => {
    const plan = aPlan({ instanceGroups: [aGroup({ overrideVpcConfig: override('subnet-0bbbbbbb') })] })
    expect(statuses(findingsOf(rule, plan, { subnets: free(0, 128), instanceTypes }))).toEqual([
      'skipped subnet-0aaaaaaa',
      'pass subnet-0bbbbbbb',
    ])
  })

  test('groups beyond three are counted in the message and listed in the evidence', () => {
    const instanceGroups = ['a', 'b', 'c', 'd', 'e'].map((name) => aGroup({ name, instanceTypes: ['ml.m5.xlarge'], instanceCount: 1 }))
    const [finding] = findingsOf(rule, aPlan({ instanceGroups }), { subnets: free(5), instanceTypes })
    expect(finding?.message).toContain(
      '5 free addresses, a (1 × ml.m5.xlarge at 1), b (1 × ml.m5.xlarge at 1), c (1 × ml.m5.xlarge at 1) and 2 more groups need 5 on Slurm',
    )
    expect(finding?.evidence?.['groups']).toHaveLength(5)
  })

  test('a demand that no subnet holds is to be divided', () => {
    const plan = aPlan({ orchestrator: eks, instanceGroups: [aGroup({ instanceCount: 1000 })] })
    const [finding] = findingsOf(rule, plan, { subnets: free(65531), instanceTypes, eksCluster: null })
    expect(finding?.status).toBe('fail')
    expect(finding?.evidence).not.toHaveProperty('smallestPrefix')
    expect(finding?.fix?.text).toContain('OverrideVpcConfig')
  })

  describe('groups with subnets of their own', () => {
    const grouped = (name: string, ...subnetIds: string[]) => aGroup({ name, overrideVpcConfig: override(...subnetIds) })
    const judged = (first: number, second: number, ...instanceGroups: Plan['instanceGroups']) =>
      findingsOf(rule, aPlan({ vpcConfig: null, instanceGroups }), { subnets: free(first, second), instanceTypes })
    const both = ['subnet-0aaaaaaa', 'subnet-0bbbbbbb'] as const

    test('a single subnet has to hold the sum, and says whose it is', () => {
      const [finding] = judged(255, 0, grouped('one', 'subnet-0aaaaaaa'), grouped('two', 'subnet-0aaaaaaa'))
      expect(finding).toMatchObject({
        status: 'fail',
        severity: 'error',
        message:
          'subnet-0aaaaaaa (10.0.0.0/22) has 255 free addresses, one (4 × ml.p5.48xlarge at 32) and two (4 × ml.p5.48xlarge at 32) need 256 on Slurm: 1 short, an empty /23 is the smallest that fits',
      })
    })

    test('a subnet that HyperPod need not choose is a warning', () => {
      const [first, second] = judged(128, 127, grouped('one', ...both))
      expect(first?.status).toBe('pass')
      expect(second).toMatchObject({
        status: 'fail',
        severity: 'warning',
        evidence: { need: 128, free: 127, shortfall: 1, candidates: both },
        message: expect.stringMatching(
          /1 short, .*; everything fits if HyperPod chooses well among subnet-0aaaaaaa and subnet-0bbbbbbb, and it may choose this one$/,
        ),
        fix: { text: expect.stringContaining('take subnet-0bbbbbbb out of an OverrideVpcConfig') },
      })
    })

    test('where no choice leaves room for all it is an error in each of them', () => {
      const findings = judged(200, 100, grouped('one', ...both), grouped('two', ...both))
      expect(findings.map(({ status, severity, subject }) => `${status} ${severity} ${subject}`)).toEqual([
        'fail error subnet-0aaaaaaa',
        'fail error subnet-0bbbbbbb',
      ])
      expect(findings[0]?.message).toContain(
        'no way to place these groups in subnet-0aaaaaaa and subnet-0bbbbbbb leaves room for all that have to be there',
      )
      expect(findings[0]?.fix?.text).toContain('subnets of their own with OverrideVpcConfig')
    })

    test('they make room for the groups without an override as long as they can', () => {
      const plan = aPlan({
        vpcConfig: override('subnet-0aaaaaaa'),
        instanceGroups: [aGroup({ name: 'shared' }), grouped('other', ...both)],
      })
      const judge = (first: number, second: number) =>
        findingsOf(rule, plan, { subnets: free(first, second), instanceTypes }).map(({ status, severity }) => `${status} ${severity}`)
      expect(judge(256, 128)).toEqual(['pass error', 'pass error'])
      expect(judge(128, 128)).toEqual(['fail warning', 'pass error'])
      expect(judge(255, 127)).toEqual(['fail error', 'fail error'])
    })
  })

  describe('the least that the request accepts', () => {
    const only = { subnetIds: ['subnet-0aaaaaaa'], securityGroupIds: [], location: null }

    test('where MinInstanceCount nodes fit it is a warning that says so', () => {
      const plan = aPlan({ vpcConfig: only, instanceGroups: [aGroup({ minInstanceCount: 3 })] })
      expect(findingsOf(rule, plan, { subnets: free(96), instanceTypes })[0]).toMatchObject({
        status: 'fail',
        severity: 'warning',
        evidence: { need: 128, leastNeed: 96, free: 96 },
        message: expect.stringContaining('; the least that the plan accepts, 96, can be placed'),
        fix: { text: expect.stringContaining('The cluster can come up with fewer nodes (MinInstanceCount) or smaller types') },
      })
      expect(findingsOf(rule, plan, { subnets: free(95), instanceTypes })[0]).toMatchObject({ status: 'fail', severity: 'error' })
    })

    test('of several types the largest has to fit, the smallest makes it a warning', () => {
      const plan = aPlan({ vpcConfig: only, instanceGroups: [aGroup({ instanceTypes: ['ml.m5.xlarge', 'ml.p5.48xlarge'] })] })
      const severity = (addresses: number) => findingsOf(rule, plan, { subnets: free(addresses), instanceTypes })[0]
      expect(severity(128)?.status).toBe('pass')
      expect(severity(127)).toMatchObject({ status: 'fail', severity: 'warning' })
      expect(severity(3)).toMatchObject({ status: 'fail', severity: 'error' })
    })

    test('a type of unknown size might be small enough', () => {
      const plan = aPlan({ vpcConfig: only, instanceGroups: [aGroup({ instanceTypes: ['ml.p5.48xlarge', 'ml.p9.48xlarge'] })] })
      expect(findingsOf(rule, plan, { subnets: free(127), instanceTypes })[0]?.status).toBe('unknown')
    })
  })

  describe('a type of unknown size', () => {
    const unknownGroup = aGroup({ name: 'new', instanceTypes: ['ml.p9.48xlarge'] })

    test('is unknown, with its own way out', () => {
      const [finding] = findingsOf(rule, aPlan({ instanceGroups: [unknownGroup] }), { subnets: free(10), instanceTypes })
      expect(finding).toMatchObject({
        status: 'unknown',
        gap: { reason: 'unsupported', action: 'ec2:DescribeInstanceTypes' },
        fix: {
          commands: [
            "aws ec2 describe-instance-types --region us-west-2 --filters Name=instance-type,Values=p9.48xlarge --query 'InstanceTypes[].InstanceType'",
          ],
        },
      })
      expect(finding?.message).toContain('ml.p9.48xlarge')
    })

    test('fails all the same where the other groups do not fit', () => {
      const plan = aPlan({ instanceGroups: [aGroup(), unknownGroup] })
      const [finding] = findingsOf(rule, plan, { subnets: free(127), instanceTypes })
      expect(finding?.status).toBe('fail')
      expect(finding?.message).toContain('new (4 × ml.p9.48xlarge of unknown size) need at least 128')
    })

    test('does not matter in a group without nodes', () => {
      const plan = aPlan({ instanceGroups: [aGroup(), aGroup({ instanceTypes: ['ml.p9.48xlarge'], instanceCount: 0 })] })
      expect(findingsOf(rule, plan, { subnets: free(128), instanceTypes })[0]?.status).toBe('pass')
    })
  })

  test('subnets that are absent or elsewhere are left to network/subnets', () => {
    const subnets = { 'subnet-0aaaaaaa': null, 'subnet-0bbbbbbb': aSubnet({ subnetId: 'subnet-0bbbbbbb', vpcId: 'vpc-0other00' }) }
    expect(statuses(findingsOf(rule, aPlan(), { subnets, instanceTypes }))).toEqual(['skipped subnet-0aaaaaaa', 'skipped subnet-0bbbbbbb'])
    expect(statuses(findingsOf(rule, aPlan({ vpcId: null }), { subnets, instanceTypes }))).toEqual([
      'skipped subnet-0aaaaaaa',
      'pass subnet-0bbbbbbb',
    ])
  })

  test('what a call did not answer is unknown', () => {
    expect(statuses(findingsOf(rule, aPlan(), { subnets: denied('ec2:DescribeSubnets'), instanceTypes }))).toEqual(['unknown account'])
    expect(statuses(findingsOf(rule, aPlan(), { subnets: free(1), instanceTypes: denied('ec2:DescribeInstanceTypes') }))).toEqual([
      'unknown account',
    ])
  })

  test('a plan without groups or subnets is skipped, and says which input it takes', () => {
    const [withoutGroups] = findingsOf(rule, aPlan({ instanceGroups: [] }), {})
    expect(withoutGroups).toMatchObject({
      status: 'skipped',
      message: expect.stringContaining('instance-type and instance-count, or cluster-config'),
    })
    const [withoutSubnets] = findingsOf(rule, aPlan({ vpcConfig: null }), {})
    expect(withoutSubnets).toMatchObject({ status: 'skipped', message: expect.stringContaining('subnet-ids') })
  })

  describe('pods of an EKS cluster for IPv6', () => {
    const plan = anEksPlan({ vpcConfig: { subnetIds: ['subnet-0aaaaaaa'], securityGroupIds: [], location: null } })
    const withIpv6 = (count: number) => ({
      'subnet-0aaaaaaa': aSubnet({ availableIpAddressCount: count, ipv6CidrBlocks: ['2600:1f14:1:2::/64'] }),
    })
    const eksCluster = anEksCluster({ ipFamily: 'ipv6' })

    test.each([
      [128, 'pass'],
      [127, 'fail'],
    ])('take no IPv4 address: %d free ones', (count, status) => {
      const [finding] = findingsOf(rule, plan, { subnets: withIpv6(count), instanceTypes, eksCluster })
      expect(finding).toMatchObject({ status, message: expect.stringContaining('needs 128 on EKS with pods on IPv6') })
    })

    test('need an IPv6 block', () => {
      const subnets = { 'subnet-0aaaaaaa': aSubnet() }
      expect(findingsOf(rule, plan, { subnets, instanceTypes, eksCluster })).toMatchObject([
        {
          status: 'fail',
          severity: 'error',
          message: 'subnet-0aaaaaaa has no IPv6 CIDR block, and pods of prod, an EKS cluster for IPv6, take their addresses from one',
        },
      ])
    })

    test.each([
      [127, 'fail'],
      [128, 'unknown'],
      [324, 'pass'],
    ])('where the EKS cluster was not read, %d free addresses', (count, status) => {
      const facts = { subnets: withIpv6(count), instanceTypes, eksCluster: denied('eks:DescribeCluster') }
      expect(findingsOf(rule, plan, facts).map((finding) => finding.status)).toEqual([status])
    })
  })
})
