import type { Fact, Gap } from '../../model/fact.ts'
import type { KmsKey, PolicyDocument, Role, RolePolicy } from '../../model/facts/iam.ts'
import type { Facts } from '../../model/facts.ts'
import type { Fix, Outcome, Severity } from '../../model/finding.ts'
import type { Location } from '../../model/plan.ts'
import { entry } from '../../semantics/fact.ts'
import { statementName } from '../../semantics/policies/iam-policy.ts'
import {
  decideKeyUse,
  isAwsAlias,
  type KeyDecision,
  type KeyPurpose,
  keyActions,
  keyRegion,
  keyStatement,
} from '../../semantics/policies/kms.ts'
import { ownerOf } from '../../semantics/policies/planned-role.ts'
import { parsePolicyDocument, policyJson } from '../../semantics/policies/policy-document.ts'
import type { Permission } from '../../semantics/policies/role-permissions.ts'
import { reasons } from '../../semantics/text/enumerate.ts'
import { command } from '../engine/command.ts'
import { fail, pass, unknown } from '../engine/outcome.ts'
import { missingPermissionsFix } from './missing-permissions.ts'
import { policyToRead } from './unread-policy.ts'

/** Facts about keys that both rules about them read. */
export type KeyFacts = Pick<Facts, 'kmsKeys' | 'kmsKeyPolicies' | 'kmsGrants'>

/** One key in the hands of one role. */
export interface KeyCase {
  readonly subject: string
  /** Id, ARN or alias, as the plan, the bucket or the object names it. */
  readonly name: string
  /** What is encrypted with it, as the subject of a sentence: `the volumes of worker-1`. */
  readonly what: string
  readonly purpose: KeyPurpose
  /** Whose the bucket is; for a volume the account's own. */
  readonly owner: Fact<'own' | 'other'>
  readonly role: Role
  readonly policies: Fact<readonly RolePolicy[]>
  readonly facts: KeyFacts
  readonly region: string
  readonly location: Location | null
  readonly severity?: Severity | undefined
}

/** Judges whether the key can be used at all, and whether the role may use it. */
export const judgeKey = (given: KeyCase): Outcome => {
  const { name, subject, purpose, region, facts, location, severity } = given
  if (isAwsAlias(name)) return judgeAwsKey(given, given.owner)
  const elsewhere = keyRegion(name)
  if (purpose.kind === 'volume' && elsewhere !== null && elsewhere !== region) {
    return failed(given, `${name} is in ${elsewhere}, volumes in ${region} need a key of that Region`, {
      text: `Name a key of ${region}: a key, other than a multi-Region one with a replica there, serves its own Region only.`,
      commands: [command('aws', 'kms', 'list-aliases', '--region', region)],
    })
  }
  const key = entry(facts.kmsKeys, name)
  const meant = key.ok ? unsureOwner(given, key.value) : null
  if (meant !== null) return unknown(subject, meant, { location, severity })
  if (!key.ok) return unknown(subject, key.gap, { location, severity })
  if (key.value === null) {
    return failed(given, `${name} is no key in ${region}, ${given.what} need it`, {
      text:
        purpose.kind === 'volume'
          ? 'Correct VolumeKmsKeyId: the listing shows the aliases of the Region.'
          : `Encrypt the scripts with a key that exists: set the default encryption of ${purpose.bucket} to one, and upload them again.`,
      commands: [command('aws', 'kms', 'list-aliases', '--region', region)],
    })
  }
  if (key.value.manager === 'AWS') {
    const own = key.value.account === ownerOf(given.role.arn).account
    return judgeAwsKey(given, { ok: true, value: own ? 'own' : 'other' })
  }
  return judgeUsable(given, key.value) ?? judgeUse(given, key.value)
}

/**
 * Why the key that was found by this name, or that there is none, says nothing: an id or an alias names a key of the account that owns
 * the bucket, and this account was asked. No two keys have one id, so the one that was found by an id is the one.
 */
const unsureOwner = ({ name, purpose, owner }: KeyCase, found: KmsKey | null): Gap | null => {
  const isOne = name.startsWith('arn:') || (found !== null && found.keyId === name)
  if (purpose.kind === 'volume' || isOne || (owner.ok && owner.value === 'own')) return null
  const message = `${name} names a key of the account that owns ${purpose.bucket}, which is ${owner.ok ? 'another account' : `not known: ${owner.gap.message}`}`
  return owner.ok ? { reason: 'unsupported', action: 'kms:DescribeKey', message } : { ...owner.gap, message }
}

