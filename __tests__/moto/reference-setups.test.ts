import {
  DeleteNatGatewayCommand,
  DeleteRouteCommand,
  DeleteVpcEndpointsCommand,
  DescribeRouteTablesCommand,
  DisassociateRouteTableCommand,
  ModifyVpcAttributeCommand,
  ModifyVpcEndpointCommand,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2'
import { DeleteClusterCommand } from '@aws-sdk/client-eks'
import { DeleteRolePolicyCommand, DetachRolePolicyCommand, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam'
import { DeleteObjectCommand, DeletePublicAccessBlockCommand } from '@aws-sdk/client-s3'
import { describe, expect, jest, test } from '@jest/globals'
import type { Report } from '../../src/report/schema/report.ts'
import { credentialsFor, runAction } from '../packed.ts'
import { allTraffic, deployerSession, goodQuotas, moto, trustOf } from './account.ts'
import { type Behaviour, startLoopbackAws } from './loopback-aws.ts'
import { type EksSetup, eksSetup, everywhere, makeInterfaceEndpoint, type SlurmSetup, slurmSetup } from './reference-setups.ts'

/** A set-up is made and judged in a few seconds; a busy machine takes longer. */
jest.setTimeout(60_000)

const quotas: Behaviour['quotas'] = {
  ...goodQuotas,
  'L-E2A0AC0F': { serviceCode: 'sagemaker', name: 'ml.m5.12xlarge for cluster usage', value: 4 },
}

const judged = async (
  inputs: Readonly<Record<string, string>>,
  behaviour: Partial<Behaviour>,
  environment: Readonly<Record<string, string>> = {},
): Promise<Report> => {
  const session = await deployerSession(moto)
  // The documents of the policies decide: what a set-up lacks has to be seen in them.
  const aws = await startLoopbackAws({ moto, quotas, denied: ['iam:SimulatePrincipalPolicy'], ...behaviour })
  try {
    const { report, log } = await runAction(inputs, { ...credentialsFor(aws.url), ...session, ...environment })
    if (report === null) throw new Error(`the action made no report:\n${log}`)
    return report
  } finally {
    await aws.close()
  }
}

const judgeSlurm = (setup: SlurmSetup, behaviour: Partial<Behaviour> = {}): Promise<Report> =>
  judged(setup.inputs, { fileSystemInterfaceIds: [setup.fileSystemInterfaceId], ...behaviour })

const judgeEks = (setup: EksSetup, behaviour: Partial<Behaviour> = {}): Promise<Report> =>
  judged(setup.inputs, { clusterSecurityGroupId: setup.clusterSecurityGroupId, ...behaviour }, { KUBECONFIG: setup.kubeconfig })

/** Rules that say that something must or should change. Notices are advice: a single private subnet is in one zone, for one. */
const red = (report: Report): readonly string[] =>
  [...new Set(report.findings.filter(({ status, severity }) => status === 'fail' && severity !== 'notice').map(({ rule }) => rule))].sort()

const unknowns = (report: Report): readonly string[] =>
  report.findings.filter(({ status }) => status === 'unknown').map(({ rule, message }) => `${rule}: ${message}`)

/** Something that is taken away, and the rules that turn red for it: exactly these. */
interface Removal<S> {
  readonly part: string
  readonly rules: readonly string[]
  readonly remove: (setup: S) => Promise<unknown>
}

const dns = (attribute: 'EnableDnsHostnames' | 'EnableDnsSupport') => (setup: SlurmSetup | EksSetup) =>
  setup.ec2.send(new ModifyVpcAttributeCommand({ VpcId: setup.vpcId, [attribute]: { Value: false } }))

const s3Endpoint = (setup: SlurmSetup | EksSetup) => setup.ec2.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [setup.s3EndpointId] }))

const s3Association = (setup: SlurmSetup | EksSetup) =>
  setup.ec2.send(new ModifyVpcEndpointCommand({ VpcEndpointId: setup.s3EndpointId, RemoveRouteTableIds: setup.routeTableIds.slice(0, 1) }))

const selfIngress = ({ ec2, securityGroupId }: SlurmSetup | EksSetup) =>
  ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId: securityGroupId, IpPermissions: [allTraffic(securityGroupId)] }))

const selfEgress = ({ ec2, securityGroupId }: SlurmSetup | EksSetup) =>
  ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId: securityGroupId, IpPermissions: [allTraffic(securityGroupId)] }))

