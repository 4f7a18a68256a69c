import { describe, expect, test } from '@jest/globals'
import { attempt } from '../../../src/facts/engine/gap.ts'
import { dhcpOptions, hostedZones } from '../../../src/facts/network/name-resolution.ts'
import type { Vpc } from '../../../src/model/facts/network.ts'
import type { Facts } from '../../../src/model/facts.ts'
import type { Plan } from '../../../src/model/plan.ts'
import { aHostedZone, aPlan, aVpc, someDhcpOptions } from '../../builders.ts'
import type { HttpAnswer } from '../../loopback/server.ts'
import { inOrder, useLoopbackService } from '../loopback-service.ts'

const service = useLoopbackService()

describe('DHCP options', () => {
  const ask = (vpc: Vpc | null = aVpc()) =>
    attempt(() => dhcpOptions.collect(service.context(), async <K extends keyof Facts>() => vpc as Facts[K]), 'ec2:DescribeDhcpOptions')
  const answer = (...configurations: readonly string[]): string =>
    `<DescribeDhcpOptionsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><dhcpOptionsSet><item><dhcpOptionsId>dopt-0aaaaaaa</dhcpOptionsId><dhcpConfigurationSet>${configurations.join('')}</dhcpConfigurationSet></item></dhcpOptionsSet></DescribeDhcpOptionsResponse>`
  const configuration = (key: string, ...values: readonly string[]): string =>
    `<item><key>${key}</key><valueSet>${values.map((value) => `<item><value>${value}</value></item>`).join('')}</valueSet></item>`

  test.each<[string, string, readonly string[]]>([
    ['the Amazon DNS server', configuration('domain-name-servers', 'AmazonProvidedDNS'), ['AmazonProvidedDNS']],
    ['servers, in their order', configuration('domain-name-servers', '10.0.0.10', '2001:db8::53'), ['10.0.0.10', '2001:db8::53']],
    ['none that is named', configuration('ntp-servers', '10.0.0.4'), []],
  ])('%s', async (_, configurations, domainNameServers) => {
    service.current().ec2 = () => answer(configuration('domain-name', 'corp.example.com'), configurations)
    expect(await ask()).toEqual({ ok: true, value: { ...someDhcpOptions(), domainNameServers } })
    const [form] = service.current().asked.map((body) => new URLSearchParams(body))
    expect([form?.get('Filter.1.Name'), form?.get('Filter.1.Value.1')]).toEqual(['dhcp-options-id', 'dopt-0aaaaaaa'])
  })

  test.each<[string, Vpc | null]>([
    ['a VPC without options', aVpc({ dhcpOptionsId: 'default' })],
    ['no VPC', null],
  ])('%s is not asked about', async (_, vpc) => {
    expect(await ask(vpc)).toEqual({ ok: true, value: null })
    expect(service.current().asked).toEqual([])
  })

  test.each<[string, string, string]>([
    [
      'a set that is not listed',
      '<DescribeDhcpOptionsResponse><dhcpOptionsSet/></DescribeDhcpOptionsResponse>',
      'does not list dopt-0aaaaaaa',
    ],
    [
      'a server that is no address',
      answer(configuration('domain-name-servers', 'ns.example.com')),
      'ns.example.com, which is not an IP address',
    ],
    [
      'an answer without configurations',
      '<R><dhcpOptionsSet><item><dhcpOptionsId>dopt-0aaaaaaa</dhcpOptionsId></item></dhcpOptionsSet></R>',
      'no DhcpConfigurations',
    ],
  ])('%s is a gap', async (_, body, message) => {
    service.current().ec2 = () => body
    expect(await ask()).toMatchObject({ ok: false, gap: { action: 'ec2:DescribeDhcpOptions', message: expect.stringContaining(message) } })
  })
})

describe('hosted zones', () => {
  const ask = (plan: Plan = aPlan()) =>
    attempt(() => hostedZones.collect(service.context(plan), async () => ({})), 'route53:ListHostedZonesByVPC')
  const page = (zones: readonly string[], token = ''): HttpAnswer => ({
    headers: { 'content-type': 'text/xml' },
    body: `<ListHostedZonesByVPCResponse xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><HostedZoneSummaries>${zones.join('')}</HostedZoneSummaries><MaxItems>100</MaxItems>${token}</ListHostedZonesByVPCResponse>`,
  })
  const zone = (id: string, name: string, owner: string): string =>
    `<HostedZoneSummary><HostedZoneId>${id}</HostedZoneId><Name>${name}</Name><Owner>${owner}</Owner></HostedZoneSummary>`
  const account = '<OwningAccount>123456789012</OwningAccount>'

  test('all pages are read, of this VPC, whoever owns the zones', async () => {
    service.current().rest = inOrder(
      page([zone('Z0AAAA', 'S3.us-west-2.amazonaws.com.', account)], '<NextToken>more</NextToken>'),
      page([zone('Z0BBBB', 'efs.example.', '<OwningService>efs.amazonaws.com</OwningService>')]),
    )
    expect(await ask()).toEqual({
      ok: true,
      value: [
        aHostedZone({ hostedZoneId: 'Z0AAAA', name: 's3.us-west-2.amazonaws.com' }),
        aHostedZone({ hostedZoneId: 'Z0BBBB', name: 'efs.example', owningService: 'efs.amazonaws.com' }),
      ],
    })
    const asked = service.current().asked.map((request) => new URL(request.replace('GET ', ''), 'http://loopback'))
    expect(asked.map(({ pathname }) => pathname)).toEqual(['/2013-04-01/hostedzonesbyvpc', '/2013-04-01/hostedzonesbyvpc'])
    const each = ['vpcid', 'vpcregion', 'nexttoken'] as const
    expect(asked.map(({ searchParams }) => each.map((name) => searchParams.get(name)))).toEqual([
      ['vpc-0a1b2c3d', 'us-west-2', null],
      ['vpc-0a1b2c3d', 'us-west-2', 'more'],
    ])
  })

  test('a VPC without any has none, a plan without VPC asks for none', async () => {
    service.current().rest = inOrder(page([]))
    expect(await ask()).toEqual({ ok: true, value: [] })
    expect(await ask(aPlan({ vpcId: null }))).toEqual({ ok: true, value: [] })
    expect(service.current().asked).toHaveLength(1)
  })

  test.each<[string, readonly HttpAnswer[], string]>([
    ['a page that leads to itself', [page([], '<NextToken>more</NextToken>'), page([], '<NextToken>more</NextToken>')], 'read already'],
    ['a zone without an owner', [page([zone('Z0AAAA', 'corp.', '')])], 'who owns'],
    ['a zone without a name', [page([zone('Z0AAAA', '', account)])], 'no Name'],
    ['an answer that says nothing', [{ body: '<ListHostedZonesByVPCResponse/>' }], 'no HostedZoneSummaries'],
    [
      'a refusal',
      [
        {
          status: 403,
          body: '<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>',
        },
      ],
      'AccessDenied',
    ],
  ])('%s is a gap', async (_, answers, message) => {
    service.current().rest = inOrder(...answers)
    expect(await ask()).toMatchObject({
      ok: false,
      gap: { action: 'route53:ListHostedZonesByVPC', message: expect.stringContaining(message) },
    })
  })
})
