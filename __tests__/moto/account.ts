import {
  AllocateAddressCommand,
  AssociateDhcpOptionsCommand,
  AssociateRouteTableCommand,
  AttachInternetGatewayCommand,
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateDhcpOptionsCommand,
  CreateInternetGatewayCommand,
  CreateNatGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  CreateVpcEndpointCommand,
  EC2Client,
  type IpPermission,
  ModifyVpcAttributeCommand,
} from '@aws-sdk/client-ec2'
import { CreateClusterCommand, EKSClient } from '@aws-sdk/client-eks'
import { CreateFileSystemCommand, FSxClient } from '@aws-sdk/client-fsx'
import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  EntityAlreadyExistsException,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam'
import { CreateBucketCommand, PutObjectCommand, PutPublicAccessBlockCommand, S3Client } from '@aws-sdk/client-s3'
import { SageMakerClient } from '@aws-sdk/client-sagemaker'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'

export const region = 'us-west-2'

/** Base URL of this test worker's own moto: workers would otherwise change each other's account. */
export const moto = (process.env['MOTO_URLS'] ?? '').split(' ')[Number(process.env['JEST_WORKER_ID'] ?? 1) - 1] ?? ''

export const bucket = 'sagemaker-lifecycle-scripts'

interface Clients {
  readonly ec2: EC2Client
  readonly iam: IAMClient
  readonly s3: S3Client
  readonly eks: EKSClient
  readonly fsx: FSxClient
  readonly sageMaker: SageMakerClient
}

/** What the good account is made of, with clients to break it. */
export interface Account extends Clients {
  readonly vpcId: string
  readonly subnetIds: readonly [string, string]
  readonly publicSubnetId: string
  readonly routeTableId: string
  readonly natGatewayId: string
  readonly internetGatewayId: string
  readonly s3EndpointId: string
  readonly securityGroupId: string
}

/** An id that AWS always gives; moto does too. */
const given = (id: string | undefined): string => {
  if (id === undefined) throw new Error('moto gave no id')
  return id
}

export const trustOf = (...services: readonly string[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: services }, Action: 'sts:AssumeRole' }] })

/** The permissions that AWS documents beside the managed policy, for nodes in a VPC and for EKS. */
export const nodeNetworkPolicy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: [
        'ec2:AssignPrivateIpAddresses',
        'ec2:AttachNetworkInterface',
        'ec2:CreateNetworkInterface',
        'ec2:CreateNetworkInterfacePermission',
        'ec2:DeleteNetworkInterface',
        'ec2:DeleteNetworkInterfacePermission',
        'ec2:Describe*',
        'ec2:DetachNetworkInterface',
        'ec2:ModifyNetworkInterfaceAttribute',
        'ec2:UnassignPrivateIpAddresses',
        'ecr:BatchCheckLayerAvailability',
        'ecr:BatchGetImage',
        'ecr:GetAuthorizationToken',
        'ecr:GetDownloadUrlForLayer',
      ],
      Resource: '*',
    },
    { Effect: 'Allow', Action: 'ec2:CreateTags', Resource: 'arn:aws:ec2:*:*:network-interface/*' },
  ],
})

export const allTraffic = (securityGroupId: string): IpPermission => ({
  IpProtocol: '-1',
  UserIdGroupPairs: [{ GroupId: securityGroupId }],
})

/**
 * An account in which a Slurm cluster of four ml.p5.48xlarge comes up: private subnets with a NAT gateway and an S3 gateway endpoint,
 * a security group with rules to itself, roles and scripts. What has an id is made one after the other: the ids count on.
 */
export const goodAccount = async (moto: string): Promise<Account> => {
  await fetch(`${moto}/moto-api/reset`, { method: 'POST' })
  const clients = clientsOf(moto, region)
  const [network] = await Promise.all([makeNetwork(clients.ec2), makeRoles(clients.iam), makeBucket(clients.s3)])
  return { ...network, ...clients }
}

/** Clients that speak to moto itself, past the proxy that the action under test speaks to. */
export const clientsOf = (moto: string, inRegion: string): Clients => {
  const settings = { region: inRegion, endpoint: moto, credentials: { accessKeyId: 'AKIAMAKER', secretAccessKey: 'maker' } }
  return {
    ec2: new EC2Client(settings),
    iam: new IAMClient(settings),
    s3: new S3Client({ ...settings, forcePathStyle: true }),
    eks: new EKSClient(settings),
    fsx: new FSxClient(settings),
    // moto makes a cluster of many nodes slowly: a second try would find the first one's cluster.
    sageMaker: new SageMakerClient({ ...settings, maxAttempts: 1 }),
  }
}

type Network = Omit<Account, keyof Clients>

