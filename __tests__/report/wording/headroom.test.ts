import { describe, expect, test } from '@jest/globals'
import * as v from 'valibot'
import type { Snapshot } from '../../../src/model/snapshot.ts'
import { renderJson } from '../../../src/report/json.ts'
import { outputs } from '../../../src/report/outputs.ts'
import { makeReport } from '../../../src/report/report.ts'
import type { Headroom, HeadroomLimit } from '../../../src/report/schema/headroom.ts'
import { reportSchema } from '../../../src/report/schema/report.ts'
import { renderSummary } from '../../../src/report/summary.ts'
import { type Detail, renderText } from '../../../src/report/text/text.ts'
import { fitOf, headroomSentence, headroomTitle } from '../../../src/report/wording/headroom.ts'
import { aGroup, aPlan, aQuota, aSnapshot, aTool, aUsage, known, quotasOf } from '../../builders.ts'
import { aReport } from '../builders.ts'

const quotaLimit: HeadroomLimit = {
  rule: 'quota/cluster-usage',
  subject: 'ml.p5.48xlarge',
  possible: 9,
  evidence: { quotaName: 'ml.p5.48xlarge for cluster usage', quotaCode: 'L-8762A75F', quota: 20, inUse: 11, otherGroups: 0 },
}
const subnetLimit: HeadroomLimit = {
  rule: 'network/subnet-capacity',
  subject: 'subnet-0aaaaaaa',
  possible: 12,
  evidence: { freeAddresses: 400, addressesPerNode: 32, otherGroupsAddresses: 0 },
}
const anEntry = (changes: Partial<Headroom> = {}): Headroom => ({
  group: 'worker-1',
  instanceType: 'ml.p5.48xlarge',
  wanted: 16,
  possible: 9,
  limits: [quotaLimit, subnetLimit],
  instanceTypes: ['ml.p5.48xlarge'],
  unknown: [],
  ...changes,
})
const withLimits = (...limits: readonly HeadroomLimit[]): Headroom => anEntry({ limits, possible: limits[0]?.possible ?? null })
const unread = [
  { rule: 'quota/spot', subject: 'a' },
  { rule: 'quota/spot', subject: 'b' },
]

describe('a group in a line', () => {
  test.each<[Headroom, string]>([
    [
      anEntry(),
      'worker-1: wants 16, 9 possible: quota ml.p5.48xlarge for cluster usage (20, 11 in use); next limit: subnet-0aaaaaaa holds 12',
    ],
    [
      withLimits(
        { ...subnetLimit, possible: 3, evidence: { freeAddresses: 1, addressesPerNode: 32, otherGroupsAddresses: 64 } },
        quotaLimit,
      ),
      'worker-1: wants 16, 3 possible: subnet-0aaaaaaa (1 free address, 64 for other groups, 32 a node); next limit: quota ml.p5.48xlarge for cluster usage (20, 11 in use) leaves 9',
    ],
    [
      withLimits({ ...subnetLimit, evidence: { freeAddresses: 416, spareAddresses: 20, addressesPerNode: 32, otherGroupsAddresses: 0 } }),
      'worker-1: wants 16, 12 possible: subnet-0aaaaaaa (416 free addresses, 20 to stay free, 32 a node)',
    ],
    [
      withLimits({ ...quotaLimit, possible: 4, evidence: { ...quotaLimit.evidence, otherGroups: 5 }, caveat: 'AWS does not say' }),
      'worker-1: wants 16, 4 possible: quota ml.p5.48xlarge for cluster usage (20, 11 in use, 5 for other groups, AWS does not say)',
    ],
    [
      withLimits({ ...quotaLimit, subject: 'a or b', evidence: { leftByType: ['a: 0', 'b: 9'], otherGroups: 0 } }),
      'worker-1: wants 16, 9 possible: quotas of a or b (a: 0, b: 9 left)',
    ],
    [
      withLimits({
        rule: 'network/training-plan',
        subject: 'spring',
        possible: 2,
        evidence: { status: 'Active', totalInstances: 16, availableInstances: 2, otherGroups: 0 },
      }),
      'worker-1: wants 16, 2 possible: training plan spring (Active, 16 instances, 2 available)',
    ],
    [
      anEntry({ limits: [quotaLimit], unknown: unread }),
      'worker-1: wants 16, at most 9 possible: quota ml.p5.48xlarge for cluster usage (20, 11 in use); not known: quota/spot',
    ],
    [anEntry({ limits: [], possible: null, unknown: unread }), 'worker-1: wants 16, how many are possible is not known: quota/spot'],
    [anEntry({ limits: [], possible: null }), 'worker-1: wants 16, no limit is known to apply'],
  ])('%#', (entry, sentence) => {
    expect(headroomSentence(entry)).toBe(sentence)
  })
})

