import { ruleUrl } from '../../catalog/links.ts'
import type { Finding } from '../../model/finding.ts'
import type { Report, Verdict } from '../schema/report.ts'
import { markdownCell } from '../wording/escape.ts'
import { type Standing, standingOf } from '../wording/standing.ts'
import { verdictName } from '../wording/wording.ts'

/** A part of a Markdown document whose rows are cut, last row first, when there is no room. */
export interface Section {
  /** What the rows are called where some are left out: `12 passed`. */
  readonly called: string
  readonly head: string
  readonly rows: readonly string[]
  readonly tail: string
}

export interface BoundedDocument {
  /** Always there, as is `closing`. */
  readonly opening: string
  /** The most important first. */
  readonly sections: readonly Section[]
  readonly closing: string
  /** The most that the document may have of what `sizeOf` counts. */
  readonly limit: number
  readonly sizeOf: (text: string) => number
  /** Says what was left out (`3 passed, 1 with commands`), and where it is. */
  readonly leftOut: (what: string) => string
}

/** The document; where it would be too long, whole rows are left out, the least important first, and a note says how many. */
export const boundedDocument = ({ opening, sections, closing, limit, sizeOf, leftOut }: BoundedDocument): string => {
  const whole = joined(opening, sections, closing)
  if (sizeOf(whole) <= limit) return whole

  const note = (kept: readonly Section[]): string => `> [!IMPORTANT]\n> ${leftOut(missing(kept, sections))}\n\n`
  // Leaving everything out makes the longest note there can be: what is kept is chosen with room for it.
  const frame = sections.map(({ head, tail }) => sizeOf(head) + sizeOf(tail)).reduce((sum, size) => sum + size, 0)
  const nothing = sections.map((section) => ({ ...section, rows: [] }))
  const kept = fitting(sections, limit - sizeOf(`${opening}${closing}${note(nothing)}`) - frame, sizeOf)
  return joined(`${opening}${note(kept)}`, kept, closing)
}

const joined = (opening: string, sections: readonly Section[], closing: string): string =>
  [
    opening,
    ...sections.filter(({ rows }) => rows.length > 0).map(({ head, rows, tail }) => `${head}${rows.join('')}${tail}`),
    closing,
  ].join('')

/** Rows in the order of their importance, up to the first that finds no room. */
const fitting = (sections: readonly Section[], room: number, sizeOf: (text: string) => number): readonly Section[] => {
  let left = room
  return sections.map((section) => {
    const rows: string[] = []
    for (const row of section.rows) {
      left -= sizeOf(row)
      if (left < 0) break
      rows.push(row)
    }
    return { ...section, rows }
  })
}

const missing = (kept: readonly Section[], sections: readonly Section[]): string =>
  sections
    .flatMap(({ called, rows }, index) => {
      const count = rows.length - (kept[index]?.rows.length ?? 0)
      return count === 0 ? [] : [`${count} ${called}`]
    })
    .join(', ')

const signs: Readonly<Record<Verdict, string>> = { ready: '✅', blocked: '❌', unproven: '❓' }

/** The verdict as a heading says it. */
export const verdictTitle = (report: Report): string =>
  `${report.staticOnly === null ? signs[report.verdict] : '📄'} ${verdictName(report)}`

/** The sign of what is as it should be: no green one where nobody looked at the account. */
export const goodSign = ({ staticOnly }: Report): string => (staticOnly === null ? '✅' : '📄')

export const ruleLink = (rule: string): string => `[${markdownCell(rule)}](${ruleUrl(rule)})`

/** Head and tail of what a reader opens to see. `title` is HTML. */
export const folded = (title: string): Pick<Section, 'head' | 'tail'> => ({
  head: `<details><summary>${title}</summary>\n\n`,
  tail: '\n</details>\n\n',
})

export const withStanding = (report: Report, standing: Standing): readonly Finding[] =>
  report.findings.filter((finding) => standingOf(finding) === standing)
