import { describe, expect, test } from '@jest/globals'
import { unusedWaiver as rule } from '../../../src/rules/policy/unused-waiver.ts'
import { statuses } from '../../builders.ts'
import { waiverFindings } from '../../waiver-findings.ts'

describe('policy/unused-waiver', () => {
  test.each([
    ['it excuses a failure', {}, 'fails', 'pass s3/exposure sagemaker-lifecycle'],
    ['it is for all buckets', { subject: '*' }, 'fails', 'pass s3/exposure *'],
    ['its bucket passes', {}, 'passes', 'fail s3/exposure sagemaker-lifecycle'],
    ['its subject is misspelt', { subject: 'sagemaker-livecycle' }, 'fails', 'fail s3/exposure sagemaker-livecycle'],
    ['its rule was skipped', {}, 'is skipped', 'skipped s3/exposure sagemaker-lifecycle'],
    ['its rule was not run', { rule: 's3/bucket' }, 'fails', 'skipped s3/bucket sagemaker-lifecycle'],
    ['it has expired', { expires: '2026-11-22' }, 'passes', 'skipped s3/exposure sagemaker-lifecycle'],
  ] as const)('%s', (_, waiver, waived, expected) => {
    expect(statuses(waiverFindings(rule, waiver, waived))).toEqual([expected])
  })

  test('a failure is a notice at the waiver', () => {
    expect(waiverFindings(rule, {}, 'passes')).toMatchObject([
      {
        severity: 'notice',
        message:
          'the waiver of s3/exposure for sagemaker-lifecycle (owner: platform-team) excuses nothing: no finding of s3/exposure about sagemaker-lifecycle fails or is unknown',
        fix: { text: expect.stringContaining('.github/hyperpod-preflight.yml:7, or correct its subject') },
        location: { line: 7, column: 5 },
      },
    ])
  })

  test('without a policy file it is skipped', () => {
    expect(statuses(waiverFindings(rule, null))).toEqual(['skipped plan'])
  })
})
