import type { Finding, Severity } from '../../model/finding.ts'
import { plural } from '../../semantics/text/enumerate.ts'
import type { Report } from '../schema/report.ts'
import { problemTitle } from '../wording/problem-titles.ts'
import { causeWords, deniedActions, type Group, isAdvice, notMade, type Problem, problemsOf } from '../wording/problems.ts'
import { type Standing, standingOf } from '../wording/standing.ts'
import { place, prevented, waiverSentence } from '../wording/wording.ts'
import { filterClasses, filters, standingHeading, standings } from './filters.ts'
import { type Html, html } from './markup.ts'
import { badge, evidenceList, fixBlock, joined, ruleLink, type Sign } from './parts.ts'

type ClassesOf = (group: readonly Finding[]) => string

/** Every finding, the worst first: problems as cards, what passed and what was skipped as tables that are folded. */
export const findingsSection = (report: Report): Html => {
  const total = report.findings.length
  if (total === 0)
    return html`<section id="findings" class="findings"><h2>Findings</h2><p>Nothing was judged.</p></section>
`
  const classesOf = filterClasses(report)
  const problems = problemsOf(report)
  return html`<section id="findings" class="findings">
<h2>Findings</h2>
${filters(report)}
${standings.map((standing) => standingSection(standing, report, problems, classesOf))}
<p class="shown"> of ${plural(total, 'finding')} shown</p>
</section>
`
}

const standingSection = (standing: Standing, report: Report, problems: readonly Problem[], classesOf: ClassesOf): Html => {
  const findings = report.findings.filter((finding) => standingOf(finding) === standing)
  if (findings.length === 0) return html``
  return html`<section class="standing in-${standing}">
${standingHeading(standing, findings.length)}<div class="told">
${contentOf(standing, findings, problems, classesOf)}</div></section>
`
}

const contentOf = (standing: Standing, findings: readonly Finding[], problems: readonly Problem[], classesOf: ClassesOf): Html => {
  switch (standing) {
    case 'fail':
      return html`${problems.filter(({ kind }) => kind === 'failure').map(({ group }) => failureCard(group, classesOf))}`
    case 'unknown':
      return html`${actionsToAllow(findings)}${problems.filter(({ kind }) => kind === 'cause').map((problem) => causeCard(problem, classesOf))}`
    case 'waived':
      return html`${findings.map((finding) => waivedCard(finding, classesOf))}`
    default:
      return quietTable(standing, findings, classesOf)
  }
}

const severitySigns: Readonly<Record<Severity, Sign>> = { error: 'fail', warning: 'warning', notice: 'notice' }

const failureCard = (group: Group, classesOf: ClassesOf): Html => {
  const [first] = group
  const { rule, severity, fix } = first
  return html`<article class="card tone-${severity} ${classesOf(group)}">
<h4>${problemTitle(rule)} ${badge(severitySigns[severity], severity, severity)}</h4>
<p class="quiet">${ruleLink(rule)}</p>
<ul>
${group.map((finding) => item(finding, html`<p>${finding.message}</p>\n`))}</ul>
${fix === undefined ? null : fixBlock(fix)}${preventedLine(first)}</article>
`
}

const preventedLine = (finding: Finding): Html | null => {
  const sentence = prevented(finding)
  return sentence === null ? null : html`<p class="quiet">${sentence}</p>\n`
}

const item = (finding: Finding, said: Html): Html => {
  const { subject, evidence } = finding
  const at = place(finding)
  return html`<li class="item">${said}<p class="quiet"><code class="subject">${subject}</code>${at === null ? null : html` at <code>${at}</code>`}</p>
${evidenceList(evidence)}</li>
`
}

/** One permission often leaves many checks without evidence: all that is missing is told in one place. */
const actionsToAllow = (findings: readonly Finding[]): Html | null => {
  const actions = deniedActions(findings)
  if (actions.length < 2) return null
  return html`<p class="allow">To allow for the role that runs this check: ${joined(
    actions.map((action) => html`<code>${action}</code>`),
    ', ',
  )}</p>
`
}

const causeCard = (problem: Problem, classesOf: ClassesOf): Html => {
  const { group } = problem
  const [first] = group
  const { action, words } = causeWords(first)
  const [sign, tone] = isAdvice(problem) ? (['notice', 'notice'] as const) : (['unknown', 'unknown'] as const)
  const [worst = first.severity] = (['error', 'warning', 'notice'] as const).filter((severity) =>
    group.some((finding) => finding.severity === severity),
  )
  return html`<article class="card tone-${tone} ${classesOf(group)}">
<h4><span class="gap">${action === null ? null : html`<code>${action}</code> `}${words}: ${notMade(group)}</span> ${badge(sign, tone, `could be: ${worst}`)}</h4>
<p>${first.message}</p>
<p class="quiet">Not ruled out:</p>
<ul>
${group.map((finding) => item(finding, html`<p>${problemTitle(finding.rule)} <span class="quiet">(${finding.severity})</span> ${ruleLink(finding.rule)}</p>\n`))}</ul>
${first.fix === undefined ? null : fixBlock(first.fix)}</article>
`
}

const waivedCard = (finding: Finding, classesOf: ClassesOf): Html => html`<article class="card tone-waived ${classesOf([finding])}">
<h4>${problemTitle(finding.rule)} ${badge('waived', 'waived', `waived · ${finding.severity}`)}</h4>
<p class="quiet">${ruleLink(finding.rule)}</p>
<ul>
${item(finding, html`<p>${finding.message}</p>\n<p class="waiver">${waiverSentence(finding) ?? ''}</p>\n`)}</ul>
</article>
`

const quietTable = (standing: 'pass' | 'skipped', findings: readonly Finding[], classesOf: ClassesOf): Html =>
  html`<table><thead><tr><th scope="col">Rule</th><th scope="col">${standing === 'pass' ? 'Result' : 'Reason'}</th></tr></thead>
<tbody>
${findings.map((finding) => quietRow(finding, classesOf))}</tbody></table>
`

const quietRow = (finding: Finding, classesOf: ClassesOf): Html => {
  const { rule, subject, message, evidence } = finding
  const at = place(finding)
  const list = evidenceList(evidence)
  const more =
    at === null && list === null
      ? null
      : html`<details><summary>Evidence</summary>${at === null ? null : html`<p class="quiet">at <code>${at}</code></p>`}${list}</details>`
  return html`<tr class="item ${classesOf([finding])}"><th scope="row">${ruleLink(rule)}</th><td><p><code class="subject">${subject}</code></p><p>${message}</p>${more}</td></tr>
`
}
