import type { Finding, Severity } from '../../model/finding.ts'
import { andMore, enumerate } from '../../semantics/text/enumerate.ts'
import { markdownCell, markdownCode, markdownProse } from '../wording/escape.ts'
import { linkedParts } from '../wording/links.ts'
import { problemTitle } from '../wording/problem-titles.ts'
import { aboutSubject, causeWords, type Group, notMade, type Problem } from '../wording/problems.ts'
import { groupBy } from '../wording/standing.ts'
import { waiverSentence } from '../wording/wording.ts'
import { commandBlock } from './command.ts'
import { ruleLink } from './document.ts'

/** How the problems of a document are told. */
export interface ProblemStyle {
  /** Characters of a line of a command before it is broken. */
  readonly columns: number
  /** Findings of one problem that are told; at least 1. */
  readonly findings: number
  /** Where the others are, as a clause: `the log of this step has them`. */
  readonly elsewhere: string
  /** Markdown of the place of a finding; null where it has none. */
  readonly placeOf: (finding: Finding) => string | null
  /** Since when it is so; empty where nothing is to be said. */
  readonly sinceOf: (finding: Finding) => string
}

const signs: Readonly<Record<Severity, string>> = { error: '❌', warning: '⚠️', notice: 'ℹ️' }

/** A problem as a block: what is wrong, where, and the way out with its commands. */
export const problemBlock = ({ kind, group }: Problem, style: ProblemStyle): string =>
  kind === 'failure' ? failureBlock(group, style) : causeBlock(group, style)

/** Characters of a block for findings beyond the first: a document that has a limit must not lose a whole problem for the length of its list. */
const listLimit = 12_000

const failureBlock = (group: Group, style: ProblemStyle): string => {
  const [first] = group
  const heading = `#### ${signs[first.severity]} ${markdownCell(problemTitle(first.rule))}\n\n`
  if (group.length === 1) {
    const said = `${markdownProse(first.message)}\n\n${small([ruleLink(first.rule), markdownCode(first.subject), ...details(first, style)])}`
    return `${heading}${said}${wayOut(first, style)}`
  }
  const items = group.map((finding) => `- ${[markdownProse(aboutSubject(finding)), ...details(finding, style)].join(' · ')}\n`)
  return `${heading}${listOf(items, style)}\n${small([ruleLink(first.rule), `${group.length} findings`])}${wayOut(first, style)}`
}

/** Where it is, and since when. */
const details = (finding: Finding, { placeOf, sinceOf }: ProblemStyle): readonly string[] =>
  [placeOf(finding) ?? '', sinceOf(finding)].filter((text) => text !== '')

const small = (parts: readonly string[]): string => `<sub>${parts.join(' · ')}</sub>\n\n`

/** The first, and as many of the others as are few and short enough. */
const listOf = (items: readonly string[], { findings, elsewhere }: ProblemStyle): string => {
  let room = listLimit
  const shown = items.slice(0, findings).filter((item, index) => {
    room -= item.length
    return index === 0 || room >= 0
  })
  const left = items.length - shown.length
  return `${shown.join('')}${left === 0 ? '' : `- ${andMore(left)}: ${elsewhere}\n`}`
}

const wayOut = ({ fix }: Finding, { columns }: ProblemStyle): string =>
  fix === undefined ? '' : `**Fix:** ${linked(fix.text)}\n\n${commandBlock(fix.commands, columns)}`

const linked = (text: string): string =>
  linkedParts(text)
    .map((part) => (part.isLink ? `[${markdownCell(part.text)}](${part.text})` : markdownCell(part.text)))
    .join('')

const causeBlock = (group: Group, style: ProblemStyle): string => {
  const [first] = group
  const { action, words } = causeWords(first)
  const cause = action === null ? words : `${markdownCode(action)} ${words}`
  const items = groupBy(group, ({ rule, severity }) => [rule, severity]).map((ofRule) => unjudged(ofRule, style))
  return [
    `#### ❓ ${cause}: ${notMade(group)}\n\n`,
    `${markdownProse(first.message)}\n\nNot ruled out:\n\n`,
    `${listOf(items, style)}\n`,
    wayOut(first, style),
  ].join('')
}

/** Subjects of one rule that are named. */
const subjectsNamed = 5

const unjudged = (group: Group, style: ProblemStyle): string => {
  const [{ rule, severity }] = group
  const subjects = group.map((finding) => {
    const more = details(finding, style)
    return `${markdownCode(finding.subject)}${more.length === 0 ? '' : ` (${more.join(', ')})`}`
  })
  return `- **${severity}** · ${markdownCell(problemTitle(rule))} · ${ruleLink(rule)} · ${enumerate(subjects, subjectsNamed)}\n`
}

/** What somebody answers for, as a list item. */
export const waivedItem = (finding: Finding, { placeOf }: Pick<ProblemStyle, 'placeOf'>): string =>
  `- **${finding.severity}** · ${[
    markdownCell(problemTitle(finding.rule)),
    ruleLink(finding.rule),
    markdownCell(aboutSubject(finding)),
    ...[placeOf(finding) ?? ''].filter((text) => text !== ''),
    markdownCell(waiverSentence(finding) ?? ''),
  ].join(' · ')}\n`
