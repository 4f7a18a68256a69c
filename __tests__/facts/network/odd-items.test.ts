import { describe, expect, test } from '@jest/globals'
import { attempt } from '../../../src/facts/engine/gap.ts'
import { routeTables, subnets, vpc, vpcResources, vpcs } from '../../../src/facts/network/network.ts'
import { securityGroups } from '../../../src/facts/network/security-groups.ts'
import type { Vpc } from '../../../src/model/facts/network.ts'
import type { Facts } from '../../../src/model/facts.ts'
import type { Plan } from '../../../src/model/plan.ts'
import { network as eksNetwork } from '../../../src/rules/eks/network.ts'
import { subnetCapacity } from '../../../src/rules/network/subnet-capacity.ts'
import { subnets as subnetsRule } from '../../../src/rules/network/subnets.ts'
import { subnetsPrivate } from '../../../src/rules/network/subnets-private.ts'
import { typeOffered } from '../../../src/rules/network/type-offered.ts'
import { zones } from '../../../src/rules/network/zones.ts'
import { betweenGroups } from '../../../src/rules/security-group/between-groups.ts'
import { exists } from '../../../src/rules/security-group/exists.ts'
import { selfIngress } from '../../../src/rules/security-group/self-ingress.ts'
import { worldOpen } from '../../../src/rules/security-group/world-open.ts'
import { readItem } from '../../../src/semantics/fact.ts'
import {
  aGroup,
  anEksCluster,
  anEksPlan,
  anInstanceType,
  aPlan,
  aSecurityGroup,
  aSubnet,
  aVpc,
  findingsOf,
  known,
  statuses,
} from '../../builders.ts'
import { useLoopbackService } from '../loopback-service.ts'
import { subnetMembers } from './subnet-members.ts'

const service = useLoopbackService()

/** An item as EC2 answers it; null leaves a member out. */
const item = (members: Readonly<Record<string, string | null>>, changes: Readonly<Record<string, string | null>> = {}): string => {
  const all = Object.entries({ ...members, ...changes })
  return `<item>${all.map(([name, value]) => (value === null ? '' : `<${name}>${value}</${name}>`)).join('')}</item>`
}
const unread = (action: string, name: string) => ({
  unread: { reason: 'unexpected', action, message: expect.stringContaining(`the answer has no ${name}`) },
})

const [odd, sound] = ['subnet-0aaaaaaa', 'subnet-0bbbbbbb']

const oddSubnet = { subnetId: odd, ...subnetMembers }

const learnSubnets = async (without: string, plan: Plan = aPlan()): Promise<Facts['subnets']> => {
  const items = [item(oddSubnet, { [without]: null }), item(oddSubnet, { subnetId: sound })]
  service.current().ec2 = () => `<DescribeSubnetsResponse><subnetSet>${items.join('')}</subnetSet></DescribeSubnetsResponse>`
  const learned = await attempt(() => subnets.collect(service.context(plan), () => Promise.reject(new Error('builds on no fact'))))
  if (!learned.ok) throw new Error(learned.gap.message)
  return learned.value
}

