import { describe, expect, test } from '@jest/globals'
import { parseInputs } from '../../src/inputs/parse.ts'
import { selectionOf } from '../../src/inputs/selection.ts'

const rules = ['network/vpc', 'network/dns', 'quota/spot', 'quota/cluster-usage', 'tools/helm']

const selected = (given: Readonly<Record<string, string>>) => {
  const inputs = parseInputs(Object.entries(given).map(([name, value]) => ({ name, value, source: `--${name}` })))
  if (!inputs.ok) throw new Error(JSON.stringify(inputs.faults))
  const selection = selectionOf(inputs.value, rules)
  return selection.ok ? rules.filter(selection.value) : selection.faults
}

describe('what only and skip leave', () => {
  test.each<readonly [Readonly<Record<string, string>>, readonly string[]]>([
    [{}, rules],
    [{ only: 'network' }, ['network/vpc', 'network/dns']],
    [{ only: 'network/dns,tools' }, ['network/dns', 'tools/helm']],
    [{ skip: 'quota/*' }, ['network/vpc', 'network/dns', 'tools/helm']],
    [{ skip: '*/helm' }, ['network/vpc', 'network/dns', 'quota/spot', 'quota/cluster-usage']],
    [{ only: 'quota', skip: 'quota/spot' }, ['quota/cluster-usage']],
  ])('%j', (given, expected) => {
    expect(selected(given)).toEqual(expected)
  })

  test.each([
    [{ only: 'networks' }, 'networks names no rule and no area: did you mean network?'],
    [{ skip: 'quota/sport' }, 'quota/sport names no rule and no area: did you mean quota/spot?'],
    [{ skip: 'iam/*' }, 'iam/* names no rule and no area'],
  ])('%j: a word that means no rule is a fault', (given, problem) => {
    expect(selected(given)).toMatchObject([
      { problem: expect.stringMatching(new RegExp(`^${problem.replaceAll('*', '\\*').replaceAll('?', '\\?')}`)) },
    ])
  })
})
