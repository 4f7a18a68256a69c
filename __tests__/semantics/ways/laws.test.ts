import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { NetworkAclEntry, Route, SecurityGroupPermission } from '../../../src/model/facts/network.ts'
import type { WayFacts } from '../../../src/semantics/ways/network.ts'
import { wayFacts } from '../../../src/semantics/ways/network.ts'
import type { State } from '../../../src/semantics/ways/step.ts'
import { waysOf } from '../../../src/semantics/ways/ways.ts'
import {
  aHostedZone,
  aNatGateway,
  aNetworkAcl,
  anAclEntry,
  aPermission,
  aRoute,
  aRouteTable,
  aSecurityGroup,
  aSubnet,
  aVpcEndpoint,
  denied,
  known,
  someDhcpOptions,
} from '../../builders.ts'
import { anInterface, eksPlan, factsOf, type Given, https, s3Gateway, toS3Gateway } from './network.ts'

const plan = eksPlan()
/** Each law takes some milliseconds a network. */
const numRuns = 30
const tcp = (fromPort: number, toPort = fromPort) => ({ protocol: '6', fromPort, toPort })

const permissions: readonly SecurityGroupPermission[] = [
  aPermission({ ipv4Ranges: ['0.0.0.0/0'] }),
  aPermission({ ipv4Ranges: ['10.0.0.0/8'] }),
  aPermission({ securityGroupIds: ['sg-0endpoint'] }),
  aPermission({ securityGroupIds: ['sg-0aaaaaaa'] }),
  aPermission({ prefixListIds: ['pl-68a54001'] }),
  aPermission({ prefixListIds: ['pl-0unread0'] }),
  aPermission({ ...https, ipv4Ranges: ['52.0.0.0/8'] }),
  https,
]
const routes: readonly Route[] = [
  aRoute(),
  toS3Gateway,
  aRoute({ destination: '10.9.0.0/16', target: { kind: 'peering', id: 'pcx-0aaaaaaa' } }),
]
const allowed: readonly Partial<NetworkAclEntry>[] = [
  {},
  tcp(443),
  tcp(1024, 65_535),
  { cidrBlock: '10.0.0.0/16' },
  { cidrBlock: '52.218.128.0/17' },
  { cidrBlock: '3.5.76.0/22', ...tcp(443) },
]
const services = ['ec2', 'ecr.api', 'sts', 'logs', 'ssm']

/** A network made of parts, each of which may be there or not. */
interface Parts {
  readonly egress: readonly SecurityGroupPermission[]
  readonly ingress: readonly SecurityGroupPermission[]
  readonly routes: readonly Route[]
  readonly inbound: readonly Partial<NetworkAclEntry>[]
  readonly outbound: readonly Partial<NetworkAclEntry>[]
  readonly associated: boolean
  readonly natGateways: boolean
  readonly services: readonly string[]
  readonly zones: readonly string[]
  readonly servers: readonly string[]
  readonly dnsSupport: boolean
  /** What the default route leads to. */
  readonly exit: Route['target']['kind']
  /** Parts of what a transit gateway or an instance needs to let nodes out. */
  readonly exitParts: readonly string[]
}

const parts: fc.Arbitrary<Parts> = fc.record({
  egress: fc.subarray([...permissions]),
  ingress: fc.subarray([...permissions]),
  routes: fc.subarray([...routes]),
  inbound: fc.subarray([...allowed]),
  outbound: fc.subarray([...allowed]),
  associated: fc.boolean(),
  natGateways: fc.boolean(),
  services: fc.subarray(services),
  zones: fc.subarray(['us-west-2.amazonaws.com', 'sts.us-west-2.amazonaws.com', 'corp.example.com']),
  servers: fc.constantFrom(['AmazonProvidedDNS'], ['10.0.0.10'], ['8.8.8.8'], []),
  dnsSupport: fc.boolean(),
  exit: fc.constantFrom('nat-gateway', 'transit-gateway', 'network-interface', 'vpc-endpoint'),
  exitParts: fc.subarray(['attached', 'zone', 'transit route', 'no check', 'address', 'beyond', 'firewall']),
})

