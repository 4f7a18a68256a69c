import type { Fact } from '../../model/fact.ts'
import type { Facts } from '../../model/facts.ts'
import type { Outcome } from '../../model/finding.ts'
import type { Plan, PlannedRole } from '../../model/plan.ts'
import { entry, keyed, knownValue } from '../../semantics/fact.ts'
import { folderUri } from '../../semantics/plan/s3-uri.ts'
import { isAwsAlias, scriptKeysOf, volumeKeysOf } from '../../semantics/policies/kms.ts'
import { foldersOf, groupsOf, roleSubject } from '../../semantics/policies/planned-role.ts'
import { defineRule } from '../engine/define.ts'
import { given, skip, unknown } from '../engine/outcome.ts'
import { judgeKey, type KeyCase, type KeyFacts } from '../shared/kms-key.ts'
import { givenRole, noExecutionRole, policiesOf } from '../shared/planned-role.ts'

export const kms = defineRule({
  id: 'iam/kms',
  title: 'Every execution role may use the customer keys of its volumes and buckets',
  why: 'A customer managed key is used by nobody whom its policy or a grant does not let in, whatever the policies of the role say. HyperPod makes a grant on the key of a volume under the execution role, so the role needs `kms:CreateGrant` and `kms:DescribeKey`; scripts in an encrypted bucket need `kms:Decrypt`. Otherwise nodes do not come up, or the download of the scripts ends in `AccessDenied`.',
  severity: 'error',
  otherSeverities: ['warning'],
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/smcluster-cmk.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites-iam.html',
    'https://docs.aws.amazon.com/kms/latest/developerguide/policy-evaluation.html',
    'https://docs.aws.amazon.com/kms/latest/developerguide/grants.html',
  ],
  needs: ['roles', 'kmsKeys', 'kmsKeyPolicies', 'kmsGrants'],
  uses: ['rolePolicies', 'bucketEncryptions', 'bucketScripts', 'bucketOwners'],
  applies: (plan) =>
    plan.executionRoles.length === 0 ? noExecutionRole : namesKey(plan) || 'The plan names no KMS key, and no bucket of lifecycle scripts.',
  evaluate: (facts, plan) =>
    plan.executionRoles.flatMap((planned) =>
      givenRole(planned, plan, facts.roles, (role) =>
        judgeRole(
          planned,
          { role, policies: policiesOf(facts.rolePolicies, planned), facts, region: plan.region, location: planned.location },
          facts,
          plan,
        ),
      ),
    ),
})

const namesKey = (plan: Plan): boolean =>
  plan.lifecycleSources.length > 0 || plan.executionRoles.some((role) => volumeKeysOf(role, plan).length > 0)

type Common = Pick<KeyCase, 'role' | 'policies' | 'region' | 'location'> & {
  readonly facts: KeyFacts & { readonly bucketOwners: Fact<Facts['bucketOwners']> }
}

const judgeRole = (
  planned: PlannedRole,
  common: Common,
  {
    bucketEncryptions,
    bucketScripts,
  }: { readonly bucketEncryptions: Fact<Facts['bucketEncryptions']>; readonly bucketScripts: Fact<Facts['bucketScripts']> },
  plan: Plan,
): readonly Outcome[] => {
  const volumes = volumeKeysOf(planned, plan).map((name) => judgeVolumeKey(planned, name, common, plan))
  const buckets = [...new Set(foldersOf(planned, plan).map(({ bucket }) => bucket))].flatMap((bucket) =>
    given(
      keyed(bucketEncryptions, bucket),
      `${bucket} for ${roleSubject(planned, plan)}`,
      (encryption) => {
        const names = [encryption?.kmsKeyId, ...(bucketScripts.ok ? scriptKeysOf(planned, bucket, plan, bucketScripts.value) : [])]
        return [...new Set(names)].flatMap((name) =>
          typeof name === 'string' ? judgeBucketKey(`${name} for ${roleSubject(planned, plan)}`, name, bucket, common) : [],
        )
      },
      { location: planned.location },
    ),
  )
  const outcomes = [...volumes, ...buckets]
  if (outcomes.length > 0) return outcomes
  const at = { location: planned.location }
  const unread = foldersOf(planned, plan).flatMap((folder) => {
    const scripts = keyed(bucketScripts, folderUri(folder))
    return scripts.ok ? [] : [unknown(`${folderUri(folder)} for ${roleSubject(planned, plan)}`, scripts.gap, at)]
  })
  return unread.length > 0
    ? unread
    : [skip(roleSubject(planned, plan), `neither a volume nor a bucket of ${roleSubject(planned, plan)} has a customer managed key`, at)]
}

const judgeVolumeKey = (planned: PlannedRole, name: string, common: Common, plan: Plan): Outcome => {
  const groups = groupsOf(planned, plan).filter(({ ebsVolumes }) => ebsVolumes.some(({ kmsKeyId }) => kmsKeyId === name))
  const volume = groups.flatMap(({ ebsVolumes }) => ebsVolumes).find(({ kmsKeyId }) => kmsKeyId === name)
  return judgeKey({
    ...common,
    subject: `${name} for ${roleSubject(planned, plan)}`,
    name,
    what: `the volumes of ${groups.map((group) => group.name).join(', ')}`,
    purpose: { kind: 'volume' },
    owner: { ok: true, value: 'own' },
    location: volume?.location ?? planned.location,
  })
}

/** Keys of AWS are left to s3/encryption. */
const judgeBucketKey = (subject: string, name: string, bucket: string, common: Common): readonly Outcome[] => {
  if (isAwsAlias(name) || knownValue(entry(common.facts.kmsKeys, name))?.manager === 'AWS') return []
  const purpose = { kind: 'bucket', bucket } as const
  const what = `the objects of ${bucket}`
  return [judgeKey({ ...common, subject, name, what, purpose, owner: keyed(common.facts.bucketOwners, bucket) })]
}
