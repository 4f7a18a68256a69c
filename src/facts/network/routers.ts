import {
  type TransitGatewayVpcAttachment as Ec2Attachment,
  type NetworkInterface as Ec2Interface,
  type TransitGatewayRoute as Ec2Route,
  paginateDescribeNetworkInterfaces,
  paginateDescribeTransitGatewayAttachments,
  paginateDescribeTransitGatewayVpcAttachments,
  paginateSearchTransitGatewayRoutes,
  TransitGatewayAttachmentState,
} from '@aws-sdk/client-ec2'
import type { RouteInterface, RouteTarget, TransitGatewayAttachment, TransitGatewayRoute } from '../../model/facts/network.ts'
import type { Facts } from '../../model/facts.ts'
import { readItems } from '../../semantics/fact.ts'
import { address, cidr, field, flag, forms, matching, namesEach, oneOf, pages, readOrGap } from '../engine/answer.ts'
import type { Clients } from '../engine/clients.ts'
import { type Context, defineCollector } from '../engine/collect.ts'
import { attemptEach } from '../engine/gap.ts'
import { furtherSubnets } from './network.ts'
import { inVpc, plannedVpcId } from './planned-vpc.ts'

/** What active routes of the VPC lead to. */
const targetsIn = (tables: Facts['routeTables']): readonly RouteTarget[] =>
  tables.flatMap(({ routes }) => routes.flatMap(({ state, target }) => (state === 'active' ? [target] : [])))

/**
 * Asked only where a route leads to a transit gateway.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeTransitGatewayVpcAttachments.html
 */
export const transitGatewayAttachments = defineCollector({
  id: 'transitGatewayAttachments',
  needs: ['subnets', 'routeTables'],
  actions: ['ec2:DescribeTransitGatewayVpcAttachments'],
  collect: async ({ plan, clients }: Context, get) => {
    const isUsed = targetsIn(await get('routeTables')).some(({ kind }) => kind === 'transit-gateway')
    const vpcId = isUsed ? await plannedVpcId({ plan }, get) : null
    if (vpcId === null) return []
    const found = await pages(
      paginateDescribeTransitGatewayVpcAttachments({ client: clients.ec2 }, inVpc(vpcId)),
      'TransitGatewayVpcAttachments',
    )
    return found.map(toAttachment)
  },
})

const toAttachment = (attachment: Ec2Attachment): TransitGatewayAttachment => ({
  attachmentId: matching(attachment, 'TransitGatewayAttachmentId', /^tgw-attach-./),
  transitGatewayId: matching(attachment, 'TransitGatewayId', /^tgw-./),
  state: oneOf(attachment, 'State', Object.values(TransitGatewayAttachmentState)),
  subnetIds: field(attachment, 'SubnetIds'),
})

/** The subnets of the attachments; those that the plan names too are not asked for again. */
export const transitSubnets = defineCollector({
  id: 'transitSubnets',
  needs: ['subnets', 'transitGatewayAttachments'],
  actions: ['ec2:DescribeSubnets'],
  collect: async ({ clients }: Context, get) => {
    const attachments = await get('transitGatewayAttachments')
    return furtherSubnets(
      clients,
      attachments.flatMap(({ subnetIds }) => subnetIds),
      () => get('subnets'),
    )
  },
})

/**
 * What transit gateways do with what comes in by the VPC. Only their owner is shown with which route table an attachment is associated.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeTransitGatewayAttachments.html
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SearchTransitGatewayRoutes.html
 */
export const transitGatewayRoutes = defineCollector({
  id: 'transitGatewayRoutes',
  needs: ['transitGatewayAttachments'],
  actions: ['ec2:DescribeTransitGatewayAttachments', 'ec2:SearchTransitGatewayRoutes'],
  collect: async ({ clients }: Context, get) => {
    const ids = (await get('transitGatewayAttachments')).map(({ attachmentId }) => attachmentId)
    if (ids.length === 0) return {}
    const found = await pages(
      paginateDescribeTransitGatewayAttachments(
        { client: clients.ec2 },
        { Filters: [{ Name: 'transit-gateway-attachment-id', Values: ids }] },
      ),
      'TransitGatewayAttachments',
    )
    const tables = new Map(
      found.map(({ TransitGatewayAttachmentId, Association }) => [
        TransitGatewayAttachmentId,
        Association?.State === 'associated' ? Association.TransitGatewayRouteTableId : undefined,
      ]),
    )
    return attemptEach(
      ids,
      async (id) => {
        const table = tables.get(id)
        return table === undefined ? null : await routesOf(table, clients)
      },
      'ec2:SearchTransitGatewayRoutes',
    )
  },
})

