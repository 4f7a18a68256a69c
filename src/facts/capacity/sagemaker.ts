import {
  type ClusterInstanceGroupDetails,
  ClusterStatus,
  DescribeClusterCommand,
  type DescribeClusterCommandOutput,
  paginateListClusters,
  type SageMakerClient,
} from '@aws-sdk/client-sagemaker'
import pLimit from 'p-limit'
import type { HyperPodUsage } from '../../model/facts/capacity.ts'
import { count, field, forms, matching, oneOf, pages } from '../engine/answer.ts'
import { type Context, defineCollector } from '../engine/collect.ts'
import { inFlight } from '../engine/transport.ts'

/**
 * The nodes that all HyperPod clusters of the Region hold or have asked for: what they take of the quotas. A cluster that is being
 * deleted counts as long as it is there, because its nodes draw on the quotas until they are gone.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeCluster.html
 */
export const hyperPodUsage = defineCollector({
  id: 'hyperPodUsage',
  needs: [],
  actions: ['sagemaker:ListClusters', 'sagemaker:DescribeCluster'],
  collect: async ({ clients }: Context) => {
    const summaries = await pages(paginateListClusters({ client: clients.sageMaker, pageSize: 100 }, {}), 'ClusterSummaries')
    // Requests that would only wait for the wire are not made before: an account can have hundreds of clusters.
    const slot = pLimit(inFlight)
    // A cluster that moves between pages while they are read is listed twice.
    const names = [...new Set(summaries.map((summary) => field(summary, 'ClusterName')))]
    const described = await Promise.all(names.map((name) => slot(() => describe(clients.sageMaker, name))))
    const clusters = described.filter((cluster) => cluster !== null)
    const nodes = clusters.flatMap(nodesOf)
    const onDemand = nodes.filter(({ capacity }) => capacity === 'on-demand')
    const usage: HyperPodUsage = {
      clusters: clusters.map((cluster) => field(cluster, 'ClusterName')),
      instances: onDemand.reduce((sum, { count }) => sum + count, 0),
      byInstanceType: totals(onDemand),
      trainingPlanByInstanceType: totals(onDemand.filter(({ trainingPlan }) => trainingPlan)),
      spotByInstanceType: totals(nodes.filter(({ capacity }) => capacity === 'spot')),
    }
    return usage
  },
})

interface Nodes {
  readonly instanceType: string
  readonly count: number
  readonly capacity: 'on-demand' | 'spot'
  readonly trainingPlan: boolean
}

/** Null where the cluster has gone since it was listed: it holds nothing any more. */
const describe = async (client: SageMakerClient, name: string): Promise<DescribeClusterCommandOutput | null> => {
  try {
    return await client.send(new DescribeClusterCommand({ ClusterName: name }))
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFound') return null
    throw error
  }
}

const nodesOf = (cluster: DescribeClusterCommandOutput): readonly Nodes[] => {
  const groups: readonly ClusterInstanceGroupDetails[] = [...(cluster.InstanceGroups ?? []), ...(cluster.RestrictedInstanceGroups ?? [])]
  return groups.flatMap((group) =>
    countsOf(group, cluster).map(
      ([instanceType, count]): Nodes => ({
        instanceType,
        count,
        capacity: group.CapacityRequirements?.Spot === undefined ? 'on-demand' : 'spot',
        trainingPlan: (group.TrainingPlanArn ?? '') !== '',
      }),
    ),
  )
}

type Counts = readonly (readonly [instanceType: string, count: number])[]

/**
 * Nodes of a group by type. Nodes that a group of several types still waits for may be of any of them: they are counted for the type
 * that the group prefers. A failed cluster starts no more nodes, so only those that are there count.
 */
const countsOf = (group: ClusterInstanceGroupDetails, cluster: DescribeClusterCommandOutput): Counts => {
  const status = oneOf(cluster, 'ClusterStatus', Object.values(ClusterStatus))
  const current = count(group, 'CurrentCount')
  const total = status === 'Failed' ? current : Math.max(current, count(group, 'TargetCount'))
  if (group.InstanceType !== undefined) return [[matching(group, 'InstanceType', forms.instanceType), total]]

  const details = group.InstanceTypeDetails ?? []
  const running = details.map((detail) => [matching(detail, 'InstanceType', forms.instanceType), count(detail, 'CurrentCount')] as const)
  const waiting = total - running.reduce((sum, [, count]) => sum + count, 0)
  return waiting > 0 ? [...running, [preferredType(group), waiting]] : running
}

const preferredType = (group: ClusterInstanceGroupDetails): string => {
  const { DesiredInstanceTypes, CurrentInstanceTypes } = group.InstanceRequirements ?? {}
  return matching(
    { InstanceType: DesiredInstanceTypes?.[0] ?? CurrentInstanceTypes?.[0] ?? group.InstanceTypeDetails?.[0]?.InstanceType },
    'InstanceType',
    forms.instanceType,
  )
}

const totals = (nodes: readonly Nodes[]): Readonly<Record<string, number>> => {
  const sums = new Map<string, number>()
  for (const { instanceType, count } of nodes) if (count > 0) sums.set(instanceType, (sums.get(instanceType) ?? 0) + count)
  return Object.fromEntries(sums)
}
