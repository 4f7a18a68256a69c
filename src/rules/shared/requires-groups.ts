import type { Plan } from '../../model/plan.ts'

/** For rules about size: whether the plan says what is to be created. */
export const requiresGroups = (plan: Plan): true | string =>
  plan.instanceGroups.length > 0 || 'The plan has no instance group: give instance-type and instance-count, or cluster-config.'
