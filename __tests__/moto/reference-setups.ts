import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  AllocateAddressCommand,
  AssociateRouteTableCommand,
  AssociateVpcCidrBlockCommand,
  AttachInternetGatewayCommand,
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateInternetGatewayCommand,
  CreateNatGatewayCommand,
  CreateNetworkInterfaceCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  CreateVpcEndpointCommand,
  type EC2Client,
  type IpPermission,
  ModifyVpcAttributeCommand,
} from '@aws-sdk/client-ec2'
import { CreateClusterCommand } from '@aws-sdk/client-eks'
import { CreateFileSystemCommand } from '@aws-sdk/client-fsx'
import { AttachRolePolicyCommand, CreateRoleCommand, type IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { CreateBucketCommand, PutObjectCommand, PutPublicAccessBlockCommand, type S3Client } from '@aws-sdk/client-s3'
import { allTraffic, clientsOf, giveDhcpOptions, region, trustOf } from './account.ts'
import { kubeconfigOf } from './kubeconfig.ts'

/**
 * AWS's two reference set-ups, as its templates make them.
 *
 * Slurm: https://github.com/aws/sagemaker-hyperpod-cluster-setup/tree/main/slurm/cloudformation
 * EKS: https://github.com/awslabs/awsome-distributed-ai/tree/main/1.architectures/7.sagemaker-hyperpod-eks/terraform-modules/hyperpod-eks-tf
 * (closed-network.tfvars)
 */

const account = '123456789012'
const partition = `arn:aws:ec2:${region}:${account}`
export const everywhere: IpPermission = { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }

type Clients = ReturnType<typeof clientsOf>

/** Ids of what both set-ups have. */
interface Setup extends Clients {
  readonly vpcId: string
  readonly subnetIds: readonly string[]
  readonly routeTableIds: readonly string[]
  readonly s3EndpointId: string
  readonly securityGroupId: string
  readonly role: string
  readonly bucket: string
  /** Inputs of the action; the request file is written. */
  readonly inputs: Readonly<Record<string, string>>
}

export interface SlurmSetup extends Setup {
  readonly fileSystemInterfaceId: string
  readonly natGatewayId: string
}

export interface EksSetup extends Setup {
  /** By service: `ecr.api`. */
  readonly interfaceEndpoints: Readonly<Record<string, string>>
  readonly eksCluster: string
  readonly clusterSecurityGroupId: string
  /** Path of a kubeconfig that leads to the cluster. */
  readonly kubeconfig: string
}

const given = (id: string | undefined): string => {
  if (id === undefined) throw new Error('moto gave no id')
  return id
}

/** One private subnet behind a NAT gateway, an S3 gateway endpoint, one security group, a Lustre file system. */
export const slurmSetup = async (moto: string): Promise<SlurmSetup> => {
  const clients = await emptyAccount(moto)
  const { ec2 } = clients
  const vpcId = await makeVpc(ec2, ['10.192.0.0/16', '10.1.0.0/16'])
  const publicSubnetId = await makeSubnet(ec2, vpcId, '10.192.0.0/24', 'a')
  const gateway = given((await ec2.send(new CreateInternetGatewayCommand({}))).InternetGateway?.InternetGatewayId)
  await ec2.send(new AttachInternetGatewayCommand({ VpcId: vpcId, InternetGatewayId: gateway }))
  const publicTable = await makeRouteTable(ec2, vpcId, publicSubnetId)
  await ec2.send(new CreateRouteCommand({ RouteTableId: publicTable, DestinationCidrBlock: '0.0.0.0/0', GatewayId: gateway }))
  const address = given((await ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }))).AllocationId)
  const nat = await ec2.send(new CreateNatGatewayCommand({ SubnetId: publicSubnetId, AllocationId: address }))
  const natGatewayId = given(nat.NatGateway?.NatGatewayId)

  const subnetId = await makeSubnet(ec2, vpcId, '10.1.0.0/17', 'a')
  const routeTableId = await makeRouteTable(ec2, vpcId, subnetId)
  await ec2.send(new CreateRouteCommand({ RouteTableId: routeTableId, DestinationCidrBlock: '0.0.0.0/0', NatGatewayId: natGatewayId }))
  const s3EndpointId = await makeS3Endpoint(ec2, vpcId, [routeTableId])
  const securityGroupId = await makeGroup(ec2, vpcId, 'sagemaker-hyperpod-slurm-sg')

  const role = 'sagemaker-hyperpod-slurmExecRole'
  const bucket = `sagemaker-hyperpod-slurm-${account}`
  await makeRole(clients.iam, role, {
    AmazonSagemakerClusterVPCPolicy: [
      allow(
        ['CreateNetworkInterface', 'CreateNetworkInterfacePermission', 'DeleteNetworkInterface', 'DeleteNetworkInterfacePermission'].map(
          (name) => `ec2:${name}`,
        ),
        ['network-interface/*', 'security-group/*', 'subnet/*', 'vpc/*'].map((resource) => `${partition}:${resource}`),
      ),
      allow(
        [
          'ec2:DescribeNetworkInterfaces',
          'ec2:DescribeVpcs',
          'ec2:DescribeDhcpOptions',
          'ec2:DescribeSubnets',
          'ec2:DescribeSecurityGroups',
          'ec2:CreateTags',
          'ec2:DetachNetworkInterface',
        ],
        ['*'],
      ),
    ],
    S3AccessPolicy: [
      allow(['s3:ListBucket', 's3:GetObject', 's3:PutObject', 's3:DeleteObject'], [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`]),
    ],
  })
  await makeBucket(clients.s3, bucket, {
    'on_create.sh': '#!/bin/bash\nset -ex\npython3 -u lifecycle_script.py\n',
    'lifecycle_script.py': 'print("ready")\n',
    'provisioning_parameters.json': JSON.stringify({
      version: '1.0.0',
      workload_manager: 'slurm',
      controller_group: 'controller',
      worker_groups: [{ instance_group_name: 'worker', partition_name: 'dev' }],
    }),
  })
  const fileSystemInterfaceId = await makeInterface(ec2, subnetId, securityGroupId)
  const fileSystem = await clients.fsx.send(
    new CreateFileSystemCommand({
      FileSystemType: 'LUSTRE',
      StorageCapacity: 1200,
      SubnetIds: [subnetId],
      SecurityGroupIds: [securityGroupId],
      LustreConfiguration: { DeploymentType: 'PERSISTENT_2', PerUnitStorageThroughput: 250 },
    }),
  )
  const group = groupMaker(role, `s3://${bucket}/`)
  const request = {
    ClusterName: 'slurm-cluster',
    InstanceGroups: [group('controller', 'ml.m5.12xlarge', 1), group('worker', 'ml.p5.48xlarge', 4)],
    VpcConfig: { SecurityGroupIds: [securityGroupId], Subnets: [subnetId] },
    NodeRecovery: 'Automatic',
  }
  return {
    ...clients,
    vpcId,
    subnetIds: [subnetId],
    routeTableIds: [routeTableId],
    s3EndpointId,
    securityGroupId,
    fileSystemInterfaceId,
    role,
    bucket,
    natGatewayId,
    inputs: { ...requestInputs(request), 'fsx-file-system-id': given(fileSystem.FileSystem?.FileSystemId) },
  }
}

const services = ['ec2', 'ecr.api', 'ecr.dkr', 'sts', 'logs', 'monitoring', 'ssm', 'ssmmessages', 'ec2messages', 'eks-auth'] as const

/** No way to the internet: private subnets in two zones, ten interface endpoints and the S3 gateway endpoint, an EKS cluster. */
export const eksSetup = async (moto: string): Promise<EksSetup> => {
  const clients = await emptyAccount(moto)
  const { ec2 } = clients
  const vpcId = await makeVpc(ec2, ['10.192.0.0/16', '10.1.0.0/16', '10.2.0.0/16'])
  const subnetIds = [await makeSubnet(ec2, vpcId, '10.1.0.0/16', 'a'), await makeSubnet(ec2, vpcId, '10.2.0.0/16', 'b')]
  const routeTableIds: string[] = []
  for (const subnetId of subnetIds) routeTableIds.push(await makeRouteTable(ec2, vpcId, subnetId))
  const eksSubnetIds = [await makeSubnet(ec2, vpcId, '10.192.7.0/28', 'a'), await makeSubnet(ec2, vpcId, '10.192.8.0/28', 'b')]
  for (const subnetId of eksSubnetIds) await makeRouteTable(ec2, vpcId, subnetId)

  const securityGroupId = await makeGroup(ec2, vpcId, 'sagemaker-hyperpod-closed-no-ingress-sg')
  const fromItself = (FromPort: number, ToPort: number): IpPermission => ({
    IpProtocol: 'tcp',
    FromPort,
    ToPort,
    UserIdGroupPairs: [{ GroupId: securityGroupId }],
  })
  const https: IpPermission = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: '10.192.0.0/16' }] }
  const more = [fromItself(988, 988), fromItself(1018, 1023), https]
  await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: securityGroupId, IpPermissions: more }))

  const s3EndpointId = await makeS3Endpoint(ec2, vpcId, routeTableIds)
  const interfaceEndpoints: Record<string, string> = {}
  for (const service of services) {
    interfaceEndpoints[service] = await makeInterfaceEndpoint(ec2, vpcId, service, subnetIds, securityGroupId)
  }

  const eksCluster = 'sagemaker-hyperpod-closed-cluster'
  await clients.eks.send(
    new CreateClusterCommand({
      name: eksCluster,
      version: '1.33',
      roleArn: `arn:aws:iam::${account}:role/sagemaker-hyperpod-closed-cluster-role`,
      resourcesVpcConfig: {
        subnetIds: eksSubnetIds,
        securityGroupIds: [securityGroupId],
        endpointPrivateAccess: true,
        endpointPublicAccess: true,
      },
      accessConfig: { authenticationMode: 'API_AND_CONFIG_MAP' },
    }),
  )
  const clusterSecurityGroupId = await makeGroup(ec2, vpcId, `eks-cluster-sg-${eksCluster}`)

  const role = `sagemaker-hyperpod-closed-SMHP-Exec-Role-${region}`
  const bucket = `sagemaker-hyperpod-closed-bucket-${account}-${region}`
  await makeRole(clients.iam, role, eksPolicies(vpcId, subnetIds, securityGroupId, bucket, eksCluster))
  await makeBucket(clients.s3, bucket, { 'on_create.sh': '#!/bin/bash\nset -ex\necho ready\n' })
  const group = groupMaker(role, `s3://${bucket}`)
  const inZone = (Subnets: readonly string[]) => ({ OverrideVpcConfig: { SecurityGroupIds: [securityGroupId], Subnets } })
  const request = {
    ClusterName: 'ml-cluster-closed',
    Orchestrator: { Eks: { ClusterArn: `arn:aws:eks:${region}:${account}:cluster/${eksCluster}` } },
    InstanceGroups: [
      { ...group('closed-worker-group', 'ml.m5.12xlarge', 1), ...inZone(subnetIds.slice(0, 1)) },
      { ...group('accelerated-worker-group', 'ml.p5.48xlarge', 4), ...inZone(subnetIds.slice(1)) },
    ],
    VpcConfig: { SecurityGroupIds: [securityGroupId], Subnets: subnetIds },
    NodeRecovery: 'Automatic',
    NodeProvisioningMode: 'Continuous',
  }
  return {
    ...clients,
    vpcId,
    subnetIds,
    routeTableIds,
    s3EndpointId,
    securityGroupId,
    role,
    bucket,
    interfaceEndpoints,
    eksCluster,
    clusterSecurityGroupId,
    kubeconfig: await kubeconfigOf(clients.eks, eksCluster),
    inputs: requestInputs(request),
  }
}

