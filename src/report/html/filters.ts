import type { Finding, Severity } from '../../model/finding.ts'
import type { Report } from '../schema/report.ts'
import { type Standing, standingOf } from '../wording/standing.ts'
import { type Html, html } from './markup.ts'

export const standings: readonly Standing[] = ['fail', 'unknown', 'waived', 'pass', 'skipped']
const standingNames: Readonly<Record<Standing, string>> = {
  fail: 'Failing',
  unknown: 'Not known',
  waived: 'Waived',
  pass: 'Passed',
  skipped: 'Skipped',
}
const severities: readonly Severity[] = ['error', 'warning', 'notice']

/** What asks for something to be done, and is open when the page is. */
const isProblem = (standing: Standing): boolean => standing === 'fail' || standing === 'unknown'

/** Areas that can be chosen. The style sheet has a rule for each, and is the same for every report: the last one takes all the others. */
export const areaSlots = 24

const areaOf = ({ rule }: Finding): string => rule.split('/', 1)[0] ?? ''

/** What is found under each slot, in the order of the alphabet. */
const areasOf = ({ findings }: Report): readonly string[] => [...new Set(findings.map(areaOf))].sort()

/**
 * Classes by which the style sheet finds what is told together: every area in it, and its worst severity. The severity of what passed or
 * was skipped says nothing about this plan, and is none.
 */
export const filterClasses = (report: Report): ((group: readonly Finding[]) => string) => {
  const slots = new Map(areasOf(report).map((area, index) => [area, Math.min(index + 1, areaSlots)]))
  return (group) => {
    const areas = [...new Set(group.map((finding) => `area-${slots.get(areaOf(finding)) ?? areaSlots}`))]
    const worst = severities.find((severity) => group.some((finding) => finding.severity === severity && hasSeverity(finding)))
    return [...(worst === undefined ? [] : [`is-${worst}`]), ...areas].join(' ')
  }
}

const hasSeverity = (finding: Finding): boolean => !['pass', 'skipped'].includes(standingOf(finding))

/** The heading of all findings of one standing. Its box opens and folds them: problems are open. */
export const standingHeading = (standing: Standing, count: number): Html =>
  html`<h3><label class="toggle"><input type="checkbox" id="show-${standing}"${isProblem(standing) ? html` checked` : null} autocomplete="off"> ${standingNames[standing]} <span class="count">${count}</span></label></h3>
`

/**
 * Choices that work by the style sheet alone: `:has()` sees what is checked. A browser without it is shown all findings and no filters.
 * The script puts a search field into `search`, and into each choice how many findings it shows, which depends on the other choices.
 */
export const filters = (report: Report): Html => html`<details class="filters"><summary>Filter the findings</summary>
<div class="search"></div>
<fieldset><legend>Severity of the problems</legend><div class="chips">${severities.flatMap((severity) => severityChip(report, severity))}</div></fieldset>
<fieldset><legend>Area</legend><div class="chips">${areaChips(report)}</div></fieldset>
</details>
`

const severityChip = ({ findings }: Report, severity: Severity): readonly Html[] =>
  findings.some((finding) => hasSeverity(finding) && finding.severity === severity)
    ? [
        html`<label class="chip"><input type="checkbox" id="show-${severity}" checked autocomplete="off"> ${severity} <span></span></label>
`,
      ]
    : []

const areaChips = (report: Report): readonly Html[] => {
  const areas = areasOf(report)
  const own = areas.length > areaSlots ? areas.slice(0, areaSlots - 1) : areas
  return [
    html`<label class="chip"><input type="radio" name="area" id="area-0" checked autocomplete="off"> all <span></span></label>
`,
    ...own.map((area, index) => radio(index + 1, area)),
    ...(areas.length > own.length ? [radio(areaSlots, 'others')] : []),
  ]
}

const radio = (slot: number, words: string): Html =>
  html`<label class="chip"><input type="radio" name="area" id="area-${slot}" autocomplete="off"> ${words} <span></span></label>
`
