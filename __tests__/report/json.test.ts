import { describe, expect, test } from '@jest/globals'
import { Ajv } from 'ajv'
import fc from 'fast-check'
import type { Finding } from '../../src/model/finding.ts'
import { renderJson } from '../../src/report/json.ts'
import { makeReport } from '../../src/report/report.ts'
import { reportJsonSchema } from '../../src/report/schema/json-schema.ts'
import { aTool } from '../builders.ts'
import { aFinding, aReport } from './builders.ts'
import { largeSnapshot, longId } from './networks.ts'
import { diagnosedReport, hostileName, sampleReport } from './sample.ts'

const parsed = (findings: Parameters<typeof aReport>[0]) => JSON.parse(renderJson(aReport(findings)))

test('fits the published schema, which also refuses what is wrong', () => {
  const validate = new Ajv({ strict: true, allErrors: true }).compile(reportJsonSchema())
  for (const report of [sampleReport(), diagnosedReport()])
    expect([validate(JSON.parse(renderJson(report))), validate.errors]).toEqual([true, null])
  const wrong = { ...JSON.parse(renderJson(sampleReport())), verdict: 'green' }
  expect(validate(wrong)).toBe(false)
})

test('holds all of the report but what the run exits with', () => {
  const { exitCode: _, exitBecause: __, ...report } = sampleReport()
  expect(JSON.parse(renderJson(sampleReport()))).toEqual(report)
})

test('leaves out what the schema does not know', () => {
  const report = sampleReport()
  const calls = { ...report.calls, averageMs: 12 }
  expect(JSON.parse(renderJson({ ...report, calls })).calls).toEqual(report.calls)
})

test('has the keys of the contract, in its order', () => {
  const report = JSON.parse(renderJson(sampleReport()))
  expect(Object.keys(report)).toEqual([
    'schemaVersion',
    'tool',
    'takenAt',
    'verdict',
    'target',
    'counts',
    'findings',
    'headroom',
    'calls',
    'clusterHeadroom',
    'leftOpen',
    'staticOnly',
    'topology',
    'reach',
    'trustedTargets',
    'operation',
    'diagnosis',
  ])
  expect(Object.keys(report.findings[0])).toEqual([
    'rule',
    'status',
    'severity',
    'subject',
    'message',
    'evidence',
    'fix',
    'docs',
    'location',
  ])
})

test('a finding names the page of its rule; what it does not have is left out', () => {
  expect(parsed([{ rule: 's3/bucket', status: 'pass', severity: 'error', subject: 'b', message: 'is there' }]).findings).toEqual([
    {
      rule: 's3/bucket',
      status: 'pass',
      severity: 'error',
      subject: 'b',
      message: 'is there',
      docs: 'https://github.com/hyperpod-preflight/hyperpod-preflight/blob/main/docs/rules/s3/bucket.md',
    },
  ])
})

describe('strings', () => {
  test('are whole and exact, yet nothing in the text acts on a terminal or a runner', () => {
    const long = `${hostileName}${'x'.repeat(5_000)}`
    expect(parsed([aFinding({ subject: long })]).findings[0].subject).toBe(long)
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (noise) => {
        const subject = `${noise}##[error]\u009b31m\u202e\u2028\u{e0041}`
        const json = renderJson(aReport([aFinding({ subject })]))
        expect(JSON.parse(json).findings[0].subject).toBe(subject)
        expect(json.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|##\[/u)
      }),
    )
  })
})

test('numbers that JSON does not have are said in words', () => {
  expect(parsed([aFinding({ evidence: { free: Number.POSITIVE_INFINITY, need: 4, ratio: Number.NaN } })]).findings[0].evidence).toEqual({
    free: 'Infinity',
    need: 4,
    ratio: 'NaN',
  })
})

describe('the topology', () => {
  const report = (findings: readonly Finding[]) =>
    makeReport({ tool: aTool, snapshot: largeSnapshot(), findings, failOn: 'error', onUnknown: 'fail' })
  const validate = new Ajv({ strict: true, allErrors: true }).compile(reportJsonSchema())

  test('is whole and fits the schema, marks and missing parts included', () => {
    const judged = report([aFinding({ rule: 'network/subnet-capacity', subject: longId('subnet', 0) })])
    const marked = JSON.parse(renderJson(judged))
    expect([validate(marked), validate.errors]).toEqual([true, null])
    expect(marked.topology).toEqual(judged.topology)
    expect(marked.topology.nodes.filter(({ state }: { state: string }) => state === 'broken')).toEqual([
      {
        id: longId('subnet', 0),
        kind: 'subnet',
        label: longId('subnet', 0),
        detail: '10.0.0.0/22, 1019 free',
        zone: 'us-west-2a',
        state: 'broken',
        rules: ['network/subnet-capacity'],
      },
    ])
    const [node, ...nodes] = marked.topology.nodes
    expect(validate({ ...marked, topology: { ...marked.topology, nodes: [{ ...node, state: 'green' }, ...nodes] } })).toBe(false)
  })

  test('is null where there is none', () => {
    expect(parsed([aFinding()]).topology).toBeNull()
  })
})
