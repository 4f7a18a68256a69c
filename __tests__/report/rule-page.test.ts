import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { actionsOf } from '../../src/facts/engine/collect.ts'
import { collectors } from '../../src/facts/index.ts'
import type { RuleMeta } from '../../src/model/rule.ts'
import { ruleList, rulePage } from '../../src/report/rule-page.ts'
import { rules } from '../../src/rules/index.ts'

test.each(rules.map((rule) => [rule.id, rule] as const))('the page of %s', (id, rule) => {
  const page = readFileSync(new URL(`../../docs/rules/${id}.md`, import.meta.url), 'utf8')
  expect(rulePage(rule, actionsOf([...rule.needs, ...rule.uses], collectors))).toBe(page)
})

describe('the list of the rules', () => {
  const rule = (id: string, severity: RuleMeta['severity'], title: string): RuleMeta => ({ id, severity, title, why: '', sources: [] })

  test('one on a line, in columns', () => {
    expect(ruleList([rule('a/b', 'error', 'One'), rule('long/er', 'warning', 'Two')])).toBe(
      'a/b      error    One\nlong/er  warning  Two\n',
    )
  })
})