const exitIds: Readonly<Record<string, string>> = {
  'nat-gateway': aNatGateway().natGatewayId,
  'transit-gateway': 'tgw-0aaaaaaa',
  'network-interface': 'eni-0aaaaaaa',
  'vpc-endpoint': 'vpce-0firewal',
}

/** What is known of the routers that the default route may lead to. */
const routersOf = ({ exitParts }: Parts): Given => {
  const has = (part: string): boolean => exitParts.includes(part)
  const zone = has('zone') ? {} : { availabilityZone: 'us-west-2b', availabilityZoneId: 'usw2-az2' }
  const attachment = { attachmentId: 'tgw-attach-1', transitGatewayId: 'tgw-0aaaaaaa', subnetIds: ['subnet-0transit'] }
  return {
    transitGatewayAttachments: [{ ...attachment, state: has('attached') ? 'available' : 'failed' }],
    transitSubnets: { 'subnet-0transit': aSubnet({ subnetId: 'subnet-0transit', ...zone }) },
    transitGatewayRoutes: { 'tgw-attach-1': known(has('transit route') ? [{ destination: '0.0.0.0/0', state: 'active' }] : []) },
    routeInterfaces: {
      'eni-0aaaaaaa': {
        networkInterfaceId: 'eni-0aaaaaaa',
        vpcId: 'vpc-0a1b2c3d',
        subnetId: 'subnet-0router0',
        instanceId: 'i-0aaaaaaa',
        sourceDestCheck: !has('no check'),
        publicIps: has('address') ? ['203.0.113.20'] : [],
      },
    },
  }
}

const routerTable = ({ exitParts }: Parts) =>
  aRouteTable({
    routeTableId: 'rtb-0router0',
    isMain: false,
    subnetIds: ['subnet-0router0'],
    routes: exitParts.includes('beyond') ? [aRoute({ target: { kind: 'internet-gateway', id: 'igw-0aaaaaaa' } })] : [],
  })

const firewall = aVpcEndpoint({
  vpcEndpointId: 'vpce-0firewal',
  type: 'GatewayLoadBalancer',
  serviceName: 'com.amazonaws.vpce.us-west-2.vpce-svc-1',
  subnetIds: ['subnet-0router0'],
})

const networkOf = (given: Parts): WayFacts =>
  factsOf({
    ...routersOf(given),
    securityGroups: { 'sg-0aaaaaaa': aSecurityGroup({ egress: given.egress }) },
    endpointSecurityGroups: { 'sg-0endpoint': aSecurityGroup({ securityGroupId: 'sg-0endpoint', ingress: given.ingress }) },
    routeTables: [
      aRouteTable({
        routes: given.routes.map((route) =>
          route.destination === '0.0.0.0/0' ? { ...route, target: { kind: given.exit, id: exitIds[given.exit] ?? '' } } : route,
        ),
      }),
      routerTable(given),
    ],
    natGateways: given.natGateways ? [aNatGateway()] : [],
    networkAcls: [
      aNetworkAcl({
        subnetIds: ['subnet-0aaaaaaa', 'subnet-0bbbbbbb', 'subnet-0endpnt0'],
        entries: [
          ...given.inbound.map((entry, index) => anAclEntry({ ruleNumber: 100 + index, ...entry })),
          ...given.outbound.map((entry, index) => anAclEntry({ ruleNumber: 100 + index, direction: 'egress', ...entry })),
        ],
      }),
    ],
    dhcpOptions: { ...someDhcpOptions(), domainNameServers: given.servers },
    hostedZones: given.zones.map((name) => aHostedZone({ name })),
    vpcDns: { vpcId: 'vpc-0a1b2c3d', enableDnsHostnames: given.dnsSupport, enableDnsSupport: given.dnsSupport },
    vpcEndpoints: [
      { ...s3Gateway, routeTableIds: given.associated ? ['rtb-0aaaaaaa'] : [] },
      ...(given.exitParts.includes('firewall') ? [firewall] : [{ ...firewall, networkFirewall: true as const }]),
      ...given.services.map((service) => anInterface(service)),
    ],
  })

