import {
  AssociateTransitGatewayRouteTableCommand,
  AuthorizeSecurityGroupEgressCommand,
  CreateManagedPrefixListCommand,
  CreateNetworkInterfaceCommand,
  CreateRouteCommand,
  CreateSubnetCommand,
  CreateTransitGatewayCommand,
  CreateTransitGatewayVpcAttachmentCommand,
  DeleteVpcEndpointsCommand,
  DescribeImagesCommand,
  ModifyVpcAttributeCommand,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2'
import { DetachRolePolicyCommand, PutRolePolicyCommand, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam'
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import {
  DeletePublicAccessBlockCommand,
  PutBucketAclCommand,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { CreateClusterCommand, type SageMakerClient } from '@aws-sdk/client-sagemaker'
import {
  allTraffic,
  deployerSession,
  goodAccount,
  bucket as goodBucket,
  goodQuotas,
  makeFileSystem,
  putScript,
  region,
  trustOf,
} from '../__tests__/moto/account.ts'
import { type LoopbackAws, startLoopbackAws } from '../__tests__/moto/loopback-aws.ts'
import { eksSetup, requestInputs, type SlurmSetup, slurmSetup } from '../__tests__/moto/reference-setups.ts'
import { credentialsFor } from '../__tests__/packed.ts'

/** An account in moto behind the loopback that completes it, with what a run against it is given. */
export interface ProvenAccount {
  readonly name: string
  readonly inputs: Readonly<Record<string, string>>
  /** Credentials of a session, and whatever else the environment holds but the endpoint. */
  readonly environment: Readonly<Record<string, string>>
  readonly aws: LoopbackAws
}

const accountId = '123456789012'

/**
 * Accounts that together make the tool ask everything that it can ask: AWS's two reference set-ups, in which all is well, one in which as
 * much as possible is wrong, so that a failure which turns into a pass is seen, each with a moto of its own, and a cluster of the first
 * that is diagnosed.
 */
export const provenAccounts = async (motos: readonly string[]): Promise<readonly ProvenAccount[]> => {
  const [first = '', second = '', third = ''] = motos
  const accounts = await Promise.all([slurmAccount(first), eksAccount(second), faultyAccount(third)])
  return [...accounts, await diagnosedAccount(first)]
}

const quotas = {
  ...goodQuotas,
  'L-E2A0AC0F': { serviceCode: 'sagemaker', name: 'ml.m5.12xlarge for cluster usage', value: 4 },
}

const environmentOf = async (moto: string): Promise<Readonly<Record<string, string>>> => ({
  ...credentialsFor(''),
  ...(await deployerSession(moto)),
})

/** The reference set-up for Slurm, with a key of its own for the bucket and the volumes, a training plan, and a rule to a prefix list. */
const slurmAccount = async (moto: string): Promise<ProvenAccount> => {
  const setup = await slurmSetup(moto)
  const { ec2, iam, s3, sageMaker, securityGroupId, role, bucket, subnetIds } = setup
  const key = await makeKey(moto)
  await encryptBucket(s3, bucket, key)
  await iam.send(new PutRolePolicyCommand({ RoleName: role, PolicyName: 'key', PolicyDocument: allowAll('kms:*', key) }))
  const list = await ec2.send(
    new CreateManagedPrefixListCommand({
      PrefixListName: 'data-centre',
      MaxEntries: 5,
      AddressFamily: 'IPv4',
      Entries: [{ Cidr: '192.0.2.0/24' }],
    }),
  )
  const toDataCentre = { IpProtocol: '-1', PrefixListIds: [{ PrefixListId: list.PrefixList?.PrefixListId ?? '' }] }
  await ec2.send(new AuthorizeSecurityGroupEgressCommand({ GroupId: securityGroupId, IpPermissions: [toDataCentre] }))
  await connectOtherNetworks(setup)
  await makeCluster(sageMaker, role, bucket)
  const trainingPlan = `arn:aws:sagemaker:${region}:${accountId}:training-plan/p5-autumn`
  const group = (name: string, type: string, count: number, more: object = {}): object => ({
    InstanceGroupName: name,
    InstanceType: type,
    InstanceCount: count,
    ExecutionRole: `arn:aws:iam::${accountId}:role/${role}`,
    ThreadsPerCore: 2,
    InstanceStorageConfigs: [{ EbsVolumeConfig: { VolumeSizeInGB: 100, VolumeKmsKeyId: key } }],
    LifeCycleConfig: { SourceS3Uri: `s3://${bucket}/`, OnCreate: 'on_create.sh' },
    ...more,
  })
  const request = {
    ClusterName: 'slurm-cluster',
    InstanceGroups: [group('controller', 'ml.m5.12xlarge', 1), group('worker', 'ml.p5.48xlarge', 4, { TrainingPlanArn: trainingPlan })],
    VpcConfig: { SecurityGroupIds: [securityGroupId], Subnets: subnetIds },
    NodeRecovery: 'Automatic',
    NodeProvisioningMode: 'Continuous',
  }
  const aws = await startLoopbackAws({
    moto,
    quotas,
    fileSystemInterfaceIds: [setup.fileSystemInterfaceId],
    trainingPlans: { 'p5-autumn': activeTrainingPlan('p5-autumn', trainingPlan) },
    simulation: {},
  })
  const fileSystem = setup.inputs['fsx-file-system-id'] ?? ''
  const inputs = { ...requestInputs(request), 'fsx-file-system-id': fileSystem }
  return { name: 'slurm', inputs, environment: await environmentOf(moto), aws }
}

/** The cluster of the reference set-up for Slurm, one of whose nodes failed. */
const diagnosedAccount = async (moto: string): Promise<ProvenAccount> => {
  const failed = { InstanceGroupName: 'worker', InstanceId: 'i-0123456789abcdef0' }
  const event = {
    ...failed,
    EventId: '83ea0bb5-be77-45e8-a458-0a87f778a205',
    ClusterArn: `arn:aws:sagemaker:${region}:${accountId}:cluster/research`,
    ClusterName: 'research',
    ResourceType: 'Instance',
    EventTime: year.from,
    EventLevel: 'Error',
    Description: 'Instance creation in Cluster research and InstanceGroup worker failed',
  }
  const said = 'Lifecycle scripts did not run successfully.'
  const node = { ...failed, InstanceType: 'ml.p5.48xlarge', LaunchTime: year.from, InstanceStatus: { Status: 'Failure', Message: said } }
  const line = { logStreamName: 'LifecycleConfig/worker/i-0123456789abcdef0', timestamp: year.from * 1000, message: 'exit 1' }
  const answers = {
    'sagemaker:ListClusterNodes': { ClusterNodeSummaries: [node] },
    'sagemaker:ListClusterEvents': { Events: [event] },
    'sagemaker:DescribeClusterEvent': {
      EventDetails: { ...event, EventDetails: { EventMetadata: { Instance: { FailureMessage: said } } } },
    },
    'logs:FilterLogEvents': { events: [line] },
  }
  const aws = await startLoopbackAws({ moto, quotas, simulation: {}, answers })
  return { name: 'diagnosis', inputs: { diagnose: 'research', region }, environment: await environmentOf(moto), aws }
}

/** The reference set-up for EKS without a way to the internet, with an image of the account's own. IAM's simulator is closed to it. */
const eksAccount = async (moto: string): Promise<ProvenAccount> => {
  const setup = await eksSetup(moto)
  const { inputs, clusterSecurityGroupId, kubeconfig } = setup
  const aws = await startLoopbackAws({ moto, quotas, clusterSecurityGroupId, denied: ['iam:SimulatePrincipalPolicy'] })
  return { name: 'eks', inputs, environment: { ...(await environmentOf(moto)), KUBECONFIG: kubeconfig }, aws }
}

/** A network that is too small, shut and without DNS; a public bucket with a script of Windows; roles that trust and may too little. */
const faultyAccount = async (moto: string): Promise<ProvenAccount> => {
  const account = await goodAccount(moto)
  const { ec2, iam, s3, vpcId, securityGroupId, subnetIds } = account
  const small = await ec2.send(new CreateSubnetCommand({ VpcId: vpcId, CidrBlock: '10.1.16.0/28', AvailabilityZone: `${region}b` }))
  await ec2.send(new ModifyVpcAttributeCommand({ VpcId: vpcId, EnableDnsHostnames: { Value: false } }))
  await ec2.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [account.s3EndpointId] }))
  const itself = { GroupId: securityGroupId, IpPermissions: [allTraffic(securityGroupId)] }
  await ec2.send(new RevokeSecurityGroupIngressCommand(itself))
  await ec2.send(new RevokeSecurityGroupEgressCommand(itself))
  for (const RoleName of ['HyperPodExecutionRole', 'HyperPodNodeRole']) {
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: trustOf('ec2.amazonaws.com') }))
    await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn: 'arn:aws:iam::aws:policy/AmazonSageMakerClusterInstanceRolePolicy' }))
  }
  await makePublic(s3)
  await putScript(s3, 'hyperpod/on_create.sh', '#!/bin/bash\r\nbash missing.sh\r\ncurl https://example.com/install.sh\r\n')
  const fileSystem = await makeFileSystem(account)
  const image = (await ec2.send(new DescribeImagesCommand({}))).Images?.[0]?.ImageId ?? ''
  const group = (name: string, type: string, count: number, more: object = {}): object => ({
    InstanceGroupName: name,
    InstanceType: type,
    InstanceCount: count,
    ExecutionRole: `arn:aws:iam::${accountId}:role/HyperPodExecutionRole`,
    LifeCycleConfig: { SourceS3Uri: `s3://${goodBucket}/hyperpod/`, OnCreate: 'on_create.sh' },
    ...more,
  })
  const request = {
    ClusterName: 'everything-wrong',
    InstanceGroups: [
      group('controller', 'ml.m5.12xlarge', 40),
      group('worker-1', 'ml.p5.48xlarge', 64, {
        ImageId: image,
        TrainingPlanArn: `arn:aws:sagemaker:${region}:${accountId}:training-plan/gone`,
      }),
      // Of no catalog: EC2 is asked.
      group('odd', 'ml.a1.medium', 1),
    ],
    VpcConfig: { SecurityGroupIds: [securityGroupId], Subnets: [subnetIds[0], small.Subnet?.SubnetId ?? ''] },
  }
  const { 'L-E13DF72A': _volumeSize, ...fewQuotas } = goodQuotas
  const aws = await startLoopbackAws({
    moto,
    quotas: fewQuotas,
    trainingPlans: {},
    quotaRequests: [{ ServiceCode: 'sagemaker', QuotaCode: 'L-8762A75F', DesiredValue: 64 }],
    denied: ['iam:SimulatePrincipalPolicy'],
  })
  return {
    name: 'faulty',
    inputs: { ...requestInputs(request), 'fsx-file-system-id': fileSystem },
    environment: await environmentOf(moto),
    aws,
  }
}

