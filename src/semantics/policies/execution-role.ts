import type { PolicyStatement, Role } from '../../model/facts/iam.ts'
import type { BucketPrefix, Plan, PlannedRole } from '../../model/plan.ts'
import { placementOf } from '../plan/placement.ts'
import { type Decision, decide } from './iam-policy.ts'
import { foldersOf, groupsOf, ownerOf } from './planned-role.ts'
import { type RequestContext, unknownPart } from './policy-text.ts'

/** What HyperPod does under an execution role, as requests that its policies must allow. */
export interface RequiredAction {
  readonly action: string
  /** What the request is about: concrete where the plan says it, with `unknownPart` where only the running cluster will. */
  readonly resource: string
  /** The same resource under whatever account, where it may be shared from another one. */
  readonly sharedResource: string | null
  /** A real resource that `resource` stands for, where the plan names one: the object of an entry point. */
  readonly sample: string | null
  /** The Resource element of a policy that grants it, as AWS's documentation writes it. */
  readonly grantOn: string
  readonly context: RequestContext
  /** Whether AmazonSageMakerClusterInstanceRolePolicy grants it. */
  readonly managed: boolean
  /** `eks`: needed with the EKS orchestrator only. */
  readonly demand: 'always' | 'eks'
  /** The bucket whose policy has a say in it; null where there is none. */
  readonly bucket: string | null
}

/** The managed policy for the nodes of a cluster. https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites-iam.html */
export const managedPolicyName = 'AmazonSageMakerClusterInstanceRolePolicy'

/** The service that assumes execution roles. */
export const servicePrincipal = 'sagemaker.amazonaws.com'

const trustPolicyName = 'the trust policy'

/**
 * Whether the role's trust policy lets an AWS service assume it for a cluster of this account and Region. Which ARN HyperPod sends as
 * aws:SourceArn is not documented: only its service, Region and account are taken as known.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 */
export const decideTrust = (role: Role, region: string, service: string): Decision => {
  const { partition, account } = ownerOf(role.arn)
  return decide([{ kind: 'resource', name: trustPolicyName, document: role.trustPolicy }], {
    action: 'sts:AssumeRole',
    resource: role.arn,
    principal: { kind: 'service', name: service },
    context: {
      'aws:SourceAccount': [account],
      'aws:SourceArn': [`arn:${partition}:${service.split('.')[0]}:${region}:${account}:${unknownPart}`],
      'aws:PrincipalServiceName': [service],
      'aws:PrincipalIsAWSService': ['true'],
      'sts:ExternalId': null,
    },
  })
}

/** The statement of a trust policy that lets HyperPod assume the role. */
export const trustStatement: PolicyStatement = {
  sid: null,
  effect: 'Allow',
  principals: { form: 'Principal', values: { Service: [servicePrincipal] } },
  actions: { form: 'Action', patterns: ['sts:AssumeRole'] },
  resources: null,
  conditions: {},
}

/** What an assumed role's own request carries, wherever it goes to. */
export const roleContext = (role: Pick<Role, 'arn'>, region: string): RequestContext => ({
  'aws:PrincipalAccount': [ownerOf(role.arn).account],
  'aws:PrincipalArn': [role.arn],
  'aws:PrincipalType': ['AssumedRole'],
  'aws:PrincipalIsAWSService': ['false'],
  'aws:PrincipalServiceName': null,
  'aws:username': null,
  'aws:RequestedRegion': [region],
  // The agents on the nodes speak HTTPS only.
  'aws:SecureTransport': ['true'],
})

/**
 * Everything that the role must be allowed for this plan, in the order in which a cluster needs it. Optional actions (eks-auth, fsx)
 * are not in it.
 *
 * `ownBuckets`: buckets known to belong to the role's account.
 */
export const requiredActions = (
  planned: PlannedRole,
  role: Role,
  plan: Plan,
  ownBuckets: ReadonlySet<string>,
): readonly RequiredAction[] => {
  const cluster: Cluster = { ...ownerOf(role.arn), region: plan.region, name: plan.clusterName, context: roleContext(role, plan.region) }
  const orchestrator = plan.orchestrator.kind
  const subnetIds = subnetsOf(planned, plan)
  return [
    ...nodeActions(cluster),
    ...foldersOf(planned, plan).flatMap((folder) =>
      folderActions(cluster, folder, entryPointOf(planned, folder, plan), ownBuckets.has(folder.bucket)),
    ),
    ...(subnetIds !== null || orchestrator === 'eks' ? vpcActions(cluster, subnetIds ?? []) : []),
    ...(orchestrator !== 'slurm' ? eksActions(cluster) : []),
  ]
}

interface Cluster {
  readonly partition: string
  readonly account: string
  readonly region: string
  readonly name: string | null
  readonly context: RequestContext
}

/** Null where the role's groups are in no VPC of the account: HyperPod then uses one of its own. */
const subnetsOf = (planned: PlannedRole, plan: Plan): readonly string[] | null => {
  const groups = groupsOf(planned, plan)
  const placements = groups.length > 0 ? groups.map((group) => placementOf(group, plan)) : [plan.vpcConfig]
  const configs = placements.filter((config) => config !== null)
  if (configs.length === 0 && plan.vpcId === null) return null
  return [...new Set(configs.flatMap(({ subnetIds }) => subnetIds))]
}

const plainAction = (cluster: Cluster, action: string, changes: Partial<RequiredAction> = {}): RequiredAction => ({
  action,
  resource: '*',
  sharedResource: null,
  sample: null,
  grantOn: '*',
  context: cluster.context,
  managed: false,
  demand: 'always',
  bucket: null,
  ...changes,
})

