// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written like this.
import type { RolePolicy } from '../../src/model/facts/iam.ts'
import type { Facts } from '../../src/model/facts.ts'
import { aRolePolicy, known } from '../builders.ts'

/** What AWS's managed policy for the nodes of a cluster says. https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonSageMakerClusterInstanceRolePolicy.html */
export const managedPolicy: RolePolicy = {
  ...aRolePolicy(
    'AmazonSageMakerClusterInstanceRolePolicy',
    {
      Effect: 'Allow',
      Action: ['logs:PutLogEvents', 'logs:CreateLogStream', 'logs:DescribeLogStreams'],
      Resource: 'arn:aws:logs:*:*:log-group:/aws/sagemaker/Clusters/*:log-stream:*',
    },
    { Effect: 'Allow', Action: 'logs:CreateLogGroup', Resource: 'arn:aws:logs:*:*:log-group:/aws/sagemaker/Clusters/*' },
    {
      Effect: 'Allow',
      Action: 'cloudwatch:PutMetricData',
      Resource: '*',
      Condition: { StringEquals: { 'cloudwatch:namespace': '/aws/sagemaker/Clusters' } },
    },
    {
      Effect: 'Allow',
      Action: ['s3:ListBucket', 's3:GetObject'],
      Resource: 'arn:aws:s3:::sagemaker-*',
      Condition: { StringEquals: { 'aws:ResourceAccount': '${aws:PrincipalAccount}' } },
    },
    {
      Effect: 'Allow',
      Action: [
        'ssmmessages:CreateControlChannel',
        'ssmmessages:CreateDataChannel',
        'ssmmessages:OpenControlChannel',
        'ssmmessages:OpenDataChannel',
      ],
      Resource: '*',
    },
  ),
  kind: 'attached',
  arn: 'arn:aws:iam::aws:policy/AmazonSageMakerClusterInstanceRolePolicy',
}

/** What the documentation adds for nodes in a VPC, and on EKS. */
export const networkActions: readonly string[] = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:AttachNetworkInterface',
  'ec2:CreateNetworkInterface',
  'ec2:CreateNetworkInterfacePermission',
  'ec2:DeleteNetworkInterface',
  'ec2:DeleteNetworkInterfacePermission',
  'ec2:DescribeDhcpOptions',
  'ec2:DescribeInstances',
  'ec2:DescribeInstanceTypes',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeSubnets',
  'ec2:DescribeTags',
  'ec2:DescribeVpcs',
  'ec2:DetachNetworkInterface',
  'ec2:ModifyNetworkInterfaceAttribute',
  'ec2:UnassignPrivateIpAddresses',
  'ecr:BatchCheckLayerAvailability',
  'ecr:BatchGetImage',
  'ecr:GetAuthorizationToken',
  'ecr:GetDownloadUrlForLayer',
]

export const networkPolicy = aRolePolicy(
  'network',
  { Effect: 'Allow', Action: networkActions, Resource: '*' },
  { Effect: 'Allow', Action: 'ec2:CreateTags', Resource: 'arn:aws:ec2:*:*:network-interface/*' },
)

/** What the nodes of the one role may do, as far as its documents say: AWS's policy engine cannot be asked. */
export const policies = (...given: readonly RolePolicy[]): Facts['rolePolicies'] => ({ HyperPodExecutionRole: known(given) })
