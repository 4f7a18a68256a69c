import type { Gap } from './fact.ts'
import type { Location } from './plan.ts'

/** Of a rule: `error` blocks the cluster. */
export type Severity = 'error' | 'warning' | 'notice'

/** Of one judgement. `unknown`: the evidence could not be had; it is never folded into `pass` or `fail`. */
export type Status = 'pass' | 'fail' | 'unknown' | 'skipped'

/** The way out: what to do in words, and commands that can be pasted as they are, with the user's own ids in them. */
export interface Fix {
  readonly text: string
  readonly commands: readonly string[]
}

/** Measured and needed values by name. Units are in the name where they are not obvious (`needGb`). */
export type Evidence = Readonly<Record<string, string | number | boolean | readonly string[]>>

interface Judged {
  /** What was judged: a resource id, an instance group, a file. */
  readonly subject: string
  /** What is so, measured against what is needed, in plain words. */
  readonly message: string
  readonly evidence?: Evidence
  readonly location?: Location
}

/** One judgement of a rule about one subject. A failure always carries its fix, an unknown its gap. */
export type Outcome =
  | (Judged & { readonly status: 'pass' })
  | (Judged & { readonly status: 'fail'; readonly fix: Fix; readonly severity?: Severity })
  | (Judged & { readonly status: 'unknown'; readonly gap: Gap; readonly fix?: Fix; readonly severity?: Severity })
  | (Judged & {
      readonly status: 'skipped'
      /** Id of the rule that reports what keeps this one from judging; absent where the rule does not apply to the subject. */
      readonly reportedBy?: string
    })

/** An agreed exception to a rule for a subject, from the policy file. */
export interface Waiver {
  readonly reason: string
  readonly owner: string
  /** Date, YYYY-MM-DD, in UTC. */
  readonly expires: string
}

/** An outcome with the rule that made it. */
export interface Finding {
  readonly rule: string
  readonly status: Status
  readonly severity: Severity
  readonly subject: string
  readonly message: string
  readonly evidence?: Evidence
  readonly fix?: Fix
  readonly location?: Location
  /** On every unknown, and on what was skipped because the run could not ask. */
  readonly gap?: Gap
  readonly waiver?: Waiver
}
