import { describe, expect, test } from '@jest/globals'
import { renderHtml } from '../../../src/report/html/document.ts'
import type { Reach } from '../../../src/report/schema/reach.ts'
import { renderSummary } from '../../../src/report/summary.ts'
import { renderText } from '../../../src/report/text/text.ts'
import { reachRows } from '../../../src/report/wording/reach.ts'
import { aReport } from '../builders.ts'

const cell = (changes: Partial<Reach> = {}): Reach => ({
  group: 'worker-1',
  subnet: 'subnet-1',
  to: 'S3',
  need: 'required',
  state: 'open',
  layer: null,
  via: 'gateway endpoint vpce-1',
  ...changes,
})
const shut = cell({ group: 'login', state: 'closed', layer: 'network-acl' })
const seen = cell({ to: 'logs', need: 'useful', state: 'undecided', layer: 'target', via: 'transit gateway tgw-1' })

describe('the matrix in words', () => {
  test.each<[string, readonly Reach[], string]>([
    ['all open', [cell(), cell({ group: 'login' })], 'open required: all nodes, through gateway endpoint vpce-1'],
    ['one closed', [cell(), shut], 'closed required: nodes of login: closed by a network ACL (through gateway endpoint vpce-1)'],
    ['one not known', [seen], 'undecided useful: all nodes: not known at what the route leads to (through transit gateway tgw-1)'],
    [
      'many groups and ways',
      ['a', 'b', 'c', 'd'].map((group) => cell({ group, via: `way ${group}`, state: 'closed', layer: 'route' })).concat(cell()),
      'closed required: nodes of a, b, c and 1 more group: closed by the route (through way a, way b and 2 more)',
    ],
  ])('%s', (_, reach, expected) => {
    expect(reachRows(reach).map(({ state, need, words }) => `${state} ${need}: ${words}`)).toEqual([expected])
  })

  test('a row for each thing, in the order of the report', () => {
    expect(reachRows([seen, shut, cell()]).map(({ to }) => to)).toEqual(['logs', 'S3'])
  })
})

describe('in the renderers', () => {
  const report = (reach: readonly Reach[]) => ({ ...aReport([]), reach })

  test('text says only what is not open, and what is useful only with everything else', () => {
    const options = { colour: false, width: 100 } as const
    const text = renderText(report([cell({ to: 'sts' }), shut, seen]), { ...options, detail: 'everything' })
    expect(text).toContain('  ✗ S3 (required): all nodes: closed by a network ACL (through gateway endpoint vpce-1)')
    expect(text).toContain('  ? logs (useful): all nodes: not known at what the route leads to (through transit gateway tgw-1)')
    expect(text).not.toContain('sts')
    const problems = renderText(report([cell({ to: 'sts' }), shut, seen]), options)
    expect(problems).toContain('  ✗ S3 (required): all nodes: closed by a network ACL')
    expect(problems).not.toContain('logs (useful)')
    expect(renderText(report([cell()]), { ...options, detail: 'everything' })).not.toContain('do not reach')
  })

  test('the summary folds it under how much of it is closed', () => {
    const summary = (reach: readonly Reach[]) => renderSummary(report(reach), { maxBytes: 1_000_000 })
    expect(summary([cell()])).toContain('<details><summary>What the nodes reach: 1 open</summary>')
    expect(summary([shut, cell({ to: 'logs', state: 'undecided', layer: 'route' })])).toContain(
      '<details><summary>What the nodes reach: 1 closed, 1 not known</summary>',
    )
    expect(summary([])).not.toContain('What the nodes reach')
  })

  test('the page has a section of its own, and none without a matrix', () => {
    expect(renderHtml(report([shut]))).toContain('<section id="reach">')
    expect(renderHtml(report([]))).not.toContain('id="reach"')
  })
})
