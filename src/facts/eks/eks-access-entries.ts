import { paginateListAccessEntries } from '@aws-sdk/client-eks'
import { pages } from '../engine/answer.ts'
import { type Context, defineCollector } from '../engine/collect.ts'

/**
 * Who may talk to the Kubernetes API by an access entry. A cluster in the mode CONFIG_MAP has none, and refuses the question.
 * https://docs.aws.amazon.com/eks/latest/APIReference/API_ListAccessEntries.html
 */
export const eksAccessEntries = defineCollector({
  id: 'eksAccessEntries',
  needs: ['eksCluster'],
  actions: ['eks:ListAccessEntries'],
  collect: async ({ clients }: Context, get): Promise<readonly string[] | null> => {
    const cluster = await get('eksCluster')
    if (cluster === null || cluster.authenticationMode === 'CONFIG_MAP') return null
    return pages(paginateListAccessEntries({ client: clients.eks }, { clusterName: cluster.name }), 'accessEntries')
  },
})
