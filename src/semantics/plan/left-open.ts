import type { Plan } from '../../model/plan.ts'
import { plannedSecurityGroups, plannedSubnets } from './placement.ts'

/**
 * What flat inputs do not say, and what therefore could not be checked, in the words of the inputs. Empty for a request file: it is all
 * that CreateCluster gets, so what it does not name the cluster does not use.
 */
export const leftOpen = (plan: Plan): readonly string[] =>
  plan.request !== null
    ? []
    : [
        ...(plan.instanceGroups.length === 0 ? ['instance-type'] : []),
        ...(plannedSubnets(plan).length === 0 ? ['subnet-ids'] : []),
        ...(plannedSecurityGroups(plan).length === 0 ? ['security-group-ids'] : []),
        ...(plan.lifecycleSources.length === 0 ? ['bucket'] : []),
        ...(plan.orchestrator.kind === 'unstated' ? ['orchestrator'] : []),
      ]
