import { describe, expect, test } from '@jest/globals'
import { type NodeDemand, nodeDemands, nodeDemandsDate } from '../../../src/catalog/node-demands.ts'
import type { Route, RouteTarget, VpcEndpoint } from '../../../src/model/facts/network.ts'
import type { Orchestrator, Plan } from '../../../src/model/plan.ts'
import { egress as rule } from '../../../src/rules/network/egress.ts'
import {
  aGroup,
  aHostedZone,
  aNatGateway,
  aPlan,
  aRoute,
  aRouteTable,
  aScriptedGroup,
  aSubnet,
  aVpcEndpoint,
  denied,
  findingsOf,
  known,
  statuses,
} from '../../builders.ts'

const eks: Orchestrator = { kind: 'eks', cluster: null }
const slurm: Orchestrator = { kind: 'slurm', configuration: 'api' }
const unstated: Orchestrator = { kind: 'unstated' }
const placed = { subnetIds: ['subnet-0aaaaaaa'], securityGroupIds: ['sg-0aaaaaaa'], location: null }
const planOf = (orchestrator: Orchestrator = eks, changes: Partial<Plan> = {}) => aPlan({ orchestrator, vpcConfig: placed, ...changes })
const factsOf = (routes: readonly Route[], vpcEndpoints: readonly VpcEndpoint[] = []) => ({
  subnets: { 'subnet-0aaaaaaa': aSubnet() },
  routeTables: [aRouteTable({ routes })],
  natGateways: [aNatGateway()],
  vpcEndpoints,
  prefixLists: {},
})
const to = (kind: RouteTarget['kind'], id: string, changes: Partial<Route> = {}): Route => aRoute({ target: { kind, id }, ...changes })
const byName = (service: string, changes: Partial<VpcEndpoint> = {}): VpcEndpoint =>
  aVpcEndpoint({
    vpcEndpointId: `vpce-${service}`,
    type: 'Interface',
    serviceName: `com.amazonaws.us-west-2.${service}`,
    privateDnsEnabled: true,
    ...changes,
  })
const anInterface = {
  networkInterfaceId: 'eni-0aaaaaaa',
  vpcId: 'vpc-0a1b2c3d',
  subnetId: 'subnet-0ccccccc',
  instanceId: 'i-0aaaaaaa',
  sourceDestCheck: true,
  publicIps: [],
}
const names = (kind: keyof NodeDemand['need']): readonly string[] =>
  nodeDemands.flatMap(({ service, need }) => (need[kind] === null || service === null || service === 's3' ? [] : [service]))
const all = names('eks')
const endpointsFor = (services: readonly string[]) => services.map((service) => byName(service))
const without = (...services: readonly string[]) => endpointsFor(all.filter((service) => !services.includes(service)))
const judged = (...given: Parameters<typeof findingsOf> extends [infer _, ...infer Rest] ? Rest : never) =>
  findingsOf(rule, ...given).map(({ status, severity }) => `${status} ${severity}`)

