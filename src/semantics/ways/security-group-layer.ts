import type { Gap } from '../../model/fact.ts'
import type { SecurityGroupPermission } from '../../model/facts/network.ts'
import { coversAll, everyAddress, familyOf } from '../network/cidr-cover.ts'
import { idsOf, knownRanges, letsIn, letsOut, type Peer, prefixListOf, type Reach, type Traffic } from '../network/security-graph.ts'
import { onTcpPort } from '../network/security-groups.ts'
import { conjunction } from '../text/enumerate.ts'
import { groupsSubject, type Network, nodesOf } from './network.ts'
import type { Placement } from './placements.ts'
import { closed, open, type Step, undecided } from './step.ts'

const https: Traffic = { protocol: 'tcp', fromPort: 443, toPort: 443 }
const everybody: Peer = { name: everyAddress.ipv4, securityGroups: [], unread: [], cidrBlocks: [everyAddress.ipv4] }

/** Outbound rules of the nodes, and inbound ones of the other side, for HTTPS to network interfaces of the VPC. */
export const toPeer = (placement: Placement, peer: Peer, at: string, network: Network): readonly Step[] => {
  const nodes = nodesOf(placement, network)
  const { prefixLists } = network.facts
  if (!nodes.ok) return [undecided('security-group-out', groupsSubject(placement), nodes.gap)]
  if (nodes.value === null) return []
  return [
    stepOf('security-group-out', groupsSubject(placement), letsOut(nodes.value, peer, https, prefixLists), () =>
      outText(placement, `to ${peer.name}`),
    ),
    stepOf('security-group-in', at, letsIn(peer, nodes.value, https, prefixLists), () => inText(peer, placement)),
  ]
}

/** Any traffic between two peers of the VPC; both ways unless only the first one opens connections. */
export const between = (
  from: Peer,
  to: Peer,
  traffic: Traffic,
  { facts: { prefixLists } }: Network,
  direction: 'both-ways' | 'one-way' = 'both-ways',
): readonly Step[] => {
  const legs = direction === 'one-way' || from.name === to.name ? [[from, to] as const] : [[from, to] as const, [to, from] as const]
  return legs.flatMap(([one, other]) => [
    stepOf(
      'security-group-out',
      idsOf(one).join(', '),
      letsOut(one, other, traffic, prefixLists),
      () => `${idsOf(one).join(', ')} has no outbound rule that allows ${trafficText(traffic)} to ${other.name}`,
    ),
    stepOf(
      'security-group-in',
      idsOf(other).join(', '),
      letsIn(other, one, traffic, prefixLists),
      () => `${idsOf(other).join(', ')} has no inbound rule that allows ${trafficText(traffic)} from ${one.name}`,
    ),
  ])
}

const trafficText = ({ protocol, fromPort, toPort }: Traffic): string =>
  protocol === 'all' ? 'all traffic' : `${protocol.toUpperCase()} ${fromPort === toPort ? fromPort : `${fromPort}-${toPort}`}`

/** Outbound rules of the nodes for HTTPS to addresses that are not known: only rules for none, or for all, settle it. */
export const toUnknown = (placement: Placement, network: Network): readonly Step[] =>
  outbound(placement, network, (nodes) => {
    const nowhere: Peer = { name: 'addresses that are not known', securityGroups: [], unread: [], cidrBlocks: [] }
    const out = letsOut(nodes, nowhere, https, network.facts.prefixLists)
    return { kind: out.kind, gap: out.kind === 'undecided' ? out.gap : null }
  })

/** Outbound rules of the nodes for HTTPS to AWS's public addresses, of which only their being public is known. */
export const toPublic = (placement: Placement, network: Network): readonly Step[] =>
  outbound(placement, network, (nodes) => {
    const out = letsOut(nodes, everybody, https, network.facts.prefixLists)
    if (out.kind !== 'closed') return { kind: out.kind === 'open' ? 'open' : 'undecided', gap: out.kind === 'open' ? null : out.gap }
    const ranges = publicRanges(nodes, network)
    if (ranges.length === 0) return { kind: 'closed', gap: null }
    const message = `outbound rules for TCP 443 of ${groupsSubject(placement)} name only ${conjunction(ranges, 2)} of the internet, and whether AWS answers there is not known`
    return { kind: 'undecided', gap: { reason: 'unsupported', action: 'none', message } }
  })

/**
 * Outbound rules of the nodes for HTTPS to S3: to all of the internet, to the prefix list of S3 by its id, or to its addresses. `lists` are
 * the ids of prefix lists that routes lead to a gateway endpoint of S3.
 */
