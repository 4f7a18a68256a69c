import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Finding } from '../../src/model/finding.ts'
import { makeReport } from '../../src/report/report.ts'
import { renderSummary } from '../../src/report/summary.ts'
import { aTool, denied } from '../builders.ts'
import { aFinding, anUnknown, aReport, aWaiver } from './builders.ts'
import { largeSnapshot, longId } from './networks.ts'

const many = (count: number, changes: Partial<Finding>): readonly Finding[] =>
  Array.from({ length: count }, (_, index) => aFinding({ subject: `s-${index}`, message: `${index}${'m'.repeat(900)}`, ...changes }))
/** Each with a fix of its own, so that each is a problem of its own. */
const manyProblems = (count: number): readonly Finding[] =>
  Array.from({ length: count }, (_, index) =>
    aFinding({
      subject: `s-${index}`,
      message: 'm'.repeat(900),
      fix: { text: `Wait – ä ${index}`, commands: ['aws ec2 describe-subnets'] },
    }),
  )

const limit = 1024 * 1024
const size = (text: string): number => Buffer.byteLength(text)
const rows = (text: string, start: string): number => text.split('\n').filter((line) => line.startsWith(start)).length
const rowKinds = ['#### ❌', '- [network/subnets]', '- &#'] as const

describe('a summary that is too long', () => {
  const report = aReport([...manyProblems(40), ...many(60, { status: 'pass' }), ...many(30, { status: 'skipped' })])
  const whole = renderSummary(report, { maxBytes: limit })

  test('is whole where it fits exactly, and says nothing of being cut', () => {
    expect(renderSummary(report, { maxBytes: size(whole) })).toBe(whole)
    expect(whole).not.toContain('Left out')
    expect(rowKinds.map((start) => rows(whole, start))).toEqual([40, 60, 30])
  })

  test('one byte less costs one row, the last skipped one', () => {
    const cut = renderSummary(report, { maxBytes: size(whole) - 1 })
    expect(cut).toContain('Left out, because a summary has a limit: 1 of the reasons to skip.')
    expect(rowKinds.map((start) => rows(cut, start))).toEqual([40, 60, 29])
  })

  test('failures go last, and what is left out is counted', () => {
    const cut = renderSummary(report, { maxBytes: 20_000 })
    const shown = rows(cut, '#### ❌')
    expect(shown).toBeGreaterThan(5)
    expect(shown).toBeLessThan(40)
    expect(cut).toContain(`${40 - shown} of the problems, 1 of the headroom, 60 passed, 30 of the reasons to skip.`)
    expect(cut).not.toContain('<details>')
  })

  test('never goes over the limit, and never shows a row while a more important one is missing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2_000, max: size(whole) }), (maxBytes) => {
        const cut = renderSummary(report, { maxBytes })
        expect(size(cut)).toBeLessThanOrEqual(maxBytes)
        const [failing = 0, passed = 0, skipped = 0] = rowKinds.map((start) => rows(cut, start))
        if (failing < 40) expect([passed, skipped]).toEqual([0, 0])
        if (passed < 60) expect(skipped).toBe(0)
        expect(cut.match(/<details>/g)?.length).toBe(cut.match(/<\/details>/g)?.length)
      }),
    )
  })

  test('an account with thousands of findings stays within 1 MiB', () => {
    const huge = aReport([...many(5, {}), ...many(3_000, { status: 'pass' })])
    const cut = renderSummary(huge, { maxBytes: limit })
    expect(size(cut)).toBeLessThanOrEqual(limit)
    expect(size(cut)).toBeGreaterThan(limit - 2_000)
    expect(cut).toContain(`${3_000 - rows(cut, '- [network/subnets]')} passed.`)
  })
})

