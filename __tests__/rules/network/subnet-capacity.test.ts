import { describe, expect, test } from '@jest/globals'
import type { Plan } from '../../../src/model/plan.ts'
import { subnetCapacity as rule } from '../../../src/rules/network/subnet-capacity.ts'
import { aGroup, aPlan, aSubnet, denied, findingsOf, sizesOf, statuses } from '../../builders.ts'

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
    const [first, second] = findingsOf(rule, aPlan({ orchestrator }), { subnets: free(addresses), instanceTypes })
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
        'subnet-0aaaaaaa (10.0.0.0/25) has 123 free addresses, 4 × ml.p5.48xlarge at 32 need 128 on Slurm: 5 short, an empty /24 is the smallest that fits',
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

  test('with several candidates the fix says that HyperPod chooses', () => {
    const [finding] = findingsOf(rule, aPlan(), { subnets: free(123), instanceTypes })
    expect(finding?.fix?.text).toContain('take subnet-0aaaaaaa out if another does')
  })

  test('without an orchestrator the message says that the larger demand is taken', () => {
    const [finding] = findingsOf(rule, aPlan({ orchestrator: unstated }), { subnets: free(507), instanceTypes })
    expect(finding?.message).toContain('need 324 on EKS, the larger demand since the plan names no orchestrator')
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
      '5 free addresses, 1 × ml.m5.xlarge at 1, 1 × ml.m5.xlarge at 1, 1 × ml.m5.xlarge at 1, 2 more groups need 5 on Slurm',
    )
    expect(finding?.evidence?.['groups']).toHaveLength(5)
  })

  test('a demand that no subnet holds is to be divided', () => {
    const plan = aPlan({ orchestrator: eks, instanceGroups: [aGroup({ instanceCount: 1000 })] })
    const [finding] = findingsOf(rule, plan, { subnets: free(65531), instanceTypes })
    expect(finding?.status).toBe('fail')
    expect(finding?.evidence).not.toHaveProperty('smallestPrefix')
    expect(finding?.fix?.text).toContain('OverrideVpcConfig')
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
      expect(finding?.message).toContain('4 × ml.p9.48xlarge of unknown size need at least 128')
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
})