test('short, uncertain, fits: an upper bound proves a shortage, not that all is well', () => {
  const entries = [
    anEntry(),
    anEntry({ unknown: unread }),
    anEntry({ wanted: 9 }),
    anEntry({ wanted: 9, unknown: unread }),
    anEntry({ possible: null, limits: [], unknown: unread }),
    anEntry({ possible: null, limits: [] }),
  ]
  expect(entries.map(fitOf)).toEqual(['short', 'short', 'fits', 'uncertain', 'uncertain', 'uncertain'])
})

describe('whether there is room for the whole plan', () => {
  const fits = anEntry({ wanted: 9 })
  const uncertain = anEntry({ wanted: 9, unknown: unread })
  test.each<[string, readonly Headroom[], Headroom | null, string]>([
    ['all groups', [fits, fits], fits, 'Headroom: there is room for the whole plan'],
    ['one short', [fits, anEntry(), uncertain], fits, 'Headroom: there is not enough room for the plan (1 of 3 instance groups is short)'],
    ['two short', [anEntry(), anEntry()], null, 'Headroom: there is not enough room for the plan (2 of 2 instance groups are short)'],
    ['the only group', [anEntry()], fits, 'Headroom: there is not enough room for the plan'],
    ['all together', [fits, fits], anEntry(), 'Headroom: there is not enough room for the plan (all groups together are short)'],
    [
      'not certain',
      [fits, uncertain],
      fits,
      'Headroom: it is not certain that there is room for the plan (1 of 2 instance groups is not certain)',
    ],
    [
      'not certain together',
      [fits, fits],
      uncertain,
      'Headroom: it is not certain that there is room for the plan (all groups together are not certain)',
    ],
  ])('%s', (_, headroom, clusterHeadroom, title) => {
    expect(headroomTitle({ ...aReport([]), headroom, clusterHeadroom })).toBe(title)
  })
})

const reportOn = (count: number, facts: Snapshot['facts']) => {
  const instanceGroups = Array.from({ length: count }, (_, index) => aGroup({ name: `worker-${index}`, instanceCount: 1 }))
  const snapshot = aSnapshot(aPlan({ vpcId: null, vpcConfig: null, instanceGroups }), facts)
  return makeReport({ tool: aTool, snapshot, findings: [], failOn: 'error', onUnknown: 'fail' })
}
const wide = (quota: number): Snapshot['facts'] => ({
  quotas: known({
    ...quotasOf(aQuota({ value: quota })),
    'Maximum number instances allowed per SageMaker HyperPod cluster': known(
      aQuota({ name: 'Maximum number instances allowed per SageMaker HyperPod cluster', value: 1000 }),
    ),
    'Total number of instances allowed across SageMaker HyperPod clusters': known(
      aQuota({ name: 'Total number of instances allowed across SageMaker HyperPod clusters', value: 1000 }),
    ),
  }),
  hyperPodUsage: known(aUsage()),
})
const text = (count: number, quota: number, detail: Detail = 'everything'): string =>
  renderText(reportOn(count, wide(quota)), { colour: false, width: 100, detail })

describe('where it is told', () => {
  test('in the console just before the footer; groups that fit are counted where they are many, the others never', () => {
    const blocks = text(7, 7).split('\n\n')
    expect(blocks.at(-2)?.replaceAll('\n  ', ' ').split('\n')).toEqual([
      'Headroom: there is room for the whole plan',
      ...[0, 1, 2, 3, 4].map(
        (index) =>
          `✓ worker-${index}: wants 1, 1 possible: quota ml.p5.48xlarge for cluster usage (7, 0 in use, 6 for other groups); next limit: quota Maximum number instances allowed per SageMaker HyperPod cluster (1000, 6 for other groups) leaves 994`,
      ),
      '✓ and 2 more that fit',
      '✓ the whole cluster: wants 7, 1000 possible: quota Maximum number instances allowed per SageMaker HyperPod cluster (1000); next limit: quota Total number of instances allowed across SageMaker HyperPod clusters (1000, 0 in use) leaves 1000',
    ])
    expect(text(7, 7, 'problems')).toContain('\n✓ worker-0: wants 1, 1 possible: quota ml.p5.48xlarge for cluster usage\n')
    expect(text(6, 6).match(/^✓ worker/gm)).toHaveLength(6)
    expect(text(20, 7).match(/^! worker-\d+: wants 1, 0 possible/gm)).toHaveLength(20)
  })

  test('nowhere for a plan without groups', () => {
    const report = reportOn(0, {})
    expect(renderText(report, { colour: false, width: 100 })).not.toContain('Headroom')
    expect(renderSummary(report, { maxBytes: 100_000 })).not.toContain('Headroom')
    expect(outputs(report).headroom).toBe('[]')
  })

  test('in the JSON report and the output, where nothing is known too: null, which no comparison takes for enough', () => {
    const report = reportOn(1, {})
    const [entry] = v.parse(reportSchema, JSON.parse(renderJson(report))).headroom
    expect(Object.keys(entry ?? {})).toEqual(['group', 'instanceType', 'wanted', 'possible', 'limits', 'instanceTypes', 'unknown'])
    expect(entry).toMatchObject({ wanted: 1, possible: null })
    expect(JSON.parse(outputs(report).headroom)).toEqual([entry])
  })
})
