import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Finding } from '../../src/model/finding.ts'
import type { ExitPolicy } from '../../src/model/policy.ts'

import { renderJson } from '../../src/report/json.ts'
import { mergeReports } from '../../src/report/merge.ts'
import { readJsonReport } from '../../src/report/read-json.ts'
import type { Report, Verdict } from '../../src/report/schema/report.ts'
import { aFinding, aReport } from './builders.ts'
import { sampleReport } from './sample.ts'

const tool = { name: 'hyperpod-preflight', version: '1.0.0' }

const about = (clusterName: string, region: string, findings: readonly Finding[] = []): Report => ({
  ...aReport(findings),
  target: { account: '123456789012', region, clusterName, orchestrator: 'slurm', vpcId: null },
})

/** Under the default policy, unless another is named. */
const merged = (reports: readonly [Report, ...Report[]], policy: Partial<ExitPolicy> = {}): Report =>
  mergeReports(tool, reports, { failOn: 'error', onUnknown: 'fail', ...policy })

const aVerdict = (verdict: Verdict): Report => ({ ...aReport([]), verdict })

describe('merging', () => {
  test('findings say whose they are by what tells the targets apart, and no more', () => {
    const failing = [aFinding({ rule: 'quota/cluster-usage', subject: 'ml.p5.48xlarge' })]
    const subjects = (...reports: readonly [Report, ...Report[]]): readonly string[] =>
      merged(reports).findings.map(({ subject }) => subject)
    expect(subjects(about('a', 'us-west-2', failing))).toEqual(['ml.p5.48xlarge'])
    expect(subjects(about('a', 'us-west-2', failing), about('b', 'us-west-2', failing))).toEqual(['a: ml.p5.48xlarge', 'b: ml.p5.48xlarge'])
    expect(subjects(about('a', 'us-west-2', failing), about('a', 'us-east-1', failing))).toEqual([
      'us-west-2: ml.p5.48xlarge',
      'us-east-1: ml.p5.48xlarge',
    ])
  })

  test('what the targets share stays, what differs is null, and Regions are listed', () => {
    const { target } = merged([about('a', 'us-west-2'), about('b', 'us-east-1')])
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
    expect(merged([aVerdict(first), ...others.map(aVerdict)])).toMatchObject({ verdict, exitCode })
  })

  test.each<readonly [string, Verdict, Partial<ExitPolicy>, number, Report['exitBecause']]>([
    ['a run that never fails', 'blocked', { failOn: 'never' }, 0, 'fail-on is never'],
    ['unknowns that are let pass', 'unproven', { onUnknown: 'warn' }, 0, 'on-unknown is warn'],
    ['… which excuse no error', 'blocked', { onUnknown: 'warn' }, 1, null],
    ['warnings that fail the run', 'ready', { failOn: 'warning' }, 1, 'fail-on is warning'],
  ])('%s: the policy moves the exit code, not the verdict', (_, verdict, policy, exitCode, exitBecause) => {
    const warned = { ...about('b', 'us-west-2', [aFinding({ severity: 'warning' })]), verdict: 'ready' as const }
    expect(merged([aVerdict(verdict), warned], policy)).toMatchObject({ verdict, exitCode, exitBecause })
  })

  test('counts and calls add up; the worst findings come first', () => {
    const worse = about('b', 'us-west-2', [aFinding()])
    const better = about('a', 'us-west-2', [aFinding({ status: 'pass' })])
    const both = merged([better, worse])
    expect(both.findings.map(({ status }) => status)).toEqual(['fail', 'pass'])
    expect(both.calls.total).toBe(better.calls.total + worse.calls.total)
    for (const name of ['pass', 'fail', 'errors'] as const) expect(both.counts[name]).toBe(better.counts[name] + worse.counts[name])
  })

  test('every part is the sum, the latest, or the union of the reports', () => {
    const room = {
      group: 'worker-1',
      instanceType: 'ml.p5.48xlarge',
      instanceTypes: ['ml.p5.48xlarge'],
      wanted: 4,
      possible: 2,
      limits: [],
      unknown: [],
    }
    const counts = { pass: 1, fail: 2, unknown: 3, skipped: 4, waived: 5, errors: 6, warnings: 7 }
    const topology = { vpcId: null, nodes: [], edges: [], unread: [] }
    const trusted = { id: 'tgw-0a1b2c3d', reason: 'egress VPC', owner: 'network team' }
    const cell = (group: string): Report['reach'][number] => ({
      group,
      subnet: 'subnet-1',
      to: 'S3',
      need: 'required',
      state: 'closed',
      layer: 'route',
      via: 'nothing',
    })
    const one: Report = {
      ...about('a', 'us-west-2'),
      verdict: 'ready',
      takenAt: '2026-05-02T00:00:00Z',
      leftOpen: ['roles', 'bucket'],
      counts,
      headroom: [room],
      topology,
      reach: [cell('worker-1')],
      trustedTargets: [trusted],
      operation: 'update',
      calls: { total: 5, retries: 1, throttles: 2, durationMs: 300, byOperation: { 'sts:GetCallerIdentity': 1, 'ec2:DescribeVpcs': 2 } },
    }
    const other: Report = {
      ...about('b', 'us-west-2'),
      verdict: 'ready',
      takenAt: '2026-05-01T00:00:00Z',
      leftOpen: ['bucket', 'tools'],
      staticOnly: 'no credentials were found',
      counts: { ...counts, pass: 10, errors: 60 },
      headroom: [{ ...room, group: 'worker-2' }],
      topology,
      reach: [cell('worker-2')],
      calls: { total: 7, retries: 3, throttles: 5, durationMs: 200, byOperation: { 'ec2:DescribeVpcs': 3, 'ec2:DescribeSubnets': 1 } },
    }
    const both = merged([one, other])
    expect(both).toEqual({
      schemaVersion: 1,
      tool,
      takenAt: '2026-05-02T00:00:00Z',
      verdict: 'ready',
      exitCode: 0,
      exitBecause: null,
      target: { account: '123456789012', region: 'us-west-2', clusterName: null, orchestrator: 'slurm', vpcId: null },
      leftOpen: ['roles', 'bucket', 'tools'],
      staticOnly: 'no credentials were found',
      counts: { pass: 11, fail: 4, unknown: 6, skipped: 8, waived: 10, errors: 66, warnings: 14 },
      findings: [],
      headroom: [
        { ...room, group: 'a: worker-1' },
        { ...room, group: 'b: worker-2' },
      ],
      clusterHeadroom: null,
      topology: null,
      reach: [cell('a: worker-1'), cell('b: worker-2')],
      trustedTargets: [{ ...trusted, id: 'a: tgw-0a1b2c3d' }],
      operation: null,
      diagnosis: null,
      calls: {
        total: 12,
        retries: 4,
        throttles: 7,
        durationMs: 300,
        byOperation: { 'ec2:DescribeSubnets': 1, 'ec2:DescribeVpcs': 5, 'sts:GetCallerIdentity': 1 },
      },
    })
    expect(Object.keys(both.calls.byOperation)).toEqual(['ec2:DescribeSubnets', 'ec2:DescribeVpcs', 'sts:GetCallerIdentity'])
    expect(merged([one])).toMatchObject({ topology, staticOnly: null, headroom: [room], target: one.target })
    expect(merged([other, one]).takenAt).toBe('2026-05-02T00:00:00Z')
  })

  test('an account, a VPC and an orchestrator tell targets apart as well; what a target has not is left out of its name', () => {
    const named = (changes: Partial<Report['target']>): Report => {
      const report = about('a', 'us-west-2', [aFinding({ subject: 'x' })])
      return { ...report, target: { ...report.target, ...changes } }
    }
    const subjects = (...reports: readonly [Report, ...Report[]]) => merged(reports).findings.map(({ subject }) => subject)
    expect(subjects(named({}), named({ account: '210987654321' }))).toEqual(['123456789012: x', '210987654321: x'])
    expect(subjects(named({}), named({ vpcId: 'vpc-1' }))).toEqual(['x', 'vpc-1: x'])
    expect(subjects(named({}), named({ orchestrator: 'eks' }))).toEqual(['slurm: x', 'eks: x'])
    expect(subjects(named({}), named({ clusterName: 'b', region: 'us-east-1' }))).toEqual(['a us-west-2: x', 'b us-east-1: x'])
    expect(merged([named({ vpcId: 'vpc-1' }), named({ vpcId: 'vpc-1' })]).target.vpcId).toBe('vpc-1')
    expect(merged([named({ vpcId: 'vpc-1' }), named({ vpcId: 'vpc-2', clusterName: 'b' })]).target).toMatchObject({
      vpcId: null,
      clusterName: null,
    })
  })

  test('merging is the same in steps as at once, as far as verdict and counts go', () => {
    const verdicts = fc.array(fc.constantFrom<Verdict>('ready', 'blocked', 'unproven'), { minLength: 3, maxLength: 6 })
    fc.assert(
      fc.property(verdicts, (all) => {
        const [first = aReport([]), ...others] = all.map(aVerdict)
        const atOnce = merged([first, ...others])
        const inSteps = others.reduce((so, report) => merged([so, report]), merged([first]))
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

  test('of a whole one is written again as it was, byte for byte', () => {
    const text = renderJson(sampleReport())
    const read = readJsonReport('a.json', text)
    if (!read.ok) throw new Error(JSON.stringify(read.faults))
    expect(renderJson(read.value)).toBe(text)
    expect(renderJson(mergeReports(read.value.tool, [read.value], { failOn: 'error', onUnknown: 'fail' }))).toBe(text)
  })

  test('an earlier version has fewer parts', () => {
    const { topology: _, staticOnly: __, leftOpen: ___, clusterHeadroom: ____, ...old } = JSON.parse(renderJson(aReport([])))
    const value = { topology: null, leftOpen: [], staticOnly: null, clusterHeadroom: null }
    expect(readJsonReport('a.json', JSON.stringify(old))).toMatchObject({ ok: true, value })
  })

  test('the page of a rule is that of this version, whatever the report says', () => {
    const report = about('a', 'us-west-2', [aFinding()])
    const text = renderJson(report).replaceAll('/docs/rules/', '/docs/elsewhere/')
    expect(text).toContain('/docs/elsewhere/')
    expect(readJsonReport('a.json', text)).toEqual({ ok: true, value: report })
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
