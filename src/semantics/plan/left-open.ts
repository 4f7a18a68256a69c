import type { Finding } from '../../model/finding.ts'
import type { Plan } from '../../model/plan.ts'
import type { Policy } from '../../model/policy.ts'
import { plannedSecurityGroups, plannedSubnets } from './placement.ts'

/**
 * What a verdict does not rest on: names of inputs that were not given, then ids of rules that were not judged, or not in full. `findings`
 * are in the order of the rules.
 */
export const leftOpen = (
  plan: Plan,
  policy: Policy | undefined,
  findings: readonly Finding[],
  leftOut: ReadonlySet<string>,
): readonly string[] => [...inputsNotGiven(plan), ...rulesNotJudged(policy, findings, leftOut)]

/** Empty for a request file: it is all that CreateCluster gets, so the cluster does not use what it does not name. */
const inputsNotGiven = (plan: Plan): readonly string[] =>
  plan.request !== null
    ? []
    : [
        ...(plan.instanceGroups.length === 0 ? ['instance-type'] : []),
        ...(plannedSubnets(plan).length === 0 ? ['subnet-ids'] : []),
        ...(plannedSecurityGroups(plan).length === 0 ? ['security-group-ids'] : []),
        ...(plan.lifecycleSources.length === 0 ? ['bucket'] : []),
        ...(plan.orchestrator.kind === 'unstated' ? ['orchestrator'] : []),
      ]

/** What the policy turned off, what the run left out, what lacked evidence, waived or not, and what was not attempted. */
const rulesNotJudged = (policy: Policy | undefined, findings: readonly Finding[], leftOut: ReadonlySet<string>): readonly string[] => {
  const isOff = (rule: string): boolean =>
    leftOut.has(rule) || (policy !== undefined && Object.hasOwn(policy.rules, rule) && policy.rules[rule]?.severity === 'off')
  return [...new Set(findings.filter(({ rule, gap }) => gap !== undefined || isOff(rule)).map(({ rule }) => rule))]
}
