import type { Finding } from '../../model/finding.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import { gatewayAccess } from '../../semantics/network/endpoints.ts'
import { wayToInternet } from '../../semantics/network/routes.ts'
import type { Topology, TopologyNode, TopologyNodeKind, TopologyState } from '../schema/topology.ts'
import { standingOf } from '../wording/standing.ts'
import type { Part, Way } from './topology-part.ts'
import { type Parts, partsOf } from './topology-parts.ts'
import { destinationsOfS3, internet, targetId } from './topology-ways.ts'

/**
 * The network of the plan, its parts marked by the findings that are about them. Nothing is judged here: a part that no failing and no
 * unknown finding names is `ok`. Null where the plan names no subnet, or none that exists. Never throws: an edited or an older snapshot
 * of which no network can be made has none; the rules say what they could not read in it.
 */
export const topologyOf = (snapshot: Snapshot, findings: readonly Finding[]): Topology | null => {
  try {
    const network = markedNetwork(snapshot, findings)
    return network === null || network.nodes.every(isNamed) ? network : null
  } catch {
    return null
  }
}

/** Every word of it is a text, as the types say of facts that were collected. */
const isNamed = ({ id, label, detail, zone }: TopologyNode): boolean =>
  [id, label, detail ?? '', zone ?? ''].every((word: unknown) => typeof word === 'string')

const markedNetwork = (snapshot: Snapshot, findings: readonly Finding[]): Topology | null => {
  const parts = partsOf(snapshot)
  if (parts === null) return null
  const places = placesOf(parts)
  const marks = findings.flatMap((finding) => {
    const state = stateOf(finding)
    return state === 'ok' ? [] : aboutOf(finding, parts, places, snapshot).map((about) => ({ about, state, rule: finding.rule }))
  })
  const onNodes = new Map<string, Mark[]>()
  const onEdges = new Map<string, Mark[]>()
  const missing = new Map<string, Way>()
  const drawn = new Set(parts.edges.map(edgeKey))
  for (const { about, ...mark } of marks) {
    if (typeof about === 'string') mapped(onNodes, about).push(mark)
    else {
      mapped(onEdges, edgeKey(about)).push(mark)
      if (!drawn.has(edgeKey(about)) && !missing.has(edgeKey(about))) missing.set(edgeKey(about), about)
    }
  }
  const edges = [...parts.edges, ...missing.values()].map(({ from, to, label }) => ({
    from,
    to,
    ...(label !== undefined && { label }),
    ...markOf(onEdges.get(edgeKey({ from, to }))),
  }))
  const ends = new Set(edges.flatMap(({ from, to }) => [from, to]))
  return {
    vpcId: typeof parts.vpcId === 'string' ? parts.vpcId : null,
    nodes: parts.nodes
      .filter(({ id, kind }) => (kind !== 'internet' && kind !== 's3') || ends.has(id))
      .map(({ names, ...node }) => ({ ...node, ...markOf(onNodes.get(node.id)) })),
    edges,
    unread: parts.unread,
  }
}

interface Mark {
  readonly state: TopologyState
  readonly rule: string
}

/** The list of a key, which is there from now on. */
const mapped = <T>(lists: Map<string, T[]>, key: string): T[] => {
  const list = lists.get(key) ?? []
  lists.set(key, list)
  return list
}

const edgeKey = ({ from, to }: Pick<Way, 'from' | 'to'>): string => JSON.stringify([from, to])

const worstFirst: readonly TopologyState[] = ['broken', 'warning', 'unknown', 'ok']

const markOf = (marks: readonly Mark[] = []): { readonly state: TopologyState; readonly rules: readonly string[] } => ({
  state: worstFirst.find((state) => marks.some((mark) => mark.state === state)) ?? 'ok',
  rules: [...new Set(marks.map(({ rule }) => rule))],
})

/** Notices are advice, and a waived finding has somebody who answers for it: neither marks anything. */
const stateOf = (finding: Finding): TopologyState => {
  const standing = standingOf(finding)
  if (finding.severity === 'notice' || (standing !== 'fail' && standing !== 'unknown')) return 'ok'
  if (standing === 'unknown') return 'unknown'
  return finding.severity === 'error' ? 'broken' : 'warning'
}

/** What a finding is about: ids of nodes, and ways between them, which need not be there. */
type About = string | Way

const aboutOf = (finding: Finding, parts: Parts, places: Places, snapshot: Snapshot): readonly About[] => {
  const named = namedNodes(finding, parts, places)
  const ways = waysOf[finding.rule]?.({ finding, named, parts, snapshot }) ?? []
  if (ways.length > 0) return ways
  if (named.length > 0) return named.map(({ id }) => id)
  return concernsAll(finding) ? parts.nodes.filter(({ kind }) => kind === kindOf(finding.rule)).map(({ id }) => id) : []
}

/** Rules of these areas speak of buckets, clusters and instance groups by their bare names; elsewhere a name may be another's. */
const areasWithNames = /^(?:network|security-group|s3|eks|slurm)\//

/** Places in the list of nodes, by id and by other name: a report may have thousands of both nodes and findings. */
interface Places {
  readonly byId: ReadonlyMap<string, readonly number[]>
  readonly byName: ReadonlyMap<string, readonly number[]>
}

const placesOf = ({ nodes }: Parts): Places => {
  const [byId, byName] = [new Map<string, number[]>(), new Map<string, number[]>()]
  for (const [place, { id, names }] of nodes.entries()) {
    mapped(byId, id).push(place)
    for (const name of names) mapped(byName, name).push(place)
  }
  return { byId, byName }
}

