/** An ETag of S3, read: the digest of an object put whole, of one put in parts, or neither. */
export type ETag =
  | { readonly kind: 'whole'; readonly md5: string }
  | { readonly kind: 'parts'; readonly digest: string; readonly parts: number }
  | { readonly kind: 'opaque' }

/**
 * Reads an ETag as listings have it, in quotes or without. Under SSE-KMS and SSE-C it has the same form and is no digest of the
 * content: an ETag that equals a digest proves that the content is the same, one that differs proves nothing.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
 */
export const readETag = (text: string): ETag => {
  const match = /^"?(?<digest>[0-9a-f]{32})(?:-(?<parts>[1-9]\d{0,4}))?"?$/.exec(text)
  const digest = match?.groups?.['digest']
  if (digest === undefined) return { kind: 'opaque' }
  const parts = match?.groups?.['parts']
  return parts === undefined ? { kind: 'whole', md5: digest } : { kind: 'parts', digest, parts: Number(parts) }
}

const mebibyte = 1024 ** 2

/**
 * Part sizes in MiB that uploaders take: the AWS CLI and boto3 8 (the CLI doubles it for files beyond 10,000 parts), the SDKs for
 * JavaScript and Go and Terraform 5, Cyberduck 10, s3cmd 15, the console and others 16, s5cmd 50; the rest is what people set.
 */
const customaryMebibytes: readonly number[] = [5, 6, 7, 8, 10, 12, 15, 16, 20, 24, 25, 32, 48, 50, 64, 100, 128, 256, 512, 1024, 2048, 4096]

/** Customary part sizes, in bytes, that cut a file of `size` bytes into exactly so many parts. One part holds all, whatever its size. */
export const likelyPartSizes = (size: number, parts: number): readonly number[] => {
  if (parts === 1) return [Math.max(size, 1)]
  return customaryMebibytes.map((count) => count * mebibyte).filter((partSize) => Math.ceil(size / partSize) === parts)
}

/** Digests of a file, as {@link provesSame} compares them. */
interface Digests {
  readonly md5: string | null
  readonly multipartEtags: readonly string[]
}

/** Whether the ETag of an object proves that it holds this content. */
export const provesSame = (etag: string, { md5, multipartEtags }: Digests): boolean => {
  const read = readETag(etag)
  if (read.kind === 'whole') return read.md5 === md5
  return read.kind === 'parts' && multipartEtags.includes(`${read.digest}-${read.parts}`)
}
