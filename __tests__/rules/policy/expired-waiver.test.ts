import { describe, expect, test } from '@jest/globals'
import { expiredWaiver as rule } from '../../../src/rules/policy/expired-waiver.ts'
import { statuses } from '../../builders.ts'
import { waiverFindings } from '../../waiver-findings.ts'

const subject = 's3/exposure sagemaker-lifecycle'

describe('policy/expired-waiver', () => {
  test.each([
    ['2026-11-22', 'fail'],
    ['2026-11-23', 'pass'],
    ['2026-11-24', 'pass'],
  ])('through %s: %s', (expires, status) => {
    expect(statuses(waiverFindings(rule, { expires }))).toEqual([`${status} ${subject}`])
  })

  test('a failure says who agreed, when it ended and what is back, at the waiver', () => {
    expect(waiverFindings(rule, { expires: '2026-11-22' })).toEqual([
      {
        rule: 'policy/expired-waiver',
        status: 'fail',
        severity: 'warning',
        subject,
        message:
          'the waiver of s3/exposure for sagemaker-lifecycle (owner: platform-team) expired on 2026-11-22, 1 day ago: 1 finding that it excused counts again',
        fix: {
          text: 'Mend what it excused, or agree on the exception anew: a new day in expires, and a reason that still holds, in .github/hyperpod-preflight.yml:7.',
          commands: [],
        },
        evidence: { expires: '2026-11-22', daysPast: 1, findings: 1 },
        location: { path: '.github/hyperpod-preflight.yml', line: 7, column: 5 },
      },
    ])
  })

  test.each([
    ['is a notice', '1 finding that it excused counts again', 'Mend'],
    ['passes', 'there is nothing left that it would excuse', 'Remove it from .github/hyperpod-preflight.yml:7.'],
    ['is skipped', 'its rule was not judged in full this time', 'Remove'],
  ] as const)('it is a notice where what it was for %s', (waived, message, fix) => {
    const [finding] = waiverFindings(rule, { expires: '2026-10-24' }, waived)
    expect(finding?.severity).toBe('notice')
    expect(finding?.message).toContain(`30 days ago: ${message}`)
    expect(finding?.fix?.text).toContain(fix)
  })

  test('without a policy file it is skipped', () => {
    expect(statuses(waiverFindings(rule, null))).toEqual(['skipped plan'])
  })
})
