import type { Need } from '../../catalog/node-demands.ts'
import type { Layer, State } from './step.ts'
import type { Way } from './ways.ts'

/** Whether the nodes of one instance group in one subnet reach something: a cell of the matrix of a report. */
export interface Reach {
  /** Name of the instance group; null where the plan names none. */
  readonly group: string | null
  readonly subnet: string
  /** As the table of demands names it: `S3`, `ecr.api`, `EKS API server`, a file system's id, `nodes of worker-1 in subnet-…`. */
  readonly to: string
  readonly need: Exclude<Need, 'legacy'>
  readonly state: State
  /** The first layer that is closed, or else undecided; null where the way is open. */
  readonly layer: Layer | null
  /** What the way leads through, in words. */
  readonly via: string
}

/** The ways as a matrix, in their order; what only old agents ask for is left out. */
export const reachOf = (ways: readonly Way[]): readonly Reach[] =>
  ways.flatMap(({ placement, demand, state, steps, via }) => {
    const { need, to } = demand
    if (need === 'legacy') return []
    const layer = state === 'open' ? null : (steps.find((step) => step.state === state)?.layer ?? null)
    const groups = placement.instanceGroups.length === 0 ? [null] : placement.instanceGroups.map(({ name }) => name)
    return groups.map((group) => ({ group, subnet: placement.subnet.subnetId, to, need, state, layer, via }))
  })