const failed = ({ subject, location, severity }: KeyCase, message: string, fix: Fix, own?: Severity): Outcome =>
  fail(subject, message, fix, { location, severity: severity ?? own })

/** A key of AWS lets everybody in its account in through its service, and nobody else: nothing of that can be changed. */
const judgeAwsKey = (given: KeyCase, owner: Fact<'own' | 'other'>): Outcome => {
  const { subject, name, what, purpose, location, severity, region } = given
  if (purpose.kind === 'volume') {
    const fix = {
      text: 'Name a customer managed key, or leave VolumeKmsKeyId out where the request allows it: volumes are then encrypted with a key of AWS.',
      commands: [command('aws', 'kms', 'list-aliases', '--region', region)],
    }
    return failed(given, `${name} is managed by AWS, HyperPod documents customer managed keys for ${what}`, fix, 'warning')
  }
  if (!owner.ok) return unknown(subject, owner.gap, { location, severity })
  if (owner.value === 'own') {
    return pass(subject, `${what} are encrypted with ${name}, which S3 uses for every role of the account that may read them`, { location })
  }
  return failed(
    given,
    `${what} are encrypted with the AWS managed key of another account (${name}), which no role of this account can use`,
    {
      text: `Let the owner of ${purpose.bucket} encrypt the scripts with a customer managed key whose policy names ${given.role.arn}, or with S3's own keys: the policy of an AWS managed key cannot be changed.`,
      commands: [],
    },
  )
}

const judgeUsable = (given: KeyCase, key: KmsKey): Outcome | null => {
  const { name } = given
  const kms = (operation: string): string => command('aws', 'kms', operation, '--region', key.region, '--key-id', key.arn)
  if (key.usage !== 'ENCRYPT_DECRYPT' || key.spec !== 'SYMMETRIC_DEFAULT') {
    return failed(
      given,
      `${name} is a key of ${key.spec} for ${key.usage}, needed is a symmetric encryption key (SYMMETRIC_DEFAULT, ENCRYPT_DECRYPT)`,
      {
        text: 'Name a symmetric encryption key: the spec of a key cannot be changed.',
        commands: [command('aws', 'kms', 'list-aliases', '--region', key.region)],
      },
    )
  }
  if (key.state === 'Enabled') return null
  const deleting = key.state === 'PendingDeletion'
  return failed(given, `${name} is ${key.state}, ${given.what} need it Enabled`, {
    text: deleting ? 'Cancel the deletion and enable the key, or name another key.' : 'Enable the key, or name another one.',
    commands: deleting
      ? [kms('cancel-key-deletion'), kms('enable-key')]
      : key.state === 'Disabled'
        ? [kms('enable-key')]
        : [kms('describe-key')],
  })
}

const judgeUse = (given: KeyCase, key: KmsKey): Outcome => {
  const { name, subject, role, facts, purpose, location, severity } = given
  if (!given.policies.ok) return unknown(subject, given.policies.gap, { location, severity })
  const policies = given.policies.value
  const keyPolicy = entry(facts.kmsKeyPolicies, name)
  const grants = entry(facts.kmsGrants, name)
  const decisions = keyActions(purpose).map((action) => ({
    action,
    decision: decideKeyUse(action, purpose, { key, keyPolicy, grants }, role, policies),
  }))
  const evidence = { keyArn: key.arn, roleArn: role.arn, needed: keyActions(purpose) }
  const missing = decisions.filter(({ decision }) => decision.kind === 'explicit-deny' || decision.kind === 'implicit-deny')
  if (missing.length > 0) {
    const reasons = [...new Set(missing.map(({ decision }) => reasonOf(decision)))].join('; ')
    const message = `${role.name} may not use ${name} for ${given.what} (${missing.map(({ action }) => action).join(', ')}): ${reasons}`
    return fail(subject, message, useFix(given, key, keyPolicy, missing), { location, evidence, severity })
  }
  const open = decisions.filter(({ decision }) => decision.kind !== 'allowed')
  if (open.length === 0) {
    return pass(subject, `${role.name} may use ${name} for ${given.what} (${keyActions(purpose).join(', ')})`, { location, evidence })
  }
  const unread = open.flatMap(({ decision }) => (decision.kind === 'unread' ? [decision.gap] : []))[0]
  const reasons = [...new Set(open.map(({ decision }) => reasonOf(decision)))].join('; ')
  const message = `whether ${role.name} may use ${name} (${open.map(({ action }) => action).join(', ')}) cannot be told: ${reasons}`
  const gap = { reason: unread?.reason ?? 'unsupported', action: unread?.action ?? 'kms:GetKeyPolicy', message } as const
  const foreign = key.account !== ownerOf(role.arn).account
  return {
    status: 'unknown',
    subject,
    message,
    gap,
    evidence,
    fix: {
      text: foreign
        ? `Ask account ${key.account}, which owns the key, whether its policy has this statement: ${policyJson({ statements: [keyStatement(keyActions(purpose), '*', role)] })}`
        : policyToRead(gap, 'the policy of the key'),
      commands: foreign ? [] : [showKeyPolicy(key)],
    },
    ...(location !== null && { location }),
    ...(severity !== undefined && { severity }),
  }
}