const emptyAccount = async (moto: string): Promise<Clients> => {
  await fetch(`${moto}/moto-api/reset`, { method: 'POST' })
  return clientsOf(moto, region)
}

/** Inputs that name the request, written to a file of its own. */
export const requestInputs = (request: object): Readonly<Record<string, string>> => {
  const path = join(mkdtempSync(join(tmpdir(), 'preflight-request-')), 'cluster.json')
  writeFileSync(path, JSON.stringify(request, null, 2))
  return { region, 'cluster-config': path }
}

const groupMaker = (role: string, SourceS3Uri: string) => (InstanceGroupName: string, InstanceType: string, InstanceCount: number) => ({
  InstanceGroupName,
  InstanceType,
  InstanceCount,
  ExecutionRole: `arn:aws:iam::${account}:role/${role}`,
  ThreadsPerCore: 2,
  InstanceStorageConfigs: [{ EbsVolumeConfig: { VolumeSizeInGB: 100 } }],
  LifeCycleConfig: { SourceS3Uri, OnCreate: 'on_create.sh' },
})

const makeVpc = async (ec2: EC2Client, [cidr, ...more]: readonly string[]): Promise<string> => {
  const vpcId = given((await ec2.send(new CreateVpcCommand({ CidrBlock: cidr }))).Vpc?.VpcId)
  for (const CidrBlock of more) await ec2.send(new AssociateVpcCidrBlockCommand({ VpcId: vpcId, CidrBlock }))
  await ec2.send(new ModifyVpcAttributeCommand({ VpcId: vpcId, EnableDnsSupport: { Value: true } }))
  await ec2.send(new ModifyVpcAttributeCommand({ VpcId: vpcId, EnableDnsHostnames: { Value: true } }))
  await giveDhcpOptions(ec2, vpcId)
  return vpcId
}

