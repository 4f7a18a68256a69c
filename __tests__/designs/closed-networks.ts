import type { SecurityGroup, VpcEndpoint } from '../../src/model/facts/network.ts'
import { aNetworkAcl, aPermission, aSecurityGroup, aSubnet, aVpcEndpoint, type Given } from '../builders.ts'
import { eksPlan, everySubnet, nodeGroup, routed, s3Gateway, slurmPlan, subnetsOf, toS3 } from './account.ts'
import type { Design } from './design.ts'

/** Networks without a way to the internet: everything that nodes need has an endpoint. */

const anInterface = (service: string, changes: Partial<VpcEndpoint> = {}): VpcEndpoint =>
  aVpcEndpoint({
    vpcEndpointId: `vpce-0${service.replaceAll(/[^a-z0-9]/g, '')}`,
    type: 'Interface',
    serviceName: `com.amazonaws.us-west-2.${service}`,
    privateDnsEnabled: true,
    subnetIds: ['subnet-0endpnt0'],
    securityGroupIds: ['sg-0endpoint'],
    ...changes,
  })

/** What AWS's own template of a closed network on EKS has. */
const services = ['ec2', 'ecr.api', 'ecr.dkr', 'sts', 'logs', 'monitoring', 'ssm', 'ssmmessages', 'ec2messages', 'eks-auth']
const httpsFrom = (...ipv4Ranges: readonly string[]) => aPermission({ protocol: 'tcp', fromPort: 443, toPort: 443, ipv4Ranges })
const endpointGroup = (...ingress: SecurityGroup['ingress']): SecurityGroup =>
  aSecurityGroup({ securityGroupId: 'sg-0endpoint', ingress, egress: [] })
const endpoints = (changes: Partial<VpcEndpoint> = {}, names: readonly string[] = services): readonly VpcEndpoint[] =>
  names.map((name) => anInterface(name, changes))

/** A network that leads nowhere, with an endpoint for each service that nodes on EKS need, and for these. */
export const closedWith = (...more: readonly string[]): Given => ({
  ...closed,
  vpcEndpoints: [s3Gateway, ...endpoints({}, [...services, ...more])],
})

const closed: Given = {
  routeTables: routed(toS3),
  natGateways: [],
  vpcEndpoints: [s3Gateway, ...endpoints()],
  endpointSubnets: subnetsOf(aSubnet({ subnetId: 'subnet-0endpnt0', cidrBlock: '10.0.9.0/24' })),
  endpointSecurityGroups: { 'sg-0endpoint': endpointGroup(httpsFrom('10.0.0.0/16')) },
}
const without = (...names: readonly string[]): Given => ({
  vpcEndpoints: [
    s3Gateway,
    ...endpoints(
      {},
      services.filter((name) => !names.includes(name)),
    ),
  ],
})
const onlyFor = (action: string): string =>
  JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: '*', Action: action, Resource: '*' }] })

const viaInterface: Given = { ...closed, routeTables: routed(), vpcEndpoints: endpoints({}, [...services, 's3']) }
const onS3Alone: Given = { routeTables: routed(toS3), natGateways: [] }
const toListAlone = {
  ...nodeGroup,
  egress: [
    aPermission({ securityGroupIds: ['sg-0aaaaaaa'] }),
    aPermission({ protocol: 'tcp', fromPort: 443, toPort: 443, prefixListIds: ['pl-68a54001'] }),
  ],
}

