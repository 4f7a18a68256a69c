import type { Finding, Severity } from '../../model/finding.ts'
import { plural } from '../../semantics/text/enumerate.ts'
import type { Report } from '../schema/report.ts'
import { groupBy, type Standing, standingOf } from '../wording/standing.ts'
import { place, prevented, waiverSentence } from '../wording/wording.ts'
import { filterClasses, filters, standingNames, standings } from './filters.ts'
import { type Html, html } from './markup.ts'
import { badge, evidenceList, fixBlock, joined, ruleLink, type Sign } from './parts.ts'

type Group = readonly [Finding, ...Finding[]]
type ClassesOf = (finding: Finding) => string

/** Every finding, the worst first: what went wrong as cards, what passed and what was skipped as tables. */
export const findingsSection = (report: Report): Html => {
  const total = report.findings.length
  if (total === 0)
    return html`<section id="findings" class="findings"><h2>Findings</h2><p>Nothing was judged.</p></section>
`
  const classesOf = filterClasses(report)
  return html`<section id="findings" class="findings">
<h2>Findings</h2>
${filters(report)}
${standings.map((standing) => standingSection(standing, withStanding(report, standing), classesOf))}
<p class="shown"> of ${plural(total, 'finding')} shown</p>
</section>
`
}

const withStanding = ({ findings }: Report, standing: Standing): readonly Finding[] =>
  findings.filter((finding) => standingOf(finding) === standing)

const standingSection = (standing: Standing, findings: readonly Finding[], classesOf: ClassesOf): Html => {
  if (findings.length === 0) return html``
  const isQuiet = standing === 'pass' || standing === 'skipped'
  return html`<section class="standing in-${standing}">
<h3>${standingNames[standing]} <span class="count">${findings.length}</span></h3>
${standing === 'unknown' ? actionsToAllow(findings) : null}
${isQuiet ? quietTable(standing, findings, classesOf) : cards(standing, findings, classesOf)}</section>
`
}

/** One permission often leaves many checks without evidence: all that is missing is told in one place. */
const actionsToAllow = (findings: readonly Finding[]): Html | null => {
  const actions = [...new Set(findings.flatMap(({ gap }) => (gap?.reason === 'denied' ? [gap.action] : [])))].sort()
  if (actions.length === 0) return null
  return html`<p>To allow for the role that runs this check: ${joined(
    actions.map((action) => html`<code>${action}</code>`),
    ', ',
  )}</p>
`
}

/** What has the same way out stands together. */
const cards = (standing: Standing, findings: readonly Finding[], classesOf: ClassesOf): readonly Html[] =>
  groupBy(findings, ({ rule, severity, fix, gap }) => [rule, severity, fix, gap?.reason, gap?.action]).map((group) =>
    card(standing, group, classesOf),
  )

const severitySigns: Readonly<Record<Severity, Sign>> = { error: 'fail', warning: 'warning', notice: 'notice' }

const card = (standing: Standing, group: Group, classesOf: ClassesOf): Html => {
  const [first, ...others] = group
  const { rule, severity, fix, message } = first
  const shared = others.length > 0 && others.every((other) => other.message === message)
  const tone = standing === 'fail' ? severity : standing
  const words = standing === 'fail' ? severity : `${standing} · ${severity}`
  return html`<article class="card tone-${tone} ${classesOf(first)}">
<h4>${ruleLink(rule)} ${badge(standing === 'fail' ? severitySigns[severity] : standing, tone, words)}</h4>
${gapLine(first)}${shared ? html`<p>${message}</p>\n` : null}<ul>
${group.map((finding) => item(finding, !shared))}</ul>
${fix === undefined ? null : fixBlock(fix)}${preventedLine(first)}</article>
`
}

const preventedLine = (finding: Finding): Html | null => {
  const sentence = prevented(finding)
  return sentence === null ? null : html`<p class="quiet">${sentence}</p>\n`
}

const gapLine = ({ gap }: Finding): Html | null => {
  if (gap === undefined) return null
  return gap.action === 'none'
    ? html`<p class="gap">${gap.reason}</p>\n`
    : html`<p class="gap"><code>${gap.action}</code> ${gap.reason}</p>\n`
}

const item = (finding: Finding, withMessage: boolean): Html => {
  const { subject, message, evidence, gap } = finding
  const at = place(finding)
  const waiver = waiverSentence(finding)
  return html`<li class="item"><p class="subject"><code>${subject}</code></p>
${withMessage ? html`<p>${message}</p>\n` : null}${
  gap === undefined || gap.message === message ? null : html`<p class="quiet">${gap.message}</p>\n`
}${at === null ? null : html`<p class="quiet">at <code>${at}</code></p>\n`}${
  waiver === null ? null : html`<p class="waiver">${waiver}</p>\n`
}${evidenceList(evidence)}</li>
`
}

const quietTable = (standing: 'pass' | 'skipped', findings: readonly Finding[], classesOf: ClassesOf): Html =>
  html`<table><thead><tr><th scope="col">Rule</th><th scope="col">${standing === 'pass' ? 'What is so' : 'Why it was not judged'}</th></tr></thead>
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
  return html`<tr class="item ${classesOf(finding)}"><th scope="row">${ruleLink(rule)}</th><td><p class="subject"><code>${subject}</code></p><p>${message}</p>${more}</td></tr>
`
}
