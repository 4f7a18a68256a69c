import type { DiagnosisSource } from '../../model/diagnosis.ts'
import type { Fact, Gap } from '../../model/fact.ts'
import type { ExistingCluster } from '../../model/facts/cluster.ts'
import type { ClusterEvents, ClusterNodes, LifecycleLogs } from '../../model/facts/diagnosis.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import { isObject } from '../plan/request-part.ts'
import { plural } from '../text/enumerate.ts'

/** What a diagnosis rests on, and what it would rest on if it could be read. */
export const sourcesOf = (facts: Snapshot['facts']): readonly DiagnosisSource[] => {
  const { namedCluster, clusterNodes, clusterEvents, clusterEventFailures, lifecycleLogs } = facts
  const mode = namedCluster?.ok === true ? modeOf(namedCluster.value) : 'unknown'
  return [
    ...source('cluster', namedCluster, (cluster) => (cluster === null ? noCluster : clusterWords(cluster))),
    ...source('nodes', clusterNodes, (nodes) => (nodes === null ? noCluster : nodesWords(nodes))),
    ...(clusterEvents?.ok === false && clusterEvents.gap.reason === 'unexpected' && mode === 'other'
      ? [{ what: 'events' as const, found: noEvents(mode) }]
      : source('events', clusterEvents, (events) => (events === null ? noCluster : eventsWords(events, mode)))),
    ...(clusterEvents?.ok === true ? unreadDetails(clusterEventFailures) : []),
    ...source('logs', lifecycleLogs, (logs) => (logs === null ? noCluster : logsWords(logs))),
  ]
}

const noCluster = 'the cluster does not exist'

const source = <T>(what: DiagnosisSource['what'], fact: Fact<T> | undefined, words: (value: T) => string): readonly DiagnosisSource[] => {
  if (fact === undefined) return []
  return [fact.ok ? { what, found: words(fact.value) } : { what, found: `not read: ${fact.gap.message}`, gap: fact.gap }]
}

const clusterWords = ({ status, created }: ExistingCluster): string =>
  `DescribeCluster says ${status}${created === null ? '' : `, created ${created.slice(0, 16).replace('T', ' ')} UTC`}`

const nodesWords = ({ byStatus, isCut }: ClusterNodes): string => {
  const counts = Object.entries(byStatus).map(([status, count]) => `${count} ${status}`)
  const total = Object.values(byStatus).reduce((sum, count) => sum + count, 0)
  if (total === 0) return 'ListClusterNodes lists no nodes'
  return `ListClusterNodes lists ${isCut ? 'more than ' : ''}${plural(total, 'node')}: ${counts.join(', ')}`
}

type Mode = 'continuous' | 'other' | 'unknown'

const modeOf = (cluster: ExistingCluster | null): Mode => {
  if (cluster === null) return 'unknown'
  return isObject(cluster.request) && cluster.request['NodeProvisioningMode'] === 'Continuous' ? 'continuous' : 'other'
}

/**
 * How AWS answers for a cluster without continuous provisioning, which has no events, is not documented: with none or with an error.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListClusterEvents.html
 */
const noEvents = (mode: Mode): string =>
  `ListClusterEvents lists no events${mode === 'other' ? ', as AWS keeps them only of clusters with continuous provisioning' : ''}`

const eventsWords = ({ read, troubles, isCut }: ClusterEvents, mode: Mode): string => {
  if (read === 0) return noEvents(mode)
  const trouble =
    troubles.length === 0
      ? 'none tells of a failure'
      : `${troubles.length} of them ${troubles.length === 1 ? 'tells of a failure' : 'tell of failures'}`
  return `ListClusterEvents lists ${isCut ? 'more than ' : ''}${plural(read, 'event')}: ${trouble}${isCut ? '; older ones were not read' : ''}`
}

/** Details are told of only if they are missing: events say which there are. */
const unreadDetails = (details: Snapshot['facts']['clusterEventFailures']): readonly DiagnosisSource[] => {
  if (details === undefined) return []
  const gap: Gap | undefined = (details.ok ? Object.values(details.value) : [details]).flatMap((fact) => (fact.ok ? [] : [fact.gap]))[0]
  return gap === undefined ? [] : [{ what: 'event-details', found: `not read: ${gap.message}`, gap }]
}

const logsWords = ({ group, logs }: LifecycleLogs): string =>
  logs.length === 0
    ? `no lifecycle script printed anything to ${group}`
    : `the last lines of ${logs.map(({ stream }) => stream).join(', ')} in ${group}`
