import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { Context } from '../../../src/facts/engine/collect.ts'
import { objectDigests, repositoryDigests } from '../../../src/facts/s3/script-digests.ts'
import type { BucketFolder } from '../../../src/model/facts/s3.ts'
import type { Facts } from '../../../src/model/facts.ts'
import type { Plan } from '../../../src/model/plan.ts'
import { aPlan, bucketScriptsOf, denied, known } from '../../builders.ts'
import { useLoopbackService } from '../loopback-service.ts'

const service = useLoopbackService()

let machine: string
let folder: string
/** Keys asked for, and what S3 answers to them: a text, or nothing for one that is denied. */
let asked: string[] = []
let stored: Record<string, string | Uint8Array> = {}

beforeEach(async () => {
  machine = await mkdtemp(join(tmpdir(), 'digests-'))
  folder = join(machine, 'scripts')
  await mkdir(folder)
  asked = []
  stored = {}
  service.current().rest = (request) => {
    const key = decodeURIComponent(new URL(request.url, 'http://127.0.0.1').pathname)
    asked.push(key)
    const content = stored[key]
    return content === undefined
      ? { status: 403, body: '<Error><Code>AccessDenied</Code><Message>no</Message></Error>' }
      : { body: content }
  }
})

afterEach(() => rm(machine, { recursive: true }))

const write = async (path: string, content: string | Uint8Array): Promise<void> => {
  await mkdir(dirname(join(folder, path)), { recursive: true })
  await writeFile(join(folder, path), content)
}

const md5 = (...contents: readonly (string | Uint8Array)[]): Buffer =>
  contents.reduce((hash, content) => hash.update(content), createHash('md5')).digest()
const uri = 's3://sagemaker-lifecycle/hyperpod/'
const plan = (): Plan => aPlan({ lifecycleScripts: folder })
const context = (of: Plan, signal = new AbortController().signal): Context => ({ ...service.context(of), signal })
const listing = (objects: BucketFolder['objects']): Facts['bucketFolders'] => ({
  [uri]: known({ bucket: 'sagemaker-lifecycle', prefix: 'hyperpod/', objects }),
})
const whole = (content: string | Uint8Array) => ({ size: content.length, etag: `"${md5(content).toString('hex')}"` })
const opaque = (content: string) => ({ size: content.length, etag: `"${'0'.repeat(32)}"` })

const measure = (listings: Facts['bucketFolders'], of = plan(), signal?: AbortSignal) =>
  repositoryDigests.collect(context(of, signal), () => Promise.resolve(listings))

