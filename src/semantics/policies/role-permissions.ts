import type { Fact, Gap } from '../../model/fact.ts'
import type { PolicyDocument, PolicyStatement, Role, RolePolicy, SimulatedAction } from '../../model/facts/iam.ts'
import type { Facts } from '../../model/facts.ts'
import { knownValue } from '../fact.ts'
import { type Decision, decide, type Policy } from './iam-policy.ts'
import { concreteResource, isMadeUp, missingKeys, simulatedFor } from './policy-simulation.ts'
import { unknownPart } from './policy-text.ts'
import type { RequiredAction } from './required-actions.ts'

/** What is said to one required action. */
export type PermissionDecision =
  | Decision
  /** Service control policies of the organization (SCP) do not allow it, and no condition is known that would. Which of them is not told. */
  | { readonly kind: 'organization-deny' }
  /** AWS's simulation found a Deny that the documents do not show; `policies` as IAM names them. */
  | { readonly kind: 'simulated-deny'; readonly policies: readonly string[] }
  /** It hangs on policies that could not be read. */
  | { readonly kind: 'unread'; readonly gap: Gap }

export interface Permission {
  readonly required: RequiredAction
  readonly decision: PermissionDecision
}

export interface ProvenPermission extends Permission {
  /** What the decision rests on: AWS's own engine, or the documents of the policies as this tool reads them. */
  readonly by: 'simulation' | 'documents'
  /** Whether the documents say the opposite for certain. */
  readonly contradicted: boolean
}

/** How findings name a policy of the role. */
export const policyTitle = ({ kind, name }: Pick<RolePolicy, 'kind' | 'name'>): string =>
  kind === 'boundary' ? `the permissions boundary ${name}` : `the ${kind} policy ${name}`

/** Buckets that belong to the account of the caller, and so of the role: S3 tells others nothing about the policy. */
export const ownBuckets = (bucketPolicies: Fact<Facts['bucketPolicies']>): ReadonlySet<string> =>
  new Set(Object.entries(knownValue(bucketPolicies) ?? {}).flatMap(([name, policy]) => (policy.ok ? [name] : [])))

/** Whether the action is certainly not allowed. */
export const isDenied = ({ decision: { kind } }: Permission): boolean =>
  kind === 'explicit-deny' || kind === 'implicit-deny' || kind === 'organization-deny' || kind === 'simulated-deny'

/** Whether it cannot be told. */
export const isOpen = ({ decision: { kind } }: Permission): boolean => kind === 'undecided' || kind === 'unread'

/** What is known about the policies of a role. Each may be a gap; a simulation of null is none. */
export interface RoleKnowledge {
  readonly role: Role
  readonly policies: Fact<readonly RolePolicy[]>
  /** The policy of the bucket that the actions are about; null where they are about none. */
  readonly bucketPolicy: Fact<PolicyDocument | null> | null
  readonly simulation: Fact<readonly SimulatedAction[] | null>
}

/**
 * Decides every required action: by AWS's own engine where it was asked and knew enough, else by the documents of the role's policies; in
 * both cases together with the document of the bucket's policy, which AWS does not simulate for roles.
 */
export const provePermissions = (required: readonly RequiredAction[], known: RoleKnowledge): readonly ProvenPermission[] => {
  const own: Fact<readonly Policy[]> = known.policies.ok
    ? { ok: true, value: known.policies.value.map(({ kind, name, document }) => ({ kind, name: policyTitle({ kind, name }), document })) }
    : known.policies
  const simulated = known.simulation.ok ? (known.simulation.value ?? []) : []
  return required.map((action) => {
    const asked: Question = { required: action, role: known.role, own, bucketPolicy: known.bucketPolicy }
    const documents = byDocuments(asked)
    const simulation = simulatedFor(action, simulated)
    return simulation === null
      ? { required: action, decision: documents, by: 'documents', contradicted: false }
      : combined(asked, documents, simulation)
  })
}

/** One required action, with the documents that have a say in it. */
interface Question {
  readonly required: RequiredAction
  readonly role: Role
  readonly own: Fact<readonly Policy[]>
  readonly bucketPolicy: Fact<PolicyDocument | null> | null
}

const byDocuments = (asked: Question): Decision | { readonly kind: 'unread'; readonly gap: Gap } =>
  asked.own.ok ? withBucket(asked, asked.own.value) : { kind: 'unread', gap: asked.own.gap }

/** Decides by policies of the role, or by what stands for them, and by the policy of the bucket. */
const withBucket = (
  { required, role, bucketPolicy }: Question,
  own: readonly Policy[],
): Decision | { readonly kind: 'unread'; readonly gap: Gap } => {
  const decision = decideAction([...own, ...resourcePolicy(required.bucket, bucketPolicy)], required, role)
  const open = decision.kind === 'undecided' || (decision.kind === 'implicit-deny' && decision.layer === 'identity')
  return open && bucketPolicy?.ok === false ? { kind: 'unread', gap: bucketPolicy.gap } : decision
}

const resourcePolicy = (bucket: string | null, policy: Fact<PolicyDocument | null> | null): readonly Policy[] =>
  policy?.ok === true && policy.value !== null && bucket !== null
    ? [{ kind: 'resource', name: `the policy of bucket ${bucket}`, document: policy.value }]
    : []

