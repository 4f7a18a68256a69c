import { beforeEach, describe, expect, test } from '@jest/globals'
import { bucketPolicies, buckets } from '../../../src/facts/s3/storage.ts'
import { aPlan } from '../../builders.ts'
import type { HttpAnswer } from '../../loopback/server.ts'
import { useLoopbackService } from '../loopback-service.ts'

const error = (code: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`
const inIreland = { 'x-amz-bucket-region': 'eu-west-1' }

/** Answers of S3 by bucket; `HEAD` is HeadBucket, anything else GetBucketPolicy. */
const answers: Readonly<Record<string, Readonly<Partial<Record<'HEAD' | 'policy', HttpAnswer>>>>> = {
  here: {
    HEAD: { status: 200, headers: { 'x-amz-bucket-region': 'us-west-2' } },
    policy: {
      status: 200,
      body: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}]}',
    },
  },
  moved: { HEAD: { status: 301, headers: inIreland }, policy: { status: 301, body: error('PermanentRedirect') } },
  'moved-late': { HEAD: { status: 400, headers: inIreland }, policy: { status: 405, body: error('MethodNotAllowed') } },
  refused: { HEAD: { status: 400 }, policy: { status: 200, body: '{"Statement":[]' } },
  absent: { HEAD: { status: 404 }, policy: { status: 404, body: error('NoSuchBucket') } },
  closed: { HEAD: { status: 403 }, policy: { status: 403, body: error('AccessDenied') } },
  'closed-abroad': { HEAD: { status: 403, headers: inIreland }, policy: { status: 404, body: error('NoSuchBucketPolicy') } },
  'no-region': { HEAD: { status: 200 } },
}

const service = useLoopbackService()
const requests: string[] = []

beforeEach(() => {
  service.current().rest = ({ method, url }) => {
    const bucket = new URL(url, 'http://s3').pathname.split('/')[1] ?? ''
    const kind = method === 'HEAD' ? 'HEAD' : 'policy'
    requests.push(`${kind} ${bucket}`)
    const { headers, ...answer } = answers[bucket]?.[kind] ?? { status: 501 }
    return { ...answer, headers: { 'content-type': 'application/xml', ...headers } }
  }
})

const learn = async (names: readonly string[]) => {
  const context = service.context(aPlan({ lifecycleSources: names.map((bucket) => ({ bucket, prefix: '', location: null })) }))
  const none = async (): Promise<never> => {
    throw new Error('these facts build on no other')
  }
  return { buckets: await buckets.collect(context, none), policies: await bucketPolicies.collect(context, none) }
}

describe('buckets and bucketPolicies', () => {
  test('every answer of S3 to HeadBucket is read for what it says', async () => {
    const learned = (await learn(Object.keys(answers))).buckets
    const region = (name: string) => {
      const fact = learned[name]
      return fact?.ok === true && fact.value.kind === 'found' ? fact.value.region : null
    }
    expect(region('here')).toBe('us-west-2')
    expect(region('moved')).toBe('eu-west-1')
    expect(region('moved-late')).toBe('eu-west-1')
    expect(learned['absent']).toEqual({ ok: true, value: { kind: 'absent', name: 'absent' } })
    expect(learned['refused']).toMatchObject({ ok: false, gap: { reason: 'unexpected', action: 's3:ListBucket' } })
    // S3 names the Region of every bucket that it answers for: this is not its answer.
    expect(learned['no-region']).toMatchObject({ ok: false, gap: { reason: 'unexpected', action: 's3:ListBucket' } })
  })

  test('403 is denied, with both readings, or the Region where S3 gives it away', async () => {
    const { closed, 'closed-abroad': abroad } = (await learn(['closed', 'closed-abroad'])).buckets
    expect(closed).toEqual({
      ok: false,
      gap: {
        reason: 'denied',
        action: 's3:ListBucket',
        message:
          's3:HeadBucket answered HTTP 403 for closed: the bucket is closed to this caller, or belongs to somebody else, or does not exist',
      },
    })
    expect(abroad?.ok === false && abroad.gap.message).toContain('the bucket exists in eu-west-1')
  })

  test('no policy is knowledge; a refusal, or a text that is no policy, is a gap', async () => {
    const { policies } = await learn(Object.keys(answers))
    expect(policies['here']).toMatchObject({ ok: true, value: { statements: [{ principals: { values: { AWS: ['*'] } } }] } })
    expect(policies['absent']).toEqual({ ok: true, value: null })
    expect(policies['closed-abroad']).toEqual({ ok: true, value: null })
    expect(policies['closed']).toMatchObject({ ok: false, gap: { reason: 'denied', action: 's3:GetBucketPolicy' } })
    expect(policies['moved']?.ok).toBe(false)
    expect(policies['moved-late']?.ok).toBe(false)
    expect(policies['refused']?.ok).toBe(false)
  })

  test('a bucket of several folders is asked once, and no bucket is not asked for', async () => {
    requests.length = 0
    await learn(['here', 'here'])
    expect(requests.toSorted()).toEqual(['HEAD here', 'policy here'])
    requests.length = 0
    expect(await learn([])).toEqual({ buckets: {}, policies: {} })
    expect(requests).toEqual([])
  })
})
