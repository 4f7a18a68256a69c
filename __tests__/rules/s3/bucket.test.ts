import { describe, expect, test } from '@jest/globals'
import { bucket as rule } from '../../../src/rules/s3/bucket.ts'
import { aPlan, denied, findingsOf, known, statuses } from '../../builders.ts'

const location = { path: 'create-cluster.json', line: 7, column: 5 }
const plan = aPlan({
  lifecycleSources: [
    { bucket: 'a', prefix: 'x/', location },
    { bucket: 'a', prefix: 'y/', location: null },
    { bucket: 'b', prefix: '', location: null },
    { bucket: 'c', prefix: '', location: null },
  ],
})
const buckets = {
  a: known({ kind: 'found', name: 'a', region: 'eu-west-1' } as const),
  b: known({ kind: 'absent', name: 'b' } as const),
  c: denied('s3:ListBucket'),
}

describe('s3/bucket', () => {
  test('each bucket once: found (wherever it is), absent, closed', () => {
    expect(statuses(findingsOf(rule, plan, { buckets }))).toEqual(['pass a', 'fail b', 'unknown c'])
  })

  test('the place in the request, the Region and the fix are given', () => {
    const [a, b, c] = findingsOf(rule, plan, { buckets })
    expect(a).toMatchObject({ location, evidence: { region: 'eu-west-1' } })
    expect(b?.message).toBe('the bucket b does not exist')
    expect(b?.fix?.commands).toEqual(['aws s3 mb s3://b --region us-west-2'])
    expect(c?.gap?.action).toBe('s3:ListBucket')
  })

  test('a plan without a bucket is skipped', () => {
    expect(statuses(findingsOf(rule, aPlan({ lifecycleSources: [] }), { buckets: {} }))).toEqual(['skipped plan'])
  })
})
