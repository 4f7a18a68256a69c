import { describe, expect, test } from '@jest/globals'
import type { Route, RouteInterface, TransitGatewayAttachment } from '../../../src/model/facts/network.ts'
import type { Plan } from '../../../src/model/plan.ts'
import { waysOf } from '../../../src/semantics/ways/ways.ts'
import { aNatGateway, anEksCluster, aRoute, aRouteTable, aSubnet, aVpcEndpoint, denied, known } from '../../builders.ts'
import { eksPlan, factsOf, type Given, nodeSubnet, s3Gateway, toS3Gateway } from './network.ts'

const to = (kind: Route['target']['kind'], id: string, changes: Partial<Route> = {}): Route => aRoute({ target: { kind, id }, ...changes })
const nodeTable = (...routes: readonly Route[]) => aRouteTable({ routes: [toS3Gateway, ...routes] })
const table = (subnetId: string, ...routes: readonly Route[]) =>
  aRouteTable({ routeTableId: `rtb-${subnetId}`, isMain: false, subnetIds: [subnetId], routes })
const igw = to('internet-gateway', 'igw-0aaaaaaa')
const trusting = (id: string): Plan => eksPlan({ trustedTargets: [{ id, reason: 'egress VPC', owner: 'network team' }] })

/** The way, to sts unless said: its state, and why. */
const wayIn = (given: Given, plan: Plan = eksPlan(), destination = 'sts'): string => {
  const way = waysOf(plan, factsOf(given)).find(({ demand }) => demand.to === destination)
  const step = way?.steps.find(({ state }) => state === way.state)
  if (step === undefined || way === undefined) return 'none'
  return step.state === 'closed' ? `closed: ${step.layer}: ${step.why}` : way.state
}

describe('a transit gateway', () => {
  const attachment: TransitGatewayAttachment = {
    attachmentId: 'tgw-attach-0aaaaaaa',
    transitGatewayId: 'tgw-0aaaaaaa',
    state: 'available',
    subnetIds: ['subnet-0transit'],
  }
  const routes = (...all: readonly (readonly [string, 'active' | 'blackhole'])[]): Given => ({
    transitGatewayRoutes: { 'tgw-attach-0aaaaaaa': known(all.map(([destination, state]) => ({ destination, state }))) },
  })
  const attached = (changes: Partial<TransitGatewayAttachment> = {}): Given => ({
    transitGatewayAttachments: [{ ...attachment, ...changes }],
  })
  const sound: Given = {
    routeTables: [nodeTable(to('transit-gateway', 'tgw-0aaaaaaa'))],
    ...attached(),
    transitSubnets: { 'subnet-0transit': aSubnet({ subnetId: 'subnet-0transit' }) },
    ...routes(['0.0.0.0/0', 'active']),
  }
  const leads = '0.0.0.0/0 in rtb-0aaaaaaa leads to transit gateway tgw-0aaaaaaa'
  const elsewhere = aSubnet({ subnetId: 'subnet-0transit', availabilityZone: 'us-west-2b', availabilityZoneId: 'usw2-az2' })
  const zone = `closed: target: ${leads}, whose attachment tgw-attach-0aaaaaaa has no subnet in us-west-2a, the zone of subnet-0aaaaaaa`
  const noRoute = `closed: target: ${leads}, which has no route to the internet for what comes in by tgw-attach-0aaaaaaa`

  test.each<[string, Given, string]>([
    ['whole: what is behind is not seen', {}, 'undecided'],
    [
      'an attachment that is not in use',
      attached({ state: 'pendingAcceptance' }),
      `closed: target: ${leads}, whose attachment tgw-attach-0aaaaaaa is pendingAcceptance`,
    ],
    ['an attachment that is being changed', attached({ state: 'modifying' }), 'undecided'],
    ['no attachment subnet in the zone', { transitSubnets: { 'subnet-0transit': elsewhere } }, zone],
    ['a route table without a default route: endpoints of other networks may answer', routes(['10.0.0.0/8', 'active']), 'undecided'],
    ['a route table with both halves', routes(['0.0.0.0/1', 'active'], ['128.0.0.0/1', 'active']), 'undecided'],
    ['an attachment of the account that shares the VPC', { transitGatewayAttachments: [] }, 'undecided'],
    ['attachments that may not be read', { transitGatewayAttachments: denied('ec2:DescribeTransitGatewayVpcAttachments') }, 'undecided'],
    ['subnets that may not be read', { transitSubnets: denied('ec2:DescribeSubnets') }, 'undecided'],
    ['a subnet of it that is not shown', { transitSubnets: { 'subnet-0transit': null } }, 'undecided'],
    ['routes that only its owner is shown', { transitGatewayRoutes: { 'tgw-attach-0aaaaaaa': known(null) } }, 'undecided'],
    [
      'routes that may not be read',
      { transitGatewayRoutes: { 'tgw-attach-0aaaaaaa': denied('ec2:SearchTransitGatewayRoutes') } },
      'undecided',
    ],
  ])('%s', (_, changes, expected) => {
    expect(wayIn({ ...sound, ...changes })).toBe(expected)
  })

  test.each<[string, Given, string]>([
    ['whole', {}, 'undecided'],
    ['a route table without a default route', routes(['10.0.0.0/8', 'active']), noRoute],
    ['a route table with half of one', routes(['0.0.0.0/1', 'active']), noRoute],
    ['a blackhole', routes(['0.0.0.0/0', 'blackhole']), noRoute.replace('no route to', 'a blackhole for')],
  ])('to a public API server, which no endpoint answers for: %s', (_, changes, expected) => {
    const eksCluster = anEksCluster({ endpointPrivateAccess: false, endpointPublicAccess: true, publicAccessCidrs: ['0.0.0.0/0'] })
    expect(wayIn({ ...sound, ...changes, eksCluster }, eksPlan(), 'EKS API server')).toBe(expected)
  })

  test('somebody vouches for what is behind, not for what was read', () => {
    expect(wayIn(sound, trusting('tgw-0aaaaaaa'))).toBe('open')
    expect(wayIn({ ...sound, transitSubnets: { 'subnet-0transit': elsewhere } }, trusting('tgw-0aaaaaaa'))).toBe(zone)
  })
})

