import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Finding } from '../../../src/model/finding.ts'
import type { PolicyWaiver } from '../../../src/model/policy.ts'
import { standingOf } from '../../../src/report/wording/standing.ts'
import { daysLeft, matchesPattern, waive, waiverUses } from '../../../src/semantics/plan/waivers.ts'
import { aPolicyWaiver, aTeamPolicy } from '../../builders.ts'
import { aFinding, anUnknown } from '../../report/builders.ts'

const noon = '2026-11-23T12:00:00.000Z'
const bucket = (changes: Partial<Finding> = {}): Finding => aFinding({ rule: 's3/exposure', subject: 'sagemaker-lifecycle', ...changes })

describe('the days of a waiver, in UTC', () => {
  test.each([
    ['2026-11-22', noon, -1],
    ['2026-11-23', noon, 0],
    ['2026-11-24', noon, 1],
    ['2026-11-23', '2026-11-23T00:00:00.000Z', 0],
    ['2026-11-23', '2026-11-23T23:59:59.999Z', 0],
    ['2026-11-23', '2026-11-24T00:00:00.000Z', -1],
    ['2026-11-23', '2026-11-23T23:30:00-02:00', -1],
    ['2026-11-23', '2026-11-24T01:30:00+02:00', 0],
    ['2026-12-07', noon, 14],
    ['2028-03-01', '2028-02-28T12:00:00Z', 2],
  ])('%s, judged at %s: %i left', (expires, takenAt, days) => {
    expect(daysLeft(aPolicyWaiver({ expires }), takenAt)).toBe(days)
  })

  test.each([
    ['2026-11-22', 'fail'],
    ['2026-11-23', 'waived'],
    ['2026-11-24', 'waived'],
  ])('a waiver through %s leaves the finding of 23 November %s', (expires, standing) => {
    const [finding] = waive([bucket()], aTeamPolicy({ waivers: [aPolicyWaiver({ expires })] }), noon)
    expect(finding && standingOf(finding)).toBe(standing)
  })
})

describe('subjects', () => {
  test.each([
    ['subnet-0a', 'subnet-0a', true],
    ['subnet-0a', 'subnet-0a1', false],
    ['Subnet-0a', 'subnet-0a', false],
    ['*', '', true],
    ['*', 'any thing', true],
    ['subnet-*', 'subnet-', true],
    ['subnet-*', 'sub', false],
    ['*-prod', 'ml-prod', true],
    ['*-prod', 'ml-prod-2', false],
    ['a*a', 'a', false],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*b*c', 'abc', false],
    ['a*bc*c', 'abc', false],
    ['**', 'x', true],
    ['a.c', 'abc', false],
    ['a?c', 'abc', false],
    ['[a-z]*', 'a', false],
    ['scripts/*.sh', 'scripts/a/b.sh', true],
  ])('%s and %s: %s', (pattern, text, expected) => {
    expect(matchesPattern(pattern, text)).toBe(expected)
  })

  test('agrees with a regular expression', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '*', '.'), maxLength: 8 })
    fc.assert(
      fc.property(text, text, (pattern, subject) => {
        const escaped = pattern.replaceAll('.', '\\.').replaceAll('*', '.*')
        expect(matchesPattern(pattern, subject)).toBe(new RegExp(`^${escaped}$`).test(subject))
      }),
    )
  })

  test('a hostile pattern against a long subject takes no time to speak of', () => {
    expect(matchesPattern(`${'*a'.repeat(5_000)}*b`, 'a'.repeat(100_000))).toBe(false)
  })
})

