import { messagesForeseenBy } from '../../catalog/failure-messages.ts'
import type { Finding } from '../../model/finding.ts'
import type { CallStatistics } from '../../model/snapshot.ts'
import { noRegion } from '../../semantics/plan/stated-region.ts'
import { plural } from '../../semantics/text/enumerate.ts'
import type { Report } from '../schema/report.ts'
import { isBlockingUnknown, isJudged } from './standing.ts'

/** Failures that neither block nor warn. */
const notices = ({ counts }: Report): number => counts.fail - counts.errors - counts.warnings

/** How many findings of each kind there are, the worst first; kinds without any are left out. */
export const tally = (report: Report): readonly string[] => [...troubles(report), ...quietTally(report)]

const troubles = (report: Report): readonly string[] => [
  ...(report.counts.errors > 0 ? [plural(report.counts.errors, 'error')] : []),
  ...(report.counts.warnings > 0 ? [plural(report.counts.warnings, 'warning')] : []),
  ...(notices(report) > 0 ? [plural(notices(report), 'notice')] : []),
  ...(report.counts.unknown > 0 ? [`${report.counts.unknown} unknown`] : []),
]

/** How many findings there are of each kind that is no problem. */
export const quietTally = ({ counts }: Report): readonly string[] => [
  ...(counts.waived > 0 ? [`${counts.waived} waived`] : []),
  ...(counts.pass > 0 ? [`${counts.pass} passed`] : []),
  ...(counts.skipped > 0 ? [`${counts.skipped} skipped`] : []),
]

/** The verdict as one sentence, and what it does not rest on. Not escaped. */
export const verdictSentence = (report: Report): string => {
  const { verdict, counts } = report
  if (verdict === 'blocked') {
    const found = `${troubles(report).join(', ')}: fix the ${counts.errors === 1 ? 'error' : 'errors'} first`
    return [found, ...staticOnly(report), ...notChecked(report), ...trusted(report)].join('; ')
  }
  const rest = [...troubles(report), ...quietTally({ ...report, counts: { ...counts, pass: 0 } })]
  const found = !report.findings.some(isJudged) ? 'nothing was judged' : `no errors in ${plural(counts.pass + counts.fail, 'check')}`
  return [
    ...staticOnly(report),
    `${found}${unjudged(report)}`,
    ...notChecked(report),
    ...trusted(report),
    ...(rest.length > 0 ? [rest.join(', ')] : []),
  ].join('; ')
}

/** The verdict as a title, with what it is about. Without an account nothing can be ready: what was found in files alone is told as that. */
export const verdictName = ({ verdict, staticOnly }: Report): string => {
  if (staticOnly === null) return { ready: 'Ready', blocked: 'Blocked', unproven: 'Unproven' }[verdict]
  return verdict === 'blocked' ? 'Blocked by the files alone' : 'Files checked, account not checked'
}

const staticOnly = ({ staticOnly: reason }: Report): readonly string[] =>
  reason === null ? [] : [`nothing about the account was judged (${reason})`]

/** What the verdict rests on that nobody looked at: somebody vouches for it. */
const trusted = ({ trustedTargets }: Report): readonly string[] =>
  trustedTargets.map(({ id, owner, reason }) => `${id} trusted by ${owner}: ${reason}`)

const unjudged = ({ findings }: Report): string => {
  const count = findings.filter(isBlockingUnknown).length
  return count === 0 ? '' : `, but ${plural(count, 'blocking check')} could not be made`
}

/** Rules that were not judged which the verdict names; the output and the JSON report have them all. */
const rulesNamed = 5

/** What the verdict does not rest on. Without an account the live rules are said to be missing once, not one by one. */
const notChecked = ({ leftOpen, findings }: Report): readonly string[] => {
  const rules = new Set(findings.map(({ rule }) => rule))
  const notAttempted = new Set(findings.flatMap(({ rule, gap }) => (gap?.reason === 'not-attempted' ? [rule] : [])))
  const inputs = leftOpen.filter((name) => !rules.has(name))
  const unjudged = leftOpen.filter((name) => rules.has(name) && !notAttempted.has(name))
  const more = unjudged.length > rulesNamed + 1 ? unjudged.length - rulesNamed : 0
  const named = unjudged.slice(0, unjudged.length - more).join(', ')
  return [
    ...(inputs.length === 0 ? [] : [`not checked, because not given: ${inputs.join(', ')}`]),
    ...(unjudged.length === 0 ? [] : [`not judged in full: ${named}${more === 0 ? '' : ` and ${more} more rules`}`]),
  ]
}

/** The exit code, and why it is not the verdict's own. */
export const exitMeaning = ({ exitCode, exitBecause }: Report): string =>
  exitBecause === null ? `exit ${exitCode}` : `exit ${exitCode}, because ${exitBecause}`

const orchestrators = { slurm: 'Slurm', eks: 'EKS' } as const

/** A part of what was judged: its name, its value as it came, and the two as they are said among others. None is escaped. */
interface TargetPart {
  readonly name: string
  readonly value: string
  readonly said: string
}

/** What was judged, as far as it is known. */
export const target = ({ target: { clusterName, orchestrator, region, account, vpcId } }: Report): readonly TargetPart[] => [
  ...(clusterName === null ? [] : [{ name: 'Cluster', value: clusterName, said: `cluster ${clusterName}` }]),
  ...(orchestrator === null ? [] : [{ name: 'Orchestrator', value: orchestrators[orchestrator], said: orchestrators[orchestrator] }]),
  ...(region === noRegion ? [] : [{ name: 'Region', value: region, said: region }]),
  ...(account === null ? [] : [{ name: 'Account', value: account, said: `account ${account}` }]),
  ...(vpcId === null ? [] : [{ name: 'VPC', value: vpcId, said: vpcId }]),
]

/** What was judged, in as few words as it takes. Not escaped. */
export const targetWords = (report: Report): readonly string[] => target(report).map(({ said }) => said)

/** What it took to ask. */
export const callsSentence = ({ total, retries, throttles, durationMs }: CallStatistics): string => {
  if (total === 0) return 'no API calls'
  const time = durationMs < 1_000 ? `${Math.round(durationMs)} ms` : `${(durationMs / 1_000).toFixed(1)} s`
  return [
    `${plural(total, 'API call')} in ${time}`,
    ...(retries > 0 ? [plural(retries, 'retry', 'retries')] : []),
    ...(throttles > 0 ? [`${throttles} throttled`] : []),
  ].join(', ')
}

/** `request.json:12:7`, as editors and terminals understand it. Not escaped. */
export const place = ({ location }: Finding): string | null =>
  location === undefined ? null : `${location.path}:${location.line}:${location.column}`

/** What HyperPod or a node would say if nobody mended this: the likeliest message alone, the page of the rule has all. */
export const prevented = ({ rule, status, severity }: Finding): string | null => {
  const [message] = status === 'fail' && severity === 'error' ? messagesForeseenBy(rule) : []
  return message === undefined ? null : `Prevents: ${message}`
}

/** Who answers for a waived finding, until when, and why. Not escaped. */
export const waiverSentence = ({ waiver }: Finding): string | null =>
  waiver === undefined ? null : `Waived until ${waiver.expires} by ${waiver.owner}: ${waiver.reason}`
