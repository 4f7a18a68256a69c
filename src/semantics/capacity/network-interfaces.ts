import { drawsNetworkInterfaces } from '../../catalog/quotas.ts'
import type { Fact } from '../../model/fact.ts'
import type { InstanceType } from '../../model/facts/capacity.ts'
import type { InstanceGroup, Plan } from '../../model/plan.ts'

/**
 * Network interfaces that one node has in the VPC: one on each network card of a type with EFA, a single one on the others. An
 * EFA-only interface has no address, but is an interface too.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites.html
 */
const interfacesPerNode = ({ efaSupported, networkCards }: InstanceType): number => (efaSupported ? networkCards : 1)

/** Network interfaces of all nodes of a plan. */
export interface InterfaceDemand {
  /** The groups that are placed in a VPC; of a group's types the one that takes most counts. */
  readonly groups: readonly { readonly group: InstanceGroup; readonly perNode: number }[]
  readonly interfaces: number
  /** Types whose size is not known: where there is one, `interfaces` is a lower bound. */
  readonly unknownTypes: readonly string[]
}

/** What the plan takes of `Network interfaces per Region`. */
export const interfaceDemand = (plan: Plan, types: Readonly<Record<string, InstanceType | null>>): InterfaceDemand => {
  const unknownTypes = new Set<string>()
  const perNodeOf = (name: string): number => {
    const type = types[name] ?? null
    if (type !== null) return interfacesPerNode(type)
    unknownTypes.add(name)
    return 0
  }
  const groups = plan.instanceGroups
    .filter((group) => drawsNetworkInterfaces(group, plan))
    .map((group) => ({ group, perNode: group.instanceTypes.reduce((most, name) => Math.max(most, perNodeOf(name)), 0) }))
  const interfaces = groups.reduce((sum, { group, perNode }) => sum + group.instanceCount * perNode, 0)
  return { groups, interfaces, unknownTypes: [...unknownTypes] }
}

/** What the account has of them; a count that was not made, because no node was to be placed in a VPC, is not taken for zero. */
export const interfacesInUse = (count: Fact<number | null>): Fact<number> => {
  if (!count.ok) return count
  if (count.value !== null) return { ok: true, value: count.value }
  const message = 'the network interfaces were not counted: the snapshot was taken for a plan without nodes in a VPC'
  return { ok: false, gap: { reason: 'unexpected', action: 'ec2:DescribeNetworkInterfaces', message } }
}
