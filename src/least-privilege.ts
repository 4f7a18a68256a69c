import { actionResources, type ResourceType } from './catalog/action-resources.ts'
import { vpcCniAddonName } from './catalog/eks-addons.ts'
import { actionsOf, type Collectors } from './facts/engine/collect.ts'
import type { FactId } from './model/facts.ts'
import type { Plan } from './model/plan.ts'
import { plannedTrainingPlans } from './semantics/capacity/training-plans.ts'
import { diagnosisFacts } from './semantics/diagnosis/diagnosis-facts.ts'
import { clusterLogGroup } from './semantics/lifecycle/log-group.ts'
import { serviceRoleName } from './semantics/policies/cluster-creation.ts'

/** One plan, with what is known of its run. */
export interface PolicyScope {
  readonly plan: Plan
  /** Null where it is not settled yet: the policy then holds in every Region. */
  readonly region: string | null
  /** ARN of the role that the run assumes; null where it comes with credentials of its own. */
  readonly roleToAssume: string | null
}

interface Statement {
  readonly Sid: string
  readonly Effect: 'Allow'
  readonly Action: readonly string[]
  readonly Resource: string | readonly string[]
}

/** An IAM policy document. */
export interface PolicyDocument {
  readonly Version: '2012-10-17'
  readonly Statement: readonly Statement[]
}

/**
 * The least-privilege policy that learning these facts takes, as an IAM policy document: each action limited to the resources that it is
 * asked about, as far as IAM can limit it. Without a scope it does for every plan; with one, for this plan alone, and actions that it
 * gives nothing to ask about are left out. sts:GetCallerIdentity is in it for completeness: AWS allows it to everyone.
 */
export const iamPolicy = (ids: Iterable<FactId>, collectors: Collectors, scope: PolicyScope | null): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: statements(actionsOf(ids, collectors), '', (type) => resourcesOf(type, scope)),
})

/** The policy that holds for every plan: all that rules read, and nothing that is asked in a diagnosis alone. */
export const policyOfAnyPlan = (collectors: Collectors): PolicyDocument => {
  const ofDiagnosis = new Set<string>(diagnosisFacts)
  const ids = Object.values(collectors).flatMap(({ id }: { readonly id: FactId }) => (ofDiagnosis.has(id) ? [] : [id]))
  return iamPolicy(ids, collectors, null)
}

/** One cluster to diagnose. */
export interface DiagnosisScope {
  /** Name of the cluster; null for any. */
  readonly cluster: string | null
  /** Null if it is not settled yet. */
  readonly region: string | null
}

/** The policy with a part of its own for a diagnosis: what that asks besides what the policy allows already. */
export const withDiagnosis = (policy: PolicyDocument, collectors: Collectors, { cluster, region }: DiagnosisScope): PolicyDocument => {
  const allowed = new Set(policy.Statement.flatMap(({ Action }) => Action))
  const actions = actionsOf(diagnosisFacts, collectors).filter((action) => !allowed.has(action))
  const group = clusterLogGroup(cluster ?? '*', '*')
  const resources = (type: ResourceType): readonly string[] =>
    type === 'logs:log-group' ? [arnIn(region ?? '*', 'logs', `log-group:${group}`)] : [arnIn(region ?? '*', 'sagemaker', 'cluster/*')]
  return { ...policy, Statement: [...policy.Statement, ...statements(actions, 'Diagnose', resources)] }
}

/** The actions by what they are limited to; those with nothing to ask about are left out. */
const statements = (
  actions: readonly string[],
  prefix: string,
  resourcesFor: (type: ResourceType) => readonly string[],
): readonly Statement[] => {
  const bySid = new Map<string, { readonly resources: readonly string[]; readonly actions: string[] }>()
  for (const action of actions) {
    const types = actionResources[action]
    const resources = types === undefined ? ['*'] : types.flatMap(resourcesFor)
    if (resources.length === 0) continue
    const sid = `${prefix}${types === undefined ? 'AnyResource' : types.map(titleOf).join('And')}`
    const statement = bySid.get(sid) ?? { resources, actions: [] }
    statement.actions.push(action)
    bySid.set(sid, statement)
  }
  return [...bySid].map(([Sid, { resources, actions }]) => {
    const [only = '*', ...others] = resources
    return { Sid, Effect: 'Allow', Action: actions, Resource: others.length === 0 ? only : resources }
  })
}

