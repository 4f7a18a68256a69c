import { eventMessages } from './event-messages.ts'
import type { FailureMessage } from './failure-message.ts'

const docs = 'https://docs.aws.amazon.com/sagemaker/latest/dg'
const prerequisites = `${docs}/sagemaker-hyperpod-prerequisites.html`
const eksPrerequisites = `${docs}/sagemaker-hyperpod-eks-prerequisites.html`
const slurmMigration = `${docs}/sagemaker-hyperpod-slurm-api-config-migration.html`
const mentalModel =
  'https://github.com/awslabs/awsome-distributed-ai/blob/main/1.architectures/5.sagemaker-hyperpod/tools/devops-agent/docs/hyperpod-mental-model.md'
const issue = (repository: string, number: number): string => `https://github.com/${repository}/issues/${number}`
const workshopIssue = (number: number): string => issue('awslabs/awsome-distributed-ai', number)

/** A cluster that came up without its nodes: no message tells of it. */
export const noNodes: FailureMessage = {
  messages: ['No message: the cluster is InService and has 0 nodes (continuous provisioning)'],
  cause: 'Capacity or a quota was missing after the cluster itself came up.',
  rules: ['quota/cluster-usage', 'network/type-offered', 'network/training-plan'],
  unforeseen: 'ListClusterEvents alone says what happened after CreateCluster.',
  source: mentalModel,
}

