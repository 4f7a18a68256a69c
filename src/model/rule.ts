import type { Fact } from './fact.ts'
import type { FactId, Facts } from './facts.ts'
import type { Outcome, Severity } from './finding.ts'
import type { Plan } from './plan.ts'
import type { WaiverUse } from './policy.ts'

/** What a rule may read: facts it needs as plain values, facts it can do without as facts that may be gaps. */
export type Readable<N extends FactId, U extends FactId> = { readonly [K in N]: Facts[K] } & { readonly [K in U]: Fact<Facts[K]> }

/** Static description of a rule: the source of its page, of `explain` and of the tables in the docs. */
export interface RuleMeta {
  /** `<area>/<name>`; never reused. */
  readonly id: string
  /** What holds when the rule passes, as a short sentence without a full stop. */
  readonly title: string
  /** What goes wrong in a cluster when it does not hold. Markdown. */
  readonly why: string
  readonly severity: Severity
  /** Severities that single findings have in its place, by what was proved; absent where all have that one. */
  readonly otherSeverities?: readonly Severity[]
  /** Section of the prerequisites checklist that asks for it (`1` to `9`); absent where the checklist does not. */
  readonly checklist?: string
  /** Where the checklist and the facts differ: what it says, and why this rule judges otherwise. Markdown. */
  readonly checklistDiffers?: string
  /** Web addresses of the facts. At least one. */
  readonly sources: readonly string[]
}

/** A judgement that knows its subject matter but not where facts come from: pure, no I/O, no clock but the time of the snapshot. */
export interface Rule<N extends FactId = FactId, U extends FactId = FactId> extends RuleMeta {
  /** Facts without which nothing can be judged. A gap in one makes the rule `unknown`; the engine does that. */
  readonly needs: readonly N[]
  /** Facts that sharpen the judgement; a gap is handed to the rule as it is. */
  readonly uses: readonly U[]
  /** `true`, or the reason why the rule is skipped for this plan, as a sentence. */
  applies(plan: Plan): true | string
  /**
   * `waivers`: it judges what came of the waivers of the policy file, so the engine judges it after all others and hands them over;
   * other rules are handed none.
   */
  readonly judges?: 'waivers'
  /**
   * One outcome a subject. An empty list is a fault of the rule: the engine reports it as `unknown`. `takenAt` is when the facts were
   * learned (ISO 8601, UTC): what is over is over by that time, whenever it is judged.
   */
  evaluate(facts: Readable<N, U>, plan: Plan, waivers: readonly WaiverUse[], takenAt: string): readonly Outcome[]
}
