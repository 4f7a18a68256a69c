import type { Finding, Severity } from '../../model/finding.ts'
import type { Report } from '../schema/report.ts'

/** What a finding means for the report: its status, or `waived` where somebody answers for a failure or an unknown. */
export type Standing = 'fail' | 'unknown' | 'waived' | 'pass' | 'skipped'

/** A waiver excuses what went wrong; on a passed or skipped finding it has nothing to excuse. */
export const standingOf = ({ status, waiver }: Finding): Standing =>
  waiver !== undefined && (status === 'fail' || status === 'unknown') ? 'waived' : status

/** Whether it says how something is, waived or not. */
export const isJudged = ({ status }: Finding): boolean => status === 'pass' || status === 'fail'

/** A finding whose evidence is missing and whose rule could block the cluster. */
export const isBlockingUnknown = (finding: Finding): boolean => standingOf(finding) === 'unknown' && finding.severity === 'error'

const milder: Readonly<Record<Severity, Severity>> = { error: 'warning', warning: 'notice', notice: 'notice' }

/**
 * How loud a finding is told; null where it is not told at all. An unknown weighs one level less than the failure that it might be,
 * except where it is what the run fails for.
 */
export const levelOf = (finding: Finding, { exitCode }: Report): Severity | null => {
  const standing = standingOf(finding)
  if (standing === 'waived') return 'notice'
  if (standing === 'fail') return finding.severity
  if (standing !== 'unknown') return null
  return finding.severity === 'error' && exitCode === 3 ? 'error' : milder[finding.severity]
}

/** Items that belong together, in the order in which the first of each came. */
export const groupBy = <T>(items: readonly T[], keyOf: (item: T) => unknown): readonly (readonly [T, ...T[]])[] => {
  const groups = new Map<string, [T, ...T[]]>()
  for (const item of items) {
    const key = JSON.stringify(keyOf(item))
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [item])
    else group.push(item)
  }
  return [...groups.values()]
}