const routesOf = async (TransitGatewayRouteTableId: string, { ec2 }: Clients): Promise<readonly TransitGatewayRoute[]> => {
  const Filters = [{ Name: 'state', Values: ['active', 'blackhole'] }]
  const found = await pages(whole(paginateSearchTransitGatewayRoutes({ client: ec2 }, { TransitGatewayRouteTableId, Filters })), 'Routes')
  return found.map(toRoute)
}

/** Throws where AWS has more routes and does not say how to get them. */
async function* whole<P extends { readonly AdditionalRoutesAvailable?: boolean | undefined; readonly NextToken?: string | undefined }>(
  all: AsyncIterable<P>,
): AsyncIterable<P> {
  for await (const page of all) {
    if (page.AdditionalRoutesAvailable === true && !page.NextToken) throw new Error('the answer is cut and does not say how to go on')
    yield page
  }
}

const toRoute = (route: Ec2Route): TransitGatewayRoute => ({
  destination: cidr(route, 'DestinationCidrBlock'),
  state: oneOf(route, 'State', ['active', 'blackhole']),
})

/**
 * The interfaces of NAT instances and appliances. Asked by filter and not by id: one that this account cannot see would otherwise hide all
 * the others.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInterfaces.html
 */
export const routeInterfaces = defineCollector({
  id: 'routeInterfaces',
  needs: ['routeTables'],
  actions: ['ec2:DescribeNetworkInterfaces'],
  collect: async ({ clients }: Context, get) => {
    const ids = [...new Set(targetsIn(await get('routeTables')).flatMap(interfaceOf))]
    if (ids.length === 0) return {}
    const named = await interfacesBy('network-interface-id', ids, clients)
    const instances = [...new Set(readItems(named, Object.keys(named)).flatMap(({ instanceId }) => instanceId ?? []))]
    const others = instances.length === 0 ? {} : await interfacesBy('attachment.instance-id', instances, clients)
    return { ...Object.fromEntries(ids.map((id) => [id, null])), ...others, ...named }
  },
})

const interfaceOf = ({ kind, id, networkInterfaceId }: RouteTarget): readonly string[] =>
  kind === 'network-interface' ? [id] : networkInterfaceId === undefined ? [] : [networkInterfaceId]

const interfacesBy = async (Name: string, Values: readonly string[], { ec2 }: Clients): Promise<Facts['routeInterfaces']> => {
  const found = await pages(
    paginateDescribeNetworkInterfaces({ client: ec2 }, { Filters: [{ Name, Values: [...Values] }] }),
    'NetworkInterfaces',
  )
  namesEach(found, 'NetworkInterfaceId')
  return Object.fromEntries(
    found.map((item) => [item.NetworkInterfaceId, readOrGap(() => toRouteInterface(item), 'ec2:DescribeNetworkInterfaces')]),
  )
}

const toRouteInterface = (found: Ec2Interface): RouteInterface => ({
  networkInterfaceId: matching(found, 'NetworkInterfaceId', /^eni-./),
  vpcId: matching(found, 'VpcId', forms.vpcId),
  subnetId: matching(found, 'SubnetId', forms.subnetId),
  instanceId: found.Attachment?.InstanceId || null,
  sourceDestCheck: flag(found, 'SourceDestCheck'),
  publicIps: [
    ...new Set(
      [found.Association, ...(found.PrivateIpAddresses ?? []).map(({ Association }) => Association)].flatMap((association) =>
        association?.PublicIp ? [address(association, 'PublicIp')] : [],
      ),
    ),
  ],
})
