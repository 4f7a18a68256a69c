import { beforeEach, describe, expect, test } from '@jest/globals'
import { attempt } from '../../../src/facts/engine/gap.ts'
import { bucketFolders, bucketScripts } from '../../../src/facts/s3/bucket-scripts.ts'
import type { Facts } from '../../../src/model/facts.ts'
import type { Plan } from '../../../src/model/plan.ts'
import { aPlan, aRequest, aScriptedGroup, denied } from '../../builders.ts'
import { useLoopbackService } from '../loopback-service.ts'

const { current, context } = useLoopbackService()

/** Objects by bucket and key; a number stands for an object of that size whose text does not matter. */
let buckets: Record<string, Record<string, string | number>> = {}
let forbidden: readonly string[] = []
let asked: string[] = []

const pageSize = 1_000
/** The key of every object named `setup`. */
const keyArn = 'arn:aws:kms:us-west-2:123456789012:key/scripts'
const error = (code: string): string => `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`

const listing = (objects: Record<string, string | number>, query: URLSearchParams): string => {
  const keys = Object.keys(objects)
    .filter((key) => key.startsWith(query.get('prefix') ?? ''))
    .sort()
  const start = Number(query.get('continuation-token') ?? 0)
  const page = keys.slice(start, start + pageSize)
  const next = start + pageSize < keys.length ? `<NextContinuationToken>${start + pageSize}</NextContinuationToken>` : ''
  const sizeOf = (key: string): number => (typeof objects[key] === 'number' ? objects[key] : Buffer.byteLength(objects[key] ?? ''))
  const contents = page.map((key) => `<Contents><Key>${key}</Key><Size>${sizeOf(key)}</Size><ETag>"e"</ETag></Contents>`).join('')
  return `<?xml version="1.0"?><ListBucketResult><Name>bucket</Name><IsTruncated>${next !== ''}</IsTruncated>${contents}${next}</ListBucketResult>`
}

const answer = (path: string, query: URLSearchParams): readonly [number, string] => {
  const [, bucket = '', ...rest] = path.split('/').map(decodeURIComponent)
  const key = rest.join('/')
  const objects = buckets[bucket]
  if (forbidden.includes(key === '' ? bucket : `${bucket}/${key}`)) return [403, error('AccessDenied')]
  if (objects === undefined) return [404, error('NoSuchBucket')]
  if (key === '') return [200, listing(objects, query)]
  const object = objects[key]
  return object === undefined ? [404, error('NoSuchKey')] : [200, typeof object === 'number' ? 'a'.repeat(object) : object]
}

/** S3, as far as listing and reading go. An address of numbers makes the SDK write the bucket into the path. */
beforeEach(() => {
  buckets = {}
  forbidden = []
  asked = []
  current().rest = (request) => {
    const url = new URL(request.url, 'http://127.0.0.1')
    asked.push(decodeURIComponent(url.pathname))
    const [status, body] = answer(url.pathname, url.searchParams)
    const key = url.pathname.endsWith('/setup') ? { 'x-amz-server-side-encryption-aws-kms-key-id': keyArn } : {}
    return { status, headers: { 'content-type': 'application/xml', ...key }, body }
  }
})

// Put together here, so that no file of the project holds what looks like a key.
const privateKey = `a key:\n-----BEGIN ${'RSA PRIVATE KEY'}-----\n${'AbCdEfGhIjKlMnOpQrStUvWxYz0123456789'.repeat(2)}\n-----END`

const uri = 's3://sagemaker-lifecycle/hyperpod/'
const list = (plan: Plan = aPlan()) =>
  attempt(() => bucketFolders.collect(context(plan), () => Promise.reject(new Error('builds on no fact')))).then(learned)
const learned = <T>(fact: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly gap: unknown }): T => {
  if (!fact.ok) throw new Error(JSON.stringify(fact.gap))
  return fact.value
}
const readWith = (listings: Facts['bucketFolders'], plan: Plan = aPlan()) =>
  bucketScripts.collect(context(plan), () => Promise.resolve(listings))
const read = async (plan: Plan = aPlan()) => readWith(await list(plan), plan)

