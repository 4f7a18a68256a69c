import type { Fact, Gap } from '../../model/fact.ts'
import type { KmsGrant, KmsKey, PolicyDocument, PolicyStatement, Role, RolePolicy } from '../../model/facts/iam.ts'
import type { Facts } from '../../model/facts.ts'
import type { Plan, PlannedRole } from '../../model/plan.ts'
import { entry } from '../fact.ts'
import { folderUri } from '../plan/s3-uri.ts'
import { roleContext } from './execution-role.ts'
import { type Decision, type Doubt, decide, type Policy, type PolicyRequest, type StatementReference } from './iam-policy.ts'
import { foldersOf, groupsOf, ownerOf } from './planned-role.ts'
import { type RequestContext, unknownPart } from './policy-text.ts'
import { policyTitle } from './role-permissions.ts'

const keyArn = /^arn:[^:]+:kms:(?<region>[^:]+):(?<account>[^:]*):/

/** Region of a key that is named by an ARN; null for an id or an alias, which mean one of the cluster's Region. */
export const keyRegion = (name: string): string | null => keyArn.exec(name)?.groups?.['region'] ?? null

/** An alias that AWS reserves for keys of its services (`alias/aws/ebs`), by name or ARN. */
export const isAwsAlias = (name: string): boolean => /^(?:arn:.*:)?alias\/aws\//.test(name)

/** Every key that volumes, buckets and the objects read name, once, in that order. */
export const namedKeys = (
  plan: Plan,
  encryptions: Fact<Facts['bucketEncryptions']>,
  scripts: Fact<Facts['bucketScripts']>,
): readonly string[] => {
  const volumes = plan.instanceGroups.flatMap(({ ebsVolumes }) => ebsVolumes.map(({ kmsKeyId }) => kmsKeyId))
  const buckets = encryptions.ok ? Object.values(encryptions.value).map((fact) => (fact.ok ? fact.value?.kmsKeyId : null)) : []
  const objects = scripts.ok ? Object.values(scripts.value).flatMap((fact) => (fact.ok ? objectKeys(fact.value) : [])) : []
  return [...new Set([...volumes, ...buckets, ...objects])].filter((name): name is string => typeof name === 'string' && name !== '')
}

/** Of each script that was read from S3, the key that it is encrypted with; null for one without. */
export const objectKeys = (folder: Facts['bucketScripts'][string] extends Fact<infer F> ? F : never): readonly (string | null)[] =>
  folder === null
    ? []
    : Object.values(folder.files).flatMap((file) => (file.kind === 'text' && file.kmsKeyId !== undefined ? [file.kmsKeyId] : []))

/** Keys that the volumes of the role's groups name. */
export const volumeKeysOf = (role: PlannedRole, plan: Plan): readonly string[] => [
  ...new Set(groupsOf(role, plan).flatMap(({ ebsVolumes }) => ebsVolumes.flatMap(({ kmsKeyId }) => kmsKeyId ?? []))),
]

/** Keys of the scripts that were read from the role's folders of a bucket. */
export const scriptKeysOf = (role: PlannedRole, bucket: string, plan: Plan, scripts: Facts['bucketScripts']): readonly (string | null)[] =>
  foldersOf(role, plan)
    .filter((folder) => folder.bucket === bucket)
    .flatMap((folder) => {
      const fact = entry(scripts, folderUri(folder))
      return fact.ok ? objectKeys(fact.value) : []
    })

/** What a role does with a key. */
export type KeyPurpose = { readonly kind: 'volume' } | { readonly kind: 'bucket'; readonly bucket: string }

/**
 * Actions that the role must be allowed on a key. Volumes: the service makes a grant on the key under the execution role.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/smcluster-cmk.html Scripts: S3 decrypts for whoever reads.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
 */
export const keyActions = ({ kind }: KeyPurpose): readonly string[] =>
  kind === 'volume' ? ['kms:CreateGrant', 'kms:DescribeKey'] : ['kms:Decrypt']

/** Operations that AWS's own policies for HyperPod let a grant hold. https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-eks-autoscaling-iam.html */
const grantOperations = [
  'CreateGrant',
  'Decrypt',
  'DescribeKey',
  'GenerateDataKeyWithoutPlaintext',
  'ReEncryptFrom',
  'ReEncryptTo',
  'RetireGrant',
]

/** Services in China have names in two domains; which of them kms:ViaService holds there is left open. */
const viaService = (service: string, region: string, partition: string): RequestContext =>
  partition === 'aws-cn' ? {} : { 'kms:ViaService': [`${service}.${region}.amazonaws.com`] }

