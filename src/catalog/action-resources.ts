/** Kinds of resources that the IAM actions of this tool can be limited to, as the Service Authorization Reference names them. */
export type ResourceType =
  | 'ec2:vpc'
  | 'ec2:prefix-list'
  | 'ec2:transit-gateway-route-table'
  | 'eks:cluster'
  | 'eks:addon'
  | 'iam:role'
  | 'iam:policy'
  | 'iam:user'
  | 'kms:key'
  | 'logs:log-group'
  | 's3:bucket'
  | 's3:object'
  | 'sagemaker:cluster'
  | 'sagemaker:training-plan'

/**
 * What each IAM action of this tool can be limited to. An action that is not here knows no resources, which is so for most that list or
 * describe; nor is servicequotas:GetServiceQuota, for which the reference calls the quota optional.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export const actionResources: Readonly<Record<string, readonly ResourceType[]>> = {
  'ec2:DescribeVpcAttribute': ['ec2:vpc'],
  'ec2:GetManagedPrefixListEntries': ['ec2:prefix-list'],
  'ec2:SearchTransitGatewayRoutes': ['ec2:transit-gateway-route-table'],
  'eks:DescribeAddon': ['eks:addon'],
  'eks:DescribeCluster': ['eks:cluster'],
  'eks:ListAccessEntries': ['eks:cluster'],
  'eks:ListAddons': ['eks:cluster'],
  'iam:GetPolicy': ['iam:policy'],
  'iam:GetPolicyVersion': ['iam:policy'],
  'iam:GetRole': ['iam:role'],
  'iam:GetRolePolicy': ['iam:role'],
  'iam:ListAttachedRolePolicies': ['iam:role'],
  'iam:ListRolePolicies': ['iam:role'],
  // Asked about the roles of the nodes, and about the caller, who may be a user.
  'iam:SimulatePrincipalPolicy': ['iam:role', 'iam:user'],
  'kms:DescribeKey': ['kms:key'],
  'kms:GetKeyPolicy': ['kms:key'],
  'kms:ListGrants': ['kms:key'],
  'logs:FilterLogEvents': ['logs:log-group'],
  's3:GetBucketAcl': ['s3:bucket'],
  's3:GetBucketPolicy': ['s3:bucket'],
  's3:GetBucketPolicyStatus': ['s3:bucket'],
  's3:GetBucketPublicAccessBlock': ['s3:bucket'],
  's3:GetEncryptionConfiguration': ['s3:bucket'],
  's3:GetObject': ['s3:object'],
  's3:ListBucket': ['s3:bucket'],
  'sagemaker:DescribeCluster': ['sagemaker:cluster'],
  'sagemaker:DescribeClusterEvent': ['sagemaker:cluster'],
  'sagemaker:DescribeTrainingPlan': ['sagemaker:training-plan'],
  'sagemaker:ListClusterEvents': ['sagemaker:cluster'],
  'sagemaker:ListClusterNodes': ['sagemaker:cluster'],
}
