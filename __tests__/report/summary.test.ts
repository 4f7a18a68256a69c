import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Finding } from '../../src/model/finding.ts'
import { makeReport } from '../../src/report/report.ts'
import { renderSummary } from '../../src/report/summary.ts'
import { aTool, denied } from '../builders.ts'
import { aFinding, aReport } from './builders.ts'
import { largeSnapshot, longId } from './networks.ts'

const many = (count: number, changes: Partial<Finding>): readonly Finding[] =>
  Array.from({ length: count }, (_, index) => aFinding({ subject: `s-${index}`, message: 'm'.repeat(900), ...changes }))

const size = (text: string): number => Buffer.byteLength(text)
const rows = (text: string, start: string): number => text.split('\n').filter((line) => line.startsWith(start)).length

describe('a summary that is too long', () => {
  const report = aReport([
    ...many(40, { fix: { text: 'Wait – ä', commands: ['aws ec2 describe-subnets'] } }),
    ...many(60, { status: 'pass' }),
    ...many(30, { status: 'skipped' }),
  ])
  const whole = renderSummary(report, { maxBytes: 1024 * 1024 })

  test('is whole where it fits exactly, and says nothing of being cut', () => {
    expect(renderSummary(report, { maxBytes: size(whole) })).toBe(whole)
    expect(whole).not.toContain('Left out')
  })

  test('one byte less costs one row, the last skipped one', () => {
    const cut = renderSummary(report, { maxBytes: size(whole) - 1 })
    expect(cut).toContain('Left out, because a summary has a limit: 1 skipped.')
    expect(rows(cut, '| [network/subnets]')).toBe(89)
    expect(rows(cut, '| ❌ error')).toBe(40)
  })

  test('failures go last, and what is left out is counted', () => {
    const cut = renderSummary(report, { maxBytes: 20_000 })
    const shown = rows(cut, '| ❌ error')
    expect(shown).toBeGreaterThan(5)
    expect(shown).toBeLessThan(40)
    expect(cut).toContain(`${40 - shown} failing, unknown or waived, 1 of the headroom, 1 with commands, 60 passed, 30 skipped.`)
    expect(cut).not.toContain('<details>')
  })

  test('never goes over the limit, and never shows a row while a more important one is missing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2_000, max: size(whole) }), (maxBytes) => {
        const cut = renderSummary(report, { maxBytes })
        expect(size(cut)).toBeLessThanOrEqual(maxBytes)
        const shown = [rows(cut, '| ❌ error'), rows(cut, '```sh'), rows(cut, '| [network/subnets]')]
        if ((shown[0] ?? 0) < 40) expect(shown.slice(1)).toEqual([0, 0])
        expect(cut.match(/<details>/g)?.length).toBe(cut.match(/<\/details>/g)?.length)
      }),
    )
  })

  test('an account with thousands of findings stays within 1 MiB', () => {
    const huge = aReport([...many(5, {}), ...many(3_000, { status: 'pass' })])
    const cut = renderSummary(huge, { maxBytes: 1024 * 1024 })
    expect(size(cut)).toBeLessThanOrEqual(1024 * 1024)
    expect(size(cut)).toBeGreaterThan(1024 * 1024 - 2_000)
    expect(cut).toContain(`${3_000 - rows(cut, '| [network/subnets]')} passed.`)
  })
})

test('the same commands of one rule are shown once, with all their subjects', () => {
  const fix = { text: 'Wait.', commands: ['aws ec2 describe-subnets'] }
  const summary = renderSummary(aReport(Array.from({ length: 7 }, (_, index) => aFinding({ subject: `s-${index}`, fix }))), {
    maxBytes: 1024 * 1024,
  })
  expect(rows(summary, '```sh')).toBe(1)
  expect(summary).toContain('<code>s-0</code>, <code>s-1</code>, <code>s-2</code>, <code>s-3</code>, <code>s-4</code> and 2 more\n')
})

test('a run that judged nothing does not look green', () => {
  const summary = renderSummary(aReport([aFinding({ status: 'skipped' })]), { maxBytes: 1024 * 1024 })
  expect(summary).toMatch(/^## ❓ Unproven: HyperPod preflight\n\n\*\*UNPROVEN:\*\* nothing was judged; 1 skipped/)
  expect(summary).not.toContain('✅')
})

describe('the network diagram', () => {
  const summaryOf = (findings: readonly Finding[], maxBytes = 1024 * 1024): string =>
    renderSummary(makeReport({ tool: aTool, snapshot: largeSnapshot(), findings, failOn: 'error', onUnknown: 'fail' }), { maxBytes })

  test('is folded where nothing in it is broken, and open where something is', () => {
    const folded = '<details><summary>Network of the plan</summary>\n\n```mermaid\nflowchart LR\n'
    expect(summaryOf([])).toContain(folded)
    expect(summaryOf([aFinding({ subject: longId('subnet', 0), severity: 'warning' })])).toContain(folded)
    expect(summaryOf([aFinding({ subject: longId('subnet', 0) })])).toContain(folded.replace('<details>', '<details open>'))
  })

  test('goes as a whole where there is no room for it', () => {
    const whole = summaryOf([])
    const cut = summaryOf([], size(whole) - 1)
    expect(whole).toContain('```mermaid')
    expect(cut).not.toContain('mermaid')
    expect(cut).not.toContain('Network of the plan')
    expect(cut).toContain('Left out, because a summary has a limit: 1 network diagram.')
  })

  test('names what is missing in it', () => {
    const snapshot = largeSnapshot()
    const facts = { ...snapshot.facts, vpcEndpoints: denied('ec2:DescribeVpcEndpoints') }
    const report = makeReport({ tool: aTool, snapshot: { ...snapshot, facts }, findings: [], failOn: 'error', onUnknown: 'fail' })
    expect(renderSummary(report, { maxBytes: 1024 * 1024 })).toContain(
      'Missing here, because it could not be read: <code>ec2:DescribeVpcEndpoints</code>\n',
    )
    expect(summaryOf([])).not.toContain('Missing here')
  })

  test('is not where there is none', () => {
    expect(renderSummary(aReport([aFinding()]), { maxBytes: 1024 * 1024 })).not.toContain('Network of the plan')
  })
})
