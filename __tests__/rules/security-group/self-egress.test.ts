import { describe, expect, test } from '@jest/globals'
import type { SecurityGroup } from '../../../src/model/facts/network.ts'
import { selfEgress as rule } from '../../../src/rules/security-group/self-egress.ts'
import { aGroup, anInstanceType, aPermission, aPlan, aSecurityGroup, aSubnet, denied, findingsOf, known } from '../../builders.ts'

const instanceTypes = {
  'ml.p5.48xlarge': anInstanceType(),
  'ml.m5.xlarge': anInstanceType({ name: 'ml.m5.xlarge', efaSupported: false }),
  'ml.new.1xlarge': null,
}
const groups = (...all: readonly SecurityGroup[]) => Object.fromEntries(all.map((group) => [group.securityGroupId, group]))
const ports = (protocol: string, fromPort: number) =>
  aPermission({ protocol, fromPort, toPort: fromPort < 0 ? fromPort : 65_535, ipv4Ranges: ['10.0.0.0/16'] })
const open = aPermission({ ipv4Ranges: ['0.0.0.0/0'], ipv6Ranges: ['::/0'] })
const openOnly = aSecurityGroup({ egress: [open] })
const placedIn = (...securityGroupIds: readonly string[]) =>
  aPlan({ vpcConfig: { subnetIds: ['subnet-0aaaaaaa'], securityGroupIds, location: null } })
const summary = (plan: ReturnType<typeof aPlan>, securityGroups: Readonly<Record<string, SecurityGroup | null>>) =>
  findingsOf(rule, plan, { securityGroups, instanceTypes }).map(({ status, severity, subject }) =>
    status === 'fail' ? `${status} ${severity} ${subject}` : `${status} ${subject}`,
  )

