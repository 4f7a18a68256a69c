import type { Fact, Gap } from '../../model/fact.ts'
import type { FactId } from '../../model/facts.ts'
import type { Finding, Fix, Outcome, Severity } from '../../model/finding.ts'
import type { Location, Plan, RequestDocument } from '../../model/plan.ts'
import type { Policy, RuleSetting, WaiverUse } from '../../model/policy.ts'
import type { Readable, Rule } from '../../model/rule.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import { knownValue } from '../../semantics/fact.ts'
import { isOfFile } from '../../semantics/plan/request-part.ts'
import { waive, waiverUses } from '../../semantics/plan/waivers.ts'
import { errorMessage } from '../../semantics/text/error-message.ts'
import { type Judged, settled } from './settled.ts'
import { besideUnread } from './unread-request.ts'

/** Facts that the applicable rules read which are not turned off, in the order of {@link FactId} names. */
export const demandedFacts = (rules: readonly Rule[], plan: Plan, policy?: Policy, leftOut: LeftOut = none): readonly FactId[] => {
  const judged = rules.filter(
    (rule) => settingOf(rule.id, policy)?.severity !== 'off' && !leftOut.has(rule.id) && rule.applies(plan) === true,
  )
  return [...new Set(judged.flatMap((rule) => [...rule.needs, ...rule.uses]))].sort()
}

/**
 * Judges a snapshot by every rule, in the order of the rules, under the policy that it holds. Never throws: a rule that does is a
 * finding.
 *
 * Turning a gap into `unknown` is done here and nowhere else, so no rule can take what it does not know for a pass. The policy turns
 * rules off, replaces their severities and excuses findings; what it did is said in the findings themselves.
 *
 * Each rule does its work in `bounded`, which may throw instead of returning: then the rule is unknown, and says why.
 */
export const judge = (
  rules: readonly Rule[],
  snapshot: Snapshot,
  bounded: Bounded = (work) => work(),
  leftOut: LeftOut = none,
): readonly Finding[] => {
  const { policy, takenAt } = snapshot
  const isOff = (id: string): boolean => settingOf(id, policy)?.severity === 'off' || leftOut.has(id)
  const judged = (rule: Rule, uses: readonly WaiverUse[]): readonly Judged[] =>
    leftOut.has(rule.id) ? [toJudged(rule, notSelected)] : judgeRule(rule, snapshot, uses, bounded)
  const first = new Map(rules.filter(({ judges }) => judges === undefined).map((rule) => [rule, judged(rule, [])]))
  const uses = policy === undefined ? [] : waiverUses(settled([...first.values()].flat(), isOff), policy, takenAt)
  const all = settled(
    rules.flatMap((rule) => first.get(rule) ?? judged(rule, uses)),
    isOff,
  ).map(placedIn(snapshot.plan.request))
  return policy === undefined ? all : waive(all, policy, takenAt)
}

/** Ids of rules that apply, and are not judged in this run. */
export type LeftOut = ReadonlySet<string>

const none: LeftOut = new Set()

const notSelected: Outcome = { status: 'skipped', subject: 'plan', message: 'left out of this run by only or skip' }

/** A request that was made of an answer of AWS is in no file: findings about it have no place. */
const placedIn = (request: RequestDocument | null): ((finding: Finding) => Finding) => {
  if (request === null || isOfFile(request)) return (finding) => finding
  return (finding) => {
    const { location, ...rest } = finding
    return location?.path === request.path ? rest : finding
  }
}

/** Does work, or throws an error that is named `TimeIsUp` where there is no time left for it. */
export type Bounded = <T>(work: () => T) => T

const settingOf = (id: string, policy: Policy | undefined): RuleSetting | undefined =>
  policy !== undefined && Object.hasOwn(policy.rules, id) ? policy.rules[id] : undefined

const judgeRule = (
  rule: Rule,
  { plan, facts, policy, takenAt }: Snapshot,
  uses: readonly WaiverUse[],
  bounded: Bounded,
): readonly Judged[] => {
  const setting = settingOf(rule.id, policy)
  if (setting?.severity === 'off') return [toJudged(rule, turnedOff(setting.location))]
  const severity = setting?.severity
  const finding = (outcome: Outcome): Judged => toJudged(rule, outcome, severity)
  try {
    const applies = rule.applies(plan)
    if (applies !== true) return besideUnread(rule, [{ status: 'skipped', subject: 'plan', message: applies }], plan).map(finding)

    const gaps = distinct(rule.needs.flatMap((id) => gapOf(factOf(facts, id))))
    if (gaps.length > 0) return gaps.map((gap) => finding({ status: 'unknown', subject: 'account', message: gap.message, gap }))

    const readable: Record<string, unknown> = {}
    for (const id of rule.needs) readable[id] = knownValue(factOf(facts, id))
    for (const id of rule.uses) readable[id] = factOf(facts, id)
    const outcomes = bounded(() => rule.evaluate(readable as Readable<FactId, FactId>, plan, uses, takenAt))
    if (outcomes.length === 0) return [finding(bug(rule, 'it judged nothing'))]
    return outcomes.every(isWhole)
      ? besideUnread(rule, outcomes, plan).map(finding)
      : [finding(bug(rule, 'what it says rests on something that the snapshot lacks'))]
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeIsUp') return [finding(outOfTime(rule))]
    return [finding(bug(rule, errorMessage(error)))]
  }
}

