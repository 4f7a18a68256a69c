import { describe, expect, test } from '@jest/globals'
import { attempt } from '../../../src/facts/engine/gap.ts'
import { routeInterfaces, transitGatewayAttachments, transitGatewayRoutes, transitSubnets } from '../../../src/facts/network/routers.ts'
import type { Route, TransitGatewayAttachment } from '../../../src/model/facts/network.ts'
import type { Facts } from '../../../src/model/facts.ts'
import { aRoute, aRouteTable, aSubnet } from '../../builders.ts'
import { useLoopbackService } from '../loopback-service.ts'

const service = useLoopbackService()
const forms = () => service.current().asked.map((body) => new URLSearchParams(body))
const to = (kind: Route['target']['kind'], id: string, changes: Partial<Route> = {}): Route => aRoute({ target: { kind, id }, ...changes })
const given = (facts: Partial<Facts>) =>
  (<K extends keyof Facts>(id: K) => Promise.resolve(facts[id] as Facts[K])) satisfies (id: keyof Facts) => unknown
const routed = (...routes: readonly Route[]): Partial<Facts> => ({ subnets: {}, routeTables: [aRouteTable({ routes })] })
const list = (name: string, ...items: readonly string[]): string =>
  `<Answer><${name}>${items.map((item) => `<item>${item}</item>`).join('')}</${name}></Answer>`
const attached: TransitGatewayAttachment = {
  attachmentId: 'tgw-attach-0aaaaaaa',
  transitGatewayId: 'tgw-0aaaaaaa',
  state: 'available',
  subnetIds: ['subnet-0aaaaaaa', 'subnet-0transit'],
}
const attachment = (state = 'available'): string =>
  `<transitGatewayAttachmentId>tgw-attach-0aaaaaaa</transitGatewayAttachmentId><transitGatewayId>tgw-0aaaaaaa</transitGatewayId><vpcId>vpc-0a1b2c3d</vpcId><state>${state}</state><subnetIds><item>subnet-0aaaaaaa</item><item>subnet-0transit</item></subnetIds>`

describe('attachments to transit gateways', () => {
  const ask = (facts: Partial<Facts>) => attempt(() => transitGatewayAttachments.collect(service.context(), given(facts)))

  test('of the VPC, where a route leads to one', async () => {
    service.current().ec2 = () => list('transitGatewayVpcAttachments', attachment())
    expect(await ask(routed(to('transit-gateway', 'tgw-0aaaaaaa')))).toEqual({ ok: true, value: [attached] })
    expect(forms().map((form) => [form.get('Filter.1.Name'), form.get('Filter.1.Value.1')])).toEqual([['vpc-id', 'vpc-0a1b2c3d']])
  })

  test('are not asked about where none does, or where that is gone', async () => {
    const gone = to('transit-gateway', 'tgw-0aaaaaaa', { state: 'blackhole' })
    expect(await ask(routed(aRoute(), gone))).toEqual({ ok: true, value: [] })
    expect(service.current().asked).toEqual([])
  })

  test('a state that is not known here is a gap', async () => {
    service.current().ec2 = () => list('transitGatewayVpcAttachments', attachment('resting'))
    expect(await ask(routed(to('transit-gateway', 'tgw-0aaaaaaa')))).toMatchObject({ ok: false })
  })

  test('their subnets: those of the plan are not asked for again', async () => {
    service.current().ec2 = () => list('subnetSet')
    const facts = { subnets: { 'subnet-0aaaaaaa': aSubnet() }, transitGatewayAttachments: [attached] }
    const subnets = await attempt(() => transitSubnets.collect(service.context(), given(facts)))
    expect(subnets).toEqual({ ok: true, value: { 'subnet-0aaaaaaa': aSubnet(), 'subnet-0transit': null } })
    expect(forms().map((form) => form.get('Filter.1.Value.1'))).toEqual(['subnet-0transit'])
  })
})

