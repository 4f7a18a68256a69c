import { expect } from '@jest/globals'
import fc from 'fast-check'
import type { Finding } from '../../src/model/finding.ts'
import type { Snapshot } from '../../src/model/snapshot.ts'
import { annotations } from '../../src/report/annotations.ts'
import { renderHtml } from '../../src/report/html/document.ts'
import { renderJson } from '../../src/report/json.ts'
import { renderJunit } from '../../src/report/junit.ts'
import { makeReport } from '../../src/report/report.ts'
import { renderSarif } from '../../src/report/sarif.ts'
import type { Report } from '../../src/report/schema/report.ts'
import { renderSummary } from '../../src/report/summary.ts'
import { renderText } from '../../src/report/text/text.ts'
import { judge } from '../../src/rules/engine/judge.ts'
import { rules } from '../../src/rules/index.ts'
import { aSarifContext } from '../report/sarif.ts'

/**
 * How much longer than `npm run fuzz` to search: FUZZ_RUNS=20 makes twenty times as many cases, `npm test` makes a tenth of them. FUZZ_SEED
 * makes other cases than those of every run of the tests, or repeats those of a failure, which names its seed.
 */
const factor = Number(process.env['FUZZ_RUNS'] ?? 0.1)
const seed = Number(process.env['FUZZ_SEED'] ?? 1)

/** Options of a property of which `npm run fuzz` tries this many cases. */
export const runs = (whole: number): fc.Parameters<unknown> => ({
  numRuns: Math.ceil(whole * factor),
  seed,
})

/** Milliseconds that a test may take that usually takes a few seconds. */
export const testTimeMs = 60_000 * Math.max(1, factor)

/** Most milliseconds of this process for one case: a hundred times what the slowest harmless one takes. */
export const caseTimeMs = 5_000

/** What `act` gives, once it is clear that it came in time: a case that takes time out of proportion fails here, and not in a run. */
export const inTime = <T>(act: () => T): T => {
  // Not the time of a clock: on a busy machine that is mostly the work of others.
  const before = process.cpuUsage()
  const result = act()
  const { user, system } = process.cpuUsage(before)
  expect((user + system) / 1000).toBeLessThan(caseTimeMs)
  return result
}

/** Judges and reports as a run does, and writes the report in every form. What throws fails the test. */
export const reported = (snapshot: Snapshot): Report => {
  const findings = judge(rules, snapshot)
  const report = makeReport({ tool: snapshot.tool, snapshot, findings, failOn: 'error', onUnknown: 'fail' })
  renderText(report, { colour: false, width: 100 })
  renderSummary(report, { maxBytes: 1024 * 1024 })
  renderHtml(report)
  renderJson(report)
  renderJunit(report, { failOn: 'error', onUnknown: 'fail' })
  renderSarif(report, aSarifContext())
  annotations(report)
  expect(isReadyDespite(report)).toEqual([])
  return report
}

/** Findings that a ready report must not have: errors, and what should have told of one and could not be judged. */
const isReadyDespite = ({ verdict, findings }: Report): readonly Finding[] =>
  verdict === 'ready' ? findings.filter(({ status, severity }) => severity === 'error' && (status === 'fail' || status === 'unknown')) : []

/** Values of every kind that JSON has, to be put in the place of another. */
export const otherJson: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, true, false, '', 'x', 'ml.p5.48xlarge', 0, -1, 1.5, 1e308, {}, [], [null], [[]], [{}]),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('x'.repeat(20_000), '\ud800', '\u0000', '__proto__', '9'.repeat(400)),
  fc.jsonValue({ maxDepth: 3 }),
)

export type Path = readonly (string | number)[]

/** Where each value of a JSON document stands, without the document itself. */
export const pathsOf = (value: unknown, path: Path = []): readonly Path[] => {
  const below = (key: string | number, item: unknown): readonly Path[] => [[...path, key], ...pathsOf(item, [...path, key])]
  if (Array.isArray(value)) return value.flatMap((item, index) => below(index, item))
  return typeof value === 'object' && value !== null ? Object.entries(value).flatMap(([key, item]) => below(key, item)) : []
}

/** What becomes of the value at a place: it goes, or another takes its place. */
export type Edit = { readonly path: Path } & ({ readonly kind: 'removed' } | { readonly kind: 'replaced'; readonly by: unknown })

/** A copy of a JSON document with these edits; one whose place an earlier one took away changes nothing. */
export const edited = <T>(document: T, edits: readonly Edit[]): T => {
  const copy = { root: structuredClone(document) }
  for (const edit of edits) {
    const keys = ['root', ...edit.path]
    const last = keys.at(-1) ?? ''
    let parent: unknown = copy
    for (const key of keys.slice(0, -1)) parent = isCollection(parent) && Object.hasOwn(parent, key) ? Reflect.get(parent, key) : undefined
    if (!isCollection(parent) || !Object.hasOwn(parent, last)) continue
    if (edit.kind === 'replaced') Reflect.set(parent, last, structuredClone(edit.by))
    else if (Array.isArray(parent)) parent.splice(Number(last), 1)
    else Reflect.deleteProperty(parent, last)
  }
  return copy.root
}

const isCollection = (value: unknown): value is object => typeof value === 'object' && value !== null

/** Edits at places of a document. */
export const editsOf = (paths: readonly Path[], most = 3): fc.Arbitrary<readonly Edit[]> => {
  const path = fc.constantFrom(...paths)
  const edit = fc.oneof(
    path.map((at): Edit => ({ kind: 'removed', path: at })),
    fc.tuple(path, otherJson).map(([at, by]): Edit => ({ kind: 'replaced', path: at, by })),
  )
  return fc.array(edit, { minLength: 1, maxLength: most })
}
