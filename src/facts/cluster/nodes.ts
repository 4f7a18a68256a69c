import { type ClusterNodeSummary, paginateListClusterNodes } from '@aws-sdk/client-sagemaker'
import type { ClusterNodes, TroubledNode } from '../../model/facts/diagnosis.ts'
import { field, firstPages } from '../engine/answer.ts'
import { type Context, defineCollector } from '../engine/collect.ts'
import { unlessNotFound } from './not-found.ts'

/** A hundred nodes each, the most that the API answers at once: more nodes than one instance group can have. */
const mostPages = 100
/** Nodes that are kept; more of them seldom say anything else. */
const mostTroubled = 50

/** Nodes of the plan's cluster, those without an instance included. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListClusterNodes.html */
export const clusterNodes = defineCollector({
  id: 'clusterNodes',
  needs: [],
  actions: ['sagemaker:ListClusterNodes'],
  collect: async ({ plan, clients }: Context): Promise<ClusterNodes | null> => {
    if (plan.clusterName === null) return null
    const asked = { ClusterName: plan.clusterName, IncludeNodeLogicalIds: true }
    return unlessNotFound(async () => {
      const nodes = paginateListClusterNodes({ client: clients.sageMaker, pageSize: 100 }, asked)
      const { items, isCut } = await firstPages(nodes, 'ClusterNodeSummaries', mostPages)
      return { ...toNodes(items.map(toNode)), isCut }
    })
  },
})

const toNode = (summary: ClusterNodeSummary): TroubledNode => {
  const status = field(summary, 'InstanceStatus')
  return {
    group: field(summary, 'InstanceGroupName'),
    instanceId: summary.InstanceId || null,
    // A word that is not known here is no less a status: nothing but what people read hangs on it.
    status: field(status, 'Status'),
    message: status.Message || null,
  }
}

const toNodes = (nodes: readonly TroubledNode[]): Omit<ClusterNodes, 'isCut'> => {
  const byStatus = new Map<string, number>()
  for (const { status } of nodes) byStatus.set(status, (byStatus.get(status) ?? 0) + 1)
  const troubled = nodes.filter(({ status, message }) => status !== 'Running' || message !== null)
  const failedFirst = troubled.toSorted((a, b) => Number(b.status === 'Failure') - Number(a.status === 'Failure'))
  return { byStatus: Object.fromEntries(byStatus), troubled: failedFirst.slice(0, mostTroubled) }
}