describe('routes of transit gateways', () => {
  const ask = (attachments: readonly TransitGatewayAttachment[] = [attached]) =>
    attempt(() => transitGatewayRoutes.collect(service.context(), given({ transitGatewayAttachments: attachments })))
  const associated = (state: string): string =>
    list(
      'transitGatewayAttachments',
      `<transitGatewayAttachmentId>tgw-attach-0aaaaaaa</transitGatewayAttachmentId><association><transitGatewayRouteTableId>tgw-rtb-0aaaaaaa</transitGatewayRouteTableId><state>${state}</state></association>`,
    )
  const answers = (state: string, routes: string) => {
    service.current().ec2 = (form) => (form.get('Action') === 'SearchTransitGatewayRoutes' ? routes : associated(state))
  }
  const route = (destination: string, state: string): string =>
    `<destinationCidrBlock>${destination}</destinationCidrBlock><state>${state}</state>`

  test('of the route table that the attachment is associated with', async () => {
    answers('associated', list('routeSet', route('0.0.0.0/0', 'active'), route('10.0.0.0/8', 'blackhole')))
    expect(await ask()).toEqual({
      ok: true,
      value: {
        'tgw-attach-0aaaaaaa': {
          ok: true,
          value: [
            { destination: '0.0.0.0/0', state: 'active' },
            { destination: '10.0.0.0/8', state: 'blackhole' },
          ],
        },
      },
    })
    expect(forms().map((form) => form.get('TransitGatewayRouteTableId'))).toEqual([null, 'tgw-rtb-0aaaaaaa'])
  })

  test('those that only their owner is shown are null', async () => {
    answers('associating', '')
    expect(await ask()).toEqual({ ok: true, value: { 'tgw-attach-0aaaaaaa': { ok: true, value: null } } })
  })

  test.each([
    ['more routes than are answered', '<Answer><routeSet/><additionalRoutesAvailable>true</additionalRoutesAvailable></Answer>'],
    ['a route to a prefix list', list('routeSet', '<prefixListId>pl-0a1b2c3d</prefixListId><state>active</state>')],
  ])('%s: not known', async (_, body) => {
    answers('associated', body)
    expect(await ask()).toMatchObject({ ok: true, value: { 'tgw-attach-0aaaaaaa': { ok: false } } })
  })

  test('without attachments nothing is asked', async () => {
    expect(await ask([])).toEqual({ ok: true, value: {} })
    expect(service.current().asked).toEqual([])
  })
})

describe('interfaces that routes lead to', () => {
  const ask = (...routes: readonly Route[]) => attempt(() => routeInterfaces.collect(service.context(), given(routed(...routes))))
  const item = (id: string, subnetId: string, rest: string): string =>
    `<networkInterfaceId>${id}</networkInterfaceId><subnetId>${subnetId}</subnetId><vpcId>vpc-0a1b2c3d</vpcId>${rest}`
  const nat = item(
    'eni-0aaaaaaa',
    'subnet-0public0',
    '<sourceDestCheck>false</sourceDestCheck><attachment><instanceId>i-0aaaaaaa</instanceId></attachment><association><publicIp>203.0.113.20</publicIp></association>',
  )
  const second = item(
    'eni-0bbbbbbb',
    'subnet-0bbbbbbb',
    '<sourceDestCheck>true</sourceDestCheck><attachment><instanceId>i-0aaaaaaa</instanceId></attachment>',
  )

  test('of instances and by themselves, with the others of the same instance', async () => {
    service.current().ec2 = (form) =>
      form.get('Filter.1.Name') === 'attachment.instance-id' ? list('networkInterfaceSet', nat, second) : list('networkInterfaceSet', nat)
    const through: Route = aRoute({ target: { kind: 'instance', id: 'i-0aaaaaaa', networkInterfaceId: 'eni-0aaaaaaa' } })
    const found = { vpcId: 'vpc-0a1b2c3d', instanceId: 'i-0aaaaaaa' }
    expect(await ask(through, to('network-interface', 'eni-0gone000'))).toEqual({
      ok: true,
      value: {
        'eni-0aaaaaaa': {
          ...found,
          networkInterfaceId: 'eni-0aaaaaaa',
          subnetId: 'subnet-0public0',
          sourceDestCheck: false,
          publicIps: ['203.0.113.20'],
        },
        'eni-0bbbbbbb': { ...found, networkInterfaceId: 'eni-0bbbbbbb', subnetId: 'subnet-0bbbbbbb', sourceDestCheck: true, publicIps: [] },
        'eni-0gone000': null,
      },
    })
  })

  test('one that cannot be read says so', async () => {
    service.current().ec2 = () => list('networkInterfaceSet', item('eni-0aaaaaaa', 'subnet-0public0', ''))
    expect(await ask(to('network-interface', 'eni-0aaaaaaa'))).toMatchObject({
      ok: true,
      value: { 'eni-0aaaaaaa': { unread: { action: 'ec2:DescribeNetworkInterfaces' } } },
    })
  })

  test('without such a route nothing is asked', async () => {
    expect(await ask(aRoute(), to('instance', 'i-0aaaaaaa'))).toEqual({ ok: true, value: {} })
    expect(service.current().asked).toEqual([])
  })
})
