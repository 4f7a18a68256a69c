import { describe, expect, test } from '@jest/globals'
import { attempt } from '../../../src/facts/engine/gap.ts'
import { endpointSubnets } from '../../../src/facts/network/network.ts'
import type { VpcEndpoint } from '../../../src/model/facts/network.ts'
import type { Facts } from '../../../src/model/facts.ts'
import { aSubnet, aVpcEndpoint } from '../../builders.ts'
import { useLoopbackService } from '../loopback-service.ts'

const loopback = useLoopbackService()

const planned = aSubnet()
const learn = (vpcEndpoints: readonly VpcEndpoint[]) => {
  const facts: Partial<Facts> = { vpcEndpoints, subnets: { [planned.subnetId]: planned } }
  return attempt(() =>
    endpointSubnets.collect(loopback.context(), async (id) => {
      const fact = facts[id]
      if (fact === undefined) throw new Error(`${id} is not in this test`)
      return fact
    }),
  )
}
const anInterface = (...subnetIds: readonly string[]) => aVpcEndpoint({ type: 'Interface', subnetIds })

const item = (id: string): string =>
  `<item><subnetId>${id}</subnetId><vpcId>vpc-0a1b2c3d</vpcId><ownerId>123456789012</ownerId><state>available</state><cidrBlock>10.0.8.0/24</cidrBlock><availabilityZone>us-west-2b</availabilityZone><availabilityZoneId>usw2-az2</availabilityZoneId><availableIpAddressCount>251</availableIpAddressCount><mapPublicIpOnLaunch>false</mapPublicIpOnLaunch></item>`

describe('endpointSubnets', () => {
  test('asks once, by filter, for those that the plan does not name', async () => {
    loopback.current().ec2 = () => `<DescribeSubnetsResponse><subnetSet>${item('subnet-0endpnt0')}</subnetSet></DescribeSubnetsResponse>`
    const learned = await learn([
      anInterface('subnet-0aaaaaaa', 'subnet-0endpnt0'),
      anInterface('subnet-0endpnt0', 'subnet-0gone000'),
      aVpcEndpoint({ type: 'GatewayLoadBalancer', subnetIds: ['subnet-0other00'] }),
    ])
    expect(learned).toEqual({
      ok: true,
      value: {
        'subnet-0aaaaaaa': planned,
        'subnet-0endpnt0': aSubnet({
          subnetId: 'subnet-0endpnt0',
          cidrBlock: '10.0.8.0/24',
          availabilityZone: 'us-west-2b',
          availabilityZoneId: 'usw2-az2',
          availableIpAddressCount: 251,
        }),
        'subnet-0gone000': null,
      },
    })
    const asked = loopback.current().asked.map((form) => new URLSearchParams(form))
    expect(asked.map((form) => [form.get('Action'), form.getAll('Filter.1.Value.1'), form.getAll('Filter.1.Value.2')])).toEqual([
      ['DescribeSubnets', ['subnet-0endpnt0'], ['subnet-0gone000']],
    ])
  })

  test.each<[string, readonly VpcEndpoint[], Facts['endpointSubnets']]>([
    ['no endpoint', [], {}],
    ['gateways only', [aVpcEndpoint()], {}],
    ['subnets of the plan only', [anInterface('subnet-0aaaaaaa')], { 'subnet-0aaaaaaa': planned }],
  ])('with %s nothing is asked', async (_, endpoints, expected) => {
    expect(await learn(endpoints)).toEqual({ ok: true, value: expected })
    expect(loopback.current().asked).toEqual([])
  })
})