const makeSubnet = async (ec2: EC2Client, VpcId: string, CidrBlock: string, zone: string): Promise<string> =>
  given((await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock, AvailabilityZone: `${region}${zone}` }))).Subnet?.SubnetId)

const makeRouteTable = async (ec2: EC2Client, VpcId: string, SubnetId: string): Promise<string> => {
  const RouteTableId = given((await ec2.send(new CreateRouteTableCommand({ VpcId }))).RouteTable?.RouteTableId)
  await ec2.send(new AssociateRouteTableCommand({ RouteTableId, SubnetId }))
  return RouteTableId
}

const makeS3Endpoint = async (ec2: EC2Client, VpcId: string, RouteTableIds: readonly string[]): Promise<string> => {
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }],
  })
  const made = await ec2.send(
    new CreateVpcEndpointCommand({
      VpcId,
      ServiceName: `com.amazonaws.${region}.s3`,
      VpcEndpointType: 'Gateway',
      RouteTableIds: [...RouteTableIds],
      PolicyDocument,
    }),
  )
  return given(made.VpcEndpoint?.VpcEndpointId)
}

export const makeInterfaceEndpoint = async (
  ec2: EC2Client,
  VpcId: string,
  service: string,
  SubnetIds: readonly string[],
  securityGroupId: string,
  PrivateDnsEnabled = true,
): Promise<string> => {
  const made = await ec2.send(
    new CreateVpcEndpointCommand({
      VpcId,
      ServiceName: `com.amazonaws.${region}.${service}`,
      VpcEndpointType: 'Interface',
      SubnetIds: [...SubnetIds],
      SecurityGroupIds: [securityGroupId],
      PrivateDnsEnabled,
    }),
  )
  return given(made.VpcEndpoint?.VpcEndpointId)
}

