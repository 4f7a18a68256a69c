import { describe, expect, test } from '@jest/globals'
import type { Facts } from '../../../src/model/facts.ts'
import type { Plan } from '../../../src/model/plan.ts'
import { vpc as rule } from '../../../src/rules/network/vpc.ts'
import { aPlan, aSubnet, aVpc, denied, findingsOf, statuses } from '../../builders.ts'

const inOne = { 'subnet-0aaaaaaa': aSubnet(), 'subnet-0bbbbbbb': aSubnet({ subnetId: 'subnet-0bbbbbbb' }) }
const inTwo = { ...inOne, 'subnet-0bbbbbbb': aSubnet({ subnetId: 'subnet-0bbbbbbb', vpcId: 'vpc-0other00' }) }
const none = { 'subnet-0aaaaaaa': null, 'subnet-0bbbbbbb': null }

describe('network/vpc', () => {
  test.each<[string, Partial<Plan>, Facts['vpc'], Facts['subnets'], readonly string[]]>([
    ['named and there', {}, aVpc(), inOne, ['pass vpc-0a1b2c3d']],
    ['named and absent', {}, null, inOne, ['fail vpc-0a1b2c3d']],
    ['named and pending', {}, aVpc({ state: 'pending' }), inOne, ['fail vpc-0a1b2c3d']],
    ['named, subnets elsewhere: network/subnets says it', {}, aVpc(), inTwo, ['pass vpc-0a1b2c3d']],
    ['learned from the subnets', { vpcId: null }, aVpc(), inOne, ['pass vpc-0a1b2c3d']],
    ['not named, subnets in two', { vpcId: null }, aVpc(), inTwo, ['pass vpc-0a1b2c3d', 'fail subnets']],
    ['not named, no subnet exists', { vpcId: null }, null, none, ['skipped vpc']],
    ['named, no subnet in the plan', { vpcConfig: null }, aVpc(), {}, ['pass vpc-0a1b2c3d']],
    ['nothing named', { vpcId: null, vpcConfig: null }, null, {}, ['skipped plan']],
  ])('%s', (_, plan, vpc, subnets, expected) => {
    expect(statuses(findingsOf(rule, aPlan(plan), { vpc, subnets }))).toEqual(expected)
  })

  test('an absent VPC: Region, and where the subnets are', () => {
    const [finding] = findingsOf(rule, aPlan({ vpcId: 'vpc-0gone000' }), { vpc: null, subnets: inOne })
    expect(finding).toMatchObject({
      severity: 'error',
      message: 'vpc-0gone000 does not exist in us-west-2',
      fix: { commands: ['aws ec2 describe-vpcs --region us-west-2'] },
    })
    expect(finding?.fix?.text).toContain('The subnets of the plan are in vpc-0a1b2c3d.')
  })

  test('several VPCs: each with its subnets', () => {
    const [, finding] = findingsOf(rule, aPlan({ vpcId: null }), { vpc: aVpc(), subnets: inTwo })
    expect(finding?.message).toBe(
      "the plan's subnets are in 2 VPCs, a cluster is in one: vpc-0a1b2c3d (subnet-0aaaaaaa), vpc-0other00 (subnet-0bbbbbbb)",
    )
    expect(finding?.fix?.commands).toEqual([
      'aws ec2 describe-subnets --region us-west-2 --filters Name=vpc-id,Values=vpc-0a1b2c3d',
      'aws ec2 describe-subnets --region us-west-2 --filters Name=vpc-id,Values=vpc-0other00',
    ])
  })

  test('denied is unknown; subnets that are not known do not keep a named VPC from being judged', () => {
    expect(statuses(findingsOf(rule, aPlan(), { vpc: denied('ec2:DescribeVpcs'), subnets: inOne }))).toEqual(['unknown account'])
    expect(statuses(findingsOf(rule, aPlan(), { vpc: null, subnets: denied('ec2:DescribeSubnets') }))).toEqual(['fail vpc-0a1b2c3d'])
  })
})