const contextOf = (purpose: KeyPurpose, key: KmsKey, role: Role): RequestContext => {
  const { partition, account } = ownerOf(role.arn)
  const common: RequestContext = {
    ...roleContext(role, key.region),
    'aws:ResourceAccount': [key.account],
    'kms:CallerAccount': [account],
    'kms:KeySpec': [key.spec],
    'kms:KeyUsage': [key.usage],
  }
  if (purpose.kind === 'bucket') {
    // With a bucket key the context is the bucket, else the object. https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html
    const object = `arn:${partition}:s3:::${purpose.bucket}${unknownPart}`
    return { ...common, ...viaService('s3', key.region, partition), 'kms:EncryptionContext:aws:s3:arn': [object] }
  }
  // AWS's own statement puts both actions under the conditions of CreateGrant, so they are taken to hold for both.
  return { ...common, ...viaService('sagemaker', key.region, partition), 'kms:GrantIsForAWSResource': ['true'] }
}

/** All that is known about who may use a key. */
export interface KeyEvidence {
  readonly key: KmsKey
  readonly keyPolicy: Fact<PolicyDocument | null>
  readonly grants: Fact<readonly KmsGrant[]>
}

/** Why a role may, or may not, do something with a key. */
export type KeyDecision =
  | { readonly kind: 'allowed' }
  | { readonly kind: 'explicit-deny'; readonly by: StatementReference }
  /** `key-policy`: the key lets neither the role nor its account in; `identity`: the account is let in, and its policies do not allow it. */
  | { readonly kind: 'implicit-deny'; readonly lacks: 'key-policy' | 'identity' | 'boundary' }
  | { readonly kind: 'undecided'; readonly because: readonly Doubt[] }
  /** It hangs on the policy or the grants of the key, which could not be read. */
  | { readonly kind: 'unread'; readonly gap: Gap }

/**
 * Decides one action of a role on a key. A key is used by nobody whom its policy or a grant does not let in: naming the role is enough in
 * the role's own account; naming the account hands the decision to the role's own policies; a key of another account asks for both.
 * https://docs.aws.amazon.com/kms/latest/developerguide/policy-evaluation.html
 */
export const decideKeyUse = (
  action: string,
  purpose: KeyPurpose,
  { key, keyPolicy, grants }: KeyEvidence,
  role: Role,
  policies: readonly RolePolicy[],
): KeyDecision => {
  const own: readonly Policy[] = policies.map(({ kind, name, document }) => ({ kind, name: policyTitle({ kind, name }), document }))
  const ofKey: Policy = { kind: 'resource', name: `the policy of key ${key.keyId}`, document: keyPolicy.ok ? keyPolicy.value : null }
  const ofGrants = grants.ok ? grants.value.map((grant) => grantPolicy(grant)) : []
  const documents = [...policies.map(({ document }) => document), ofKey.document]
  const request: PolicyRequest = {
    action,
    resource: key.arn,
    principal: { kind: 'role', arn: role.arn },
    context: { ...contextOf(purpose, key, role), ...(purpose.kind === 'volume' && withoutEncryptionContext(documents)) },
  }
  const foreign = key.account !== ownerOf(role.arn).account
  const ask = (context: RequestContext): KeyDecision => combined(own, ofKey, ofGrants, { ...request, context }, foreign, role)

  // Which operations the service asks for is documented by example only: as many as that are enough, fewer may be.
  const documented = ask({ ...request.context, 'kms:GrantOperations': grantOperations })
  const decision = documented.kind === 'allowed' || purpose.kind === 'bucket' ? documented : ask(request.context)
  return unreadOf(decision, keyPolicy, grants, foreign)
}

/** HyperPod passes no encryption context for volumes: https://docs.aws.amazon.com/sagemaker/latest/dg/smcluster-cmk.html */
const withoutEncryptionContext = (documents: readonly (PolicyDocument | null)[]): RequestContext =>
  Object.fromEntries(
    documents
      .flatMap((document) => document?.statements ?? [])
      .flatMap(({ conditions }) => Object.values(conditions).flatMap((keys) => Object.keys(keys)))
      .filter((name) => name.toLowerCase().startsWith('kms:encryptioncontext'))
      .map((name) => [name, null]),
  )

