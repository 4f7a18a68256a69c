import ipaddr from 'ipaddr.js'
import type { Fact, Gap } from '../../model/fact.ts'
import type { Route, RouteTable } from '../../model/facts/network.ts'
import { conjunction } from '../text/enumerate.ts'
import type { Routing } from './internet-access.ts'
import { applianceAddresses } from './routers.ts'
import { targetText, waysToInternet } from './routes.ts'

/**
 * The addresses on the internet that nodes behind a route table come from: those of the NAT gateways or NAT instances that its default
 * routes lead to. A gap where one of them is not known: what another router puts in their place is not seen from here.
 */
export const exitAddresses = (table: RouteTable, routing: Routing): Fact<readonly string[]> => {
  const ways = waysToInternet(table, routing.prefixLists)
  const routes = [...new Set(ways.flatMap((way) => ('route' in way ? [way.route] : [])))]
  const each = routes.map((route) => addressesOf(route, routing))
  const unknown = each.find((addresses) => !addresses.ok)
  if (unknown !== undefined) return unknown
  return { ok: true, value: [...new Set(each.flatMap((addresses) => (addresses.ok ? addresses.value : [])))] }
}

const addressesOf = (route: Route, routing: Routing): Fact<readonly string[]> => {
  const { natGateways } = routing
  const unseen = (why: string): Fact<never> => ({ ok: false, gap: gapOf(route, why) })
  if (route.target.kind !== 'nat-gateway') {
    const addresses = applianceAddresses(route, routing)
    return addresses === null ? unseen('cannot be seen from this VPC') : { ok: true, value: addresses }
  }
  if (!natGateways.ok) return natGateways
  const gateway = natGateways.value.find(({ natGatewayId }) => natGatewayId === route.target.id)
  if (gateway?.unread !== undefined) return { ok: false, gap: gateway.unread }
  return gateway === undefined || gateway.publicIps.length === 0
    ? unseen('is not in the answer of ec2:DescribeNatGateways')
    : { ok: true, value: gateway.publicIps }
}

const gapOf = ({ target, destination }: Route, why: string): Gap => ({
  reason: 'unsupported',
  action: 'none',
  message: `${destination} leads through ${targetText(target)}, and the address on the internet that nodes come from behind it ${why}`,
})

/** The addresses that none of these blocks holds. */
export const outsideOf = (blocks: readonly string[], addresses: readonly string[]): readonly string[] =>
  addresses.filter((address) => !blocks.some((block) => holds(block, address)))

/** Blocks of the other address family, and what is no block, hold no address. */
const holds = (block: string, address: string): boolean => {
  if (!ipaddr.isValidCIDR(block) || !ipaddr.isValid(address)) return false
  const [parsed, range] = [ipaddr.parse(address), ipaddr.parseCIDR(block)]
  return parsed.kind() === range[0].kind() && parsed.match(range)
}

/** Blocks as a sentence says them: `198.51.100.0/24 and 203.0.113.0/24`, `nobody`. */
export const blocksText = (blocks: readonly string[]): string => (blocks.length === 0 ? 'nobody' : conjunction(blocks))