describe('bucketFolders', () => {
  test('lists what is under the prefix, relative to it, without the marks of empty folders', async () => {
    buckets = {
      'sagemaker-lifecycle': {
        'hyperpod/': 0,
        'hyperpod/on_create.sh': 'abc',
        'hyperpod/utils/': 0,
        'hyperpod/utils/a.sh': 'a',
        'other/b.sh': 'b',
      },
    }
    expect(await list()).toEqual({
      [uri]: {
        ok: true,
        value: {
          bucket: 'sagemaker-lifecycle',
          prefix: 'hyperpod/',
          objects: { 'on_create.sh': { size: 3, etag: '"e"' }, 'utils/a.sh': { size: 1, etag: '"e"' } },
        },
      },
    })
  })

  test('follows all pages, and gives up beyond ten with words that say what to do', async () => {
    const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`hyperpod/${at}.txt`, 1] as const))
    buckets = { 'sagemaker-lifecycle': many(2_500) }
    const [folder] = Object.values(await list())
    expect(folder?.ok && Object.keys(folder.value?.objects ?? {})).toHaveLength(2_500)
    buckets = { 'sagemaker-lifecycle': many(10_001) }
    expect((await list())[uri]).toMatchObject({
      ok: false,
      gap: { action: 's3:ListBucket', message: expect.stringContaining(`${uri} holds more than 10000 objects`) },
    })
  })

  test('an absent bucket is knowledge, a denied one a gap; one does not hide the other', async () => {
    buckets = { 'sagemaker-closed': {} }
    forbidden = ['sagemaker-closed']
    const closed = { bucket: 'sagemaker-closed', prefix: '', location: null }
    const found = await list(aPlan({ lifecycleSources: [...aPlan().lifecycleSources, closed, closed] }))
    expect(found[uri]).toEqual({ ok: true, value: null })
    expect(found['s3://sagemaker-closed/']).toMatchObject({ ok: false, gap: { reason: 'denied', action: 's3:ListBucket' } })
    expect(asked).toHaveLength(2)
  })

  test('a plan without a folder asks nothing', async () => {
    expect(await list(aPlan({ lifecycleSources: [] }))).toEqual({})
    expect(await readWith({}, aPlan({ lifecycleSources: [] }))).toEqual({})
    expect(asked).toEqual([])
  })
})