const openEgress = ({ ec2, securityGroupId }: SlurmSetup | EksSetup) =>
  ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId: securityGroupId, IpPermissions: [everywhere] }))

const trust = ({ iam, role }: SlurmSetup | EksSetup) =>
  iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: role, PolicyDocument: trustOf('ec2.amazonaws.com') }))

const managedPolicy = ({ iam, role }: SlurmSetup | EksSetup) =>
  iam.send(new DetachRolePolicyCommand({ RoleName: role, PolicyArn: 'arn:aws:iam::aws:policy/AmazonSageMakerClusterInstanceRolePolicy' }))

const inlinePolicy =
  (PolicyName: string) =>
  ({ iam, role }: SlurmSetup | EksSetup) =>
    iam.send(new DeleteRolePolicyCommand({ RoleName: role, PolicyName }))

const entryPoint = ({ s3, bucket }: SlurmSetup | EksSetup) => s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'on_create.sh' }))

const publicAccessBlock = ({ s3, bucket }: SlurmSetup | EksSetup) => s3.send(new DeletePublicAccessBlockCommand({ Bucket: bucket }))

const tableAssociation = async ({ ec2, routeTableIds }: SlurmSetup | EksSetup) => {
  const found = await ec2.send(new DescribeRouteTablesCommand({ RouteTableIds: routeTableIds.slice(0, 1) }))
  const AssociationId = found.RouteTables?.[0]?.Associations?.[0]?.RouteTableAssociationId
  await ec2.send(new DisassociateRouteTableCommand({ AssociationId }))
}

const slurmRemovals: readonly Removal<SlurmSetup>[] = [
  {
    part: 'the route to the NAT gateway',
    rules: ['network/egress'],
    remove: ({ ec2, routeTableIds }) =>
      ec2.send(new DeleteRouteCommand({ RouteTableId: routeTableIds[0], DestinationCidrBlock: '0.0.0.0/0' })),
  },
  {
    part: 'the NAT gateway',
    rules: ['network/egress'],
    remove: ({ ec2, natGatewayId }) => ec2.send(new DeleteNatGatewayCommand({ NatGatewayId: natGatewayId })),
  },
  { part: 'the S3 endpoint', rules: ['network/s3-route'], remove: s3Endpoint },
  { part: 'the association of the S3 endpoint with the route table', rules: ['network/s3-route'], remove: s3Association },
  { part: 'the route table of the subnet', rules: ['network/egress', 'network/s3-route'], remove: tableAssociation },
  { part: 'DNS hostnames', rules: ['network/dns'], remove: dns('EnableDnsHostnames') },
  { part: 'DNS support', rules: ['network/dns'], remove: dns('EnableDnsSupport') },
  { part: "the group's rule from itself", rules: ['security-group/lustre', 'security-group/self-ingress'], remove: selfIngress },
  { part: "the group's rule to itself", rules: ['security-group/self-egress'], remove: selfEgress },
  { part: "the group's rule to everywhere", rules: ['security-group/egress-open'], remove: openEgress },
  { part: "SageMaker in the role's trust policy", rules: ['iam/execution-role-trust'], remove: trust },
  { part: 'the managed policy', rules: ['iam/execution-role-permissions'], remove: managedPolicy },
  { part: 'the network policy', rules: ['iam/execution-role-permissions'], remove: inlinePolicy('AmazonSagemakerClusterVPCPolicy') },
  { part: 'the entry point', rules: ['lifecycle/entry-point'], remove: entryPoint },
  { part: 'the public access block', rules: ['s3/exposure'], remove: publicAccessBlock },
]

const endpointRemoval = (service: string, rules: readonly string[] = ['network/egress']): Removal<EksSetup> => ({
  part: `the ${service} endpoint`,
  rules,
  remove: ({ ec2, interfaceEndpoints }) => ec2.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [interfaceEndpoints[service] ?? ''] })),
})