export const closedNetworks: readonly Design[] = [
  {
    name: 'EKS with an endpoint for every service',
    plan: eksPlan(),
    given: closed,
    without: [
      { part: 'the one of sts', given: without('sts'), against: ['fail network/egress'] },
      { part: 'the two of ECR', given: without('ecr.api', 'ecr.dkr'), against: ['fail network/egress'] },
      {
        part: 'DNS hostnames',
        given: { vpcDns: { vpcId: 'vpc-0a1b2c3d', enableDnsHostnames: false, enableDnsSupport: true } },
        against: ['fail network/dns'],
      },
      {
        part: 'inbound rules at the endpoints',
        given: { endpointSecurityGroups: { 'sg-0endpoint': endpointGroup() } },
        against: ['fail network/endpoints-usable'],
      },
      {
        part: 'the block of one subnet in their rules',
        given: { endpointSecurityGroups: { 'sg-0endpoint': endpointGroup(httpsFrom('10.0.0.0/22')) } },
        against: ['fail network/endpoints-usable'],
      },
      {
        part: 'private DNS',
        given: { vpcEndpoints: [s3Gateway, ...endpoints({ privateDnsEnabled: false })] },
        against: ['fail network/egress'],
      },
      {
        part: 'what its policies have to allow',
        given: { vpcEndpoints: [s3Gateway, ...endpoints({ policyDocument: onlyFor('s3:GetObject') })] },
        against: ['fail network/endpoint-policy'],
      },
      {
        part: 'the ACL of their subnet',
        given: {
          networkAcls: [
            aNetworkAcl({ subnetIds: everySubnet.filter((id) => id !== 'subnet-0endpnt0') }),
            aNetworkAcl({ networkAclId: 'acl-0shut000', isDefault: false, subnetIds: ['subnet-0endpnt0'], entries: [] }),
          ],
        },
        against: ['fail network/acl'],
      },
      { part: 'a way for its layers', given: { vpcEndpoints: endpoints(), routeTables: routed() }, against: ['fail network/s3-route'] },
    ],
  },
  {
    name: 'EKS with an interface endpoint of S3',
    plan: eksPlan(),
    given: viaInterface,
    without: [
      { part: 'that one', given: { vpcEndpoints: endpoints() }, against: ['fail network/s3-route'] },
      {
        part: 'outbound rules',
        given: { securityGroups: { 'sg-0aaaaaaa': { ...nodeGroup, egress: [aPermission({ securityGroupIds: ['sg-0aaaaaaa'] })] } } },
        against: ['fail security-group/egress-open', 'fail security-group/eks-control-plane'],
      },
    ],
  },
  {
    name: 'Slurm on the gateway endpoint of S3 alone',
    plan: slurmPlan(),
    given: onS3Alone,
    without: [
      {
        part: 'its association',
        given: { routeTables: routed(), vpcEndpoints: [{ ...s3Gateway, routeTableIds: [] }] },
        against: ['fail network/s3-route'],
      },
      { part: 'the endpoint itself', given: { routeTables: routed(), vpcEndpoints: [] }, against: ['fail network/s3-route'] },
      {
        part: 'DNS support',
        given: { vpcDns: { vpcId: 'vpc-0a1b2c3d', enableDnsHostnames: false, enableDnsSupport: false } },
        against: ['fail network/dns'],
      },
    ],
  },
  {
    name: 'Slurm whose outbound rules lead to the prefix list of S3 alone',
    plan: slurmPlan(),
    given: { ...onS3Alone, securityGroups: { 'sg-0aaaaaaa': toListAlone } },
    without: [
      {
        part: 'the rule',
        given: { securityGroups: { 'sg-0aaaaaaa': { ...toListAlone, egress: toListAlone.egress.slice(0, 1) } } },
        against: ['fail security-group/egress-open'],
      },
      {
        part: 'HTTPS in it',
        given: {
          securityGroups: {
            'sg-0aaaaaaa': {
              ...toListAlone,
              egress: toListAlone.egress.map((rule) => ({ ...rule, fromPort: rule.fromPort && 80, toPort: rule.toPort && 80 })),
            },
          },
        },
        against: ['fail security-group/egress-open'],
      },
      {
        part: 'the rule to itself',
        given: { securityGroups: { 'sg-0aaaaaaa': { ...toListAlone, egress: toListAlone.egress.slice(1) } } },
        against: ['fail security-group/self-egress'],
      },
    ],
  },
]
