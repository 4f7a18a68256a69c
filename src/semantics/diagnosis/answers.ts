import type { FailureMessage } from '../../catalog/failure-message.ts'
import { noNodes } from '../../catalog/failure-messages.ts'
import type { DiagnosedAnswer } from '../../model/diagnosis.ts'
import type { ExistingCluster } from '../../model/facts/cluster.ts'
import type { ClusterEvent, ClusterNodes, LifecycleLogs } from '../../model/facts/diagnosis.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import { keyed, knownValue } from '../fact.ts'
import { plural } from '../text/enumerate.ts'
import { messagesIn } from '../text/failure-match.ts'

/** Something that AWS said, with the rows of the catalog that it is, the best fit first. */
export interface Answer extends Pick<DiagnosedAnswer, 'source' | 'message' | 'about' | 'time' | 'count'> {
  readonly rows: readonly FailureMessage[]
}

/** What AWS says of the failure: of the cluster, of its steps, of its nodes, then what scripts printed. Each message is told once. */
export const answersOf = (facts: Snapshot['facts']): readonly Answer[] => {
  const cluster = knownValue(facts.namedCluster) ?? null
  const nodes = knownValue(facts.clusterNodes) ?? null
  return distinct([
    ...ofCluster(cluster),
    ...(knownValue(facts.clusterEvents)?.troubles ?? []).map((event) => ofEvent(event, facts)),
    ...ofNodes(nodes),
    ...ofLogs(knownValue(facts.lifecycleLogs) ?? null),
    ...ofMissingNodes(cluster, nodes),
  ])
}

const once = { count: 1, time: null } as const

const ofCluster = (cluster: ExistingCluster | null): readonly Answer[] =>
  cluster === null || cluster.failureMessage === null
    ? []
    : [{ ...once, source: 'cluster', message: cluster.failureMessage, about: null, rows: messagesIn(cluster.failureMessage) }]

/** The description says which step failed, the failure message why: that is the better clue. */
const ofEvent = ({ id, time, group, instanceId, description }: ClusterEvent, facts: Snapshot['facts']): Answer => {
  const detail = keyed(facts.clusterEventFailures, id)
  const reason = detail.ok ? detail.value : null
  return {
    source: 'event',
    message: reason === null || description.includes(reason) ? description : `${description}: ${reason}`,
    about: place(group, instanceId),
    time,
    count: 1,
    rows: [...new Set([...(reason === null ? [] : messagesIn(reason)), ...messagesIn(description)])],
  }
}

const ofNodes = (nodes: ClusterNodes | null): readonly Answer[] =>
  (nodes?.troubled ?? []).flatMap(({ group, instanceId, message }): readonly Answer[] =>
    message === null ? [] : [{ ...once, source: 'node', message, about: place(group, instanceId), rows: messagesIn(message) }],
  )

const place = (group: string | null, instanceId: string | null): string | null => {
  const parts = [...(group === null ? [] : [group]), ...(instanceId === null ? [] : [instanceId])]
  return parts.length === 0 ? null : parts.join(', ')
}

/** Lines that the catalog knows; what else a script prints tells nothing for certain. */
const ofLogs = (logs: LifecycleLogs | null): readonly Answer[] =>
  (logs?.logs ?? []).flatMap(({ stream, lines }) =>
    lines.flatMap((line): readonly Answer[] => {
      const rows = messagesIn(line)
      const about = stream.split('/').slice(1).join(', ')
      return rows.length === 0 ? [] : [{ ...once, source: 'log', message: line.trim(), about, rows }]
    }),
  )

/** With continuous provisioning a cluster is in service before any node is; what is missing then has no message of its own. */
const ofMissingNodes = (cluster: ExistingCluster | null, nodes: ClusterNodes | null): readonly Answer[] => {
  if (cluster?.status !== 'InService' || nodes === null || nodes.isCut) return []
  const wanted = wantedNodes(cluster)
  const running = nodes.byStatus['Running'] ?? 0
  if (running >= wanted) return []
  const message = `The cluster is InService, and ${running} of ${plural(wanted, 'node')} ${running === 1 ? 'is' : 'are'} running`
  return [{ ...once, source: 'cluster', message, about: null, rows: [noNodes] }]
}

/** Nodes that all groups together are to have. */
const wantedNodes = ({ nodes }: ExistingCluster): number => nodes.reduce((sum, { held }) => sum + held, 0)

/** The same words about other instances, or at another time, are the same answer: the first, which is the newest, stands for all. */
const distinct = (answers: readonly Answer[]): readonly Answer[] => {
  const byWords = new Map<string, Answer>()
  for (const answer of answers) {
    const words = `${answer.message.replaceAll(/\bi-[0-9a-f]+\b/g, '')}`
    const before = byWords.get(words)
    byWords.set(words, before === undefined ? answer : { ...before, count: before.count + 1 })
  }
  return [...byWords.values()]
}
