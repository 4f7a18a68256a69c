import { describe, test } from '@jest/globals'
import type { FactId } from '../../src/model/facts.ts'
import type { Finding } from '../../src/model/finding.ts'
import type { Snapshot } from '../../src/model/snapshot.ts'
import { judge } from '../../src/rules/engine/judge.ts'
import { rules } from '../../src/rules/index.ts'
import { denied } from '../builders.ts'
import { blockedSnapshot, readySnapshot } from '../fuzz/ready-snapshot.ts'
import { expectLines, whole } from './in-full.ts'
import { expectNamedSeverities } from './well-told.ts'

/** What a finding says without its evidence: status, severity, rule, subject and place, then a line each for message, fix and commands. */
const brief = ({ status, severity, rule, subject, location, message, fix }: Finding): string =>
  [
    `${status} ${severity} ${rule} (${subject})${location === undefined ? '' : ` at ${location.path}:${location.line}:${location.column}`}`,
    `  ${message}`,
    ...(fix === undefined ? [] : [`  Fix: ${fix.text}`, ...fix.commands.map((command) => `  $ ${command}`)]),
  ].join('\n')

const linesOf = (snapshot: Snapshot, line: (finding: Finding) => string, judged = rules): readonly string[] => {
  const findings = judge(judged, snapshot)
  expectNamedSeverities(judged, findings)
  return findings.map(line)
}

describe('what is found in the sample account', () => {
  test('as it is', () => {
    expectLines('sample-account-findings.yaml', linesOf(blockedSnapshot(), whole))
  })

  test('with its faults mended: what is said otherwise', () => {
    const before = new Set(linesOf(blockedSnapshot(), whole))
    expectLines(
      'sample-account-mended.yaml',
      linesOf(readySnapshot(), whole).filter((line) => !before.has(line)),
    )
  })

  test('with one fact after the other refused: what is said otherwise', () => {
    const snapshot = readySnapshot()
    const before = new Set(linesOf(snapshot, brief))
    const ids = Object.keys(snapshot.facts) as FactId[]
    const refused = ids.flatMap((id) => {
      const facts = { ...snapshot.facts, [id]: denied(`some:Action-${id}`) }
      const about = rules.filter(({ needs, uses }) => [...needs, ...uses].includes(id))
      return [`# ${id}`, ...linesOf({ ...snapshot, facts }, brief, about).filter((line) => !before.has(line)), '']
    })
    expectLines('sample-account-refused.txt', refused)
  })
})
