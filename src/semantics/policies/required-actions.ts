import { type ExecutionRoleAction, executionRoleActions } from '../../catalog/execution-role-actions.ts'
import type { Role } from '../../model/facts/iam.ts'
import type { Facts } from '../../model/facts.ts'
import type { Severity } from '../../model/finding.ts'
import type { BucketPrefix, Plan, PlannedRole } from '../../model/plan.ts'
import { knownValue, readItem } from '../fact.ts'
import { roleContext } from './execution-role.ts'
import { groupsOf, ownerOf, subnetsOf } from './planned-role.ts'
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
  /** `error`: the plan's nodes are known not to come up without it. */
  readonly severity: Extract<Severity, 'error' | 'warning'>
  /** `eks`: needed with the EKS orchestrator only. */
  readonly demand: 'always' | 'eks'
  /** The bucket whose policy has a say in it; null where there is none. */
  readonly bucket: string | null
}

/** The managed policy for the nodes of a cluster. https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites-iam.html */
export const managedPolicyName = 'AmazonSageMakerClusterInstanceRolePolicy'

/**
 * Everything that the role must be allowed for this plan, in the order in which a cluster needs it, but for the lifecycle scripts
 * ({@link scriptActions}).
 *
 * `subnets`: what is known of the plan's subnets; empty where nothing is.
 */
export const requiredActions = (planned: PlannedRole, role: Role, plan: Plan, subnets: Facts['subnets']): readonly RequiredAction[] => {
  const subnetIds = subnetsOf(planned, plan)
  const cluster: Cluster = {
    ...ownerOf(role.arn),
    region: plan.region,
    name: plan.clusterName,
    orchestrator: plan.orchestrator.kind,
    context: roleContext(role, plan.region),
  }
  const network = networkOf(cluster, subnetIds ?? [], plan.vpcId, subnets)
  return executionRoleActions
    .filter(({ doneBy }) => isDone(doneBy, cluster, subnetIds !== null))
    .flatMap((listed) => requestsOf(listed, cluster, network))
}

const isDone = (doneBy: ExecutionRoleAction['doneBy'], { orchestrator }: Cluster, inVpc: boolean): boolean => {
  switch (doneBy) {
    case 'all':
      return true
    case 'in-vpc':
      return inVpc || orchestrator === 'eks'
    case 'on-eks':
      return orchestrator !== 'slurm'
    case 'scripted':
      return false
  }
}

interface Cluster {
  readonly partition: string
  readonly account: string
  readonly region: string
  readonly name: string | null
  readonly orchestrator: Plan['orchestrator']['kind']
  readonly context: RequestContext
}

/** A subnet that nodes of the role are in. */
interface PlacedSubnet {
  readonly arn: string
  /** With the account left open, where it is not known whose the subnet is. */
  readonly sharedArn: string | null
  /** Of the subnet's VPC; null where it is not known. */
  readonly vpcArn: string | null
  readonly account: string | null
}

interface Network {
  readonly subnets: readonly PlacedSubnet[]
  /** Of the one VPC that the nodes are in; null where it is not known. */
  readonly vpcArn: string | null
}

/**
 * A subnet that another account shares has that account in its ARN, and so has its VPC; network interfaces in it belong to the account
 * that makes them. A snapshot that does not say whose a subnet is was made when it was taken for the role's own.
 * https://docs.aws.amazon.com/vpc/latest/userguide/vpc-sharing.html
 */
const networkOf = (cluster: Cluster, ids: readonly string[], plannedVpc: string | null, subnets: Facts['subnets']): Network => {
  const arn = (account: string, resource: string): string => `arn:${cluster.partition}:ec2:${cluster.region}:${account}:${resource}`
  const someVpc = plannedVpc === null ? null : arn(unknownPart, `vpc/${plannedVpc}`)
  const placed = ids.map((id): PlacedSubnet => {
    const subnet = knownValue(readItem(subnets, id)) ?? null
    const account = subnet?.ownerId ?? null
    return {
      arn: arn(account ?? cluster.account, `subnet/${id}`),
      sharedArn: account === null ? arn(unknownPart, `subnet/${id}`) : null,
      vpcArn: subnet === null ? someVpc : arn(account ?? cluster.account, `vpc/${subnet.vpcId}`),
      account,
    }
  })
  const [only = someVpc, ...others] = new Set(placed.map(({ vpcArn }) => vpcArn))
  return { subnets: placed, vpcArn: others.length > 0 ? null : only }
}

