import { describe, expect, test } from '@jest/globals'
import { problemTitle, titledRules } from '../../../src/report/wording/problem-titles.ts'
import { rules } from '../../../src/rules/index.ts'

describe('titles of problems', () => {
  test('every rule has one, and nothing else does', () => {
    expect([...titledRules].sort()).toEqual(rules.map(({ id }) => id).sort())
  })

  test('each is short, without a full stop, and that of one rule', () => {
    const titles = titledRules.map(problemTitle)
    expect(
      titles.filter((title) => title.length > 80 || title.endsWith('.') || !/^(?:[A-Z]|eksctl |kubectl |provisioning_)/.test(title)),
    ).toEqual([])
    expect(new Set(titles).size).toBe(titles.length)
  })

  test.each(['other/rule', 'constructor', '__proto__', ''])('a rule of another version, %j, is named by its id', (rule) => {
    expect(problemTitle(rule)).toBe(rule)
  })
})
