import { describe, expect, test } from '@jest/globals'
import { instanceTypeOfferings } from '../../../src/facts/capacity/instance-type-offerings.ts'
import { aGroup, aPlan } from '../../builders.ts'
import { useLoopbackService } from '../loopback-service.ts'

const loopback = useLoopbackService()
const nothing = () => Promise.reject(new Error('builds on no fact'))

describe('instanceTypeOfferings', () => {
  const ask = (...groups: readonly string[][]) =>
    instanceTypeOfferings.collect(
      loopback.context(aPlan({ instanceGroups: groups.map((instanceTypes) => aGroup({ instanceTypes })) })),
      nothing,
    )
  const offering = (type: string, zone: string): string =>
    `<item><instanceType>${type}</instanceType><locationType>availability-zone-id</locationType><location>${zone}</location></item>`
  const page = (items: readonly string[], next = ''): string =>
    `<DescribeInstanceTypeOfferingsResponse><instanceTypeOfferingSet>${items.join('')}</instanceTypeOfferingSet>${next === '' ? '' : `<nextToken>${next}</nextToken>`}</DescribeInstanceTypeOfferingsResponse>`

  test('all types are asked for together, under their names in EC2, over all pages; one that nobody offers is an empty list', async () => {
    loopback.current().ec2 = (form) =>
      form.get('NextToken') === 'two'
        ? page([offering('p5.48xlarge', 'usw2-az1'), offering('m5.xlarge', 'usw2-az1')])
        : page([offering('p5.48xlarge', 'usw2-az3')], 'two')
    expect(await ask(['ml.p5.48xlarge', 'ml.m5.xlarge'], ['ml.p5.48xlarge'], ['ml.p9.48xlarge'])).toEqual({
      'ml.p5.48xlarge': ['usw2-az1', 'usw2-az3'],
      'ml.m5.xlarge': ['usw2-az1'],
      'ml.p9.48xlarge': [],
    })
    const [first, ...others] = loopback.current().asked.map((form) => new URLSearchParams(form))
    expect(others).toHaveLength(1)
    expect(Object.fromEntries(first ?? [])).toMatchObject({
      Action: 'DescribeInstanceTypeOfferings',
      LocationType: 'availability-zone-id',
      'Filter.1.Name': 'instance-type',
      'Filter.1.Value.1': 'p5.48xlarge',
      'Filter.1.Value.2': 'm5.xlarge',
      'Filter.1.Value.3': 'p9.48xlarge',
    })
    expect(first?.has('Filter.1.Value.4')).toBe(false)
  })

  test('no groups, no call', async () => {
    expect(await ask()).toEqual({})
    expect(loopback.current().asked).toEqual([])
  })

  test('an offering without a zone is not taken for none', async () => {
    loopback.current().ec2 = () => page(['<item><instanceType>p5.48xlarge</instanceType></item>'])
    await expect(ask(['ml.p5.48xlarge'])).rejects.toThrow('Location')
  })
})
