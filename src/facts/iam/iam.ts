import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  type IAMClient,
  type Role as IamRole,
  NoSuchEntityException,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
} from '@aws-sdk/client-iam'
import type { PolicyDocument, Role, RolePolicy } from '../../model/facts/iam.ts'
import { parseEncodedPolicyDocument } from '../../semantics/policies/policy-document.ts'
import { field, forms, matching, pages } from '../engine/answer.ts'
import { type Context, defineCollector } from '../engine/collect.ts'
import { attemptEach, GapError } from '../engine/gap.ts'

/**
 * Every role of the plan, by name.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html
 */
export const roles = defineCollector({
  id: 'roles',
  needs: [],
  actions: ['iam:GetRole'],
  collect: ({ plan, clients }: Context) => {
    const planned = plan.nodeRole === null ? plan.executionRoles : [...plan.executionRoles, plan.nodeRole]
    return attemptEach(
      planned.map(({ name }) => name),
      (name) => nullWhereAbsent(async () => toRole(field(await clients.iam.send(new GetRoleCommand({ RoleName: name })), 'Role'))),
      'iam:GetRole',
    )
  },
})

const toRole = (role: IamRole): Role => ({
  name: field(role, 'RoleName'),
  arn: matching(role, 'Arn', forms.arn),
  path: field(role, 'Path'),
  trustPolicy: parseEncodedPolicyDocument(field(role, 'AssumeRolePolicyDocument')),
  permissionsBoundaryArn: role.PermissionsBoundary?.PermissionsBoundaryArn ?? null,
  ...(role.Tags !== undefined && { tags: Object.fromEntries(role.Tags.map((tag) => [field(tag, 'Key'), tag.Value ?? ''])) }),
})

/**
 * All policies that bound each execution role: attached, inline and the permissions boundary. A role whose policies could not all be
 * read is a gap, because a policy that was not read may allow or deny anything.
 */
export const rolePolicies = defineCollector({
  id: 'rolePolicies',
  needs: ['roles'],
  actions: ['iam:ListAttachedRolePolicies', 'iam:ListRolePolicies', 'iam:GetRolePolicy', 'iam:GetPolicy', 'iam:GetPolicyVersion'],
  collect: ({ plan, clients: { iam } }: Context, get) => {
    const managedDocument = managedDocuments(iam)
    const boundaryArn = async (name: string): Promise<string | null> => {
      const role = (await get('roles'))[name]
      if (role?.ok === false) throw new GapError(role.gap)
      return role?.value?.permissionsBoundaryArn ?? null
    }
    return attemptEach(
      plan.executionRoles.map(({ name }) => name),
      (name) => policiesOf(iam, name, boundaryArn(name), managedDocument),
      'iam:ListAttachedRolePolicies',
    )
  },
})

/** Reads the version in force of a managed policy, each policy once. */
export type ManagedDocuments = (arn: string) => Promise<PolicyDocument | null>

export const managedDocuments = (iam: IAMClient): ManagedDocuments => once((arn) => readManagedPolicy(iam, arn))

/**
 * Attached and inline policies of a role and its permissions boundary; null where the role does not exist. Throws where one of them
 * cannot be read.
 */
export const policiesOf = async (
  iam: IAMClient,
  role: string,
  boundaryArn: Promise<string | null>,
  managedDocument: ManagedDocuments,
): Promise<readonly RolePolicy[] | null> => {
  const managed = async (kind: 'attached' | 'boundary', arn: string): Promise<RolePolicy> => ({
    kind,
    name: arn.slice(arn.lastIndexOf('/') + 1),
    arn,
    document: await managedDocument(arn),
  })
  // The lists do not wait for the role: one that does not exist is told by them too. Only they tell it: a policy that is gone
  // between the list and its reading is an error.
  const [attached, inline, bounding] = await Promise.all([
    nullWhereAbsent(() => attachedArns(iam, role)).then(each((arn) => managed('attached', arn))),
    nullWhereAbsent(() => inlineNames(iam, role)).then(each((policy) => readInlinePolicy(iam, role, policy))),
    boundaryArn.then(async (arn): Promise<readonly RolePolicy[]> => (arn === null ? [] : [await managed('boundary', arn)])),
  ])
  return attached === null || inline === null ? null : [...attached, ...inline, ...bounding]
}

const attachedArns = async (iam: IAMClient, role: string): Promise<readonly string[]> => {
  const attached = await pages(paginateListAttachedRolePolicies({ client: iam }, { RoleName: role }), 'AttachedPolicies')
  return attached.map((policy) => matching(policy, 'PolicyArn', forms.arn))
}

const inlineNames = (iam: IAMClient, role: string): Promise<readonly string[]> =>
  pages(paginateListRolePolicies({ client: iam }, { RoleName: role }), 'PolicyNames')

const readInlinePolicy = async (iam: IAMClient, role: string, name: string): Promise<RolePolicy> => {
  const answer = await iam.send(new GetRolePolicyCommand({ RoleName: role, PolicyName: name }))
  return { kind: 'inline', name, arn: null, document: parseEncodedPolicyDocument(field(answer, 'PolicyDocument')) }
}

const readManagedPolicy = async (iam: IAMClient, arn: string): Promise<PolicyDocument | null> => {
  const policy = field(await iam.send(new GetPolicyCommand({ PolicyArn: arn })), 'Policy')
  const answer = await iam.send(new GetPolicyVersionCommand({ PolicyArn: arn, VersionId: field(policy, 'DefaultVersionId') }))
  return parseEncodedPolicyDocument(field(field(answer, 'PolicyVersion'), 'Document'))
}

/** Reads all of a list at the same time, where there is one. */
const each =
  <T>(read: (item: string) => Promise<T>) =>
  async (items: readonly string[] | null): Promise<readonly T[] | null> =>
    items === null ? null : Promise.all(items.map(read))

/** Learns each key once, however many ask for it at the same time. */
const once = <T>(learn: (key: string) => Promise<T>): ((key: string) => Promise<T>) => {
  const running = new Map<string, Promise<T>>()
  return (key) => {
    const learned = running.get(key) ?? learn(key)
    running.set(key, learned)
    return learned
  }
}

/** What was asked for, or null where IAM answers that it does not exist. */
export const nullWhereAbsent = async <T>(learn: () => Promise<T>): Promise<T | null> => {
  try {
    return await learn()
  } catch (error) {
    if (error instanceof NoSuchEntityException) return null
    throw error
  }
}