/** `sagemaker:training-plan` as a Sid, which takes letters and digits only: `SagemakerTrainingPlan`. */
const titleOf = (type: ResourceType): string =>
  type
    .split(/[:-]/)
    .map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
    .join('')

/** ARNs of what a run asks about, with wildcards for what is not known before it. The account is the one of the role that has the policy. */
const resourcesOf = (type: ResourceType, scope: PolicyScope | null): readonly string[] => {
  const region = scope?.region ?? '*'
  const partition = partitionOf(region)
  const regional = (service: string, resource: string): string => arnIn(region, service, resource)
  const ofIam = (resource: string): string => `arn:${partition}:iam::*:${resource}`
  switch (type) {
    case 'ec2:vpc':
      return [regional('ec2', `vpc/${scope?.plan.vpcId ?? '*'}`)]
    case 'ec2:prefix-list':
      return [regional('ec2', 'prefix-list/*')]
    case 'ec2:transit-gateway-route-table':
      return [regional('ec2', 'transit-gateway-route-table/*')]
    case 'eks:cluster':
      return eksClusters(scope).map((name) => regional('eks', `cluster/${name}`))
    case 'eks:addon':
      return eksClusters(scope).map((name) => regional('eks', `addon/${name}/${vpcCniAddonName}/*`))
    case 'iam:role':
      return roles(scope).map(ofIam)
    case 'iam:user':
      return scope?.roleToAssume ? [] : [ofIam('user/*')]
    case 'iam:policy':
      return [ofIam('policy/*')]
    // The bucket's own key, and those of its objects, are known only once they were asked for.
    case 'kms:key':
      return [regional('kms', 'key/*')]
    // Its name ends in the id of the cluster.
    case 'logs:log-group':
      return [regional('logs', `log-group:${clusterLogGroup(scope?.plan.clusterName ?? '*', '*')}`)]
    case 's3:bucket':
      return unique(sources(scope).map(({ bucket }) => `arn:${partition}:s3:::${bucket}`))
    case 's3:object':
      return unique(sources(scope).map(({ bucket, prefix }) => `arn:${partition}:s3:::${bucket}/${prefix}*`))
    // Every cluster counts against the quotas.
    case 'sagemaker:cluster':
      return [regional('sagemaker', 'cluster/*')]
    case 'sagemaker:training-plan':
      return trainingPlans(scope).map((name) => regional('sagemaker', `training-plan/${name}`))
  }
}

const arnIn = (region: string, service: string, resource: string): string => `arn:${partitionOf(region)}:${service}:${region}:*:${resource}`

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns */
const partitionOf = (region: string): string => {
  if (region === '*') return '*'
  if (region.startsWith('cn-')) return 'aws-cn'
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws'
}

const unique = (items: readonly string[]): readonly string[] => [...new Set(items)]

const sources = (scope: PolicyScope | null): readonly { readonly bucket: string; readonly prefix: string }[] =>
  scope?.plan.lifecycleSources ?? [{ bucket: '*', prefix: '' }]

const eksClusters = (scope: PolicyScope | null): readonly string[] => {
  if (scope === null) return ['*']
  const { orchestrator } = scope.plan
  return orchestrator.kind === 'eks' && orchestrator.cluster !== null ? [orchestrator.cluster.name] : []
}

const trainingPlans = (scope: PolicyScope | null): readonly string[] =>
  scope === null ? ['*'] : unique(plannedTrainingPlans(scope.plan).map(({ reference }) => reference.name))

/**
 * The roles of the nodes, HyperPod's own and the caller's, which is any where the run does not assume it itself. IAM is asked by name, and
 * a role's ARN holds its path, which a name does not tell.
 */
const roles = (scope: PolicyScope | null): readonly string[] => {
  if (scope?.roleToAssume == null) return ['role/*']
  const { executionRoles, nodeRole } = scope.plan
  const names = [...executionRoles, ...(nodeRole === null ? [] : [nodeRole])].map(({ name }) => name)
  const caller = scope.roleToAssume.slice(scope.roleToAssume.lastIndexOf('/') + 1)
  return unique([...names, caller, serviceRoleName]).flatMap((name) => [`role/${name}`, `role/*/${name}`])
}
