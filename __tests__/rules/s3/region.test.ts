import { describe, expect, test } from '@jest/globals'
import type { Bucket } from '../../../src/model/facts/s3.ts'
import { region as rule } from '../../../src/rules/s3/region.ts'
import { aPlan, denied, findingsOf, known, statuses } from '../../builders.ts'

const found = (name: string, region: string) => known<Bucket>({ kind: 'found', name, region })
const planOf = (...folders: readonly (readonly [string, string])[]) =>
  aPlan({ lifecycleSources: folders.map(([bucket, prefix]) => ({ bucket, prefix, location: null })) })

describe('s3/region', () => {
  test('the same Region, another, absent, closed', () => {
    const buckets = {
      a: found('a', 'us-west-2'),
      b: found('b', 'eu-west-1'),
      c: known<Bucket>({ kind: 'absent', name: 'c' }),
      d: denied('s3:ListBucket'),
    }
    const findings = findingsOf(rule, planOf(['a', ''], ['b', ''], ['c', ''], ['d', '']), { buckets })
    expect(statuses(findings)).toEqual(['pass a', 'fail b', 'skipped c', 'unknown d'])
    expect(findings[1]?.message).toBe('b is in eu-west-1, the cluster is in us-west-2')
  })

  test('the fix copies every folder of the plan to a bucket in the Region', () => {
    const [finding] = findingsOf(rule, planOf(['sagemaker-b', 'x/'], ['sagemaker-b', 'y z/']), {
      buckets: { 'sagemaker-b': found('sagemaker-b', 'eu-west-1') },
    })
    expect(finding?.fix?.commands).toEqual([
      'aws s3 mb s3://sagemaker-b-us-west-2 --region us-west-2',
      'aws s3 sync s3://sagemaker-b/x/ s3://sagemaker-b-us-west-2/x/ --source-region eu-west-1 --region us-west-2',
      "aws s3 sync 's3://sagemaker-b/y z/' 's3://sagemaker-b-us-west-2/y z/' --source-region eu-west-1 --region us-west-2",
    ])
  })

  test('the name of the copy is never longer than S3 allows', () => {
    const name = 'b'.repeat(63)
    const [finding] = findingsOf(rule, planOf([name, '']), { buckets: { [name]: found(name, 'eu-west-1') } })
    expect(finding?.fix?.commands[0]).toBe(`aws s3 mb s3://${'b'.repeat(53)}-us-west-2 --region us-west-2`)
  })

  test('a plan without a bucket is skipped', () => {
    expect(statuses(findingsOf(rule, aPlan({ lifecycleSources: [] }), { buckets: {} }))).toEqual(['skipped plan'])
  })
})
