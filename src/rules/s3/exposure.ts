import type { Fact } from '../../model/fact.ts'
import type { PublicAccessBlock, PublicGrant } from '../../model/facts/s3.ts'
import type { Facts } from '../../model/facts.ts'
import type { Fix, Outcome } from '../../model/finding.ts'
import type { BucketPrefix } from '../../model/plan.ts'
import { entry, keyed } from '../../semantics/fact.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, reported, unknown } from '../engine/outcome.ts'
import { noLifecycleBucket, plannedBuckets } from './folders/lifecycle-buckets.ts'

export const exposure = defineRule({
  id: 's3/exposure',
  title: 'No bucket of lifecycle scripts is public',
  why: 'Every node runs the lifecycle scripts as root. Who can write them owns the cluster, and who can read them learns how it is built, with whatever credentials were left in them. S3 blocks public access by default; a bucket whose own block is missing or partly off depends on the block of the account, which is not read here.',
  severity: 'warning',
  sources: [
    'https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html',
    'https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicyStatus.html',
    'https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html',
  ],
  needs: ['publicAccessBlocks'],
  uses: ['publicPolicies', 'publicGrants', 'buckets'],
  applies: (plan) => plan.lifecycleSources.length > 0 || noLifecycleBucket,
  evaluate: (facts, plan) => plannedBuckets(plan).map((planned) => judge(planned, facts)),
})

interface Read {
  readonly publicAccessBlocks: Facts['publicAccessBlocks']
  readonly publicPolicies: Fact<Facts['publicPolicies']>
  readonly publicGrants: Fact<Facts['publicGrants']>
  readonly buckets: Fact<Facts['buckets']>
}

const judge = ({ bucket, location }: BucketPrefix, facts: Read): Outcome => {
  const at = { location }
  const found = keyed(facts.buckets, bucket)
  if (found.ok && found.value.kind === 'absent') return reported(bucket, `${bucket} does not exist`, 's3/bucket', at)
  const block = entry(facts.publicAccessBlocks, bucket)
  const policy = keyed(facts.publicPolicies, bucket)
  const grants = keyed(facts.publicGrants, bucket)
  const ways = [...publicPolicy(policy, block), ...publicAcl(grants, block)]
  if (ways.length > 0) return fail(bucket, `${bucket} is public: ${ways.join('; ')}`, blockFix(bucket, true), at)

  // A block that is wholly on makes whatever policy and ACL say void, so neither is missed.
  if (!block.ok) return unknown(bucket, block.gap, at)
  const off = settingsOff(block.value)
  if (off.length === 0) return pass(bucket, `${bucket} blocks public access by its own settings`, at)
  const lack = block.value === null ? 'has no public access block of its own' : `has ${off.join(', ')} off`
  const unread = [...(policy.ok ? [] : [policy.gap.message]), ...(grants.ok ? [] : [grants.gap.message])]
  const state = unread.length > 0 ? `whether it is public now was not learned (${unread.join('; ')})` : 'nothing makes it public now'
  return fail(bucket, `${bucket} ${lack}; ${state}, the block of the account is not read`, blockFix(bucket, false), {
    ...at,
    evidence: { settingsOff: off },
  })
}

type Block = Fact<PublicAccessBlock | null>

const publicPolicy = (policy: Fact<boolean | null>, block: Block): readonly string[] =>
  policy.ok && policy.value === true && block.ok && block.value?.restrictPublicBuckets !== true
    ? ['S3 calls its policy public, and RestrictPublicBuckets is off']
    : []

const publicAcl = (grants: Fact<readonly PublicGrant[]>, block: Block): readonly string[] =>
  grants.ok && block.ok && block.value?.ignorePublicAcls !== true
    ? grants.value.map(({ group, permission }) => `its ACL grants ${permission} to ${group}, and IgnorePublicAcls is off`)
    : []

const settings = {
  BlockPublicAcls: 'blockPublicAcls',
  IgnorePublicAcls: 'ignorePublicAcls',
  BlockPublicPolicy: 'blockPublicPolicy',
  RestrictPublicBuckets: 'restrictPublicBuckets',
} as const satisfies Record<string, keyof PublicAccessBlock>

const settingsOff = (block: PublicAccessBlock | null): readonly string[] =>
  Object.entries(settings).flatMap(([name, key]) => (block?.[key] === true ? [] : [name]))

const blockFix = (bucket: string, isPublic: boolean): Fix => ({
  text: `Turn all four settings on${isPublic ? ', and take the public statement or grant away' : ''}: nodes read as the execution role and need nothing public.`,
  commands: [
    command(
      ...['aws', 's3api', 'put-public-access-block', '--bucket', bucket, '--public-access-block-configuration'],
      Object.keys(settings)
        .map((name) => `${name}=true`)
        .join(','),
    ),
    ...(isPublic
      ? [command('aws', 's3api', 'get-bucket-policy', '--bucket', bucket), command('aws', 's3api', 'get-bucket-acl', '--bucket', bucket)]
      : []),
  ],
})
