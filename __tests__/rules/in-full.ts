import { stringify } from 'yaml'
import type { Finding } from '../../src/model/finding.ts'
import { expectGolden } from '../report/golden.ts'

const folder = new URL('golden/', import.meta.url)

/** A finding with everything in it, as an item of a YAML list: a line a field, long texts on several lines. */
export const whole = (finding: Finding): string => stringify([finding], { lineWidth: 120, aliasDuplicateObjects: false }).trimEnd()

/** Compares lines with a file of `golden/`. */
export const expectLines = (name: string, lines: readonly string[]): void => expectGolden(name, `${lines.join('\n')}\n`, folder)

/** Compares the findings of each case, whole, with a file of `golden/`. */
export const expectInFull = (name: string, cases: readonly (readonly [name: string, findings: readonly Finding[]])[]): void =>
  expectLines(
    name,
    cases.flatMap(([name, findings]) => [`# ${name}`, ...findings.map(whole), '']),
  )
