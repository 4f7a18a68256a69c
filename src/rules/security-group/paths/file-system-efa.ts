import type { Fact } from '../../../model/fact.ts'
import type { FileSystem } from '../../../model/facts/fsx.ts'
import type { SecurityGroupPermission } from '../../../model/facts/network.ts'
import type { Facts } from '../../../model/facts.ts'
import type { Evidence, Outcome } from '../../../model/finding.ts'
import type { Location } from '../../../model/plan.ts'
import { type NodePeer, type Peer, reach, type Traffic } from '../../../semantics/network/security-graph.ts'
import { efaUse } from '../../../semantics/network/security-groups.ts'
import { fail } from '../../engine/outcome.ts'
import { isClosed, isUndecided, openPaths, type Path, undecidedPath } from './security-group-path.ts'

/** Nodes and a file system that they reach over TCP. */
export interface EfaCase {
  readonly nodes: NodePeer
  readonly servers: readonly Peer[]
  readonly found: FileSystem
  readonly facts: { readonly [K in 'prefixLists' | 'instanceTypes']: Fact<Facts[K]> }
  readonly subject: string
  readonly location: Location | null
  readonly evidence: Evidence
}

const everything: Traffic = { protocol: 'all', fromPort: 0, toPort: 65_535 }

/**
 * What keeps EFA from an EFA-enabled file system; null where nothing does, or where none of the nodes has EFA. Both sides must allow all
 * traffic of the other's groups, and the file system that of its own, by rules that name groups.
 * https://docs.aws.amazon.com/fsx/latest/LustreGuide/limit-access-security-groups.html#efa-security-groups
 */
export const efaProblem = (given: EfaCase, region: string): Outcome | null => {
  const { nodes, servers, found, facts, subject, location, evidence } = given
  if (found.efaEnabled !== true || efaUse(nodes.placement, facts.instanceTypes).kind === 'no') return null
  const client = byGroupsAlone(nodes)
  const paths: readonly Path[] = servers.map(byGroupsAlone).flatMap((server) =>
    [[client, server] as const, [server, client] as const, [server, server] as const].map(([from, to]) => ({
      from,
      to,
      traffic: everything,
      reach: reach(from, to, everything, facts.prefixLists),
    })),
  )
  const closed = paths.filter(isClosed)
  if (closed.length > 0) {
    const ways = closed.map(({ from, to }) => (from === to ? `within ${to.name}` : `from ${from.name} to ${to.name}`))
    const message = `${found.fileSystemId} is EFA-enabled, and no security group rules that name groups allow all traffic ${ways.join(', ')}: nodes can mount it over TCP, not over EFA`
    return fail(subject, message, openPaths(closed, region), { location, evidence, severity: 'warning' })
  }
  const [doubtful] = paths.filter(isUndecided)
  return doubtful === undefined ? null : undecidedPath(doubtful, { subject, location, evidence, severity: 'warning' })
}

/** The peer as EFA sees it: address ranges and prefix lists in rules do not count. */
const byGroupsAlone = (peer: Peer): Peer => ({
  ...peer,
  securityGroups: peer.securityGroups.map((group) => ({
    ...group,
    ingress: group.ingress.map(withoutRanges),
    egress: group.egress.map(withoutRanges),
  })),
})

const withoutRanges = (permission: SecurityGroupPermission): SecurityGroupPermission => ({
  ...permission,
  ipv4Ranges: [],
  ipv6Ranges: [],
  prefixListIds: [],
})
