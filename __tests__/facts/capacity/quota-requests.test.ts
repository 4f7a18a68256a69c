import { describe, expect, test } from '@jest/globals'
import { quotaNames } from '../../../src/catalog/quotas.ts'
import { quotaRequests } from '../../../src/facts/capacity/quota-requests.ts'
import { attempt, GapError } from '../../../src/facts/engine/gap.ts'
import type { FactId, Facts } from '../../../src/model/facts.ts'
import { aGap, aGroup, aPlan, aQuota, aUsage, known } from '../../builders.ts'
import { useLoopbackService } from '../loopback-service.ts'

const loopback = useLoopbackService()

/** Every quota of the plan is one node, so each that has to hold more falls short; `room` makes them large. */
const factsOf = (value: number): Partial<Facts> => ({
  quotas: new Proxy({}, { get: (_, name) => known(aQuota({ name: String(name), value })) }),
  hyperPodUsage: aUsage(),
  networkInterfaceCount: 0,
  instanceTypes: {},
})
const getFrom =
  (facts: Partial<Facts>) =>
  async <K extends FactId>(id: K): Promise<Facts[K]> => {
    const fact = facts[id]
    if (fact === undefined) throw new GapError(aGap({ action: id }))
    return fact as Facts[K]
  }

const p5 = { ServiceCode: 'sagemaker', QuotaCode: 'L-8762A75F', QuotaName: 'ml.p5.48xlarge for cluster usage' }
let made = 0
const change = (Status: string, DesiredValue: number, day: number, quota: object = p5) => {
  made += 1
  return { Id: `request-${made}`, ...quota, Status, DesiredValue, Created: Date.UTC(2026, 10, day) / 1000, Requester: 'someone' }
}
const history = (...pages: readonly (readonly object[])[]) => {
  loopback.current().operations = {
    ListRequestedServiceQuotaChangeHistory: ({ NextToken, ServiceCode }) => {
      const page = Number(NextToken ?? 0)
      if (ServiceCode !== undefined) return 'IllegalArgumentException'
      return { RequestedQuotas: pages[page] ?? [], ...(page + 1 < pages.length && { NextToken: String(page + 1) }) }
    },
  }
}
const ask = (plan = aPlan(), facts = factsOf(1)) => attempt(() => quotaRequests.collect(loopback.context(plan), getFrom(facts)))
const told = async () => {
  const fact = await ask()
  return fact.ok ? fact.value.map(({ outcome, desiredValue }) => `${outcome} ${desiredValue}`) : fact.gap
}

describe('quotaRequests', () => {
  test('where every quota holds the plan, nothing is asked', async () => {
    expect(await ask(aPlan(), factsOf(1_000))).toEqual({ ok: true, value: [] })
    expect(loopback.current().asked).toEqual([])
  })

  test('where the use is not known, a quota may fall short, and the history is asked for', async () => {
    history([change('PENDING', 16, 3)])
    const { hyperPodUsage: _, ...others } = factsOf(1_000)
    expect(await ask(aPlan(), others)).toMatchObject({ ok: true, value: [{ desiredValue: 16 }] })
  })

  test('is one listing for all services, to its last page, however many types the plan has', async () => {
    const ec2 = { ServiceCode: 'ec2', QuotaCode: 'L-417A185B', QuotaName: quotaNames.onDemandP }
    history([change('PENDING', 16, 3)], [change('DENIED', 768, 4, ec2)])
    const groups = ['ml.p5.48xlarge', 'ml.m5.xlarge', 'ml.g5.xlarge'].map((type) => aGroup({ instanceTypes: [type] }))
    const fact = await ask(aPlan({ instanceGroups: groups }))
    expect(fact).toEqual({
      ok: true,
      value: [
        {
          ...{ id: expect.stringMatching(/^request-/), serviceCode: 'ec2', quotaCode: 'L-417A185B', desiredValue: 768 },
          ...{ outcome: 'denied', status: 'DENIED', created: '2026-11-04T00:00:00.000Z' },
        },
        {
          ...{ id: expect.stringMatching(/^request-/), serviceCode: 'sagemaker', quotaCode: 'L-8762A75F', desiredValue: 16 },
          ...{ outcome: 'pending', status: 'PENDING', created: '2026-11-03T00:00:00.000Z' },
        },
      ],
    })
    expect(loopback.current().asked).toEqual(['ListRequestedServiceQuotaChangeHistory', 'ListRequestedServiceQuotaChangeHistory 1'])
  })

  test.each([
    ['PENDING', ['pending 16']],
    ['CASE_OPENED', ['pending 16']],
    ['DENIED', ['denied 16']],
    ['NOT_APPROVED', ['denied 16']],
    ['INVALID_REQUEST', ['denied 16']],
    ['APPROVED', []],
    ['CASE_CLOSED', []],
  ])('%s', async (status, expected) => {
    history([change(status, 16, 3)])
    expect(await told()).toEqual(expected)
  })

  test('a status to come says neither that it is pending nor that nothing is', async () => {
    history([change('A_STATUS_TO_COME', 16, 3)])
    expect(await told()).toMatchObject({ message: expect.stringContaining('A_STATUS_TO_COME') })
  })

  test.each([
    ['the newest counts', [change('DENIED', 8, 1), change('DENIED', 16, 3)], ['denied 16']],
    ['one that was approved since takes a denied one away', [change('DENIED', 8, 1), change('APPROVED', 4, 3)], []],
    ['one that is open goes before newer ones', [change('CASE_OPENED', 8, 1), change('DENIED', 16, 3)], ['pending 8']],
    ['the newest of the open ones', [change('PENDING', 8, 1), change('PENDING', 4, 3)], ['pending 4']],
  ])('%s', async (_, changes, expected) => {
    history(changes)
    expect(await told()).toEqual(expected)
    history([...changes].reverse())
    expect(await told()).toEqual(expected)
  })

  test('requests for other quotas are left out; a quota without a listed code is known by its name', async () => {
    const other = { ...p5, QuotaCode: 'L-00000000', QuotaName: 'ml.p5.48xlarge for training job usage' }
    const elsewhere = { ...p5, ServiceCode: 'ec2' }
    const named = { ...p5, QuotaCode: 'L-00000009', QuotaName: 'ml.p9.48xlarge for cluster usage' }
    history([change('PENDING', 1, 1, other), change('PENDING', 2, 1, elsewhere), change('PENDING', 3, 1, named)])
    const fact = await ask(aPlan({ instanceGroups: [aGroup({ instanceTypes: ['ml.p9.48xlarge'] })] }))
    expect(fact).toMatchObject({ value: [{ desiredValue: 3 }] })
    expect(fact.ok && fact.value).toHaveLength(1)
  })

  test('that may not be listed are not known', async () => {
    loopback.current().operations = { ListRequestedServiceQuotaChangeHistory: () => 'AccessDeniedException' }
    expect(await ask()).toMatchObject({
      ok: false,
      gap: { reason: 'denied', action: 'servicequotas:ListRequestedServiceQuotaChangeHistory' },
    })
  })
})
