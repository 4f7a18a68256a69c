import type { Outcome } from '../../../model/finding.ts'
import type { Plan } from '../../../model/plan.ts'
import { isPartial } from '../../../semantics/plan/update.ts'
import { reported } from '../../engine/outcome.ts'

/** For rules that judge a whole cluster: what they say of a change to one that could not be read; null for every other plan. */
export const unreadCluster = (plan: Plan): readonly Outcome[] | null =>
  isPartial(plan)
    ? [reported(plan.clusterName ?? 'plan', 'the cluster that the request changes could not be read', 'plan/cluster-name')]
    : null