describe('a subnet that cannot be read', () => {
  test.each([
    ['vpcId', 'VpcId'],
    ['state', 'State'],
    ['availabilityZone', 'AvailabilityZone'],
    ['availabilityZoneId', 'AvailabilityZoneId'],
    ['availableIpAddressCount', 'AvailableIpAddressCount'],
    ['mapPublicIpOnLaunch', 'MapPublicIpOnLaunch'],
  ])('without %s it is a gap of its own', async (member, name) => {
    const learned = await learnSubnets(member)
    expect(learned).toEqual({ [odd]: unread('ec2:DescribeSubnets', name), [sound]: aSubnet({ subnetId: sound }) })
    expect(statuses(findingsOf(subnetsRule, aPlan(), { subnets: learned }))).toEqual([`unknown ${odd}`, `pass ${sound}`])
  })

  test('one without its id could be any: nothing is known of those that are not there', async () => {
    await expect(learnSubnets('subnetId')).rejects.toThrow('the answer has no SubnetId')
  })

  test('where the plan names no VPC, it is the first one that could be read whose VPC counts', async () => {
    const plan = aPlan({ vpcId: null })
    const given = { subnets: await learnSubnets('state', plan) }
    expect(statuses(findingsOf(subnetsRule, plan, given))).toEqual([`unknown ${odd}`, `pass ${sound}`])
  })

  test('no rule takes it for one that is absent, or that has room', async () => {
    const given = {
      subnets: await learnSubnets('availableIpAddressCount'),
      instanceTypes: { 'ml.p5.48xlarge': anInstanceType() },
      instanceTypeOfferings: { 'ml.p5.48xlarge': ['usw2-az1'] },
      eksCluster: anEksCluster(),
    }
    const plan = aPlan({ instanceGroups: [aGroup({ instanceTypes: ['ml.p5.48xlarge'] })] })
    const [oddly, other] = findingsOf(subnetCapacity, plan, given)
    expect(oddly).toMatchObject({ subject: odd, status: 'unknown' })
    expect(other).toMatchObject({ subject: sound, status: 'pass' })
    expect(statuses(findingsOf(typeOffered, plan, given))).toEqual([`unknown ${plan.instanceGroups[0]?.name}`])
    expect(statuses(findingsOf(zones, plan, given))).toEqual(['unknown subnets'])
    expect(statuses(findingsOf(eksNetwork, anEksPlan(), given))).toEqual([`unknown ${odd}`, `pass ${sound}`])
  })

  test('a group with a choice may land in it: the other subnet is not overfull for certain', async () => {
    const override = { subnetIds: [odd, sound], securityGroupIds: ['sg-0aaaaaaa'], location: null }
    const group = aGroup({ instanceTypes: ['ml.p5.48xlarge'], instanceCount: 1000, overrideVpcConfig: override })
    const given = { subnets: await learnSubnets('state'), instanceTypes: { 'ml.p5.48xlarge': anInstanceType() } }
    const [oddly, other] = findingsOf(subnetCapacity, aPlan({ instanceGroups: [group] }), given)
    expect(oddly).toMatchObject({ subject: odd, status: 'unknown' })
    expect(other).toMatchObject({ subject: sound, status: 'fail', severity: 'warning' })
  })
})

const groupPlan = (...ids: readonly string[]): Plan =>
  aPlan({ vpcConfig: { subnetIds: [odd], securityGroupIds: ids, location: null }, instanceGroups: [aGroup()] })

const selfRule = (id: string): string =>
  `<item><ipProtocol>-1</ipProtocol><groups><item><groupId>${id}</groupId></item></groups><ipRanges/></item>`

const groupItem = (id: string, changes: Readonly<Record<string, string | null>>): string =>
  item(
    { groupId: id, groupName: 'hyperpod', vpcId: 'vpc-0a1b2c3d', ipPermissions: selfRule(id), ipPermissionsEgress: selfRule(id) },
    changes,
  )

const learnGroups = async (changes: Readonly<Record<string, string | null>>, plan: Plan): Promise<Facts['securityGroups']> => {
  const items = [groupItem('sg-0aaaaaaa', changes), groupItem('sg-0bbbbbbb', {})]
  service.current().ec2 = () =>
    `<DescribeSecurityGroupsResponse><securityGroupInfo>${items.join('')}</securityGroupInfo></DescribeSecurityGroupsResponse>`
  const learned = await attempt(() => securityGroups.collect(service.context(plan), () => Promise.reject(new Error('builds on no fact'))))
  if (!learned.ok) throw new Error(learned.gap.message)
  return learned.value
}