const makeNetwork = async (ec2: EC2Client): Promise<Network> => {
  const vpcId = given((await ec2.send(new CreateVpcCommand({ CidrBlock: '10.1.0.0/16' }))).Vpc?.VpcId)
  await ec2.send(new ModifyVpcAttributeCommand({ VpcId: vpcId, EnableDnsSupport: { Value: true } }))
  await ec2.send(new ModifyVpcAttributeCommand({ VpcId: vpcId, EnableDnsHostnames: { Value: true } }))
  const subnet = async (cidr: string, zone: string): Promise<string> =>
    given((await ec2.send(new CreateSubnetCommand({ VpcId: vpcId, CidrBlock: cidr, AvailabilityZone: zone }))).Subnet?.SubnetId)
  const first = await subnet('10.1.0.0/22', `${region}a`)
  const second = await subnet('10.1.4.0/22', `${region}b`)
  const publicSubnetId = await subnet('10.1.8.0/26', `${region}a`)
  const internetGatewayId = given((await ec2.send(new CreateInternetGatewayCommand({}))).InternetGateway?.InternetGatewayId)
  await ec2.send(new AttachInternetGatewayCommand({ VpcId: vpcId, InternetGatewayId: internetGatewayId }))
  const publicTable = given((await ec2.send(new CreateRouteTableCommand({ VpcId: vpcId }))).RouteTable?.RouteTableId)
  await ec2.send(new CreateRouteCommand({ RouteTableId: publicTable, DestinationCidrBlock: '0.0.0.0/0', GatewayId: internetGatewayId }))
  await ec2.send(new AssociateRouteTableCommand({ RouteTableId: publicTable, SubnetId: publicSubnetId }))
  const address = given((await ec2.send(new AllocateAddressCommand({ Domain: 'vpc', Address: '203.0.113.10' }))).AllocationId)
  const nat = await ec2.send(new CreateNatGatewayCommand({ SubnetId: publicSubnetId, AllocationId: address }))
  const natGatewayId = given(nat.NatGateway?.NatGatewayId)
  const routeTableId = given((await ec2.send(new CreateRouteTableCommand({ VpcId: vpcId }))).RouteTable?.RouteTableId)
  await ec2.send(new CreateRouteCommand({ RouteTableId: routeTableId, DestinationCidrBlock: '0.0.0.0/0', NatGatewayId: natGatewayId }))
  for (const SubnetId of [first, second]) await ec2.send(new AssociateRouteTableCommand({ RouteTableId: routeTableId, SubnetId }))
  const endpoint = await ec2.send(
    new CreateVpcEndpointCommand({
      VpcId: vpcId,
      ServiceName: `com.amazonaws.${region}.s3`,
      VpcEndpointType: 'Gateway',
      RouteTableIds: [routeTableId],
    }),
  )
  await giveDhcpOptions(ec2, vpcId)
  return {
    vpcId,
    subnetIds: [first, second],
    publicSubnetId,
    routeTableId,
    natGatewayId,
    internetGatewayId,
    s3EndpointId: given(endpoint.VpcEndpoint?.VpcEndpointId),
    securityGroupId: await makeSecurityGroup(ec2, vpcId),
  }
}

/** AWS gives every VPC the DHCP options of the Region; moto gives it none. */
export const giveDhcpOptions = async (ec2: EC2Client, VpcId: string, ...servers: readonly string[]): Promise<void> => {
  const Values = servers.length === 0 ? ['AmazonProvidedDNS'] : [...servers]
  const made = await ec2.send(new CreateDhcpOptionsCommand({ DhcpConfigurations: [{ Key: 'domain-name-servers', Values }] }))
  await ec2.send(new AssociateDhcpOptionsCommand({ VpcId, DhcpOptionsId: given(made.DhcpOptions?.DhcpOptionsId) }))
}

/** moto opens a new group to 0.0.0.0/0 outward, as AWS does. */
export const makeSecurityGroup = async (ec2: EC2Client, vpcId: string, name = 'hyperpod'): Promise<string> => {
  const created = await ec2.send(new CreateSecurityGroupCommand({ VpcId: vpcId, GroupName: name, Description: name }))
  const securityGroupId = given(created.GroupId)
  const permissions = { GroupId: securityGroupId, IpPermissions: [allTraffic(securityGroupId)] }
  await ec2.send(new AuthorizeSecurityGroupIngressCommand(permissions))
  await ec2.send(new AuthorizeSecurityGroupEgressCommand(permissions))
  return securityGroupId
}

const makeRoles = async (iam: IAMClient): Promise<void> => {
  for (const RoleName of ['HyperPodExecutionRole', 'HyperPodNodeRole']) {
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trustOf('sagemaker.amazonaws.com') }))
    await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: 'arn:aws:iam::aws:policy/AmazonSageMakerClusterInstanceRolePolicy' }))
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'nodes-in-vpc', PolicyDocument: nodeNetworkPolicy }))
  }
}