const showKeyPolicy = (key: KmsKey): string =>
  command('aws', 'kms', 'get-key-policy', '--region', key.region, '--key-id', key.arn, '--policy-name', 'default', '--output', 'text')

const lacking = {
  'key-policy': 'neither the policy of the key nor a grant lets the role, or its account, in',
  identity: 'the key does not name the role, and no policy of the role allows it',
  boundary: 'the permissions boundary of the role does not allow it',
} as const

const reasonOf = (decision: KeyDecision): string => {
  if (decision.kind === 'explicit-deny') return `denied by ${statementName(decision.by)}`
  if (decision.kind === 'implicit-deny') return lacking[decision.lacks]
  if (decision.kind === 'unread') return decision.gap.message
  if (decision.kind === 'allowed') return 'allowed'
  const doubts = decision.because.map(
    ({ statement, policy, reason }) => `${statement === null ? policy : statementName(statement)}: ${reason}`,
  )
  return reasons(doubts)
}

interface Missing {
  readonly action: string
  readonly decision: KeyDecision
}

const useFix = (given: KeyCase, key: KmsKey, keyPolicy: Fact<PolicyDocument | null>, missing: readonly Missing[]): Fix => {
  const { role, policies } = given
  const foreign = key.account !== ownerOf(role.arn).account
  const shut = missing.flatMap(({ action, decision }) =>
    decision.kind === 'implicit-deny' && decision.lacks === 'key-policy' ? [action] : [],
  )
  const denied = missing.some(({ decision }) => decision.kind === 'explicit-deny' && decision.by.kind === 'resource')
  const byRole = missing.flatMap(({ action, decision }): readonly Permission[] => {
    const required = {
      action,
      resource: key.arn,
      sharedResource: null,
      sample: null,
      grantOn: key.arn,
      context: {},
      managed: false,
      severity: 'error',
      demand: 'always',
      bucket: null,
    } as const
    if (decision.kind === 'explicit-deny') return [{ required, decision }]
    // Naming the role in the key is enough in its own account; a key of another account asks for both.
    if (decision.kind !== 'implicit-deny' || decision.lacks === 'key-policy') return []
    return [{ required, decision: { kind: 'implicit-deny', layer: decision.lacks } }]
  })
  const ofRole = byRole.length > 0 ? missingPermissionsFix(role, policies.ok ? policies.value : null, byRole) : { text: '', commands: [] }
  const ofKey = shut.length > 0 ? keyPolicyFix(key, role, keyPolicy, shut, foreign) : { text: '', commands: [] }
  const shown = denied && !foreign ? [showKeyPolicy(key)] : []
  return {
    text: [ofKey.text, ofRole.text].filter((text) => text !== '').join(' '),
    commands: [...ofKey.commands, ...ofRole.commands, ...shown],
  }
}

/** put-key-policy replaces the whole document, so it is offered only where what was read can be written again as it was. */
const keyPolicyFix = (
  key: KmsKey,
  role: Role,
  keyPolicy: Fact<PolicyDocument | null>,
  actions: readonly string[],
  foreign: boolean,
): Fix => {
  const statement = keyStatement(actions, '*', role)
  const document = keyPolicy.ok ? keyPolicy.value : null
  const writable = document !== null && JSON.stringify(parsePolicyDocument(policyJson(document))) === JSON.stringify(document)
  if (foreign || !writable) {
    const owner = foreign ? `Ask account ${key.account}, which owns the key, to add` : 'Add'
    return { text: `${owner} this statement to the policy of the key: ${policyJson({ statements: [statement] })}`, commands: [] }
  }
  const whole = policyJson({ statements: [...document.statements, statement] })
  return {
    text: `Let ${role.name} in by the policy of the key: the command writes the policy as it is now with one statement more.`,
    commands: [
      command(
        ...['aws', 'kms', 'put-key-policy', '--region', key.region, '--key-id', key.arn],
        ...['--policy-name', 'default', '--policy', whole],
      ),
    ],
  }
}
