import {
  DescribeAddressesCommand,
  DescribeVpcAttributeCommand,
  type Subnet as Ec2Subnet,
  type Vpc as Ec2Vpc,
  paginateDescribeNetworkInterfaces,
  paginateDescribeRouteTables,
  paginateDescribeSubnets,
  paginateDescribeVpcs,
  type SubnetIpv6CidrBlockAssociation,
  SubnetState,
  type VpcIpv6CidrBlockAssociation,
  VpcState,
} from '@aws-sdk/client-ec2'
import { drawsNetworkInterfaces } from '../../catalog/quotas.ts'
import type { Subnet, Vpc } from '../../model/facts/network.ts'
import type { Facts } from '../../model/facts.ts'
import { isUnread } from '../../semantics/fact.ts'
import { plannedSubnetIds } from '../../semantics/plan/placement.ts'
import { cidr, count, field, flag, forms, matching, namesEach, oneOf, pages, readOrGap } from '../engine/answer.ts'
import type { Clients } from '../engine/clients.ts'
import { type Context, defineCollector } from '../engine/collect.ts'
import { GapError } from '../engine/gap.ts'
import { inVpc, plannedVpcId } from './planned-vpc.ts'
import { toRouteTable } from './route-table.ts'

/**
 * The plan's subnets. Asked by filter and not by id: one id that does not exist would otherwise hide all the others.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSubnets.html
 */
export const subnets = defineCollector({
  id: 'subnets',
  needs: [],
  actions: ['ec2:DescribeSubnets'],
  collect: async ({ plan, clients }: Context) => subnetsById(clients, plannedSubnetIds(plan)),
})

/** The subnets of the VPC's interface endpoints; those that the plan names too are not asked for again. */
export const endpointSubnets = defineCollector({
  id: 'endpointSubnets',
  needs: ['vpcEndpoints', 'subnets'],
  actions: ['ec2:DescribeSubnets'],
  collect: async ({ clients }: Context, get) => {
    const interfaces = (await get('vpcEndpoints')).filter(({ type }) => type === 'Interface')
    return furtherSubnets(
      clients,
      interfaces.flatMap(({ subnetIds }) => subnetIds),
      () => get('subnets'),
    )
  },
})

/** Subnets by id, null for those that this account cannot see. `planned` is asked only where there are ids, and has those of the plan. */
export const furtherSubnets = async (
  clients: Clients,
  ids: readonly string[],
  planned: () => Promise<Facts['subnets']>,
): Promise<Facts['subnets']> => {
  const distinct = [...new Set(ids)]
  if (distinct.length === 0) return {}
  const known = await planned()
  const others = await subnetsById(
    clients,
    distinct.filter((id) => !Object.hasOwn(known, id)),
  )
  return Object.fromEntries(distinct.map((id) => [id, known[id] ?? others[id] ?? null]))
}

const subnetsById = async (clients: Clients, ids: readonly string[]): Promise<Facts['subnets']> => {
  if (ids.length === 0) return {}
  const found = await pages(
    paginateDescribeSubnets({ client: clients.ec2 }, { Filters: [{ Name: 'subnet-id', Values: [...ids] }] }),
    'Subnets',
  )
  namesEach(found, 'SubnetId')
  const byId = new Map(found.map((subnet) => [subnet.SubnetId, readOrGap(() => toSubnet(subnet), 'ec2:DescribeSubnets')]))
  return Object.fromEntries(ids.map((id) => [id, byId.get(id) ?? null]))
}

