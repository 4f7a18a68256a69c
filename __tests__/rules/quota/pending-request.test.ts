import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { clusterUsageQuota, demandedQuotas, quotaNames } from '../../../src/catalog/quotas.ts'
import type { QuotaRequest } from '../../../src/model/facts/capacity.ts'
import type { Facts } from '../../../src/model/facts.ts'
import type { Plan } from '../../../src/model/plan.ts'
import { rules } from '../../../src/rules/index.ts'
import { pendingRequest as rule } from '../../../src/rules/quota/pending-request.ts'
import { aGroup, aPlan, aQuota, aQuotaRequest, aUsage, denied, findingsOf, known, quotasOf, sizesOf, statuses } from '../../builders.ts'

const p5 = clusterUsageQuota('ml.p5.48xlarge')
const codes: Readonly<Record<string, string>> = {
  [p5]: 'L-8762A75F',
  [quotaNames.instancesPerCluster]: 'L-2CE978FC',
  [quotaNames.totalInstances]: 'L-3308CCC7',
  [quotaNames.ebsVolumeSize]: 'L-E13DF72A',
  [quotaNames.networkInterfaces]: 'L-DF5E4CA3',
}
const quotas = (values: Readonly<Record<string, number>>): Facts['quotas'] =>
  quotasOf(...Object.entries(codes).map(([name, quotaCode]) => aQuota({ name, quotaCode, value: values[name] ?? 100_000 })))
const account = { hyperPodUsage: aUsage(), networkInterfaceCount: 0, instanceTypes: sizesOf('ml.p5.48xlarge') }
const judged = (value: number, requests: readonly QuotaRequest[], given: object = {}, changes: Partial<Plan> = {}) =>
  findingsOf(rule, aPlan(changes), { ...account, quotas: quotas({ [p5]: value }), quotaRequests: requests, ...given })
const inUse = (nodes: number) => ({ hyperPodUsage: aUsage({ instances: nodes, byInstanceType: { 'ml.p5.48xlarge': nodes } }) })
const wasDenied = { outcome: 'denied', status: 'DENIED' } as const

