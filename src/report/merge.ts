import type { CallStatistics, Counts, ExitPolicy, Report, Verdict } from '../model/report.ts'
import { exitOf } from './exit.ts'
import { rankOf } from './report.ts'

type Target = Report['target']
type ReadonlyReports = readonly [Report, ...Report[]]

/**
 * One report out of many, of clusters, accounts and Regions that were checked apart. Its verdict is the worst of theirs. Findings and
 * groups say whose they are where the reports are about more than one target; what the targets do not share is null.
 */
export const mergeReports = (tool: Report['tool'], reports: ReadonlyReports, policy: ExitPolicy): Report => {
  const [first] = reports
  const labels = labelsOf(reports.map(({ target }) => target))
  const labelled = <T>(parts: (report: Report) => readonly T[], named: (part: T, label: string) => T): readonly T[] =>
    reports.flatMap((report, index) => {
      const label = labels[index] ?? null
      return parts(report).map((part) => (label === null ? part : named(part, label)))
    })
  const verdict = worstOf(reports.map((report) => report.verdict))
  const counts = sumCounts(reports.map((report) => report.counts))
  return {
    schemaVersion: 1,
    tool,
    takenAt:
      reports
        .map(({ takenAt }) => takenAt)
        .toSorted()
        .at(-1) ?? first.takenAt,
    verdict,
    ...exitOf(verdict, counts, policy),
    target: sharedTarget(reports.map(({ target }) => target)),
    leftOpen: allLeftOpen(reports),
    staticOnly: reports.find(({ staticOnly }) => staticOnly !== null)?.staticOnly ?? null,
    counts,
    findings: labelled(
      ({ findings }) => findings,
      (finding, label) => ({ ...finding, subject: `${label}: ${finding.subject}` }),
    ).toSorted((a, b) => rankOf(a) - rankOf(b)),
    headroom: labelled(
      ({ headroom }) => headroom,
      (entry, label) => ({ ...entry, group: `${label}: ${entry.group}` }),
    ),
    clusterHeadroom: reports.length === 1 ? first.clusterHeadroom : null,
    topology: reports.length === 1 ? first.topology : null,
    calls: sumCalls(reports.map(({ calls }) => calls)),
  }
}

/** Inputs first, as in a single report. */
const allLeftOpen = (reports: ReadonlyReports): readonly string[] => {
  const rules = new Set(reports.flatMap(({ findings }) => findings.map(({ rule }) => rule)))
  const all = [...new Set(reports.flatMap(({ leftOpen }) => leftOpen))]
  return [...all.filter((name) => !rules.has(name)), ...all.filter((name) => rules.has(name))]
}

const worstOf = (verdicts: readonly Verdict[]): Verdict =>
  (['blocked', 'unproven'] as const).find((verdict) => verdicts.includes(verdict)) ?? 'ready'

/**
 * The shortest name that tells each target from the others: cluster, Region, account, VPC, as far as they are needed; null where there is
 * nothing to tell apart. Reports on the same target keep the same name.
 */
const labelsOf = (targets: readonly Target[]): readonly (string | null)[] => {
  const names: readonly (keyof Target)[] = ['clusterName', 'region', 'account', 'vpcId', 'orchestrator']
  const differing = names.filter((name) => new Set(targets.map((target) => target[name])).size > 1)
  return targets.map((target) => {
    const parts = differing.flatMap((name) => target[name] ?? [])
    return parts.length === 0 ? null : parts.join(' ')
  })
}

const sharedTarget = (targets: readonly Target[]): Target => {
  const shared = <K extends keyof Target>(name: K): Target[K] | null => {
    const [value, ...others] = new Set(targets.map((target) => target[name]))
    return value === undefined || others.length > 0 ? null : value
  }
  return {
    account: shared('account'),
    // The Region is always there: those that differ are listed.
    region: [...new Set(targets.map(({ region }) => region))].join(', '),
    clusterName: shared('clusterName'),
    orchestrator: shared('orchestrator'),
    vpcId: shared('vpcId'),
  }
}

const sumCounts = (all: readonly Counts[]): Counts => {
  const sum = (name: keyof Counts): number => all.reduce((total, counts) => total + counts[name], 0)
  return {
    pass: sum('pass'),
    fail: sum('fail'),
    unknown: sum('unknown'),
    skipped: sum('skipped'),
    waived: sum('waived'),
    errors: sum('errors'),
    warnings: sum('warnings'),
  }
}

/** The runs may have gone on side by side: the longest of them is what they took. */
const sumCalls = (all: readonly CallStatistics[]): CallStatistics => {
  const byOperation: Record<string, number> = {}
  for (const calls of all) {
    for (const [name, count] of Object.entries(calls.byOperation)) byOperation[name] = (byOperation[name] ?? 0) + count
  }
  return {
    total: all.reduce((sum, { total }) => sum + total, 0),
    retries: all.reduce((sum, { retries }) => sum + retries, 0),
    throttles: all.reduce((sum, { throttles }) => sum + throttles, 0),
    durationMs: Math.max(...all.map(({ durationMs }) => durationMs)),
    byOperation: Object.fromEntries(Object.entries(byOperation).toSorted(([a], [b]) => (a < b ? -1 : 1))),
  }
}
