import { describe, expect, test } from '@jest/globals'
import type { SecurityGroup } from '../../../src/model/facts.ts'
import { betweenGroups as rule } from '../../../src/rules/security-group/between-groups.ts'
import { aGroup, aPermission, aPlan, aSecurityGroup, aSubnet, denied, findingsOf } from '../../builders.ts'

const placed = (name: string, ...securityGroupIds: readonly string[]) =>
  aGroup({ name, overrideVpcConfig: { subnetIds: ['subnet-0aaaaaaa'], securityGroupIds, location: null } })
const controller = placed('controller', 'sg-controller')
const worker = placed('worker', 'sg-worker')
const group = (securityGroupId: string, changes: Partial<SecurityGroup> = {}) => aSecurityGroup({ securityGroupId, ...changes })
const withEach = (other: string, id: string) => group(id, { ingress: [aPermission({ securityGroupIds: [id, other] })] })
const judged = (groups: readonly SecurityGroup[], instanceGroups = [controller, worker], changes: object = {}) =>
  findingsOf(rule, aPlan({ instanceGroups }), {
    securityGroups: Object.fromEntries(groups.map((one) => [one.securityGroupId, one])),
    subnets: { 'subnet-0aaaaaaa': aSubnet() },
    prefixLists: {},
    ...changes,
  })

describe('security-group/between-groups', () => {
  test('groups that accept each other by name, and send to everywhere', () => {
    expect(judged([withEach('sg-worker', 'sg-controller'), withEach('sg-controller', 'sg-worker')])).toMatchObject([
      {
        status: 'pass',
        subject: 'sg-controller and sg-worker',
        message: 'the nodes of controller and the nodes of worker may open all traffic to each other',
      },
    ])
  })

  test('the self rules of both are not enough', () => {
    const [finding, ...others] = judged([group('sg-controller'), group('sg-worker')])
    expect(others).toEqual([])
    expect(finding).toMatchObject({
      status: 'fail',
      severity: 'warning',
      message:
        'the nodes of controller cannot open all traffic to the nodes of worker: sg-worker does not let all traffic in from sg-controller; ' +
        'the nodes of worker cannot open all traffic to the nodes of controller: sg-controller does not let all traffic in from sg-worker',
    })
    expect(finding?.fix?.commands).toEqual([
      "aws ec2 authorize-security-group-ingress --region us-west-2 --group-id sg-worker --ip-permissions 'IpProtocol=-1,UserIdGroupPairs=[{GroupId=sg-controller}]'",
      "aws ec2 authorize-security-group-ingress --region us-west-2 --group-id sg-controller --ip-permissions 'IpProtocol=-1,UserIdGroupPairs=[{GroupId=sg-worker}]'",
    ])
  })

  test('one way only, and closed on both sides of it', () => {
    const shut = group('sg-controller', { ingress: [aPermission({ securityGroupIds: ['sg-worker'] })], egress: [] })
    const [finding] = judged([shut, group('sg-worker')])
    expect(finding).toMatchObject({
      status: 'fail',
      message:
        'the nodes of controller cannot open all traffic to the nodes of worker: sg-controller does not let all traffic out to sg-worker and sg-worker does not let all traffic in from sg-controller',
    })
    expect(finding?.fix?.commands).toHaveLength(2)
  })

  test('a group that all nodes carry, and ranges that hold their subnets, do too', () => {
    const shared = [placed('controller', 'sg-controller', 'sg-all'), placed('worker', 'sg-worker', 'sg-all')]
    expect(judged([group('sg-controller'), group('sg-worker'), group('sg-all')], shared)).toMatchObject([{ status: 'pass' }])
    const ranges = { ingress: [aPermission({ ipv4Ranges: ['10.0.0.0/16'] })] }
    expect(judged([group('sg-controller', ranges), group('sg-worker', ranges)])).toMatchObject([{ status: 'pass' }])
  })

  test('every pair is judged', () => {
    const three = [controller, worker, placed('login', 'sg-login')]
    const subjects = judged([group('sg-controller'), group('sg-worker'), group('sg-login')], three).map(({ subject }) => subject)
    expect(subjects).toEqual(['sg-controller and sg-worker', 'sg-controller and sg-login', 'sg-worker and sg-login'])
  })

  test('subnets that could not be read matter only where ranges have to hold them', () => {
    const ranges = { ingress: [aPermission({ ipv4Ranges: ['10.0.0.0/16'] })] }
    const refused = { subnets: denied('ec2:DescribeSubnets') }
    expect(judged([group('sg-controller', ranges), group('sg-worker', ranges)], undefined, refused)).toMatchObject([
      { status: 'unknown', severity: 'warning', gap: { action: 'ec2:DescribeSubnets' } },
    ])
    expect(judged([withEach('sg-worker', 'sg-controller'), withEach('sg-controller', 'sg-worker')], undefined, refused)).toMatchObject([
      { status: 'pass' },
    ])
    expect(judged([group('sg-controller'), group('sg-worker')], undefined, refused)).toMatchObject([{ status: 'fail' }])
  })

  test('prefix lists that could not be read leave it unknown', () => {
    const listed = { ingress: [aPermission({ prefixListIds: ['pl-0123'] })] }
    const refused = { prefixLists: denied('ec2:DescribeManagedPrefixLists') }
    expect(judged([group('sg-controller', listed), group('sg-worker', listed)], undefined, refused)).toMatchObject([
      { status: 'unknown', gap: { action: 'ec2:DescribeManagedPrefixLists' } },
    ])
  })

  test('absent groups are skipped, and so is a plan whose nodes all carry the same', () => {
    expect(judged([group('sg-controller')])).toMatchObject([
      { status: 'skipped', message: 'sg-worker does not exist: security-group/exists reports it' },
    ])
    expect(judged([group('sg-0aaaaaaa')], [aGroup(), aGroup({ name: 'b' })])).toMatchObject([{ status: 'skipped', subject: 'plan' }])
  })
})
