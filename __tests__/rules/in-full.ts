import type { Finding } from '../../src/model/finding.ts'
import { expectGolden } from '../report/golden.ts'

const folder = new URL('golden/', import.meta.url)

/** A finding with everything in it, on one line. */
export const whole = (finding: Finding): string => JSON.stringify(finding, null, 1).replaceAll(/\n */g, ' ')

/** Compares lines with `golden/<name>.txt`. */
export const expectLines = (name: string, lines: readonly string[]): void => expectGolden(`${name}.txt`, `${lines.join('\n')}\n`, folder)

/** Compares the findings of each case, whole, with `golden/<rule>.txt`, the `/` of the id as `-`. */
export const expectInFull = (rule: string, cases: readonly (readonly [name: string, findings: readonly Finding[]])[]): void =>
  expectLines(
    rule.replace('/', '-'),
    cases.flatMap(([name, findings]) => [`# ${name}`, ...findings.map(whole), '']),
  )
