import { ruleUrl } from '../catalog/links.ts'
import type { Fact } from '../model/fact.ts'
import type { FactId } from '../model/facts.ts'
import type { Finding, Severity } from '../model/finding.ts'
import type { ExitPolicy, Policy } from '../model/policy.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { clusterHeadroom, headroom } from '../semantics/capacity/headroom.ts'
import { diagnosisOf } from '../semantics/diagnosis/diagnosis.ts'
import { knownValue } from '../semantics/fact.ts'
import { leftOpen } from '../semantics/plan/left-open.ts'
import { operationOf } from '../semantics/plan/update.ts'
import { reachIn } from '../semantics/ways/reach.ts'
import { exitOf } from './exit.ts'
import type { Counts, Report, Verdict } from './schema/report.ts'
import { topologyOf } from './topology/topology.ts'
import { isBlockingUnknown, isJudged, type Standing, standingOf } from './wording/standing.ts'

/** What a report is made of: a snapshot, its findings in the order of the rules, and what the user lets fail the run. */
export interface Judgement extends ExitPolicy {
  /** The program that judges; the one that took the snapshot may be another version. */
  readonly tool: Report['tool']
  readonly snapshot: Snapshot
  readonly findings: readonly Finding[]
  /** Rules that apply and were not judged, because the run was asked to leave them out; none where absent. */
  readonly leftOut?: ReadonlySet<string>
}

/** The report on a judged snapshot: findings in their stable order, counts, verdict and exit code, headroom. */
export const makeReport = ({ tool, snapshot, findings, leftOut = new Set(), ...policy }: Judgement): Report => {
  const counts = countsOf(findings)
  const staticOnly = unattempted(snapshot)
  const verdict = verdictOf(findings, counts, staticOnly, leftOut)
  return {
    schemaVersion: 1,
    tool,
    takenAt: snapshot.takenAt,
    verdict,
    ...exitOf(verdict, counts, policy),
    target: targetOf(snapshot),
    leftOpen: leftOpen(snapshot.plan, snapshot.policy, findings, leftOut),
    staticOnly,
    counts,
    findings: findings.toSorted((a, b) => rankOf(a) - rankOf(b)).map(withPage),
    headroom: headroom(snapshot.plan, snapshot.facts),
    clusterHeadroom: clusterHeadroom(snapshot.plan, snapshot.facts),
    calls: snapshot.calls,
    topology: topologyOf(snapshot, findings),
    reach: reachIn(snapshot.plan, snapshot.facts),
    trustedTargets: snapshot.plan.trustedTargets ?? [],
    operation: operationOf(snapshot.plan),
    diagnosis: diagnosisOf(snapshot, findings),
  }
}

/** A finding with the page of its rule: of the rules that this version knows, whatever another one wrote. */
export const withPage = (finding: Finding): Report['findings'][number] => ({ ...finding, docs: ruleUrl(finding.rule) })

const standings: readonly Standing[] = ['fail', 'unknown', 'waived', 'pass', 'skipped']
const severities: readonly Severity[] = ['error', 'warning', 'notice']

/** Where a finding stands in a report: the worse, the lower. The severity of what passed or was skipped says nothing about this plan. */
export const rankOf = (finding: Finding): number => {
  const standing = standingOf(finding)
  const severity = standing === 'pass' || standing === 'skipped' ? 0 : severities.indexOf(finding.severity)
  return standings.indexOf(standing) * severities.length + severity
}

const countsOf = (findings: readonly Finding[]): Counts => {
  const count = (standing: Standing, severity?: Severity): number =>
    findings.filter((finding) => standingOf(finding) === standing && (severity ?? finding.severity) === finding.severity).length
  return {
    pass: count('pass'),
    fail: count('fail'),
    unknown: count('unknown'),
    skipped: count('skipped'),
    waived: count('waived'),
    errors: count('fail', 'error'),
    warnings: count('fail', 'warning'),
  }
}

/** Why the account was not looked at; null where it was. */
const unattempted = ({ facts, policy }: Snapshot): string | null => {
  const isOfAccount = ([id, fact]: readonly [string, Fact<unknown>]): boolean => fact.ok && !besideTheAccount.has(id)
  const gaps = Object.values(facts).flatMap((fact) => (fact.ok || fact.gap.reason !== 'not-attempted' ? [] : [fact.gap.message]))
  const [gap] = gaps
  if (gap !== undefined) return gap
  const isLeftOut = policy !== undefined && !Object.entries(facts).some(isOfAccount) && isAnyOff(policy)
  return isLeftOut ? 'the policy file turns off the rules about it' : null
}

const isAnyOff = ({ rules }: Policy): boolean => Object.values(rules).some(({ severity }) => severity === 'off')

/**
 * Facts that say nothing of what the account has: who calls, the checkout, this machine and a cluster that kubectl finds. Whether the
 * cluster of the plan exists is asked whatever rules are on.
 */
const besideTheAccount: ReadonlySet<string> = new Set<FactId>([
  ...(['identity', 'namedCluster', 'repositoryScripts', 'repositoryDigests', 'scriptSyntax', 'machine', 'tools', 'hyperPodChart'] as const),
])

const verdictOf = (findings: readonly Finding[], { errors }: Counts, staticOnly: string | null, leftOut: ReadonlySet<string>): Verdict => {
  if (errors > 0) return 'blocked'
  const couldBlock = ({ rule, severity }: Finding): boolean => severity === 'error' && leftOut.has(rule)
  if (staticOnly !== null || !findings.some(isJudged)) return 'unproven'
  return findings.some((finding) => isBlockingUnknown(finding) || couldBlock(finding)) ? 'unproven' : 'ready'
}

const targetOf = ({ plan, facts }: Snapshot): Report['target'] => ({
  account: accountOf(facts),
  region: plan.region,
  clusterName: plan.clusterName,
  orchestrator: plan.orchestrator.kind === 'unstated' ? null : plan.orchestrator.kind,
  vpcId: plan.vpcId ?? textOrNull(knownValue(facts.vpc)?.vpcId),
})

const accountOf = ({ identity }: Snapshot['facts']): string | null => {
  const caller = knownValue(identity)
  return caller?.kind === 'caller' ? textOrNull(caller.account) : null
}

/** A snapshot may have been edited: what is in its facts is as wide as JSON. */
const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null)
