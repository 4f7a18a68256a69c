import { GetObjectCommand, type GetObjectCommandOutput, paginateListObjectsV2, type S3Client, S3ServiceException } from '@aws-sdk/client-s3'
import type { BucketFolder } from '../../model/facts/s3.ts'
import type { OtherFile, ScriptFile, ScriptFolder } from '../../model/facts/scripts.ts'
import type { BucketPrefix } from '../../model/plan.ts'
import { isLeftAside } from '../../semantics/lifecycle/folder-copies.ts'
import {
  isPythonName,
  isShellScriptName,
  type LifecycleFolder,
  lifecycleFolders,
  provisioningParametersFile,
} from '../../semantics/plan/lifecycle-folders.ts'
import { folderUri } from '../../semantics/plan/s3-uri.ts'
import { checkNextPage, count, field } from '../engine/answer.ts'
import { type Context, defineCollector } from '../engine/collect.ts'
import { attempt, attemptEach, GapError } from '../engine/gap.ts'
import { otherFile, othersWithinBounds } from '../machine/other-files.ts'
import { scriptFile, withinBounds } from '../machine/script-text.ts'

/** Objects of a folder that are listed: ten pages. HyperPod copies all of them to every node, so a folder of scripts has few. */
const maxObjects = 10_000
/** Scripts read from one folder, a call each. AWS's own for Slurm has 40. */
const maxScripts = 200

/**
 * Objects under each folder of the plan. Keys that end in a slash are left out: consoles make them to show empty folders.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
 */
export const bucketFolders = defineCollector({
  id: 'bucketFolders',
  needs: [],
  actions: ['s3:ListBucket'],
  collect: async ({ plan, clients }: Context) => {
    const sources = new Map(plan.lifecycleSources.map((source) => [folderUri(source), source]))
    return attemptEach(
      [...sources.keys()],
      async (uri) => {
        const source = sources.get(uri)
        return source === undefined ? null : listed(clients.s3, source)
      },
      's3:ListBucket',
    )
  },
})

const listed = async (client: S3Client, { bucket, prefix }: BucketPrefix): Promise<BucketFolder | null> => {
  const objects: [string, { size: number; etag: string }][] = []
  try {
    const seen = new Set<unknown>()
    for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })) {
      // S3 leaves the list out where nothing is there, and never the name of the bucket.
      field(page, 'Name')
      checkNextPage(page, seen)
      for (const object of page.Contents ?? []) {
        const key = field(object, 'Key').slice(prefix.length)
        if (key !== '' && !key.endsWith('/')) objects.push([key, { size: count(object, 'Size'), etag: field(object, 'ETag') }])
      }
      if (objects.length > maxObjects) throw new GapError(tooMany(folderUri({ bucket, prefix })))
    }
  } catch (error) {
    if (error instanceof S3ServiceException && error.name === 'NoSuchBucket') return null
    throw error
  }
  return { bucket, prefix, objects: Object.fromEntries(objects) }
}

const tooMany = (uri: string) =>
  ({
    reason: 'unexpected',
    action: 's3:ListBucket',
    message: `${uri} holds more than ${maxObjects} objects and was not listed to the end: keep the lifecycle scripts under a prefix of their own`,
  }) as const

/**
 * The texts of each folder that rules read: entry points, provisioning_parameters.json, and scripts at any depth. Other small objects
 * are looked through for credentials.
 * A fact of its own, so that the listing stays known where reading is denied.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export const bucketScripts = defineCollector({
  id: 'bucketScripts',
  needs: ['bucketFolders'],
  actions: ['s3:GetObject'],
  collect: async ({ plan, clients }: Context, get) => {
    if (plan.lifecycleSources.length === 0) return {}
    const listings = await get('bucketFolders')
    const folders = new Map(lifecycleFolders(plan).map((folder) => [folder.uri, folder]))
    return attemptEach(
      [...folders.keys()],
      async (uri) => {
        const listing = listings[uri]
        const folder = folders.get(uri)
        if (listing === undefined || folder === undefined) throw new Error(`${uri} was not listed`)
        if (!listing.ok) throw new GapError(listing.gap)
        return listing.value === null ? null : scriptsOf(clients.s3, folder, listing.value)
      },
      's3:GetObject',
    )
  },
})

const scriptsOf = async (client: S3Client, folder: LifecycleFolder, { objects }: BucketFolder): Promise<ScriptFolder> => {
  const first = [...folder.entryPoints.map(({ script }) => script), provisioningParametersFile]
  const uploaded = Object.entries(objects)
    .filter(([path]) => first.includes(path) || !path.split('/').some(isLeftAside))
    .map(([path, { size }]) => ({ path, size }))
  const isScript = ({ path }: { readonly path: string }): boolean => first.includes(path) || isShellScriptName(path) || isPythonName(path)
  const { read, refused } = withinBounds(uploaded.filter(isScript), first, maxScripts)
  const others = othersWithinBounds(
    uploaded.filter((object) => !isScript(object)),
    maxScripts,
  )
  const [texts, looked] = await Promise.all([
    Promise.all(read.map(async ({ path, size }) => [path, await readObject(client, folder.source, path, size)] as const)),
    Promise.all(others.read.map(async ({ path, size }) => [path, await lookThrough(client, folder.source, path, size)] as const)),
  ])
  return {
    origin: 'bucket',
    name: folder.uri,
    paths: Object.keys(objects).sort(),
    files: Object.fromEntries([...texts, ...refused]),
    others: Object.fromEntries([...looked, ...others.unread]),
  }
}

/** A file that is no script: one that cannot be read keeps nothing else from being known. */
const lookThrough = async (client: S3Client, { bucket, prefix }: BucketPrefix, path: string, size: number): Promise<OtherFile> => {
  const object = await attempt(async () => {
    const answer = await client.send(new GetObjectCommand({ Bucket: bucket, Key: `${prefix}${path}` }))
    return wholeBody(answer, size)
  })
  return object.ok ? otherFile(object.value) : { kind: 'unread', reason: object.gap.message }
}

const readObject = async (client: S3Client, { bucket, prefix }: BucketPrefix, path: string, size: number): Promise<ScriptFile> => {
  const answer = await client.send(new GetObjectCommand({ Bucket: bucket, Key: `${prefix}${path}` }))
  return scriptFile(await wholeBody(answer, size), null, answer.SSEKMSKeyId ?? null)
}

/** The bytes of an object. Throws where they are not as many as its listing says: then they are not the object that was listed. */
export const wholeBody = async (answer: GetObjectCommandOutput, size: number): Promise<Uint8Array> => {
  const bytes = await field(answer, 'Body').transformToByteArray()
  if (bytes.length !== size) throw new Error(`the answer has ${bytes.length} bytes, and the listing of the object ${size}`)
  return bytes
}
