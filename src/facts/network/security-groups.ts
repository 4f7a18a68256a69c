import { type SecurityGroup as Ec2SecurityGroup, type IpPermission, paginateDescribeSecurityGroups } from '@aws-sdk/client-ec2'
import type { SecurityGroup, SecurityGroupPermission } from '../../model/facts/network.ts'
import type { Facts } from '../../model/facts.ts'
import { plannedSecurityGroupIds } from '../../semantics/plan/placement.ts'
import { cidr, count, field, forms, matching, namesEach, pages, readOrGap } from '../engine/answer.ts'
import type { Clients } from '../engine/clients.ts'
import { type Context, defineCollector } from '../engine/collect.ts'
import { highestPort, isProtocolNumber } from './ports.ts'

/**
 * The plan's security groups. Asked by filter and not by id, as the subnets are.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroups.html
 */
export const securityGroups = defineCollector({
  id: 'securityGroups',
  needs: [],
  actions: ['ec2:DescribeSecurityGroups'],
  collect: async ({ plan, clients }: Context) => securityGroupsById(clients, plannedSecurityGroupIds(plan)),
})

/** The groups of the VPC's interface endpoints; those that the plan names too are not asked for again. */
export const endpointSecurityGroups = defineCollector({
  id: 'endpointSecurityGroups',
  needs: ['vpcEndpoints', 'securityGroups'],
  actions: ['ec2:DescribeSecurityGroups'],
  collect: async ({ clients }: Context, get) => {
    const endpoints = await get('vpcEndpoints')
    const ids = endpoints.flatMap(({ securityGroupIds }) => securityGroupIds)
    return furtherSecurityGroups(clients, ids, () => get('securityGroups'))
  },
})

/**
 * Security groups by id, null for those that this account cannot see. `planned` is asked only where there are ids; the groups that it
 * has are not asked for again.
 */
export const furtherSecurityGroups = async (
  clients: Clients,
  ids: readonly string[],
  planned: () => Promise<Facts['securityGroups']>,
): Promise<Facts['securityGroups']> => {
  const distinct = [...new Set(ids)]
  if (distinct.length === 0) return {}
  const known = await planned()
  const others = await securityGroupsById(
    clients,
    distinct.filter((id) => !Object.hasOwn(known, id)),
  )
  return Object.fromEntries(distinct.map((id) => [id, known[id] ?? others[id] ?? null]))
}

/** Security groups by id, null for those that this account cannot see; no call where none is asked for. */
const securityGroupsById = async (clients: Clients, ids: readonly string[]): Promise<Facts['securityGroups']> => {
  if (ids.length === 0) return {}
  const found = await pages(
    paginateDescribeSecurityGroups({ client: clients.ec2 }, { Filters: [{ Name: 'group-id', Values: [...ids] }] }),
    'SecurityGroups',
  )
  namesEach(found, 'GroupId')
  const byId = new Map(found.map((group) => [group.GroupId, readOrGap(() => toSecurityGroup(group), 'ec2:DescribeSecurityGroups')]))
  return Object.fromEntries(ids.map((id) => [id, byId.get(id) ?? null]))
}

const toSecurityGroup = (group: Ec2SecurityGroup): SecurityGroup => ({
  securityGroupId: matching(group, 'GroupId', forms.securityGroupId),
  name: group.GroupName ?? matching(group, 'GroupId', forms.securityGroupId),
  vpcId: matching(group, 'VpcId', forms.vpcId),
  ingress: (group.IpPermissions ?? []).map(toPermission),
  egress: (group.IpPermissionsEgress ?? []).map(toPermission),
})

/** Protocols that EC2 names; it numbers the others. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html */
const protocolNames: ReadonlySet<string> = new Set(['tcp', 'udp', 'icmp', 'icmpv6'])

/** An end of the ports; -1 leaves them open at that end. */
const port = (permission: IpPermission, name: 'FromPort' | 'ToPort', open: number): number => {
  const value = count(permission, name, -1, highestPort)
  return value === -1 ? open : value
}

/** Protocols whose FromPort and ToPort are ports; ICMP keeps its type and code there. */
const protocolsWithPorts: ReadonlySet<string> = new Set(['tcp', 'udp', '6', '17'])

const toPermission = (permission: IpPermission): SecurityGroupPermission => {
  const protocol = field(permission, 'IpProtocol')
  if (!protocolNames.has(protocol) && !isProtocolNumber(protocol))
    throw new Error(`IpProtocol of the answer is ${protocol}, which is not known here`)
  const ports = protocolsWithPorts.has(protocol)
  return {
    protocol,
    fromPort: ports ? port(permission, 'FromPort', 0) : null,
    toPort: ports ? port(permission, 'ToPort', highestPort) : null,
    ipv4Ranges: (permission.IpRanges ?? []).map((range) => cidr(range, 'CidrIp')),
    ipv6Ranges: (permission.Ipv6Ranges ?? []).map((range) => cidr(range, 'CidrIpv6')),
    prefixListIds: (permission.PrefixListIds ?? []).map((list) => matching(list, 'PrefixListId', /^pl-./)),
    securityGroupIds: (permission.UserIdGroupPairs ?? []).map((pair) => matching(pair, 'GroupId', forms.securityGroupId)),
  }
}
