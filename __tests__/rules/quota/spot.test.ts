import { describe, expect, test } from '@jest/globals'
import { quotaNames } from '../../../src/catalog/quotas.ts'
import type { Facts } from '../../../src/model/facts.ts'
import type { InstanceGroup } from '../../../src/model/plan.ts'
import { spot as rule } from '../../../src/rules/quota/spot.ts'
import { aGroup, aPlan, aQuota, aQuotaRequest, aUsage, denied, findingsOf, known, quotasOf, statuses } from '../../builders.ts'

const p5 = 'ml.p5.48xlarge'
const g5 = 'ml.g5.48xlarge'
const { spotInstancesPerCluster: perCluster, totalSpotInstances: total } = quotaNames
const ofType = (type: string, value: number) => aQuota({ name: `${type} for cluster spot instance usage`, quotaCode: `L-${type}`, value })
const quotas = (values: { p5?: number; g5?: number; cluster?: number; all?: number } = {}): Facts['quotas'] =>
  quotasOf(
    ofType(p5, values.p5 ?? 100),
    ofType(g5, values.g5 ?? 100),
    aQuota({ name: perCluster, quotaCode: 'L-41BFBF41', value: values.cluster ?? 100 }),
    aQuota({ name: total, quotaCode: 'L-97A2C724', value: values.all ?? 100 }),
  )
const spotGroup = (changes: Partial<InstanceGroup> = {}) => aGroup({ capacity: 'spot', ...changes })
const inUse = (nodes: number) => aUsage({ instances: 50, byInstanceType: { [p5]: 50 }, spotByInstanceType: { [p5]: nodes } })
const usageDenied = denied('sagemaker:ListClusters')
const judged = (
  groups: readonly InstanceGroup[],
  given: Facts['quotas'],
  hyperPodUsage: ReturnType<typeof aUsage> | typeof usageDenied = inUse(0),
) => findingsOf(rule, aPlan({ instanceGroups: groups }), { quotas: given, hyperPodUsage, quotaRequests: [] })
const told = (findings: ReturnType<typeof judged>) => findings.map(({ status, severity, subject }) => `${status} ${severity} ${subject}`)

