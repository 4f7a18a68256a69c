import type { Plan } from '../../src/model/plan.ts'
import { makeReport } from '../../src/report/report.ts'
import type { Verdict } from '../../src/report/schema/report.ts'
import { judge } from '../../src/rules/engine/judge.ts'
import { rules } from '../../src/rules/index.ts'
import { aSnapshot, aTool, factsOf, type Given } from '../builders.ts'
import { expectNamedSeverities } from '../rules/well-told.ts'
import { soundFacts } from './account.ts'

/** `fail network/egress`, `unknown s3/role-access`: a rule that keeps the account from being ready, and how. */
export type Against = `${'fail' | 'unknown'} ${string}`

/** The design with one part of it taken away, or otherwise than it has to be. */
export interface Lesser {
  /** What it lacks, to be read after "without". */
  readonly part: string
  readonly given: Given
  /** Where it is the plan that lacks the part. */
  readonly plan?: Plan
  /** Every rule that decides the verdict. */
  readonly against: readonly Against[]
}

/** A way to build what a cluster needs: in all else the account is that of {@link soundFacts}. */
export interface Design {
  readonly name: string
  readonly plan: Plan
  readonly given: Given
  /** What cannot be seen from the account even where it is whole; empty where the nodes are known to come up. */
  readonly open?: readonly Against[]
  readonly without: readonly [Lesser, Lesser, ...Lesser[]]
}

/** What an account comes to. */
export interface Outcome {
  readonly verdict: Verdict
  /** Rules of severity error that fail or are unknown, each once, in the order of the rules. */
  readonly against: readonly Against[]
}

/** Judges an account by every rule, through the engine and the report that users get. */
export const outcomeOf = (plan: Plan, given: Given): Outcome => {
  const snapshot = aSnapshot(plan, { ...soundFacts(plan), ...factsOf(given) })
  const findings = judge(rules, snapshot)
  expectNamedSeverities(rules, findings)
  const against = findings.flatMap(({ status, severity, rule }): readonly Against[] =>
    severity === 'error' && (status === 'fail' || status === 'unknown') ? [`${status} ${rule}`] : [],
  )
  const { verdict } = makeReport({ tool: aTool, snapshot, findings, failOn: 'error', onUnknown: 'fail' })
  return { verdict, against: [...new Set(against)] }
}

/** The verdict that the rules against an account have to lead to. */
export const verdictOf = (against: readonly Against[]): Verdict => {
  if (against.some((each) => each.startsWith('fail'))) return 'blocked'
  return against.length > 0 ? 'unproven' : 'ready'
}
