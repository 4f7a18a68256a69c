/**
 * What the CreateCluster of AWS CLI 2.27.63 and of all older ones lacks, by the shape of the API model that has it as a member: the CLI
 * refuses such a member as unknown before it sends anything.
 *
 * Compared on 2026-11-24: the model in botocore 1.39.17 (which has the API changes of AWS CLI 2.27.63) and that of the catalog. From
 * AWS CLI 2.28.3 on, its change log names additions to CreateCluster; which release brought each member is not known here.
 *
 * https://github.com/aws/aws-cli/blob/v2/CHANGELOG.rst
 * https://github.com/boto/botocore/tree/1.39.17/botocore/data/sagemaker/2017-07-24
 */
export const awsCliRequest = {
  /** The newest version that certainly lacks them. */
  version: '2.27.63',
  lacks: {
    CreateClusterRequest: ['AutoScaling', 'ClusterRole', 'NodeProvisioningMode', 'RestrictedInstanceGroupsConfig', 'TieredStorageConfig'],
    ClusterInstanceGroupSpecification: [
      'AutoPatchConfig',
      'CapacityRequirements',
      'ImageId',
      'ImageReleaseVersion',
      'InstanceRequirements',
      'KubernetesConfig',
      'MinInstanceCount',
      'NetworkInterface',
      'SlurmConfig',
    ],
    ClusterEbsVolumeConfig: ['RootVolume', 'VolumeKmsKeyId'],
    ClusterInstanceStorageConfig: ['FsxLustreConfig', 'FsxOpenZfsConfig'],
    ClusterLifeCycleConfig: ['OnInitComplete'],
    ClusterOrchestrator: ['Slurm'],
  },
} as const satisfies { readonly version: string; readonly lacks: Readonly<Record<string, readonly string[]>> }
