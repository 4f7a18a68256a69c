import type { Finding, Fix, Severity } from '../model/finding.ts'
import { andMore, plural } from '../semantics/text/enumerate.ts'
import type { Headroom } from './schema/headroom.ts'
import type { Report, Verdict } from './schema/report.ts'
import { type Paint, painter, type Style, wrap } from './styles.ts'
import { logLine, plain, plainCommand } from './wording/escape.ts'
import { type Fit, fitOf, headroomSentence, headroomTitle, wholeCluster } from './wording/headroom.ts'
import { reachRows, reachSigns } from './wording/reach.ts'
import { groupBy, type Standing, standingOf } from './wording/standing.ts'
import { callsSentence, exitMeaning, place, prevented, tally, targetWords, verdictSentence, waiverSentence } from './wording/wording.ts'

export interface TextOptions {
  readonly colour: boolean
  /** Columns. Prose is wrapped at it; commands never are, so that they can be copied. */
  readonly width: number
}

/** How lines are made: what they are painted with, and how wide they are. */
interface Page {
  readonly paint: Paint
  readonly width: number
}

type Lines = readonly string[]
type Group = readonly [Finding, ...Finding[]]

/** Narrower than this, wrapped prose cannot be read any more. */
const narrowest = 40

/** Characters of a subject in the head of a block; the message has room for all of it. */
const headLimit = 200

/** Passed subjects of one rule that are shown when there are more than `passesShown + 1` of them. */
const passesShown = 3

/** Groups with all that they want that are shown when there are more than `fitsShown + 1` of them. */
const fitsShown = 5

/** The report for a console or a log: the worst first, the verdict last. Without a final line break. */
export const renderText = (report: Report, { colour, width }: TextOptions): string => {
  const page: Page = { paint: painter(colour), width: Math.max(width, narrowest) }
  const of = (standing: Standing): readonly Finding[] => report.findings.filter((finding) => standingOf(finding) === standing)
  const blocks: readonly Lines[] = [
    header(page, report),
    ...groupBy(of('fail'), ({ rule, severity, fix }) => [rule, severity, fix]).map((group) => failure(page, group)),
    ...unknowns(page, of('unknown')),
    ...of('waived').map((finding) => waived(page, finding)),
    passes(page, of('pass')),
    skips(page, of('skipped')),
    reachLines(page, report),
    headroomLines(page, report),
    footer(page, report),
  ]
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map(logLine).join('\n'))
    .join('\n\n')
}

/** What nodes do not reach, or may not: nothing where every way is open. */
const reachLines = (page: Page, { reach }: Report): Lines => {
  const rows = reachRows(reach).filter(({ state }) => state !== 'open')
  if (rows.length === 0) return []
  const styles = { open: 'green', closed: 'red', undecided: 'yellow' } as const
  return [
    page.paint('bold', 'What the nodes do not reach, or may not'),
    ...rows.flatMap(({ to, need, state, words }) => {
      const sign = reachSigns[state]
      const [first = '', ...others] = prose(page, 4, `${plain(to)} (${need}): ${plain(words)}`, `  ${sign} `)
      return [first.replace(sign, page.paint(styles[state], sign)), ...others]
    }),
  ]
}

/** Prose between an indent and the right edge; `first` replaces the indent of the first line. */
const prose = ({ width }: Page, indent: number, text: string, first = ' '.repeat(indent)): Lines =>
  wrap(text, width - indent).map((line, index) => `${index === 0 ? first : ' '.repeat(indent)}${line}`)

const painted = ({ paint }: Page, style: Style, lines: Lines): Lines => lines.map((line) => paint(style, line))

const header = (page: Page, report: Report): Lines => {
  const { paint } = page
  const title = plain(`${report.tool.name} ${report.tool.version}`)
  const [first = '', ...others] = prose(
    page,
    2,
    `${title}: ${targetWords(report)
      .map((part) => plain(part))
      .join(' · ')}`,
    '',
  )
  return [first.startsWith(title) ? `${paint('bold', title)}${first.slice(title.length)}` : first, ...others]
}

const marks: Readonly<Record<Severity, { readonly sign: string; readonly style: Style }>> = {
  error: { sign: '✗', style: 'red' },
  warning: { sign: '!', style: 'yellow' },
  notice: { sign: 'i', style: 'blue' },
}

/** As wide as the widest of the words that stand in its column. */
const column = (word: string): string => word.padEnd('warning'.length)

const failure = (page: Page, group: Group): Lines => {
  const [{ rule, severity, subject, fix }] = group
  const { sign, style } = marks[severity]
  const about = group.length === 1 ? plain(subject, headLimit) : plural(group.length, 'subject')
  return [
    `${page.paint(style, `${sign} ${column(severity)}`)}  ${page.paint('bold', plain(rule))}  ${about}`,
    ...(group.length === 1 ? alone(page, group[0]) : group.flatMap((finding) => listed(page, finding))),
    ...(fix === undefined ? [] : fixLines(page, fix)),
    ...preventedLines(page, group[0]),
  ]
}

const preventedLines = (page: Page, finding: Finding): Lines => {
  const sentence = prevented(finding)
  return sentence === null ? [] : painted(page, 'dim', prose(page, 4, sentence))
}

const alone = (page: Page, finding: Finding): Lines => [...prose(page, 4, plain(finding.message)), ...placeLines(page, 4, finding)]

const listed = (page: Page, finding: Finding): Lines => [
  ...prose(page, 6, aboutSubject(finding), '    - '),
  ...placeLines(page, 6, finding),
]

