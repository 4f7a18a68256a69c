import type { ExitPolicy } from '../model/policy.ts'
import { exitOf } from './exit.ts'
import { rankOf } from './report.ts'
import type { Labels } from './schema/member.ts'
import { each } from './schema/merging.ts'
import { type Report, reportSchema } from './schema/report.ts'

type Target = Report['target']

const mergeMembers = each(reportSchema.entries)

/**
 * One report out of many, of clusters, accounts and Regions that were checked apart. Its verdict is the worst of theirs. Findings and
 * groups say whose they are where the reports are about more than one target; what the targets do not share is null.
 */
export const mergeReports = (tool: Report['tool'], reports: readonly [Report, ...Report[]], policy: ExitPolicy): Report => {
  const merged = mergeMembers(reports, labelsOf(reports.map(({ target }) => target)))
  return {
    ...merged,
    tool,
    ...exitOf(merged.verdict, merged.counts, policy),
    findings: merged.findings.toSorted((a, b) => rankOf(a) - rankOf(b)),
  }
}

/**
 * The shortest name that tells each target from the others: cluster, Region, account, VPC, as far as they are needed; null where there is
 * nothing to tell apart. Reports on the same target keep the same name.
 */
const labelsOf = (targets: readonly Target[]): Labels => {
  const names: readonly (keyof Target)[] = ['clusterName', 'region', 'account', 'vpcId', 'orchestrator']
  const differing = names.filter((name) => new Set(targets.map((target) => target[name])).size > 1)
  return targets.map((target) => {
    const parts = differing.flatMap((name) => target[name] ?? [])
    return parts.length === 0 ? null : parts.join(' ')
  })
}
