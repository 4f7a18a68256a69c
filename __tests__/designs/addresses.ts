import type { SecurityGroup, Subnet } from '../../src/model/facts/network.ts'
import { aFileSystem, aNetworkInterface, aPermission, aRoute, aSecurityGroup, aVpc, type Given } from '../builders.ts'
import {
  controlPlaneGroup,
  eks,
  eksPlan,
  group,
  nodeGroup,
  privateTable,
  publicTable,
  routed,
  slurmPlan,
  subnetA,
  subnetB,
  subnetsOf,
  toNat,
  toS3,
} from './account.ts'
import type { Design } from './design.ts'

/** Address families, blocks, zones and owners of the nodes' subnets, and what else is in them. */

const secondary = { cidrBlocks: ['10.0.0.0/16', '100.64.0.0/16'] }
const podA: Subnet = { ...subnetA, cidrBlock: '100.64.0.0/18', availableIpAddressCount: 16_379 }
const podB: Subnet = { ...subnetB, cidrBlock: '100.64.64.0/18', availableIpAddressCount: 16_379 }
const fromBlock = (block: string): Given => ({
  eksSecurityGroups: {
    'sg-0eeeeeee': { ...controlPlaneGroup, ingress: [aPermission({ protocol: 'tcp', fromPort: 443, toPort: 443, ipv4Ranges: [block] })] },
  },
})

const dual = (subnet: Subnet, block: string): Subnet => ({ ...subnet, ipv6CidrBlocks: [block] })
const dualSubnets = subnetsOf(dual(subnetA, '2600:1f14:1:2::/64'), dual(subnetB, '2600:1f14:1:3::/64'))
/** The same with so many free IPv4 addresses each. */
const withFree = (availableIpAddressCount: number) =>
  subnetsOf(
    { ...dual(subnetA, '2600:1f14:1:2::/64'), availableIpAddressCount },
    { ...dual(subnetB, '2600:1f14:1:3::/64'), availableIpAddressCount },
  )
const toEveryIpv6 = aRoute({ destination: '::/0', target: { kind: 'egress-only-internet-gateway', id: 'eigw-0aaaaaaa' } })
const dualStack: Given = {
  vpc: aVpc({ ipv6CidrBlocks: ['2600:1f14:1::/56'] }),
  subnets: dualSubnets,
  routeTables: routed(toS3, toNat, toEveryIpv6),
}
const outbound = (...rules: SecurityGroup['egress']): Given => ({
  securityGroups: { 'sg-0aaaaaaa': { ...nodeGroup, egress: [aPermission({ securityGroupIds: ['sg-0aaaaaaa'] }), ...rules] } },
})

/** Subnets of the network account, shared with the one that the cluster is made in, which sees neither its gateways nor its endpoints. */
const owner = '999988887777'
const shared = (subnet: Subnet): Subnet => ({ ...subnet, ownerId: owner })
const participant: Given = {
  subnets: subnetsOf(shared(subnetA), shared(subnetB)),
  natGateways: [],
  vpcEndpoints: [],
  routeTables: [privateTable([toS3, toNat])],
}
const vouched = {
  ...slurmPlan(),
  trustedTargets: ['nat-0aaaaaaa', 'vpce-0gateway'].map((id) => ({ id, reason: 'shared network', owner: 'network team' })),
}

const inZone = (id: string, securityGroupId: string) => ({ OverrideVpcConfig: { SecurityGroupIds: [securityGroupId], Subnets: [id] } })
const twoZones = slurmPlan({
  InstanceGroups: [
    group('controller', 'ml.m5.2xlarge', 1),
    group('worker-1', 'ml.p5.48xlarge', 4),
    group('worker-2', 'ml.c5.9xlarge', 4, inZone('subnet-0bbbbbbb', 'sg-0bbbbbbb')),
  ],
  VpcConfig: { SecurityGroupIds: ['sg-0aaaaaaa'], Subnets: ['subnet-0aaaaaaa'] },
})
const eachOther = aPermission({ securityGroupIds: ['sg-0aaaaaaa', 'sg-0bbbbbbb'] })
const secondGroup = aSecurityGroup({
  securityGroupId: 'sg-0bbbbbbb',
  ingress: [eachOther],
  egress: [eachOther, aPermission({ ipv4Ranges: ['0.0.0.0/0'] })],
})
const both = { 'sg-0aaaaaaa': { ...nodeGroup, ingress: [eachOther] }, 'sg-0bbbbbbb': secondGroup }

const mounting = slurmPlan({
  Orchestrator: { Slurm: {} },
  InstanceGroups: [
    group('controller', 'ml.m5.2xlarge', 1, { SlurmConfig: { NodeType: 'Controller' } }),
    group('worker-1', 'ml.p5.48xlarge', 4, {
      SlurmConfig: { NodeType: 'Compute', PartitionNames: ['dev'] },
      InstanceStorageConfigs: [
        { FsxLustreConfig: { DnsName: 'fs-0123456789abcdef0.fsx.us-west-2.amazonaws.com', MountName: 'fsxmount', MountPath: '/fsx' } },
      ],
    }),
  ],
})
const lustrePorts = [988, 1018].map((fromPort) =>
  aPermission({ protocol: 'tcp', fromPort, toPort: fromPort === 988 ? 988 : 1023, securityGroupIds: ['sg-0aaaaaaa', 'sg-0lustre00'] }),
)
const lustreGroup = (...ingress: SecurityGroup['ingress']): Given => ({
  fileSystemSecurityGroups: {
    'sg-0lustre00': aSecurityGroup({ securityGroupId: 'sg-0lustre00', ingress, egress: [aPermission({ ipv4Ranges: ['0.0.0.0/0'] })] }),
  },
})
const withLustre: Given = {
  fileSystems: [aFileSystem()],
  fileSystemInterfaces: { 'fs-0123456789abcdef0': [aNetworkInterface({ securityGroupIds: ['sg-0lustre00'] })] },
  securityGroups: {
    'sg-0aaaaaaa': {
      ...nodeGroup,
      ingress: [...nodeGroup.ingress, ...lustrePorts.map((rule) => ({ ...rule, securityGroupIds: ['sg-0lustre00'] }))],
    },
  },
  ...lustreGroup(...lustrePorts),
}

