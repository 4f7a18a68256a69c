import { apiServer, imageLayers, lifecycleScripts, type Need, type NodeDemand, nodeDemands } from '../../catalog/node-demands.ts'
import type { Subnet } from '../../model/facts/network.ts'
import type { Facts } from '../../model/facts.ts'
import type { InstanceGroup, Plan, VpcConfig } from '../../model/plan.ts'
import { knownValue, readItem } from '../fact.ts'
import { vpcIdOf } from '../network/vpc.ts'
import { fetchesScriptsOf } from '../plan/fetched-scripts.ts'
import { placementOf } from '../plan/placement.ts'

/** Nodes in one subnet that carry the same security groups. */
export interface Placement {
  readonly subnet: Subnet
  /** Ids, in the order of the plan; empty where the plan names none. */
  readonly securityGroupIds: readonly string[]
  /** Empty where the plan names no instance group. */
  readonly instanceGroups: readonly InstanceGroup[]
  /** No instance group of the plan may land here: every one has a VPC configuration of its own. */
  readonly unused: boolean
}

/** What the nodes of a placement must reach, and how much depends on it. */
export interface Demand extends Omit<NodeDemand, 'need' | 'sources'> {
  readonly need: Need
}

/** Every subnet of the plan that exists in its VPC and could be read, once for each set of security groups that nodes in it carry. */
export const placementsOf = (plan: Plan, subnets: Facts['subnets']): readonly Placement[] => {
  const vpcId = vpcIdOf(plan, subnets)
  const found = new Map<string, Placement & { readonly instanceGroups: InstanceGroup[] }>()
  const place = (config: VpcConfig | null, groups: readonly InstanceGroup[], unused: boolean): void => {
    const securityGroupIds = [...new Set(config?.securityGroupIds ?? [])]
    for (const id of new Set(config?.subnetIds ?? [])) {
      const subnet = knownValue(readItem(subnets, id)) ?? null
      if (subnet === null || subnet.vpcId !== vpcId) continue
      const key = [id, ...securityGroupIds.toSorted()].join(' ')
      const known = found.get(key)
      if (known === undefined) found.set(key, { subnet, securityGroupIds, instanceGroups: [...groups], unused })
      else {
        known.instanceGroups.push(...groups)
        if (known.unused && !unused) found.set(key, { ...known, unused })
      }
    }
  }
  for (const group of plan.instanceGroups) place(placementOf(group, plan), [group], false)
  place(plan.vpcConfig, [], plan.instanceGroups.length > 0)
  return [...found.values()]
}

/**
 * What the nodes of a placement call. Where the plan names no orchestrator, what only EKS nodes call is useful at most; where no
 * instance group may land, so is everything.
 */
export const demandsOf = (placement: Placement, plan: Plan): readonly Demand[] =>
  nodeDemands.flatMap(({ sources: _, ...demand }) => {
    const need = needOf(demand, placement, plan)
    return need === null ? [] : [{ ...demand, need: placement.unused && need === 'required' ? 'useful' : need }]
  })

const needOf = ({ to, need }: Pick<NodeDemand, 'to' | 'need'>, placement: Placement, plan: Plan): Need | null => {
  const { kind } = plan.orchestrator
  const groups = placement.instanceGroups
  if (to === lifecycleScripts && kind !== 'eks' && !fetchesScriptsOf(groups, plan)) return null
  const eks = need.eks ?? (groups.some((group) => group.kind === 'restricted') ? need.restricted : null)
  if (kind === 'eks') return eks
  if (kind === 'slurm') return need.slurm
  if (to === apiServer || to === imageLayers) return null
  return need.slurm ?? (eks === 'required' ? 'useful' : eks)
}
