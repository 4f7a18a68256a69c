import { ruleUrl } from '../catalog/links.ts'
import type { Finding } from '../model/finding.ts'
import type { Headroom, Report, Topology, Verdict } from '../model/report.ts'
import { markdownCell, markdownCode, markdownFence } from './escape.ts'
import { type Fit, fitOf, headroomTitle, limitText, nextLimitText, possibleText, unreadRules, wholeCluster } from './headroom.ts'
import { renderMermaid } from './mermaid.ts'
import { groupBy, type Standing, standingOf } from './standing.ts'
import { callsSentence, exitMeaning, judgedNothing, place, tally, targetParts, verdictSentence, waiverSentence } from './wording.ts'

export interface SummaryOptions {
  /** Bytes of UTF-8. GitHub takes 1 MiB a step. */
  readonly maxBytes: number
}

/** A part of the summary whose rows are cut, last row first, when there is no room. */
interface Section {
  /** What the rows are called where some are left out: `12 passed`. */
  readonly called: string
  readonly head: string
  readonly rows: readonly string[]
  readonly tail: string
}

/** Subjects named above a block of commands. */
const subjectsShown = 5

/**
 * The report as GitHub's Markdown. Where it would be longer than `maxBytes`, whole rows are left out, the least important first, and
 * the text says how many. The heading and that note are always there.
 */
export const renderSummary = (report: Report, { maxBytes }: SummaryOptions): string => {
  const sections = [problems(report), headroom(report), network(report), commands(report), passed(report), skipped(report)]
  const opening = heading(report)
  const closing = `${[callsSentence(report.calls), markdownCell(`${report.tool.name} ${report.tool.version}`), markdownCell(report.takenAt)].join(' · ')}\n`
  const whole = document(opening, sections, closing)
  if (bytes(whole) <= maxBytes) return whole

  // Leaving everything out makes the longest note there can be: what is kept is chosen with room for it.
  const frame = sections.map(({ head, tail }) => bytes(head) + bytes(tail)).reduce((sum, size) => sum + size, 0)
  const kept = fitting(sections, maxBytes - bytes(`${opening}${closing}${note(sections.map(nothing), sections)}`) - frame)
  return document(`${opening}${note(kept, sections)}`, kept, closing)
}

const bytes = (text: string): number => Buffer.byteLength(text, 'utf8')

const nothing = (section: Section): Section => ({ ...section, rows: [] })

const document = (opening: string, sections: readonly Section[], closing: string): string =>
  [
    opening,
    ...sections.filter(({ rows }) => rows.length > 0).map(({ head, rows, tail }) => `${head}${rows.join('')}${tail}`),
    closing,
  ].join('')

/** Rows in the order of their importance, up to the first that finds no room. */
const fitting = (sections: readonly Section[], room: number): readonly Section[] => {
  let left = room
  return sections.map((section) => {
    const rows: string[] = []
    for (const row of section.rows) {
      left -= bytes(row)
      if (left < 0) break
      rows.push(row)
    }
    return { ...section, rows }
  })
}

const note = (kept: readonly Section[], sections: readonly Section[]): string => {
  const cut = sections.flatMap(({ called, rows }, index) => {
    const count = rows.length - (kept[index]?.rows.length ?? 0)
    return count === 0 ? [] : [`${count} ${called}`]
  })
  return `> [!IMPORTANT]\n> Left out, because a summary has a limit: ${cut.join(', ')}. The JSON report (output \`report\`) has every finding, the log of this step every failure.\n\n`
}

const titles: Readonly<Record<Verdict, string>> = { ready: '✅ Ready', blocked: '❌ Blocked', unproven: '❓ Unproven' }

const title = (report: Report): string =>
  report.verdict === 'ready' && judgedNothing(report) ? '⚠️ Ready, but nothing was judged' : titles[report.verdict]

const heading = (report: Report): string =>
  [
    `## ${title(report)}: HyperPod preflight`,
    `**${report.verdict.toUpperCase()}:** ${verdictSentence(report)} (${exitMeaning(report)})`,
    `Target: ${targetParts(report).map(markdownCell).join(' · ')}`,
    tally(report).join(' · '),
  ]
    .filter((paragraph) => paragraph !== '')
    .map((paragraph) => `${paragraph}\n\n`)
    .join('')

