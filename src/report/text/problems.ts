import type { Finding, Fix, Severity } from '../../model/finding.ts'
import { plural } from '../../semantics/text/enumerate.ts'
import { plain, plainCommand } from '../wording/escape.ts'
import { aboutSubject, causeOf, deniedActions, type Group, notMade } from '../wording/problems.ts'
import { groupBy } from '../wording/standing.ts'
import { place, prevented, waiverSentence } from '../wording/wording.ts'
import { type Lines, type Page, painted, prose } from './page.ts'
import type { Style } from './styles.ts'

/** Characters of a subject in the head of a block; the message has room for all of it. */
const headLimit = 200

const marks: Readonly<Record<Severity, { readonly sign: string; readonly style: Style }>> = {
  error: { sign: '✗', style: 'red' },
  warning: { sign: '!', style: 'yellow' },
  notice: { sign: 'i', style: 'blue' },
}

/** As wide as the widest of the words that stand in its column. */
const column = (word: string): string => word.padEnd('warning'.length)

/** Failures of one rule with one fix; `all`: also what CreateCluster would say, and the commands of a notice. */
export const failure = (page: Page, group: Group, all: boolean): Lines => {
  const [{ rule, severity, subject, fix }] = group
  const { sign, style } = marks[severity]
  const about = group.length === 1 ? plain(subject, headLimit) : plural(group.length, 'subject')
  return [
    `${page.paint(style, `${sign} ${column(severity)}`)}  ${page.paint('bold', plain(rule))}  ${about}`,
    ...(group.length === 1 ? alone(page, group[0]) : group.flatMap((finding) => listed(page, finding))),
    ...(fix === undefined || (severity === 'notice' && !all) ? [] : fixLines(page, fix)),
    ...(all ? preventedLines(page, group[0]) : []),
  ]
}

const preventedLines = (page: Page, finding: Finding): Lines => {
  const sentence = prevented(finding)
  return sentence === null ? [] : painted(page, 'dim', prose(page, 4, sentence))
}

const alone = (page: Page, finding: Finding): Lines => prose(page, 4, `${plain(finding.message)}${placeClause(finding)}`)

const listed = (page: Page, finding: Finding): Lines => [
  ...prose(page, 6, plain(aboutSubject(finding)), '    - '),
  ...placeLines(page, 6, finding),
]

const placeLines = (page: Page, indent: number, finding: Finding): Lines => {
  const at = place(finding)
  return at === null ? [] : painted(page, 'dim', [`${' '.repeat(indent)}at ${plain(at)}`])
}

/** The place as the end of a sentence, for where no line of its own is needed. */
const placeClause = (finding: Finding): string => {
  const at = place(finding)
  return at === null ? '' : ` (${plain(at)})`
}

const fixLines = (page: Page, { text, commands }: Fix): Lines => [
  ...prose(page, 4, `Fix: ${plain(text)}`).map((line, index) => (index === 0 ? line.replace('Fix:', page.paint('green', 'Fix:')) : line)),
  ...commands.map((command) => `      ${page.paint('cyan', plainCommand(command))}`),
]

/** What would be advice at most, whatever the answer were: the cause and the rules are enough. */
export const minorUnknown = (page: Page, group: Group): Lines => {
  const rules = [...new Set(group.map(({ rule }) => plain(rule)))].join(', ')
  return markedLine(page, 'magenta', `? ${column('notice')}`, `${causeText(group)}: ${rules} not checked`)
}

/** The actions whose denial left something unknown, where there are several. */
export const unknownActions = (page: Page, findings: readonly Finding[]): Lines => {
  const toAllow = deniedActions(findings)
  return toAllow.length > 1 ? prose(page, 4, `All actions to allow: ${toAllow.map((action) => plain(action)).join(', ')}`, '? ') : []
}

const causeText = ([finding]: Group): string => {
  const { action, reason } = causeOf(finding)
  return action === null ? reason : `${plain(action)} ${reason}`
}

/** A problem in one line, or as many as its words take. */
export const problemLine = (page: Page, finding: Finding): Lines => {
  const sign = finding.status === 'unknown' ? '?' : marks[finding.severity].sign
  const style = finding.status === 'unknown' ? 'magenta' : marks[finding.severity].style
  return markedLine(
    page,
    style,
    `${sign} ${column(finding.severity)}`,
    `${plain(finding.rule)}  ${plain(aboutSubject(finding))}${placeClause(finding)}`,
  )
}

const markedLine = (page: Page, style: Style, mark: string, text: string): Lines => {
  const [first = '', ...others] = prose(page, 4, text, `${mark}  `)
  return [first.replace(mark, page.paint(style, mark)), ...others]
}

/** All that one missing answer keeps from being judged, and how to get it. */
export const unknownGroup = (page: Page, group: Group): Lines => {
  const [{ message, fix }] = group
  return [
    `${page.paint('magenta', `? ${column('unknown')}`)}  ${page.paint('bold', causeText(group))}: ${notMade(group)}`,
    ...groupBy(group, ({ rule, severity }) => [rule, severity]).flatMap((subjects) => unjudged(page, subjects)),
    ...prose(page, 4, plain(message)),
    ...(fix === undefined ? [] : fixLines(page, fix)),
  ]
}

const unjudged = (page: Page, group: Group): Lines => {
  const [{ rule, severity }] = group
  const subjects = group.map((finding) => `${plain(finding.subject)}${placeClause(finding)}`)
  return prose(page, 15, `${plain(rule)}  ${subjects.join(', ')}`, `    - ${column(severity)}  `)
}

/** What somebody answers for. */
export const waived = (page: Page, finding: Finding): Lines => [
  `${page.paint('dim', `~ ${column('waived')}`)}  ${page.paint('bold', plain(finding.rule))}  ${plain(finding.subject, headLimit)}`,
  ...prose(page, 4, `${finding.severity}: ${plain(finding.message)}`),
  ...placeLines(page, 4, finding),
  ...prose(page, 4, plain(waiverSentence(finding) ?? '')),
]
