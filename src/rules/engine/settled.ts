import type { Finding } from '../../model/finding.ts'

/** A finding as its rule alone makes it. */
export interface Judged {
  readonly finding: Finding
  /** The rule that reports what kept this one from judging. */
  readonly reportedBy?: string | undefined
}

/**
 * Findings, once it is known what every rule says: one that was skipped because another rule reports the cause is unknown if that rule
 * finds nothing wrong. Then what was read contradicts itself, and nobody would tell. Rules that are off, or not among those judged, are
 * taken at their word.
 */
export const settled = (judged: readonly Judged[], isOff: (rule: string) => boolean): readonly Finding[] => {
  const byRule = new Map<string, Judged[]>()
  for (const each of judged) {
    const known = byRule.get(each.finding.rule)
    if (known === undefined) byRule.set(each.finding.rule, [each])
    else known.push(each)
  }
  const reports = (rule: string, asked: readonly string[] = []): boolean => {
    const said = byRule.get(rule)
    if (said === undefined || isOff(rule)) return true
    return said.some(
      ({ finding, reportedBy }) =>
        finding.status === 'fail' ||
        finding.gap !== undefined ||
        (reportedBy !== undefined && !asked.includes(reportedBy) && reports(reportedBy, [...asked, rule])),
    )
  }
  return judged.map(({ finding, reportedBy }) => (reportedBy === undefined || reports(reportedBy) ? finding : unreported(finding)))
}

const unreported = (finding: Finding): Finding => {
  const message = `${finding.message}, but that rule finds nothing wrong`
  return {
    ...finding,
    status: 'unknown',
    message,
    gap: { reason: 'unexpected', action: 'none', message },
    fix: { text: 'Run again: what was read changed meanwhile, or the snapshot was edited.', commands: [] },
  }
}