/** A transit gateway and an appliance, for networks that are not the internet: what is behind them is asked about. */
const connectOtherNetworks = async ({ ec2, vpcId, subnetIds, routeTableIds, securityGroupId }: SlurmSetup): Promise<void> => {
  const [SubnetId = '', RouteTableId = ''] = [subnetIds[0], routeTableIds[0]]
  const gateway = (await ec2.send(new CreateTransitGatewayCommand({}))).TransitGateway
  const TransitGatewayId = gateway?.TransitGatewayId ?? ''
  const attached = await ec2.send(new CreateTransitGatewayVpcAttachmentCommand({ TransitGatewayId, VpcId: vpcId, SubnetIds: [SubnetId] }))
  await ec2.send(
    new AssociateTransitGatewayRouteTableCommand({
      TransitGatewayRouteTableId: gateway?.Options?.AssociationDefaultRouteTableId ?? '',
      TransitGatewayAttachmentId: attached.TransitGatewayVpcAttachment?.TransitGatewayAttachmentId ?? '',
    }),
  )
  const appliance = await ec2.send(new CreateNetworkInterfaceCommand({ SubnetId, Groups: [securityGroupId] }))
  const NetworkInterfaceId = appliance.NetworkInterface?.NetworkInterfaceId ?? ''
  await ec2.send(new CreateRouteCommand({ RouteTableId, DestinationCidrBlock: '10.200.0.0/16', TransitGatewayId }))
  await ec2.send(new CreateRouteCommand({ RouteTableId, DestinationCidrBlock: '10.201.0.0/16', NetworkInterfaceId }))
}

