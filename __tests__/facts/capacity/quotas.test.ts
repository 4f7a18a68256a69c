import { describe, expect, test } from '@jest/globals'
import { clusterInstanceTypes } from '../../../src/catalog/instance-types.ts'
import { clusterUsageQuota, quotaLists, quotaNames, quotaReference } from '../../../src/catalog/quotas.ts'
import { quotas } from '../../../src/facts/capacity/quotas.ts'
import type { Facts } from '../../../src/model/facts.ts'
import type { Plan } from '../../../src/model/plan.ts'
import { aGroup, aPlan } from '../../builders.ts'
import { type Answer, useLoopbackService } from '../loopback-service.ts'

const loopback = useLoopbackService()
const nothing = () => Promise.reject(new Error('builds on no fact'))

describe('quotas', () => {
  const { vpcs, subnetsPerVpc, elasticIps } = quotaNames
  const codes: Readonly<Record<string, string>> = { 'L-F678F1CE': vpcs, 'L-407747CB': subnetsPerVpc, 'L-0263D0A3': elasticIps }
  const quota = (QuotaCode: unknown, QuotaName: unknown, Value = 5) => ({
    Quota: { ServiceCode: 'vpc', QuotaCode, QuotaName, Value, Unit: 'None', Adjustable: true },
  })
  const listed = (name: string, code: string, value: number) => quota(code, name, value).Quota
  const byCode: Answer = ({ QuotaCode }) => quota(QuotaCode, codes[String(QuotaCode)])
  /** Without groups the plan demands these three quotas, and no others. */
  const collected = (changes: Partial<Plan> = { instanceGroups: [] }) => quotas.collect(loopback.context(aPlan(changes)), nothing)
  const values = (facts: Facts['quotas']) =>
    Object.fromEntries(
      Object.entries(facts).map(([name, fact]) => [name, fact.ok ? fact.value && [fact.value.value, fact.value.source] : fact.gap.reason]),
    )

  test('each is asked for by its code, once; those of the VPC service, whose list is one page, by one listing', async () => {
    const listing: Answer = ({ ServiceCode }) =>
      ServiceCode === 'vpc' ? { Quotas: [listed(vpcs, 'L-F678F1CE', 6), listed(subnetsPerVpc, 'L-407747CB', 7)] } : 'NotExpected'
    loopback.current().operations = { GetServiceQuota: byCode, ListServiceQuotas: listing }
    expect(values(await collected())).toEqual({ [vpcs]: [6, 'applied'], [subnetsPerVpc]: [7, 'applied'], [elasticIps]: [5, 'applied'] })
    expect(loopback.current().asked.sort()).toEqual(['GetServiceQuota L-0263D0A3', 'ListServiceQuotas'])
  })

  test('where the listing is refused, every quota is asked for by its code', async () => {
    loopback.current().operations = { GetServiceQuota: byCode, ListServiceQuotas: () => 'AccessDeniedException' }
    expect(values(await collected())).toEqual({ [vpcs]: [5, 'applied'], [subnetsPerVpc]: [5, 'applied'], [elasticIps]: [5, 'applied'] })
    expect(loopback.current().asked.sort()).toEqual([
      'GetServiceQuota L-0263D0A3',
      'GetServiceQuota L-407747CB',
      'GetServiceQuota L-F678F1CE',
      'ListServiceQuotas',
    ])
  })

  test('without an applied value the default holds', async () => {
    loopback.current().operations = {
      GetServiceQuota: (input) => (input['QuotaCode'] === 'L-F678F1CE' ? 'NoSuchResourceException' : byCode(input)),
      GetAWSDefaultServiceQuota: ({ QuotaCode }) => quota(QuotaCode, vpcs, 3),
    }
    expect(values(await collected())).toMatchObject({ [vpcs]: [3, 'default'], [subnetsPerVpc]: [5, 'applied'] })
  })

  test('a code that AWS gives another name stands behind the quota of that name', async () => {
    loopback.current().operations = {
      GetServiceQuota: (input) => (input['QuotaCode'] === 'L-F678F1CE' ? quota('L-F678F1CE', 'Routes per table', 50) : byCode(input)),
      ListServiceQuotas: () => ({ Quotas: [listed(vpcs, 'L-00000001', 7)] }),
    }
    expect(await collected()).toMatchObject({ [vpcs]: { ok: true, value: { value: 7, quotaCode: 'L-00000001' } } })
  })

  test.each<[string, Answer]>([
    ['no list has the old name', ({ ServiceCode }) => ({ Quotas: ServiceCode === 'vpc' ? [listed('VPCs', 'L-F678F1CE', 50)] : [] })],
    ['no list may be read', () => 'AccessDeniedException'],
  ])('a quota that AWS renamed is found by its code, under its new name, where %s', async (_, lists) => {
    loopback.current().operations = {
      GetServiceQuota: (input) => (input['QuotaCode'] === 'L-F678F1CE' ? quota('L-F678F1CE', 'VPCs', 50) : byCode(input)),
      ListServiceQuotas: lists,
      ListAWSDefaultServiceQuotas: lists,
    }
    expect(await collected()).toMatchObject({ [vpcs]: { ok: true, value: { value: 50, quotaCode: 'L-F678F1CE', name: 'VPCs' } } })
  })

  test('names without a code share one reading of each list, over all its pages', async () => {
    const first = 'ml.new1.48xlarge for cluster usage'
    const second = 'ml.new2.48xlarge for cluster usage'
    const third = 'ml.new3.48xlarge for cluster usage'
    loopback.current().operations = {
      GetServiceQuota: ({ QuotaCode }) => quota(QuotaCode, 'not looked at'),
      ListServiceQuotas: ({ ServiceCode, NextToken }) => {
        if (ServiceCode !== 'sagemaker') return 'AccessDeniedException'
        return NextToken === 'two' ? { Quotas: [listed(first, 'L-00000001', 1)] } : { Quotas: [listed('else', 'L-2', 1)], NextToken: 'two' }
      },
      ListAWSDefaultServiceQuotas: () => ({ Quotas: [listed(second, 'L-00000002', 2)] }),
    }
    const instanceGroups = ['ml.new1.48xlarge', 'ml.new2.48xlarge', 'ml.new3.48xlarge'].map((type) => aGroup({ instanceTypes: [type] }))
    const found = values(await collected({ instanceGroups }))
    expect(found).toMatchObject({ [first]: [1, 'applied'], [second]: [2, 'default'], [third]: null, [vpcs]: [5, 'applied'] })
    const lists = loopback.current().asked.filter((call) => call.startsWith('List'))
    // One reading for SageMaker (two pages, then the defaults); the others are the refused ones of the three other services.
    expect(lists.filter((call) => call === 'ListServiceQuotas two')).toHaveLength(1)
    expect(lists.filter((call) => call === 'ListAWSDefaultServiceQuotas')).toHaveLength(1)
    expect(lists.filter((call) => call === 'ListServiceQuotas')).toHaveLength(4)
  }, 15_000)

  test('one that is refused leaves its neighbours alone', async () => {
    loopback.current().operations = {
      GetServiceQuota: (input) => (input['QuotaCode'] === 'L-F678F1CE' ? 'AccessDeniedException' : byCode(input)),
    }
    expect(values(await collected())).toMatchObject({ [vpcs]: 'denied', [elasticIps]: [5, 'applied'] })
    expect(loopback.current().asked.filter((call) => call.startsWith('GetServiceQuota '))).toHaveLength(3)
  })

  test('an answer without a value is not taken for zero', async () => {
    loopback.current().operations = {
      GetServiceQuota: ({ QuotaCode }) => ({ Quota: { ...quota(QuotaCode, codes[String(QuotaCode)]).Quota, Value: undefined } }),
    }
    expect(values(await collected())).toMatchObject({ [vpcs]: 'unexpected' })
  })

  describe('throttled', () => {
    const throttling = (times: number): Answer => {
      let left = times
      return (input) => {
        if (input['QuotaCode'] !== 'L-F678F1CE' || left === 0) return byCode(input)
        left -= 1
        return 'TooManyRequestsException'
      }
    }
    const triesOf = (code: string) => loopback.current().asked.filter((call) => call === `GetServiceQuota ${code}`).length

    test('is tried again', async () => {
      loopback.current().operations = { GetServiceQuota: throttling(2) }
      expect(values(await collected())).toMatchObject({ [vpcs]: [5, 'applied'], [subnetsPerVpc]: [5, 'applied'] })
      expect(triesOf('L-F678F1CE')).toBe(3)
      expect(loopback.current().clients.statistics()).toMatchObject({
        byOperation: { 'servicequotas:GetServiceQuota': 3 },
        retries: 2,
        throttles: 2,
      })
    }, 15_000)

    test('on every try, it is not known for this quota alone', async () => {
      loopback.current().operations = { GetServiceQuota: throttling(Number.POSITIVE_INFINITY) }
      expect(values(await collected())).toEqual({ [vpcs]: 'throttled', [subnetsPerVpc]: [5, 'applied'], [elasticIps]: [5, 'applied'] })
      expect(triesOf('L-F678F1CE')).toBe(4)
      expect(triesOf('L-407747CB')).toBe(1)
    }, 15_000)
  })

  describe('many instance types', () => {
    const withCode = clusterInstanceTypes.filter((type) => quotaReference(clusterUsageQuota(type)).quotaCode !== null)
    const named = new Map(quotaLists.flatMap((list) => list.quotas.map(({ name, code }) => [code, name])))
    const groupsOf = (types: readonly string[]) => types.map((type, index) => aGroup({ name: `group-${index}`, instanceTypes: [type] }))
    const calls = async (types: readonly string[]) => {
      const { asked } = loopback.current()
      const before = asked.length
      const facts = await collected({ instanceGroups: groupsOf(types) })
      expect(Object.values(facts).filter((fact) => !fact.ok || fact.value === null)).toEqual([])
      return asked.slice(before).sort()
    }
    const serve = () => {
      loopback.current().withoutPace()
      loopback.current().operations = {
        GetServiceQuota: ({ QuotaCode }) => quota(QuotaCode, named.get(String(QuotaCode))),
        ListServiceQuotas: ({ ServiceCode }) => ({
          Quotas: quotaLists
            .filter((list) => list.serviceCode === ServiceCode)
            .flatMap((list) => list.quotas.map(({ name, code }) => listed(name, code, 5))),
        }),
      }
    }

    test('each type with a code takes one request, and no list of types is read', async () => {
      serve()
      expect(withCode.length).toBeGreaterThanOrEqual(113)
      const asked = await calls(withCode)
      const codes = withCode.map((type) => quotaReference(clusterUsageQuota(type)).quotaCode)
      for (const code of codes) expect(asked.filter((call) => call === `GetServiceQuota ${code}`)).toHaveLength(1)
      // Beside them those of nodes, volumes, interfaces, the families P and Trn, gp3 and of a new network.
      expect(asked).toHaveLength(withCode.length + 8)
      expect(asked.filter((call) => !call.startsWith('GetServiceQuota '))).toEqual(['ListServiceQuotas'])
    }, 15_000)

    test('a hundred groups take no more than their twenty types do', async () => {
      serve()
      const types = withCode.slice(0, 20)
      const once = await calls(types)
      expect(await calls([...types, ...types, ...types, ...types, ...types])).toEqual(once)
      expect(once).toHaveLength(20 + 6)
    })
  })
})
