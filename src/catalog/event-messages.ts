import type { FailureMessage } from './failure-message.ts'

const docs = 'https://docs.aws.amazon.com/sagemaker/latest/dg'
const events = `${docs}/sagemaker-hyperpod-cluster-events-reference.html`
const slurmMigration = `${docs}/sagemaker-hyperpod-slurm-api-config-migration.html`

/** What ListClusterEvents, and DescribeCluster after an update, say of a step that failed. Read in November 2026. */
export const eventMessages: readonly FailureMessage[] = [
  {
    messages: ['Failed to process Instance Group Network Configuration details for IG … in Cluster …'],
    cause: 'HyperPod could not use the subnets or security groups of the group.',
    rules: ['network/subnets', 'security-group/exists', 'network/vpc', 'network/training-plan', 'iam/execution-role-permissions'],
    source: events,
  },
  {
    messages: ['Failed to process Custom AMI Override details for IG … in Cluster …'],
    cause: 'HyperPod could not use the image that the group names.',
    rules: ['image/available', 'iam/caller'],
    source: events,
  },
  {
    messages: ['Failed to create Customer ENI for instance in Cluster … and IG …'],
    cause:
      'No network interface could be created in the subnet: the execution role lacks EC2 permissions, the subnet is out of addresses, or a quota is used up.',
    rules: ['iam/execution-role-permissions', 'network/subnet-capacity', 'quota/network-interfaces', 'security-group/exists'],
    source: events,
  },
  {
    messages: [
      'Failed to provision EC2 Instance in Cluster … and IG …',
      'Instance creation in Cluster … and InstanceGroup … failed',
      'Failed to process CapacityReservationDetails for Cluster … and IG …',
    ],
    cause: 'EC2 did not start the instance: no capacity in the zone, no quota, an image that does not fit, or a key that cannot be used.',
    rules: ['network/type-offered', 'network/training-plan', 'quota/cluster-usage', 'image/available', 'iam/kms'],
    unforeseen: 'Whether EC2 has free instances right now shows only when they are asked for.',
    source: events,
  },
  {
    messages: [
      'Instance lifecycle script execution for EC2 Instance … has Failed',
      'Failed to update Instance lifecycle script execution status for EC2InstanceId …',
    ],
    cause: 'The lifecycle script of the instance failed, or could not be fetched. The log group in the event has what it printed.',
    rules: [
      'lifecycle/entry-point',
      's3/role-access',
      'network/s3-route',
      'lifecycle/references',
      'lifecycle/files',
      'lifecycle/syntax',
      'lifecycle/exit-status',
      'lifecycle/line-endings',
      'lifecycle/provisioning-groups',
      'lifecycle/provisioning-parameters',
    ],
    unforeseen: 'What a script does on the node is not run here.',
    source: events,
  },
  {
    messages: ['controller and login nodes did not become ready within the expected time'],
    cause: 'The lifecycle scripts of the controller or login group failed or hung, or Slurm did not start on them.',
    rules: [
      'lifecycle/entry-point',
      'lifecycle/references',
      'lifecycle/files',
      'lifecycle/exit-status',
      'network/s3-route',
      's3/role-access',
      'network/egress',
      'slurm/controller',
      'slurm/file-system',
    ],
    unforeseen: 'What a script does on the node is not run here.',
    source: events,
  },
  {
    messages: ['SLR Access Entry … failed for Cluster …', 'EKS Access Entries … failed for Cluster …'],
    cause:
      'HyperPod could not create the access entries of its nodes: the EKS cluster does not use access entries, or the caller may not create them.',
    rules: ['eks/authentication-mode', 'iam/caller', 'eks/cluster'],
    source: events,
  },
  {
    messages: [
      'CustomResourceDefinition installation failed for EKS Cluster …',
      'Failed to … AutoScaling in Cluster …',
      'Failed to … access policies with AmazonSageMakerHyperPodServiceRole access entry in EKS cluster …',
    ],
    cause:
      'Karpenter could not be set up in the EKS cluster: the access entry, the cluster role or the provisioning mode does not allow it.',
    rules: ['plan/dependent-fields', 'eks/authentication-mode', 'iam/caller'],
    unforeseen: 'What Kubernetes answered to HyperPod stands in the events of the EKS cluster.',
    source: events,
  },
  {
    messages: ['Failed to create FSx for IG … in Cluster …'],
    cause: 'The file system of a restricted instance group could not be created.',
    rules: [],
    unforeseen: 'FSx for Lustre creates it after CreateCluster; its own quotas and capacity are not checked here.',
    source: events,
  },
  {
    messages: [
      'Configuration drift detected.',
      'Partition configuration drift detected.',
      'Partition configuration mismatch detected.',
      'Slurm configuration drift detected: …',
    ],
    cause: 'slurm.conf on the controller node was edited by hand, and SlurmConfigStrategy is Managed.',
    rules: [],
    unforeseen: 'slurm.conf is on the node. Switch to Overwrite or Merge for one update, or revert the edits.',
    source: slurmMigration,
  },
]