const statesOf = (facts: WayFacts): ReadonlyMap<string, State> =>
  new Map(waysOf(plan, facts).map(({ demand, state }) => [demand.to, state]))

/** The destinations whose state went from one to another. */
const changed = (before: WayFacts, after: WayFacts, wrong: (one: State, other: State) => boolean): readonly string[] => {
  const [one, other] = [statesOf(before), statesOf(after)]
  return [...one].flatMap(([to, state]) => {
    const next = other.get(to)
    return next !== undefined && wrong(state, next) ? [`${to}: ${state} > ${next}`] : []
  })
}

const without = <T>(all: readonly T[], index: number): readonly T[] => all.filter((_, at) => at !== index % Math.max(all.length, 1))
const opens = (one: State, other: State): boolean => other === 'open' && one !== 'open'

describe('laws of the way', () => {
  test.each<[string, (given: Parts, index: number) => Parts]>([
    ['an outbound rule', (given, index) => ({ ...given, egress: without(given.egress, index) })],
    ['an inbound rule of the endpoints', (given, index) => ({ ...given, ingress: without(given.ingress, index) })],
    ['a route', (given, index) => ({ ...given, routes: without(given.routes, index) })],
    ['an inbound entry of the ACL', (given, index) => ({ ...given, inbound: without(given.inbound, index) })],
    ['an outbound entry of the ACL', (given, index) => ({ ...given, outbound: without(given.outbound, index) })],
    ['the NAT gateway', (given) => ({ ...given, natGateways: false })],
    [
      'a part of what a transit gateway, an instance or a firewall needs',
      (given, index) => ({ ...given, exitParts: without(given.exitParts, index) }),
    ],
    [
      'the association of the gateway endpoint, without a way to the internet',
      (given) => ({ ...given, associated: false, natGateways: false }),
    ],
  ])('taking away %s opens nothing', (_, take) => {
    fc.assert(
      fc.property(parts, fc.nat(7), (given, index) => {
        expect(changed(networkOf(given), networkOf(take(given, index)), opens)).toEqual([])
      }),
      { numRuns },
    )
  })

  test.each<[string, (given: Parts) => Parts]>([
    ['outbound rules', (given) => ({ ...given, egress: [...given.egress, aPermission({ ipv4Ranges: ['0.0.0.0/0'] })] })],
    ['inbound rules of the endpoints', (given) => ({ ...given, ingress: [...given.ingress, aPermission({ ipv4Ranges: ['0.0.0.0/0'] })] })],
    ['ACL entries', (given) => ({ ...given, inbound: [...given.inbound, {}], outbound: [...given.outbound, {}] })],
  ])('adding %s that allow everything closes nothing', (_, add) => {
    fc.assert(
      fc.property(parts, (given) => {
        const closes = (one: State, other: State): boolean => one !== 'closed' && other === 'closed'
        expect(changed(networkOf(given), networkOf(add(given)), closes)).toEqual([])
      }),
      { numRuns },
    )
  })

  test('a fact that is not read never turns into open or closed', () => {
    fc.assert(
      fc.property(parts, fc.constantFrom(...wayFacts.filter((id) => id !== 'subnets')), (given, id) => {
        const before = networkOf(given)
        const settles = (one: State, other: State): boolean => other !== 'undecided' && other !== one
        expect(changed(before, { ...before, [id]: denied('ec2:Describe') }, settles)).toEqual([])
      }),
      { numRuns },
    )
  })

  test('vouching closes nothing, and opens nothing that what was read closes', () => {
    fc.assert(
      fc.property(parts, (given) => {
        const facts = networkOf(given)
        const trusted = Object.values(exitIds).map((id) => ({ id, reason: 'egress VPC', owner: 'network team' }))
        const vouched = new Map(waysOf({ ...plan, trustedTargets: trusted }, facts).map(({ demand, state }) => [demand.to, state]))
        const wrong = [...statesOf(facts)].filter(([to, state]) => {
          const next = vouched.get(to)
          return state !== 'undecided' && next !== state
        })
        expect(wrong).toEqual([])
      }),
      { numRuns },
    )
  })
})
