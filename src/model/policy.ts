import type { Finding, Severity, Waiver } from './finding.ts'
import type { Location, Thresholds, ToolName, TrustedTarget } from './plan.ts'

/** What fails the run. `never`: nothing; the verdict is reported all the same. */
export type FailOn = 'error' | 'warning' | 'never'

/** Whether an error-level rule that could not be judged fails the run. */
export type OnUnknown = 'fail' | 'warn'

/** What the policy file says of one rule. `off`: it is not judged. */
export interface RuleSetting {
  readonly severity: Severity | 'off'
  readonly location: Location
}

/** A waiver with what it is for. It excuses what fails, and what could not be judged, of one rule. */
export interface PolicyWaiver extends Waiver {
  readonly rule: string
  /** The subject of the findings; `*` stands for any characters, none included. */
  readonly subject: string
  readonly location: Location
}

/**
 * How a team wants findings to be judged, from its policy file. Plain JSON: the snapshot keeps it, so that judging again gives the
 * same. What such a file says about the plan (thresholds, tools, trusted targets) is in the plan.
 */
export interface Policy {
  /** The file, as the user gave it. */
  readonly path: string
  /** Null where the file leaves it to the default. */
  readonly failOn: FailOn | null
  readonly onUnknown: OnUnknown | null
  /** By id of the rule. */
  readonly rules: Readonly<Record<string, RuleSetting>>
  readonly waivers: readonly PolicyWaiver[]
}

/** Everything that a policy file says; null where it says nothing. */
export interface PolicyFile {
  readonly policy: Policy
  readonly thresholds: Thresholds
  readonly requiredTools: readonly ToolName[] | null
  readonly trustedTargets: readonly TrustedTarget[]
}

/** What came of a waiver in this judgement. */
export interface WaiverUse {
  readonly waiver: PolicyWaiver
  /** Days after the snapshot's (UTC) on which it holds: 0 on its last one, negative when it has expired. */
  readonly daysLeft: number
  /** Failing and unknown findings that it is for, excused or, after its last day, not. */
  readonly findings: readonly Finding[]
  /** Whether its rule was judged, as far as this waiver may concern it: not skipped, and not unknown in a part that it does not name. */
  readonly judged: boolean
}

/** What decides how a run ends that came to a verdict. */
export interface ExitPolicy {
  readonly failOn: FailOn
  readonly onUnknown: OnUnknown
}