describe('a security group that cannot be read', () => {
  test.each<[string, Readonly<Record<string, string | null>>, string]>([
    ['no VPC', { vpcId: null }, 'VpcId'],
    ['a rule without a protocol', { ipPermissions: '<item><ipRanges/></item>' }, 'IpProtocol'],
    ['a rule for TCP without ports', { ipPermissionsEgress: '<item><ipProtocol>tcp</ipProtocol></item>' }, 'FromPort'],
  ])('with %s it is a gap of its own, and the other is judged', async (_, changes, name) => {
    const plan = groupPlan('sg-0aaaaaaa', 'sg-0bbbbbbb')
    const given = { securityGroups: await learnGroups(changes, plan), vpc: aVpc(), prefixLists: {} }
    expect(given.securityGroups).toMatchObject({ 'sg-0aaaaaaa': unread('ec2:DescribeSecurityGroups', name) })
    expect(readItem(given.securityGroups, 'sg-0bbbbbbb')).toMatchObject({ ok: true, value: { securityGroupId: 'sg-0bbbbbbb' } })
    for (const rule of [exists, worldOpen]) {
      expect(statuses(findingsOf(rule, plan, given))).toEqual(['unknown sg-0aaaaaaa', 'pass sg-0bbbbbbb'])
    }
  })

  test('nodes that carry it and another are judged by the other where that is enough, and are unknown where it is not', async () => {
    const plan = groupPlan('sg-0aaaaaaa', 'sg-0bbbbbbb')
    const facts = await learnGroups({ vpcId: null }, plan)
    const common = { subnets: { [odd]: aSubnet() }, prefixLists: {}, instanceTypes: {} }
    expect(findingsOf(selfIngress, plan, { ...common, securityGroups: facts })).toMatchObject([{ status: 'pass' }])
    const bare = { ...facts, 'sg-0bbbbbbb': aSecurityGroup({ securityGroupId: 'sg-0bbbbbbb', ingress: [] }) }
    expect(findingsOf(selfIngress, plan, { ...common, securityGroups: bare })).toMatchObject([{ status: 'unknown' }])
  })

  test('nodes that carry nothing else are unknown, and are not said to carry what does not exist', async () => {
    const override = { subnetIds: [odd], securityGroupIds: ['sg-0bbbbbbb'], location: null }
    const plan = { ...groupPlan('sg-0aaaaaaa'), instanceGroups: [aGroup(), aGroup({ name: 'other', overrideVpcConfig: override })] }
    const given = {
      securityGroups: await learnGroups({ vpcId: null }, plan),
      subnets: { [odd]: aSubnet() },
      prefixLists: {},
      instanceTypes: {},
    }
    expect(statuses(findingsOf(selfIngress, plan, given))).toEqual(['unknown sg-0aaaaaaa', 'pass sg-0bbbbbbb'])
    expect(findingsOf(betweenGroups, plan, given)).toMatchObject([{ status: 'unknown' }])
  })

  test('one without a name goes by its id', async () => {
    const facts = await learnGroups({ groupName: null }, groupPlan('sg-0aaaaaaa'))
    expect(readItem(facts, 'sg-0aaaaaaa')).toMatchObject({ ok: true, value: { name: 'sg-0aaaaaaa' } })
  })
})