describe('quota/spot', () => {
  test.each([
    ['all fit exactly', [spotGroup()], { p5: 4, cluster: 4, all: 4 }, 0, ['pass', 'pass', 'pass']],
    ['the type falls short', [spotGroup()], { p5: 3 }, 0, ['fail', 'pass', 'pass']],
    ['the cluster falls short', [spotGroup()], { cluster: 3 }, 0, ['pass', 'fail', 'pass']],
    ['the account falls short', [spotGroup()], { all: 0 }, 0, ['pass', 'pass', 'fail']],
    [
      'Spot nodes in use count for type and account, not for the cluster',
      [spotGroup()],
      { p5: 5, cluster: 4, all: 5 },
      2,
      ['fail', 'pass', 'fail'],
    ],
    [
      'on-demand groups and nodes do not count',
      [spotGroup(), aGroup({ instanceCount: 50 })],
      { p5: 4, cluster: 4, all: 4 },
      0,
      ['pass', 'pass', 'pass'],
    ],
    ['groups of one type add up', [spotGroup(), spotGroup({ name: 'b' })], { p5: 7, cluster: 8, all: 8 }, 0, ['fail', 'pass', 'pass']],
    ['a training plan takes nothing away', [spotGroup({ trainingPlanArn: 'arn' })], { p5: 3 }, 0, ['fail', 'pass', 'pass']],
  ] as const)('%s', (_, groups, values, nodes, expected) => {
    expect(told(judged(groups, quotas(values), inUse(nodes)))).toEqual(
      [p5, perCluster, total].map((subject, index) => `${expected[index]} error ${subject}`),
    )
  })

  test('failures carry the numbers and the requests', () => {
    const findings = judged([spotGroup()], quotas({ p5: 0, cluster: 0, all: 5 }), inUse(2))
    expect(findings.map(({ message }) => message)).toEqual([
      '"ml.p5.48xlarge for cluster spot instance usage" is 0, 2 in use, this plan needs 4: 6 short',
      `"${perCluster}" is 0, this plan needs 4: 4 short`,
      `"${total}" is 5, 2 in use, this plan needs 4: 1 short`,
    ])
    expect(findings.map(({ fix }) => fix?.commands[0]?.replace(/^.*--quota-code /, ''))).toEqual([
      'L-ml.p5.48xlarge --desired-value 6',
      'L-41BFBF41 --desired-value 4',
      'L-97A2C724 --desired-value 6',
    ])
    expect(findings[1]?.evidence).toEqual({ quota: 0, need: 4, quotaCode: 'L-41BFBF41', shortfall: 4 })
  })

  test('an increase that is pending is told', () => {
    const given = {
      quotas: quotas({ all: 1 }),
      hyperPodUsage: inUse(0),
      quotaRequests: [aQuotaRequest({ quotaCode: 'L-97A2C724', desiredValue: 3 })],
    }
    const finding = findingsOf(rule, aPlan({ instanceGroups: [spotGroup()] }), given)[2]
    expect(finding?.fix?.text).toContain('to 3 is already pending, which is not enough: ask for 4')
  })

  test('use that could not be read is unknown where a quota might do, and does not hide that the plan alone is too large', () => {
    expect(told(judged([spotGroup()], quotas({ p5: 3 }), usageDenied))).toEqual([
      `fail error ${p5}`,
      `pass error ${perCluster}`,
      `unknown error ${total}`,
    ])
  })

  describe('a group of several types', () => {
    const flexible = spotGroup({ name: 'flexible', instanceTypes: [p5, g5] })

    test.each([
      ['one falls short: a warning', 0, 4, inUse(0), ['fail warning', 'pass error']],
      ['together they do', 2, 2, inUse(0), ['fail warning', 'fail warning']],
      ['together they do not', 2, 1, inUse(0), ['fail error', 'fail error']],
      ['what is in use counts', 4, 3, inUse(4), ['fail error', 'fail error']],
      ['use is not known', 4, 0, usageDenied, ['unknown error', 'unknown error']],
    ] as const)('%s', (_, p5Value, g5Value, usage, expected) => {
      expect(told(judged([flexible], quotas({ p5: p5Value, g5: g5Value }), usage)).slice(0, 2)).toEqual([
        `${expected[0]} ${p5}`,
        `${expected[1]} ${g5}`,
      ])
    })

    test('says which other types it can take', () => {
      expect(judged([flexible], quotas({ p5: 0 }))[0]?.message).toContain('4 short; flexible can also take ml.g5.48xlarge')
    })
  })

  test('a type without such a quota warns: no list has all their names', () => {
    const [finding] = judged([spotGroup()], { ...quotas(), [`${p5} for cluster spot instance usage`]: known(null) })
    expect(finding).toMatchObject({ status: 'fail', severity: 'warning', subject: p5, message: expect.stringContaining('us-west-2') })
    expect(finding?.fix?.commands[0]).toContain('for cluster spot instance usage')
  })

  test('each quota stands for itself', () => {
    const partly = { ...quotas(), [perCluster]: known(null), [total]: denied('servicequotas:GetServiceQuota') }
    expect(statuses(judged([spotGroup()], partly))).toEqual([`pass ${p5}`, `unknown ${perCluster}`, `unknown ${total}`])
  })

  test('a finding about a type points at its first group', () => {
    const location = { path: 'cluster.json', line: 4, column: 5 }
    expect(judged([aGroup(), spotGroup({ location })], quotas({ p5: 0 }))[0]?.location).toEqual(location)
  })

  test.each([
    ['without groups', [], 'cluster-config'],
    ['without Spot groups', [aGroup()], 'No group asks for Spot nodes'],
    ['without Spot nodes', [spotGroup({ instanceCount: 0 })], 'No group asks for Spot nodes'],
  ])('%s it is skipped', (_, groups, reason) => {
    expect(judged(groups, {})).toMatchObject([{ status: 'skipped', subject: 'plan', message: expect.stringContaining(reason) }])
  })
})
