import type { TopologyNodeKind } from '../schema/topology.ts'

/** A node before the findings have marked it, with the other names that findings call it by. */
export interface Part {
  readonly id: string
  readonly kind: TopologyNodeKind
  readonly label: string
  readonly detail?: string
  readonly zone?: string
  readonly names: readonly string[]
}

/** A way between two nodes, by their ids. */
export interface Way {
  readonly from: string
  readonly to: string
  readonly label?: string
}

/** Some nodes, and the ways from or to them. */
export interface Piece {
  readonly nodes: readonly Part[]
  readonly edges: readonly Way[]
}

/** No part at all. */
export const nothing: Piece = { nodes: [], edges: [] }

/** One node; `names` are what findings call it by besides its id. */
export const part = (
  kind: TopologyNodeKind,
  id: string,
  label: string,
  details: readonly string[] = [],
  names: readonly string[] = [],
): Part => ({
  id,
  kind,
  label,
  ...(details.length > 0 && { detail: details.join(', ') }),
  names,
})

/** What to say of a state, where it needs saying. */
export const unlessAvailable = (state: string): readonly string[] => (state === 'available' ? [] : [state])