describe('waiving', () => {
  test.each<[string, Finding, boolean]>([
    ['a failure', bucket(), true],
    ['what could not be judged', bucket({ ...anUnknown(), rule: 's3/exposure', subject: 'sagemaker-lifecycle' }), true],
    ['a pass', bucket({ status: 'pass' }), false],
    ['what was skipped', bucket({ status: 'skipped' }), false],
    ['another subject', bucket({ subject: 'other' }), false],
    ['another rule', aFinding({ rule: 's3/bucket', subject: 'sagemaker-lifecycle' }), false],
  ])('%s', (_, finding, expected) => {
    const [judged] = waive([finding], aTeamPolicy({ waivers: [aPolicyWaiver()] }), noon)
    expect(judged?.waiver !== undefined).toBe(expected)
  })

  test('the finding carries reason, owner and day, and nothing else of the file', () => {
    const [judged] = waive([bucket()], aTeamPolicy({ waivers: [aPolicyWaiver()] }), noon)
    expect(judged).toEqual({
      ...bucket(),
      waiver: { reason: 'the account blocks public access', owner: 'platform-team', expires: '2027-06-30' },
    })
  })

  test('an expired waiver does not stand before one that holds', () => {
    const waivers = [aPolicyWaiver({ expires: '2026-01-01', owner: 'before' }), aPolicyWaiver({ owner: 'now' }), aPolicyWaiver()]
    expect(waive([bucket()], aTeamPolicy({ waivers }), noon)[0]?.waiver?.owner).toBe('now')
    expect(waiverUses([bucket()], aTeamPolicy({ waivers }), noon).map(({ findings }) => findings.length)).toEqual([1, 1, 1])
  })

  test.each(['credentials/identity', 'policy/expired-waiver', 'policy/unused-waiver'])(
    '%s cannot be waived, even by an edited snapshot',
    (rule) => {
      const policy = aTeamPolicy({ waivers: [aPolicyWaiver({ rule, subject: '*' })] })
      expect(waive([aFinding({ rule })], policy, noon)).toEqual([aFinding({ rule })])
    },
  )

  test.each<[string, readonly Finding[], boolean]>([
    ['all pass', [bucket({ status: 'pass' })], true],
    ['skipped', [bucket({ status: 'skipped', subject: 'plan' })], false],
    ['the account is unknown', [bucket({ status: 'unknown', subject: 'account' })], false],
    ['the rule is gone', [], false],
    ['its own subject is unknown', [bucket({ status: 'unknown' })], true],
  ])('%s: judged is %s', (_, findings, judged) => {
    expect(waiverUses(findings, aTeamPolicy({ waivers: [aPolicyWaiver()] }), noon)).toMatchObject([{ judged }])
  })
})

describe('laws', () => {
  const rule = fc.constantFrom('a/a', 'a/b', 'credentials/identity', 'policy/unused-waiver')
  const subject = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 3 })
  const finding: fc.Arbitrary<Finding> = fc
    .record({ rule, subject, status: fc.constantFrom('pass', 'fail', 'unknown', 'skipped') })
    .map((changes) => aFinding(changes))
  const waiver: fc.Arbitrary<PolicyWaiver> = fc
    .record({
      rule,
      subject: fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 3 }),
      expires: fc.constantFrom('2026-11-22', '2026-11-23', '2026-11-24'),
    })
    .map((changes) => aPolicyWaiver(changes))
  const given = [fc.array(finding, { maxLength: 8 }), fc.array(waiver, { maxLength: 4 })] as const

  test('a waiver changes nothing but failing and unknown findings of its rule and subject', () => {
    fc.assert(
      fc.property(...given, (findings, waivers) => {
        const judged = waive(findings, aTeamPolicy({ waivers }), noon)
        for (const [index, before] of findings.entries()) {
          const { waiver: given, ...after } = judged[index] ?? before
          expect(after).toEqual(before)
          const may = waivers.some((one) => one.rule === before.rule && matchesPattern(one.subject, before.subject))
          if (!may || before.status === 'pass' || before.status === 'skipped') expect(given).toBeUndefined()
        }
      }),
    )
  })

  test('applying it twice is applying it once', () => {
    fc.assert(
      fc.property(...given, (findings, waivers) => {
        const policy = aTeamPolicy({ waivers })
        const once = waive(findings, policy, noon)
        expect(waive(once, policy, noon)).toEqual(once)
        expect(waiverUses(once, policy, noon).map((use) => use.findings.length)).toEqual(
          waiverUses(findings, policy, noon).map((use) => use.findings.length),
        )
      }),
    )
  })
})