const decideAction = (policies: readonly Policy[], required: RequiredAction, role: Role): Decision => {
  const ask = (resource: string): Decision =>
    decide(policies, { action: required.action, resource, principal: { kind: 'role', arn: role.arn }, context: required.context })
  const decision = ask(required.resource)
  if (decision.kind !== 'implicit-deny' || required.sharedResource === null) return decision
  // A subnet that another account shares has an ARN of that account.
  const shared = ask(required.sharedResource)
  return shared.kind === 'undecided' ? shared : decision
}

const certainDeny = ({ kind }: PermissionDecision): boolean => kind === 'explicit-deny' || kind === 'implicit-deny'

const combined = (asked: Question, documents: PermissionDecision, simulation: SimulatedAction): ProvenPermission => {
  const { required } = asked
  const keys = missingKeys(required, simulation)
  if (simulation.allowedByOrganizations === false && simulation.decision !== 'allowed') {
    // The simulation ends where the organization denies; what the role itself lacks is told by the documents.
    return certainDeny(documents)
      ? { required, decision: documents, by: 'documents', contradicted: false }
      : { required, decision: byOrganization(keys), by: 'simulation', contradicted: false }
  }
  const doubt = keys.length > 0 ? `it had no value of ${keys.join(', ')}` : doubtOf(asked, documents, simulation)
  if (doubt !== null) return { required, decision: withDoubt(asked, documents, doubt), by: 'documents', contradicted: false }
  const decision = simulatedDecision(asked, documents, simulation)
  const contradicted =
    decision.kind === 'allowed'
      ? certainDeny(documents)
      : documents.kind === 'allowed' && decision.kind !== 'undecided' && decision.kind !== 'unread'
  return { required, decision, by: 'simulation', contradicted }
}

/** AWS evaluates the conditions of SCPs with the values that it was given, so a deny holds unless one that it was not given may lift it. */
const byOrganization = (keys: readonly string[]): PermissionDecision => {
  if (keys.length === 0) return { kind: 'organization-deny' }
  const reason = `they deny it where a request has no ${keys.join(', ')}, and the values of the nodes' requests are not known`
  return { kind: 'undecided', because: [{ statement: null, policy: 'service control policies (SCP) of the organization', reason }] }
}

/** Why the answer about one resource does not tell enough; null where it does. */
const doubtOf = (asked: Question, documents: PermissionDecision, simulation: SimulatedAction): string | null => {
  const { required } = asked
  const resource = concreteResource(required)
  if (simulation.decision === 'allowed') {
    // The documents can tell that one resource is allowed and others are not.
    return documents.kind === 'undecided' && hangsOnResource(asked) ? `it was asked about ${resource} only` : null
  }
  // What the documents decide for every resource, a simulation of one of them cannot leave open again.
  if (certainDeny(documents) || documents.kind === 'allowed') return null
  if (required.sharedResource !== null) return 'the subnet may belong to another account, which shares it'
  return isMadeUp(required) ? `it was asked about ${resource}, which stands for those that nodes will use` : null
}

/** Whether the documents would decide if all of the resource were known. */
const hangsOnResource = ({ required, role, own, bucketPolicy }: Question): boolean => {
  if (!own.ok || !required.resource.includes(unknownPart)) return false
  const policies = [...own.value, ...resourcePolicy(required.bucket, bucketPolicy)]
  return decideAction(policies, { ...required, resource: concreteResource(required) }, role).kind !== 'undecided'
}

const simulationTitle = "AWS's policy simulation"

/** What the documents say; where they do not decide, with the reason why the simulation does not help. */
const withDoubt = (asked: Question, documents: PermissionDecision, reason: string): PermissionDecision => {
  if (documents.kind === 'undecided') {
    return { kind: 'undecided', because: [...documents.because, { statement: null, policy: simulationTitle, reason }] }
  }
  if (documents.kind !== 'unread' || asked.own.ok) return documents
  const { gap } = documents
  return { kind: 'unread', gap: { ...gap, message: `${gap.message}, and ${simulationTitle} does not decide: ${reason}` } }
}

const everything: PolicyStatement = {
  sid: null,
  effect: 'Allow',
  actions: { form: 'Action', patterns: ['*'] },
  resources: { form: 'Resource', patterns: ['*'] },
  principals: null,
  conditions: {},
}

/** Stand for what the simulation says of the role's own policies, so that the bucket's policy can be read together with it. */
const grants: Policy = { kind: 'attached', name: simulationTitle, document: { statements: [everything] } }
const closedBoundary: Policy = { kind: 'boundary', name: simulationTitle, document: { statements: [] } }

const simulatedDecision = (asked: Question, documents: PermissionDecision, simulation: SimulatedAction): PermissionDecision => {
  if (simulation.decision !== 'allowed' && certainDeny(documents)) return documents
  if (simulation.decision === 'explicitDeny') return { kind: 'simulated-deny', policies: simulation.matchedPolicies }
  if (simulation.allowedByPermissionsBoundary === false) return withBucket(asked, [grants, closedBoundary])
  if (simulation.decision === 'implicitDeny') return withBucket(asked, [])
  // Whose bucket it is decides whether the role's own policies are enough, and is told with its policy only.
  const { bucketPolicy } = asked
  return bucketPolicy?.ok === false && documents.kind === 'unread' ? { kind: 'unread', gap: bucketPolicy.gap } : withBucket(asked, [grants])
}

/** The action, with its resource where several of the list have the same action. Parts that are not known are written `*`. */
export const permissionTitle = ({ action, resource }: RequiredAction, all: readonly RequiredAction[]): string => {
  const several = all.some((other) => other.action === action && other.resource !== resource)
  return several ? `${action} on ${resource.replaceAll(unknownPart, '*')}` : action
}