describe('a way out', () => {
  test('through a NAT gateway that works needs no endpoint', () => {
    const facts = { ...factsOf([aRoute()]), prefixLists: denied('ec2:DescribeManagedPrefixLists') }
    expect(findingsOf(rule, planOf(), facts)).toMatchObject([
      { status: 'pass', message: 'subnet-0aaaaaaa reaches the internet through NAT gateway nat-0aaaaaaa (0.0.0.0/0 in rtb-0aaaaaaa)' },
    ])
  })

  test('endpoints that were not read may take the names of services over, whatever NAT gateway there is', () => {
    const facts = { ...factsOf([aRoute()]), vpcEndpoints: denied('ec2:DescribeVpcEndpoints') }
    expect(findingsOf(rule, planOf(), facts)).toMatchObject([
      { status: 'unknown', severity: 'error', gap: { action: 'ec2:DescribeVpcEndpoints' } },
    ])
  })

  test('through a router is not seen, so it is unknown', () => {
    expect(findingsOf(rule, planOf(), factsOf([to('transit-gateway', 'tgw-0aaaaaaa')]))).toMatchObject([
      {
        status: 'unknown',
        severity: 'error',
        message:
          '0.0.0.0/0 in rtb-0aaaaaaa leads to transit gateway tgw-0aaaaaaa, and whether that leads to the internet cannot be seen from this VPC',
        evidence: { wayOut: 'forwarded' },
        fix: { text: expect.stringContaining("trusted-targets: [{ id: 'tgw-0aaaaaaa', reason: why, owner: who }]") },
      },
    ])
    const facts = factsOf([to('transit-gateway', 'tgw-0aaaaaaa')], endpointsFor(all))
    expect(judged(planOf(), facts)).toEqual(['pass error'])
  })

  test('by a prefix list whose blocks are known', () => {
    const facts = factsOf([aRoute({ destination: 'pl-0abc' })])
    const list = { prefixListId: 'pl-0abc', name: 'all', cidrBlocks: ['0.0.0.0/0'] }
    expect(judged(planOf(), { ...facts, prefixLists: { 'pl-0abc': known(list) } })).toEqual(['pass error'])
  })

  test('a dead route to another network drops nothing that nodes need: it is in the evidence only', () => {
    const dead = to('peering', 'pcx-0aaaaaaa', { destination: '192.168.0.0/16', state: 'blackhole' })
    expect(findingsOf(rule, planOf(), factsOf([aRoute(), dead]))).toMatchObject([
      { status: 'pass', evidence: { blackholeRoutes: ['192.168.0.0/16'] } },
    ])
  })
})