/** The role of the workflow that checks and creates clusters. */
const deployerName = 'github-deployer'
export const deployer = `arn:aws:iam::123456789012:role/${deployerName}`

/** The session of a role that may do everything, made where it is not there yet, as a workflow that creates clusters has it. */
export const deployerSession = async (moto: string): Promise<Readonly<Record<string, string>>> => {
  const settings = { region, endpoint: moto, credentials: { accessKeyId: 'AKIAMAKER', secretAccessKey: 'maker' } }
  const iam = new IAMClient(settings)
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' },
  })
  const RoleName = deployerName
  try {
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }))
    await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }))
  } catch (error) {
    if (!(error instanceof EntityAlreadyExistsException)) throw error
  }
  const session = await new STSClient(settings).send(new AssumeRoleCommand({ RoleArn: deployer, RoleSessionName: 'workflow' }))
  return {
    AWS_ACCESS_KEY_ID: given(session.Credentials?.AccessKeyId),
    AWS_SECRET_ACCESS_KEY: given(session.Credentials?.SecretAccessKey),
    AWS_SESSION_TOKEN: given(session.Credentials?.SessionToken),
  }
}

export const provisioningParameters = {
  version: '1.0.0',
  workload_manager: 'slurm',
  controller_group: 'controller',
  worker_groups: [{ instance_group_name: 'worker-1', partition_name: 'dev' }],
}

export const putScript = (s3: S3Client, key: string, text: string): Promise<unknown> =>
  s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: text }))

const makeBucket = async (s3: S3Client): Promise<void> => {
  await s3.send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: { LocationConstraint: region } }))
  // S3 blocks public access to a new bucket; moto does not.
  const blocked = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true }
  await s3.send(new PutPublicAccessBlockCommand({ Bucket: bucket, PublicAccessBlockConfiguration: blocked }))
  await putScript(s3, 'hyperpod/on_create.sh', '#!/bin/bash\nset -euo pipefail\necho ready\n')
  await putScript(s3, 'hyperpod/provisioning_parameters.json', JSON.stringify(provisioningParameters, null, 2))
}

/** An EKS cluster in the account's VPC. */
export const makeEksCluster = async (account: Account, name: string, authenticationMode: 'API' | 'CONFIG_MAP'): Promise<void> => {
  await account.eks.send(
    new CreateClusterCommand({
      name,
      version: '1.32',
      roleArn: 'arn:aws:iam::123456789012:role/eks',
      resourcesVpcConfig: { subnetIds: [...account.subnetIds], securityGroupIds: [account.securityGroupId] },
      accessConfig: { authenticationMode },
    }),
  )
}

/** A Lustre file system in the account's first subnet; gives its id. */
export const makeFileSystem = async (account: Account): Promise<string> => {
  const made = await account.fsx.send(
    new CreateFileSystemCommand({
      FileSystemType: 'LUSTRE',
      StorageCapacity: 1200,
      SubnetIds: [account.subnetIds[0]],
      SecurityGroupIds: [account.securityGroupId],
      LustreConfiguration: { DeploymentType: 'PERSISTENT_2', PerUnitStorageThroughput: 250 },
    }),
  )
  return given(made.FileSystem?.FileSystemId)
}

/** Quotas that moto does not have, large enough for the good account's cluster. */
export const goodQuotas = {
  'L-8762A75F': { serviceCode: 'sagemaker', name: 'ml.p5.48xlarge for cluster usage', value: 16 },
  'L-2CE978FC': { serviceCode: 'sagemaker', name: 'Maximum number instances allowed per SageMaker HyperPod cluster', value: 20 },
  'L-3308CCC7': { serviceCode: 'sagemaker', name: 'Total number of instances allowed across SageMaker HyperPod clusters', value: 30 },
  'L-E13DF72A': {
    serviceCode: 'sagemaker',
    name: 'Maximum size of EBS volume in GB for a SageMaker HyperPod cluster instance',
    value: 1024,
  },
  'L-417A185B': { serviceCode: 'ec2', name: 'Running On-Demand P instances', value: 1024 },
  'L-2C3B7624': { serviceCode: 'ec2', name: 'Running On-Demand Trn instances', value: 1024 },
  'L-0263D0A3': { serviceCode: 'ec2', name: 'EC2-VPC Elastic IPs', value: 5 },
  'L-F678F1CE': { serviceCode: 'vpc', name: 'VPCs per Region', value: 5 },
  'L-407747CB': { serviceCode: 'vpc', name: 'Subnets per VPC', value: 200 },
  'L-DF5E4CA3': { serviceCode: 'vpc', name: 'Network interfaces per Region', value: 5000 },
  'L-7A658B76': { serviceCode: 'ebs', name: 'Storage for General Purpose SSD (gp3) volumes, in TiB', value: 50 },
}
