import type { PolicyDocument, PolicyStatement } from '../../model/facts/iam.ts'
import { readConditions } from './policy-condition.ts'
import { every, type Match, matchResource, matchTextFolded, not, type RequestContext, some, wildcardPattern } from './policy-text.ts'

/**
 * How AWS decides a request within one account, from policy documents alone.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html
 *
 * Policies of the organisation (SCP, RCP), of the session and of VPC endpoints are not looked at. They can only take away, so a deny that
 * is found here holds whatever they say, and an allow holds unless they say otherwise.
 */

/**
 * A policy that has a say. `resource`: attached to what is asked for (a bucket policy, a trust policy); it grants by itself. The policy
 * of a VPC endpoint grants nothing: decided alone, it says what the endpoint lets through.
 */
export interface Policy {
  readonly kind: 'attached' | 'inline' | 'boundary' | 'resource' | 'gateway-endpoint' | 'interface-endpoint'
  readonly name: string
  /** Null where it could not be read: it may then say anything. */
  readonly document: PolicyDocument | null
}

/** Who asks. Policies with a Principal element can only be read where this is known. */
export type Principal = { readonly kind: 'service'; readonly name: string } | { readonly kind: 'role'; readonly arn: string }

/** One question. `resource` and the values of `context` may hold `unknownPart`. */
export interface PolicyRequest {
  readonly action: string
  readonly resource: string
  readonly principal?: Principal
  readonly context: RequestContext
}

/** A statement, as findings name it. `position` counts from 1. */
export interface StatementReference {
  readonly policy: string
  readonly kind: Policy['kind']
  readonly sid: string | null
  readonly position: number
}

/** Why a statement, or a whole policy that could not be read, leaves a request open. */
export interface Doubt {
  readonly statement: StatementReference | null
  readonly policy: string
  readonly reason: string
}

export type Decision =
  | { readonly kind: 'allowed'; readonly by: StatementReference }
  | { readonly kind: 'explicit-deny'; readonly by: StatementReference }
  /** No statement allows it: of the policies that grant, or of the permissions boundary. */
  | { readonly kind: 'implicit-deny'; readonly layer: 'identity' | 'boundary' }
  | { readonly kind: 'undecided'; readonly because: readonly Doubt[] }

/** What one statement says to the request. A policy that could not be read maybe allows and maybe denies. */
interface Reading {
  readonly effect: 'Allow' | 'Deny'
  readonly kind: Policy['kind']
  readonly match: Match
  /** Whether it may hold for sessions of the role directly, which a permissions boundary that allows nothing does not limit. */
  readonly toSessions: boolean
  readonly doubt: Doubt
}

/** Decides a request by all the policies that have a say in it. */
export const decide = (policies: readonly Policy[], request: PolicyRequest): Decision => {
  const readings = policies.flatMap((policy) => readPolicy(policy, request))
  const denies = readings.filter(({ effect }) => effect === 'Deny')
  const grants = readings.filter(({ effect, kind }) => effect === 'Allow' && kind !== 'boundary')
  const limits = readings.filter(({ effect, kind }) => effect === 'Allow' && kind === 'boundary')
  const bounded = policies.some(({ kind }) => kind === 'boundary')

  const deny = certain(denies)
  if (deny !== null) return { kind: 'explicit-deny', by: deny }
  if (strongest(grants) === 'no') return { kind: 'implicit-deny', layer: 'identity' }
  if (bounded && strongest(limits) === 'no') {
    const past = grants.filter(({ match, toSessions }) => match !== 'no' && toSessions)
    return past.length === 0 ? { kind: 'implicit-deny', layer: 'boundary' } : { kind: 'undecided', because: distinct(past.map(unlimited)) }
  }

  const granted = certain(grants)
  const open = [...denies, ...(granted === null ? grants : []), ...(certain(limits) === null ? limits : [])]
  const doubts = open.filter(({ match }) => match === 'maybe').map(({ doubt }) => doubt)
  if (granted === null || doubts.length > 0) return { kind: 'undecided', because: distinct(doubts) }
  return { kind: 'allowed', by: granted }
}

/** `statement "AllowS3" of policy "Lifecycle"`. */
export const statementName = ({ policy, sid, position }: StatementReference): string =>
  `statement ${sid === null ? position : `"${sid}"`} of ${policy}`

const strongest = (readings: readonly Reading[]): Match => some(readings.map(({ match }) => match))

const certain = (readings: readonly Reading[]): StatementReference | null =>
  readings.find(({ match }) => match === 'yes')?.doubt.statement ?? null

const unlimited = ({ doubt }: Reading): Doubt => ({ ...doubt, reason: 'whether the permissions boundary limits whom it names' })

const distinct = (doubts: readonly Doubt[]): readonly Doubt[] => [
  ...new Map(doubts.map((doubt) => [`${doubt.policy} ${doubt.statement?.position ?? 0} ${doubt.reason}`, doubt])).values(),
]

const readPolicy = ({ kind, name, document }: Policy, request: PolicyRequest): readonly Reading[] => {
  if (document !== null) return document.statements.map((statement, index) => readStatement(statement, index + 1, kind, name, request))
  const doubt: Doubt = { statement: null, policy: name, reason: 'it is not a document in the policy grammar' }
  return (['Allow', 'Deny'] as const).map((effect) => ({ effect, kind, match: 'maybe', toSessions: kind === 'resource', doubt }))
}