describe('no way out', () => {
  test.each<[string, Orchestrator, readonly VpcEndpoint[], string]>([
    ['EKS, every endpoint', eks, endpointsFor(all), 'pass error'],
    ['EKS, none', eks, [], 'fail error'],
    ...['ec2', 'ecr.api', 'ecr.dkr', 'sts', 'logs', 'monitoring'].map(
      (service) => [`EKS without ${service}`, eks, without(service), 'fail error'] as [string, Orchestrator, VpcEndpoint[], string],
    ),
    ...['ssm', 'ssmmessages', 'eks-auth'].map(
      (service) => [`EKS without ${service}`, eks, without(service), 'fail warning'] as [string, Orchestrator, VpcEndpoint[], string],
    ),
    ['EKS without ec2messages', eks, without('ec2messages'), 'fail notice'],
    ['EKS without ec2messages and ssmmessages', eks, without('ec2messages', 'ssmmessages'), 'fail warning'],
    ['EKS, one pending', eks, [...without('sts'), byName('sts', { state: 'pending' })], 'fail error'],
    ['EKS, one without private DNS', eks, [...without('sts'), byName('sts', { privateDnsEnabled: false })], 'fail error'],
    ['EKS, one of another Region', eks, [...without('sts'), byName('sts', { serviceName: 'com.amazonaws.eu-west-1.sts' })], 'fail error'],
    ['Slurm, none', slurm, [], 'fail warning'],
    ['Slurm, one of no use to nodes', slurm, [byName('bedrock')], 'fail warning'],
    ['Slurm, some', slurm, endpointsFor(['logs']), 'fail warning'],
    ['Slurm, all', slurm, endpointsFor(names('slurm')), 'pass error'],
    ['unstated, none', unstated, [], 'fail warning'],
    ['unstated, what Slurm needs', unstated, endpointsFor(names('slurm')), 'fail warning'],
    ['unstated, all but an old one', unstated, without('ec2messages'), 'fail notice'],
    ['unstated, all', unstated, endpointsFor(all), 'pass error'],
  ])('%s', (_, orchestrator, endpoints, expected) => {
    expect(judged(planOf(orchestrator), factsOf([], endpoints))).toEqual([expected])
  })

  test('Slurm groups come up without: their way to S3 is judged by network/s3-route', () => {
    expect(judged(planOf(slurm, { lifecycleSources: [] }), factsOf([]))).toEqual(['fail warning'])
    expect(judged(planOf(slurm, { lifecycleSources: [], instanceGroups: [aScriptedGroup()] }), factsOf([]))).toEqual(['fail warning'])
  })

  test('restricted groups call more, where they are placed', () => {
    const elsewhere = { ...placed, subnetIds: ['subnet-0bbbbbbb'] }
    const groups = (overrideVpcConfig: Plan['vpcConfig']) => ({ instanceGroups: [aGroup({ kind: 'restricted', overrideVpcConfig })] })
    expect(judged(planOf(eks, groups(null)), factsOf([], endpointsFor(all)))).toEqual(['fail error'])
    expect(judged(planOf(eks, groups(null)), factsOf([], endpointsFor([...all, ...names('restricted')])))).toEqual(['pass error'])
    expect(statuses(findingsOf(rule, planOf(eks, groups(elsewhere)), factsOf([], endpointsFor(all))))[0]).toBe('pass subnet-0aaaaaaa')
  })

  test('says what is missing, for what, and what stands in the way', () => {
    const [finding] = findingsOf(rule, planOf(), factsOf([], [...without('sts', 'logs'), byName('logs', { state: 'failed' })]))
    expect(finding).toMatchObject({
      message:
        'subnet-0aaaaaaa has no way to the internet: rtb-0aaaaaaa has no default route; vpc-0a1b2c3d has no interface endpoint that answers for sts (for credentials of roles), logs (for CloudWatch Logs); vpce-logs is failed; S3 is judged by network/s3-route',
      evidence: { wayOut: 'closed', missingEndpoints: ['sts', 'logs'] },
    })
  })

  test('an internet gateway carries nothing, and is no fault of its own', () => {
    const igw = to('internet-gateway', 'igw-0aaaaaaa')
    expect(judged(planOf(), factsOf([igw]))).toEqual(['fail error'])
    expect(judged(planOf(), factsOf([igw], endpointsFor(all)))).toEqual(['pass error'])
  })

  test('a hosted zone may lead nodes to what no endpoint of the VPC answers for', () => {
    const zoned = { ...factsOf([], without('sts')), hostedZones: [aHostedZone({ name: 'sts.us-west-2.amazonaws.com' })] }
    expect(findingsOf(rule, planOf(), zoned)).toMatchObject([
      {
        status: 'unknown',
        severity: 'error',
        message:
          'subnet-0aaaaaaa has no way to the internet, and where names of what its nodes call lead is not known: private hosted zone sts.us-west-2.amazonaws.com (Z0123456789ABCDEFGHIJ) answers for it in vpc-0a1b2c3d, and where its records lead is not read',
      },
    ])
    expect(judged(planOf(), { ...zoned, ...factsOf([], without('sts', 'logs')) })).toEqual(['fail error'])
    const refused = { ...factsOf([], without('sts')), hostedZones: denied('route53:ListHostedZonesByVPC') }
    expect(findingsOf(rule, planOf(), refused)).toMatchObject([
      { status: 'unknown', severity: 'error', gap: { reason: 'denied', action: 'route53:ListHostedZonesByVPC' } },
    ])
  })

  test.each<[string, Route, Parameters<typeof findingsOf>[2], string, string]>([
    [
      'a transit gateway without a subnet in the zone',
      to('transit-gateway', 'tgw-0aaaaaaa'),
      {
        transitGatewayAttachments: [
          { attachmentId: 'tgw-attach-0aaaaaaa', transitGatewayId: 'tgw-0aaaaaaa', state: 'available', subnetIds: ['subnet-0bbbbbbb'] },
        ],
        transitSubnets: {
          'subnet-0bbbbbbb': aSubnet({ subnetId: 'subnet-0bbbbbbb', availabilityZone: 'us-west-2b', availabilityZoneId: 'usw2-az2' }),
        },
      },
      'whose attachment tgw-attach-0aaaaaaa has no subnet in us-west-2a, the zone of subnet-0aaaaaaa',
      'aws ec2 modify-transit-gateway-vpc-attachment --region us-west-2 --transit-gateway-attachment-id tgw-attach-0aaaaaaa --add-subnet-ids subnet-0aaaaaaa',
    ],
    [
      'an attachment that nobody accepted',
      to('transit-gateway', 'tgw-0aaaaaaa'),
      {
        transitGatewayAttachments: [
          { attachmentId: 'tgw-attach-0aaaaaaa', transitGatewayId: 'tgw-0aaaaaaa', state: 'pendingAcceptance', subnetIds: [] },
        ],
      },
      'whose attachment tgw-attach-0aaaaaaa is pendingAcceptance',
      'aws ec2 describe-transit-gateway-vpc-attachments --region us-west-2 --transit-gateway-attachment-ids tgw-attach-0aaaaaaa',
    ],
    [
      'a NAT instance that may not forward',
      to('network-interface', 'eni-0aaaaaaa'),
      { routeInterfaces: { 'eni-0aaaaaaa': anInterface } },
      'whose interface eni-0aaaaaaa checks source and destination, and so forwards nothing',
      'aws ec2 modify-network-interface-attribute --region us-west-2 --network-interface-id eni-0aaaaaaa --no-source-dest-check',
    ],
    [
      'a NAT instance without a public address',
      to('network-interface', 'eni-0aaaaaaa'),
      { routeInterfaces: { 'eni-0aaaaaaa': { ...anInterface, sourceDestCheck: false } } },
      'none of whose interfaces is in a subnet with a way to the internet for it',
      'aws ec2 describe-network-interfaces --region us-west-2 --network-interface-ids eni-0aaaaaaa',
    ],
  ])('%s', (_, route, facts, why, fix) => {
    expect(findingsOf(rule, planOf(), { ...factsOf([route]), ...facts })).toMatchObject([
      { status: 'fail', severity: 'error', message: expect.stringContaining(why), fix: { commands: [fix] } },
    ])
  })

  test('endpoints of a network behind a route are not seen, so it is unknown', () => {
    const facts = factsOf([to('transit-gateway', 'tgw-0aaaaaaa', { destination: '10.0.0.0/8' })])
    expect(findingsOf(rule, planOf(), facts)).toMatchObject([
      {
        status: 'unknown',
        severity: 'error',
        message:
          'rtb-0aaaaaaa leads to other networks (10.0.0.0/8 through transit gateway tgw-0aaaaaaa), and whether their endpoints answer for the nodes cannot be seen from this VPC',
      },
    ])
  })
})

