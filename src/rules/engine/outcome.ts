import type { Fact, Gap } from '../../model/fact.ts'
import type { Evidence, Fix, Outcome, Severity } from '../../model/finding.ts'
import type { Location } from '../../model/plan.ts'

interface Details {
  readonly evidence?: Evidence
  readonly location?: Location | null | undefined
  /** Moves the severity of this one outcome away from the rule's own. */
  readonly severity?: Severity | undefined
}

const placed = ({ evidence, location }: Details) => ({
  ...(evidence !== undefined && { evidence }),
  ...(location !== undefined && location !== null && { location }),
})

const weighed = (details: Details) => ({
  ...placed(details),
  ...(details.severity !== undefined && { severity: details.severity }),
})

export const pass = (subject: string, message: string, details: Omit<Details, 'severity'> = {}): Outcome => ({
  status: 'pass',
  subject,
  message,
  ...placed(details),
})

export const fail = (subject: string, message: string, fix: Fix, details: Details = {}): Outcome => ({
  status: 'fail',
  subject,
  message,
  fix,
  ...weighed(details),
})

/** The rule does not apply to this one subject; `message` says why. What could not be looked at is {@link unknown} instead. */
export const skip = (subject: string, message: string, details: Omit<Details, 'severity'> = {}): Outcome => ({
  status: 'skipped',
  subject,
  message,
  ...placed(details),
})

/**
 * What is wrong with the subject keeps the rule from judging it, and `rule` reports it: where that finds nothing wrong, the engine makes
 * this unknown. `message` is a clause without a full stop.
 */
export const reported = (subject: string, message: string, rule: string, details: Omit<Details, 'severity'> = {}): Outcome => ({
  status: 'skipped',
  subject,
  message: `${message}: ${rule} reports it`,
  reportedBy: rule,
  ...placed(details),
})

/** What could not be judged, and the gap that is to blame. `fix` is the way out where allowing the call that is missing is none, or not all. */
export const unknown = (subject: string, gap: Gap, details: Details & { readonly fix?: Fix | undefined } = {}): Outcome => ({
  status: 'unknown',
  subject,
  message: gap.message,
  gap,
  ...(details.fix !== undefined && { fix: details.fix }),
  ...weighed(details),
})

/** Judges a fact's value where there is one; a gap becomes `unknown` for this subject. */
export const given = <T>(
  fact: Fact<T>,
  subject: string,
  judge: (value: T) => Outcome | readonly Outcome[],
  details: Details = {},
): readonly Outcome[] => (fact.ok ? [judge(fact.value)].flat() : [unknown(subject, fact.gap, details)])
