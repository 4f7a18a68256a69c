import { describe, expect, test } from '@jest/globals'
import type { HyperPodUsage } from '../../../src/model/facts/capacity.ts'
import type { InstanceGroup } from '../../../src/model/plan.ts'
import { clusterUsage as rule } from '../../../src/rules/quota/cluster-usage.ts'
import { aGroup, aPlan, aQuota, aQuotaRequest, aUsage, denied, findingsOf, quotasOf, statuses } from '../../builders.ts'

const p5 = 'ml.p5.48xlarge'
const p5e = 'ml.p5e.48xlarge'
const plan = 'arn:aws:sagemaker:us-west-2:111122223333:training-plan/p5'
const p5Quota = (value: number) => quotasOf(aQuota({ value }))
const both = (p5Value: number, p5eValue: number) => ({
  ...p5Quota(p5Value),
  ...quotasOf(aQuota({ name: `${p5e} for cluster usage`, quotaCode: 'L-FD431820', value: p5eValue })),
})
const inUse = (nodes: number, underPlan = 0): HyperPodUsage =>
  aUsage({ instances: nodes, byInstanceType: { [p5]: nodes }, trainingPlanByInstanceType: { [p5]: underPlan } })
const usageDenied = denied('sagemaker:ListClusters')
const judged = (groups: readonly InstanceGroup[], quotas: ReturnType<typeof p5Quota>, hyperPodUsage: HyperPodUsage | typeof usageDenied) =>
  findingsOf(rule, aPlan({ instanceGroups: groups }), { quotas, hyperPodUsage })
const severities = (findings: ReturnType<typeof judged>) =>
  findings.map(({ status, severity, subject }) => `${status} ${severity} ${subject}`)