describe('security-group/self-egress', () => {
  const other = 'sg-0bbbbbbb'
  test.each([
    ['a pair with itself, in a permission that holds ranges too', [aSecurityGroup()], 'pass sg-0aaaaaaa'],
    [
      'the pair is the second of the second permission',
      [aSecurityGroup({ egress: [open, aPermission({ securityGroupIds: ['sg-0ccccccc', 'sg-0aaaaaaa'] })] })],
      'pass sg-0aaaaaaa',
    ],
    ['0.0.0.0/0 alone', [openOnly], 'fail error sg-0aaaaaaa'],
    ['no rule', [aSecurityGroup({ egress: [] })], 'fail error sg-0aaaaaaa'],
    [
      'itself, but TCP only',
      [aSecurityGroup({ egress: [aPermission({ protocol: 'tcp', fromPort: 0, toPort: 65535, securityGroupIds: ['sg-0aaaaaaa'] })] })],
      'fail error sg-0aaaaaaa',
    ],
    ['another group', [aSecurityGroup({ egress: [aPermission({ securityGroupIds: [other] })] })], 'fail error sg-0aaaaaaa'],
    ['inbound only', [aSecurityGroup({ egress: [] })], 'fail error sg-0aaaaaaa'],
    ['no group complete', [openOnly, aSecurityGroup({ securityGroupId: other, egress: [open] })], 'fail error sg-0aaaaaaa, sg-0bbbbbbb'],
    ['one of two complete', [openOnly, aSecurityGroup({ securityGroupId: other })], 'pass sg-0aaaaaaa, sg-0bbbbbbb'],
    ['both complete', [aSecurityGroup(), aSecurityGroup({ securityGroupId: other })], 'pass sg-0aaaaaaa, sg-0bbbbbbb'],
    [
      'only between each other',
      [
        aSecurityGroup({ egress: [aPermission({ securityGroupIds: [other] })] }),
        aSecurityGroup({ securityGroupId: other, egress: [aPermission({ securityGroupIds: ['sg-0aaaaaaa'] })] }),
      ],
      'fail warning sg-0aaaaaaa, sg-0bbbbbbb',
    ],
  ])('%s', (_, all, expected) => {
    expect(summary(placedIn(...all.map(({ securityGroupId }) => securityGroupId)), groups(...all))).toEqual([expected])
  })

  test.each([
    ['everywhere', [open], 'pass sg-0aaaaaaa'],
    ['the range of the VPC', [aPermission({ ipv4Ranges: ['10.0.0.0/16'] })], 'pass sg-0aaaaaaa'],
    ['a prefix list that holds it', [aPermission({ prefixListIds: ['pl-0aaaaaaa'] })], 'pass sg-0aaaaaaa'],
    ['TCP, UDP and ICMP each', ['tcp', 'udp', 'icmp'].map((protocol) => ports(protocol, protocol === 'icmp' ? -1 : 0)), 'pass sg-0aaaaaaa'],
    ['TCP alone', [ports('tcp', 0)], 'fail warning sg-0aaaaaaa'],
    ['another range', [aPermission({ ipv4Ranges: ['192.168.0.0/16'] })], 'fail warning sg-0aaaaaaa'],
    ['nothing', [], 'fail warning sg-0aaaaaaa'],
  ])('no type with EFA, outbound rules for %s', (_, egress, expected) => {
    const plan = aPlan({ instanceGroups: [aGroup({ instanceTypes: ['ml.m5.xlarge'] })] })
    const prefixLists = { 'pl-0aaaaaaa': known({ prefixListId: 'pl-0aaaaaaa', name: 'vpc', cidrBlocks: ['10.0.0.0/8'] }) }
    const facts = {
      securityGroups: groups(aSecurityGroup({ egress })),
      instanceTypes,
      subnets: { 'subnet-0aaaaaaa': aSubnet() },
      prefixLists,
    }
    expect(
      findingsOf(rule, plan, facts).map(({ status, severity, subject }) =>
        status === 'fail' ? `fail ${severity} ${subject}` : `${status} ${subject}`,
      ),
    ).toEqual([expected])
  })

  test('a group that is shut altogether is said to be', () => {
    const [finding] = findingsOf(rule, aPlan(), { securityGroups: groups(aSecurityGroup({ egress: [] })), instanceTypes, prefixLists: {} })
    expect(finding?.message).toBe(
      'sg-0aaaaaaa has no outbound rule at all, so nodes cannot reach each other; worker-1 (ml.p5.48xlarge) uses EFA',
    )
  })

  test.each([['no instance type in the plan', []]])('%s: a warning', (_, instanceGroups) => {
    expect(summary(aPlan({ instanceGroups }), groups(openOnly))).toEqual(['fail warning sg-0aaaaaaa'])
  })

  test('a type that nobody knows may have EFA: unknown', () => {
    const plan = aPlan({ instanceGroups: [aGroup({ instanceTypes: ['ml.new.1xlarge'] })] })
    expect(summary(plan, groups(openOnly))).toEqual(['unknown sg-0aaaaaaa'])
  })

  test('each placement is judged by the groups that its nodes carry', () => {
    const override = { subnetIds: ['subnet-0bbbbbbb'], securityGroupIds: [other], location: { path: 'cluster.json', line: 9, column: 5 } }
    const plan = aPlan({
      instanceGroups: [aGroup(), aGroup({ name: 'cpu', instanceTypes: ['ml.m5.xlarge'], overrideVpcConfig: override })],
    })
    const securityGroups = groups(aSecurityGroup(), aSecurityGroup({ securityGroupId: other, egress: [] }))
    expect(summary(plan, securityGroups)).toEqual(['pass sg-0aaaaaaa', 'fail warning sg-0bbbbbbb'])
    expect(findingsOf(rule, plan, { securityGroups, instanceTypes })[1]?.location).toEqual(override.location)
  })

  test('an absent group is left to security-group/exists, beside one that exists it does not count', () => {
    expect(summary(placedIn('sg-0aaaaaaa'), { 'sg-0aaaaaaa': null })).toEqual(['skipped sg-0aaaaaaa'])
    expect(summary(placedIn('sg-0aaaaaaa', other), { 'sg-0aaaaaaa': aSecurityGroup(), [other]: null })).toEqual([
      'pass sg-0aaaaaaa, sg-0bbbbbbb',
    ])
    expect(summary(placedIn('sg-0aaaaaaa', other), { 'sg-0aaaaaaa': openOnly, [other]: null })).toEqual([
      'fail error sg-0aaaaaaa, sg-0bbbbbbb',
    ])
  })

  test('says that 0.0.0.0/0 is not a substitute, and gives the command that adds the rule', () => {
    const [finding] = findingsOf(rule, aPlan(), { securityGroups: groups(openOnly), instanceTypes })
    expect(finding?.message).toBe(
      'sg-0aaaaaaa has no outbound rule for all traffic to itself; worker-1 (ml.p5.48xlarge) uses EFA; a rule to 0.0.0.0/0, ::/0 is not a substitute: AWS documents the rule to the security group itself',
    )
    expect(finding?.fix?.commands).toEqual([
      "aws ec2 authorize-security-group-egress --region us-west-2 --group-id sg-0aaaaaaa --ip-permissions 'IpProtocol=-1,UserIdGroupPairs=[{GroupId=sg-0aaaaaaa}]'",
    ])
  })

  test('whether EFA is used cannot be learned: unknown where the rule lacks, pass where it does not', () => {
    const facts = { instanceTypes: denied('ec2:DescribeInstanceTypes') }
    expect(findingsOf(rule, aPlan(), { ...facts, securityGroups: groups(openOnly) })).toMatchObject([
      { status: 'unknown', severity: 'error', gap: { action: 'ec2:DescribeInstanceTypes' } },
    ])
    expect(findingsOf(rule, aPlan(), { ...facts, securityGroups: groups(aSecurityGroup()) })).toMatchObject([{ status: 'pass' }])
  })

  test('denied security groups are unknown, a plan without any is skipped', () => {
    const securityGroups = denied('ec2:DescribeSecurityGroups')
    expect(findingsOf(rule, aPlan(), { securityGroups, instanceTypes })).toMatchObject([
      { status: 'unknown', gap: { action: 'ec2:DescribeSecurityGroups' } },
    ])
    expect(findingsOf(rule, placedIn(), { securityGroups, instanceTypes })).toMatchObject([{ status: 'skipped', subject: 'plan' }])
  })
})
