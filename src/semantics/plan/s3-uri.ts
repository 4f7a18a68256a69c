import type { BucketPrefix } from '../../model/plan.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const bucketName = /^(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9](?:[a-z0-9.-]{1,61}[a-z0-9])$/

/** `bucket.s3.region.amazonaws.com`, with the dash form and the partitions' own endings. */
const virtualHost = /^(?<bucket>.+)\.s3[.-](?:[a-z0-9-]+\.)*amazonaws\.com(?:\.cn)?$/
/** `s3.region.amazonaws.com`: the bucket is the first segment of the path. */
const pathHost = /^s3[.-](?:[a-z0-9-]+\.)*amazonaws\.com(?:\.cn)?$/

/**
 * Reads the folder of lifecycle scripts as people write it: `s3://bucket/prefix/`, without the last slash, with a doubled one, as a
 * bare bucket name, or as the https address that the API accepts too. Null where it is none of these.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ClusterLifeCycleConfig.html
 */
export const parseS3Folder = (text: string): Pick<BucketPrefix, 'bucket' | 'prefix'> | null => {
  const match = /^(?:(?<scheme>s3|https):\/\/)?(?<host>[^/]+)(?<path>\/.*)?$/.exec(text)
  if (match?.groups === undefined) return null
  const { scheme, host = '', path = '' } = match.groups
  const segments = path.split('/').filter((segment) => segment !== '')
  if (scheme !== 'https') return folder(host, segments)
  const bucket = virtualHost.exec(host)?.groups?.['bucket']
  if (bucket !== undefined) return folder(bucket, segments)
  return pathHost.test(host) ? folder(segments[0] ?? '', segments.slice(1)) : null
}

const folder = (bucket: string, segments: readonly string[]): Pick<BucketPrefix, 'bucket' | 'prefix'> | null =>
  bucketName.test(bucket) ? { bucket, prefix: segments.map((segment) => `${segment}/`).join('') } : null

/** The folder as `s3://bucket/prefix/`: how reports name it, and the key of the facts about it. */
export const folderUri = ({ bucket, prefix }: Pick<BucketPrefix, 'bucket' | 'prefix'>): string => `s3://${bucket}/${prefix}`