describe('quota/cluster-usage', () => {
  test.each([
    ['nothing in use, exactly enough', 4, 0, 'pass'],
    ['others in use, exactly enough', 10, 6, 'pass'],
    ['others leave one too few', 9, 6, 'fail'],
    ['the default of a GPU type', 0, 0, 'fail'],
  ])('%s', (_, value, nodes, status) => {
    expect(judged([aGroup()], p5Quota(value), inUse(nodes))).toMatchObject([{ status, subject: p5, severity: 'error' }])
  })

  test('a failure says value, use, need and shortfall, and asks for what is really needed', () => {
    expect(judged([aGroup()], p5Quota(8), inUse(6))).toMatchObject([
      {
        message: '"ml.p5.48xlarge for cluster usage" is 8, 6 in use, this plan needs 4: 2 short',
        evidence: { quota: 8, inUse: 6, need: 4, shortfall: 2, quotaCode: 'L-8762A75F' },
        fix: {
          commands: [
            'aws service-quotas request-service-quota-increase --region us-west-2 --service-code sagemaker --quota-code L-8762A75F --desired-value 10',
          ],
        },
      },
    ])
  })

  test('an increase that is pending is told, and the command asks for no less; the verdict stays', () => {
    const given = { quotas: p5Quota(8), hyperPodUsage: inUse(6) }
    const [finding] = findingsOf(rule, aPlan(), { ...given, quotaRequests: [aQuotaRequest({ desiredValue: 16 })] })
    expect(finding).toMatchObject({
      status: 'fail',
      severity: 'error',
      message: '"ml.p5.48xlarge for cluster usage" is 8, 6 in use, this plan needs 4: 2 short',
      fix: { text: expect.stringContaining('to 16 is already pending, which is enough'), commands: [expect.stringMatching(/ 16$/)] },
    })
  })

  test('requests that could not be read change nothing', () => {
    const given = { quotas: p5Quota(8), hyperPodUsage: inUse(6) }
    const quotaRequests = denied('servicequotas:ListRequestedServiceQuotaChangeHistory')
    expect(findingsOf(rule, aPlan(), { ...given, quotaRequests })).toEqual(findingsOf(rule, aPlan(), { ...given, quotaRequests: [] }))
    expect(findingsOf(rule, aPlan(), { ...given, quotas: p5Quota(10), quotaRequests })).toMatchObject([{ status: 'pass' }])
  })

  test('groups of one type add up, and every type is judged', () => {
    const findings = judged(
      [aGroup(), aGroup({ name: 'b', instanceTypes: [p5e] }), aGroup({ name: 'c', instanceCount: 1 })],
      both(4, 4),
      inUse(0),
    )
    expect(statuses(findings)).toEqual([`fail ${p5}`, `pass ${p5e}`])
    expect(findings[0]?.evidence).toMatchObject({ need: 5, shortfall: 1 })
  })

  test('a finding points at the first group of its type', () => {
    const location = { path: 'cluster.json', line: 4, column: 5 }
    expect(judged([aGroup({ location }), aGroup()], p5Quota(1), inUse(0))[0]?.location).toEqual(location)
  })

  describe('use that could not be read', () => {
    test('is unknown where the quota might do', () => {
      expect(judged([aGroup()], p5Quota(4), usageDenied)).toMatchObject([
        { status: 'unknown', severity: 'error', gap: { action: 'sagemaker:ListClusters' } },
      ])
    })

    test('does not hide that the plan alone is too large', () => {
      expect(judged([aGroup()], p5Quota(3), usageDenied)).toMatchObject([
        {
          status: 'fail',
          severity: 'error',
          message: '"ml.p5.48xlarge for cluster usage" is 3, this plan alone needs 4: 1 short',
          evidence: { quota: 3, need: 4, shortfall: 1 },
        },
      ])
    })
  })

  test('a quota that could not be read is unknown, its neighbours are judged', () => {
    const quotas = { ...both(4, 4), [`${p5} for cluster usage`]: denied('servicequotas:GetServiceQuota') }
    expect(severities(judged([aGroup(), aGroup({ instanceTypes: [p5e] })], quotas, inUse(0)))).toEqual([
      `unknown error ${p5}`,
      `pass error ${p5e}`,
    ])
  })

  describe('training plans: whether the quota counts their nodes is not known', () => {
    const reserved = aGroup({ name: 'reserved', trainingPlanArn: plan })

    test.each([
      ['a group under a plan only warns', [reserved], 0, inUse(0), 'fail warning'],
      ['… also when use is not known', [reserved], 0, usageDenied, 'fail warning'],
      ['… and is unknown where the quota might do', [reserved], 4, usageDenied, 'unknown warning'],
      ['another group of the type fits by itself', [reserved, aGroup()], 4, inUse(0), 'fail warning'],
      ['another group of the type does not', [reserved, aGroup()], 3, inUse(0), 'fail error'],
      ['another group might not, as use is not known', [reserved, aGroup()], 4, usageDenied, 'unknown error'],
      ['nodes in use under a plan leave it open', [aGroup()], 8, inUse(6, 6), 'fail warning'],
      ['nodes in use without one do not', [aGroup()], 8, inUse(6, 1), 'fail error'],
    ] as const)('%s', (_, groups, value, usage, expected) => {
      expect(severities(judged(groups, p5Quota(value), usage))).toEqual([`${expected} ${p5}`])
    })
  })

  test('a shortfall that only nodes under a training plan make says so', () => {
    const [finding] = judged([aGroup()], p5Quota(8), inUse(6, 6))
    expect(finding?.message).toBe(
      '"ml.p5.48xlarge for cluster usage" is 8, 6 in use, this plan needs 4: 2 short; whether the quota counts nodes under a training plan, AWS does not say',
    )
  })

  describe('a group of several types', () => {
    const flexible = aGroup({ name: 'flexible', instanceTypes: [p5, p5e] })

    test.each([
      ['one falls short: a warning', 0, 4, inUse(0), ['fail warning', 'pass error']],
      ['together they do', 2, 2, inUse(0), ['fail warning', 'fail warning']],
      ['together they do not', 2, 1, inUse(0), ['fail error', 'fail error']],
      ['what is in use counts', 4, 3, inUse(4), ['fail error', 'fail error']],
      ['use is not known', 4, 0, usageDenied, ['unknown error', 'unknown error']],
      ['use does not matter', 2, 1, usageDenied, ['fail error', 'fail error']],
    ] as const)('%s', (_, p5Value, p5eValue, usage, expected) => {
      expect(severities(judged([flexible], both(p5Value, p5eValue), usage))).toEqual([`${expected[0]} ${p5}`, `${expected[1]} ${p5e}`])
    })

    test('says which other types it can take', () => {
      const [finding] = judged([flexible], both(0, 4), inUse(0))
      expect(finding?.message).toContain('4 short; flexible can also take ml.p5e.48xlarge')
    })

    test('gets only what groups of one type leave', () => {
      expect(severities(judged([aGroup(), flexible], both(4, 4), inUse(0)))).toEqual([`fail warning ${p5}`, `pass error ${p5e}`])
      expect(severities(judged([aGroup(), flexible], both(4, 3), inUse(0)))).toEqual([`fail error ${p5}`, `fail error ${p5e}`])
    })
  })

  describe('a type without a quota', () => {
    test.each([
      [p5, 'error', 'the API model lists the type'],
      ['ml.p9.48xlarge', 'error', 'the API model does not list it either'],
    ])('%s: %s', (type, severity, reason) => {
      const quotas = { [`${type} for cluster usage`]: { ok: true as const, value: null } }
      const [finding] = judged([aGroup({ instanceTypes: [type] })], quotas, inUse(0))
      expect(finding).toMatchObject({ status: 'unknown', severity, subject: type, message: expect.stringContaining(reason) })
      expect(finding?.fix?.commands[0]).toContain(
        "--query 'sort_by(Quotas[?ends_with(QuotaName, '\\'' for cluster usage'\\'')], &QuotaName)",
      )
    })
  })

  test('Spot nodes and groups without nodes draw on no quota of this kind', () => {
    const findings = judged(
      [aGroup({ capacity: 'spot' }), aGroup({ name: 'b', instanceTypes: [p5e], instanceCount: 0 })],
      p5Quota(0),
      inUse(0),
    )
    expect(statuses(findings)).toEqual([`skipped ${p5}`, `skipped ${p5e}`])
    expect(findings[0]?.message).toContain('ml.p5.48xlarge for cluster spot instance usage')
  })

  test('a plan without groups is skipped, and says which input it takes', () => {
    expect(judged([], {}, inUse(0))).toMatchObject([{ status: 'skipped', message: expect.stringContaining('cluster-config') }])
  })
})
