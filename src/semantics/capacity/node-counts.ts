import type { HyperPodUsage } from '../../model/facts/capacity.ts'
import type { Plan } from '../../model/plan.ts'

/** Nodes, Spot apart: AWS has quotas for Spot nodes alone and does not say whether the quotas of all instances count them too. */
export interface NodeCounts {
  readonly onDemand: number
  readonly spot: number
  readonly all: number
}

const counts = (onDemand: number, spot: number): NodeCounts => ({ onDemand, spot, all: onDemand + spot })

/** Nodes that the plan asks for. */
export const plannedNodes = ({ instanceGroups }: Plan): NodeCounts => {
  const sum = (capacity: 'on-demand' | 'spot'): number =>
    instanceGroups.reduce((nodes, group) => nodes + (group.capacity === capacity ? group.instanceCount : 0), 0)
  return counts(sum('on-demand'), sum('spot'))
}

/** Nodes that all HyperPod clusters of the Region hold. */
export const nodesInUse = ({ instances, spotByInstanceType }: HyperPodUsage): NodeCounts =>
  counts(
    instances,
    Object.values(spotByInstanceType).reduce((sum, nodes) => sum + nodes, 0),
  )