/** Subjects are ids, lists of them, or ids with words between: each word may name a node, and an object in S3 names its bucket. */
const namedNodes = ({ rule, subject }: Finding, { nodes }: Parts, { byId, byName }: Places): readonly Part[] => {
  const words = new Set(
    subject.split(/[\s,;()→]+/).flatMap((word) => {
      const [uri] = /^s3:\/\/[^/]+/.exec(word) ?? []
      return uri === undefined ? [word] : [word, uri]
    }),
  )
  const found = [...words].flatMap((word) => [...(byId.get(word) ?? []), ...(areasWithNames.test(rule) ? (byName.get(word) ?? []) : [])])
  return [...new Set(found)].toSorted((a, b) => a - b).flatMap((place) => nodes[place] ?? [])
}

/** What could not be judged at all has no subject of its own; what eks rules judge is always the cluster. */
const concernsAll = ({ rule, status, subject }: Finding): boolean =>
  (status === 'unknown' && (subject === 'account' || subject === 'rule')) || rule.startsWith('eks/')

const kindOf = (rule: string): TopologyNodeKind | undefined => kindsOfRules[rule] ?? kindsOfAreas[rule.split('/')[0] ?? '']

const kindsOfRules: Readonly<Record<string, TopologyNodeKind>> = {
  'network/vpc': 'vpc',
  'network/dns': 'vpc',
  'network/s3-endpoint-policy': 'gateway-endpoint',
  'network/endpoints-usable': 'interface-endpoint',
  'network/training-plan': 'instance-groups',
  'network/type-offered': 'instance-groups',
  'security-group/lustre': 'file-system',
  'security-group/eks-control-plane': 'eks-cluster',
}

const kindsOfAreas: Readonly<Record<string, TopologyNodeKind>> = {
  network: 'subnet',
  'security-group': 'security-group',
  s3: 'bucket',
  eks: 'eks-cluster',
  slurm: 'file-system',
}

interface Context {
  readonly finding: Finding
  readonly named: readonly Part[]
  readonly parts: Parts
  readonly snapshot: Snapshot
}

const s3Ways = ({ named, parts, snapshot: { plan } }: Context): readonly Way[] =>
  tablesOf(named, parts).flatMap((table) => {
    const from = table.routeTableId
    if (parts.endpoints === null) return destinationsOfS3(plan).map(({ id }) => ({ from, to: id, label: 'way to S3 not known' }))
    const access = gatewayAccess('s3', plan.region, table, parts.endpoints)
    if (access.kind === 'unlisted') return [{ from, to: access.route.target.id }]
    if (access.kind === 'other-tables') return [{ from, to: access.endpoint.vpcEndpointId, label: 'not associated' }]
    if (access.kind !== 'none') return [{ from, to: access.endpoint.vpcEndpointId }]
    const label = nowhere.has(wayToInternet(table).kind) ? 'no route to S3' : 'no gateway endpoint for S3'
    return destinationsOfS3(plan).map(({ id }) => ({ from, to: id, label }))
  })

/** Ways that carry nothing of a node beyond the VPC and its peers. */
const nowhere: ReadonlySet<ReturnType<typeof wayToInternet>['kind']> = new Set([
  'no-route',
  'blackhole',
  'peering',
  'local',
  'internet-gateway',
])

const internetWays = ({ named, parts }: Context): readonly Way[] =>
  tablesOf(named, parts).map((table) => {
    const way = wayToInternet(table)
    const to = 'route' in way ? targetId(way.route.target) : null
    if (to !== null) return { from: table.routeTableId, to }
    const label = way.kind === 'undecided' ? 'way to the internet not known' : 'no route to the internet'
    return { from: table.routeTableId, to: internet, label }
  })

const tablesOf = (named: readonly Part[], { tables }: Parts) => named.flatMap(({ id }) => tables.get(id) ?? [])

/** The drawn edges between nodes of two kinds that the subject names; where it names none of one of them, all of that kind are meant. */
const between =
  (fromKind: TopologyNodeKind, toKind: TopologyNodeKind) =>
  ({ named, parts }: Context): readonly Way[] => {
    const meant = (kind: TopologyNodeKind): ReadonlySet<string> => {
      const ids = (nodes: readonly Part[]) => nodes.filter((node) => node.kind === kind).map(({ id }) => id)
      return new Set(ids(named).length > 0 ? ids(named) : ids(parts.nodes))
    }
    const [froms, tos] = [meant(fromKind), meant(toKind)]
    return parts.edges.filter(({ from, to }) => froms.has(from) && tos.has(to))
  }

/** An endpoint is asked about other buckets too, such as that of container image layers: what is so of those is said of the endpoint. */
const policyWays = (context: Context): readonly Way[] =>
  (['gateway-endpoint', 'bucket'] as const).every((wanted) => context.named.some(({ kind }) => kind === wanted))
    ? between('gateway-endpoint', 'bucket')(context)
    : []

/** Rules that judge a way between parts, by the way. All others mark the nodes that they name. */
const waysOf: Readonly<Record<string, (context: Context) => readonly Way[]>> = {
  'network/s3-route': s3Ways,
  'network/egress': internetWays,
  'network/s3-endpoint-policy': policyWays,
  'security-group/lustre': between('security-group', 'file-system'),
  'security-group/eks-control-plane': between('security-group', 'eks-cluster'),
}
