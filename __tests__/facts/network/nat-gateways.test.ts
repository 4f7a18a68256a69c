import { expect, test } from '@jest/globals'
import { attempt } from '../../../src/facts/engine/gap.ts'
import { natGateways } from '../../../src/facts/network/nat-gateways.ts'
import type { RouteTable } from '../../../src/model/facts/network.ts'
import type { Plan } from '../../../src/model/plan.ts'
import { internetAccess } from '../../../src/semantics/network/internet-access.ts'
import { prefixListBlocks } from '../../../src/semantics/network/routes.ts'
import { aNatGateway, aPlan, aRoute, aRouteTable, known } from '../../builders.ts'
import { useLoopbackService } from '../loopback-service.ts'

const service = useLoopbackService()
const ask = (plan: Plan = aPlan()) => attempt(() => natGateways.collect(service.context(plan), async () => ({})))
const answer = (items: readonly string[], nextToken = ''): string =>
  `<DescribeNatGatewaysResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><natGatewaySet>${items
    .map((item) => `<item>${item}</item>`)
    .join('')}</natGatewaySet>${nextToken === '' ? '' : `<nextToken>${nextToken}</nextToken>`}</DescribeNatGatewaysResponse>`
const gateway = (id: string, rest: string): string => `<natGatewayId>${id}</natGatewayId><vpcId>vpc-0a1b2c3d</vpcId>${rest}`
const zonal =
  '<subnetId>subnet-0ccccccc</subnetId><natGatewayAddressSet><item><publicIp>203.0.113.10</publicIp></item></natGatewayAddressSet>'

test('all pages are read, of this VPC; a deleted gateway is listed as AWS lists it', async () => {
  service.current().ec2 = (form) =>
    form.get('NextToken') === null
      ? answer([gateway('nat-0old', `${zonal}<state>deleted</state><connectivityType>public</connectivityType>`)], 'more')
      : answer([
          gateway('nat-0public', `${zonal}<state>available</state><connectivityType>public</connectivityType>`),
          gateway('nat-0private', `${zonal}<state>pending</state><connectivityType>private</connectivityType>`),
          gateway(
            'nat-0regional',
            '<state>available</state><connectivityType>public</connectivityType><availabilityMode>regional</availabilityMode>',
          ),
        ])
  const subnetId = 'subnet-0ccccccc'
  expect(await ask()).toEqual({
    ok: true,
    value: [
      aNatGateway({ natGatewayId: 'nat-0old', subnetId, state: 'deleted' }),
      aNatGateway({ natGatewayId: 'nat-0public', subnetId }),
      aNatGateway({ natGatewayId: 'nat-0private', subnetId, state: 'pending', connectivityType: 'private' }),
      aNatGateway({ natGatewayId: 'nat-0regional', publicIps: [] }),
    ],
  })
  const forms = service.current().asked.map((body) => new URLSearchParams(body))
  expect(forms.map((form) => [form.get('Filter.1.Name'), form.get('Filter.1.Value.1'), form.get('NextToken')])).toEqual([
    ['vpc-id', 'vpc-0a1b2c3d', null],
    ['vpc-id', 'vpc-0a1b2c3d', 'more'],
  ])
})

test('a gateway that cannot be read says why: what leads to it is not known, what leads to another is', async () => {
  service.current().ec2 = () =>
    answer([
      gateway('nat-0odd', `${zonal}<state>resting</state>`),
      gateway('nat-0public', `${zonal}<state>available</state><connectivityType>public</connectivityType>`),
    ])
  const learned = await ask()
  const sound = aNatGateway({ natGatewayId: 'nat-0public', subnetId: 'subnet-0ccccccc' })
  const gap = { action: 'ec2:DescribeNatGateways', message: expect.stringContaining('State of the answer is resting') }
  expect(learned).toMatchObject({ ok: true, value: [{ natGatewayId: 'nat-0odd', unread: gap }, sound] })
  const out = (natGatewayId: string): RouteTable =>
    aRouteTable({
      routeTableId: `rtb-${natGatewayId}`,
      routes: [aRoute({ destination: '0.0.0.0/0', target: { kind: 'nat-gateway', id: natGatewayId } })],
    })
  const gatewaysOwn = aRouteTable({
    subnetIds: ['subnet-0ccccccc'],
    routes: [aRoute({ destination: '0.0.0.0/0', target: { kind: 'internet-gateway', id: 'igw-0aaaaaaa' } })],
  })
  const routing = { routeTables: [gatewaysOwn], natGateways: learned, prefixLists: prefixListBlocks(known({})), trusted: [] }
  expect(internetAccess(out('nat-0odd'), routing)).toMatchObject({ kind: 'undecided', gap })
  expect(internetAccess(out('nat-0public'), routing)).toMatchObject({ kind: 'open' })
})

test('nothing is asked where no VPC is known', async () => {
  expect(await ask(aPlan({ vpcId: null, vpcConfig: null }))).toEqual({ ok: true, value: [] })
  expect(service.current().asked).toEqual([])
})