describe('repositoryDigests', () => {
  test('measures what both sides have, and hashes what could be the same', async () => {
    await write('same.sh', 'same')
    await write('utils/other.sh', 'here')
    await write('shorter.sh', 'a')
    await write('only-here.sh', 'a')
    await symlink('same.sh', join(folder, 'link.sh'))
    await writeFile(join(machine, 'secret'), 'secret')
    await symlink('../secret', join(folder, 'out'))
    const found = await measure(
      listing({
        'same.sh': whole('same'),
        'link.sh': whole('same'),
        'utils/other.sh': opaque('gone'),
        'shorter.sh': whole('ab'),
        out: whole('secret'),
        'only-there.sh': whole('a'),
      }),
    )
    const hashed = (content: string) => ({ size: 4, md5: md5(content).toString('hex'), multipartEtags: [] })
    expect(found).toEqual({
      'link.sh': hashed('same'),
      'same.sh': hashed('same'),
      'utils/other.sh': hashed('here'),
      'shorter.sh': { size: 1, md5: null, multipartEtags: [] },
    })
  })

  test('the ETag of an upload in parts is among those of the likely part sizes', async () => {
    const mebibyte = 1024 ** 2
    const content = Buffer.alloc(20 * mebibyte + 1, 'some text of seventeen')
    await write('data.tar', content)
    const partsOf = (size: number): readonly Buffer[] =>
      Array.from({ length: Math.ceil(content.length / size) }, (_, at) => md5(content.subarray(at * size, (at + 1) * size)))
    const etag = (size: number): string => `${md5(...partsOf(size)).toString('hex')}-${partsOf(size).length}`
    const found = await measure(listing({ 'data.tar': { size: content.length, etag: `"${etag(8 * mebibyte)}"` } }))
    expect(found?.['data.tar']?.md5).toBe(md5(content).toString('hex'))
    expect(found?.['data.tar']?.multipartEtags).toEqual([etag(7 * mebibyte), etag(8 * mebibyte), etag(10 * mebibyte)])
  })

  test('an empty file, and one put in a single part', async () => {
    await write('empty', '')
    await write('one', 'abc')
    const single = (content: string): string => `${md5(md5(content)).toString('hex')}-1`
    const found = await measure(listing({ empty: { size: 0, etag: single('') }, one: { size: 3, etag: single('abc') } }))
    expect(found?.['empty']?.multipartEtags).toEqual([single('')])
    expect(found?.['one']?.multipartEtags).toEqual([single('abc')])
  })

  test('a folder in S3 that is not known leaves the others alone', async () => {
    await write('a.sh', 'a')
    const found = await measure({ ...listing({ 'a.sh': whole('a') }), 's3://closed/': denied('s3:ListBucket'), 's3://gone/': known(null) })
    expect(Object.keys(found ?? {})).toEqual(['a.sh'])
  })

  test('nothing to compare is null; the end of the run ends the reading', async () => {
    expect(await measure({}, aPlan({ lifecycleScripts: null }))).toBeNull()
    expect(await measure({}, aPlan({ lifecycleScripts: folder, lifecycleSources: [] }))).toBeNull()
    await write('a.sh', 'a')
    await expect(measure(listing({ 'a.sh': whole('a') }), plan(), AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' })
  })
})

describe('objectDigests', () => {
  const digest = (content: string) => ({ size: content.length, md5: md5(content).toString('hex'), multipartEtags: [] })
  const learn = (facts: Pick<Facts, 'bucketFolders' | 'bucketScripts' | 'repositoryDigests'>, of = plan()) =>
    objectDigests.collect(context(of), (id) => Promise.resolve(facts[id]))

  test('fetches what is of the same size, has an ETag that tells nothing, and was not read yet', async () => {
    stored = { '/sagemaker-lifecycle/hyperpod/motd.txt': Uint8Array.of(0xff, 0x00) }
    const found = await learn({
      bucketFolders: listing({
        'same.sh': whole('same'),
        'read.sh': opaque('é'),
        'motd.txt': opaque('ab'),
        'longer.txt': opaque('abc'),
        'unhashed.bin': opaque('a'),
        'large.bin': { size: 2_000_000, etag: '"e"' },
      }),
      bucketScripts: bucketScriptsOf({ 'read.sh': 'é' }),
      repositoryDigests: {
        'same.sh': digest('same'),
        'read.sh': digest('x'),
        'motd.txt': digest('ab'),
        'longer.txt': digest('ab'),
        'unhashed.bin': { ...digest('a'), md5: null },
        'large.bin': { ...digest('a'), size: 2_000_000 },
        'of-another-folder.txt': digest('a'),
      },
    })
    expect(found).toEqual({
      [uri]: known({ 'read.sh': md5('é').toString('hex'), 'motd.txt': md5(Uint8Array.of(0xff, 0x00)).toString('hex') }),
    })
    expect(asked).toEqual(['/sagemaker-lifecycle/hyperpod/motd.txt'])
  })

  test('fifty objects are fetched and no more', async () => {
    const paths = Array.from({ length: 60 }, (_, at) => `${at}.txt`)
    stored = Object.fromEntries(paths.map((path) => [`/sagemaker-lifecycle/hyperpod/${path}`, 'a']))
    const found = await learn({
      bucketFolders: listing(Object.fromEntries(paths.map((path) => [path, opaque('a')]))),
      bucketScripts: bucketScriptsOf({}),
      repositoryDigests: Object.fromEntries(paths.map((path) => [path, digest('b')])),
    })
    const fact = found[uri]
    expect(fact?.ok && Object.keys(fact.value)).toHaveLength(50)
    expect(asked).toHaveLength(50)
  })

  test('a denied object is a gap; a folder whose scripts were denied is not asked again, and is no gap without a doubt', async () => {
    const facts = {
      bucketFolders: listing({ 'a.txt': opaque('a') }),
      bucketScripts: bucketScriptsOf({}),
      repositoryDigests: { 'a.txt': digest('a') },
    }
    expect(await learn(facts)).toMatchObject({ [uri]: { ok: false, gap: { reason: 'denied', action: 's3:GetObject' } } })
    asked = []
    const shut = { ...facts, bucketScripts: { [uri]: denied('s3:GetObject') } }
    expect(await learn(shut)).toMatchObject({ [uri]: { ok: false, gap: { action: 's3:GetObject' } } })
    expect(await learn({ ...shut, bucketFolders: listing({ 'a.txt': whole('a') }) })).toEqual({ [uri]: known({}) })
    expect(asked).toEqual([])
  })

  test('an absent bucket has none, a listing that is a gap stays that gap, no folder asks nothing', async () => {
    const facts = { bucketFolders: { [uri]: known(null) }, bucketScripts: { [uri]: known(null) }, repositoryDigests: {} }
    expect(await learn(facts)).toEqual({ [uri]: known({}) })
    expect(await learn({ ...facts, bucketFolders: { [uri]: denied('s3:ListBucket') } })).toMatchObject({
      [uri]: { gap: { action: 's3:ListBucket' } },
    })
    expect(await learn(facts, aPlan({ lifecycleScripts: null }))).toEqual({})
  })
})
