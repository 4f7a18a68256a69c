import {
  type VpcEndpoint as Ec2VpcEndpoint,
  State as EndpointState,
  paginateDescribeVpcEndpoints,
  type Tag,
  VpcEndpointType,
} from '@aws-sdk/client-ec2'
import type { Gap } from '../../model/fact.ts'
import type { VpcEndpoint } from '../../model/facts/network.ts'
import { field, flag, forms, matching, oneOf, pages, readOrGap } from '../engine/answer.ts'
import { type Context, defineCollector } from '../engine/collect.ts'
import { inVpc, plannedVpcId } from './planned-vpc.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpoints.html */
export const vpcEndpoints = defineCollector({
  id: 'vpcEndpoints',
  needs: ['subnets'],
  actions: ['ec2:DescribeVpcEndpoints'],
  collect: async ({ plan, clients }: Context, get) => {
    const vpcId = await plannedVpcId({ plan }, get)
    if (vpcId === null) return []
    const found = await pages(paginateDescribeVpcEndpoints({ client: clients.ec2 }, inVpc(vpcId)), 'VpcEndpoints')
    return found.map((endpoint) => {
      const read = readOrGap(() => toVpcEndpoint(endpoint), 'ec2:DescribeVpcEndpoints')
      return 'vpcEndpointId' in read ? read : unreadEndpoint(endpoint, read.unread)
    })
  },
})

const typesWithService: ReadonlySet<VpcEndpoint['type']> = new Set(['Gateway', 'Interface', 'GatewayLoadBalancer'])

const types = Object.values(VpcEndpointType)

const toVpcEndpoint = (endpoint: Ec2VpcEndpoint): VpcEndpoint => {
  const type = oneOf(endpoint, 'VpcEndpointType', types)
  return {
    vpcEndpointId: matching(endpoint, 'VpcEndpointId', /^vpce-./),
    type,
    serviceName: typesWithService.has(type)
      ? field(endpoint, 'ServiceName')
      : (endpoint.ServiceNetworkArn ?? endpoint.ResourceConfigurationArn ?? ''),
    state: stateOf(endpoint),
    routeTableIds: endpoint.RouteTableIds ?? [],
    subnetIds: endpoint.SubnetIds ?? [],
    securityGroupIds: (endpoint.Groups ?? []).map((group) => matching(group, 'GroupId', forms.securityGroupId)),
    privateDnsEnabled: type === 'Interface' ? flag(endpoint, 'PrivateDnsEnabled') : false,
    privateDnsOnlyForInboundResolverEndpoint: endpoint.DnsOptions?.PrivateDnsOnlyForInboundResolverEndpoint ?? false,
    ...(endpoint.Tags?.some(isFirewallTag) && { networkFirewall: true }),
    policyDocument: endpoint.PolicyDocument ?? null,
  }
}

/** https://docs.aws.amazon.com/network-firewall/latest/developerguide/firewall-creating.html */
const isFirewallTag = ({ Key, Value }: Tag): boolean => Key === 'AWSNetworkFirewallManaged' && Value === 'true'

/** AWS answers the states in several spellings. */
const stateOf = (endpoint: Ec2VpcEndpoint): string => {
  const state = field(endpoint, 'State').toLowerCase()
  return oneOf(
    { State: state },
    'State',
    Object.values(EndpointState).map((word) => word.toLowerCase()),
  )
}

/** One whose service is not known might be any: it cannot be told apart from what a way may depend on, and this throws. */
const unreadEndpoint = (endpoint: Ec2VpcEndpoint, unread: Gap): VpcEndpoint => ({
  vpcEndpointId: matching(endpoint, 'VpcEndpointId', /^vpce-./),
  type: types.find((type) => type === endpoint.VpcEndpointType) ?? 'Interface',
  serviceName: field(endpoint, 'ServiceName'),
  state: 'unread',
  routeTableIds: [],
  subnetIds: [],
  securityGroupIds: [],
  privateDnsEnabled: false,
  privateDnsOnlyForInboundResolverEndpoint: false,
  policyDocument: null,
  unread,
})
