import type { Checked, Fault } from '../model/fault.ts'
import { matchesPattern } from '../semantics/plan/waivers.ts'
import { nearestName } from '../semantics/text/nearest-name.ts'
import type { Inputs } from './table.ts'

/** Whether the inputs `only` and `skip` leave a rule to be judged. */
export type Selection = (rule: string) => boolean

/**
 * What `only` and `skip` say, each a list of rules, areas (`network`) or patterns (`quota/*`). A word that means no rule is a fault: a
 * misspelt one would leave out what it should not, or nothing.
 */
export const selectionOf = (inputs: Inputs, ruleIds: readonly string[]): Checked<Selection> => {
  const { only, skip } = inputs
  const faults = [...strangers('only', only ?? [], ruleIds), ...strangers('skip', skip ?? [], ruleIds)]
  if (faults.length > 0) return { ok: false, faults }
  const isNamed = (words: readonly string[], rule: string): boolean => words.some((word) => means(word, rule))
  return { ok: true, value: (rule) => (only === null || isNamed(only, rule)) && (skip === null || !isNamed(skip, rule)) }
}

const means = (word: string, rule: string): boolean => matchesPattern(word, rule) || rule.startsWith(`${word}/`)

const strangers = (source: 'only' | 'skip', words: readonly string[], ruleIds: readonly string[]): readonly Fault[] =>
  words
    .filter((word) => !ruleIds.some((rule) => means(word, rule)))
    .map((word) => {
      const areas = new Set(ruleIds.map((rule) => rule.replace(/\/.*/, '')))
      const nearest = nearestName(word, [...areas, ...ruleIds])
      const guess = nearest === null ? '' : `: did you mean ${nearest}?`
      return {
        source,
        problem: `${word} names no rule and no area${guess}`,
        expected: 'rules, areas or patterns of what `hyperpod-preflight rules` lists',
      }
    })
