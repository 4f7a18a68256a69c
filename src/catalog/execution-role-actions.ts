/** One thing that HyperPod, or an agent on its nodes, does under the execution role. */
export interface ExecutionRoleAction {
  readonly action: string
  /** Whose nodes do it: all of them, those with lifecycle scripts in S3, those in a VPC of the account, those of a cluster on EKS. */
  readonly doneBy: 'all' | 'scripted' | 'in-vpc' | 'on-eks'
  /** What it is done to. `anything`: the action knows no resources. */
  readonly on: 'anything' | 'log-streams' | 'metrics' | 'bucket' | 'objects' | 'interfaces' | 'interfaces-and-subnets' | 'repositories'
  /** Whether AmazonSageMakerClusterInstanceRolePolicy grants it. */
  readonly managed: boolean
  /** Which clusters are known not to come up without it. `none`: AWS lists it, and nothing shows that nodes need it to come up. */
  readonly requiredBy: 'every-cluster' | 'eks' | 'none'
  /** What shows that. */
  readonly source: string
}

const awsList = 'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites-iam.html'
/** No published role is without it. */
const managedPolicy = 'https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonSageMakerClusterInstanceRolePolicy.html'
const github = 'https://github.com'
/** Its Slurm role has AmazonSageMakerFullAccess for EC2, and results of two ml.p5e.48xlarge nodes are published beside it. */
const slurmWithout = `${github}/aravneelaws/hyperpod-local-zone-quickstart/blob/main/cloudformation/slurm/hyperpod-lz-stack.yaml`
const eksWithout = `${github}/aravneelaws/hyperpod-local-zone-quickstart/blob/main/cloudformation/eks/hyperpod-eks-lz-stack.yaml`
const fullStack = `${github}/aws-samples/aws-do-hyperpod/blob/main/Container-Root/hyperpod/impl/eks/src/cfn/hyperpod-eks-full-stack.yaml`
const terraformWithout = `${github}/awslabs/aiops-modules/blob/main/modules/sagemaker/hyperpod-eks-tf/modules/sagemaker_iam_role/main.tf`
/** Its start describes and tags the interfaces of the node, and ends where it may not. */
const vpcCni = `${github}/aws/amazon-vpc-cni-k8s/blob/v1.23.1/pkg/ipamd/ipamd.go`

const row = (
  action: string,
  doneBy: ExecutionRoleAction['doneBy'],
  on: ExecutionRoleAction['on'],
  requiredBy: ExecutionRoleAction['requiredBy'],
  source: string,
  managed = false,
): ExecutionRoleAction => ({ action, doneBy, on, managed, requiredBy, source })

/**
 * Everything that AWS lists for an execution role, with what follows where it is missing, in the order in which a cluster needs it.
 * Optional actions (eks-auth, fsx) are not in it, and KMS is not: a key's own policy can grant it alone.
 *
 * No published role of a working cluster lacks what a cluster is said to require. The sources were read on 2026-11-29.
 */
export const executionRoleActions: readonly ExecutionRoleAction[] = [
  row('logs:CreateLogGroup', 'all', 'log-streams', 'every-cluster', managedPolicy, true),
  row('logs:CreateLogStream', 'all', 'log-streams', 'every-cluster', managedPolicy, true),
  row('logs:DescribeLogStreams', 'all', 'log-streams', 'every-cluster', managedPolicy, true),
  row('logs:PutLogEvents', 'all', 'log-streams', 'every-cluster', managedPolicy, true),
  row('cloudwatch:PutMetricData', 'all', 'metrics', 'none', managedPolicy, true),
  row('ssmmessages:CreateControlChannel', 'all', 'anything', 'none', managedPolicy, true),
  row('ssmmessages:CreateDataChannel', 'all', 'anything', 'none', managedPolicy, true),
  row('ssmmessages:OpenControlChannel', 'all', 'anything', 'none', managedPolicy, true),
  row('ssmmessages:OpenDataChannel', 'all', 'anything', 'none', managedPolicy, true),
  row('s3:ListBucket', 'scripted', 'bucket', 'every-cluster', managedPolicy, true),
  row('s3:GetObject', 'scripted', 'objects', 'every-cluster', managedPolicy, true),
  row('ec2:CreateNetworkInterface', 'in-vpc', 'interfaces-and-subnets', 'every-cluster', awsList),
  row('ec2:CreateNetworkInterfacePermission', 'in-vpc', 'interfaces', 'every-cluster', awsList),
  row('ec2:DeleteNetworkInterface', 'in-vpc', 'interfaces', 'none', awsList),
  row('ec2:DeleteNetworkInterfacePermission', 'in-vpc', 'interfaces', 'none', awsList),
  row('ec2:DetachNetworkInterface', 'in-vpc', 'interfaces', 'none', slurmWithout),
  row('ec2:DescribeNetworkInterfaces', 'in-vpc', 'anything', 'eks', vpcCni),
  row('ec2:DescribeVpcs', 'in-vpc', 'anything', 'none', awsList),
  row('ec2:DescribeDhcpOptions', 'in-vpc', 'anything', 'none', eksWithout),
  row('ec2:DescribeSubnets', 'in-vpc', 'anything', 'every-cluster', awsList),
  row('ec2:DescribeSecurityGroups', 'in-vpc', 'anything', 'none', eksWithout),
  row('ec2:CreateTags', 'in-vpc', 'interfaces', 'eks', vpcCni),
  row('ec2:AssignPrivateIpAddresses', 'on-eks', 'interfaces', 'eks', awsList),
  row('ec2:AttachNetworkInterface', 'on-eks', 'interfaces', 'none', fullStack),
  row('ec2:ModifyNetworkInterfaceAttribute', 'on-eks', 'interfaces', 'none', awsList),
  row('ec2:UnassignPrivateIpAddresses', 'on-eks', 'interfaces', 'none', awsList),
  row('ec2:DescribeInstances', 'on-eks', 'anything', 'none', fullStack),
  row('ec2:DescribeInstanceTypes', 'on-eks', 'anything', 'none', fullStack),
  row('ec2:DescribeTags', 'on-eks', 'anything', 'none', fullStack),
  row('ecr:GetAuthorizationToken', 'on-eks', 'anything', 'eks', awsList),
  row('ecr:BatchCheckLayerAvailability', 'on-eks', 'repositories', 'none', terraformWithout),
  row('ecr:BatchGetImage', 'on-eks', 'repositories', 'eks', awsList),
  row('ecr:GetDownloadUrlForLayer', 'on-eks', 'repositories', 'eks', awsList),
]