const eksRemovals: readonly Removal<EksSetup>[] = [
  ...['ec2', 'ecr.api', 'ecr.dkr', 'sts', 'logs', 'monitoring', 'ssm', 'ssmmessages', 'eks-auth'].map((service) =>
    endpointRemoval(service),
  ),
  {
    part: 'the private DNS of an endpoint',
    rules: ['network/egress', 'network/endpoints-usable'],
    remove: async ({ ec2, vpcId, subnetIds, securityGroupId, interfaceEndpoints }) => {
      await ec2.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [interfaceEndpoints['ecr.dkr'] ?? ''] }))
      await makeInterfaceEndpoint(ec2, vpcId, 'ecr.dkr', subnetIds, securityGroupId, false)
    },
  },
  { part: 'the S3 endpoint', rules: ['network/s3-route'], remove: s3Endpoint },
  { part: 'the association of the S3 endpoint with one route table', rules: ['network/s3-route'], remove: s3Association },
  { part: 'the route table of a subnet', rules: ['network/s3-route'], remove: tableAssociation },
  { part: 'DNS hostnames', rules: ['network/dns', 'network/endpoints-usable'], remove: dns('EnableDnsHostnames') },
  { part: 'DNS support', rules: ['network/dns', 'network/endpoints-usable'], remove: dns('EnableDnsSupport') },
  {
    part: "the group's rule from itself",
    rules: ['network/endpoints-usable', 'security-group/eks-control-plane', 'security-group/self-ingress'],
    remove: selfIngress,
  },
  { part: "the group's rule to itself", rules: ['security-group/self-egress'], remove: selfEgress },
  { part: "the group's rule to everywhere", rules: ['security-group/egress-open'], remove: openEgress },
  {
    part: 'the EKS cluster',
    rules: ['eks/cluster'],
    remove: ({ eks, eksCluster }) => eks.send(new DeleteClusterCommand({ name: eksCluster })),
  },
  { part: "SageMaker in the role's trust policy", rules: ['iam/execution-role-trust'], remove: trust },
  { part: 'the managed policy', rules: ['iam/execution-role-permissions'], remove: managedPolicy },
  ...['EKS_CNI_Policy', 'ExecutionRolePolicy', 'Subnet_Policy'].map((name) => ({
    part: `the policy ${name}`,
    rules: ['iam/execution-role-permissions'],
    remove: inlinePolicy(name),
  })),
  { part: 'the entry point', rules: ['lifecycle/entry-point'], remove: entryPoint },
  { part: 'the public access block', rules: ['s3/exposure'], remove: publicAccessBlock },
]

describe("AWS's Slurm set-up", () => {
  test('is ready, with nothing to change', async () => {
    const report = await judgeSlurm(await slurmSetup(moto))
    expect(red(report)).toEqual([])
    expect(unknowns(report)).toEqual([])
    expect(report.verdict).toBe('ready')
  })

  test.each(slurmRemovals)('without $part: exactly $rules', async ({ remove, rules }) => {
    const setup = await slurmSetup(moto)
    await remove(setup)
    expect(red(await judgeSlurm(setup))).toEqual(rules)
  })
})

describe("AWS's EKS set-up without a way to the internet", () => {
  test('is ready, with nothing to change', async () => {
    const report = await judgeEks(await eksSetup(moto))
    expect(red(report)).toEqual([])
    expect(unknowns(report)).toEqual([])
    expect(report.verdict).toBe('ready')
  })

  test.each(eksRemovals)('without $part: exactly $rules', async ({ remove, rules }) => {
    const setup = await eksSetup(moto)
    await remove(setup)
    expect(red(await judgeEks(setup))).toEqual(rules)
  })

  test('in CONFIG_MAP mode: exactly eks/authentication-mode', async () => {
    const report = await judgeEks(await eksSetup(moto), { authenticationMode: 'CONFIG_MAP' })
    expect(red(report)).toEqual(['eks/authentication-mode'])
  })
})

describe("AWS's policy simulation of the Slurm role", () => {
  test.each([
    ['a statement that is missing', 'identity', 'ec2:CreateNetworkInterface', ['iam/execution-role-permissions']],
    ['the permissions boundary', 'boundary', 'ec2:DescribeSubnets', ['iam/execution-role-permissions']],
    ['the organization', 'organization', 'logs:CreateLogGroup', ['iam/execution-role-permissions']],
    ['an explicit Deny of a script', 'explicit-deny', 's3:GetObject', ['s3/role-access']],
  ] as const)('%s', async (_, layer, action, rules) => {
    const report = await judgeSlurm(await slurmSetup(moto), { denied: [], simulation: { [action]: layer } })
    expect(red(report)).toEqual(rules)
    const found = report.findings.find(({ rule, status }) => rule === rules[0] && status === 'fail')
    expect(found).toMatchObject({ severity: 'error', message: expect.stringContaining(action) })
  })
})
