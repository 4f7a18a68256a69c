import { describe, expect, test } from '@jest/globals'
import type { NatGateway, Route, RouteTarget, VpcEndpoint } from '../../../src/model/facts/network.ts'
import type { InstanceGroup, Lifecycle, Plan } from '../../../src/model/plan.ts'
import { s3Route as rule } from '../../../src/rules/network/s3-route.ts'
import {
  aGroup,
  aHostedZone,
  aNatGateway,
  aPlan,
  aRoute,
  aRouteTable,
  aSubnet,
  aVpcEndpoint,
  denied,
  findingsOf,
  statuses,
} from '../../builders.ts'

const planOf = (changes: Partial<Plan> = {}) =>
  aPlan({ vpcConfig: { subnetIds: ['subnet-0aaaaaaa'], securityGroupIds: [], location: null }, ...changes })
const factsOf = (routes: readonly Route[], vpcEndpoints: readonly VpcEndpoint[]) => ({
  subnets: { 'subnet-0aaaaaaa': aSubnet() },
  routeTables: [aRouteTable({ routes })],
  natGateways: [aNatGateway()],
  vpcEndpoints,
  prefixLists: {},
})
const to = (kind: RouteTarget['kind'], id: string, changes: Partial<Route> = {}): Route => aRoute({ target: { kind, id }, ...changes })

const here = aVpcEndpoint({ routeTableIds: ['rtb-0aaaaaaa'] })
const elsewhere = aVpcEndpoint({ routeTableIds: ['rtb-0other00'] })
const byInterface = aVpcEndpoint({ vpcEndpointId: 'vpce-0bbbbbbb', type: 'Interface', privateDnsEnabled: true })

const noEndpoint = 'vpc-0a1b2c3d has no gateway endpoint for S3'
const ownNamesOnly = `interface endpoint vpce-0bbbbbbb does not count, S3's ordinary names do not lead to it from inside the VPC`