/**
 * The types hold for facts as they are collected. From a snapshot that was edited, or that another version took, a rule may carry on
 * what is not there; reports are made of texts.
 */
const isWhole = (outcome: Outcome): boolean =>
  isText(outcome.subject) &&
  isText(outcome.message) &&
  Object.values(outcome.evidence ?? {}).every((value: unknown) => isPlain(value) || (Array.isArray(value) && value.every(isText))) &&
  (outcome.location === undefined || (isText(outcome.location.path) && Number.isInteger(outcome.location.line))) &&
  (outcome.status !== 'fail' || (isText(outcome.fix.text) && outcome.fix.commands.every(isText))) &&
  (outcome.status !== 'unknown' ||
    (Object.hasOwn(gapFixes, outcome.gap.reason) && isText(outcome.gap.action) && isText(outcome.gap.message)))

const isText = (value: unknown): boolean => typeof value === 'string'
const isPlain = (value: unknown): boolean => isText(value) || typeof value === 'number' || typeof value === 'boolean'

const turnedOff = ({ path, line, column }: Location): Outcome => ({
  status: 'skipped',
  subject: 'plan',
  message: `turned off in ${path}:${line}`,
  location: { path, line, column },
})

const toJudged = (rule: Rule, outcome: Outcome, stated?: Severity): Judged => {
  if (outcome.status !== 'skipped') return { finding: toFinding(rule, outcome, stated) }
  const { reportedBy, ...rest } = outcome
  return { finding: toFinding(rule, rest, stated), reportedBy }
}

/** `stated` is the severity that the policy gives the rule, whatever the case. */
const toFinding = (rule: Rule, outcome: Outcome, stated?: Severity): Finding => {
  const severity = stated ?? ('severity' in outcome ? outcome.severity : undefined) ?? rule.severity
  if (outcome.status !== 'unknown') return { ...outcome, rule: rule.id, severity }
  if (outcome.gap.reason === 'not-attempted') return skippedFinding(rule, outcome, severity)
  return { ...outcome, rule: rule.id, severity, fix: outcome.fix ?? gapFix(outcome.gap) }
}

/** What was never asked for leaves nothing to find out: the report says once, in its verdict, what it does not rest on. */
const skippedFinding = (
  { id }: Rule,
  { subject, gap, location }: Outcome & { readonly status: 'unknown' },
  severity: Severity,
): Finding => ({
  rule: id,
  status: 'skipped',
  severity,
  subject,
  message: gap.message,
  gap,
  ...(location !== undefined && { location }),
})

const factOf = (facts: Snapshot['facts'], id: FactId): Fact<unknown> =>
  facts[id] ?? {
    ok: false,
    gap: {
      reason: 'unexpected',
      action: 'none',
      message: `the fact ${id} is not in the snapshot: it is older than this rule, or was edited`,
    },
  }

const gapOf = (fact: Fact<unknown>): readonly Gap[] => (fact.ok ? [] : [fact.gap])

const distinct = (gaps: readonly Gap[]): readonly Gap[] => [
  ...new Map(gaps.map((gap) => [`${gap.reason} ${gap.action} ${gap.message}`, gap])).values(),
]

const bug = (rule: Rule, message: string): Outcome => ({
  status: 'unknown',
  subject: 'rule',
  message: `fault in hyperpod-preflight: the rule ${rule.id} could not finish (${message})`,
  gap: { reason: 'unexpected', action: 'none', message },
  fix: { text: 'Please report it with the snapshot that --save-snapshot writes.', commands: [] },
})

const outOfTime = ({ id }: Rule): Outcome => {
  const message = `${id} was not judged before the time of this run was up`
  return { status: 'unknown', subject: 'rule', message, gap: { reason: 'timeout', action: 'none', message } }
}

const gapFixes: Readonly<Record<Gap['reason'], (gap: Gap) => string>> = {
  denied: ({ action }) =>
    `Allow ${action} for the role that runs this check; \`hyperpod-preflight iam-policy\` prints the whole policy it needs.`,
  throttled: ({ action }) => `AWS throttled ${action} on every try. Run again when fewer jobs call it.`,
  timeout: ({ action }) =>
    action === 'none'
      ? 'Run again; if it stays, look at what else was too late, on this machine and on its way to AWS.'
      : `Run again; if it stays, look at the way from this machine to the service of ${action}.`,
  unreachable: ({ action }) => `This machine cannot reach the service of ${action}: look at its network, proxy and endpoint settings.`,
  unsupported: ({ action }) => `The endpoint in use does not know ${action}: check it by hand, or use the public endpoint of the Region.`,
  'not-attempted': () => 'Run where credentials are to be had.',
  'not-saved': () => 'Run with credentials, or save the account again with this plan (--save-snapshot).',
  unexpected: () => 'Run again; if it stays, please report it with the snapshot that --save-snapshot writes.',
}

const gapFix = (gap: Gap): Fix => ({ text: gapFixes[gap.reason](gap), commands: [] })
