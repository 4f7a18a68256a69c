import {
  type CloudWatchLogsClient,
  type FilteredLogEvent,
  type FilterLogEventsRequest,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs'
import type { ClusterEvents, ClusterNodes, LifecycleLog, LifecycleLogs } from '../../model/facts/diagnosis.ts'
import { clusterLogGroup, lifecycleStream, lifecycleStreams } from '../../semantics/lifecycle/log-group.ts'
import { secretsIn } from '../../semantics/scripts/secrets.ts'
import { count, field } from '../engine/answer.ts'
import { type Context, defineCollector } from '../engine/collect.ts'

/** Nodes whose logs are read: they run the same scripts, and fail for the same reason. */
const mostNodes = 3
/** Lines of one node that are kept: what made a script fail is at its end. */
const mostLines = 40
/** Characters of a line that are kept. */
const longestLine = 500
/** CloudWatch Logs may answer pages with nothing on them before the ones with what was asked for. */
const mostPages = 10
/** Before this day the newest lines cannot be asked for first. HyperPod is hardly older. */
const earliest = Date.UTC(2024, 0, 1)

/**
 * The last lines that the lifecycle scripts of nodes printed: of nodes that failed where any is known, else of all.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
 */
export const lifecycleLogs = defineCollector({
  id: 'lifecycleLogs',
  needs: ['namedCluster', 'clusterNodes', 'clusterEvents'],
  actions: ['logs:FilterLogEvents'],
  collect: async ({ clients }: Context, get): Promise<LifecycleLogs | null> => {
    const cluster = await get('namedCluster')
    if (cluster === null) return null
    // Which nodes failed makes the answer shorter, and no more than that.
    const [nodes, events] = await Promise.all([get('clusterNodes').catch(() => null), get('clusterEvents').catch(() => null)])
    const group = clusterLogGroup(cluster.name, cluster.arn.slice(cluster.arn.lastIndexOf('/') + 1))
    const startTime = Math.max(earliest, cluster.created === null ? 0 : Date.parse(cluster.created))
    const asked = { logGroupName: group, startTime, startFromHead: false }
    const named = await Promise.all(
      failedStreams(nodes, events).map((stream) => lines(clients.logs, { ...asked, logStreamNames: [stream], limit: mostLines })),
    )
    const all = named.some((events) => events.length > 0)
      ? named.flat()
      : await lines(clients.logs, { ...asked, logStreamNamePrefix: lifecycleStreams, limit: mostNodes * mostLines })
    return { group, logs: logsOf(all) }
  },
})

/** Streams of the nodes that failed. */
const failedStreams = (nodes: ClusterNodes | null, events: ClusterEvents | null): readonly string[] => {
  const failed = [
    ...(nodes?.troubled ?? []).filter(({ status }) => status === 'Failure'),
    ...(events?.troubles ?? []).filter(({ level }) => level !== 'Warn'),
  ]
  const streams = failed.flatMap(({ group, instanceId }) =>
    group === null || instanceId === null ? [] : [lifecycleStream(group, instanceId)],
  )
  return [...new Set(streams)].slice(0, mostNodes)
}

interface Line {
  readonly stream: string
  /** Milliseconds since 1970. */
  readonly time: number
  readonly text: string
}

/** The newest lines; none where the group or the stream does not exist: both are made with the first line. */
const lines = async (
  client: CloudWatchLogsClient,
  asked: FilterLogEventsRequest & { readonly limit: number },
): Promise<readonly Line[]> => {
  try {
    const found: Line[] = []
    const answers = paginateFilterLogEvents({ client }, asked)
    let pages = 0
    for await (const page of answers) {
      found.push(...field(page, 'events').map(toLine))
      pages += 1
      if (found.length >= asked.limit || pages >= mostPages) break
    }
    return found
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return []
    throw error
  }
}

const toLine = (event: FilteredLogEvent): Line => ({
  stream: field(event, 'logStreamName'),
  time: count(event, 'timestamp'),
  text: event.message ?? '',
})

const logsOf = (all: readonly Line[]): readonly LifecycleLog[] => {
  const inTime = all.toSorted((a, b) => a.time - b.time)
  const streams = [...new Set(inTime.toReversed().map(({ stream }) => stream))].slice(0, mostNodes)
  return streams.map((stream) => {
    const text = inTime.flatMap((line) => (line.stream === stream ? [line.text.trimEnd()] : [])).join('\n')
    return { stream, lines: withoutSecrets(text).slice(-mostLines).map(shortened) }
  })
}

const leftOut = '[a line with what looks like a credential is left out]'

/** The lines of a text: what a script prints can be as secret as what is in it. */
const withoutSecrets = (text: string): readonly string[] => {
  const offsets = secretsIn(text).map(({ offset }) => offset)
  let [start, isInKey] = [0, false]
  return text.split('\n').map((line) => {
    const end = start + line.length
    const isSecret = offsets.some((offset) => offset >= start && offset <= end)
    isInKey ||= /-----BEGIN [A-Z ]*PRIVATE KEY/.test(line)
    const isLeftOut = isSecret || isInKey || /^[A-Za-z0-9+/=]{60,76}$/.test(line.trim())
    if (/-----END [A-Z ]*PRIVATE KEY/.test(line)) isInKey = false
    start = end + 1
    return isLeftOut ? leftOut : line.trimEnd()
  })
}

const shortened = (line: string): string => (line.length > longestLine ? `${line.slice(0, longestLine)}…` : line)
