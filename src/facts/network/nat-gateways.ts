import { type NatGateway as Ec2NatGateway, paginateDescribeNatGateways } from '@aws-sdk/client-ec2'
import type { NatGateway } from '../../model/facts/network.ts'
import { field, oneOf, pages } from '../engine/answer.ts'
import { type Context, defineCollector } from '../engine/collect.ts'
import { inVpc, plannedVpcId } from './planned-vpc.ts'

/**
 * The NAT gateways of the plan's VPC. AWS lists deleted ones for about an hour: they are kept, since a route may still name them.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNatGateways.html
 */
export const natGateways = defineCollector({
  id: 'natGateways',
  needs: ['subnets'],
  actions: ['ec2:DescribeNatGateways'],
  collect: async ({ plan, clients }: Context, get) => {
    const vpcId = await plannedVpcId({ plan }, get)
    if (vpcId === null) return []
    // This call alone names its filters in the singular.
    const input = { Filter: inVpc(vpcId).Filters }
    const found = await pages(paginateDescribeNatGateways({ client: clients.ec2 }, input), 'NatGateways')
    return found.map(toNatGateway)
  },
})

const toNatGateway = (gateway: Ec2NatGateway): NatGateway => ({
  natGatewayId: field(gateway, 'NatGatewayId'),
  vpcId: field(gateway, 'VpcId'),
  subnetId: gateway.AvailabilityMode === 'regional' ? null : field(gateway, 'SubnetId'),
  state: field(gateway, 'State'),
  // Gateways were public before there was a choice.
  connectivityType: gateway.ConnectivityType === undefined ? 'public' : oneOf(gateway, 'ConnectivityType', ['public', 'private']),
  publicIps: (gateway.NatGatewayAddresses ?? []).flatMap(({ PublicIp }) => PublicIp ?? []),
})
