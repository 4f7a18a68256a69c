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
import type { ExistingCluster, GroupNodes } from '../../model/facts/cluster.ts'
import type { Json } from '../../model/plan.ts'
import { requestOfDescription } from '../../semantics/plan/described-cluster.ts'
import { count, field, forms, matching, oneOf, pages } from '../engine/answer.ts'
import { type Context, defineCollector } from '../engine/collect.ts'
import { inFlight } from '../engine/transport.ts'

/** Names and ARNs that DescribeCluster takes. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeCluster.html */
const clusterName = /^(?:arn:aws[a-z-]*:sagemaker:[a-z0-9-]*:\d{12}:cluster\/[a-z0-9]{12}|[a-zA-Z0-9](?:-*[a-zA-Z0-9]){0,62})$/

/** The cluster that has the plan's name. A name that no cluster can have is not asked about: nothing has it. */
export const namedCluster = defineCollector({
  id: 'namedCluster',
  needs: [],
  actions: ['sagemaker:DescribeCluster'],
  collect: async ({ plan, clients }: Context): Promise<ExistingCluster | null> => {
    if (plan.clusterName === null || !clusterName.test(plan.clusterName)) return null
    const answer = await describe(clients.sageMaker, plan.clusterName)
    return answer === null ? null : existingCluster(answer)
  },
})

const existingCluster = (answer: DescribeClusterCommandOutput): ExistingCluster => {
  const { $metadata: _, ...described } = answer
  const value: Json = JSON.parse(JSON.stringify(described))
  return {
    name: field(answer, 'ClusterName'),
    arn: matching(answer, 'ClusterArn', forms.arn),
    status: statusOf(answer),
    created: answer.CreationTime?.toISOString() ?? null,
    failureMessage: answer.FailureMessage || null,
    request: requestOfDescription({ path: '', value, positions: {} }).value,
    nodes: nodesOf(answer),
  }
}

const statusOf = (answer: DescribeClusterCommandOutput): ClusterStatus => oneOf(answer, 'ClusterStatus', Object.values(ClusterStatus))

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
      instances: onDemand.reduce((sum, { held }) => sum + held, 0),
      byInstanceType: totals(onDemand),
      trainingPlanByInstanceType: totals(onDemand.filter(({ trainingPlanArn }) => trainingPlanArn !== null)),
      spotByInstanceType: totals(nodes.filter(({ capacity }) => capacity === 'spot')),
    }
    return usage
  },
})

/** Null where the cluster has gone since it was listed: it holds nothing any more. */
const describe = async (client: SageMakerClient, name: string): Promise<DescribeClusterCommandOutput | null> => {
  try {
    return await client.send(new DescribeClusterCommand({ ClusterName: name }))
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFound') return null
    throw error
  }
}

const nodesOf = (cluster: DescribeClusterCommandOutput): readonly GroupNodes[] => {
  const groups: readonly ClusterInstanceGroupDetails[] = [...(cluster.InstanceGroups ?? []), ...(cluster.RestrictedInstanceGroups ?? [])]
  return groups.flatMap((group) =>
    countsOf(group, cluster).map(
      (counts): GroupNodes => ({
        group: group.InstanceGroupName ?? '',
        ...counts,
        capacity: group.CapacityRequirements?.Spot === undefined ? 'on-demand' : 'spot',
        trainingPlanArn: group.TrainingPlanArn || null,
      }),
    ),
  )
}

type Counts = Pick<GroupNodes, 'instanceType' | 'running' | 'held'>

/**
 * Nodes of a group by type. Nodes that a group of several types still waits for may be of any of them: they are counted for the type
 * that the group prefers. A failed cluster starts no more nodes, so only those that are there count.
 */
const countsOf = (group: ClusterInstanceGroupDetails, cluster: DescribeClusterCommandOutput): readonly Counts[] => {
  const current = count(group, 'CurrentCount')
  const total = statusOf(cluster) === 'Failed' ? current : Math.max(current, count(group, 'TargetCount'))
  if (group.InstanceType !== undefined)
    return [{ instanceType: matching(group, 'InstanceType', forms.instanceType), running: current, held: total }]

  const running = (group.InstanceTypeDetails ?? []).map((detail): Counts => {
    const there = count(detail, 'CurrentCount')
    return { instanceType: matching(detail, 'InstanceType', forms.instanceType), running: there, held: there }
  })
  const waiting = total - running.reduce((sum, { held }) => sum + held, 0)
  return waiting > 0 ? [...running, { instanceType: preferredType(group), running: 0, held: waiting }] : running
}

const preferredType = (group: ClusterInstanceGroupDetails): string => {
  const { DesiredInstanceTypes, CurrentInstanceTypes } = group.InstanceRequirements ?? {}
  return matching(
    { InstanceType: DesiredInstanceTypes?.[0] ?? CurrentInstanceTypes?.[0] ?? group.InstanceTypeDetails?.[0]?.InstanceType },
    'InstanceType',
    forms.instanceType,
  )
}

const totals = (nodes: readonly GroupNodes[]): Readonly<Record<string, number>> => {
  const sums = new Map<string, number>()
  for (const { instanceType, held } of nodes) if (held > 0) sums.set(instanceType, (sums.get(instanceType) ?? 0) + held)
  return Object.fromEntries(sums)
}
