import type { Fact, Facts, Gap, PolicyDocument, Role, RolePolicy } from '../model/facts.ts'
import type { RequiredAction } from './execution-role.ts'
import { type Decision, decide, type Policy } from './iam-policy.ts'
import { unknownPart } from './policy-text.ts'

/** What the policies say to one required action. `unread`: it hangs on the policy, or the owner, of a bucket that could not be read. */
export interface Permission {
  readonly required: RequiredAction
  readonly decision: Decision | { readonly kind: 'unread'; readonly gap: Gap }
}

/** How findings name a policy of the role. */
export const policyTitle = ({ kind, name }: Pick<RolePolicy, 'kind' | 'name'>): string =>
  kind === 'boundary' ? `the permissions boundary ${name}` : `the ${kind} policy ${name}`

/** Buckets that belong to the account of the caller, and so of the role: S3 tells others nothing about the policy. */
export const ownBuckets = (bucketPolicies: Fact<Facts['bucketPolicies']>): ReadonlySet<string> =>
  new Set(bucketPolicies.ok ? Object.keys(bucketPolicies.value).filter((name) => bucketPolicies.value[name]?.ok === true) : [])

/** Decides every required action by the policies of the role and of the buckets. */
export const readPermissions = (
  required: readonly RequiredAction[],
  role: Role,
  policies: readonly RolePolicy[],
  bucketPolicies: Fact<Facts['bucketPolicies']>,
): readonly Permission[] => {
  const own: readonly Policy[] = policies.map(({ kind, name, document }) => ({ kind, name: policyTitle({ kind, name }), document }))
  return required.map((action) => {
    const bucketPolicy = action.bucket === null ? null : policyOf(action.bucket, bucketPolicies)
    if (bucketPolicy === null || action.bucket === null) return { required: action, decision: decideAction(own, action, role) }
    const decision = decideAction([...own, ...resourcePolicy(action.bucket, bucketPolicy)], action, role)
    const open = decision.kind === 'undecided' || (decision.kind === 'implicit-deny' && decision.layer === 'identity')
    return { required: action, decision: open && !bucketPolicy.ok ? { kind: 'unread', gap: bucketPolicy.gap } : decision }
  })
}

const policyOf = (bucket: string, policies: Fact<Facts['bucketPolicies']>): Fact<PolicyDocument | null> =>
  policies.ok
    ? (policies.value[bucket] ?? {
        ok: false,
        gap: { reason: 'unexpected', action: 's3:GetBucketPolicy', message: `the policy of ${bucket} was not collected` },
      })
    : policies

const resourcePolicy = (bucket: string, policy: Fact<PolicyDocument | null>): readonly Policy[] =>
  policy.ok && policy.value !== null ? [{ kind: 'resource', name: `the policy of bucket ${bucket}`, document: policy.value }] : []

const decideAction = (policies: readonly Policy[], required: RequiredAction, role: Role): Decision => {
  const ask = (resource: string): Decision =>
    decide(policies, { action: required.action, resource, principal: { kind: 'role', arn: role.arn }, context: required.context })
  const decision = ask(required.resource)
  if (decision.kind !== 'implicit-deny' || required.sharedResource === null) return decision
  // A subnet that another account shares has an ARN of that account.
  const shared = ask(required.sharedResource)
  return shared.kind === 'undecided' ? shared : decision
}

/** The action, with its resource where several of the list have the same action. Parts that are not known are written `*`. */
export const permissionTitle = ({ action, resource }: RequiredAction, all: readonly RequiredAction[]): string => {
  const several = all.some((other) => other.action === action && other.resource !== resource)
  return several ? `${action} on ${resource.replaceAll(unknownPart, '*')}` : action
}
