import { type Subnet as Ec2Subnet, paginateDescribeSubnets } from '@aws-sdk/client-ec2'
import type { Subnet } from '../model/facts.ts'
import { plannedSubnets } from '../semantics/placement.ts'
import { field, pages } from './answer.ts'
import { type Context, defineCollector } from './collect.ts'

/**
 * The plan's subnets. Asked by filter and not by id: one id that does not exist would otherwise hide all the others.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSubnets.html
 */
export const subnets = defineCollector({
  id: 'subnets',
  needs: [],
  actions: ['ec2:DescribeSubnets'],
  collect: async ({ plan, clients }: Context) => {
    const ids = plannedSubnets(plan).map(({ id }) => id)
    if (ids.length === 0) return {}
    const found = await pages(
      paginateDescribeSubnets({ client: clients.ec2 }, { Filters: [{ Name: 'subnet-id', Values: [...ids] }] }),
      (page) => page.Subnets,
    )
    const byId = new Map(found.map((subnet) => [subnet.SubnetId, toSubnet(subnet)]))
    return Object.fromEntries(ids.map((id) => [id, byId.get(id) ?? null]))
  },
})

const toSubnet = (subnet: Ec2Subnet): Subnet => ({
  subnetId: field(subnet, 'SubnetId'),
  vpcId: field(subnet, 'VpcId'),
  state: field(subnet, 'State'),
  cidrBlock: field(subnet, 'CidrBlock'),
  availabilityZone: field(subnet, 'AvailabilityZone'),
  availabilityZoneId: field(subnet, 'AvailabilityZoneId'),
  availableIpAddressCount: field(subnet, 'AvailableIpAddressCount'),
  mapPublicIpOnLaunch: field(subnet, 'MapPublicIpOnLaunch'),
})

export const vpcs = defineCollector({
  id: 'vpcs',
  needs: [],
  actions: ['ec2:DescribeVpcs'],
  collect: async () => {
    throw new Error('not written')
  },
})

export const vpc = defineCollector({
  id: 'vpc',
  needs: ['vpcs', 'subnets'],
  actions: [],
  collect: async () => {
    throw new Error('not written')
  },
})

export const vpcDns = defineCollector({
  id: 'vpcDns',
  needs: ['vpc'],
  actions: ['ec2:DescribeVpcAttribute'],
  collect: async () => {
    throw new Error('not written')
  },
})

export const routeTables = defineCollector({
  id: 'routeTables',
  needs: ['vpc'],
  actions: ['ec2:DescribeRouteTables'],
  collect: async () => {
    throw new Error('not written')
  },
})

export const vpcEndpoints = defineCollector({
  id: 'vpcEndpoints',
  needs: ['vpc'],
  actions: ['ec2:DescribeVpcEndpoints'],
  collect: async () => {
    throw new Error('not written')
  },
})

export const securityGroups = defineCollector({
  id: 'securityGroups',
  needs: [],
  actions: ['ec2:DescribeSecurityGroups'],
  collect: async () => {
    throw new Error('not written')
  },
})

export const vpcResources = defineCollector({
  id: 'vpcResources',
  needs: ['vpcs', 'vpc'],
  actions: ['ec2:DescribeSubnets', 'ec2:DescribeAddresses'],
  collect: async () => {
    throw new Error('not written')
  },
})
