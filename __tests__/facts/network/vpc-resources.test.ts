import { expect, test } from '@jest/globals'
import { attempt } from '../../../src/facts/engine/gap.ts'
import { vpcResources } from '../../../src/facts/network/network.ts'
import type { Facts } from '../../../src/model/facts.ts'
import { aPlan } from '../../builders.ts'
import { useLoopbackService } from '../loopback-service.ts'

const service = useLoopbackService()
const facts: Pick<Facts, 'vpcs' | 'subnets'> = { vpcs: [], subnets: {} }
const ask = () =>
  attempt(() => vpcResources.collect(service.context(aPlan({ vpcId: null, vpcConfig: null })), (id) => Promise.resolve(facts[id])))

test.each<[string, string, boolean]>([
  ['an empty list is none', '<DescribeAddressesResponse><addressesSet/></DescribeAddressesResponse>', true],
  ['a sign-in page is no list', '<html><body>Sign in</body></html>', false],
  ['an answer without the list says nothing', '<DescribeAddressesResponse/>', false],
])('%s', async (_, body, ok) => {
  service.current().ec2 = () => body
  expect(await ask()).toMatchObject(ok ? { ok, value: { elasticIps: 0 } } : { ok, gap: { reason: 'unexpected' } })
})