describe('a way out that is broken', () => {
  const gone = aRoute({ state: 'blackhole' })
  test.each<[string, readonly Route[], readonly VpcEndpoint[], string, string]>([
    ['gone', [gone], [], 'nat-0aaaaaaa', 'fail error'],
    ['gone, nodes do without', [gone], endpointsFor(all), 'nat-0aaaaaaa', 'fail warning'],
    ['gone, nodes do nearly without', [gone], without('ssm'), 'nat-0aaaaaaa', 'fail warning'],
  ])('%s', (_, routes, endpoints, target, expected) => {
    const findings = findingsOf(rule, planOf(), factsOf(routes, endpoints))
    expect(findings.map(({ status, severity }) => `${status} ${severity}`)).toEqual([expected])
    expect(findings[0]?.message).toContain(`0.0.0.0/0 in rtb-0aaaaaaa leads to NAT gateway ${target}, which is gone (blackhole)`)
  })

  test('a private NAT gateway is meant for other networks: endpoints make up for it', () => {
    const natGateways = [aNatGateway({ connectivityType: 'private', publicIps: [], subnetId: 'subnet-0ccccccc' })]
    expect(judged(planOf(), { ...factsOf([aRoute()], endpointsFor(all)), natGateways })).toEqual(['pass error'])
    expect(judged(planOf(), { ...factsOf([aRoute()]), natGateways })).toEqual(['fail error'])
  })
})