const readStatement = (
  statement: PolicyStatement,
  position: number,
  kind: Policy['kind'],
  policy: string,
  request: PolicyRequest,
): Reading => {
  const reference: StatementReference = { policy, kind, sid: statement.sid, position }
  const parts: { readonly match: Match; readonly reason: string }[] = []
  const add = (match: Match, reason: string): boolean => {
    parts.push({ match, reason })
    return match !== 'no'
  }
  // Cheapest first: most statements are about other actions.
  if (
    add(matchActions(statement, request.action), 'its actions') &&
    add(matchResources(statement, request), 'its resources cover a part only')
  ) {
    add(matchPrincipals(statement, kind, request.principal), 'its principals cannot be told apart')
    const condition = readConditions(statement.conditions, request.context)
    add(condition.match, `its condition on ${condition.openKeys.join(', ')} cannot be evaluated here`)
  }
  const reasons = parts.filter(({ match }) => match === 'maybe').map(({ reason }) => reason)
  const doubt: Doubt = { statement: reference, policy, reason: reasons.join(', ') }
  const toSessions = kind === 'resource' && namesSessions(statement.principals, request.principal)
  return { effect: statement.effect, kind, match: every(parts.map(({ match }) => match)), toSessions, doubt }
}

/** Actions are not case-sensitive and know no variables. */
const matchActions = ({ actions }: PolicyStatement, action: string): Match => {
  const match = some(actions.patterns.map((pattern) => matchTextFolded(wildcardPattern(pattern), action)))
  return actions.form === 'Action' ? match : not(match)
}

/** Resources are case-sensitive. A statement without the element, as in a trust policy, is about what it is attached to. */
const matchResources = ({ resources }: PolicyStatement, { resource, context }: PolicyRequest): Match => {
  if (resources === null) return 'yes'
  const match = some(resources.patterns.map((pattern) => matchResource(pattern, resource, context)))
  return resources.form === 'Resource' ? match : not(match)
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html */
const matchPrincipals = ({ effect, principals }: PolicyStatement, kind: Policy['kind'], principal: Principal | undefined): Match => {
  if (principals === null) return 'yes'
  const { form, values } = principals
  if (everyone(values)) return form === 'Principal' ? 'yes' : 'no'
  if (principal === undefined) return 'maybe'
  const named = principal.kind === 'service' ? namesService(values, principal.name) : namesRole(values, principal.arn)
  if (kind === 'gateway-endpoint') return form === 'Principal' ? throughGateway(named, effect) : 'maybe'
  if (form === 'Principal') {
    // The account as principal of an Allow hands the decision to the account's own policies: it grants nothing by itself. In the policy
    // of an interface endpoint there is nothing to hand on: it means whoever belongs to the account.
    if (named === 'account') return effect === 'Deny' || kind === 'interface-endpoint' ? 'yes' : 'no'
    if (named === 'canonical-user') return effect === 'Deny' || kind === 'interface-endpoint' ? 'maybe' : 'no'
    return named
  }
  if (named === 'no') return 'yes'
  // To spare a role, NotPrincipal must name its account and its sessions too, whose names are not known before they exist.
  return principal.kind === 'service' ? 'no' : 'maybe'
}

/**
 * The policy of a gateway endpoint must have `*` as its principal. Where it allows an account, it allows the root user alone; what AWS
 * makes of other principals there is not written down.
 * https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html#vpc-endpoint-policies-gateway
 */
const throughGateway = (named: Match | 'account' | 'canonical-user', effect: 'Allow' | 'Deny'): Match => {
  if (named === 'no') return 'no'
  return named === 'account' && effect === 'Allow' ? 'no' : 'maybe'
}

type Principals = Readonly<Record<string, readonly string[]>>

const everyone = (values: Principals): boolean => values['AWS']?.includes('*') === true

const namesService = (values: Principals, service: string): Match =>
  everyone(values) || values['Service']?.includes(service) === true ? 'yes' : 'no'

/** A canonical user is an account by an id that only S3 knows, so which one is not known. */
const namesRole = (values: Principals, arn: string): Match | 'account' | 'canonical-user' => {
  const listed = values['AWS'] ?? []
  if (everyone(values) || listed.includes(arn)) return 'yes'
  const [, partition = '', , , account = ''] = arn.split(':')
  if (listed.includes(account) || listed.includes(`arn:${partition}:iam::${account}:root`)) return 'account'
  if (listed.some((value) => value.startsWith(sessionsOf(arn)))) return 'maybe'
  return (values['CanonicalUser'] ?? []).length > 0 ? 'canonical-user' : 'no'
}

const sessionsOf = (roleArn: string): string => {
  const [, partition = '', , , account = '', path = ''] = roleArn.split(':')
  return `arn:${partition}:sts::${account}:assumed-role/${path.split('/').at(-1)}/`
}

/**
 * A boundary limits what a resource policy grants to the ARN of a role, not what it grants to the ARN of a session. What holds for
 * everybody is not written down.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
 */
const namesSessions = (principals: PolicyStatement['principals'], principal: Principal | undefined): boolean => {
  if (principals === null || principal?.kind !== 'role') return false
  if (principals.form === 'NotPrincipal') return true
  const listed = principals.values['AWS'] ?? []
  return listed.some((value) => value === '*' || value.startsWith(sessionsOf(principal.arn)))
}