describe('an instance or appliance', () => {
  const natInterface: RouteInterface = {
    networkInterfaceId: 'eni-0aaaaaaa',
    vpcId: 'vpc-0a1b2c3d',
    subnetId: 'subnet-0public0',
    instanceId: 'i-0aaaaaaa',
    sourceDestCheck: false,
    publicIps: ['203.0.113.20'],
  }
  const inside: RouteInterface = { ...natInterface, networkInterfaceId: 'eni-0inside0', subnetId: 'subnet-0bbbbbbb', publicIps: [] }
  const interfaces = (...all: readonly RouteInterface[]): Given => ({
    routeInterfaces: Object.fromEntries(all.map((item) => [item.networkInterfaceId, item])),
  })
  const through = (networkInterfaceId: string): Route => aRoute({ target: { kind: 'instance', id: 'i-0aaaaaaa', networkInterfaceId } })
  const sound: Given = { routeTables: [nodeTable(through('eni-0aaaaaaa')), table('subnet-0public0', igw)], ...interfaces(natInterface) }
  const leads = '0.0.0.0/0 in rtb-0aaaaaaa leads to instance i-0aaaaaaa'
  const enclosed = `closed: target: ${leads}, none of whose interfaces is in a subnet with a way to the internet for it`

  test.each<[string, Given, string]>([
    ['whole: whether it forwards is not seen', {}, 'undecided'],
    [
      'source and destination are checked',
      interfaces({ ...natInterface, sourceDestCheck: true }),
      `closed: target: ${leads}, whose interface eni-0aaaaaaa checks source and destination, and so forwards nothing`,
    ],
    ['no public address', interfaces({ ...natInterface, publicIps: [] }), enclosed],
    ['a subnet without a way on', { routeTables: [nodeTable(through('eni-0aaaaaaa')), table('subnet-0public0')] }, enclosed],
    [
      'a subnet with a NAT gateway',
      {
        routeTables: [nodeTable(through('eni-0aaaaaaa')), table('subnet-0public0', aRoute())],
        ...interfaces({ ...natInterface, publicIps: [] }),
      },
      'undecided',
    ],
    [
      'in by one interface, out by another',
      {
        routeTables: [nodeTable(through('eni-0inside0')), table('subnet-0public0', igw), table('subnet-0bbbbbbb')],
        ...interfaces(inside, natInterface),
      },
      'undecided',
    ],
    ['an interface that is not shown', { routeInterfaces: { 'eni-0aaaaaaa': null } }, 'undecided'],
    ['interfaces that may not be read', { routeInterfaces: denied('ec2:DescribeNetworkInterfaces') }, 'undecided'],
    [
      'an instance whose interface no route named',
      { routeTables: [nodeTable(to('instance', 'i-0aaaaaaa')), table('subnet-0public0')] },
      'undecided',
    ],
  ])('%s', (_, changes, expected) => {
    expect(wayIn({ ...sound, ...changes })).toBe(expected)
  })

  test('an interface of no instance is judged by the check alone', () => {
    const routeTables = [nodeTable(to('network-interface', 'eni-0aaaaaaa')), table('subnet-0public0')]
    expect(wayIn({ routeTables, ...interfaces({ ...natInterface, instanceId: null }) })).toBe('undecided')
    expect(wayIn({ routeTables, ...interfaces({ ...natInterface, instanceId: null, sourceDestCheck: true }) })).toContain('closed: target')
  })

  test('its public address is the one that a public API server is asked from', () => {
    const publicOnly = (block: string): Given => ({
      eksCluster: anEksCluster({ endpointPrivateAccess: false, endpointPublicAccess: true, publicAccessCidrs: [block] }),
    })
    const state = (given: Given, plan: Plan) =>
      waysOf(plan, factsOf({ ...sound, ...given })).find(({ demand }) => demand.to === 'EKS API server')?.state
    expect(state(publicOnly('203.0.113.20/32'), trusting('i-0aaaaaaa'))).toBe('open')
    expect(state(publicOnly('203.0.113.20/32'), eksPlan())).toBe('undecided')
    expect(state(publicOnly('198.51.100.0/24'), eksPlan())).toBe('closed')
    expect(
      state({ ...publicOnly('198.51.100.0/24'), routeInterfaces: denied('ec2:DescribeNetworkInterfaces') }, trusting('i-0aaaaaaa')),
    ).toBe('undecided')
  })
})

