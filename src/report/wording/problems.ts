import type { Finding } from '../../model/finding.ts'
import { plural } from '../../semantics/text/enumerate.ts'
import type { Report } from '../schema/report.ts'
import { plain } from './escape.ts'
import { groupBy, isBlockingUnknown, standingOf } from './standing.ts'

/** Findings that are told together. */
export type Group = readonly [Finding, ...Finding[]]

/** `failure`: one rule that fails, with one fix. `cause`: one answer that is missing, with all that it keeps from being judged. */
export interface Problem {
  readonly kind: 'failure' | 'cause'
  readonly group: Group
}

/**
 * All that failed or could not be judged, waived findings aside, in the order in which to read it: what explains why a diagnosed cluster
 * failed, what decides the verdict, then warnings, then advice.
 */
export const problemsOf = ({ findings, diagnosis }: Report): readonly Problem[] => {
  const failures = groupBy(
    findings.filter((finding) => standingOf(finding) === 'fail'),
    ({ rule, severity, fix }) => [rule, severity, fix],
  ).map((group) => ({ kind: 'failure' as const, group }))
  const causes = groupBy(
    findings.filter((finding) => standingOf(finding) === 'unknown'),
    ({ gap, message, fix }) => [gap?.reason, gap?.action, message, fix],
  ).map((group) => ({ kind: 'cause' as const, group }))
  const explaining = new Set(
    (diagnosis?.answers ?? []).flatMap(({ explanations }) =>
      explanations.flatMap((one) => (one.certainty === 'explains' ? [one.rule] : [])),
    ),
  )
  const explains = ({ group: [{ rule }] }: Problem): number => Number(explaining.has(rule))
  return [...failures, ...causes].toSorted((a, b) => weightOf(a) - weightOf(b) || explains(b) - explains(a))
}

/** A problem that would be advice at most, whatever the missing answer were. */
export const isAdvice = ({ group }: Problem): boolean => group.every(({ severity }) => severity === 'notice')

/** The lower, the sooner it is told. */
const weightOf = (problem: Problem): number => {
  const [{ severity }] = problem.group
  if (isAdvice(problem)) return problem.kind === 'failure' ? 4 : 5
  if (problem.kind === 'failure') return severity === 'error' ? 0 : 2
  return problem.group.some(isBlockingUnknown) ? 1 : 3
}

/** Characters of a subject before a message that does not name it. */
const subjectLimit = 200

/** The message; with its subject before it where it does not name it itself. Not escaped. */
export const aboutSubject = ({ subject, message }: Pick<Finding, 'subject' | 'message'>): string =>
  message.includes(subject) ? message : `${plain(subject, subjectLimit)}: ${message}`

/** What is missing: the call and what became of it, or what became of it alone where no call is to blame. `action` is not escaped. */
export const causeOf = ({ gap }: Finding): { readonly action: string | null; readonly reason: string } =>
  gap === undefined ? { action: null, reason: '' } : { action: gap.action === 'none' ? null : gap.action, reason: gap.reason }

const reasons: Readonly<Record<NonNullable<Finding['gap']>['reason'], string>> = {
  denied: 'was denied',
  throttled: 'was throttled',
  timeout: 'timed out',
  unreachable: 'could not be reached',
  unsupported: 'is not supported',
  unexpected: 'gave an unexpected answer',
  'not-attempted': 'was not asked',
  'not-saved': 'is not in the snapshot',
}

/** The same as the start of a sentence: the call, and a verb that goes with it. */
export const causeWords = ({ gap }: Finding): { readonly action: string | null; readonly words: string } =>
  gap === undefined || gap.action === 'none' ? { action: null, words: 'Not judged' } : { action: gap.action, words: reasons[gap.reason] }

/** `3 checks not made`. */
export const notMade = (group: Group): string => `${plural(group.length, 'check')} not made`

/** Every action whose denial left something unknown, each once. Not escaped. */
export const deniedActions = (findings: readonly Finding[]): readonly string[] =>
  [
    ...new Set(
      findings.flatMap((finding) => (standingOf(finding) === 'unknown' && finding.gap?.reason === 'denied' ? [finding.gap.action] : [])),
    ),
  ].sort()
