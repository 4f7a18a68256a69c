/**
 * Answer of sts:GetCallerIdentity. `refused` is knowledge, not a gap: AWS answered that these credentials are not valid.
 */
export type Identity =
  | { readonly kind: 'caller'; readonly account: string; readonly arn: string; readonly partition: string }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }

/** An IAM policy document in the shape of the policy grammar, every single value turned into a list. */
export interface PolicyDocument {
  readonly statements: readonly PolicyStatement[]
}

export interface PolicyStatement {
  readonly sid: string | null
  readonly effect: 'Allow' | 'Deny'
  /** Exactly one of the two forms. */
  readonly actions: { readonly form: 'Action' | 'NotAction'; readonly patterns: readonly string[] }
  /** Null in a trust policy, which has no resources. */
  readonly resources: { readonly form: 'Resource' | 'NotResource'; readonly patterns: readonly string[] } | null
  /** Null in an identity policy, which has no principals. Keys are `AWS`, `Service`, `Federated`, `CanonicalUser`; `*` alone is `AWS: ['*']`. */
  readonly principals: { readonly form: 'Principal' | 'NotPrincipal'; readonly values: Readonly<Record<string, readonly string[]>> } | null
  /** Operator, then key, then values. Empty where the statement has no condition. */
  readonly conditions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>
}

export interface Role {
  readonly name: string
  readonly arn: string
  readonly path: string
  /** Null where the role's document is not valid JSON or not in the policy grammar. */
  readonly trustPolicy: PolicyDocument | null
  readonly permissionsBoundaryArn: string | null
  /** By key. Absent where the role has none; snapshots of older versions lack it. */
  readonly tags?: Readonly<Record<string, string>>
}

/** A policy that bounds what a role may do: attached managed policies and the permissions boundary by ARN, inline ones by name. */
export interface RolePolicy {
  readonly kind: 'attached' | 'inline' | 'boundary'
  readonly name: string
  readonly arn: string | null
  /** Null where the text is not a document in the policy grammar. */
  readonly document: PolicyDocument | null
}

/**
 * Who asks AWS here. An assumed role is named as the role itself; `unreadable` is a caller whose policies no one can ask IAM about
 * (a federated user, a role that IAM does not know).
 */
export type Caller =
  | { readonly kind: 'role'; readonly name: string; readonly arn: string; readonly permissionsBoundaryArn: string | null }
  | { readonly kind: 'user'; readonly name: string; readonly arn: string }
  | { readonly kind: 'root'; readonly arn: string }
  | { readonly kind: 'unreadable'; readonly arn: string; readonly reason: string }

/**
 * What AWS's own policy engine answers to one action on one resource, by the policies of a role or user, its permissions boundary and
 * the organisation. https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
 */
export interface SimulatedAction {
  readonly action: string
  readonly resource: string
  readonly decision: 'allowed' | 'explicitDeny' | 'implicitDeny'
  /**
   * Condition keys that some policy asks for and the simulation had no value of: the decision may be another with them. AWS does not name
   * those of service control policies; they are here where the organization is known to allow with them what it denies without.
   */
  readonly missingContextValues: readonly string[]
  /** Null where the answer has no such detail: no organisation, no boundary. */
  readonly allowedByOrganizations: boolean | null
  readonly allowedByPermissionsBoundary: boolean | null
  /** Policies with a statement that decided, as IAM names them. */
  readonly matchedPolicies: readonly string[]
}

/** A KMS key that volumes or buckets of the plan use. */
export interface KmsKey {
  readonly keyId: string
  readonly arn: string
  readonly account: string
  readonly region: string
  /** `AWS`: a key of a service (`aws/s3`), whose policy no one can change. */
  readonly manager: 'AWS' | 'CUSTOMER'
  /** Enabled, Disabled, PendingDeletion, PendingImport, Unavailable … */
  readonly state: string
  readonly usage: string
  readonly spec: string
}

/** https://docs.aws.amazon.com/kms/latest/developerguide/grants.html */
export interface KmsGrant {
  readonly grantId: string
  readonly granteePrincipal: string
  readonly operations: readonly string[]
  /** Whether it holds for some encryption contexts only. */
  readonly constrained: boolean
}
