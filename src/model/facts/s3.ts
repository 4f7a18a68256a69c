/** How objects of a bucket are encrypted unless the upload says otherwise. */
export interface BucketEncryption {
  readonly algorithm: 'AES256' | 'aws:kms' | 'aws:kms:dsse'
  /** Id, ARN or alias; null for the key `aws/s3` of AWS, or where no KMS key is used. */
  readonly kmsKeyId: string | null
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html */
export interface PublicAccessBlock {
  readonly blockPublicAcls: boolean
  readonly ignorePublicAcls: boolean
  readonly blockPublicPolicy: boolean
  readonly restrictPublicBuckets: boolean
}

/** Groups that everybody, or every AWS account, is in, with what the ACL of a bucket grants them. */
export interface PublicGrant {
  readonly group: 'AllUsers' | 'AuthenticatedUsers'
  readonly permission: string
}

/** A bucket of lifecycle scripts. S3 answers 403 for some buckets that do not exist too: that is a gap, whose message says both readings. */
export type Bucket =
  | { readonly kind: 'found'; readonly name: string; readonly region: string }
  | { readonly kind: 'absent'; readonly name: string }

/** Objects under a prefix: keys relative to it, sizes in bytes. Complete: all pages were read. */
export interface BucketFolder {
  readonly bucket: string
  readonly prefix: string
  readonly objects: Readonly<Record<string, { readonly size: number; readonly etag: string }>>
}
