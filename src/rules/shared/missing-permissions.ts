import type { PolicyStatement, Role, RolePolicy } from '../../model/facts/iam.ts'
import type { Fix } from '../../model/finding.ts'
import type { StatementReference } from '../../semantics/policies/iam-policy.ts'
import { ownerOf } from '../../semantics/policies/planned-role.ts'
import { policyJson } from '../../semantics/policies/policy-document.ts'
import { managedPolicyName, type RequiredAction } from '../../semantics/policies/required-actions.ts'
import { type Permission, policyTitle } from '../../semantics/policies/role-permissions.ts'
import { command } from '../engine/command.ts'

/**
 * Gives a role what it lacks: the managed policy where that helps, one inline policy with exactly the rest; a Deny is shown, not undone.
 *
 * `known`: the policies of the role; null where they could not be read.
 */
export const missingPermissionsFix = (role: Role, known: readonly RolePolicy[] | null, missing: readonly Permission[]): Fix => {
  const policies = known ?? []
  const denies = missing.flatMap(({ decision }) => (decision.kind === 'explicit-deny' ? [decision.by] : []))
  const ungranted = missing.filter(({ decision }) => decision.kind === 'implicit-deny' && decision.layer === 'identity')
  const bounded = missing.some(({ decision }) => decision.kind === 'implicit-deny' && decision.layer === 'boundary')
  const simulated = missing.some(({ decision }) => decision.kind === 'simulated-deny')
  const organization = missing.some(({ decision }) => decision.kind === 'organization-deny')
  const boundary = policies.find(({ kind }) => kind === 'boundary')
  const boundaryArn = boundary?.arn ?? role.permissionsBoundaryArn
  const arn = `arn:${ownerOf(role.arn).partition}:iam::aws:policy/${managedPolicyName}`
  const attach =
    !policies.some((policy) => policy.arn === arn && policy.kind === 'attached') && ungranted.some(({ required }) => required.managed)
  const rest = ungranted.map(({ required }) => required).filter(({ managed }) => !(attach && managed))
  return {
    text: [
      ...(attach ? [`Attach ${managedPolicyName} to ${role.name}.`] : []),
      ...(rest.length > 0 ? [`Put the ${attach ? 'other ' : ''}missing actions into an inline policy of ${role.name}.`] : []),
      ...(rest.length > 0 && known === null
        ? [`Its inline policies could not be read here: make sure that ${freeName(policies)} is not among those that the command lists.`]
        : []),
      ...(denies.length > 0 || simulated ? ['Take the actions out of the Deny statements: no other policy can undo a Deny.'] : []),
      ...(bounded ? [`Allow the actions in ${boundary === undefined ? 'the permissions boundary' : policyTitle(boundary)} too.`] : []),
      ...(organization
        ? [
            `Nothing in account ${ownerOf(role.arn).account} can grant what a service control policy takes away: ask those who manage the organization, in its management account, to let ${role.name} do it.`,
          ]
        : []),
    ].join(' '),
    commands: [
      ...(attach ? [command('aws', 'iam', 'attach-role-policy', '--role-name', role.name, '--policy-arn', arn)] : []),
      ...(rest.length > 0 && known === null ? [command('aws', 'iam', 'list-role-policies', '--role-name', role.name)] : []),
      ...(rest.length > 0 ? [putPolicy(role, policies, rest)] : []),
      ...new Set(denies.flatMap((by) => showPolicy(role, policies, by, missing))),
      ...(bounded && boundaryArn !== null ? [command('aws', 'iam', 'get-policy', '--policy-arn', boundaryArn)] : []),
      ...(simulated
        ? ['list-attached-role-policies', 'list-role-policies'].map((list) => command('aws', 'iam', list, '--role-name', role.name))
        : []),
    ],
  }
}

const putPolicy = (role: Role, policies: readonly RolePolicy[], required: readonly RequiredAction[]): string =>
  command(
    ...['aws', 'iam', 'put-role-policy', '--role-name', role.name, '--policy-name', freeName(policies)],
    ...['--policy-document', policyJson({ statements: statementsOf(required) })],
  )

/** put-role-policy replaces an inline policy of the same name: the name must be a new one. */
const freeName = (policies: readonly RolePolicy[]): string => {
  const taken = new Set(policies.filter(({ kind }) => kind === 'inline').map(({ name }) => name))
  let name = 'HyperPodExecutionRoleAdditions'
  for (let number = 2; taken.has(name); number += 1) name = `HyperPodExecutionRoleAdditions${number}`
  return name
}

const statementsOf = (required: readonly RequiredAction[]): readonly PolicyStatement[] => {
  const actionsByResource = new Map<string, Set<string>>()
  for (const { action, grantOn } of required) actionsByResource.set(grantOn, (actionsByResource.get(grantOn) ?? new Set()).add(action))
  return [...actionsByResource].map(([resource, actions]) => ({
    sid: null,
    effect: 'Allow',
    actions: { form: 'Action', patterns: [...actions] },
    resources: { form: 'Resource', patterns: [resource] },
    principals: null,
    conditions: {},
  }))
}

/** The command that shows the policy of a Deny. */
const showPolicy = (
  role: Role,
  policies: readonly RolePolicy[],
  by: StatementReference,
  missing: readonly Permission[],
): readonly string[] => {
  if (by.kind === 'resource') {
    const buckets = missing.flatMap(({ required, decision }) =>
      decision.kind === 'explicit-deny' && decision.by.policy === by.policy && required.bucket !== null ? [required.bucket] : [],
    )
    return [...new Set(buckets)].map((bucket) => command('aws', 's3api', 'get-bucket-policy', '--bucket', bucket))
  }
  const policy = policies.find((candidate) => policyTitle(candidate) === by.policy)
  if (policy === undefined) return []
  if (policy.arn !== null) return [command('aws', 'iam', 'get-policy', '--policy-arn', policy.arn)]
  return [command('aws', 'iam', 'get-role-policy', '--role-name', role.name, '--policy-name', policy.name)]
}