/** The message; with its subject before it where it does not name it itself. */
const aboutSubject = ({ subject, message }: Finding): string =>
  message.includes(subject) ? plain(message) : `${plain(subject)}: ${plain(message)}`

const placeLines = (page: Page, indent: number, finding: Finding): Lines => {
  const at = place(finding)
  return at === null ? [] : painted(page, 'dim', [`${' '.repeat(indent)}at ${plain(at)}`])
}

const fixLines = (page: Page, { text, commands }: Fix): Lines => [
  ...prose(page, 4, `Fix: ${plain(text)}`).map((line, index) => (index === 0 ? line.replace('Fix:', page.paint('green', 'Fix:')) : line)),
  ...commands.map((command) => `      ${page.paint('cyan', plainCommand(command))}`),
]

/** One missing answer often leaves many rules without evidence: it is told once, with all that it keeps from being judged. */
const unknowns = (page: Page, findings: readonly Finding[]): readonly Lines[] => {
  const groups = groupBy(findings, ({ gap, message, fix }) => [gap?.reason, gap?.action, message, fix])
  const actions = findings.flatMap(({ gap }) => (gap?.reason === 'denied' ? [gap.action] : []))
  const toAllow = [...new Set(actions)].sort()
  return [
    ...groups.map((group) => unknownGroup(page, group)),
    ...(toAllow.length > 1 ? [prose(page, 4, `All actions to allow: ${toAllow.map((action) => plain(action)).join(', ')}`, '? ')] : []),
  ]
}

const unknownGroup = (page: Page, group: Group): Lines => {
  const [{ gap, message, fix }] = group
  const cause = gap === undefined ? '' : gap.action === 'none' ? gap.reason : `${plain(gap.action)} ${gap.reason}`
  return [
    `${page.paint('magenta', `? ${column('unknown')}`)}  ${page.paint('bold', cause)}: ${plural(group.length, 'check')} not made`,
    ...groupBy(group, ({ rule, severity }) => [rule, severity]).flatMap((subjects) => unjudged(page, subjects)),
    ...prose(page, 4, plain(message)),
    ...(fix === undefined ? [] : fixLines(page, fix)),
  ]
}

const unjudged = (page: Page, group: Group): Lines => {
  const [{ rule, severity }] = group
  const subjects = group.map((finding) => {
    const at = place(finding)
    return at === null ? plain(finding.subject) : `${plain(finding.subject)} (${plain(at)})`
  })
  return prose(page, 15, `${plain(rule)}  ${subjects.join(', ')}`, `    - ${column(severity)}  `)
}

const waived = (page: Page, finding: Finding): Lines => [
  `${page.paint('dim', `~ ${column('waived')}`)}  ${page.paint('bold', plain(finding.rule))}  ${plain(finding.subject, headLimit)}`,
  ...prose(page, 4, `${finding.severity}: ${plain(finding.message)}`),
  ...placeLines(page, 4, finding),
  ...prose(page, 4, plain(waiverSentence(finding) ?? '')),
]

const passes = (page: Page, findings: readonly Finding[]): Lines => {
  const width = columnOf(findings)
  return groupBy(findings, ({ rule }) => rule).flatMap((group) => {
    const shown = group.length > passesShown + 1 ? group.slice(0, passesShown) : group
    const left = group.length - shown.length
    return [
      ...shown.flatMap((finding) => ruleLine(page, width, finding.rule, aboutSubject(finding))),
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
const skips = (page: Page, findings: readonly Finding[]): Lines => {
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

const fits: Readonly<Record<Fit, { readonly sign: string; readonly style: Style }>> = {
  short: { sign: '!', style: 'yellow' },
  uncertain: { sign: '?', style: 'magenta' },
  fits: { sign: '✓', style: 'green' },
}

/** Groups that fit are cut, the others are not: those are what the user came for. Whether a shortage blocks is for the findings to say. */
const headroomLines = (page: Page, report: Report): Lines => {
  const entries = report.headroom
  if (entries.length === 0) return []
  const fitting = entries.filter((entry) => fitOf(entry) === 'fits')
  const cut = new Set(fitting.length > fitsShown + 1 ? fitting.slice(fitsShown) : [])
  const lineOf = (entry: Headroom): Lines => {
    const { sign, style } = fits[fitOf(entry)]
    const [first = '', ...others] = prose(page, 2, plain(headroomSentence(entry)), '')
    return [`${page.paint(style, sign)} ${first}`, ...others]
  }
  return [
    page.paint('bold', `${headroomTitle(entries)}:`),
    ...entries.filter((entry) => !cut.has(entry)).flatMap(lineOf),
    ...(cut.size > 0 ? [`${page.paint(fits.fits.style, fits.fits.sign)} ${andMore(cut.size)} that fit`] : []),
    ...wholeCluster(report).flatMap(lineOf),
  ]
}

const verdicts: Readonly<Record<Verdict, Style>> = { ready: 'green', blocked: 'red', unproven: 'magenta' }

const footer = (page: Page, report: Report): Lines => {
  const [worst] = report.findings
  const explained = worst !== undefined && ['fail', 'unknown'].includes(standingOf(worst))
  return [
    ...prose(page, 2, tally(report).join(' · '), ''),
    callsSentence(report.calls),
    ...(explained ? painted(page, 'dim', [`Why a rule matters: hyperpod-preflight explain ${plain(worst.rule)}`]) : []),
    `${page.paint(verdicts[report.verdict], page.paint('bold', `${report.verdict.toUpperCase()}:`))} ${plain(verdictSentence(report))} (${exitMeaning(report)})`,
  ]
}
