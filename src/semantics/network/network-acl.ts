import type { Fact } from '../../model/fact.ts'
import type { NetworkAcl, NetworkAclEntry } from '../../model/facts/network.ts'
import { spanOf } from './cidr-cover.ts'

/** A port range, both ends included. */
export interface Ports {
  readonly from: number
  readonly to: number
}

/** Traffic to judge, over IPv4 or IPv6 as `peer` is. */
export interface AclTraffic {
  readonly direction: NetworkAclEntry['direction']
  /** CIDR block of the other side. */
  readonly peer: string
  /**
   * Protocol number, or `-1` for every protocol but ICMP: which types of ICMP messages an entry means is not known, so it is not judged.
   */
  readonly protocol: string
  /** Destination ports; they mean nothing for protocols without ports. */
  readonly ports: Ports
}

/** `partly`: some of the traffic is let through and some is not. */
export type AclDecision = 'allowed' | 'denied' | 'partly'

export const allPorts: Ports = { from: 0, to: 65_535 }

/**
 * The network ACL of a subnet: each subnet has exactly one. A gap where the list has none, for then it is not all of it.
 * https://docs.aws.amazon.com/vpc/latest/userguide/nacl-basics.html
 */
export const networkAclOf = (subnetId: string, acls: readonly NetworkAcl[]): Fact<NetworkAcl> => {
  const acl = acls.find(({ subnetIds }) => subnetIds.includes(subnetId))
  if (acl !== undefined) return { ok: true, value: acl }
  const message = `ec2:DescribeNetworkAcls lists no network ACL for ${subnetId} that can be read`
  return { ok: false, gap: { reason: 'unexpected', action: 'ec2:DescribeNetworkAcls', message } }
}

/**
 * Whether a network ACL lets traffic through. It is judged piece by piece, each by the matching entry with the lowest rule number, so
 * that what one entry denies of a block is seen even where the next allows the rest.
 * https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html
 *
 * @throws where `peer` is not a CIDR block
 */
export const decideAcl = (acl: NetworkAcl, traffic: AclTraffic): AclDecision => {
  const pieces = decidedPieces(acl, traffic)
  const denied = pieces.filter((entry) => entry?.action !== 'allow')
  if (denied.length === 0) return 'allowed'
  return denied.length === pieces.length ? 'denied' : 'partly'
}

/** The entries that deny some of the traffic, by rule number; null stands for what no entry matches, which is denied too. */
export const denyingEntries = (acl: NetworkAcl, traffic: AclTraffic): readonly (NetworkAclEntry | null)[] => {
  const denying = new Set(decidedPieces(acl, traffic).filter((entry) => entry?.action !== 'allow'))
  return [...denying].sort((a, b) => (a?.ruleNumber ?? Number.POSITIVE_INFINITY) - (b?.ruleNumber ?? Number.POSITIVE_INFINITY))
}

/**
 * The entry that decides each piece of the traffic, null where none does. A piece is a span of addresses, one protocol and a span of
 * ports that no entry divides: whichever of its packets is asked about, the answer is the same.
 */
const decidedPieces = (acl: NetworkAcl, { direction, peer, protocol, ports }: AclTraffic): readonly (NetworkAclEntry | null)[] => {
  const whole = spanOf(peer)
  if (whole === null) throw new Error(`${peer} is not a CIDR block`)
  const entries = acl.entries
    .filter((entry) => entry.direction === direction && (protocol === '-1' || applies(entry, protocol)))
    .flatMap((entry) => {
      const span = spanOf(entry.cidrBlock)
      return span === null ? [] : [{ entry, span }]
    })
    .filter(({ span }) => span.family === whole.family && span.first <= whole.last && whole.first <= span.last)
    .sort((a, b) => a.entry.ruleNumber - b.entry.ruleNumber)
  const addresses = [whole.first, ...entries.flatMap(({ span }) => [span.first, span.last + 1n])].filter(
    (address, index, all) => whole.first <= address && address <= whole.last && all.indexOf(address) === index,
  )
  const protocols = protocol === '-1' ? [...new Set([...entries.map(({ entry }) => entry.protocol), otherProtocol])] : [protocol]
  return protocols
    .filter((number) => number !== '-1' && !icmp.has(number))
    .flatMap((number) => {
      const starts = withPorts.has(number)
        ? portStarts(
            entries.map(({ entry }) => entry),
            ports,
          )
        : [ports.from]
      return addresses.flatMap((address) =>
        starts.map((port) => {
          const matching = entries.find(
            ({ entry, span }) =>
              span.first <= address && address <= span.last && applies(entry, number) && (!withPorts.has(number) || holdsPort(entry, port)),
          )
          return matching?.entry ?? null
        }),
      )
    })
}

const applies = ({ protocol }: NetworkAclEntry, number: string): boolean => protocol === '-1' || protocol === number

const holdsPort = ({ fromPort, toPort }: NetworkAclEntry, port: number): boolean =>
  fromPort === null || toPort === null || (fromPort <= port && port <= toPort)

/** First ports of the spans that the entries divide the range into. */
const portStarts = (entries: readonly NetworkAclEntry[], { from, to }: Ports): readonly number[] => [
  ...new Set([
    from,
    ...entries
      .flatMap(({ fromPort, toPort }) => (fromPort === null || toPort === null ? [] : [fromPort, toPort + 1]))
      .filter((port) => from <= port && port <= to),
  ]),
]

/** TCP and UDP: https://www.iana.org/assignments/protocol-numbers */
const withPorts: ReadonlySet<string> = new Set(['6', '17'])
const icmp: ReadonlySet<string> = new Set(['1', '58'])
/** Stands for every protocol that no entry names. */
const otherProtocol = 'other'
