import ipaddr from 'ipaddr.js'
import { publicResolvers } from '../../catalog/names/public-resolvers.ts'
import type { DhcpOptions, HostedZone, Vpc } from '../../model/facts/network.ts'

/** Who answers when nodes of a VPC look a name up. */
export type Resolver =
  /** The Amazon DNS server: it knows private names too, those of endpoints and of the hosted zones of the VPC. */
  | { readonly kind: 'amazon' }
  /** Servers of the internet, which know public names alone. */
  | { readonly kind: 'public'; readonly addresses: readonly string[] }
  /** Servers of somebody's own. They may pass questions on to the Amazon DNS server, or not. Empty where the options name none. */
  | { readonly kind: 'own'; readonly addresses: readonly string[] }

/**
 * Nodes ask the first server that answers. Without DHCP options, nodes of the Nitro System ask the Amazon DNS server.
 * https://docs.aws.amazon.com/vpc/latest/userguide/DHCPOptionSetConcepts.html
 */
export const resolverOf = (options: DhcpOptions | null, vpc: Pick<Vpc, 'cidrBlocks'> | null): Resolver => {
  if (options === null) return { kind: 'amazon' }
  const { domainNameServers: servers } = options
  const [first] = servers
  if (first !== undefined && isAmazon(first, vpc)) return { kind: 'amazon' }
  return servers.length > 0 && servers.every((server) => publicResolvers.has(server))
    ? { kind: 'public', addresses: servers }
    : { kind: 'own', addresses: servers }
}

/** Its addresses in every VPC. https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html */
const amazonAddresses: ReadonlySet<string> = new Set(['AmazonProvidedDNS', '169.254.169.253', 'fd00:ec2::253'])

/** It also has the second address after the first one of the VPC's first block. */
const isAmazon = (server: string, vpc: Pick<Vpc, 'cidrBlocks'> | null): boolean => {
  const [block] = vpc?.cidrBlocks ?? []
  return amazonAddresses.has(server) || (block !== undefined && server === secondAfter(block))
}

const secondAfter = (block: string): string | null => {
  if (!ipaddr.IPv4.isValidCIDR(block)) return null
  const [a = 0, b = 0, c = 0, d = 0] = ipaddr.IPv4.networkAddressFromCIDR(block).toByteArray()
  return [a, b, c, d + 2].join('.')
}

/** Whether a hosted zone answers for a host name: the name is its own, or below it. */
export const answersFor = ({ name }: Pick<HostedZone, 'name'>, host: string): boolean => host === name || host.endsWith(`.${name}`)
