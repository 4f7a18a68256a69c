import type { Finding, Severity } from '../../model/finding.ts'
import type { Report } from '../schema/report.ts'
import type { Standing } from '../wording/standing.ts'
import { type Html, html } from './markup.ts'

export const standings: readonly Standing[] = ['fail', 'unknown', 'waived', 'pass', 'skipped']
export const standingNames: Readonly<Record<Standing, string>> = {
  fail: 'Failing',
  unknown: 'Unknown',
  waived: 'Waived',
  pass: 'Passed',
  skipped: 'Skipped',
}
const severities: readonly Severity[] = ['error', 'warning', 'notice']

/** Areas that can be chosen. The style sheet has a rule for each, and is the same for every report: the last one takes all the others. */
export const areaSlots = 24

const areaOf = ({ rule }: Finding): string => rule.split('/', 1)[0] ?? ''

/** What is found under each slot, in the order of the alphabet. */
const areasOf = ({ findings }: Report): readonly string[] => [...new Set(findings.map(areaOf))].sort()

/** Classes by which the style sheet finds a finding. */
export const filterClasses = (report: Report): ((finding: Finding) => string) => {
  const slots = new Map(areasOf(report).map((area, index) => [area, Math.min(index + 1, areaSlots)]))
  return (finding) => `is-${finding.severity} area-${slots.get(areaOf(finding)) ?? areaSlots}`
}

/**
 * Choices that work by the style sheet alone: `:has()` sees what is checked. A browser without it is shown all findings and no filters.
 * The script puts a search field into `search`.
 */
export const filters = (report: Report): Html => html`<div class="filters" role="group" aria-label="Filter the findings">
<div class="search"></div>
<fieldset><legend>Status</legend><div class="chips">${standings.flatMap((standing) => statusChip(report, standing))}</div></fieldset>
<fieldset><legend>Severity</legend><div class="chips">${severities.flatMap((severity) => severityChip(report, severity))}</div></fieldset>
<fieldset><legend>Area</legend><div class="chips">${areaChips(report)}</div></fieldset>
</div>
`

const statusChip = ({ counts }: Report, standing: Standing): readonly Html[] =>
  counts[standing] === 0 ? [] : [checkbox(`show-${standing}`, standingNames[standing], counts[standing])]

const severityChip = ({ findings }: Report, severity: Severity): readonly Html[] => {
  const count = findings.filter((finding) => finding.severity === severity).length
  return count === 0 ? [] : [checkbox(`show-${severity}`, severity, count)]
}

const checkbox = (id: string, words: string, count: number): Html =>
  html`<label class="chip"><input type="checkbox" id="${id}" checked autocomplete="off"> ${words} <span>${count}</span></label>
`

const areaChips = (report: Report): readonly Html[] => {
  const areas = areasOf(report)
  const own = areas.length > areaSlots ? areas.slice(0, areaSlots - 1) : areas
  const count = (named: (area: string) => boolean): number => report.findings.filter((finding) => named(areaOf(finding))).length
  const rest =
    areas.length > own.length
      ? [
          radio(
            areaSlots,
            'others',
            count((area) => !own.includes(area)),
          ),
        ]
      : []
  return [
    html`<label class="chip"><input type="radio" name="area" id="area-0" checked autocomplete="off"> all</label>
`,
    ...own.map((area, index) =>
      radio(
        index + 1,
        area,
        count((other) => other === area),
      ),
    ),
    ...rest,
  ]
}

const radio = (slot: number, words: string, count: number): Html =>
  html`<label class="chip"><input type="radio" name="area" id="area-${slot}" autocomplete="off"> ${words} <span>${count}</span></label>
`
