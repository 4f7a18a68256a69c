import { describe, expect, test } from '@jest/globals'
import { exists as rule } from '../../../src/rules/security-group/exists.ts'
import { aGroup, aPlan, aSecurityGroup, aVpc, denied, findingsOf, statuses } from '../../builders.ts'

const location = { path: 'cluster.json', line: 12, column: 7 }
const placedIn = (...securityGroupIds: readonly string[]) =>
  aPlan({ vpcConfig: { subnetIds: ['subnet-0aaaaaaa'], securityGroupIds, location } })
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `sg-${index}`)
const existing = (ids: readonly string[], vpcId = 'vpc-0a1b2c3d') =>
  Object.fromEntries(ids.map((securityGroupId) => [securityGroupId, aSecurityGroup({ securityGroupId, vpcId })]))

describe('security-group/exists', () => {
  test.each([
    ['in the VPC', existing(['sg-1']), ['pass sg-1']],
    ['absent', { 'sg-1': null }, ['fail sg-1']],
    ['in another VPC', existing(['sg-1'], 'vpc-0other00'), ['fail sg-1']],
  ])('%s', (_, securityGroups, expected) => {
    expect(statuses(findingsOf(rule, placedIn('sg-1'), { securityGroups, vpc: aVpc() }))).toEqual(expected)
  })

  test('five on a node pass, six fail once more, with the place', () => {
    const five = numbered(5)
    expect(statuses(findingsOf(rule, placedIn(...five), { securityGroups: existing(five), vpc: aVpc() }))).toHaveLength(5)
    const six = numbered(6)
    const findings = findingsOf(rule, placedIn(...six), { securityGroups: existing(six), vpc: aVpc() })
    expect(findings).toHaveLength(7)
    expect(findings[6]).toMatchObject({
      status: 'fail',
      subject: 'security-group-ids',
      location,
      message: '6 security groups, CreateCluster takes 5 at most',
    })
  })

  test('the bound holds for each placement, not for their sum', () => {
    const override = { subnetIds: ['subnet-0bbbbbbb'], securityGroupIds: ['sg-5', 'sg-6'], location: null }
    const plan = { ...placedIn(...numbered(5)), instanceGroups: [aGroup({ overrideVpcConfig: override })] }
    const findings = findingsOf(rule, plan, { securityGroups: existing(numbered(7)), vpc: aVpc() })
    expect(findings.filter(({ status }) => status === 'fail')).toEqual([])
  })

  test('a group elsewhere is named with both VPCs and a command that lists the right ones', () => {
    const [finding] = findingsOf(rule, placedIn('sg-1'), { securityGroups: existing(['sg-1'], 'vpc-0other00'), vpc: aVpc() })
    expect(finding?.message).toBe('sg-1 (hyperpod) is in vpc-0other00, the cluster is in vpc-0a1b2c3d')
    expect(finding?.fix?.commands).toEqual([
      'aws ec2 describe-security-groups --region us-west-2 --filters Name=vpc-id,Values=vpc-0a1b2c3d',
    ])
    expect(finding?.location).toEqual(location)
  })

  test('the VPC could not be learned: an absent group is still absent, one that is there is unknown', () => {
    const securityGroups = { ...existing(['sg-1']), 'sg-2': null }
    expect(statuses(findingsOf(rule, placedIn('sg-1', 'sg-2'), { securityGroups, vpc: denied('ec2:DescribeVpcs') }))).toEqual([
      'unknown sg-1',
      'fail sg-2',
    ])
  })

  test('no VPC is known: all groups must be in that of the first', () => {
    const securityGroups = { ...existing(['sg-1'], 'vpc-1'), ...existing(['sg-2'], 'vpc-2') }
    const plan = { ...placedIn('sg-1', 'sg-2'), vpcId: null }
    expect(statuses(findingsOf(rule, plan, { securityGroups, vpc: null }))).toEqual(['pass sg-1', 'fail sg-2'])
  })

  test('without a security group in the plan it is skipped', () => {
    expect(statuses(findingsOf(rule, aPlan({ vpcConfig: null }), { securityGroups: {}, vpc: aVpc() }))).toEqual(['skipped plan'])
  })
})
