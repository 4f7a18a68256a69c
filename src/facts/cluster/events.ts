import {
  ClusterEventLevel,
  type ClusterEventSummary,
  DescribeClusterEventCommand,
  type EventMetadata,
  paginateListClusterEvents,
} from '@aws-sdk/client-sagemaker'
import type { ClusterEvent, ClusterEvents } from '../../model/facts/diagnosis.ts'
import { field, firstPages } from '../engine/answer.ts'
import { type Context, defineCollector } from '../engine/collect.ts'
import { attemptEach } from '../engine/gap.ts'
import { unlessNotFound } from './not-found.ts'

/** A hundred events each, the most that the API answers at once. What happened last explains what is now. */
const mostPages = 10
/** Events that are kept; continuous provisioning tries again and again, and says the same each time. */
const mostTroubles = 50
/** Events whose details are asked for: a call each. */
const mostDetails = 10

/**
 * The newest events of the plan's cluster that tell of trouble. AWS has events of clusters with continuous provisioning only.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListClusterEvents.html
 */
export const clusterEvents = defineCollector({
  id: 'clusterEvents',
  needs: [],
  actions: ['sagemaker:ListClusterEvents'],
  collect: async ({ plan, clients }: Context): Promise<ClusterEvents | null> => {
    const { clusterName } = plan
    if (clusterName === null) return null
    return unlessNotFound(async () => {
      const asked = { ClusterName: clusterName, SortBy: 'EventTime', SortOrder: 'Descending' } as const
      const events = paginateListClusterEvents({ client: clients.sageMaker, pageSize: 100 }, asked)
      const { items, isCut } = await firstPages(events, 'Events', mostPages)
      return { read: items.length, troubles: items.flatMap(toTrouble).slice(0, mostTroubles), isCut }
    })
  },
})

/** Words of events that tell of a failure, for answers without a level. */
const failing = /\b(?:fail|error|unable|cannot|could not|did not|insufficient|drift|denied|timed out)/i

const toTrouble = (summary: ClusterEventSummary): readonly ClusterEvent[] => {
  const { Description, EventLevel } = summary
  const level = EventLevel === ClusterEventLevel.ERROR ? 'Error' : EventLevel === ClusterEventLevel.WARN ? 'Warn' : null
  if (!Description || (level === null && (EventLevel !== undefined || !failing.test(Description)))) return []
  const event = {
    id: field(summary, 'EventId'),
    time: field(summary, 'EventTime').toISOString(),
    level,
    group: summary.InstanceGroupName || null,
    instanceId: summary.InstanceId || null,
    description: Description,
  } as const
  return [event]
}

/**
 * Why, in the words of AWS, by event id: what the newest different errors say beyond their description. Null where an event has nothing
 * of the kind. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeClusterEvent.html
 */
export const clusterEventFailures = defineCollector({
  id: 'clusterEventFailures',
  needs: ['clusterEvents'],
  actions: ['sagemaker:DescribeClusterEvent'],
  collect: async ({ plan, clients }: Context, get) => {
    const troubles = (await get('clusterEvents'))?.troubles ?? []
    const { clusterName } = plan
    const ids = clusterName === null ? [] : newestOfEach(troubles).slice(0, mostDetails)
    return attemptEach(
      ids,
      async (id) => {
        const command = new DescribeClusterEventCommand({ ClusterName: clusterName ?? undefined, EventId: id })
        const { EventDetails } = await clients.sageMaker.send(command)
        return failureOf(EventDetails?.EventDetails?.EventMetadata)
      },
      'sagemaker:DescribeClusterEvent',
    )
  },
})

/** Ids of the newest event of each kind: what differs between retries is the instance. */
const newestOfEach = (troubles: readonly ClusterEvent[]): readonly string[] => {
  const newest = new Map<string, string>()
  for (const { id, level, group, description, instanceId } of troubles) {
    const kind = `${group ?? ''} ${instanceId === null ? description : description.replaceAll(instanceId, '')}`
    if (level !== 'Warn' && !newest.has(kind)) newest.set(kind, id)
  }
  return [...newest.values()]
}

const failureOf = (metadata: EventMetadata | undefined): string | null => {
  const { Cluster, InstanceGroup, InstanceGroupScaling, Instance } = metadata ?? {}
  return [Cluster, InstanceGroup, InstanceGroupScaling, Instance].map((part) => part?.FailureMessage).find(Boolean) ?? null
}