const toSubnet = (subnet: Ec2Subnet): Subnet => ({
  subnetId: matching(subnet, 'SubnetId', forms.subnetId),
  vpcId: matching(subnet, 'VpcId', forms.vpcId),
  ...(subnet.OwnerId !== undefined && { ownerId: subnet.OwnerId }),
  state: oneOf(subnet, 'State', Object.values(SubnetState)),
  cidrBlock: subnet.CidrBlock ? cidr(subnet, 'CidrBlock') : null,
  availabilityZone: matching(subnet, 'AvailabilityZone', forms.zone),
  availabilityZoneId: matching(subnet, 'AvailabilityZoneId', forms.zoneId),
  availableIpAddressCount: count(subnet, 'AvailableIpAddressCount'),
  mapPublicIpOnLaunch: flag(subnet, 'MapPublicIpOnLaunch'),
  ipv6CidrBlocks: associatedBlocks(subnet.Ipv6CidrBlockAssociationSet),
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcs.html */
export const vpcs = defineCollector({
  id: 'vpcs',
  needs: [],
  actions: ['ec2:DescribeVpcs'],
  collect: async ({ clients }: Context) =>
    (await pages(paginateDescribeVpcs({ client: clients.ec2 }, {}), 'Vpcs')).map((vpc) => readOrGap(() => toVpc(vpc), 'ec2:DescribeVpcs')),
})

const toVpc = (vpc: Ec2Vpc): Vpc => {
  const associated = vpc.CidrBlockAssociationSet?.filter(({ CidrBlockState }) => CidrBlockState?.State === 'associated')
  const cidrBlocks = associated?.map((association) => cidr(association, 'CidrBlock')) ?? []
  return {
    vpcId: matching(vpc, 'VpcId', forms.vpcId),
    state: oneOf(vpc, 'State', Object.values(VpcState)),
    cidrBlocks: [...new Set([cidr(vpc, 'CidrBlock'), ...cidrBlocks])],
    ipv6CidrBlocks: associatedBlocks(vpc.Ipv6CidrBlockAssociationSet),
    isDefault: flag(vpc, 'IsDefault'),
    dhcpOptionsId: matching(vpc, 'DhcpOptionsId', /^(?:dopt-.|default$)/),
  }
}

/** IPv6 blocks in use: one that is being taken away, or failed, carries nothing. */
const associatedBlocks = (associations: readonly Ipv6Association[] = []): readonly string[] =>
  associations
    .filter(({ Ipv6CidrBlockState }) => Ipv6CidrBlockState?.State === 'associated')
    .map((association) => cidr(association, 'Ipv6CidrBlock'))

type Ipv6Association = Pick<VpcIpv6CidrBlockAssociation & SubnetIpv6CidrBlockAssociation, 'Ipv6CidrBlock' | 'Ipv6CidrBlockState'>

export const vpc = defineCollector({
  id: 'vpc',
  needs: ['vpcs', 'subnets'],
  actions: [],
  collect: async ({ plan }: Context, get) => {
    const vpcId = await plannedVpcId({ plan }, get)
    if (vpcId === null) return null
    const all = await get('vpcs')
    const found = all.flatMap((candidate) => (isUnread(candidate) ? [] : [candidate])).find((candidate) => candidate.vpcId === vpcId)
    const odd = all.find(isUnread)
    if (found === undefined && odd !== undefined) throw new GapError(odd.unread)
    if (found === undefined && plan.vpcId === null)
      throw new Error(`ec2:DescribeVpcs does not list ${vpcId}, which subnets of the plan are in`)
    return found ?? null
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcAttribute.html */
export const vpcDns = defineCollector({
  id: 'vpcDns',
  needs: ['subnets'],
  actions: ['ec2:DescribeVpcAttribute'],
  collect: async ({ plan, clients }: Context, get) => {
    const vpcId = await plannedVpcId({ plan }, get)
    if (vpcId === null) return null
    const attribute = (Attribute: 'enableDnsHostnames' | 'enableDnsSupport') =>
      clients.ec2.send(new DescribeVpcAttributeCommand({ VpcId: vpcId, Attribute }))
    try {
      const [hostnames, support] = await Promise.all([attribute('enableDnsHostnames'), attribute('enableDnsSupport')])
      return {
        vpcId,
        enableDnsHostnames: flag(field(hostnames, 'EnableDnsHostnames'), 'Value'),
        enableDnsSupport: flag(field(support, 'EnableDnsSupport'), 'Value'),
      }
    } catch (error) {
      if (isAbsentVpc(error)) return null
      throw error
    }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html */
const isAbsentVpc = (error: unknown): boolean => error instanceof Error && /^InvalidVpcI[Dd]\.(NotFound|Malformed)$/.test(error.name)

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRouteTables.html */
export const routeTables = defineCollector({
  id: 'routeTables',
  needs: ['subnets'],
  actions: ['ec2:DescribeRouteTables'],
  collect: async ({ plan, clients }: Context, get) => {
    const vpcId = await plannedVpcId({ plan }, get)
    if (vpcId === null) return []
    const found = await pages(paginateDescribeRouteTables({ client: clients.ec2 }, inVpc(vpcId)), 'RouteTables')
    return found.map(toRouteTable)
  },
})

export const vpcResources = defineCollector({
  id: 'vpcResources',
  needs: ['vpcs', 'subnets'],
  actions: ['ec2:DescribeSubnets', 'ec2:DescribeAddresses'],
  collect: async ({ plan, clients }: Context, get) => {
    const subnetsOf = async (): Promise<{ readonly vpcId: string; readonly count: number } | null> => {
      const vpcId = await plannedVpcId({ plan }, get)
      if (vpcId === null) return null
      const found = await pages(paginateDescribeSubnets({ client: clients.ec2 }, inVpc(vpcId)), 'Subnets')
      return { vpcId, count: found.length }
    }
    const [all, inPlan, addresses] = await Promise.all([get('vpcs'), subnetsOf(), clients.ec2.send(new DescribeAddressesCommand({}))])
    // A VPC that could not be read may be the plan's: it exists where subnets are in it.
    const exists = all.some((vpc) => (isUnread(vpc) ? (inPlan?.count ?? 0) > 0 : vpc.vpcId === inPlan?.vpcId))
    return {
      vpcs: all.length,
      subnetsInVpc: exists && inPlan !== null ? inPlan.count : null,
      elasticIps: field(addresses, 'Addresses').length,
    }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInterfaces.html */
export const networkInterfaceCount = defineCollector({
  id: 'networkInterfaceCount',
  needs: [],
  actions: ['ec2:DescribeNetworkInterfaces'],
  collect: async ({ plan, clients }: Context) => {
    if (!plan.instanceGroups.some((group) => drawsNetworkInterfaces(group, plan))) return null
    const found = await pages(paginateDescribeNetworkInterfaces({ client: clients.ec2, pageSize: 1_000 }, {}), 'NetworkInterfaces')
    return found.length
  },
})
