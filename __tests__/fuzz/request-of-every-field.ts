import type { Plan } from '../../src/model/plan.ts'

const role = 'arn:aws:iam::123456789012:role/HyperPodExecutionRole'
const scripts = 's3://sagemaker-lifecycle-scripts/hyperpod/'
const deployment = {
  RollingUpdatePolicy: {
    MaximumBatchSize: { Type: 'INSTANCE_COUNT', Value: 1 },
    RollbackMaximumBatchSize: { Type: 'CAPACITY_PERCENTAGE', Value: 50 },
  },
  WaitIntervalInSeconds: 60,
  AutoRollbackConfiguration: [{ AlarmName: 'nodes' }],
}

/** Members that a group of either orchestrator has. */
const common = {
  InstanceType: 'ml.p5.48xlarge',
  InstanceCount: 16,
  ExecutionRole: role,
  LifeCycleConfig: { SourceS3Uri: scripts, OnCreate: 'on_create.sh' },
  ThreadsPerCore: 1,
  InstanceStorageConfigs: [
    { EbsVolumeConfig: { VolumeSizeInGB: 500, VolumeKmsKeyId: '1234abcd-12ab-34cd-56ef-1234567890ab' } },
    { EbsVolumeConfig: { RootVolume: true, VolumeKmsKeyId: 'alias/volumes' } },
  ],
  OnStartDeepHealthChecks: ['InstanceStress', 'InstanceConnectivity'],
  ScheduledUpdateConfig: { ScheduleExpression: 'cron(0 4 ? * SUN *)', DeploymentConfig: deployment },
  AutoPatchConfig: {
    PatchingStrategy: 'WhenIdle',
    PatchSchedule: { NextPatchDate: '2026-12-24T04:00:00Z' },
    DeploymentConfig: deployment,
    IdleWaitWindowInSeconds: 3600,
    DrainPolicy: { DrainTimeoutInSeconds: 600, OnDrainTimeout: 'Force' },
  },
}

const fileSystems = [
  { FsxLustreConfig: { DnsName: 'fs-0123456789abcdef0.fsx.us-west-2.amazonaws.com', MountName: 'abcdefgh', MountPath: '/fsx' } },
  { FsxOpenZfsConfig: { DnsName: 'fs-0123456789abcdef1.fsx.us-west-2.amazonaws.com', MountPath: '/home' } },
]

const restricted = {
  InstanceGroupName: 'restricted',
  InstanceType: 'ml.p5.48xlarge',
  InstanceCount: 2,
  ExecutionRole: role,
  EnvironmentConfig: { FSxLustreConfig: { SizeInGiB: 1200, PerUnitStorageThroughput: 125 } },
}

/** A group with capacity of a training plan, and one of Spot. */
const workers = (placement: object): readonly object[] => [
  {
    ...common,
    InstanceGroupName: 'worker-1',
    MinInstanceCount: 1,
    TrainingPlanArn: 'arn:aws:sagemaker:us-west-2:123456789012:training-plan/plan-1',
    OverrideVpcConfig: placement,
    ImageId: 'ami-0123456789abcdef0',
    NetworkInterface: { InterfaceType: 'efa' },
    CapacityRequirements: { OnDemand: {} },
  },
  {
    ...common,
    InstanceGroupName: 'worker-2',
    InstanceType: undefined,
    InstanceRequirements: { InstanceTypes: ['ml.g5.xlarge', 'ml.g5.2xlarge'] },
    CapacityRequirements: { Spot: {} },
    ImageReleaseVersion: '1.0.0',
  },
]

/** A request that the API takes and that has every member which clusters of the orchestrator can have, in the network of a plan. */
export const everyField = (orchestrator: 'slurm' | 'eks', { vpcConfig }: Plan): object => {
  const placement = { Subnets: vpcConfig?.subnetIds, SecurityGroupIds: vpcConfig?.securityGroupIds }
  const cluster = {
    ClusterName: 'ml-research',
    VpcConfig: placement,
    Tags: [{ Key: 'team', Value: 'research' }],
    NodeRecovery: 'Automatic',
    NodeProvisioningMode: 'Continuous',
    ClusterRole: role,
  }
  const controller = { ...common, InstanceGroupName: 'controller', InstanceType: 'ml.m5.2xlarge', InstanceCount: 1 }
  if (orchestrator === 'slurm') {
    const nodes = { SlurmConfig: { NodeType: 'Compute', PartitionNames: ['gpu'] } }
    return {
      ...cluster,
      InstanceGroups: [
        { ...controller, SlurmConfig: { NodeType: 'Controller' }, InstanceStorageConfigs: fileSystems },
        ...workers(placement).map((group) => ({
          ...group,
          ...nodes,
          LifeCycleConfig: { SourceS3Uri: scripts, OnInitComplete: 'on_create.sh' },
        })),
      ],
      Orchestrator: {
        Slurm: {
          SlurmConfigStrategy: 'Managed',
          AccountingDatabase: {
            Endpoint: 'database.example.com',
            Port: 3306,
            Name: 'slurm',
            SecretArn: 'arn:aws:secretsmanager:us-west-2:123456789012:secret:slurm',
          },
        },
      },
    }
  }
  const kubernetes = { Labels: { team: 'research' }, Taints: [{ Key: 'gpu', Value: 'only', Effect: 'NoSchedule' }] }
  return {
    ...cluster,
    InstanceGroups: [controller, ...workers(placement)].map((group) => ({ ...group, KubernetesConfig: kubernetes })),
    RestrictedInstanceGroups: [{ ...restricted, InstanceStorageConfigs: common.InstanceStorageConfigs, OverrideVpcConfig: placement }],
    RestrictedInstanceGroupsConfig: {
      SharedEnvironmentConfig: {
        FSxLustreDeletionPolicy: 'Keep',
        FSxLustreConfig: { SizeInGiB: 1200, PerUnitStorageThroughput: 125 },
      },
    },
    Orchestrator: { Eks: { ClusterArn: 'arn:aws:eks:us-west-2:123456789012:cluster/research' } },
    TieredStorageConfig: { Mode: 'Enable', InstanceMemoryAllocationPercentage: 20 },
    AutoScaling: { Mode: 'Enable', AutoScalerType: 'Karpenter' },
  }
}
