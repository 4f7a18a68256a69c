import { createHash, type Hash } from 'node:crypto'
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import pLimit from 'p-limit'
import { openRegular } from '../../disk/read.ts'
import type { BucketFolder } from '../../model/facts/s3.ts'
import type { FileDigest, ScriptFolder } from '../../model/facts/scripts.ts'
import type { Facts } from '../../model/facts.ts'
import type { BucketPrefix } from '../../model/plan.ts'
import { likelyPartSizes, provesSame, readETag } from '../../semantics/lifecycle/etag.ts'
import { folderUri } from '../../semantics/plan/s3-uri.ts'
import { type Context, defineCollector } from '../engine/collect.ts'
import { attemptEach, GapError } from '../engine/gap.ts'
import { type FolderEntry, realRoot, walk } from '../machine/folder-files.ts'
import { maxScriptBytes } from '../machine/script-text.ts'
import { wholeBody } from './bucket-scripts.ts'

/** Bytes of the repository's folder that are hashed: a GiB takes some three seconds. */
const maxHashedBytes = 1024 ** 3
/** Files hashed at the same time. */
const readers = 4
/** Objects of one folder that are fetched to be hashed, a call each. */
const maxFetched = 50

type Found = Extract<FolderEntry, { kind: 'file' }>
type Objects = BucketFolder['objects']

/** Sizes and digests of the files that a folder in S3 has too. Hashed are those alone that an object of the same size could equal. */
export const repositoryDigests = defineCollector({
  id: 'repositoryDigests',
  needs: ['bucketFolders'],
  actions: [],
  collect: async ({ plan, signal }: Context, get) => {
    if (plan.lifecycleScripts === null || plan.lifecycleSources.length === 0) return null
    const [entries, listings] = await Promise.all([realRoot(plan.lifecycleScripts).then(walk), get('bucketFolders')])
    const slot = pLimit(readers)
    let left = maxHashedBytes
    const measured = entries.flatMap((entry) => {
      if (entry.kind !== 'file') return []
      const objects = objectsAt(entry.path, listings)
      if (objects.length === 0) return []
      const etags = objects.filter(({ size }) => size === entry.size).map(({ etag }) => etag)
      const isHashed = etags.length > 0 && entry.size <= left
      if (isHashed) left -= entry.size
      return [slot(async () => [entry.path, isHashed ? await hashed(entry, etags, signal) : unhashed(entry.size)] as const)]
    })
    return Object.fromEntries(await Promise.all(measured))
  },
})

const objectsAt = (path: string, listings: Facts['bucketFolders']): readonly Objects[string][] =>
  Object.values(listings).flatMap((listing) => {
    const objects = listing.ok ? (listing.value?.objects ?? {}) : {}
    const object = Object.hasOwn(objects, path) ? objects[path] : undefined
    return object === undefined ? [] : [object]
  })

const unhashed = (size: number): FileDigest => ({ size, md5: null, multipartEtags: [] })

const hashed = async ({ place, size }: Found, etags: readonly string[], signal: AbortSignal): Promise<FileDigest> => {
  const md5 = createHash('md5')
  const counts = etags.map(readETag).flatMap((etag) => (etag.kind === 'parts' ? [etag.parts] : []))
  const partSizes = new Set(counts.flatMap((parts) => likelyPartSizes(size, parts)))
  const uploads = [...partSizes].map(multipart)
  const handle = await openRegular(place).catch(() => null)
  if (handle === null) return unhashed(size)
  try {
    for await (const chunk of handle.createReadStream({ autoClose: false, end: size })) {
      signal.throwIfAborted()
      const bytes = chunk as Uint8Array
      md5.update(bytes)
      for (const upload of uploads) upload.update(bytes)
    }
  } finally {
    await handle.close()
  }
  return { size, md5: md5.digest('hex'), multipartEtags: uploads.map((upload) => upload.etag()) }
}

/** The ETag of a multipart upload: the MD5 of the MD5s of its parts, and their number. */
const multipart = (partSize: number) => {
  const whole = createHash('md5')
  let part: Hash = createHash('md5')
  let filled = 0
  let parts = 0
  const endPart = (): void => {
    whole.update(part.digest())
    parts += 1
    part = createHash('md5')
    filled = 0
  }
  return {
    update: (bytes: Uint8Array): void => {
      for (let at = 0; at < bytes.length; ) {
        const slice = bytes.subarray(at, at + partSize - filled)
        part.update(slice)
        at += slice.length
        filled += slice.length
        if (filled === partSize) endPart()
      }
    },
    etag: (): string => {
      if (filled > 0 || parts === 0) endPart()
      return `${whole.digest('hex')}-${parts}`
    },
  }
}

/**
 * Digests of the objects that may or may not be the repository's files: same size, and an ETag that is no digest, as under SSE-KMS, or
 * that of other content. What `bucketScripts` has read is not fetched again.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
 */
export const objectDigests = defineCollector({
  id: 'objectDigests',
  needs: ['bucketFolders', 'bucketScripts', 'repositoryDigests'],
  actions: ['s3:GetObject'],
  collect: async ({ plan, clients }: Context, get) => {
    if (plan.lifecycleScripts === null || plan.lifecycleSources.length === 0) return {}
    const [listings, scripts, digests] = await Promise.all([get('bucketFolders'), get('bucketScripts'), get('repositoryDigests')])
    const sources = new Map(plan.lifecycleSources.map((source) => [folderUri(source), source]))
    return attemptEach(
      [...sources.keys()],
      async (uri) => {
        const [source, listing, folder] = [sources.get(uri), listings[uri], scripts[uri]]
        if (source === undefined || listing === undefined || folder === undefined) throw new Error(`${uri} was not listed`)
        if (!listing.ok) throw new GapError(listing.gap)
        const paths = doubtful(listing.value?.objects ?? {}, digests ?? {})
        if (paths.length === 0) return {}
        if (!folder.ok) throw new GapError(folder.gap)
        return digestsOf(clients.s3, source, paths, listing.value?.objects ?? {}, folder.value)
      },
      's3:GetObject',
    )
  },
})

const doubtful = (objects: Objects, digests: Readonly<Record<string, FileDigest>>): readonly string[] =>
  Object.entries(digests).flatMap(([path, digest]) => {
    const object = Object.hasOwn(objects, path) ? objects[path] : undefined
    const isKnown = object === undefined || object.size !== digest.size || digest.md5 === null || provesSame(object.etag, digest)
    return isKnown ? [] : [path]
  })

const digestsOf = async (
  client: S3Client,
  { bucket, prefix }: BucketPrefix,
  paths: readonly string[],
  objects: Objects,
  folder: ScriptFolder | null,
): Promise<Record<string, string>> => {
  const texts = paths.flatMap((path) => {
    const file = folder !== null && Object.hasOwn(folder.files, path) ? folder.files[path] : undefined
    return file?.kind === 'text' ? [[path, md5Of(file.text)] as const] : []
  })
  const read = new Set(texts.map(([path]) => path))
  const fetched = paths.filter((path) => !read.has(path) && (objects[path]?.size ?? 0) <= maxScriptBytes).slice(0, maxFetched)
  const others = fetched.map(async (path) => {
    const answer = await client.send(new GetObjectCommand({ Bucket: bucket, Key: `${prefix}${path}` }))
    return [path, md5Of(await wholeBody(answer, objects[path]?.size ?? 0))] as const
  })
  return Object.fromEntries([...texts, ...(await Promise.all(others))])
}

const md5Of = (content: string | Uint8Array): string => createHash('md5').update(content).digest('hex')