/** Read in November 2026. Issue threads are quoted as their authors saw the message. */
export const failureMessages: readonly FailureMessage[] = [
  {
    messages: [
      "The account-level service limit '… for cluster usage' is … Instances, with current utilization of … Instances and a request delta of …",
    ],
    cause: 'The SageMaker quota of the instance type, less what other clusters use, is smaller than the plan.',
    rules: ['quota/cluster-usage', 'quota/spot', 'quota/ebs-volume-size', 'quota/pending-request'],
    source: workshopIssue(198),
  },
  {
    messages: ['An error occurred (ResourceInUse) when calling the CreateCluster operation: …'],
    cause: 'A cluster of that name exists already; one that failed keeps its name until it is deleted.',
    rules: ['plan/cluster-name'],
    source: 'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateCluster.html',
  },
  {
    messages: ['The maximum number of instances … has been reached'],
    cause: 'The quota of instances in one cluster, or in all clusters together, is too small.',
    rules: ['quota/instances-per-cluster', 'quota/total-instances'],
    source: prerequisites,
  },
  {
    messages: [
      'We currently do not have sufficient capacity for the requested instance type(s) …',
      'We currently do not have sufficient capacity to launch new … instances. Please try again.',
    ],
    cause: 'EC2 has no free instances of the type in the zone, or does not offer the type there at all.',
    rules: ['network/type-offered', 'network/training-plan'],
    unforeseen: 'Whether on-demand instances are free shows only when they are asked for.',
    source: workshopIssue(204),
  },
  {
    messages: ['… sufficient capacity in the Availability Zone you requested', 'No subnets in the capacity AZ'],
    cause: 'The reserved capacity is in another zone than the subnets.',
    rules: ['network/training-plan', 'network/type-offered', 'network/subnets'],
    unforeseen: 'Capacity that an account team arranged without a training plan is not visible in any API.',
    source: mentalModel,
  },
  {
    messages: [
      'EFA health checks did not run successfully. Ensure that your VPC and security groups are properly configured before attempting to create a new cluster.',
    ],
    cause: 'The security groups of the nodes do not let all traffic through among themselves, in and out.',
    rules: [
      'security-group/self-egress',
      'security-group/self-ingress',
      'security-group/between-groups',
      'security-group/exists',
      'network/acl',
    ],
    unforeseen: 'A hardware fault of an instance gives the same message, and goes away with another try.',
    source: workshopIssue(189),
  },
  {
    messages: [
      'Lifecycle scripts did not run successfully. Ensure the scripts exist in provided S3 path, are accessible, and run without errors',
    ],
    cause: 'The entry point is not there, the execution role cannot read it, the subnet has no way to S3, or the script failed.',
    rules: [
      'lifecycle/entry-point',
      's3/bucket',
      's3/region',
      's3/role-access',
      's3/encryption',
      'network/s3-route',
      'network/s3-endpoint-policy',
      'lifecycle/shebang',
      'lifecycle/line-endings',
      'lifecycle/syntax',
      'lifecycle/references',
      'lifecycle/files',
      'lifecycle/moving-image',
      'lifecycle/exit-status',
      'lifecycle/error-handling',
      'lifecycle/placeholders',
      'lifecycle/drift',
      'lifecycle/readable',
      'slurm/directory-service',
    ],
    unforeseen: 'What a script does on the node is not run here.',
    source: workshopIssue(188),
  },
  {
    messages: ['Lifecycle scripts execution timed out'],
    cause: 'A script waits for the internet, or for a file system that does not answer.',
    rules: ['network/egress', 'lifecycle/internet', 'security-group/lustre', 'slurm/file-system', 'security-group/egress-open'],
    source: mentalModel,
  },
  {
    messages: ['Instance bootstrap failed due to network misconfiguration'],
    cause: 'The subnet has no route or endpoints to what nodes call, DNS is off in the VPC, or addresses ran out.',
    rules: [
      'network/egress',
      'network/endpoints-usable',
      'network/endpoint-policy',
      'network/dns',
      'network/subnet-capacity',
      'network/subnets-private',
      'network/acl',
      'security-group/egress-open',
      'security-group/https-from-vpc',
      'quota/network-interfaces',
    ],
    source: mentalModel,
  },
  {
    messages: ['EKS clusters with CONFIG_MAP authentication mode are not supported by HyperPod'],
    cause: 'HyperPod makes access entries for its nodes, which the EKS cluster does not take in this mode.',
    rules: ['eks/authentication-mode', 'eks/cluster'],
    source: eksPrerequisites,
  },
  {
    messages: ['Amazon EKS orchestrator cluster is missing required dependencies'],
    cause: 'The HyperPod Helm chart is not installed in the EKS cluster.',
    rules: ['eks/helm-chart', 'eks/caller-access', 'tools/helm', 'tools/kubectl'],
    unforeseen: 'Only helm or kubectl can look, with a kubeconfig context of this cluster; the EKS API does not show charts.',
    source: eksPrerequisites,
  },
  {
    messages: ['Unable to retrieve subnets', "The security group 'sg-…' does not exist", "The subnet ID '…' does not exist"],
    cause: 'An id of another Region, VPC or account, or an execution role that may not describe the network.',
    rules: ['network/subnets', 'security-group/exists', 'network/vpc', 'eks/network', 'iam/execution-role-permissions'],
    source: prerequisites,
  },
  {
    messages: ['You are not authorized to perform this operation'],
    cause: 'The execution role lacks the EC2 actions that nodes in a VPC need, or cannot be assumed at all.',
    rules: ['iam/execution-role-permissions', 'iam/execution-role-trust', 'iam/execution-role-exists', 'iam/node-role'],
    source: `${docs}/sagemaker-hyperpod-prerequisites-iam.html`,
  },
  {
    messages: ['service-linked role … could not be created'],
    cause: 'Who creates the cluster may not create the service-linked role of HyperPod.',
    rules: ['iam/caller'],
    source: eksPrerequisites,
  },
  {
    messages: [
      'Cluster must have exactly one InstanceGroup with Controller node type',
      'Cluster … has no InstanceGroup with Controller node type.',
      '… Controller Groups found: SlurmConfig for InstanceGroups may only have one Controller Group.',
    ],
    cause: 'SlurmConfig of the request names no controller group, or several.',
    rules: ['plan/slurm-groups', 'slurm/controller'],
    source: slurmMigration,
  },
  {
    messages: ['Partitions can only be assigned to Compute node types'],
    cause: 'PartitionNames stand in a group that is not of type Compute.',
    rules: ['plan/slurm-groups'],
    source: slurmMigration,
  },
  {
    messages: ['FSx configurations are only supported for Custom VPC'],
    cause: 'A group mounts a file system, and the request has no VpcConfig.',
    rules: ['plan/storage'],
    source: slurmMigration,
  },
  {
    messages: ['LifeCycleConfig is required for instance group …'],
    cause: 'A group of an EKS cluster has no lifecycle script.',
    rules: ['plan/lifecycle-mode', 'plan/orchestrator'],
    source: slurmMigration,
  },
  {
    messages: [
      'OnCreate and OnInitComplete … mutually exclusive',
      'LifeCycleConfig … incomplete',
      'LifeCycleConfig … contains no configuration',
      'LifeCycleConfig … optional but requires a compatible AMI',
    ],
    cause: 'A part of LifeCycleConfig is missing or too many are there, or the image is too old to do without it.',
    rules: ['plan/lifecycle-mode', 'slurm/image-age', 'image/available'],
    source: slurmMigration,
  },
  {
    messages: [
      'The LifeCycleConfig cannot include both a SLURM Orchestrator Config and a provisioning_parameters.json file simultaneously.',
    ],
    cause: 'Slurm is configured twice: in the request, and by a file beside the scripts.',
    rules: ['lifecycle/provisioning-conflict'],
    source: slurmMigration,
  },
  {
    messages: ['Update required to use SlurmConfig in InstanceGroups'],
    cause: 'The image is older than the configuration of Slurm in the request.',
    rules: ['slurm/image-age'],
    unforeseen: 'A custom image made lately may still be built on an old one.',
    source: slurmMigration,
  },
  {
    messages: ['Connect timeout … S3'],
    cause: 'No gateway endpoint of S3 is associated with the route table of the subnet, and no NAT gateway leads out.',
    rules: ['network/s3-route', 'network/s3-endpoint-policy', 'security-group/egress-open', 'network/acl'],
    source: mentalModel,
  },
  {
    messages: ['AccessDenied … GetObject', 'AccessDenied … ListBucket'],
    cause: "The execution role may not read the bucket: its name lacks `sagemaker-`, it is another account's, or a policy denies.",
    rules: ['s3/role-access', 's3/bucket', 'network/s3-endpoint-policy'],
    source: 'https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonSageMakerClusterInstanceRolePolicy.html',
  },
  {
    messages: ['AccessDenied … kms:…', 'AccessDeniedException … kms:…'],
    cause: 'A customer key of the bucket or of a volume does not let the execution role use it.',
    rules: ['s3/encryption', 'iam/kms'],
    source: `${docs}/smcluster-cmk.html`,
  },
  {
    messages: ['PermanentRedirect', 'The bucket you are attempting to access must be addressed using the specified endpoint'],
    cause: 'The bucket is in another Region.',
    rules: ['s3/region'],
    source: 'https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html',
  },
  {
    messages: ['JSONDecodeError …', 'KeyError …'],
    cause: 'provisioning_parameters.json is not JSON, lacks a field, or names other groups than the request.',
    rules: ['lifecycle/provisioning-parameters', 'lifecycle/provisioning-groups'],
    source: workshopIssue(234),
  },
  {
    messages: ["This instance not found in resource config. Can't process"],
    cause: 'The scripts look for the node in the groups that provisioning_parameters.json names, and it is in none of them.',
    rules: ['lifecycle/provisioning-groups'],
    source:
      'https://github.com/awslabs/awsome-distributed-ai/blob/main/1.architectures/5.sagemaker-hyperpod/LifecycleScripts/base-config/lifecycle_script.py',
  },
  {
    messages: ["$'\\r': command not found"],
    cause: 'A script was saved with the line endings of Windows.',
    rules: ['lifecycle/line-endings'],
    source: mentalModel,
  },
  {
    messages: ['mount.lustre: … Connection timed out', '… do not permit Lustre LNET network traffic on port 988'],
    cause: 'The security groups between the nodes and the file system are closed, or it is in another VPC.',
    rules: ['security-group/lustre', 'slurm/file-system'],
    source: 'https://docs.aws.amazon.com/fsx/latest/LustreGuide/limit-access-security-groups.html',
  },
  {
    messages: ['MissingIAMPermissions … ec2:CreateTags', 'aws-node … CrashLoopBackOff'],
    cause: 'The execution role lacks what the VPC CNI calls, or its version does not work on HyperPod.',
    rules: ['iam/execution-role-permissions', 'eks/vpc-cni', 'eks/endpoint-access', 'security-group/eks-control-plane'],
    source: eksPrerequisites,
  },
  {
    messages: ['0/… nodes are available: … Too many pods'],
    cause: 'The instance type has room for fewer pods than the default DaemonSets of HyperPod take.',
    rules: ['eks/pods-per-node'],
    source: issue('awslabs/ai-on-sagemaker-hyperpod', 142),
  },
  noNodes,
  {
    messages: ['InsufficientFreeAddressesInSubnet'],
    cause: 'The subnet has fewer free addresses than the nodes take.',
    rules: ['network/subnet-capacity'],
    source: workshopIssue(1122),
  },
  {
    messages: ['VpcLimitExceeded', 'AddressLimitExceeded'],
    cause: 'A template that makes the VPC finds no VPC or Elastic IP address left.',
    rules: ['quota/vpc-resources'],
    source: 'https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html',
  },
  {
    messages: ["Error parsing parameter '--cli-input-json': Expected: …"],
    cause: 'The path of the request was given to the AWS CLI without `file://` before it.',
    rules: [],
    unforeseen: 'The command that creates the cluster is typed after this check.',
    source: 'https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-skeleton.html',
  },
  ...eventMessages,
]

/** What a failing finding of the rule foretells, each message once, those for which it is the likeliest cause first. */
export const messagesForeseenBy = (rule: string): readonly string[] => {
  const rows = failureMessages.flatMap((row) => {
    const rank = row.rules.indexOf(rule)
    return rank < 0 ? [] : [{ rank, messages: row.messages }]
  })
  return [...new Set(rows.toSorted((a, b) => a.rank - b.rank).flatMap(({ messages }) => messages))]
}