const makeKey = async (moto: string): Promise<string> => {
  const kms = new KMSClient({ region, endpoint: moto, credentials: { accessKeyId: 'AKIAMAKER', secretAccessKey: 'maker' } })
  return (await kms.send(new CreateKeyCommand({ KeyUsage: 'ENCRYPT_DECRYPT', KeySpec: 'SYMMETRIC_DEFAULT' }))).KeyMetadata?.Arn ?? ''
}

const encryptBucket = (s3: S3Client, Bucket: string, KMSMasterKeyID: string): Promise<unknown> =>
  s3.send(
    new PutBucketEncryptionCommand({
      Bucket,
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID } }],
      },
    }),
  )

const allowAll = (Action: string, Resource: string): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource }] })

const makePublic = async (s3: S3Client): Promise<void> => {
  await s3.send(new DeletePublicAccessBlockCommand({ Bucket: goodBucket }))
  await s3.send(new PutBucketAclCommand({ Bucket: goodBucket, ACL: 'public-read' }))
  const everybody = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${goodBucket}/*` }
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [everybody] })
  await s3.send(new PutBucketPolicyCommand({ Bucket: goodBucket, Policy }))
}

/** A cluster that is there already: it takes a part of the quotas. */
const makeCluster = (sageMaker: SageMakerClient, role: string, bucket: string): Promise<unknown> =>
  sageMaker.send(
    new CreateClusterCommand({
      ClusterName: 'research',
      InstanceGroups: [
        {
          InstanceGroupName: 'worker',
          InstanceType: 'ml.p5.48xlarge',
          InstanceCount: 2,
          ExecutionRole: `arn:aws:iam::${accountId}:role/${role}`,
          LifeCycleConfig: { SourceS3Uri: `s3://${bucket}/`, OnCreate: 'on_create.sh' },
          ThreadsPerCore: 2,
        },
      ],
    }),
  )

/** Seconds since the epoch, as JSON services write times. */
const year = { from: Date.UTC(2026, 0, 1) / 1000, to: Date.UTC(2099, 0, 1) / 1000 }

const activeTrainingPlan = (TrainingPlanName: string, TrainingPlanArn: string): object => ({
  TrainingPlanName,
  TrainingPlanArn,
  Status: 'Active',
  StartTime: year.from,
  EndTime: year.to,
  TotalInstanceCount: 4,
  AvailableInstanceCount: 4,
  InUseInstanceCount: 0,
  TargetResources: ['hyperpod-cluster'],
  ReservedCapacitySummaries: [
    {
      ReservedCapacityArn: `arn:aws:sagemaker:${region}:${accountId}:reserved-capacity/p5-autumn`,
      InstanceType: 'ml.p5.48xlarge',
      TotalInstanceCount: 4,
      Status: 'Active',
      AvailabilityZone: `${region}a`,
      StartTime: year.from,
      EndTime: year.to,
    },
  ],
})
