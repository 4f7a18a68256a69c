import { describe, expect, test } from '@jest/globals'
import { attempt } from '../../../src/facts/engine/gap.ts'
import { networkInterfaceCount } from '../../../src/facts/network/network.ts'
import type { Plan } from '../../../src/model/plan.ts'
import { aGroup, aPlan } from '../../builders.ts'
import { useLoopbackService } from '../loopback-service.ts'

const loopback = useLoopbackService()
const nothing = () => Promise.reject(new Error('builds on no fact'))
const count = (plan: Plan) => attempt(() => networkInterfaceCount.collect(loopback.context(plan), nothing))

/** A Region with so many interfaces, in pages of as many as are asked for. */
const region = (total: number) => {
  loopback.current().ec2 = (form) => {
    const start = Number(form.get('NextToken') ?? 0)
    const end = Math.min(total, start + Number(form.get('MaxResults')))
    const items = Array.from(
      { length: end - start },
      (_, index) => `<item><networkInterfaceId>eni-${start + index}</networkInterfaceId></item>`,
    )
    const next = end < total ? `<nextToken>${end}</nextToken>` : ''
    return `<DescribeNetworkInterfacesResponse><networkInterfaceSet>${items.join('')}</networkInterfaceSet>${next}</DescribeNetworkInterfacesResponse>`
  }
}

describe('networkInterfaceCount', () => {
  test.each([
    [0, 1],
    [1_000, 1],
    [2_345, 3],
  ])('%i interfaces take %i requests', async (total, requests) => {
    region(total)
    expect(await count(aPlan())).toEqual({ ok: true, value: total })
    expect(loopback.current().asked).toHaveLength(requests)
    expect(loopback.current().asked[0]).toMatch(/^Action=DescribeNetworkInterfaces&.*MaxResults=1000/)
  })

  test.each<readonly [string, Partial<Plan>]>([
    ['no group', { instanceGroups: [] }],
    ['no VPC', { vpcId: null, vpcConfig: null }],
    ['no node', { instanceGroups: [aGroup({ instanceCount: 0 })] }],
  ])('with %s nothing is asked', async (_, changes) => {
    expect(await count(aPlan(changes))).toEqual({ ok: true, value: null })
    expect(loopback.current().asked).toEqual([])
  })
})