const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`

const table = (...columns: readonly string[]): string => row(...columns) + row(...columns.map(() => '---'))

const ruleLink = (rule: string): string => `[${markdownCell(rule)}](${ruleUrl(rule)})`

const of = (report: Report, standing: Standing): readonly Finding[] => report.findings.filter((finding) => standingOf(finding) === standing)

const problems = (report: Report): Section => ({
  called: 'failing, unknown or waived',
  head: table('', 'Rule', 'Subject', 'What is so', 'What to do'),
  rows: (['fail', 'unknown', 'waived'] as const).flatMap((standing) => of(report, standing)).map(problemRow),
  tail: '\n',
})

const problemRow = (finding: Finding): string => {
  const at = place(finding)
  return row(
    icon(finding),
    ruleLink(finding.rule),
    markdownCode(finding.subject),
    `${markdownCell(finding.message)}${at === null ? '' : `<br>${markdownCode(at)}`}`,
    markdownCell((standingOf(finding) === 'waived' ? waiverSentence(finding) : finding.fix?.text) ?? ''),
  )
}

const icon = (finding: Finding): string => {
  const standing = standingOf(finding)
  if (standing === 'waived') return `🤝 waived (${finding.severity})`
  if (standing === 'unknown') return `❓ unknown (${finding.severity})`
  return { error: '❌ error', warning: '⚠️ warning', notice: 'ℹ️ notice' }[finding.severity]
}

const headroom = (report: Report): Section => ({
  called: 'of the headroom',
  head: `### ${headroomTitle(report.headroom)}\n\n${table('', 'Group', 'Instance type', 'Wanted', 'Possible', 'Limit', 'Next limit', 'Not known')}`,
  rows: [...report.headroom, ...wholeCluster(report)].map(headroomRow),
  tail: '\n',
})

const fitIcons: Readonly<Record<Fit, string>> = { short: '⚠️', uncertain: '❓', fits: '✅' }

const headroomRow = (entry: Headroom): string => {
  const [binding, next] = entry.limits
  return row(
    fitIcons[fitOf(entry)],
    markdownCode(entry.group),
    markdownCode(entry.instanceTypes.join(' or ')),
    String(entry.wanted),
    possibleText(entry),
    markdownCell(binding === undefined ? '' : limitText(binding)),
    markdownCell(next === undefined ? '' : nextLimitText(next)),
    unreadRules(entry).map(ruleLink).join(', '),
  )
}

/** The diagram is one row: half of it would be none. It is shown at once where something in it is broken. */
const network = ({ topology }: Report): Section => {
  const diagram = topology === null ? null : renderMermaid(topology)
  const isBroken = topology !== null && [...topology.nodes, ...topology.edges].some(({ state }) => state === 'broken')
  return {
    called: 'network diagram',
    head: `<details${isBroken ? ' open' : ''}><summary>Network of the plan</summary>\n\n`,
    rows: topology === null || diagram === null ? [] : [`\`\`\`mermaid\n${diagram}\n\`\`\`\n\n${legend(topology)}`],
    tail: '\n</details>\n\n',
  }
}

const legend = ({ unread }: Topology): string =>
  `✗ a failing check is about it · ⚠ a warning · ? not known. Passed checks mark nothing.\n${
    unread.length === 0 ? '' : `\nMissing here, because it could not be read: ${unread.map(markdownCode).join(', ')}\n`
  }`

/** The commands of fixes, the same ones once: a table cell cannot hold a block that is easy to copy. */
const commands = (report: Report): Section => {
  const findings = (['fail', 'unknown'] as const)
    .flatMap((standing) => of(report, standing))
    .filter(({ fix }) => (fix?.commands.length ?? 0) > 0)
  const groups = groupBy(findings, ({ rule, fix }) => [rule, fix?.commands])
  return { called: 'with commands', head: '### Commands of the fixes\n\n', rows: groups.map(commandBlock), tail: '' }
}

const commandBlock = (group: readonly [Finding, ...Finding[]]): string => {
  const [{ rule, fix }] = group
  const subjects = [...new Set(group.map(({ subject }) => subject))]
  const more = subjects.length - subjectsShown
  const shown = subjects.slice(0, subjectsShown).map(markdownCode).join(', ')
  return `${ruleLink(rule)} · ${shown}${more > 0 ? ` and ${more} more` : ''}\n\n${markdownFence(fix?.commands ?? [])}\n\n`
}

const folded = (title: string, columns: readonly string[]): Pick<Section, 'head' | 'tail'> => ({
  head: `<details><summary>${title}</summary>\n\n${table(...columns)}`,
  tail: '\n</details>\n\n',
})

const passed = (report: Report): Section => ({
  called: 'passed',
  ...folded(`✅ ${report.counts.pass} passed`, ['Rule', 'Subject', 'What is so']),
  rows: of(report, 'pass').map(({ rule, subject, message }) => row(ruleLink(rule), markdownCode(subject), markdownCell(message))),
})

const skipped = (report: Report): Section => ({
  called: 'skipped',
  ...folded(`➖ ${report.counts.skipped} skipped`, ['Rule', 'Subject', 'Why not']),
  rows: of(report, 'skipped').map(({ rule, subject, message }) => row(ruleLink(rule), markdownCode(subject), markdownCell(message))),
})