/** A decision that a policy or grants which could not be read may overturn. */
const unreadOf = (decision: KeyDecision, keyPolicy: Fact<unknown>, grants: Fact<unknown>, foreign: boolean): KeyDecision => {
  if (decision.kind === 'explicit-deny') return decision
  if (decision.kind === 'implicit-deny' && (decision.lacks === 'boundary' || (decision.lacks === 'identity' && foreign))) return decision
  if (decision.kind === 'undecided' && !keyPolicy.ok) return { kind: 'unread', gap: keyPolicy.gap }
  return decision.kind !== 'allowed' && !grants.ok ? { kind: 'unread', gap: grants.gap } : decision
}

const combined = (
  own: readonly Policy[],
  ofKey: Policy,
  ofGrants: readonly Policy[],
  request: PolicyRequest,
  foreign: boolean,
  role: Role,
): KeyDecision => {
  const isLimit = ({ kind }: Policy): boolean => kind === 'boundary'
  const denying = own.filter((policy) => !isLimit(policy)).map(deniesOf)
  const limits = own.filter(isLimit)
  const direct = decide([...denying, ...limits, ofKey, ...ofGrants], request)
  if (direct.kind === 'explicit-deny') return direct
  if (direct.kind === 'allowed' && !foreign) return { kind: 'allowed' }

  const identity = decide(own, request)
  const entry = decide([...denying, ...[ofKey, ...ofGrants].map((policy) => openedTo(role, policy))], request)
  if (entry.kind === 'implicit-deny') return { kind: 'implicit-deny', lacks: 'key-policy' }
  if (identity.kind === 'allowed' && entry.kind === 'allowed') return { kind: 'allowed' }
  const undecided = [identity, entry, ...(foreign ? [] : [direct])].flatMap(doubtsOf)
  if (identity.kind === 'implicit-deny' && (foreign || direct.kind === 'implicit-deny')) {
    const bounded = !foreign && direct.kind === 'implicit-deny' && direct.layer === 'boundary'
    return { kind: 'implicit-deny', lacks: bounded ? 'boundary' : identity.layer }
  }
  return { kind: 'undecided', because: undecided }
}

const doubtsOf = (decision: Decision): readonly Doubt[] => (decision.kind === 'undecided' ? decision.because : [])

/** What a policy of the role takes away: its other statements stay, about nothing, so that findings number them as they stand. */
const deniesOf = (policy: Policy): Policy => ({
  ...policy,
  document: policy.document && {
    statements: policy.document.statements.map((statement) =>
      statement.effect === 'Deny' ? statement : { ...statement, actions: { form: 'Action', patterns: [] } },
    ),
  },
})

/** The policy of a key, with the account of the role as good as the role itself: then the role's own policies decide. */
const openedTo = (role: Role, policy: Policy): Policy => ({
  ...policy,
  document: policy.document && { statements: policy.document.statements.map((statement) => statementOpenedTo(role, statement)) },
})

const statementOpenedTo = (role: Role, statement: PolicyStatement): PolicyStatement => {
  const { partition, account } = ownerOf(role.arn)
  const listed = statement.principals?.values['AWS'] ?? []
  const opens = listed.includes(account) || listed.includes(`arn:${partition}:iam::${account}:root`)
  if (statement.effect !== 'Allow' || statement.principals?.form !== 'Principal' || !opens) return statement
  return { ...statement, principals: { form: 'Principal', values: { ...statement.principals.values, AWS: [...listed, role.arn] } } }
}

/** A grant as a statement of the key: it allows its grantee some operations, some of them for some encryption contexts only. */
const grantPolicy = ({ grantId, granteePrincipal, operations, constrained }: KmsGrant): Policy => ({
  kind: 'resource',
  name: `grant ${grantId}`,
  document: {
    statements: [
      {
        sid: null,
        effect: 'Allow',
        principals: { form: 'Principal', values: { AWS: [granteePrincipal] } },
        actions: { form: 'Action', patterns: operations.map((operation) => `kms:${operation}`) },
        resources: null,
        conditions: constrained ? { StringEquals: { 'the constraint of the grant': ['met'] } } : {},
      },
    ],
  },
})

/** The statement that lets a role use a key, for the key's policy or, without `principals`, for a policy of the role. */
export const keyStatement = (actions: readonly string[], resource: string, role: Role | null): PolicyStatement => ({
  sid: null,
  effect: 'Allow',
  principals: role && { form: 'Principal', values: { AWS: [role.arn] } },
  actions: { form: 'Action', patterns: actions },
  resources: { form: 'Resource', patterns: [resource] },
  conditions: {},
})