/** All traffic from and to itself, and to everywhere: moto opens a new group outward, as AWS does. */
const makeGroup = async (ec2: EC2Client, VpcId: string, GroupName: string): Promise<string> => {
  const GroupId = given((await ec2.send(new CreateSecurityGroupCommand({ VpcId, GroupName, Description: GroupName }))).GroupId)
  await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [allTraffic(GroupId)] }))
  await ec2.send(new AuthorizeSecurityGroupEgressCommand({ GroupId, IpPermissions: [allTraffic(GroupId)] }))
  return GroupId
}

const makeInterface = async (ec2: EC2Client, SubnetId: string, securityGroupId: string): Promise<string> => {
  const made = await ec2.send(new CreateNetworkInterfaceCommand({ SubnetId, Groups: [securityGroupId] }))
  return given(made.NetworkInterface?.NetworkInterfaceId)
}

/** S3 blocks public access to a new bucket; moto does not. */
const makeBucket = async (s3: S3Client, Bucket: string, objects: Readonly<Record<string, string>>): Promise<void> => {
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: region } }))
  const blocked = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true }
  await s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: blocked }))
  for (const [Key, Body] of Object.entries(objects)) await s3.send(new PutObjectCommand({ Bucket, Key, Body }))
}

type Statement = { readonly Effect: 'Allow'; readonly Action: readonly string[]; readonly Resource: readonly string[] }