const summaryOf = (findings: readonly Finding[]): string => renderSummary(aReport(findings), { maxBytes: limit })
/** The lines of the block under a heading. */
const blockOf = (summary: string, heading: string): readonly string[] => {
  const [, rest] = summary.split(`#### ${heading}\n`)
  if (rest === undefined) throw new Error(`no ${heading} in ${summary}`)
  return (rest.split(/^(?:####|<details>|<\/details>)/m)[0] ?? '').split('\n').filter((line) => line !== '')
}
const page = (rule: string): string => `[${rule}](https://github.com/hyperpod-preflight/hyperpod-preflight/blob/main/docs/rules/${rule}.md)`

describe('a problem', () => {
  test('says what is wrong, where, and what to do, with its commands', () => {
    const fix = { text: 'Wait until it is available.', commands: ['aws ec2 describe-subnets', 'aws s3 ls'] }
    const summary = summaryOf([aFinding({ fix, location: { path: 'a b.yaml', line: 3, column: 5 } })])
    expect(blockOf(summary, '❌ A subnet cannot be used')).toEqual([
      'subnet-0aaaaaaa is pending, it must be available',
      `<sub>${page('network/subnets')} · <code>subnet-0aaaaaaa</code> · <code>a b.yaml:3:5</code></sub>`,
      '**Fix:** Wait until it is available.',
      '```sh',
      'aws ec2 describe-subnets',
      'aws s3 ls',
      '```',
    ])
  })

  test('with one fix for many findings is one block', () => {
    const fix = { text: 'Wait.', commands: ['aws ec2 describe-subnets'] }
    const findings = ['s-0', 's-1'].map((subject, index) =>
      aFinding({
        subject,
        fix,
        message: index === 0 ? 's-0 is pending' : 'it is pending',
        location: { path: 'c.yaml', line: index + 1, column: 1 },
      }),
    )
    expect(blockOf(summaryOf(findings), '❌ A subnet cannot be used')).toEqual([
      '- s-0 is pending · <code>c.yaml:1:1</code>',
      '- s-1: it is pending · <code>c.yaml:2:1</code>',
      `<sub>${page('network/subnets')} · 2 findings</sub>`,
      '**Fix:** Wait.',
      '```sh',
      'aws ec2 describe-subnets',
      '```',
    ])
  })

  test('of very many findings names the first, and says where the others are', () => {
    const summary = summaryOf(Array.from({ length: 40 }, (_, index) => aFinding({ subject: `s-${index}`, message: 'short' })))
    expect(rows(summary, '- s-')).toBe(30)
    expect(summary).toContain('\n- and 10 more: the log of this step has them\n')
    const long = summaryOf(Array.from({ length: 40 }, (_, index) => aFinding({ subject: `s-${index}`, message: '<'.repeat(900) })))
    expect(rows(long, '- s-')).toBeGreaterThan(0)
    expect(rows(long, '- s-')).toBeLessThan(30)
    expect(long).toContain(`\n- and ${40 - rows(long, '- s-')} more: the log`)
  })

  test('whatever a message begins with, it is text', () => {
    for (const start of ['# x', '- x', '+ x', '1. x', '    x', '=== x', '> x', '* x', '--- ', '``` x', '~~~ x']) {
      const [first = ''] = blockOf(summaryOf([aFinding({ message: start })]), '❌ A subnet cannot be used')
      expect(first).toMatch(/^&#\d+;/)
    }
  })
})

describe('what is not known', () => {
  test('is told once for each answer that is missing, with all that it keeps from being judged', () => {
    const summary = summaryOf([
      anUnknown({ rule: 'network/subnets', subject: 'a' }),
      anUnknown({ rule: 'network/subnets', subject: 'b', location: { path: 'c.yaml', line: 2, column: 1 } }),
      anUnknown({ rule: 'network/vpc', severity: 'warning', subject: 'c' }),
    ])
    const { gap, fix } = anUnknown()
    expect(blockOf(summary, `❓ <code>${gap?.action}</code> was denied: 3 checks not made`)).toEqual([
      gap?.message.replaceAll('_', '&#95;'),
      'Not ruled out:',
      `- **error** · A subnet cannot be used · ${page('network/subnets')} · <code>a</code>, <code>b</code> (<code>c.yaml:2:1</code>)`,
      `- **warning** · The VPC of the cluster cannot be used · ${page('network/vpc')} · <code>c</code>`,
      `**Fix:** ${fix?.text}`,
    ])
  })

  test('without a call to blame', () => {
    const gap = { reason: 'unsupported', action: 'none', message: 'a loop' } as const
    expect(summaryOf([anUnknown({ gap, message: 'a loop' })])).toContain('#### ❓ Not judged: 1 check not made\n\na loop\n')
  })
})

test('what decides the verdict comes first; notices, waived, passed and skipped findings are folded', () => {
  const summary = summaryOf([
    aFinding({ rule: 'network/zones', severity: 'notice' }),
    aFinding({ rule: 's3/exposure', severity: 'warning' }),
    anUnknown({ rule: 'network/acl', severity: 'warning', gap: { reason: 'timeout', action: 'a:B', message: 'late' }, message: 'late' }),
    anUnknown(),
    aFinding(),
    aFinding({ waiver: aWaiver }),
    aFinding({ status: 'pass' }),
    aFinding({ status: 'skipped' }),
  ])
  expect(summary.match(/^(?:####|<details><summary>) ?.*/gm)).toEqual([
    '#### ❌ A subnet cannot be used',
    expect.stringMatching(/^#### ❓ .* was denied: 1 check not made$/),
    '#### ⚠️ A bucket of lifecycle scripts is not protected from public access',
    '#### ❓ <code>a:B</code> timed out: 1 check not made',
    '<details><summary>ℹ️ Notices: 1</summary>',
    '#### ℹ️ All subnets are in one Availability Zone',
    '<details><summary>🤝 1 waived</summary>',
    expect.stringMatching(/^#### Headroom: /),
    '<details><summary>✅ 1 passed</summary>',
    '<details><summary>➖ 1 skipped</summary>',
  ])
  expect(summary).not.toMatch(/^\|/m)
})

test('a run that judged nothing does not look green', () => {
  const summary = summaryOf([aFinding({ status: 'skipped' })])
  expect(summary).toMatch(/^## ❓ Unproven: HyperPod preflight\n\n\*\*UNPROVEN:\*\* nothing was judged; 1 skipped/)
  expect(summary).not.toContain('✅')
})

test.each([
  ['passes', aFinding({ status: 'pass' }), '## 📄 Files checked, account not checked: '],
  ['fails', aFinding(), '## 📄 Blocked by the files alone: '],
])('without an account, a report that %s has a title of its own and nothing green', (_, finding, title) => {
  const other = aFinding({ status: 'pass', subject: 'other' })
  const summary = renderSummary({ ...aReport([finding, other]), staticOnly: 'no credentials' }, { maxBytes: limit })
  expect(summary.startsWith(title)).toBe(true)
  expect(summary).toMatch(/<summary>📄 \d passed/)
  expect(summary).not.toMatch(/✅|Headroom/)
})

describe('the network diagram', () => {
  const drawn = (findings: readonly Finding[], maxBytes = limit): string =>
    renderSummary(makeReport({ tool: aTool, snapshot: largeSnapshot(), findings, failOn: 'error', onUnknown: 'fail' }), { maxBytes })

  test('is folded, after the problems', () => {
    const summary = drawn([aFinding({ subject: longId('subnet', 0) })])
    expect(summary.split('<details><summary>Network of the plan</summary>\n\n```mermaid\nflowchart LR\n')[0]).toContain('#### ❌ ')
  })

  test('goes as a whole where there is no room for it', () => {
    const whole = drawn([])
    const cut = drawn([], size(whole) - 1)
    expect(whole).toContain('```mermaid')
    expect(cut).not.toContain('mermaid')
    expect(cut).not.toContain('Network of the plan')
    expect(cut).toContain('Left out, because a summary has a limit: 1 network diagram.')
  })

  test('names what is missing in it', () => {
    const snapshot = largeSnapshot()
    const facts = { ...snapshot.facts, vpcEndpoints: denied('ec2:DescribeVpcEndpoints') }
    const report = makeReport({ tool: aTool, snapshot: { ...snapshot, facts }, findings: [], failOn: 'error', onUnknown: 'fail' })
    expect(renderSummary(report, { maxBytes: limit })).toContain(
      'Missing here, because it could not be read: <code>ec2:DescribeVpcEndpoints</code>\n',
    )
    expect(drawn([])).not.toContain('Missing here')
  })

  test('is not where there is none', () => {
    expect(renderSummary(aReport([aFinding()]), { maxBytes: limit })).not.toContain('Network of the plan')
  })
})