const requestsOf = (listed: ExecutionRoleAction, cluster: Cluster, network: Network): readonly RequiredAction[] => {
  const base = baseOf(listed, cluster)
  const { partition, account, region } = cluster
  const context = (changes: RequestContext): RequestContext => ({ ...base.context, ...changes })
  switch (listed.on) {
    case 'log-streams': {
      const logs = `arn:${partition}:logs:${region}:${account}:log-group:/aws/sagemaker/Clusters/`
      // CloudWatch Logs asks for a log group by the ARN of its streams, without a stream.
      const resource = `${logs}${cluster.name ?? unknownPart}/${unknownPart}:log-stream:${unknownPart}`
      const grantOn = `arn:${partition}:logs:*:*:log-group:/aws/sagemaker/Clusters/*`
      return [{ ...base, resource, grantOn, context: context({ 'aws:ResourceAccount': [account] }) }]
    }
    case 'metrics':
      return [{ ...base, context: context({ 'cloudwatch:namespace': ['/aws/sagemaker/Clusters'] }) }]
    case 'interfaces':
      return [onInterfaces(base, cluster, network)]
    case 'interfaces-and-subnets':
      return [onInterfaces(base, cluster, network), ...network.subnets.map((subnet) => onSubnet(base, subnet))]
    case 'repositories':
      return [{ ...base, resource: `arn:${partition}:ecr:${region}:${unknownPart}:repository/${unknownPart}` }]
    default:
      return [base]
  }
}

const baseOf = (
  { action, doneBy, managed, requiredBy }: ExecutionRoleAction,
  { context, region, orchestrator }: Cluster,
): RequiredAction => ({
  action,
  resource: '*',
  sharedResource: null,
  sample: null,
  grantOn: '*',
  context: action.startsWith('ec2:') ? { ...context, 'ec2:Region': [region] } : context,
  managed,
  severity: requiredBy === 'every-cluster' || (requiredBy === 'eks' && orchestrator === 'eks') ? 'error' : 'warning',
  demand: doneBy === 'on-eks' ? 'eks' : 'always',
  bucket: null,
})

/** The VPC as policies that keep nodes inside it name it; the key is left open where it is not known. */
const inVpc = (vpcArn: string | null): RequestContext => (vpcArn === null ? {} : { 'ec2:Vpc': [vpcArn] })

/**
 * Security groups are not asked for: AWS's own template does not grant them. Which actions know resources, and which keys come with them:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
 */
const onInterfaces = (base: RequiredAction, { partition, account, region }: Cluster, { vpcArn }: Network): RequiredAction => ({
  ...base,
  resource: `arn:${partition}:ec2:${region}:${account}:network-interface/${unknownPart}`,
  // Tags are what AWS's own policies limit.
  grantOn: base.action === 'ec2:CreateTags' ? `arn:${partition}:ec2:*:*:network-interface/*` : '*',
  context: { ...base.context, 'aws:ResourceAccount': [account], ...inVpc(vpcArn) },
})

const onSubnet = (base: RequiredAction, { arn, sharedArn, vpcArn, account }: PlacedSubnet): RequiredAction => ({
  ...base,
  resource: arn,
  sharedResource: sharedArn,
  context: { ...base.context, ...(account !== null && { 'aws:ResourceAccount': [account] }), ...inVpc(vpcArn) },
})

/**
 * What the role needs to set up nodes from a folder of lifecycle scripts: to list the bucket and to get the objects. `own`: whether the
 * bucket is known to belong to the role's account. What the network adds to the context is left open.
 */
export const scriptActions = (
  planned: PlannedRole,
  role: Role,
  plan: Plan,
  folder: BucketPrefix,
  own: boolean,
): readonly RequiredAction[] => {
  const owner = ownerOf(role.arn)
  const { bucket, prefix } = folder
  const arn = `arn:${owner.partition}:s3:::${bucket}`
  const entryPoint = entryPointOf(planned, folder, plan)
  const context: RequestContext = {
    ...roleContext(role, plan.region),
    // Nodes ask S3 themselves.
    'aws:ViaAWSService': ['false'],
    'aws:CalledVia': null,
    ...(own && { 'aws:ResourceAccount': [owner.account], 's3:ResourceAccount': [owner.account] }),
  }
  const cluster: Cluster = { ...owner, region: plan.region, name: plan.clusterName, orchestrator: plan.orchestrator.kind, context }
  return executionRoleActions
    .filter(({ doneBy }) => doneBy === 'scripted')
    .map((listed): RequiredAction => {
      const base = { ...baseOf(listed, cluster), managed: listed.managed && bucket.startsWith('sagemaker-'), bucket }
      if (listed.on === 'bucket') {
        // Whether the listing ends in the slash of the folder is not documented.
        const listing = { 's3:prefix': [`${prefix.replace(/\/$/, '')}${unknownPart}`] }
        return { ...base, resource: arn, grantOn: arn, context: { ...context, ...listing } }
      }
      const sample = entryPoint === null ? null : `${arn}/${prefix}${entryPoint}`
      return { ...base, resource: `${arn}/${prefix}${unknownPart}`, sample, grantOn: `${arn}/${prefix}*` }
    })
}

/** A script of the folder that groups of the role start with; null where the plan names none. */
const entryPointOf = (planned: PlannedRole, { bucket, prefix }: BucketPrefix, plan: Plan): string | null => {
  for (const { lifecycle } of groupsOf(planned, plan)) {
    if (lifecycle.mode === 'ami' || lifecycle.script === null) continue
    if (lifecycle.source?.bucket === bucket && lifecycle.source.prefix === prefix) return lifecycle.script
  }
  return null
}
