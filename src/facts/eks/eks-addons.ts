import { AddonStatus, DescribeAddonCommand, paginateListAddons, ResourceNotFoundException } from '@aws-sdk/client-eks'
import { vpcCniAddonName } from '../../catalog/eks-addons.ts'
import type { EksAddon } from '../../model/facts/eks.ts'
import type { Plan } from '../../model/plan.ts'
import { field, oneOf, pages } from '../engine/answer.ts'
import { type Context, defineCollector } from '../engine/collect.ts'

/** The cluster to ask for by name; null where there is none in the Region, or its own fact says so. */
const clusterName = ({ orchestrator, region }: Plan): string | null => {
  const reference = orchestrator.kind === 'eks' ? orchestrator.cluster : null
  return reference === null || (reference.region !== null && reference.region !== region) ? null : reference.name
}

const nullWhereAbsent = async <T>(ask: Promise<T>): Promise<T | null> => {
  try {
    return await ask
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return null
    throw error
  }
}

/** https://docs.aws.amazon.com/eks/latest/APIReference/API_ListAddons.html */
export const eksAddons = defineCollector({
  id: 'eksAddons',
  needs: [],
  actions: ['eks:ListAddons'],
  collect: async ({ plan, clients }: Context): Promise<readonly string[] | null> => {
    const name = clusterName(plan)
    return name === null ? null : nullWhereAbsent(pages(paginateListAddons({ client: clients.eks }, { clusterName: name }), 'addons'))
  },
})

/** https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeAddon.html */
export const vpcCniAddon = defineCollector({
  id: 'vpcCniAddon',
  needs: [],
  actions: ['eks:DescribeAddon'],
  collect: async ({ plan, clients }: Context): Promise<EksAddon | null> => {
    const name = clusterName(plan)
    if (name === null) return null
    const answer = await nullWhereAbsent(clients.eks.send(new DescribeAddonCommand({ clusterName: name, addonName: vpcCniAddonName })))
    if (answer === null) return null
    const addon = field(answer, 'addon')
    return {
      name: field(addon, 'addonName'),
      version: field(addon, 'addonVersion'),
      status: oneOf(addon, 'status', Object.values(AddonStatus)),
      issues: (addon.health?.issues ?? []).flatMap(({ code }) => code ?? []),
    }
  },
})
