import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Finding } from '../../src/model/finding.ts'
import type { Report, Verdict } from '../../src/model/report.ts'
import { renderJson } from '../../src/report/json.ts'
import { mergeReports } from '../../src/report/merge.ts'
import { readJsonReport } from '../../src/report/read-json.ts'
import { aFinding, aReport } from './builders.ts'

const tool = { name: 'hyperpod-preflight', version: '1.0.0' }

const about = (clusterName: string, region: string, findings: readonly Finding[] = []): Report => ({
  ...aReport(findings),
  target: { account: '123456789012', region, clusterName, orchestrator: 'slurm', vpcId: null },
})

const aVerdict = (verdict: Verdict): Report => ({ ...aReport([]), verdict })

describe('merging', () => {
  test('findings say whose they are by what tells the targets apart, and no more', () => {
    const failing = [aFinding({ rule: 'quota/cluster-usage', subject: 'ml.p5.48xlarge' })]
    const subjects = (...reports: readonly [Report, ...Report[]]): readonly string[] =>
      mergeReports(tool, reports).findings.map(({ subject }) => subject)
    expect(subjects(about('a', 'us-west-2', failing))).toEqual(['ml.p5.48xlarge'])
    expect(subjects(about('a', 'us-west-2', failing), about('b', 'us-west-2', failing))).toEqual(['a: ml.p5.48xlarge', 'b: ml.p5.48xlarge'])
    expect(subjects(about('a', 'us-west-2', failing), about('a', 'us-east-1', failing))).toEqual([
      'us-west-2: ml.p5.48xlarge',
      'us-east-1: ml.p5.48xlarge',
    ])
  })

  test('what the targets share stays, what differs is null, and Regions are listed', () => {
    const { target } = mergeReports(tool, [about('a', 'us-west-2'), about('b', 'us-east-1')])
    expect(target).toEqual({
      account: '123456789012',
      region: 'us-west-2, us-east-1',
      clusterName: null,
      orchestrator: 'slurm',
      vpcId: null,
    })
  })

  test.each<readonly [readonly [Verdict, ...Verdict[]], Verdict, number]>([
    [['ready'], 'ready', 0],
    [['ready', 'unproven'], 'unproven', 3],
    [['unproven', 'blocked', 'ready'], 'blocked', 1],
  ])('%j is %s', ([first, ...others], verdict, exitCode) => {
    expect(mergeReports(tool, [aVerdict(first), ...others.map(aVerdict)])).toMatchObject({ verdict, exitCode })
  })

  test('counts and calls add up; the worst findings come first', () => {
    const worse = about('b', 'us-west-2', [aFinding()])
    const better = about('a', 'us-west-2', [aFinding({ status: 'pass' })])
    const merged = mergeReports(tool, [better, worse])
    expect(merged.findings.map(({ status }) => status)).toEqual(['fail', 'pass'])
    expect(merged.calls.total).toBe(better.calls.total + worse.calls.total)
    for (const name of ['pass', 'fail', 'errors'] as const) expect(merged.counts[name]).toBe(better.counts[name] + worse.counts[name])
  })

  test('merging is the same in steps as at once, as far as verdict and counts go', () => {
    const verdicts = fc.array(fc.constantFrom<Verdict>('ready', 'blocked', 'unproven'), { minLength: 3, maxLength: 6 })
    fc.assert(
      fc.property(verdicts, (all) => {
        const [first = aReport([]), ...others] = all.map(aVerdict)
        const atOnce = mergeReports(tool, [first, ...others])
        const inSteps = others.reduce((merged, report) => mergeReports(tool, [merged, report]), mergeReports(tool, [first]))
        expect(inSteps.verdict).toBe(atOnce.verdict)
        expect(inSteps.counts).toEqual(atOnce.counts)
      }),
    )
  })
})

describe('reading a JSON report', () => {
  test('gives back what was written', () => {
    const report = about('a', 'us-west-2', [aFinding({ subject: 'sg-1' })])
    expect(readJsonReport('a.json', renderJson(report))).toEqual({ ok: true, value: report })
  })

  test('an earlier version has fewer parts', () => {
    const { topology: _, staticOnly: __, leftOpen: ___, clusterHeadroom: ____, ...old } = JSON.parse(renderJson(aReport([])))
    expect(readJsonReport('a.json', JSON.stringify(old))).toMatchObject({ ok: true, value: { topology: null, leftOpen: [] } })
  })

  test.each([
    ['no JSON', '{', 'it is not JSON'],
    ['another file', '{"verdict":"ready"}', 'it is not a report'],
    ['another schema', '{"schemaVersion":2}', 'schemaVersion'],
    ['a list', '[]', 'it is not a report'],
    ['null', 'null', 'it is not a report'],
  ])('%s is a fault that names the file', (_, text, problem) => {
    const read = readJsonReport('reports/a.json', text)
    expect(read).toMatchObject({ ok: false, faults: [{ source: 'reports/a.json', problem: expect.stringContaining(problem) }] })
  })
})
