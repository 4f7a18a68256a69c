import { describe, expect, test } from '@jest/globals'
import type { Gap } from '../../../src/model/fact.ts'
import type { Outcome } from '../../../src/model/finding.ts'
import type { Rule } from '../../../src/model/rule.ts'
import { defineRule } from '../../../src/rules/engine/define.ts'
import { judge } from '../../../src/rules/engine/judge.ts'
import { fail, pass, reported, skip, unknown } from '../../../src/rules/engine/outcome.ts'
import { aPlan, aSnapshot, aTeamPolicy } from '../../builders.ts'

const aRule = (id: string, outcome: Outcome): Rule =>
  defineRule({
    id,
    title: 'something holds',
    why: 'because',
    severity: 'error',
    sources: ['https://example.com'],
    needs: [],
    uses: [],
    applies: () => true,
    evaluate: () => [outcome],
  })

const gap: Gap = { reason: 'denied', action: 'a:B', message: 'a:B answered AccessDenied' }
const passing = (id: string): Rule => aRule(id, pass('s', 'fine'))
const failing = (id: string): Rule => aRule(id, fail('s', 'wrong', { text: 'Mend it.', commands: [] }))
const referring = (id: string, to: string): Rule => aRule(id, reported('s', 's does not exist', to))
const first = (rules: readonly Rule[], snapshot = aSnapshot(aPlan())) => judge(rules, snapshot)[0]

const skipped = { rule: 'a/one', status: 'skipped', severity: 'error', subject: 's', message: 's does not exist: b/two reports it' }

describe('what is skipped because another rule reports it', () => {
  test.each<[string, Rule]>([
    ['fails', failing('b/two')],
    ['is unknown', aRule('b/two', unknown('s', gap))],
    ['was not attempted', aRule('b/two', unknown('s', { ...gap, reason: 'not-attempted' }))],
  ])('is skipped where that rule %s', (_, other) => {
    expect(first([referring('a/one', 'b/two'), other])).toEqual(skipped)
  })

  test.each<[string, Rule]>([
    ['passes', passing('b/two')],
    ['is skipped for a reason of its own', aRule('b/two', skip('plan', 'it does not apply'))],
    ['leaves it to the first', referring('b/two', 'a/one')],
  ])('is unknown where that rule %s: what was read contradicts itself', (_, other) => {
    const message = `${skipped.message}, but that rule finds nothing wrong`
    expect(first([referring('a/one', 'b/two'), other])).toEqual({
      ...skipped,
      status: 'unknown',
      message,
      gap: { reason: 'unexpected', action: 'none', message },
      fix: { text: expect.stringMatching(/^Run again/), commands: [] },
    })
  })

  test('is skipped where that rule leaves it to a third, which fails', () => {
    expect(first([referring('a/one', 'b/two'), referring('b/two', 'c/three'), failing('c/three')])).toEqual(skipped)
    expect(first([referring('a/one', 'b/two'), referring('b/two', 'c/three'), passing('c/three')])?.status).toBe('unknown')
  })

  test('is skipped where that rule is turned off or not among those judged', () => {
    const location = { path: 'policy.yml', line: 1, column: 1 }
    const policy = aTeamPolicy({ rules: { 'b/two': { severity: 'off', location } } })
    expect(first([referring('a/one', 'b/two'), passing('b/two')], { ...aSnapshot(aPlan()), policy })).toEqual(skipped)
    expect(first([referring('a/one', 'b/two')])).toEqual(skipped)
  })

  test('is excused by a waiver as any unknown is', () => {
    const waiver = {
      rule: 'a/one',
      subject: 's',
      reason: 'r',
      owner: 'o',
      expires: '2027-01-01',
      location: { path: 'p', line: 1, column: 1 },
    }
    const snapshot = { ...aSnapshot(aPlan()), policy: aTeamPolicy({ waivers: [waiver] }) }
    expect(first([referring('a/one', 'b/two'), passing('b/two')], snapshot)).toMatchObject({ status: 'unknown', waiver: { owner: 'o' } })
  })
})
