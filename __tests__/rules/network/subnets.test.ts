import { describe, expect, test } from '@jest/globals'
import type { Subnet } from '../../../src/model/facts/network.ts'
import { subnets as rule } from '../../../src/rules/network/subnets.ts'
import { aGroup, aPlan, aSubnet, denied, findingsOf, statuses } from '../../builders.ts'

const first = aSubnet()
const second = aSubnet({ subnetId: 'subnet-0bbbbbbb', availabilityZone: 'us-west-2b' })
const both = (changes: Partial<Subnet> | null) => ({
  'subnet-0aaaaaaa': first,
  'subnet-0bbbbbbb': changes === null ? null : { ...second, ...changes },
})

describe('network/subnets', () => {
  test.each([
    ['both in the VPC', both({}), ['pass subnet-0aaaaaaa', 'pass subnet-0bbbbbbb']],
    ['one absent', both(null), ['pass subnet-0aaaaaaa', 'fail subnet-0bbbbbbb']],
    ['one in another VPC', both({ vpcId: 'vpc-0other00' }), ['pass subnet-0aaaaaaa', 'fail subnet-0bbbbbbb']],
    ['one pending', both({ state: 'pending' }), ['pass subnet-0aaaaaaa', 'fail subnet-0bbbbbbb']],
  ])('%s', (_, subnets, expected) => {
    expect(statuses(findingsOf(rule, aPlan(), { subnets }))).toEqual(expected)
  })

  test.each<[string, readonly (readonly string[] | null)[], string]>([
    ['every group has others', [['subnet-0aaaaaaa']], 'warning'],
    ['one of two groups has others', [['subnet-0aaaaaaa'], null], 'error'],
    ['a group has it as its own', [['subnet-0aaaaaaa'], ['subnet-0bbbbbbb']], 'error'],
    ['there is no group', [], 'error'],
  ])('a subnet of VpcConfig that is absent, where %s', (_, overrides, severity) => {
    const instanceGroups = overrides.map((subnetIds) =>
      aGroup({ overrideVpcConfig: subnetIds === null ? null : { subnetIds, securityGroupIds: [], location: null } }),
    )
    const found = findingsOf(rule, aPlan({ instanceGroups }), { subnets: both(null) }).filter(({ status }) => status === 'fail')
    expect(found).toMatchObject([{ subject: 'subnet-0bbbbbbb', severity }])
    expect(found[0]?.message.includes('no node is placed in subnet-0bbbbbbb')).toBe(severity === 'warning')
  })

  test('a subnet elsewhere is named with both VPCs and a command that lists the right ones', () => {
    const [, finding] = findingsOf(rule, aPlan(), { subnets: both({ vpcId: 'vpc-0other00' }) })
    expect(finding?.message).toBe('subnet-0bbbbbbb is in vpc-0other00, the cluster is in vpc-0a1b2c3d')
    expect(finding?.fix?.commands).toEqual(['aws ec2 describe-subnets --region us-west-2 --filters Name=vpc-id,Values=vpc-0a1b2c3d'])
  })

  test('the VPC of the plan is absent: subnets are still compared with it', () => {
    expect(statuses(findingsOf(rule, aPlan({ vpcId: 'vpc-0gone000' }), { subnets: both({}) }))).toEqual([
      'fail subnet-0aaaaaaa',
      'fail subnet-0bbbbbbb',
    ])
  })

  test('without a VPC named, the first subnet that exists is what the others are measured against', () => {
    const subnets = both({ vpcId: 'vpc-0other00' })
    expect(findingsOf(rule, aPlan({ vpcId: null }), { subnets }).map(({ status, message }) => [status, message])).toEqual([
      ['pass', 'subnet-0aaaaaaa is available in vpc-0a1b2c3d, us-west-2a'],
      ['fail', 'subnet-0bbbbbbb is in vpc-0other00, the first subnet that exists is in vpc-0a1b2c3d'],
    ])
    const firstAbsent = { ...subnets, 'subnet-0aaaaaaa': null }
    expect(statuses(findingsOf(rule, aPlan({ vpcId: null }), { subnets: firstAbsent }))).toEqual([
      'fail subnet-0aaaaaaa',
      'pass subnet-0bbbbbbb',
    ])
  })

  test('a denied call is unknown, and says what to allow', () => {
    const [finding, ...others] = findingsOf(rule, aPlan(), { subnets: denied('ec2:DescribeSubnets') })
    expect(others).toEqual([])
    expect(finding).toMatchObject({ status: 'unknown', severity: 'error', gap: { reason: 'denied', action: 'ec2:DescribeSubnets' } })
    expect(finding?.fix?.text).toContain('ec2:DescribeSubnets')
  })

  test('without a subnet in the plan it is skipped', () => {
    const findings = findingsOf(rule, aPlan({ vpcConfig: null }), { subnets: {} })
    expect(statuses(findings)).toEqual(['skipped plan'])
  })
})