describe('bucketScripts', () => {
  test('reads the entry points, the parameters and the scripts at any depth, and looks through what else is small', async () => {
    buckets = {
      'sagemaker-lifecycle': {
        'hyperpod/setup': '#!/bin/bash',
        'hyperpod/provisioning_parameters.json': '{}',
        'hyperpod/config.py': 'a = 1',
        'hyperpod/mount_fsx.sh': '\uFEFFset -e\r\n',
        'hyperpod/utils/motd.sh': 'a',
        'hyperpod/.git/hooks/a.sh': 'a',
        'hyperpod/README.md': 'text',
      },
    }
    const plan = aPlan({ request: aRequest(), instanceGroups: [aScriptedGroup('setup'), aScriptedGroup('absent.sh')] })
    const found = await read(plan)
    expect(found[uri]).toEqual({
      ok: true,
      value: {
        origin: 'bucket',
        name: uri,
        paths: ['.git/hooks/a.sh', 'README.md', 'config.py', 'mount_fsx.sh', 'provisioning_parameters.json', 'setup', 'utils/motd.sh'],
        files: {
          setup: { kind: 'text', text: '#!/bin/bash', executable: null, kmsKeyId: keyArn },
          'provisioning_parameters.json': { kind: 'text', text: '{}', executable: null, kmsKeyId: null },
          'config.py': { kind: 'text', text: 'a = 1', executable: null, kmsKeyId: null },
          'mount_fsx.sh': { kind: 'text', text: '\uFEFFset -e\r\n', executable: null, kmsKeyId: null },
          'utils/motd.sh': { kind: 'text', text: 'a', executable: null, kmsKeyId: null },
        },
        others: { 'README.md': { kind: 'read', credentials: [] } },
      },
    })
  })

  test('of what is no script nothing is kept but the places of credentials; archives and large files are left alone', async () => {
    buckets = {
      'sagemaker-lifecycle': {
        'hyperpod/on_create.sh': 'set -e',
        'hyperpod/deploy.pem': privateKey,
        'hyperpod/secret.pem': 'a',
        'hyperpod/data.json': 300_000,
        'hyperpod/wheel.whl': 'a',
      },
    }
    forbidden = ['sagemaker-lifecycle/hyperpod/secret.pem']
    const fact = (await read())[uri]
    expect(fact).toMatchObject({
      value: {
        others: {
          'deploy.pem': { kind: 'read', credentials: [{ what: 'a private key', line: 2, certain: true }] },
          'secret.pem': { kind: 'unread' },
        },
      },
    })
    expect(JSON.stringify(fact)).not.toContain('AbCdEf')
    expect(asked.filter((path) => /data|whl/.test(path))).toEqual([])
  })

  test('an object that is too large is refused without being read', async () => {
    buckets = { 'sagemaker-lifecycle': { 'hyperpod/on_create.sh': 2_000_000 } }
    const found = await read()
    expect(found[uri]).toMatchObject({ value: { files: { 'on_create.sh': { kind: 'refused' } } } })
    expect(asked).toEqual(['/sagemaker-lifecycle/'])
  })

  test('reads two hundred scripts, entry points and the nearest first, and says of the others that they were not read', async () => {
    const others = Array.from({ length: 210 }, (_, at) => [`hyperpod/a${String(at).padStart(3, '0')}.sh`, 'a'] as const)
    buckets = {
      'sagemaker-lifecycle': { ...Object.fromEntries(others), 'hyperpod/a/near.sh': 'a', 'hyperpod/on_create.sh': 'set -e' },
    }
    const fact = (await read())[uri]
    const files = fact?.ok === true ? (fact.value?.files ?? {}) : {}
    expect(Object.values(files).filter(({ kind }) => kind === 'text')).toHaveLength(200)
    expect(files['on_create.sh']?.kind).toBe('text')
    expect(files['a198.sh']?.kind).toBe('text')
    const unread = { kind: 'refused', cause: 'bound', reason: 'the folder holds more than 200 scripts, the others were not read' }
    expect(files['a199.sh']).toEqual(unread)
    expect(files['a/near.sh']).toEqual(unread)
  })

  test('what is not as long as it was listed is not the object that was listed', async () => {
    buckets = { 'sagemaker-lifecycle': { 'hyperpod/on_create.sh': 'set -e' } }
    const listings = await list()
    buckets = { 'sagemaker-lifecycle': { 'hyperpod/on_create.sh': '<html>Sign in to the network</html>' } }
    const gap = {
      reason: 'unexpected',
      action: 's3:GetObject',
      message: expect.stringContaining('35 bytes, and the listing of the object 6'),
    }
    expect((await readWith(listings))[uri]).toMatchObject({ ok: false, gap })
  })

  test('reads sixteen mebibytes and no more', async () => {
    const others = Array.from({ length: 20 }, (_, at) => [`hyperpod/${String.fromCharCode(97 + at)}.sh`, 1_000_000] as const)
    buckets = { 'sagemaker-lifecycle': Object.fromEntries(others) }
    const fact = (await read())[uri]
    const files = fact?.ok === true ? (fact.value?.files ?? {}) : {}
    expect(Object.values(files).filter(({ kind }) => kind === 'text')).toHaveLength(16)
    expect(files['q.sh']).toMatchObject({ cause: 'bound', reason: expect.stringContaining('more than 16777216 bytes') })
  })

  test('an absent bucket stays absent, a gap in the listing stays that gap, and a denied object is a gap of its folder alone', async () => {
    buckets = { 'sagemaker-lifecycle': { 'hyperpod/on_create.sh': 'a' }, 'sagemaker-open': { 'on_create.sh': 'b' } }
    forbidden = ['sagemaker-lifecycle/hyperpod/on_create.sh']
    const open = { bucket: 'sagemaker-open', prefix: '', location: null }
    const gone = { bucket: 'sagemaker-gone', prefix: '', location: null }
    const shut = { bucket: 'sagemaker-shut', prefix: '', location: null }
    const plan = aPlan({ lifecycleSources: [...aPlan().lifecycleSources, open, gone, shut] })
    const found = await readWith({ ...(await list(plan)), 's3://sagemaker-shut/': denied('s3:ListBucket') }, plan)
    expect(found).toMatchObject({
      [uri]: { ok: false, gap: { reason: 'denied', action: 's3:GetObject' } },
      's3://sagemaker-open/': { ok: true, value: { files: { 'on_create.sh': { text: 'b' } } } },
      's3://sagemaker-gone/': { ok: true, value: null },
      's3://sagemaker-shut/': { ok: false, gap: { action: 's3:ListBucket' } },
    })
  })
})
