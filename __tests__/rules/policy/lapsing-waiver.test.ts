import { describe, expect, test } from '@jest/globals'
import { lapsingWaiver as rule } from '../../../src/rules/policy/lapsing-waiver.ts'
import { statuses } from '../../builders.ts'
import { waiverFindings } from '../../waiver-findings.ts'

const subject = 's3/exposure sagemaker-lifecycle'

describe('policy/lapsing-waiver', () => {
  test.each([
    ['2026-11-22', 'skipped'],
    ['2026-11-23', 'fail'],
    ['2026-12-06', 'fail'],
    ['2026-12-07', 'fail'],
    ['2026-12-08', 'pass'],
  ])('through %s: %s', (expires, status) => {
    expect(statuses(waiverFindings(rule, { expires }))).toEqual([`${status} ${subject}`])
  })

  test.each([
    [0, '2026-11-23', 'fail'],
    [0, '2026-11-24', 'pass'],
    [30, '2026-12-23', 'fail'],
    [30, '2026-12-24', 'pass'],
  ])('with %i days of notice, through %s: %s', (days, expires, status) => {
    expect(statuses(waiverFindings(rule, { expires }, 'fails', { 'waiver-notice-days': days }))).toEqual([`${status} ${subject}`])
  })

  test.each([
    ['2026-11-23', 'today', 0],
    ['2026-11-24', 'in 1 day', 1],
    ['2026-12-07', 'in 14 days', 14],
  ])('through %s it is a notice that its last day is %s', (expires, when, daysLeft) => {
    expect(waiverFindings(rule, { expires })).toMatchObject([
      {
        severity: 'notice',
        message: `the waiver of s3/exposure for sagemaker-lifecycle (owner: platform-team) holds through ${expires}, its last day is ${when}`,
        fix: { text: 'Mend what it excuses, or agree on a new day: .github/hyperpod-preflight.yml:7.' },
        evidence: { expires, daysLeft },
        location: { line: 7, column: 5 },
      },
    ])
  })

  test('without a policy file it is skipped', () => {
    expect(statuses(waiverFindings(rule, null))).toEqual(['skipped plan'])
  })
})
