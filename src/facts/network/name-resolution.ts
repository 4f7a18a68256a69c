import { type DhcpOptions as Ec2DhcpOptions, paginateDescribeDhcpOptions } from '@aws-sdk/client-ec2'
import { type HostedZoneSummary, ListHostedZonesByVPCCommand, type VPCRegion } from '@aws-sdk/client-route-53'
import type { DhcpOptions, HostedZone } from '../../model/facts/network.ts'
import { address, checkNextPage, field, forms, matching, pages } from '../engine/answer.ts'
import { type Context, defineCollector } from '../engine/collect.ts'
import { plannedVpcId } from './planned-vpc.ts'

/**
 * The DHCP options of the plan's VPC. Nodes of one without any ask the Amazon DNS server.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeDhcpOptions.html
 * https://docs.aws.amazon.com/vpc/latest/userguide/DHCPOptionSetConcepts.html
 */
export const dhcpOptions = defineCollector({
  id: 'dhcpOptions',
  needs: ['vpc'],
  actions: ['ec2:DescribeDhcpOptions'],
  collect: async ({ clients }: Context, get) => {
    const id = (await get('vpc'))?.dhcpOptionsId
    if (id === undefined || id === 'default') return null
    const found = await pages(
      paginateDescribeDhcpOptions({ client: clients.ec2 }, { Filters: [{ Name: 'dhcp-options-id', Values: [id] }] }),
      'DhcpOptions',
    )
    const options = found.find(({ DhcpOptionsId }) => DhcpOptionsId === id)
    if (options === undefined) throw new Error(`ec2:DescribeDhcpOptions does not list ${id}, which the VPC has`)
    return toDhcpOptions(options)
  },
})

const toDhcpOptions = (options: Ec2DhcpOptions): DhcpOptions => ({
  dhcpOptionsId: matching(options, 'DhcpOptionsId', /^dopt-./),
  domainNameServers: field(options, 'DhcpConfigurations')
    .filter((configuration) => field(configuration, 'Key') === 'domain-name-servers')
    .flatMap((configuration) => field(configuration, 'Values'))
    .map((value) =>
      field(value, 'Value') === amazonProvided ? amazonProvided : address({ DomainNameServer: value.Value }, 'DomainNameServer'),
    ),
})

const amazonProvided = 'AmazonProvidedDNS'

/**
 * Private hosted zones by VPC: of this account, of others, and of AWS services. The SDK has no paginator for it.
 * https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListHostedZonesByVPC.html
 */
export const hostedZones = defineCollector({
  id: 'hostedZones',
  needs: ['subnets'],
  actions: ['route53:ListHostedZonesByVPC'],
  collect: async ({ plan, clients }: Context, get) => {
    const vpcId = await plannedVpcId({ plan }, get)
    if (vpcId === null) return []
    const zones: HostedZone[] = []
    const seen = new Set<unknown>()
    let token: string | undefined
    do {
      const page = await clients.route53.send(
        new ListHostedZonesByVPCCommand({
          VPCId: vpcId,
          VPCRegion: regionOf(plan.region),
          ...(token !== undefined && { NextToken: token }),
        }),
      )
      zones.push(...field(page, 'HostedZoneSummaries').map(toHostedZone))
      checkNextPage(page, seen)
      token = page.NextToken || undefined
    } while (token !== undefined)
    return zones
  },
})

/** The SDK lists the Regions that it knows, and AWS opens more of them. */
const isRegion = (region: string): region is VPCRegion => forms.region.test(region)

const regionOf = (region: string): VPCRegion => {
  if (!isRegion(region)) throw new Error(`${region} is no Region`)
  return region
}

const toHostedZone = (zone: HostedZoneSummary): HostedZone => {
  const { OwningAccount, OwningService } = field(zone, 'Owner')
  if (!OwningAccount && !OwningService) throw new Error('the answer does not say who owns a hosted zone')
  return {
    hostedZoneId: matching(zone, 'HostedZoneId', /^[A-Z0-9]+$/),
    name: matching(zone, 'Name', /[^.]/).toLowerCase().replace(/\.$/, ''),
    owningService: OwningService || null,
  }
}
