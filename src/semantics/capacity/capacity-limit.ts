import type { Quota } from '../../model/facts/capacity.ts'
import type { Evidence } from '../../model/finding.ts'
import type { InstanceGroup, Plan } from '../../model/plan.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import type { Counted } from './additions.ts'

/** What a limit says of one subject: the nodes that it leaves the group (below 0 where others take more), or null where it could not be known. */
export type Bound = KnownBound | { readonly subject: string; readonly possible: null }

export interface KnownBound {
  readonly subject: string
  readonly possible: number
  readonly evidence: Evidence
  readonly caveat?: string | undefined
}

/** One kind of limit on the nodes of a group. */
export interface CapacityLimit {
  /** Id of the rule that judges the same limit. */
  readonly rule: string
  /** The nodes that draw on it beside those of others: all of the group's, or those that an update adds to what counts already. */
  readonly counts: 'whole' | Counted
  /**
   * Empty where the limit does not concern the group. Of a subject for which only an upper bound is known there are two entries: that
   * bound, and a null. Nothing is looked up by the name of the group: groups that differ in that alone have the same bounds.
   */
  bounds(group: InstanceGroup, plan: Plan, facts: Snapshot['facts']): readonly Bound[]
}

export const notKnown = (subject: string): Bound => ({ subject, possible: null })

export const othersThan = (group: InstanceGroup, { instanceGroups }: Plan): readonly InstanceGroup[] =>
  instanceGroups.filter((other) => other !== group)

export const nodesOf = (groups: readonly InstanceGroup[]): number => groups.reduce((sum, { instanceCount }) => sum + instanceCount, 0)

/** A quota in the words of the findings about it; `quota`, `inUse` and `otherGroups` are in the quota's own unit. */
export const quotaEvidence = (quotaName: string, quota: Quota | null, inUse: number | undefined, otherGroups: number): Evidence =>
  quota === null
    ? { quotaName }
    : { quotaName, quotaCode: quota.quotaCode, quota: quota.value, ...(inUse !== undefined && { inUse }), otherGroups }
