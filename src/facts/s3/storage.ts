import { GetBucketPolicyCommand, HeadBucketCommand, type S3Client, S3ServiceException } from '@aws-sdk/client-s3'
import type { PolicyDocument } from '../../model/facts/iam.ts'
import type { Bucket } from '../../model/facts/s3.ts'
import type { Plan } from '../../model/plan.ts'
import { parsePolicyDocument } from '../../semantics/policies/policy-document.ts'
import { field, forms, matching } from '../engine/answer.ts'
import { type Context, defineCollector } from '../engine/collect.ts'
import { attemptEach, GapError } from '../engine/gap.ts'

/** Buckets of lifecycle scripts; a bucket of several folders stands there several times. */
export const bucketNames = (plan: Plan): readonly string[] => plan.lifecycleSources.map(({ bucket }) => bucket)

/**
 * Every bucket of lifecycle scripts, with its Region. The client does not follow S3 to other Regions, so a bucket elsewhere answers with
 * a redirect, which names the Region in a header as every answer about an existing bucket does.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
 */
export const buckets = defineCollector({
  id: 'buckets',
  needs: [],
  actions: ['s3:ListBucket'],
  collect: ({ plan, clients: { s3 } }: Context) => attemptEach(bucketNames(plan), (name) => findBucket(s3, name), 's3:ListBucket'),
})

const findBucket = async (s3: S3Client, name: string): Promise<Bucket> => {
  const answer = await s3.send(new HeadBucketCommand({ Bucket: name })).catch((error: unknown) => refused(error, name))
  return 'kind' in answer ? answer : { kind: 'found', name, region: matching(answer, 'BucketRegion', forms.region) }
}

/** What an error of S3 tells about the bucket. The answer to a HEAD has no body: status and headers are all there is. */
const refused = (error: unknown, name: string): Bucket => {
  if (!(error instanceof S3ServiceException)) throw error
  const status = error.$metadata.httpStatusCode
  const region = error.$response?.headers['x-amz-bucket-region']
  if (status === 404) return { kind: 'absent', name }
  if ((status === 301 || status === 307 || status === 400) && region !== undefined)
    return { kind: 'found', name, region: matching({ region }, 'region', forms.region) }
  if (status === 403) throw new GapError({ reason: 'denied', action: 's3:ListBucket', message: forbidden(name, region) })
  throw error
}

/** S3 names the Region of a bucket that exists even to those who may not read it. */
const forbidden = (name: string, region: string | undefined): string =>
  region === undefined
    ? `s3:HeadBucket answered HTTP 403 for ${name}: the bucket is closed to this caller, or belongs to somebody else, or does not exist`
    : `s3:HeadBucket answered HTTP 403 for ${name}: the bucket exists in ${region} and is closed to this caller, or belongs to somebody else`

/**
 * The policy of each bucket. S3 answers only those who belong to the account that owns the bucket, so knowing it, or that there is none,
 * is also knowing the owner.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicy.html
 */
export const bucketPolicies = defineCollector({
  id: 'bucketPolicies',
  needs: [],
  actions: ['s3:GetBucketPolicy'],
  collect: ({ plan, clients: { s3 } }: Context) => attemptEach(bucketNames(plan), (name) => readPolicy(s3, name), 's3:GetBucketPolicy'),
})

const readPolicy = async (s3: S3Client, name: string): Promise<PolicyDocument | null> => {
  try {
    const document = parsePolicyDocument(field(await s3.send(new GetBucketPolicyCommand({ Bucket: name })), 'Policy'))
    if (document === null) throw new Error(`the policy of ${name} is not a document in the policy grammar`)
    return document
  } catch (error) {
    if (error instanceof S3ServiceException && (error.name === 'NoSuchBucketPolicy' || error.name === 'NoSuchBucket')) return null
    throw error
  }
}
