import type { EksCluster } from '../../../model/facts/eks.ts'
import type { Outcome } from '../../../model/finding.ts'
import type { Location, Plan } from '../../../model/plan.ts'
import { eksClusterOf } from '../../../semantics/plan/eks.ts'
import { reported } from '../../engine/outcome.ts'

/** Why a rule about the EKS cluster does not apply, or `true`. */
export const namesEksCluster = (plan: Plan): true | string => {
  const reference = eksClusterOf(plan)
  return typeof reference === 'string' ? reference : true
}

/** Judges the plan's EKS cluster where it is there; what is wrong with one that is not is said once, by eks/cluster. */
export const givenEksCluster = (
  plan: Plan,
  cluster: EksCluster | null,
  judge: (cluster: EksCluster, location: Location | null) => readonly Outcome[],
): readonly Outcome[] => {
  const reference = eksClusterOf(plan)
  if (typeof reference === 'string') return []
  const { name, location } = reference
  return cluster === null ? [reported(name, `${name} is not there to look at`, 'eks/cluster', { location })] : judge(cluster, location)
}
