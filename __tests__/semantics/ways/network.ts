import type { Fact } from '../../../src/model/fact.ts'
import type { VpcEndpoint } from '../../../src/model/facts/network.ts'
import type { Facts } from '../../../src/model/facts.ts'
import type { Plan } from '../../../src/model/plan.ts'
import type { WayFacts } from '../../../src/semantics/ways/network.ts'
import { type Way, waysOf } from '../../../src/semantics/ways/ways.ts'
import {
  aNatGateway,
  aNetworkAcl,
  anEksCluster,
  aPermission,
  aPlan,
  aRole,
  aRoute,
  aRouteTable,
  aSecurityGroup,
  aSubnet,
  aVpc,
  aVpcEndpoint,
  known,
  someDhcpOptions,
} from '../../builders.ts'

/** What a test says of the network: bare values are known facts. */
export type Given = { readonly [K in keyof WayFacts]?: Facts[K] | Fact<Facts[K]> }

export const nodeSubnet = aSubnet({ cidrBlock: '10.0.0.0/22' })
export const endpointSubnet = aSubnet({ subnetId: 'subnet-0endpnt0', cidrBlock: '10.0.8.0/24' })
export const https = aPermission({ protocol: 'tcp', fromPort: 443, toPort: 443, ipv4Ranges: ['10.0.0.0/16'] })

/** The gateway endpoint of S3 on the nodes' route table. */
export const s3Gateway = aVpcEndpoint({ vpcEndpointId: 'vpce-0gateway', routeTableIds: ['rtb-0aaaaaaa'] })
export const toS3Gateway = aRoute({ destination: 'pl-68a54001', target: { kind: 'vpc-endpoint', id: 'vpce-0gateway' } })

/** An interface endpoint in a subnet of its own, whose private DNS answers. */
export const anInterface = (service: string, changes: Partial<VpcEndpoint> = {}): VpcEndpoint =>
  aVpcEndpoint({
    vpcEndpointId: `vpce-${service}`,
    type: 'Interface',
    serviceName: `com.amazonaws.us-west-2.${service}`,
    privateDnsEnabled: true,
    subnetIds: ['subnet-0endpnt0'],
    securityGroupIds: ['sg-0endpoint'],
    ...changes,
  })

const placed = { subnetIds: ['subnet-0aaaaaaa'], securityGroupIds: ['sg-0aaaaaaa'], location: null }

export const slurmPlan = (changes: Partial<Plan> = {}): Plan => aPlan({ vpcConfig: placed, ...changes })
export const eksPlan = (changes: Partial<Plan> = {}): Plan =>
  aPlan({
    vpcConfig: placed,
    orchestrator: { kind: 'eks', cluster: { name: 'prod', arn: null, region: null, account: null, location: null } },
    ...changes,
  })

/** A subnet behind a NAT gateway and an S3 gateway endpoint, in which every way is open. */
const sound = {
  bucketPolicies: known({}),
  dhcpOptions: known(someDhcpOptions()),
  eksCluster: known(anEksCluster()),
  eksSecurityGroups: known({ 'sg-0eeeeeee': aSecurityGroup({ securityGroupId: 'sg-0eeeeeee', ingress: [https] }) }),
  endpointSecurityGroups: known({ 'sg-0endpoint': aSecurityGroup({ securityGroupId: 'sg-0endpoint', ingress: [https], egress: [] }) }),
  endpointSubnets: known({ 'subnet-0endpnt0': endpointSubnet }),
  hostedZones: known([]),
  identity: known({ kind: 'caller', account: '123456789012', arn: 'arn:aws:iam::123456789012:role/ci', partition: 'aws' }),
  natGateways: known([aNatGateway()]),
  networkAcls: known([aNetworkAcl({ subnetIds: ['subnet-0aaaaaaa', 'subnet-0bbbbbbb', 'subnet-0endpnt0', 'subnet-0public0'] })]),
  prefixLists: known({
    'pl-68a54001': known({
      prefixListId: 'pl-68a54001',
      name: 'com.amazonaws.us-west-2.s3',
      cidrBlocks: ['3.5.76.0/22', '52.218.128.0/17'],
    }),
  }),
  routeInterfaces: known({}),
  transitGatewayAttachments: known([]),
  transitGatewayRoutes: known({}),
  transitSubnets: known({}),
  roles: known({ HyperPodExecutionRole: known(aRole()) }),
  routeTables: known([aRouteTable({ routes: [toS3Gateway, aRoute()] })]),
  securityGroups: known({ 'sg-0aaaaaaa': aSecurityGroup() }),
  subnets: known({ 'subnet-0aaaaaaa': nodeSubnet }),
  vpc: known(aVpc()),
  vpcDns: known({ vpcId: 'vpc-0a1b2c3d', enableDnsHostnames: true, enableDnsSupport: true }),
  vpcEndpoints: known([s3Gateway]),
} as const satisfies WayFacts

const isFact = (value: unknown): boolean => typeof value === 'object' && value !== null && 'ok' in value

export const factsOf = (given: Given = {}): WayFacts => ({
  ...sound,
  ...Object.fromEntries(Object.entries(given).map(([id, value]) => [id, isFact(value) ? value : known(value)])),
})

/** `S3 open`, `ecr.api closed: network-acl`, `logs undecided: route`: each destination with its state and the layers to blame. */
export const waysIn = (plan: Plan, given: Given = {}): Readonly<Record<string, string>> =>
  Object.fromEntries(waysOf(plan, factsOf(given)).map((way) => [way.demand.to, stateText(way)]))

const stateText = ({ state, steps }: Way): string => {
  if (state === 'open') return 'open'
  return `${state}: ${[...new Set(steps.filter((step) => step.state === state).map(({ layer }) => layer))].join(' ')}`
}
