import { type NatGateway as Ec2NatGateway, NatGatewayState, paginateDescribeNatGateways } from '@aws-sdk/client-ec2'
import type { Gap } from '../../model/fact.ts'
import type { NatGateway } from '../../model/facts/network.ts'
import { address, forms, matching, namesEach, oneOf, pages, readOrGap } from '../engine/answer.ts'
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
    namesEach(found, 'NatGatewayId')
    return found.map((gateway) => {
      const read = readOrGap(() => toNatGateway(gateway), 'ec2:DescribeNatGateways')
      return 'natGatewayId' in read ? read : unreadGateway(matching(gateway, 'NatGatewayId', /^nat-./), vpcId, read.unread)
    })
  },
})

const toNatGateway = (gateway: Ec2NatGateway): NatGateway => ({
  natGatewayId: matching(gateway, 'NatGatewayId', /^nat-./),
  vpcId: matching(gateway, 'VpcId', forms.vpcId),
  subnetId: gateway.AvailabilityMode === 'regional' ? null : matching(gateway, 'SubnetId', forms.subnetId),
  state: oneOf(gateway, 'State', Object.values(NatGatewayState)),
  // Gateways were public before there was a choice.
  connectivityType: gateway.ConnectivityType === undefined ? 'public' : oneOf(gateway, 'ConnectivityType', ['public', 'private']),
  publicIps: (gateway.NatGatewayAddresses ?? []).filter(({ PublicIp }) => PublicIp).map((item) => address(item, 'PublicIp')),
})

const unreadGateway = (natGatewayId: string, vpcId: string, unread: Gap): NatGateway => ({
  ...{ natGatewayId, vpcId, subnetId: null, state: 'unread', connectivityType: 'public', publicIps: [], unread },
})
