import type { Finding } from '../../model/finding.ts'
import { andMore } from '../../semantics/text/enumerate.ts'
import { plain } from '../wording/escape.ts'
import { aboutSubject, type Group } from '../wording/problems.ts'
import { groupBy } from '../wording/standing.ts'
import { type Lines, type Page, painted, prose } from './page.ts'

/** Passed subjects of one rule that are shown when there are more than `passesShown + 1` of them. */
const passesShown = 3

/** A line for each pass; many of one rule are counted. */
export const passes = (page: Page, findings: readonly Finding[]): Lines => {
  const width = columnOf(findings)
  return groupBy(findings, ({ rule }) => rule).flatMap((group) => {
    const shown = group.length > passesShown + 1 ? group.slice(0, passesShown) : group
    const left = group.length - shown.length
    return [
      ...shown.flatMap((finding) => ruleLine(page, width, finding.rule, plain(aboutSubject(finding)))),
      ...(left > 0 ? ruleLine(page, width, group[0].rule, andMore(left)) : []),
    ]
  })
}

/** Column in which the messages of passed rules begin: one long name must not push all of them to the right. */
const columnOf = (findings: readonly Finding[]): number =>
  findings.reduce((width, { rule }) => Math.max(width, Math.min(plain(rule).length, 36)), 0)

const ruleLine = (page: Page, width: number, rule: string, text: string): Lines => {
  const lines = prose(page, width + 4, text, `${plain(rule).padEnd(width)}  `)
  return lines.map((line, index) => (index === 0 ? `${page.paint('green', '✓')} ${line}` : line))
}

/** What was not judged, by reason. */
export const skips = (page: Page, findings: readonly Finding[]): Lines => {
  if (findings.length === 0) return []
  const reasons = groupBy(findings, ({ message }) => message)
  return [
    page.paint('bold', `Not judged (${findings.length} skipped):`),
    ...reasons.flatMap((group) => [
      ...prose(page, 2, plain(group[0].message), '– '),
      ...painted(
        page,
        'dim',
        prose(
          page,
          4,
          groupBy(group, ({ rule }) => rule)
            .map(skippedRule)
            .join(', '),
        ),
      ),
    ]),
  ]
}

const skippedRule = (group: Group): string => {
  const subjects = group.filter(({ subject }) => subject !== 'plan').map(({ subject }) => plain(subject))
  return subjects.length === 0 ? plain(group[0].rule) : `${plain(group[0].rule)} (${subjects.join(', ')})`
}
