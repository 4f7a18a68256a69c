import type { Gap } from '../../../model/fact.ts'
import type { Evidence, Fix, Outcome, Severity } from '../../../model/finding.ts'
import type { Location } from '../../../model/plan.ts'
import { idsOf, type Peer, type Reach, type Traffic } from '../../../semantics/network/security-graph.ts'
import { command } from '../../engine/command.ts'

/** Connections that one peer opens to another, and what the security groups of both make of them. */
export interface Path {
  readonly from: Peer
  readonly to: Peer
  readonly traffic: Traffic
  readonly reach: Reach
}

type With<T extends Path, K extends Reach['kind']> = T & { readonly reach: Extract<Reach, { readonly kind: K }> }
export type ClosedPath = With<Path, 'closed'>

export const isClosed = <T extends Path>(path: T): path is With<T, 'closed'> => path.reach.kind === 'closed'
export const isUndecided = <T extends Path>(path: T): path is With<T, 'undecided'> => path.reach.kind === 'undecided'

/** `TCP 988`, as people write it. */
export const trafficText = ({ protocol, fromPort, toPort }: Traffic): string => {
  if (protocol === 'all') return 'all traffic'
  return `${protocol.toUpperCase()} ${fromPort === toPort ? fromPort : `${fromPort}-${toPort}`}`
}

/** What is closed between two peers and which security groups close it, as part of a sentence. */
export const closedText = (paths: readonly ClosedPath[]): string => {
  const [first] = paths
  if (first === undefined) throw new Error('nothing is closed')
  const { from, to } = first
  const lacks = [
    ...(closes(paths, 'egress') ? [lackText(from, 'outbound')] : []),
    ...(closes(paths, 'ingress') ? [lackText(to, 'inbound')] : []),
  ]
  return `${from.name} cannot reach ${to.name} on ${portsText(paths)}: ${lacks.join(' and ')}`
}

/** `TCP 988, 1018-1023`: the protocol once. */
const portsText = (paths: readonly ClosedPath[]): string =>
  paths
    .map(({ reach, traffic }, index) => (index === 0 ? reach.ports : reach.ports.replace(`${traffic.protocol.toUpperCase()} `, '')))
    .join(', ')

const closes = (paths: readonly ClosedPath[], side: 'egress' | 'ingress'): boolean =>
  paths.some(({ reach }) => reach.closedAt.includes(side))

const lackText = (peer: Peer, direction: 'inbound' | 'outbound'): string => {
  const ids = idsOf(peer)
  return `${ids.join(', ')} ${ids.length === 1 ? 'has' : 'have'} no ${direction} rule for it`
}

interface Undecided {
  readonly subject: string
  readonly location: Location | null
  readonly evidence: Evidence
  readonly severity?: Severity | undefined
  /** What is to blame; that of the path where undefined. */
  readonly gap?: Gap | undefined
  /** A way out beside mending the gap. */
  readonly fix?: Fix | undefined
}

/** What is not known about a path, and why not. */
export const undecidedPath = ({ from, to, traffic, reach }: With<Path, 'undecided'>, given: Undecided): Outcome => {
  const { subject, location, evidence, severity, gap = reach.gap, fix } = given
  return {
    status: 'unknown',
    subject,
    message: `whether ${from.name} can reach ${to.name} on ${trafficText(traffic)} is not known: ${reach.because}`,
    gap,
    evidence,
    ...(location !== null && { location }),
    ...(severity !== undefined && { severity }),
    ...(fix !== undefined && { fix }),
  }
}

/**
 * Opens the paths by rules that name the security group of the other side: they go on holding when subnets or addresses change. Both
 * peers of a path must have a group.
 */
export const openPaths = (paths: readonly ClosedPath[], region: string): Fix => {
  const additions = additionsFor(paths)
  return {
    text: `${additions.map(additionText).join('; ')}.`,
    commands: additions.map(({ side, holder, other, traffics }) =>
      command(
        ...['aws', 'ec2', `authorize-security-group-${side}`, '--region', region, '--group-id', holder],
        ...['--ip-permissions', ...traffics.map((traffic) => `${permissionOf(traffic)},UserIdGroupPairs=[{GroupId=${other}}]`)],
      ),
    ),
  }
}

/** Rules to add to one group: one call of the API, which refuses all of them where one is there already. */
interface Addition {
  readonly side: 'egress' | 'ingress'
  /** The group that lacks the rules, and the one that they have to name. */
  readonly holder: string
  readonly other: string
  readonly traffics: readonly Traffic[]
}

const additionsFor = (paths: readonly ClosedPath[]): readonly Addition[] => {
  const additions = new Map<string, Addition>()
  for (const path of paths) {
    for (const side of path.reach.closedAt) {
      const [holder, other] = side === 'egress' ? [path.from, path.to].map(firstGroup) : [path.to, path.from].map(firstGroup)
      if (holder === undefined || other === undefined) throw new Error('a peer without a security group cannot be opened')
      const key = `${side} ${holder} ${other}`
      const traffics = additions.get(key)?.traffics ?? []
      const wanted = traffics.some((traffic) => trafficText(traffic) === trafficText(path.traffic)) ? traffics : [...traffics, path.traffic]
      additions.set(key, { side, holder, other, traffics: wanted })
    }
  }
  return [...additions.values()]
}

const firstGroup = (peer: Peer): string | undefined => idsOf(peer)[0]

const additionText = ({ side, holder, other, traffics }: Addition, index: number): string => {
  const verb = index === 0 ? 'Allow' : 'allow'
  const ports = traffics.map(trafficText).join(' and ')
  return side === 'egress' ? `${verb} ${ports} from ${holder} out to ${other}` : `${verb} ${ports} into ${holder} from ${other}`
}

const permissionOf = ({ protocol, fromPort, toPort }: Traffic): string =>
  protocol === 'all' ? 'IpProtocol=-1' : `IpProtocol=${protocol},FromPort=${fromPort},ToPort=${toPort}`
