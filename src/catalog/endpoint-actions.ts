/** What nodes ask of a service, as far as its interface endpoint has a policy that can refuse it. */
export interface EndpointActions {
  /** `all`: nodes need every one of the actions. `any`: what is needed depends on the workload, so only a policy that allows none is a fault. */
  readonly need: 'all' | 'any'
  /** IAM actions, with the resource that is asked for: `*` for those that know none. `{…}` parts are filled in for the plan. */
  readonly actions: Readonly<Record<string, string>>
  /** Web addresses of the facts. */
  readonly sources: readonly string[]
}

/** Day on which the sources were read. */
export const endpointActionsDate = '2026-11-29'

const prerequisitesIam = 'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites-iam.html'
const ecr = 'https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html'
const repositories = 'arn:{partition}:ecr:{region}:{unknown}:repository/{unknown}'
const clusterLogs = 'arn:{partition}:logs:{region}:{account}:log-group:/aws/sagemaker/Clusters/{unknown}'

/**
 * By the name that an endpoint's service ends in. Pulling an image takes a token, the manifest and the layers; both ECR endpoints have a
 * policy of their own. Services that are not listed here are judged by their network alone.
 */
export const endpointActions: Readonly<Record<string, EndpointActions>> = {
  ec2: { need: 'all', actions: { 'ec2:DescribeNetworkInterfaces': '*' }, sources: [prerequisitesIam] },
  'ecr.api': {
    need: 'all',
    actions: { 'ecr:GetAuthorizationToken': '*', 'ecr:BatchGetImage': repositories, 'ecr:GetDownloadUrlForLayer': repositories },
    sources: [ecr, prerequisitesIam],
  },
  'ecr.dkr': {
    need: 'all',
    actions: { 'ecr:BatchGetImage': repositories, 'ecr:GetDownloadUrlForLayer': repositories },
    sources: [ecr, prerequisitesIam],
  },
  sts: {
    need: 'any',
    actions: { 'sts:GetCallerIdentity': '*', 'sts:AssumeRole': '{unknown}', 'sts:AssumeRoleWithWebIdentity': '{unknown}' },
    sources: ['https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sts_vpc_endpoint_create.html'],
  },
  logs: {
    need: 'all',
    actions: { 'logs:CreateLogStream': `${clusterLogs}:log-stream:{unknown}`, 'logs:PutLogEvents': `${clusterLogs}:log-stream:{unknown}` },
    sources: ['https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch-logs-and-interface-VPC.html', prerequisitesIam],
  },
  monitoring: {
    need: 'all',
    actions: { 'cloudwatch:PutMetricData': '*' },
    sources: ['https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-interface-VPC.html', prerequisitesIam],
  },
  ssmmessages: {
    need: 'all',
    actions: { 'ssmmessages:CreateControlChannel': '*', 'ssmmessages:CreateDataChannel': '*' },
    sources: ['https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-create-vpc.html', prerequisitesIam],
  },
  'eks-auth': {
    need: 'all',
    actions: { 'eks-auth:AssumeRoleForPodIdentity': '{unknown}' },
    sources: ['https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html'],
  },
}
