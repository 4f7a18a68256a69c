import type { VpcEndpoint } from '../../src/model/facts/network.ts'
import type { Finding } from '../../src/model/finding.ts'
import type { Plan } from '../../src/model/plan.ts'
import type { Snapshot } from '../../src/model/snapshot.ts'
import type { Topology, TopologyNode } from '../../src/report/schema/topology.ts'
import { topologyOf } from '../../src/report/topology/topology.ts'
import { aFileSystem, aGroup, aPlan, aRoute, aRouteTable, aSecurityGroup, aSnapshot, aSubnet, aVpcEndpoint, known } from '../builders.ts'

/** Facts of a network with one private subnet: NAT gateway, S3 gateway endpoint, a security group. */
export const smallFacts: Snapshot['facts'] = {
  subnets: known({ 'subnet-0aaaaaaa': aSubnet() }),
  routeTables: known([aRouteTable({ routes: [aRoute()] })]),
  natGateways: known([
    {
      natGatewayId: 'nat-0aaaaaaa',
      vpcId: 'vpc-0a1b2c3d',
      subnetId: 'subnet-0public0',
      state: 'available',
      connectivityType: 'public',
      publicIps: [],
    },
  ]),
  vpcEndpoints: known([aVpcEndpoint({ routeTableIds: ['rtb-0aaaaaaa'] })]),
  securityGroups: known({ 'sg-0aaaaaaa': aSecurityGroup() }),
  fileSystems: known([]),
}

export const oneSubnet = { subnetIds: ['subnet-0aaaaaaa'], securityGroupIds: ['sg-0aaaaaaa'], location: null }

/** The picture of one private subnet, with what matters to the test. */
export const smallTopology = ({
  findings = [],
  plan = {},
  facts = {},
}: {
  readonly findings?: readonly Finding[]
  readonly plan?: Partial<Plan>
  readonly facts?: Snapshot['facts']
} = {}): Topology => {
  const topology = topologyOf(aSnapshot(aPlan({ vpcConfig: oneSubnet, ...plan }), { ...smallFacts, ...facts }), findings)
  if (topology === null) throw new Error('no topology')
  return topology
}

const zones = ['a', 'b', 'c', 'd'] as const
const services = [
  ...['ecr.api', 'ecr.dkr', 'ssm', 'ssmmessages', 'ec2messages', 'ec2', 'sts', 'logs', 'monitoring', 'eks', 'eks-auth', 'sagemaker.api'],
]

/** An id as long as AWS makes them. */
export const longId = (prefix: string, index: number): string => `${prefix}-0${index.toString(16).padStart(16, '0')}`

const interfaceEndpoint = (service: string, index: number): VpcEndpoint =>
  aVpcEndpoint({
    vpcEndpointId: longId('vpce', 100 + index),
    type: 'Interface',
    serviceName: `com.amazonaws.us-west-2.${service}`,
    privateDnsEnabled: true,
  })

/** 16 subnets in 4 zones, a route table and a NAT gateway each zone, an S3 gateway endpoint, 12 interface endpoints, 2 groups, FSx. */
export const largeSnapshot = (): Snapshot => {
  const subnets = Array.from({ length: 16 }, (_, index) =>
    aSubnet({
      subnetId: longId('subnet', index),
      cidrBlock: `10.0.${index * 4}.0/22`,
      availabilityZone: `us-west-2${zones[index % 4] ?? 'a'}`,
    }),
  )
  const tables = zones.map((_, index) =>
    aRouteTable({
      routeTableId: longId('rtb', index),
      isMain: false,
      subnetIds: subnets.filter((__, place) => place % 4 === index).map(({ subnetId }) => subnetId),
      routes: [aRoute({ target: { kind: 'nat-gateway', id: longId('nat', index) } })],
    }),
  )
  const groups = [longId('sg', 0), longId('sg', 1)]
  const plan = aPlan({
    instanceGroups: [aGroup(), aGroup({ name: 'controller-1', instanceTypes: ['ml.c5.large'], instanceCount: 1 })],
    vpcConfig: { subnetIds: subnets.map(({ subnetId }) => subnetId), securityGroupIds: groups, location: null },
    fileSystems: [
      { type: 'lustre', fileSystemId: 'fs-0123456789abcdef0', dnsName: null, mountName: null, instanceGroups: [], location: null },
    ],
  })
  return aSnapshot(plan, {
    ...smallFacts,
    subnets: known(Object.fromEntries(subnets.map((subnet) => [subnet.subnetId, subnet]))),
    routeTables: known(tables),
    vpcEndpoints: known([
      aVpcEndpoint({ vpcEndpointId: longId('vpce', 0), routeTableIds: tables.map(({ routeTableId }) => routeTableId) }),
      ...services.map(interfaceEndpoint),
    ]),
    securityGroups: known(Object.fromEntries(groups.map((id) => [id, aSecurityGroup({ securityGroupId: id })]))),
    fileSystems: known([aFileSystem()]),
  })
}

/** `id state rules` of each marked node, `from > to state rules` of each marked edge. */
export const marked = ({ nodes, edges }: Topology): readonly string[] => [
  ...nodes.filter(({ state }) => state !== 'ok').map(({ id, state, rules }) => [id, state, ...rules].join(' ')),
  ...edges.filter(({ state }) => state !== 'ok').map(({ from, to, state, rules }) => [`${from} > ${to}`, state, ...rules].join(' ')),
]

/** `from > to label` of each edge. */
export const drawnEdges = ({ edges }: Topology): readonly string[] =>
  edges.map(({ from, to, label }) => `${from} > ${to}${label === undefined ? '' : ` ${label}`}`)

export const nodeOf = ({ nodes }: Topology, id: string): TopologyNode | undefined => nodes.find((node) => node.id === id)