describe('network/s3-route', () => {
  test.each<[string, readonly Route[], readonly VpcEndpoint[], string]>([
    [
      'gateway endpoint',
      [],
      [here],
      'pass error subnet-0aaaaaaa reaches S3 through gateway endpoint vpce-0aaaaaaa, associated with rtb-0aaaaaaa',
    ],
    [
      'gateway endpoint beside one that is deleted',
      [],
      [{ ...here, vpcEndpointId: 'vpce-0old', state: 'deleted' }, here],
      'pass error subnet-0aaaaaaa reaches S3 through gateway endpoint vpce-0aaaaaaa, associated with rtb-0aaaaaaa',
    ],
    [
      'NAT gateway only',
      [aRoute()],
      [],
      `fail warning subnet-0aaaaaaa reaches S3 only through NAT gateway nat-0aaaaaaa (0.0.0.0/0 in rtb-0aaaaaaa): ${noEndpoint}`,
    ],
    [
      'NAT gateway, endpoint on other tables',
      [aRoute()],
      [elsewhere],
      'fail warning subnet-0aaaaaaa reaches S3 only through NAT gateway nat-0aaaaaaa (0.0.0.0/0 in rtb-0aaaaaaa): gateway endpoint vpce-0aaaaaaa is associated with other route tables only (rtb-0other00)',
    ],
    [
      'transit gateway',
      [to('transit-gateway', 'tgw-0aaaaaaa')],
      [],
      `unknown error 0.0.0.0/0 in rtb-0aaaaaaa leads to transit gateway tgw-0aaaaaaa, and whether that leads to the internet cannot be seen from this VPC; ${noEndpoint}`,
    ],
    ['nothing', [], [], `fail error subnet-0aaaaaaa has no way to S3: rtb-0aaaaaaa has no default route; ${noEndpoint}`],
    [
      'endpoint on other tables only',
      [],
      [elsewhere],
      'fail error subnet-0aaaaaaa has no way to S3: rtb-0aaaaaaa has no default route; gateway endpoint vpce-0aaaaaaa is associated with other route tables only (rtb-0other00)',
    ],
    [
      'endpoint on no table',
      [],
      [aVpcEndpoint()],
      'fail error subnet-0aaaaaaa has no way to S3: rtb-0aaaaaaa has no default route; gateway endpoint vpce-0aaaaaaa is associated with no route table',
    ],
    [
      'endpoint not available',
      [],
      [{ ...here, state: 'failed' }],
      'fail error subnet-0aaaaaaa has no way to S3: rtb-0aaaaaaa has no default route; its gateway endpoint vpce-0aaaaaaa is failed',
    ],
    [
      'internet gateway only',
      [to('internet-gateway', 'igw-0aaaaaaa')],
      [],
      `fail error subnet-0aaaaaaa has no way to S3: 0.0.0.0/0 in rtb-0aaaaaaa leads to internet gateway igw-0aaaaaaa, which carries nothing for nodes: they get no public address; ${noEndpoint}`,
    ],
    [
      'NAT gateway that is gone',
      [aRoute({ state: 'blackhole' })],
      [],
      `fail error subnet-0aaaaaaa has no way to S3: 0.0.0.0/0 in rtb-0aaaaaaa leads to NAT gateway nat-0aaaaaaa, which is gone (blackhole); ${noEndpoint}`,
    ],
    [
      'peering only',
      [to('peering', 'pcx-0aaaaaaa')],
      [],
      `unknown error rtb-0aaaaaaa leads to other networks (0.0.0.0/0 through VPC peering connection pcx-0aaaaaaa), and whether their endpoints answer for the nodes cannot be seen from this VPC; ${noEndpoint}`,
    ],
    [
      'endpoints of another service and another Region',
      [],
      [
        { ...here, serviceName: 'com.amazonaws.us-west-2.dynamodb' },
        { ...here, serviceName: 'com.amazonaws.us-east-1.s3' },
        { ...here, serviceName: 'com.amazonaws.us-west-2.s3express' },
      ],
      `fail error subnet-0aaaaaaa has no way to S3: rtb-0aaaaaaa has no default route; ${noEndpoint}`,
    ],
    [
      'interface endpoint that answers in the VPC',
      [],
      [byInterface],
      `fail warning subnet-0aaaaaaa reaches S3 only through the private DNS of interface endpoint vpce-0bbbbbbb: ${noEndpoint}`,
    ],
    [
      'interface endpoint without private DNS',
      [],
      [{ ...byInterface, privateDnsEnabled: false }],
      `fail error subnet-0aaaaaaa has no way to S3: rtb-0aaaaaaa has no default route; ${noEndpoint}; ${ownNamesOnly}`,
    ],
    [
      'interface endpoint for on-premises names, gateway elsewhere',
      [],
      [elsewhere, { ...byInterface, privateDnsOnlyForInboundResolverEndpoint: true }],
      `fail error subnet-0aaaaaaa has no way to S3: rtb-0aaaaaaa has no default route; gateway endpoint vpce-0aaaaaaa is associated with other route tables only (rtb-0other00); ${ownNamesOnly}`,
    ],
    [
      'interface endpoint pending beside NAT',
      [aRoute()],
      [{ ...byInterface, state: 'pending' }],
      `fail warning subnet-0aaaaaaa reaches S3 only through NAT gateway nat-0aaaaaaa (0.0.0.0/0 in rtb-0aaaaaaa): ${noEndpoint}; interface endpoint vpce-0bbbbbbb is pending`,
    ],
  ])('%s', (_, routes, endpoints, expected) => {
    const findings = findingsOf(rule, planOf(), factsOf(routes, endpoints))
    expect(findings.map(({ status, severity, message }) => `${status} ${severity} ${message}`)).toEqual([expected])
  })

  test.each(['com.amazonaws', 'cn.com.amazonaws'])('%s begins the name of the service in some partitions', (prefix) => {
    const endpoint = { ...here, serviceName: `${prefix}.cn-north-1.s3` }
    expect(statuses(findingsOf(rule, planOf({ region: 'cn-north-1' }), factsOf([], [endpoint])))).toEqual(['pass subnet-0aaaaaaa'])
  })

  const natSubnet = 'subnet-0ccccccc'
  test.each<[string, Partial<NatGateway>, readonly Route[], string]>([
    ['failed', { state: 'failed' }, [], 'NAT gateway nat-0aaaaaaa, which is failed'],
    [
      'private',
      { connectivityType: 'private', publicIps: [], subnetId: natSubnet },
      [to('internet-gateway', 'igw-0aaaaaaa')],
      'NAT gateway nat-0aaaaaaa, which is private: it leads to other networks, never to the internet',
    ],
    [
      'without a way on',
      { subnetId: natSubnet },
      [],
      'NAT gateway nat-0aaaaaaa, whose own subnet subnet-0ccccccc has no route to an internet gateway (rtb-0ccccccc has no default route)',
    ],
  ])('a NAT gateway that does not work is no way to S3: %s', (_, changes, routes, reason) => {
    const table = aRouteTable({ routeTableId: 'rtb-0ccccccc', isMain: false, subnetIds: [natSubnet], routes })
    const facts = factsOf([aRoute()], [])
    const findings = findingsOf(rule, planOf(), {
      ...facts,
      routeTables: [...facts.routeTables, table],
      natGateways: [aNatGateway(changes)],
    })
    expect(findings).toMatchObject([
      {
        status: 'fail',
        severity: 'error',
        message: `subnet-0aaaaaaa has no way to S3: 0.0.0.0/0 in rtb-0aaaaaaa leads to ${reason}; ${noEndpoint}`,
      },
    ])
  })

  describe('what cannot be known', () => {
    const viaUnseen = to('vpc-endpoint', 'vpce-0unseen0', { destination: 'pl-68a54001' })
    test.each<[string, readonly Route[], Parameters<typeof findingsOf>[2], string, string]>([
      ['endpoints denied, no way out', [], { vpcEndpoints: denied('ec2:DescribeVpcEndpoints') }, 'error', 'ec2:DescribeVpcEndpoints'],
      ['endpoints denied, NAT', [aRoute()], { vpcEndpoints: denied('ec2:DescribeVpcEndpoints') }, 'error', 'ec2:DescribeVpcEndpoints'],
      ['an endpoint that is not listed', [viaUnseen], {}, 'error', 'ec2:DescribeVpcEndpoints'],
      ['an endpoint that is not listed, NAT', [aRoute(), viaUnseen], {}, 'error', 'ec2:DescribeVpcEndpoints'],
      ['prefix lists not read', [aRoute({ destination: 'pl-0abc' })], {}, 'error', 'ec2:GetManagedPrefixListEntries'],
      ['NAT gateways denied', [aRoute()], { natGateways: denied('ec2:DescribeNatGateways') }, 'error', 'ec2:DescribeNatGateways'],
      ['a NAT gateway that is not listed', [aRoute()], { natGateways: [] }, 'error', 'ec2:DescribeNatGateways'],
      ['no main table', [], { routeTables: [] }, 'error', 'ec2:DescribeRouteTables'],
    ])('%s', (_, routes, given, severity, action) => {
      expect(findingsOf(rule, planOf(), { ...factsOf(routes, []), ...given })).toMatchObject([
        { status: 'unknown', severity, subject: 'subnet-0aaaaaaa', gap: { action } },
      ])
    })

    test('the way out of what was not read is in the finding', () => {
      const [unlisted] = findingsOf(rule, planOf(), factsOf([viaUnseen], []))
      expect(unlisted?.fix?.commands).toEqual(['aws ec2 describe-vpc-endpoints --region us-west-2 --vpc-endpoint-ids vpce-0unseen0'])
      const [prefixList] = findingsOf(rule, planOf(), factsOf([aRoute({ destination: 'pl-0abc' })], []))
      expect(prefixList?.message).toContain('pl-0abc')
      expect(prefixList?.fix?.commands[0]).toContain('create-vpc-endpoint')
    })

    test('route tables denied', () => {
      const facts = { ...factsOf([], []), routeTables: denied('ec2:DescribeRouteTables') }
      expect(statuses(findingsOf(rule, planOf(), facts))).toEqual(['unknown account'])
    })
  })

  describe('the fix', () => {
    const commandsOf = (endpoints: readonly VpcEndpoint[]) =>
      findingsOf(rule, planOf(), factsOf([], endpoints)).map(({ fix }) => fix?.commands)

    test('without an endpoint: creates one', () => {
      expect(commandsOf([])).toEqual([
        [
          'aws ec2 create-vpc-endpoint --region us-west-2 --vpc-id vpc-0a1b2c3d --vpc-endpoint-type Gateway --service-name com.amazonaws.us-west-2.s3 --route-table-ids rtb-0aaaaaaa',
        ],
      ])
    })

    test('with one on other tables: associates it', () => {
      expect(commandsOf([elsewhere])).toEqual([
        ['aws ec2 modify-vpc-endpoint --region us-west-2 --vpc-endpoint-id vpce-0aaaaaaa --add-route-table-ids rtb-0aaaaaaa'],
      ])
    })

    test('with one that is not available: looks at it', () => {
      expect(commandsOf([{ ...here, state: 'pending' }])).toEqual([
        ['aws ec2 describe-vpc-endpoints --region us-west-2 --vpc-endpoint-ids vpce-0aaaaaaa'],
      ])
    })

    test('one command mends every subnet of the plan, and leaves out tables that need nothing', () => {
      const tables = ['subnet-0aaaaaaa', 'subnet-0bbbbbbb', 'subnet-0ccccccc'].map((id, index) =>
        aRouteTable({ routeTableId: `rtb-${index}`, isMain: false, subnetIds: [id] }),
      )
      const subnets = Object.fromEntries(
        ['subnet-0aaaaaaa', 'subnet-0bbbbbbb', 'subnet-0ccccccc'].map((id) => [id, aSubnet({ subnetId: id })]),
      )
      const plan = planOf({ vpcConfig: { subnetIds: Object.keys(subnets), securityGroupIds: [], location: null } })
      const findings = findingsOf(rule, plan, { subnets, routeTables: tables, vpcEndpoints: [aVpcEndpoint({ routeTableIds: ['rtb-1'] })] })
      const mend = ['aws ec2 modify-vpc-endpoint --region us-west-2 --vpc-endpoint-id vpce-0aaaaaaa --add-route-table-ids rtb-0 rtb-2']
      expect(findings.map(({ status, fix }) => [status, fix?.commands])).toEqual([
        ['fail', mend],
        ['pass', undefined],
        ['fail', mend],
      ])
    })
  })

  test('a hosted zone that answers for S3 may lead there without a route to the internet', () => {
    const hostedZones = [aHostedZone({ name: 's3.us-west-2.amazonaws.com' })]
    expect(findingsOf(rule, planOf(), { ...factsOf([], []), hostedZones })).toMatchObject([
      {
        status: 'unknown',
        severity: 'error',
        message: expect.stringContaining('and where the name of S3 leads is not known: private hosted zone s3.us-west-2.amazonaws.com'),
      },
    ])
  })

  describe('skipped', () => {
    const custom: Lifecycle = {
      mode: 'custom',
      source: { bucket: 'b', prefix: '', location: null },
      script: 'on_create.sh',
      location: null,
    }
    const ami: Partial<Plan> = { lifecycleSources: [], instanceGroups: [aGroup(), aGroup({ name: 'login' })] }
    test.each<[string, Partial<Plan>, readonly string[]]>([
      ['AMI-based Slurm', ami, ['skipped plan']],
      [
        'AMI-based Slurm with a bucket',
        { ...ami, lifecycleSources: [{ bucket: 'b', prefix: '', location: null }] },
        ['fail subnet-0aaaaaaa'],
      ],
      ['one group with a script', { ...ami, instanceGroups: [aGroup(), aGroup({ lifecycle: custom })] }, ['fail subnet-0aaaaaaa']],
      ['no group known', { ...ami, instanceGroups: [] }, ['fail subnet-0aaaaaaa']],
      ['EKS', { ...ami, orchestrator: { kind: 'eks', cluster: null } }, ['fail subnet-0aaaaaaa']],
      ['orchestrator unstated', { ...ami, orchestrator: { kind: 'unstated' } }, ['fail subnet-0aaaaaaa']],
      ['no subnet', { vpcConfig: null }, ['skipped plan']],
    ])('%s', (_, plan, expected) => {
      expect(statuses(findingsOf(rule, planOf(plan), factsOf([], [])))).toEqual(expected)
    })

    test('is decided for each subnet by the groups that land there', () => {
      const own = { subnetIds: ['subnet-0bbbbbbb'], securityGroupIds: ['sg-0aaaaaaa'], location: null }
      const source = { bucket: 'b', prefix: '', location: null }
      const groups = (placed: Partial<InstanceGroup>, other: Partial<InstanceGroup>): Partial<Plan> => ({
        vpcConfig: { subnetIds: ['subnet-0aaaaaaa'], securityGroupIds: ['sg-0aaaaaaa'], location: null },
        instanceGroups: [aGroup({ ...placed, overrideVpcConfig: own }), aGroup({ name: 'login', ...other })],
        lifecycleSources: [source],
      })
      const facts = {
        ...factsOf([], []),
        subnets: { 'subnet-0aaaaaaa': aSubnet(), 'subnet-0bbbbbbb': aSubnet({ subnetId: 'subnet-0bbbbbbb' }) },
      }
      const judged = (plan: Partial<Plan>): readonly string[] => statuses(findingsOf(rule, planOf(plan), facts))
      expect(judged(groups({}, { lifecycle: custom }))).toEqual(['fail subnet-0aaaaaaa', 'skipped subnet-0bbbbbbb'])
      expect(judged(groups({ lifecycle: custom }, {}))).toEqual(['skipped subnet-0aaaaaaa', 'fail subnet-0bbbbbbb'])
      expect(judged(groups({ lifecycle: { ...custom, mode: 'extension' } }, { lifecycle: custom }))).toEqual([
        'fail subnet-0aaaaaaa',
        'fail subnet-0bbbbbbb',
      ])
    })
  })
})
