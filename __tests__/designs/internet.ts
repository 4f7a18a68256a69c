import type { Route, RouteTable } from '../../src/model/facts/network.ts'
import type { Plan } from '../../src/model/plan.ts'
import { aNatGateway, aRoute, aRouteTable, aSecurityGroup, type Given } from '../builders.ts'
import { eks, eksPlan, nodeGroup, privateTable, publicTable, routed, s3Gateway, slurmPlan, toNat, toS3 } from './account.ts'
import type { Design } from './design.ts'

/** Ways out through NAT gateways and through what is behind other networks. */

const through = (kind: Route['target']['kind'], id: string, changes: Partial<Route> = {}): Route =>
  aRoute({ target: { kind, id }, ...changes })
const trusting = (id: string, plan: Plan = eksPlan()): Plan => ({
  ...plan,
  trustedTargets: [{ id, reason: 'egress VPC', owner: 'network team' }],
})

const natA = aNatGateway({ subnetId: 'subnet-0public0' })
const natB = aNatGateway({ natGatewayId: 'nat-0bbbbbbb', subnetId: 'subnet-0public0', publicIps: ['203.0.113.20'] })
/** A route table for the subnet of each zone, each with a NAT gateway of its own. */
const perZoneTables = (ofGateways: RouteTable, ...routes: Route[]): readonly RouteTable[] => [
  ofGateways,
  privateTable([...routes, toNat], { subnetIds: ['subnet-0aaaaaaa'] }),
  privateTable([...routes, through('nat-gateway', 'nat-0bbbbbbb')], { routeTableId: 'rtb-0zoneb00', subnetIds: ['subnet-0bbbbbbb'] }),
]
const perZone = (...routes: Route[]): Given => ({
  natGateways: [natA, natB],
  routeTables: perZoneTables(publicTable, ...routes),
  vpcEndpoints: routes.length > 0 ? [{ ...s3Gateway, routeTableIds: ['rtb-0private', 'rtb-0zoneb00'] }] : [],
})
const failedB: Given = { natGateways: [natA, { ...natB, state: 'failed' }] }
const failedNat: Given = { natGateways: [aNatGateway({ subnetId: 'subnet-0public0', state: 'failed' })] }
const shutPublicSubnet: Given = {
  routeTables: [{ ...publicTable, routes: publicTable.routes.slice(0, 1) }, privateTable([toS3, toNat])],
}

const publicApi = (...publicAccessCidrs: readonly string[]): Given => ({
  eksCluster: { ...eks, endpointPrivateAccess: false, endpointPublicAccess: true, publicAccessCidrs },
})

export const internet: readonly Design[] = [
  {
    name: 'Slurm with a NAT gateway in each zone and no gateway endpoint',
    plan: slurmPlan(),
    given: perZone(),
    without: [
      { part: 'the NAT gateway of one zone', given: failedB, against: ['fail network/s3-route'] },
      {
        part: 'the route of one zone',
        given: { routeTables: [publicTable, privateTable([toNat], { subnetIds: ['subnet-0aaaaaaa'] }), aRouteTable()] },
        against: ['fail network/s3-route'],
      },
      {
        part: 'any outbound rule but to itself',
        given: { securityGroups: { 'sg-0aaaaaaa': selfOnly() } },
        against: ['fail security-group/egress-open'],
      },
    ],
  },
  {
    name: 'EKS with a NAT gateway in each zone and the gateway endpoint of S3',
    plan: eksPlan(),
    given: perZone(toS3),
    without: [
      { part: 'the NAT gateway of one zone', given: failedB, against: ['fail network/egress'] },
      {
        part: 'the way on from the NAT gateways',
        given: { routeTables: perZoneTables({ ...publicTable, routes: publicTable.routes.slice(0, 1) }, toS3) },
        against: ['fail network/egress'],
      },
    ],
  },
  {
    name: 'EKS with one NAT gateway',
    plan: eksPlan(),
    given: {},
    without: [
      { part: 'the way on of its subnet', given: shutPublicSubnet, against: ['fail network/egress'] },
      { part: 'its address', given: { natGateways: [{ ...natA, publicIps: [] }] }, against: ['fail network/egress'] },
      { part: 'the route', given: { routeTables: routed(toS3) }, against: ['fail network/egress'] },
    ],
  },
  {
    name: 'EKS whose public API server lets in the NAT gateway alone',
    plan: eksPlan(),
    given: publicApi('203.0.113.10/32', '198.51.100.0/24'),
    without: [
      { part: 'its address in the list', given: publicApi('198.51.100.0/24'), against: ['fail eks/endpoint-access'] },
      { part: 'the NAT gateway', given: failedNat, against: ['fail network/egress', 'fail eks/endpoint-access'] },
    ],
  },
  {
    name: 'EKS behind a transit gateway that somebody vouches for',
    plan: trusting('tgw-0aaaaaaa'),
    given: { routeTables: routed(toS3, through('transit-gateway', 'tgw-0aaaaaaa')), natGateways: [] },
    without: [
      { part: 'anybody who does', given: {}, plan: eksPlan(), against: ['unknown network/egress'] },
      {
        part: 'the attachment',
        given: { routeTables: routed(toS3, through('transit-gateway', 'tgw-0aaaaaaa', { state: 'blackhole' })) },
        against: ['fail network/egress'],
      },
    ],
  },
  {
    name: 'EKS with a NAT instance that somebody vouches for',
    plan: trusting('i-0aaaaaaa'),
    given: { routeTables: routed(toS3, through('instance', 'i-0aaaaaaa')), natGateways: [] },
    without: [
      { part: 'anybody who does', given: {}, plan: eksPlan(), against: ['unknown network/egress'] },
      {
        part: 'the instance',
        given: { routeTables: routed(toS3, through('instance', 'i-0aaaaaaa', { state: 'blackhole' })) },
        against: ['fail network/egress'],
      },
    ],
  },
]

function selfOnly() {
  return aSecurityGroup({ ingress: nodeGroup.ingress, egress: nodeGroup.egress.map((rule) => ({ ...rule, ipv4Ranges: [] })) })
}
