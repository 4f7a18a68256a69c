import type { Caller, PolicyStatement } from '../../model/facts/iam.ts'
import type { Facts } from '../../model/facts.ts'
import type { Plan } from '../../model/plan.ts'
import { entry, knownValue } from '../fact.ts'
import { requestPart } from '../plan/request-part.ts'
import { servicePrincipal } from './execution-role.ts'
import { ownerOf } from './planned-role.ts'
import { type RequestContext, unknownPart } from './policy-text.ts'

/** The service-linked role that HyperPod acts under in the account. It is made with the account's first cluster. */
export const serviceRoleName = 'AWSServiceRoleForSageMakerHyperPod'
const serviceRoleService = 'hyperpod.sagemaker.amazonaws.com'

/** A caller whose policies IAM can be asked about. */
export type CallingEntity = Extract<Caller, { readonly kind: 'role' | 'user' }>

/** One thing that creating the cluster takes of whoever calls CreateCluster. */
export interface CreationAction {
  readonly action: string
  /** With `unknownPart` where only the call will tell. */
  readonly resource: string
  /** What the policy engine is asked about in place of such a resource: one that looks like it. */
  readonly sample: string | null
  /** The Resource element of a policy that grants it. */
  readonly grantOn: string
  /** The condition of a policy that grants no more than this. */
  readonly grantUnder: PolicyStatement['conditions']
  readonly context: RequestContext
  /** What findings call it. */
  readonly title: string
}

/**
 * What creating the plan's cluster takes of the caller. Actions: the prerequisites page; resource types: the service authorization
 * reference.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites-iam.html
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
 */
export const creationActions = (plan: Plan, caller: CallingEntity, roles: Facts['roles']): readonly CreationAction[] => {
  const where: Where = { ...ownerOf(caller.arn), region: plan.region, context: callerContext(caller, plan) }
  return [
    ...clusterActions(where, plan),
    ...passedRoles(where, plan, roles),
    ...(plan.orchestrator.kind === 'eks' && plan.orchestrator.cluster !== null ? accessActions(where, plan.orchestrator.cluster.name) : []),
    serviceRoleAction(where),
  ]
}

interface Where {
  readonly partition: string
  readonly account: string
  readonly region: string
  readonly context: RequestContext
}

/** What a request of the caller carries, wherever it goes to. */
const callerContext = (caller: CallingEntity, { region }: Plan): RequestContext => ({
  'aws:PrincipalAccount': [ownerOf(caller.arn).account],
  'aws:PrincipalArn': [caller.arn],
  'aws:PrincipalType': [caller.kind === 'role' ? 'AssumedRole' : 'User'],
  'aws:PrincipalIsAWSService': ['false'],
  'aws:username': caller.kind === 'user' ? [caller.name] : null,
  'aws:RequestedRegion': [region],
  'aws:SecureTransport': ['true'],
})

const plainAction = (where: Where, action: string, resource: string, changes: Partial<CreationAction> = {}): CreationAction => ({
  action,
  resource,
  sample: null,
  grantOn: resource.replace(unknownPart, '*'),
  grantUnder: {},
  context: { ...where.context, 'aws:ResourceAccount': [where.account] },
  title: action,
  ...changes,
})

const clusterActions = (where: Where, plan: Plan): readonly CreationAction[] => {
  const resource = `arn:${where.partition}:sagemaker:${where.region}:${where.account}:cluster/${unknownPart}`
  const sample = resource.replace(unknownPart, 'a1b2c3d4e5f6')
  const tags = tagsOf(plan)
  const context = { ...where.context, 'aws:ResourceAccount': [where.account], ...(tags !== null && tagContext(tags)) }
  return [
    plainAction(where, 'sagemaker:CreateCluster', resource, { context, sample }),
    ...(tags !== null && Object.keys(tags).length > 0 ? [plainAction(where, 'sagemaker:AddTags', resource, { context, sample })] : []),
  ]
}

/** Tags of the request by key; null where there is no request file, so that nobody knows them. */
const tagsOf = ({ request }: Plan): Readonly<Record<string, string>> | null =>
  request === null
    ? null
    : Object.fromEntries(
        requestPart(request)
          .at('Tags')
          .items.flatMap((tag) => {
            const key = tag.at('Key').text
            return key === null ? [] : [[key, tag.at('Value').text ?? ''] as const]
          }),
      )

const tagContext = (tags: Readonly<Record<string, string>>): RequestContext => ({
  'aws:TagKeys': Object.keys(tags).length > 0 ? Object.keys(tags) : null,
  ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, [value]])),
})

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html */
const passedRoles = (where: Where, plan: Plan, roles: Facts['roles']): readonly CreationAction[] => {
  const key = 'iam:PassedToService'
  const execution = plan.executionRoles.map(
    ({ name, arn }) => arn ?? knownValue(entry(roles, name))?.arn ?? `arn:${where.partition}:iam::${where.account}:role/${name}`,
  )
  const scaling = plan.request === null ? null : requestPart(plan.request).at('ClusterRole').text
  // IAM is global: the request carries the Region that it is sent to, which need not be the cluster's.
  const { 'aws:RequestedRegion': _, ...context } = where.context
  const pass = (role: string, changes: Partial<CreationAction>): CreationAction =>
    plainAction(where, 'iam:PassRole', role, { title: `iam:PassRole on ${role}`, ...changes })
  return [
    ...[...new Set(execution)].map((role) =>
      pass(role, {
        grantUnder: { StringEquals: { [key]: [servicePrincipal] } },
        context: { ...context, 'aws:ResourceAccount': [where.account], [key]: [servicePrincipal] },
      }),
    ),
    // For scaling the role is assumed by hyperpod.sagemaker.amazonaws.com; which of the two the call names is not documented.
    ...(scaling === null || execution.includes(scaling)
      ? []
      : [pass(scaling, { grantUnder: { StringEquals: { [key]: [servicePrincipal, serviceRoleService] } }, context })]),
  ]
}

/**
 * HyperPod makes access entries for the execution roles and its own role with the rights of the caller.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelastickubernetesservice.html
 */
const accessActions = (where: Where, name: string): readonly CreationAction[] => {
  const arn = `arn:${where.partition}:eks:${where.region}:${where.account}:`
  const entries = `${arn}access-entry/${name}/role/${where.account}/${unknownPart}`
  const grant = {
    grantOn: `${arn}access-entry/${name}/*`,
    sample: entries.replace(unknownPart, `${serviceRoleName}/54cae684-118a-2dd9-2a3d-01868c5231fa`),
  }
  return [
    plainAction(where, 'eks:DescribeCluster', `${arn}cluster/${name}`),
    plainAction(where, 'eks:CreateAccessEntry', `${arn}cluster/${name}`),
    plainAction(where, 'eks:DescribeAccessEntry', entries, grant),
    plainAction(where, 'eks:AssociateAccessPolicy', entries, grant),
    plainAction(where, 'eks:DeleteAccessEntry', entries, grant),
  ]
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html */
const serviceRoleAction = (where: Where): CreationAction => {
  const { 'aws:RequestedRegion': _, ...context } = where.context
  return plainAction(
    where,
    'iam:CreateServiceLinkedRole',
    `arn:${where.partition}:iam::${where.account}:role/aws-service-role/${serviceRoleService}/${serviceRoleName}`,
    {
      grantUnder: { StringEquals: { 'iam:AWSServiceName': [serviceRoleService] } },
      context: { ...context, 'iam:AWSServiceName': [serviceRoleService] },
    },
  )
}
