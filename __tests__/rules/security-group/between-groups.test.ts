import { describe, expect, test } from '@jest/globals'
import type { SecurityGroup } from '../../../src/model/facts/network.ts'
import type { Location } from '../../../src/model/plan.ts'
import { betweenGroups as rule } from '../../../src/rules/security-group/between-groups.ts'
import { aGroup, aPermission, aPlan, aSecurityGroup, aSubnet, denied, findingsOf } from '../../builders.ts'

const locations: Readonly<Record<string, Location>> = {
  controller: { path: 'cluster.json', line: 8, column: 7 },
  worker: { path: 'cluster.json', line: 16, column: 7 },
}
const placed = (name: string, ...securityGroupIds: readonly string[]) =>
  aGroup({ name, overrideVpcConfig: { subnetIds: ['subnet-0aaaaaaa'], securityGroupIds, location: locations[name] ?? null } })
const controller = placed('controller', 'sg-controller')
const worker = placed('worker', 'sg-worker')
const ofBoth = { rule: 'security-group/between-groups', severity: 'warning', subject: 'sg-controller and sg-worker' }
const egress = (group: string, to: string) => authorize('egress', group, to)
const ingress = (group: string, from: string) => authorize('ingress', group, from)
const authorize = (side: string, group: string, other: string) =>
  `aws ec2 authorize-security-group-${side} --region us-west-2 --group-id ${group} --ip-permissions 'IpProtocol=-1,UserIdGroupPairs=[{GroupId=${other}}]'`
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
    expect(judged([withEach('sg-worker', 'sg-controller'), withEach('sg-controller', 'sg-worker')])).toEqual([
      {
        ...ofBoth,
        status: 'pass',
        message: 'the nodes of controller and the nodes of worker may open all traffic to each other',
        location: locations.worker,
      },
    ])
  })

  test('the self rules of both are not enough', () => {
    expect(judged([group('sg-controller'), group('sg-worker')])).toEqual([
      {
        ...ofBoth,
        status: 'fail',
        message:
          'the nodes of controller cannot open all traffic to the nodes of worker: sg-worker does not let all traffic in from sg-controller; ' +
          'the nodes of worker cannot open all traffic to the nodes of controller: sg-controller does not let all traffic in from sg-worker',
        fix: {
          text: 'Give all nodes one security group in common that allows all traffic from and to itself; or let sg-controller and sg-worker allow all traffic from and to each other.',
          commands: [ingress('sg-worker', 'sg-controller'), ingress('sg-controller', 'sg-worker')],
        },
        location: locations.worker,
      },
    ])
  })

  test('one way only, and closed on both sides of it', () => {
    const shut = group('sg-controller', { ingress: [aPermission({ securityGroupIds: ['sg-worker'] })], egress: [] })
    expect(judged([shut, group('sg-worker')])).toMatchObject([
      {
        status: 'fail',
        message:
          'the nodes of controller cannot open all traffic to the nodes of worker: sg-controller does not let all traffic out to sg-worker and sg-worker does not let all traffic in from sg-controller',
        fix: { commands: [egress('sg-controller', 'sg-worker'), ingress('sg-worker', 'sg-controller')] },
      },
    ])
  })

  test('nodes of several groups: all are named, and the first of each side gets the rule', () => {
    const shut = { ingress: [], egress: [aPermission({ ipv4Ranges: ['0.0.0.0/0'] })] }
    const groups = ['sg-1', 'sg-2', 'sg-3', 'sg-4'].map((id) => group(id, id < 'sg-3' ? {} : shut))
    const open = group('sg-1', { ingress: [aPermission({ securityGroupIds: ['sg-4'] })] })
    expect(judged([open, ...groups.slice(1)], [placed('controller', 'sg-1', 'sg-2'), placed('worker', 'sg-3', 'sg-4')])).toMatchObject([
      {
        status: 'fail',
        subject: 'sg-1, sg-2 and sg-3, sg-4',
        message:
          'the nodes of controller cannot open all traffic to the nodes of worker: sg-3, sg-4 does not let all traffic in from sg-1, sg-2',
        fix: { commands: [ingress('sg-3', 'sg-1')] },
      },
    ])
  })

  test('the place is that of the second, else that of the first', () => {
    const places = (...instanceGroups: readonly ReturnType<typeof placed>[]) =>
      judged([group('sg-controller'), group('sg-worker'), group('sg-login')], [...instanceGroups]).map(({ location }) => location)
    const login = placed('login', 'sg-login')
    expect(places(controller, worker)).toEqual([locations.worker])
    expect(places(controller, login)).toEqual([locations.controller])
    expect(places(login, worker)).toEqual([locations.worker])
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
      { ...ofBoth, status: 'unknown', gap: { action: 'ec2:DescribeSubnets' }, location: locations.worker },
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
    expect(judged([group('sg-controller', listed), withEach('sg-controller', 'sg-worker')], undefined, refused)).toMatchObject([
      { status: 'unknown', gap: { action: 'ec2:DescribeManagedPrefixLists' } },
    ])
  })

  test('absent groups are skipped, and so is a plan whose nodes all carry the same', () => {
    expect(judged([group('sg-controller')])).toEqual([
      {
        ...ofBoth,
        status: 'skipped',
        message: 'sg-worker does not exist: security-group/exists reports it',
        location: locations.worker,
      },
    ])
    expect(judged([])).toMatchObject([{ message: 'sg-controller, sg-worker does not exist: security-group/exists reports it' }])
    expect(judged([group('sg-0aaaaaaa')], [aGroup(), aGroup({ name: 'b' })])).toMatchObject([{ status: 'skipped', subject: 'plan' }])
  })
})