describe('what cannot be known', () => {
  test.each<[string, readonly Route[], Parameters<typeof findingsOf>[2], string]>([
    ['endpoints', [], { vpcEndpoints: denied('ec2:DescribeVpcEndpoints') }, 'ec2:DescribeVpcEndpoints'],
    ['NAT gateways', [aRoute()], { natGateways: denied('ec2:DescribeNatGateways') }, 'ec2:DescribeNatGateways'],
    ['a NAT gateway of another account', [aRoute()], { natGateways: [] }, 'ec2:DescribeNatGateways'],
    [
      'an endpoint of another account',
      [to('vpc-endpoint', 'vpce-0unseen0', { destination: 'pl-68a54001' })],
      {},
      'ec2:DescribeVpcEndpoints',
    ],
    ['a prefix list', [aRoute({ destination: 'pl-0abc' })], { prefixLists: { 'pl-0abc': known(null) } }, 'ec2:DescribeManagedPrefixLists'],
    ['the route table', [], { routeTables: [] }, 'ec2:DescribeRouteTables'],
  ])('%s', (_, routes, changes, action) => {
    expect(findingsOf(rule, planOf(), { ...factsOf(routes), ...changes })).toMatchObject([
      { status: 'unknown', severity: 'error', subject: 'subnet-0aaaaaaa', gap: { action } },
    ])
  })

  test('endpoints for all make up for a NAT gateway that is not known', () => {
    const facts = { ...factsOf([aRoute()], endpointsFor(all)), natGateways: denied('ec2:DescribeNatGateways') }
    expect(judged(planOf(), facts)).toEqual(['pass error'])
  })

  test('is no worse than the worst that it can be', () => {
    const facts = { ...factsOf([]), vpcEndpoints: denied('ec2:DescribeVpcEndpoints') }
    expect(judged(planOf(slurm, { lifecycleSources: [] }), facts)).toEqual(['unknown warning'])
  })
})