const allow = (Action: readonly string[], Resource: readonly string[]): Statement => ({ Effect: 'Allow', Action, Resource })

const makeRole = async (iam: IAMClient, RoleName: string, policies: Readonly<Record<string, readonly Statement[]>>): Promise<void> => {
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trustOf('sagemaker.amazonaws.com') }))
  await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: 'arn:aws:iam::aws:policy/AmazonSageMakerClusterInstanceRolePolicy' }))
  for (const [PolicyName, Statement] of Object.entries(policies)) {
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }) }))
  }
}

const eksPolicies = (
  vpcId: string,
  subnetIds: readonly string[],
  securityGroupId: string,
  bucket: string,
  eksCluster: string,
): Readonly<Record<string, readonly Statement[]>> => {
  const interfaces = [
    'ec2:AssignPrivateIpAddresses',
    'ec2:CreateNetworkInterface',
    'ec2:CreateNetworkInterfacePermission',
    'ec2:DeleteNetworkInterface',
    'ec2:DeleteNetworkInterfacePermission',
    'ec2:ModifyNetworkInterfaceAttribute',
    'ec2:UnassignPrivateIpAddresses',
  ]
  const ecr = ['BatchCheckLayerAvailability', 'BatchGetImage', 'GetAuthorizationToken', 'GetDownloadUrlForLayer']
  return {
    EKS_CNI_Policy: [
      allow(['ec2:AttachNetworkInterface'], [`${partition}:instance/*`, `${partition}:network-interface/*`]),
      allow(
        ['DescribeInstances', 'DescribeTags', 'DescribeNetworkInterfaces', 'DescribeInstanceTypes', 'DescribeSubnets'].map(
          (name) => `ec2:${name}`,
        ),
        ['*'],
      ),
      allow(['ec2:CreateTags'], ['arn:aws:ec2:*:*:network-interface/*']),
    ],
    ExecutionRolePolicy: [
      allow(interfaces, [`${partition}:instance/*`, `${partition}:network-interface/*`, `${partition}:vpc/${vpcId}`]),
      allow(
        [
          'ec2:DescribeVpcs',
          'ec2:DescribeDhcpOptions',
          'ec2:DescribeSecurityGroups',
          'ec2:DetachNetworkInterface',
          'fsx:DescribeFileSystems',
        ],
        ['*'],
      ),
      allow([...ecr.map((name) => `ecr:${name}`), 'cloudwatch:DescribeAlarms'], ['*']),
      allow(['eks-auth:AssumeRoleForPodIdentity'], [`arn:aws:eks:${region}:${account}:cluster/${eksCluster}`]),
      allow(['s3:ListBucket', 's3:GetObject'], [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`]),
    ],
    Subnet_Policy: [
      allow(
        [...interfaces, 'ec2:DetachNetworkInterface'],
        subnetIds.map((id) => `${partition}:subnet/${id}`),
      ),
    ],
    SG_Policy: [allow([...interfaces, 'ec2:DetachNetworkInterface'], [`${partition}:security-group/${securityGroupId}`])],
  }
}