export const toS3 = (placement: Placement, lists: readonly string[], network: Network): readonly Step[] => {
  const { facts, plan } = network
  return outbound(placement, network, (nodes) => {
    const named = namedLists(nodes)
    const ofS3 = [...new Set([...lists, ...named, ...(facts.prefixLists.ok ? Object.keys(facts.prefixLists.value) : [])])].filter(
      (id) => lists.includes(id) || isListOfS3(id, plan.region, network),
    )
    if (ofS3.some((id) => named.includes(id) || holdsAll(id, nodes, network))) return { kind: 'open', gap: null }
    const [anywhere] = toPublic(placement, network)
    if (anywhere === undefined || anywhere.state !== 'closed') {
      return { kind: anywhere?.state ?? 'open', gap: anywhere?.state === 'undecided' ? anywhere.gap : null }
    }
    // A list that could not be read may be that of S3.
    const unread = named.map((id) => prefixListOf(id, facts.prefixLists)).find((list) => !list.ok)
    return unread === undefined || unread.ok ? { kind: 'closed', gap: null } : { kind: 'undecided', gap: unread.gap }
  })
}

interface Answer {
  readonly kind: 'open' | 'closed' | 'undecided'
  readonly gap: Gap | null
}

const outbound = (placement: Placement, network: Network, judge: (nodes: Peer) => Answer): readonly Step[] => {
  const nodes = nodesOf(placement, network)
  const at = groupsSubject(placement)
  if (!nodes.ok) return [undecided('security-group-out', at, nodes.gap)]
  if (nodes.value === null) return []
  const { kind, gap } = judge(nodes.value)
  if (gap !== null) return [undecided('security-group-out', at, gap)]
  if (kind === 'open') return [open('security-group-out', at)]
  return [closed('security-group-out', at, outText(placement, 'to public addresses'))]
}

const stepOf = (layer: 'security-group-out' | 'security-group-in', at: string, reach: Reach, why: () => string): Step => {
  if (reach.kind === 'open') return open(layer, at)
  return reach.kind === 'closed' ? closed(layer, at, why()) : undecided(layer, at, { ...reach.gap, message: reach.because })
}

const outText = (placement: Placement, where: string): string =>
  `${groupsSubject(placement)} ${placement.securityGroupIds.length === 1 ? 'has' : 'have'} no outbound rule that allows TCP 443 ${where}`

const inText = (peer: Peer, placement: Placement): string => {
  const ids = idsOf(peer)
  return `${ids.join(', ')} of ${peer.name} ${ids.length === 1 ? 'has' : 'have'} no inbound rule that allows TCP 443 from ${groupsSubject(placement)}`
}

const onHttps = ({ securityGroups }: Peer): readonly SecurityGroupPermission[] =>
  onTcpPort(
    securityGroups.flatMap(({ egress }) => egress),
    https.fromPort,
  )

/** Prefix lists that the nodes may open HTTPS to. */
const namedLists = (nodes: Peer): readonly string[] => [...new Set(onHttps(nodes).flatMap(({ prefixListIds }) => prefixListIds))]

const isListOfS3 = (id: string, region: string, { facts }: Network): boolean => {
  const list = prefixListOf(id, facts.prefixLists)
  return list.ok && list.value.name.endsWith(`.${region}.s3`)
}

const holdsAll = (id: string, nodes: Peer, { facts }: Network): boolean => {
  const list = prefixListOf(id, facts.prefixLists)
  if (!list.ok || list.value.cidrBlocks.length === 0) return false
  const peer: Peer = { name: id, securityGroups: [], unread: [], cidrBlocks: list.value.cidrBlocks }
  return letsOut(nodes, peer, https, facts.prefixLists).kind === 'open'
}

/** IPv4 ranges of the internet that the nodes may open HTTPS to, other than those of S3's own list. */
const publicRanges = (nodes: Peer, network: Network): readonly string[] => {
  const { facts, plan } = network
  return onHttps(nodes)
    .map((permission) => ({ ...permission, prefixListIds: permission.prefixListIds.filter((id) => !isAwsList(id, plan.region, network)) }))
    .flatMap((permission) => knownRanges(permission, facts.prefixLists))
    .filter((range) => familyOf(range) === 'ipv4' && isPublic(range))
}

/** A list of AWS's own holds the addresses of one service of the Region. */
const isAwsList = (id: string, region: string, { facts }: Network): boolean => {
  const list = prefixListOf(id, facts.prefixLists)
  return list.ok && list.value.name.startsWith(`com.amazonaws.${region}.`)
}

/** Address ranges that nothing on the internet has: https://www.iana.org/assignments/iana-ipv4-special-registry */
const notOfInternet: readonly string[] = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.2.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
]

const isPublic = (block: string): boolean => !coversAll(notOfInternet, [block])
