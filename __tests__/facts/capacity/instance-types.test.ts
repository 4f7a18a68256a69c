import { describe, expect, test } from '@jest/globals'
import { instanceTypes } from '../../../src/facts/capacity/instance-types.ts'
import { aGroup, aPlan } from '../../builders.ts'
import { useLoopbackService } from '../loopback-service.ts'

const loopback = useLoopbackService()
const nothing = () => Promise.reject(new Error('builds on no fact'))

describe('instanceTypes', () => {
  const ask = (...names: string[]) =>
    instanceTypes.collect(loopback.context(aPlan({ instanceGroups: names.map((name) => aGroup({ instanceTypes: [name] })) })), nothing)
  const info = (name: string) =>
    `<item><instanceType>${name}</instanceType><vCpuInfo><defaultVCpus>144</defaultVCpus></vCpuInfo><networkInfo><maximumNetworkCards>17</maximumNetworkCards><ipv4AddressesPerInterface>50</ipv4AddressesPerInterface><efaSupported>true</efaSupported></networkInfo><processorInfo><supportedArchitectures><item>arm64</item></supportedArchitectures></processorInfo></item>`

  test('types of the catalog take no call', async () => {
    expect(await ask('ml.p5.48xlarge', 'ml.m5.xlarge')).toMatchObject({ 'ml.p5.48xlarge': { source: 'catalog', networkCards: 32 } })
    expect(loopback.current().asked).toEqual([])
  })

  test('the others are asked from EC2 together, under their names there; null where EC2 does not know one', async () => {
    loopback.current().ec2 = () =>
      `<DescribeInstanceTypesResponse><instanceTypeSet>${info('p6e-gb200.36xlarge')}</instanceTypeSet></DescribeInstanceTypesResponse>`
    expect(await ask('ml.p6e-gb200.36xlarge', 'ml.p5.48xlarge', 'ml.p9.48xlarge')).toEqual({
      'ml.p6e-gb200.36xlarge': {
        name: 'ml.p6e-gb200.36xlarge',
        vcpus: 144,
        efaSupported: true,
        networkCards: 17,
        ipv4AddressesPerInterface: 50,
        architectures: ['arm64'],
        source: 'api',
      },
      'ml.p5.48xlarge': expect.objectContaining({ source: 'catalog' }),
      'ml.p9.48xlarge': null,
    })
    expect(loopback.current().asked).toHaveLength(1)
    expect(loopback.current().asked[0]).toContain(
      'Filter.1.Name=instance-type&Filter.1.Value.1=p6e-gb200.36xlarge&Filter.1.Value.2=p9.48xlarge',
    )
  })
})
