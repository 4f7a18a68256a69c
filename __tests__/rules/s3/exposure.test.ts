import { describe, expect, test } from '@jest/globals'
import type { PublicAccessBlock } from '../../../src/model/facts/s3.ts'
import type { Facts } from '../../../src/model/facts.ts'
import { exposure as rule } from '../../../src/rules/s3/exposure.ts'
import { aPlan, denied, findingsOf, known, statuses } from '../../builders.ts'

const name = 'sagemaker-lifecycle'
const on: PublicAccessBlock = { blockPublicAcls: true, ignorePublicAcls: true, blockPublicPolicy: true, restrictPublicBuckets: true }

interface Bucket {
  readonly block?: Facts['publicAccessBlocks'][string]
  readonly policy?: Facts['publicPolicies'][string]
  readonly grants?: Facts['publicGrants'][string]
  readonly found?: Facts['buckets'][string]
}

const findings = ({ block = known(on), policy = known(null), grants = known([]), found }: Bucket) =>
  findingsOf(rule, aPlan(), {
    publicAccessBlocks: { [name]: block },
    publicPolicies: { [name]: policy },
    publicGrants: { [name]: grants },
    buckets: { [name]: found ?? known({ kind: 'found', name, region: 'us-west-2' }) },
  })
const everybody = known([{ group: 'AllUsers', permission: 'READ' } as const])

describe('s3/exposure', () => {
  test.each<readonly [string, Bucket, string, string]>([
    ['all on', {}, 'pass', 'blocks public access by its own settings'],
    ['all on, whatever policy and ACL say', { policy: known(true), grants: everybody }, 'pass', ''],
    ['all on, the rest not learned', { policy: denied('s3:GetBucketPolicyStatus'), grants: denied('s3:GetBucketAcl') }, 'pass', ''],
    [
      'none',
      { block: known(null) },
      'fail',
      'has no public access block of its own; nothing makes it public now, the block of the account is not read',
    ],
    [
      'two off',
      { block: known({ ...on, blockPublicAcls: false, blockPublicPolicy: false }) },
      'fail',
      'has BlockPublicAcls, BlockPublicPolicy off',
    ],
    [
      'public by policy',
      { block: known({ ...on, restrictPublicBuckets: false }), policy: known(true) },
      'fail',
      'is public: S3 calls its policy public',
    ],
    ['public by ACL', { block: known(null), grants: everybody }, 'fail', 'its ACL grants READ to AllUsers, and IgnorePublicAcls is off'],
    [
      'a public ACL that is ignored',
      { block: known({ ...on, blockPublicAcls: false }), grants: everybody },
      'fail',
      'nothing makes it public now',
    ],
    [
      'none, and the policy not learned',
      { block: known(null), policy: denied('s3:GetBucketPolicyStatus') },
      'fail',
      'whether it is public now was not learned',
    ],
    [
      'block not learned',
      { block: denied('s3:GetBucketPublicAccessBlock'), policy: known(true) },
      'unknown',
      's3:GetBucketPublicAccessBlock',
    ],
    ['absent', { block: known(null), found: known({ kind: 'absent', name }) }, 'skipped', 's3/bucket reports it'],
  ])('%s', (_, bucket, status, message) => {
    const [finding] = findings(bucket)
    expect(finding).toMatchObject({ status, subject: name, severity: 'warning' })
    expect(finding?.message).toContain(message)
  })

  test('the fix turns all four settings on, and shows what makes the bucket public', () => {
    const block =
      'aws s3api put-public-access-block --bucket sagemaker-lifecycle --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true'
    expect(findings({ block: known(null) })[0]?.fix?.commands).toEqual([block])
    expect(findings({ block: known(null), policy: known(true) })[0]?.fix?.commands).toEqual([
      block,
      'aws s3api get-bucket-policy --bucket sagemaker-lifecycle',
      'aws s3api get-bucket-acl --bucket sagemaker-lifecycle',
    ])
  })

  test('a plan without a bucket is skipped', () => {
    expect(statuses(findingsOf(rule, aPlan({ lifecycleSources: [] }), { publicAccessBlocks: {} }))).toEqual(['skipped plan'])
  })
})