describe('the fix', () => {
  const fixOf = (facts: Parameters<typeof findingsOf>[2], plan = planOf()) => findingsOf(rule, plan, facts)[0]?.fix
  const ownTable = (routes: readonly Route[]) =>
    aRouteTable({ routeTableId: 'rtb-0ccccccc', isMain: false, subnetIds: ['subnet-0ccccccc'], routes })

  test('without a route: one to the NAT gateway of the VPC', () => {
    expect(fixOf(factsOf([]))?.commands).toEqual([
      'aws ec2 create-route --region us-west-2 --route-table-id rtb-0aaaaaaa --destination-cidr-block 0.0.0.0/0 --nat-gateway-id nat-0aaaaaaa',
    ])
  })

  test('without a NAT gateway: exactly the endpoints that are missing, in one subnet of each zone', () => {
    const ids = ['subnet-0aaaaaaa', 'subnet-0bbbbbbb', 'subnet-0ccccccc']
    const subnets = Object.fromEntries(
      ids.map((subnetId, index) => [subnetId, aSubnet({ subnetId, availabilityZoneId: index === 2 ? 'usw2-az2' : 'usw2-az1' })]),
    )
    const endpoints = [...without('sts', 'logs', 'ssm'), byName('logs', { privateDnsEnabled: false }), byName('ssm', { state: 'pending' })]
    const plan = planOf(eks, { vpcConfig: { ...placed, subnetIds: ids, securityGroupIds: ['sg-0aaaaaaa', 'sg-0bbbbbbb'] } })
    expect(fixOf({ ...factsOf([], endpoints), subnets, natGateways: [] }, plan)?.commands).toEqual([
      'aws ec2 create-vpc-endpoint --region us-west-2 --vpc-id vpc-0a1b2c3d --vpc-endpoint-type Interface --service-name com.amazonaws.us-west-2.sts --subnet-ids subnet-0aaaaaaa subnet-0ccccccc --security-group-ids sg-0aaaaaaa sg-0bbbbbbb --private-dns-enabled',
      'aws ec2 modify-vpc-endpoint --region us-west-2 --vpc-endpoint-id vpce-logs --private-dns-enabled',
      'aws ec2 describe-vpc-endpoints --region us-west-2 --vpc-endpoint-ids vpce-ssm',
    ])
  })

  test('a route whose target is gone: to the NAT gateway that works, else the list of those that are there', () => {
    const gone = aRoute({ target: { kind: 'nat-gateway', id: 'nat-0old' }, state: 'blackhole' })
    expect(fixOf(factsOf([gone]))?.commands).toEqual([
      'aws ec2 replace-route --region us-west-2 --route-table-id rtb-0aaaaaaa --destination-cidr-block 0.0.0.0/0 --nat-gateway-id nat-0aaaaaaa',
    ])
    expect(fixOf({ ...factsOf([gone]), natGateways: [] })?.commands).toEqual([
      'aws ec2 describe-nat-gateways --region us-west-2 --filter Name=vpc-id,Values=vpc-0a1b2c3d',
    ])
  })

  test.each([
    ['pending', 'Wait until nat-0aaaaaaa is available.'],
    ['failed', 'why that one is failed'],
  ])('a NAT gateway that is %s', (state, text) => {
    expect(fixOf({ ...factsOf([aRoute()]), natGateways: [aNatGateway({ state })] })).toMatchObject({
      text: expect.stringContaining(text),
      commands: ['aws ec2 describe-nat-gateways --region us-west-2 --nat-gateway-ids nat-0aaaaaaa'],
    })
  })

  test('a NAT gateway in a private subnet: that subnet gets its way out', () => {
    const natGateways = [aNatGateway({ subnetId: 'subnet-0ccccccc' })]
    const facts = factsOf([aRoute()])
    const [main] = facts.routeTables
    const publicTable = aRouteTable({ routeTableId: 'rtb-0public0', isMain: false, routes: [to('internet-gateway', 'igw-0aaaaaaa')] })
    const commandsOf = (...tables: readonly ReturnType<typeof aRouteTable>[]) =>
      fixOf({ ...facts, natGateways, routeTables: [...(main === undefined ? [] : [main]), ...tables] })?.commands
    expect(commandsOf(ownTable([]), publicTable)).toEqual([
      'aws ec2 create-route --region us-west-2 --route-table-id rtb-0ccccccc --destination-cidr-block 0.0.0.0/0 --gateway-id igw-0aaaaaaa',
    ])
    expect(commandsOf(ownTable([aRoute()]), publicTable)).toEqual([
      'aws ec2 replace-route --region us-west-2 --route-table-id rtb-0ccccccc --destination-cidr-block 0.0.0.0/0 --gateway-id igw-0aaaaaaa',
    ])
    expect(commandsOf(ownTable([]))).toEqual([
      'aws ec2 describe-internet-gateways --region us-west-2 --filters Name=attachment.vpc-id,Values=vpc-0a1b2c3d',
    ])
    // With the nodes' own table, a route to the internet gateway would take theirs away.
    expect(commandsOf()?.[0]).toBe('aws ec2 describe-route-tables --region us-west-2 --filters Name=vpc-id,Values=vpc-0a1b2c3d')
  })
})

test('skipped without a subnet', () => {
  expect(statuses(findingsOf(rule, planOf(eks, { vpcConfig: null }), factsOf([])))).toEqual(['skipped plan'])
})

test('the table of demands says when and where it was read, each destination once', () => {
  expect(nodeDemandsDate).toMatch(/^20\d\d-[01]\d-[0-3]\d$/)
  for (const { sources } of nodeDemands) {
    expect(sources.length).toBeGreaterThan(0)
    for (const source of sources) expect(source).toMatch(/^https:\/\//)
  }
  expect(new Set(nodeDemands.map(({ to }) => to)).size).toBe(nodeDemands.length)
})
