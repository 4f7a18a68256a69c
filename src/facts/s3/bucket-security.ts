import {
  GetBucketAclCommand,
  GetBucketEncryptionCommand,
  GetBucketPolicyStatusCommand,
  GetPublicAccessBlockCommand,
  type Grant,
  HeadBucketCommand,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3'
import type { BucketEncryption, PublicAccessBlock, PublicGrant } from '../../model/facts/s3.ts'
import { field, flag } from '../engine/answer.ts'
import { type Context, defineCollector } from '../engine/collect.ts'
import { attemptEach, GapError } from '../engine/gap.ts'
import { bucketNames } from './storage.ts'

/** What an answer of S3 says that means "there is none", by the names of its errors. */
const nullWhere = async <T>(errors: readonly string[], learn: () => Promise<T>): Promise<T | null> => {
  try {
    return await learn()
  } catch (error) {
    if (error instanceof S3ServiceException && errors.includes(error.name)) return null
    throw error
  }
}

/**
 * The default encryption of each bucket. S3 encrypts every new object, so a bucket without a configuration of its own uses AES256.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketEncryption.html
 */
export const bucketEncryptions = defineCollector({
  id: 'bucketEncryptions',
  needs: [],
  actions: ['s3:GetEncryptionConfiguration'],
  collect: ({ plan, clients: { s3 } }: Context) =>
    attemptEach(bucketNames(plan), (name) => nullWhere(['NoSuchBucket'], () => readEncryption(s3, name)), 's3:GetEncryptionConfiguration'),
})

const readEncryption = async (s3: S3Client, name: string): Promise<BucketEncryption> => {
  const answer = await nullWhere(['ServerSideEncryptionConfigurationNotFoundError'], () =>
    s3.send(new GetBucketEncryptionCommand({ Bucket: name })),
  )
  if (answer === null) return { algorithm: 'AES256', kmsKeyId: null }
  const [rule] = field(field(answer, 'ServerSideEncryptionConfiguration'), 'Rules')
  if (rule === undefined) throw new Error(`the encryption of ${name} has no rule`)
  const applied = field(rule, 'ApplyServerSideEncryptionByDefault')
  const algorithm = field(applied, 'SSEAlgorithm')
  if (algorithm !== 'AES256' && algorithm !== 'aws:kms' && algorithm !== 'aws:kms:dsse') {
    throw new Error(`${name} encrypts with ${algorithm}, which general purpose buckets do not know`)
  }
  return { algorithm, kmsKeyId: applied.KMSMasterKeyID ?? null }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetPublicAccessBlock.html */
export const publicAccessBlocks = defineCollector({
  id: 'publicAccessBlocks',
  needs: [],
  actions: ['s3:GetBucketPublicAccessBlock'],
  collect: ({ plan, clients: { s3 } }: Context) =>
    attemptEach(
      bucketNames(plan),
      (name) => nullWhere(['NoSuchPublicAccessBlockConfiguration', 'NoSuchBucket'], () => readBlock(s3, name)),
      's3:GetBucketPublicAccessBlock',
    ),
})

const readBlock = async (s3: S3Client, name: string): Promise<PublicAccessBlock> => {
  const block = field(await s3.send(new GetPublicAccessBlockCommand({ Bucket: name })), 'PublicAccessBlockConfiguration')
  return {
    blockPublicAcls: flag(block, 'BlockPublicAcls'),
    ignorePublicAcls: flag(block, 'IgnorePublicAcls'),
    blockPublicPolicy: flag(block, 'BlockPublicPolicy'),
    restrictPublicBuckets: flag(block, 'RestrictPublicBuckets'),
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicyStatus.html */
export const publicPolicies = defineCollector({
  id: 'publicPolicies',
  needs: [],
  actions: ['s3:GetBucketPolicyStatus'],
  collect: ({ plan, clients: { s3 } }: Context) =>
    attemptEach(
      bucketNames(plan),
      (name) =>
        nullWhere(['NoSuchBucketPolicy', 'NoSuchBucket'], async () =>
          flag(field(await s3.send(new GetBucketPolicyStatusCommand({ Bucket: name })), 'PolicyStatus'), 'IsPublic'),
        ),
      's3:GetBucketPolicyStatus',
    ),
})

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketAcl.html */
export const publicGrants = defineCollector({
  id: 'publicGrants',
  needs: [],
  actions: ['s3:GetBucketAcl'],
  collect: ({ plan, clients: { s3 } }: Context) =>
    attemptEach(
      bucketNames(plan),
      async (name) => {
        const answer = await nullWhere(['NoSuchBucket'], () => s3.send(new GetBucketAclCommand({ Bucket: name })))
        return answer === null ? [] : field(answer, 'Grants').flatMap(publicGrant)
      },
      's3:GetBucketAcl',
    ),
})

/** Groups by the ends of their URIs: https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#specifying-grantee */
const publicGroups: readonly PublicGrant['group'][] = ['AllUsers', 'AuthenticatedUsers']

const publicGrant = (grant: Grant): readonly PublicGrant[] => {
  const group = publicGroups.find((name) => grant.Grantee?.URI?.endsWith(`/global/${name}`))
  return group === undefined ? [] : [{ group, permission: field(grant, 'Permission') }]
}

/**
 * Whose each bucket is. Who may read its policy belongs to the account that owns it; of another bucket S3 tells by the header that names
 * the account expected: it answers 403 where the owner is another, though the same request without it is answered.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
 */
export const bucketOwners = defineCollector({
  id: 'bucketOwners',
  needs: ['bucketPolicies', 'buckets', 'identity'],
  actions: ['s3:ListBucket'],
  collect: async ({ plan, clients: { s3 } }: Context, get) => {
    if (plan.lifecycleSources.length === 0) return {}
    const [policies, buckets] = await Promise.all([get('bucketPolicies'), get('buckets')])
    return attemptEach(
      bucketNames(plan),
      async (name) => {
        if (policies[name]?.ok === true) return 'own'
        const bucket = buckets[name]
        if (bucket?.ok === false) throw new GapError(bucket.gap)
        const identity = await get('identity')
        if (identity.kind === 'refused') throw new Error(`sts:GetCallerIdentity answered ${identity.code}`)
        return ownerOf(s3, name, identity.account)
      },
      's3:ListBucket',
    )
  },
})

const ownerOf = async (s3: S3Client, name: string, account: string): Promise<'own' | 'other'> => {
  try {
    const answer = await s3.send(new HeadBucketCommand({ Bucket: name, ExpectedBucketOwner: account }))
    // An answer that is not S3's names no Region, and says nothing of an owner either.
    field(answer, 'BucketRegion')
    return 'own'
  } catch (error) {
    if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 403) return 'other'
    throw error
  }
}