/** Logs, metrics and Session Manager: every node. */
const nodeActions = (cluster: Cluster): readonly RequiredAction[] => {
  const { partition, account, region, context } = cluster
  const logs = `arn:${partition}:logs:${region}:${account}:log-group:/aws/sagemaker/Clusters/`
  const logStream = {
    // CloudWatch Logs asks for a log group by the ARN of its streams, without a stream.
    resource: `${logs}${cluster.name ?? unknownPart}/${unknownPart}:log-stream:${unknownPart}`,
    grantOn: `arn:${partition}:logs:*:*:log-group:/aws/sagemaker/Clusters/*`,
    context: { ...context, 'aws:ResourceAccount': [account] },
    managed: true,
  }
  const metrics = { context: { ...context, 'cloudwatch:namespace': ['/aws/sagemaker/Clusters'] }, managed: true }
  return [
    ...['CreateLogGroup', 'CreateLogStream', 'DescribeLogStreams', 'PutLogEvents'].map((name) =>
      plainAction(cluster, `logs:${name}`, logStream),
    ),
    plainAction(cluster, 'cloudwatch:PutMetricData', metrics),
    ...['CreateControlChannel', 'CreateDataChannel', 'OpenControlChannel', 'OpenDataChannel'].map((name) =>
      plainAction(cluster, `ssmmessages:${name}`, { managed: true }),
    ),
  ]
}

/** A script of the folder that groups of the role start with; null where the plan names none. */
const entryPointOf = (planned: PlannedRole, { bucket, prefix }: BucketPrefix, plan: Plan): string | null => {
  for (const { lifecycle } of groupsOf(planned, plan)) {
    if (lifecycle.mode === 'ami' || lifecycle.script === null) continue
    if (lifecycle.source?.bucket === bucket && lifecycle.source.prefix === prefix) return lifecycle.script
  }
  return null
}

/** The lifecycle scripts. */
const folderActions = (
  cluster: Cluster,
  { bucket, prefix }: BucketPrefix,
  entryPoint: string | null,
  own: boolean,
): readonly RequiredAction[] => {
  const arn = `arn:${cluster.partition}:s3:::${bucket}`
  const common = {
    context: { ...cluster.context, ...(own && { 'aws:ResourceAccount': [cluster.account] }) },
    managed: bucket.startsWith('sagemaker-'),
    bucket,
  }
  return [
    plainAction(cluster, 's3:ListBucket', { ...common, resource: arn, grantOn: arn }),
    plainAction(cluster, 's3:GetObject', {
      ...common,
      resource: `${arn}/${prefix}${unknownPart}`,
      sample: entryPoint === null ? null : `${arn}/${prefix}${entryPoint}`,
      grantOn: `${arn}/${prefix}*`,
    }),
  ]
}

/**
 * Network interfaces in the account's VPC. Security groups are not asked for: AWS's own template does not grant them.
 * Which actions know resources: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
 */
const vpcActions = (cluster: Cluster, subnetIds: readonly string[]): readonly RequiredAction[] => {
  const onInterface = (name: string) => interfaceAction(cluster, name, 'always')
  const subnet = (owner: string, id: string): string => `arn:${cluster.partition}:ec2:${cluster.region}:${owner}:subnet/${id}`
  return [
    onInterface('CreateNetworkInterface'),
    ...subnetIds.map((id) =>
      plainAction(cluster, 'ec2:CreateNetworkInterface', {
        resource: subnet(cluster.account, id),
        sharedResource: subnet(unknownPart, id),
      }),
    ),
    onInterface('CreateNetworkInterfacePermission'),
    onInterface('DeleteNetworkInterface'),
    onInterface('DeleteNetworkInterfacePermission'),
    onInterface('DetachNetworkInterface'),
    ...['DescribeNetworkInterfaces', 'DescribeVpcs', 'DescribeDhcpOptions', 'DescribeSubnets', 'DescribeSecurityGroups'].map((name) =>
      plainAction(cluster, `ec2:${name}`),
    ),
    { ...onInterface('CreateTags'), grantOn: `arn:${cluster.partition}:ec2:*:*:network-interface/*` },
  ]
}

/** Addresses of pods (the VPC CNI plugin) and images of the add-ons. */
const eksActions = (cluster: Cluster): readonly RequiredAction[] => {
  const repository = `arn:${cluster.partition}:ecr:${cluster.region}:${unknownPart}:repository/${unknownPart}`
  return [
    ...['AssignPrivateIpAddresses', 'AttachNetworkInterface', 'ModifyNetworkInterfaceAttribute', 'UnassignPrivateIpAddresses'].map((name) =>
      interfaceAction(cluster, name, 'eks'),
    ),
    ...['DescribeInstances', 'DescribeInstanceTypes', 'DescribeTags'].map((name) => plainAction(cluster, `ec2:${name}`, { demand: 'eks' })),
    plainAction(cluster, 'ecr:GetAuthorizationToken', { demand: 'eks' }),
    ...['BatchCheckLayerAvailability', 'BatchGetImage', 'GetDownloadUrlForLayer'].map((name) =>
      plainAction(cluster, `ecr:${name}`, { resource: repository, demand: 'eks' }),
    ),
  ]
}

const interfaceAction = (cluster: Cluster, name: string, demand: RequiredAction['demand']): RequiredAction =>
  plainAction(cluster, `ec2:${name}`, {
    resource: `arn:${cluster.partition}:ec2:${cluster.region}:${cluster.account}:network-interface/${unknownPart}`,
    context: { ...cluster.context, 'aws:ResourceAccount': [cluster.account] },
    demand,
  })