describe('an endpoint of a firewall', () => {
  const endpoint = aVpcEndpoint({
    vpcEndpointId: 'vpce-0firewal',
    type: 'GatewayLoadBalancer',
    serviceName: 'com.amazonaws.vpce.us-west-2.vpce-svc-0aaaaaaa',
    subnetIds: ['subnet-0firewal'],
    networkFirewall: true,
  })
  const { networkFirewall: _, ...balancer } = endpoint
  const fw = to('vpc-endpoint', 'vpce-0firewal')
  const network = (beyond: readonly Route[], listed = endpoint): Given => ({
    routeTables: [nodeTable(fw), table('subnet-0firewal', ...beyond), table('subnet-0public0', igw)],
    vpcEndpoints: [s3Gateway, listed],
    natGateways: [aNatGateway({ subnetId: 'subnet-0public0' })],
    subnets: { 'subnet-0aaaaaaa': nodeSubnet },
  })
  const enclosed = 'closed: target: 0.0.0.0/0 in rtb-0aaaaaaa leads to VPC endpoint vpce-0firewal, whose own subnet has this way on:'

  test.each<[string, Given, string]>([
    ['before a NAT gateway: what it lets through is not seen', network([aRoute()]), 'undecided'],
    ['its subnet leads nowhere', network([]), `${enclosed} rtb-subnet-0firewal has no default route`],
    ['its subnet leads to an internet gateway, where nodes have no address', network([igw]), enclosed],
    ['it hands back to itself', network([fw]), 'undecided'],
    ['an appliance behind a load balancer may have its own way out', network([], balancer), 'undecided'],
    [
      'it is not in use',
      network([aRoute()], { ...endpoint, state: 'pending' }),
      'closed: target: 0.0.0.0/0 in rtb-0aaaaaaa leads to VPC endpoint vpce-0firewal, which is pending',
    ],
  ])('%s', (_, given, expected) => {
    expect(wayIn(given)).toContain(expected)
  })

  test('somebody vouches for it', () => {
    expect(wayIn(network([aRoute()]), trusting('vpce-0firewal'))).toBe('open')
    expect(wayIn(network([]), trusting('vpce-0firewal'))).toContain('closed')
  })
})