describe('a VPC that cannot be read', () => {
  const vpcItem = (vpcId: string, changes: Readonly<Record<string, string | null>> = {}): string =>
    item({ vpcId, state: 'available', cidrBlock: '10.0.0.0/16', isDefault: 'false', dhcpOptionsId: 'dopt-0aaaaaaa' }, changes)
  const learn = async (...items: readonly string[]): Promise<Facts['vpcs']> => {
    service.current().ec2 = (form) =>
      form.get('Action') === 'DescribeVpcs'
        ? `<DescribeVpcsResponse><vpcSet>${items.join('')}</vpcSet></DescribeVpcsResponse>`
        : form.get('Action') === 'DescribeAddresses'
          ? '<DescribeAddressesResponse><addressesSet/></DescribeAddressesResponse>'
          : `<DescribeSubnetsResponse><subnetSet>${item(oddSubnet)}</subnetSet></DescribeSubnetsResponse>`
    return vpcs.collect(service.context(), () => Promise.reject(new Error('builds on no fact')))
  }
  const given = (all: Facts['vpcs']) => {
    const facts: Pick<Facts, 'vpcs' | 'subnets'> = { vpcs: all, subnets: { [odd]: aSubnet() } }
    return <K extends 'vpcs' | 'subnets'>(id: K): Promise<Facts[K]> => Promise.resolve<Facts[K]>(facts[id])
  }

  test('one that is not of the plan hides nothing, and counts', async () => {
    const all = await learn(vpcItem('vpc-0f0f0f0f', { isDefault: null }), vpcItem('vpc-0a1b2c3d'))
    expect(await attempt(() => vpc.collect(service.context(), given(all)))).toEqual(known<Vpc>(aVpc()))
    expect(await vpcResources.collect(service.context(), given(all))).toMatchObject({ vpcs: 2, subnetsInVpc: 1 })
  })

  test('that of the plan is not known, and not absent', async () => {
    const all = await learn(vpcItem('vpc-0f0f0f0f'), vpcItem('vpc-0a1b2c3d', { dhcpOptionsId: 'options' }))
    expect(await attempt(() => vpc.collect(service.context(), given(all)))).toMatchObject({
      ok: false,
      gap: { action: 'ec2:DescribeVpcs' },
    })
    expect(await vpcResources.collect(service.context(), given(all))).toMatchObject({ vpcs: 2, subnetsInVpc: 1 })
  })

  test('a plan whose only subnets cannot be read has a VPC that is not known', async () => {
    const plan = aPlan({ vpcId: null })
    const gap = { reason: 'unexpected', action: 'ec2:DescribeSubnets', message: 'unread' } as const
    const get = <K extends 'vpcs' | 'subnets'>(id: K): Promise<Facts[K]> => {
      const facts: Pick<Facts, 'vpcs' | 'subnets'> = { vpcs: [aVpc()], subnets: { [odd]: { unread: gap }, [sound]: null } }
      return Promise.resolve(facts[id])
    }
    expect(await attempt(() => vpc.collect(service.context(plan), get))).toEqual({ ok: false, gap })
  })
})

describe('a route table of which a route cannot be read', () => {
  const association = (subnetId: string): string =>
    `<associationSet><item><subnetId>${subnetId}</subnetId><associationState><state>associated</state></associationState></item></associationSet>`
  const table = (id: string, subnetId: string, route: string): string =>
    `<item><routeTableId>${id}</routeTableId><vpcId>vpc-0a1b2c3d</vpcId>${association(subnetId)}<routeSet>${route}</routeSet></item>`
  const local = '<item><destinationCidrBlock>10.0.0.0/16</destinationCidrBlock><gatewayId>local</gatewayId><state>active</state></item>'

  test.each([
    ['no destination', '<item><gatewayId>igw-0aaaaaaa</gatewayId><state>active</state></item>'],
    [
      'a state that is not known here',
      '<item><destinationCidrBlock>0.0.0.0/0</destinationCidrBlock><gatewayId>igw-1</gatewayId><state>odd</state></item>',
    ],
  ])('with %s: its subnets are not known, and those of others are', async (_, route) => {
    const tables = [table('rtb-0aaaaaaa', odd, local + route), table('rtb-0bbbbbbb', sound, local)]
    service.current().ec2 = () =>
      `<DescribeRouteTablesResponse><routeTableSet>${tables.join('')}</routeTableSet></DescribeRouteTablesResponse>`
    const learned = await attempt(() => routeTables.collect(service.context(), () => Promise.resolve({})))
    const given = { subnets: { [odd]: aSubnet(), [sound]: aSubnet({ subnetId: sound }) }, routeTables: learned, prefixLists: {} }
    const [first, second] = findingsOf(subnetsPrivate, aPlan(), given)
    expect(first).toMatchObject({ subject: odd, status: 'unknown', gap: { action: 'ec2:DescribeRouteTables' } })
    expect(second).toMatchObject({ subject: sound, status: 'pass' })
  })
})
