import type { Fact, Keyed } from '../../model/fact.ts'
import type { BucketEncryption } from '../../model/facts/s3.ts'
import type { Facts } from '../../model/facts.ts'
import type { Outcome, Severity } from '../../model/finding.ts'
import type { Plan } from '../../model/plan.ts'
import { entry, keyed, knownValue } from '../../semantics/fact.ts'
import { folderUri } from '../../semantics/plan/s3-uri.ts'
import { objectKeys } from '../../semantics/policies/kms.ts'
import { roleSubject } from '../../semantics/policies/planned-role.ts'
import { defineRule } from '../engine/define.ts'
import { pass, reported, unknown } from '../engine/outcome.ts'
import { judgeKey, type KeyFacts } from '../shared/kms-key.ts'
import { eachRoleFolder, hasRoleFolder, type RoleFolder } from './folders/role-folders.ts'

export const encryption = defineRule({
  id: 's3/encryption',
  title: 'Every execution role can decrypt the lifecycle scripts',
  why: 'S3 hands out an object that is encrypted with a KMS key only to those who may use the key (`kms:Decrypt`): being allowed `s3:GetObject` is not enough. Otherwise the download of the scripts ends in `AccessDenied`, and the instance group fails. What counts is the key of each script; the default encryption of the bucket decides about scripts that are uploaded from now on. The AWS managed key `aws/s3` serves the account of the bucket only.',
  severity: 'error',
  otherSeverities: ['warning'],
  sources: [
    'https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html',
    'https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html',
    'https://docs.aws.amazon.com/kms/latest/developerguide/policy-evaluation.html',
  ],
  needs: ['roles', 'buckets'],
  uses: ['rolePolicies', 'bucketEncryptions', 'bucketScripts', 'bucketOwners', 'kmsKeys', 'kmsKeyPolicies', 'kmsGrants'],
  applies: hasRoleFolder,
  evaluate: (facts, plan) => eachRoleFolder(plan, facts, (pair) => judgeFolder({ ...pair, facts, plan })),
})

interface Case extends RoleFolder {
  readonly facts: Pick<Facts, 'buckets'> & {
    readonly [K in 'bucketEncryptions' | 'bucketScripts' | 'bucketOwners' | keyof KeyFacts]: Fact<Facts[K]>
  }
  readonly plan: Plan
}

const judgeFolder = (given: Case): readonly Outcome[] => {
  const { folder, facts, plan, planned } = given
  const { bucket, location } = folder
  const subject = `${folderUri(folder)} for ${roleSubject(planned, plan)}`
  const found = knownValue(entry(facts.buckets, bucket))
  if (found?.kind === 'absent') return [reported(subject, `${bucket} does not exist`, 's3/bucket', { location })]
  if (found?.kind === 'found' && found.region !== plan.region) {
    return [reported(subject, `${bucket} is in ${found.region}`, 's3/region', { location })]
  }
  const encryption = keyed(facts.bucketEncryptions, bucket)
  const scripts = keyed(facts.bucketScripts, folderUri(folder))
  const byDefault = (severity?: Severity): readonly Outcome[] => judgeDefault(given, subject, encryption, severity)
  // Without the scripts nothing is proven: the default is at most a reason to look.
  if (!scripts.ok) return [unknown(subject, scripts.gap, { location }), ...byDefault('warning').filter(({ status }) => status === 'fail')]
  const keys = [...new Set(objectKeys(scripts.value))]
  if (keys.length === 0) return byDefault()
  const objects = keys.flatMap((key) => (key === null ? [] : [judgeNamed(given, subject, key, 'the scripts')]))
  const later = encryption.ok && encryption.value?.kmsKeyId && keys.includes(encryption.value.kmsKeyId) ? [] : byDefault('warning')
  const clear =
    objects.length > 0 ? objects : [pass(subject, `no script read from ${folderUri(folder)} is encrypted with a KMS key`, { location })]
  return [...clear, ...later.filter(({ status }) => status === 'fail')]
}

const judgeDefault = (
  given: Case,
  subject: string,
  encryption: Fact<BucketEncryption | null>,
  severity: Severity | undefined,
): readonly Outcome[] => {
  const { bucket, location } = given.folder
  if (!encryption.ok) return [unknown(subject, encryption.gap, { location, severity })]
  if (encryption.value === null) return [reported(subject, `${bucket} does not exist`, 's3/bucket', { location })]
  const { algorithm, kmsKeyId } = encryption.value
  if (algorithm === 'AES256')
    return [pass(subject, `${bucket} encrypts with S3's own keys (AES256), which ask for no permission`, { location })]
  return [judgeNamed(given, subject, kmsKeyId ?? 'alias/aws/s3', 'objects that are uploaded without a key of their own', severity)]
}

const judgeNamed = (
  { folder, facts, role, policies, plan }: Case,
  subject: string,
  name: string,
  what: string,
  severity?: Severity,
): Outcome => {
  const { kmsKeys, kmsKeyPolicies, kmsGrants } = facts
  if (!kmsKeys.ok) return unknown(subject, kmsKeys.gap, { location: folder.location, severity })
  return judgeKey({
    subject,
    name,
    what,
    purpose: { kind: 'bucket', bucket: folder.bucket },
    owner: keyed(facts.bucketOwners, folder.bucket),
    role,
    policies,
    facts: { kmsKeys: kmsKeys.value, kmsKeyPolicies: spread(kmsKeyPolicies, name), kmsGrants: spread(kmsGrants, name) },
    region: plan.region,
    location: folder.location,
    severity,
  })
}

/** A fact that is a gap as a whole is the same gap for each of its keys. */
const spread = <T>(fact: Fact<Keyed<T>>, key: string): Keyed<T> => (fact.ok ? fact.value : { [key]: fact })