describe('quota/pending-request', () => {
  test.each([
    ['pending and enough', 2, aQuotaRequest({ desiredValue: 4 }), 'fail', 'so it would be enough', 'Wait until the request is approved'],
    ['pending and not enough', 2, aQuotaRequest({ desiredValue: 3 }), 'fail', 'so it would not be enough', 'Ask for 4 in the support case'],
    ['denied', 2, aQuotaRequest({ ...wasDenied }), 'fail', 'was denied (DENIED', 'Ask AWS Support why'],
    ['pending, and not needed by this plan', 4, aQuotaRequest(), 'pass', 'and 4 is enough for this plan', undefined],
    ['denied, and not needed by this plan', 4, aQuotaRequest({ ...wasDenied }), 'pass', 'and 4 is enough for this plan', undefined],
  ])('%s', (_, value, request, status, message, fix) => {
    const [finding, ...others] = judged(value, [request])
    expect(finding).toMatchObject({ status, severity: 'notice', subject: p5, message: expect.stringContaining(message) })
    expect(others).toEqual([])
    if (fix !== undefined) expect(finding?.fix?.text).toContain(fix)
  })

  test('says what is asked for, since when, and how to look at it', () => {
    expect(judged(8, [aQuotaRequest()], inUse(6))).toMatchObject([
      {
        message:
          'an increase of "ml.p5.48xlarge for cluster usage" from 8 to 16 is pending (CASE_OPENED, requested on 2026-11-20); this plan needs 10 with 6 in use, so it would be enough',
        evidence: { quota: 8, need: 4, inUse: 6, quotaCode: 'L-8762A75F', requested: 16, requestStatus: 'CASE_OPENED' },
        fix: {
          commands: ['aws service-quotas get-requested-service-quota-change --region us-west-2 --request-id e2ba7faa0123456789abcdef'],
        },
      },
    ])
  })

  test.each([
    ['nobody asked', 0, []],
    ['somebody asked for another quota', 0, [aQuotaRequest({ quotaCode: 'L-00000000' })]],
  ])('%s: nothing is pending', (_, value, requests) => expect(statuses(judged(value, requests))).toEqual(['pass quotas']))

  test.each([
    [quotaNames.instancesPerCluster, 3, 'needs 4'],
    [quotaNames.totalInstances, 3, 'needs 4'],
    [quotaNames.networkInterfaces, 127, 'needs 128'],
    [quotaNames.ebsVolumeSize, 499, 'needs 2000'],
  ])('%s is looked at too', (name, value, needs) => {
    const volume = (sizeGb: number) => ({ kind: 'secondary' as const, sizeGb, kmsKeyId: null, location: null })
    const instanceGroups = [
      aGroup({ ebsVolumes: [volume(2000)], instanceCount: 4 }),
      aGroup({ name: 'b', ebsVolumes: [volume(500)], instanceCount: 0 }),
    ]
    const request = aQuotaRequest({ quotaCode: codes[name] ?? '' })
    const findings = judged(100, [request], { quotas: quotas({ [name]: value }) }, { instanceGroups })
    expect(findings).toMatchObject([{ status: 'fail', subject: name, message: expect.stringContaining(needs) }])
  })

  describe('what is not known', () => {
    const usageDenied = { hyperPodUsage: denied('sagemaker:ListClusters') }

    test('use: unknown where the quota might do', () => {
      expect(judged(4, [aQuotaRequest()], usageDenied)).toMatchObject([{ status: 'unknown', subject: p5, severity: 'notice' }])
    })

    test('use: a plan that is too large by itself is known', () => {
      expect(judged(3, [aQuotaRequest()], usageDenied)).toMatchObject([
        { status: 'fail', message: expect.stringContaining('needs at least 4') },
      ])
    })

    test('use: of no interest where nobody asked', () => expect(statuses(judged(4, [], usageDenied))).toEqual(['pass quotas']))

    test('a quota: unknown where a request is for it, of no interest where none is', () => {
      const given = { quotas: { ...quotas({}), [p5]: denied('servicequotas:GetServiceQuota') } }
      expect(statuses(judged(0, [aQuotaRequest()], given))).toEqual([`unknown ${p5}`])
      expect(statuses(judged(0, [], given))).toEqual(['pass quotas'])
    })

    test('the requests', () => {
      const requests = denied('servicequotas:ListRequestedServiceQuotaChangeHistory')
      expect(judged(0, [], { quotaRequests: requests })).toMatchObject([{ status: 'unknown', severity: 'notice' }])
    })

    test('a quota that Service Quotas does not have is nobody to ask for', () => {
      expect(statuses(judged(0, [aQuotaRequest()], { quotas: { ...quotas({}), [p5]: known(null) } }))).toEqual(['pass quotas'])
    })
  })

  test('without groups it is skipped', () => expect(statuses(judged(0, [], {}, { instanceGroups: [] }))).toEqual(['skipped plan']))

  test('it calls short what the rules of the quotas call short, and needs what they ask for', () => {
    const covered = ['cluster-usage', 'instances-per-cluster', 'total-instances', 'ebs-volume-size', 'network-interfaces', 'spot']
    const quotaRules = rules.filter(({ id }) => covered.includes(id.replace('quota/', '')) && id.startsWith('quota/'))
    expect(quotaRules).toHaveLength(covered.length)
    const type = fc.constantFrom('ml.p5.48xlarge', 'ml.m5.xlarge')
    const group = fc.record({
      instanceTypes: fc.uniqueArray(type, { minLength: 1 }),
      instanceCount: fc.nat(6),
      capacity: fc.constantFrom('on-demand' as const, 'spot' as const),
      trainingPlanArn: fc.constantFrom(null, 'arn'),
      ebsVolumes: fc.integer({ min: 1, max: 20 }).map((sizeGb) => [{ kind: 'secondary' as const, sizeGb, kmsKeyId: null, location: null }]),
    })
    fc.assert(
      fc.property(fc.array(group, { minLength: 1, maxLength: 3 }), fc.nat(12), fc.nat(8), (groups, value, used) => {
        const plan = aPlan({ instanceGroups: groups.map((changes, index) => aGroup({ name: `group-${index}`, ...changes })) })
        const all = demandedQuotas(plan).map(({ quotaName: name, serviceCode }, index) =>
          aQuota({ name, serviceCode, quotaCode: `L-${index}`, value }),
        )
        const given = {
          quotas: quotasOf(...all),
          hyperPodUsage: aUsage({
            instances: used,
            byInstanceType: { 'ml.p5.48xlarge': used },
            spotByInstanceType: { 'ml.m5.xlarge': used },
          }),
          networkInterfaceCount: used,
          instanceTypes: sizesOf('ml.p5.48xlarge', 'ml.m5.xlarge'),
        }
        const asked = quotaRules
          .flatMap((quotaRule) => findingsOf(quotaRule, plan, { ...given, quotaRequests: [] }))
          .flatMap(({ status, fix }) => (status === 'fail' ? (fix?.commands ?? []) : []))
          .map((line) => /--quota-code (\S+) --desired-value (\d+)/.exec(line))
        const most = new Map<string, number>()
        for (const match of asked) {
          const [code, desired] = [String(match?.[1]), Number(match?.[2])]
          most.set(code, Math.max(desired, most.get(code) ?? 0))
        }
        const quotaRequests = all.map(({ quotaCode, serviceCode }) => aQuotaRequest({ quotaCode, serviceCode, desiredValue: 0 }))
        const pending = findingsOf(rule, plan, { ...given, quotaRequests }).filter(({ status }) => status === 'fail')
        const needed = pending.map(
          ({ evidence }) => [evidence?.['quotaCode'], Number(evidence?.['need']) + Number(evidence?.['inUse'])] as const,
        )
        expect(new Map(needed)).toEqual(most)
      }),
    )
  })
})