export const addresses: readonly Design[] = [
  {
    name: 'EKS nodes in a secondary block of the VPC',
    plan: eksPlan(),
    given: {
      vpc: aVpc(secondary),
      vpcs: [aVpc(secondary)],
      subnets: subnetsOf(podA, podB),
      eksCluster: { ...eks, subnetIds: ['subnet-0control', 'subnet-0contro2'] },
      ...fromBlock('100.64.0.0/16'),
    },
    without: [
      { part: 'a rule for that block', given: fromBlock('10.0.0.0/16'), against: ['fail security-group/eks-control-plane'] },
      {
        part: 'room in one subnet',
        given: { subnets: subnetsOf(podA, { ...podB, availableIpAddressCount: 40 }) },
        against: ['fail network/subnet-capacity'],
      },
    ],
  },
  {
    name: 'EKS nodes in dual-stack subnets',
    plan: eksPlan(),
    given: dualStack,
    without: [
      { part: 'a way over IPv4', given: { routeTables: routed(toS3, toEveryIpv6) }, against: ['fail network/egress'] },
      {
        part: 'outbound rules for IPv4',
        given: outbound(aPermission({ ipv6Ranges: ['::/0'] })),
        against: ['fail security-group/egress-open', 'fail security-group/eks-control-plane'],
      },
    ],
  },
  {
    name: 'an EKS cluster for IPv6, in subnets with few IPv4 addresses',
    plan: eksPlan(),
    given: { ...dualStack, eksCluster: { ...eks, ipFamily: 'ipv6' }, subnets: withFree(128) },
    without: [
      { part: 'an address for each interface', given: { subnets: withFree(127) }, against: ['fail network/subnet-capacity'] },
      { part: 'an IPv6 block in the subnets', given: { subnets: subnetsOf(subnetA, subnetB) }, against: ['fail network/subnet-capacity'] },
      { part: 'IPv6 in the EKS cluster', given: { eksCluster: { ...eks, ipFamily: 'ipv4' } }, against: ['fail network/subnet-capacity'] },
    ],
  },
  {
    name: 'Slurm nodes in dual-stack subnets',
    plan: slurmPlan(),
    given: dualStack,
    without: [
      { part: 'a way over IPv4', given: { routeTables: routed(toEveryIpv6), vpcEndpoints: [] }, against: ['fail network/s3-route'] },
      {
        part: 'an IPv4 block in one subnet',
        given: {
          subnets: {
            ...dualSubnets,
            'subnet-0bbbbbbb': { ...subnetB, cidrBlock: null, availableIpAddressCount: 0, ipv6CidrBlocks: ['2600:1f14:1:3::/64'] },
          },
        },
        against: ['fail network/subnet-capacity'],
      },
    ],
  },
  {
    name: 'subnets that another account shares, whose gateways somebody vouches for',
    plan: vouched,
    given: participant,
    without: [
      {
        part: 'anybody who does',
        given: {},
        plan: slurmPlan(),
        against: ['unknown network/s3-route', 'unknown network/s3-endpoint-policy'],
      },
      { part: 'the route to S3', given: { routeTables: [privateTable([])] }, against: ['fail network/s3-route'] },
    ],
  },
  {
    name: 'Slurm groups in two zones with groups of their own',
    plan: twoZones,
    given: { securityGroups: both },
    without: [
      {
        part: 'outbound rules in one',
        given: { securityGroups: { ...both, 'sg-0bbbbbbb': { ...secondGroup, egress: [] } } },
        against: ['fail security-group/egress-open'],
      },
      {
        part: 'a way out of one zone',
        given: {
          routeTables: [
            publicTable,
            privateTable([toS3, toNat], { subnetIds: ['subnet-0aaaaaaa'] }),
            privateTable([], { routeTableId: 'rtb-0zoneb00', subnetIds: ['subnet-0bbbbbbb'] }),
          ],
        },
        against: ['fail network/s3-route'],
      },
      {
        part: 'the type in its zone',
        given: { instanceTypeOfferings: { 'ml.m5.2xlarge': ['usw2-az1'], 'ml.p5.48xlarge': ['usw2-az1'], 'ml.c5.9xlarge': ['usw2-az1'] } },
        against: ['fail network/type-offered'],
      },
    ],
  },
  {
    name: 'Slurm that mounts FSx for Lustre',
    plan: mounting,
    given: withLustre,
    without: [
      { part: 'the ports of Lustre', given: lustreGroup(), against: ['fail security-group/lustre'] },
      { part: 'the file system', given: { fileSystems: [], fileSystemInterfaces: {} }, against: ['fail slurm/file-system'] },
      { part: 'its state', given: { fileSystems: [aFileSystem({ lifecycle: 'FAILED' })] }, against: ['fail slurm/file-system'] },
      {
        part: 'the network of the nodes',
        given: { fileSystems: [aFileSystem({ vpcId: 'vpc-0other000' })] },
        against: ['fail slurm/file-system'],
      },
    ],
  },
]
