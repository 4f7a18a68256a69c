import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseInputs } from '../../src/inputs/parse.ts'
import { planFromRequest } from '../../src/inputs/plan.ts'
import { parseRequest } from '../../src/inputs/request.ts'
import type { Checked } from '../../src/model/fault.ts'
import type { Plan } from '../../src/model/plan.ts'
import type { Report } from '../../src/report/schema/report.ts'
import { aSnapshot } from '../builders.ts'
import { anyDocument, anyPath, documentTraps, oddDocuments } from './documents.ts'
import { blockedSnapshot } from './ready-snapshot.ts'
import { edited, editsOf, inTime, pathsOf, reported, runs, testTimeMs } from './runs.ts'

const folder = new URL('../requests/files/', import.meta.url)
const requests = readdirSync(folder).map((name) => [name, readFileSync(new URL(name, folder), 'utf8')] as const)

const planOf = (path: string, text: string): Checked<Plan> => {
  const request = parseRequest(path, text)
  const inputs = parseInputs([])
  if (!inputs.ok) throw new Error(JSON.stringify(inputs.faults))
  return request.ok ? { ok: true, value: planFromRequest(request.value, { ...inputs.value, region: 'us-west-2' }) } : request
}

/** What a run says that knows the sample account: a fault with a place, or a report. */
const outcome = (path: string, text: string): Report | null => {
  const plan = planOf(path, text)
  if (plan.ok) return reported({ ...aSnapshot(plan.value), facts: blockedSnapshot().facts })
  expect(plan.faults.length).toBeGreaterThan(0)
  for (const { source, problem } of plan.faults) {
    expect(source).toMatch(new RegExp(`^${path.replace('.', '\\.')}:\\d+:\\d+$`))
    expect(problem).not.toBe('')
  }
  return null
}

describe('a request file', () => {
  test.each(Object.entries(documentTraps))('%s', (name, text) => {
    const plan = inTime(() => planOf(name, text))
    expect(plan.ok ? [] : plan.faults.filter(({ source }) => !source.startsWith(`${name}:`))).toEqual([])
  })

  test.each(oddDocuments.map((text) => [JSON.stringify(text), text]))('%s is no request that could be ready', (_, text) => {
    for (const path of ['cluster.json', 'cluster.yaml']) expect(outcome(path, text)?.verdict).not.toBe('ready')
  })

  test(
    'any text: faults with their places, or a plan that is not ready',
    () => {
      fc.assert(
        fc.property(anyPath, anyDocument, (path, text) => {
          expect(inTime(() => outcome(path, text))?.verdict).not.toBe('ready')
        }),
        runs(30),
      )
    },
    testTimeMs,
  )

  test(
    'real requests with members removed or replaced: the report can be written, and what the plan alone gets wrong is in it whatever the account is',
    () => {
      const values = requests.flatMap(([, text]) => {
        const parsed = parseRequest('cluster.yaml', text)
        return parsed.ok && typeof parsed.value.value === 'object' && parsed.value.value !== null ? [parsed.value.value] : []
      })
      expect(values.length).toBeGreaterThan(20)
      const changed = fc
        .constantFrom(...values)
        .chain((value) => editsOf([['Unlisted'], ...pathsOf(value)]).map((edits) => JSON.stringify(edited(value, edits))))
      fc.assert(
        fc.property(changed, (text) => {
          const plan = planOf('cluster.json', text)
          if (!plan.ok) throw new Error(`JSON was refused: ${JSON.stringify(plan.faults)}`)
          const errors = (report: Report) =>
            report.findings.filter(({ rule, status, severity }) => rule.startsWith('plan/') && status === 'fail' && severity === 'error')
          const alone = inTime(() => reported(aSnapshot(plan.value)))
          const inAccount = inTime(() => reported({ ...aSnapshot(plan.value), facts: blockedSnapshot().facts }))
          const kept = errors(inAccount).map(({ rule, subject }) => `${rule} ${subject}`)
          for (const { rule, subject } of errors(alone)) expect(kept).toContain(`${rule} ${subject}`)
          // Of an account that nobody looked at, nothing is ready.
          expect(alone.verdict).not.toBe('ready')
        }),
        runs(30),
      )
    },
    testTimeMs,
  )

  test(
    'cut off at any character',
    () => {
      const cut = fc
        .constantFrom(...requests)
        .chain(([name, text]) => fc.nat({ max: text.length }).map((end) => [name, text.slice(0, end)] as const))
      fc.assert(
        fc.property(cut, ([name, text]) => {
          inTime(() => outcome(name, text))
        }),
        runs(30),
      )
    },
    testTimeMs,
  )
})
