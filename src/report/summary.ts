import type { Headroom } from './schema/headroom.ts'
import type { Report } from './schema/report.ts'
import type { Topology } from './schema/topology.ts'
import { renderMermaid } from './topology/mermaid.ts'
import { markdownCell, markdownCode } from './wording/escape.ts'
import { type Fit, fitOf, headroomTitle, limitText, nextLimitText, possibleText, unreadRules, wholeCluster } from './wording/headroom.ts'
import {
  boundedDocument,
  commandBlocks,
  folded,
  problemCells,
  problemColumns,
  ruleLink,
  type Section,
  tableHead,
  tableRow,
  verdictTitle,
  withStanding,
} from './wording/markdown.ts'
import { reachRows, reachSigns } from './wording/reach.ts'
import { callsSentence, exitMeaning, place, tally, targetWords, verdictSentence } from './wording/wording.ts'

export interface SummaryOptions {
  /** Bytes of UTF-8. GitHub takes 1 MiB a step. */
  readonly maxBytes: number
}

/**
 * The report as GitHub's Markdown. Where it would be longer than `maxBytes`, whole rows are left out, the least important first, and
 * the text says how many. The heading and that note are always there.
 */
export const renderSummary = (report: Report, { maxBytes }: SummaryOptions): string =>
  boundedDocument({
    opening: heading(report),
    sections: [problems(report), headroom(report), reach(report), network(report), commands(report), passed(report), skipped(report)],
    closing: `${[callsSentence(report.calls), markdownCell(`${report.tool.name} ${report.tool.version}`), markdownCell(report.takenAt)].join(' · ')}\n`,
    limit: maxBytes,
    sizeOf: (text) => Buffer.byteLength(text, 'utf8'),
    leftOut: (what) =>
      `Left out, because a summary has a limit: ${what}. The JSON report (output \`report\`) has every finding, the log of this step every failure.`,
  })

const heading = (report: Report): string =>
  [
    `## ${verdictTitle(report)}: HyperPod preflight`,
    `**${report.verdict.toUpperCase()}:** ${markdownCell(verdictSentence(report))} (${exitMeaning(report)})`,
    `Target: ${targetWords(report).map(markdownCell).join(' · ')}`,
    tally(report).join(' · '),
  ]
    .filter((paragraph) => paragraph !== '')
    .map((paragraph) => `${paragraph}\n\n`)
    .join('')

const problems = (report: Report): Section => ({
  called: 'failing, unknown or waived',
  head: tableHead(...problemColumns),
  rows: (['fail', 'unknown', 'waived'] as const)
    .flatMap((standing) => withStanding(report, standing))
    .map((finding) => {
      const at = place(finding)
      return tableRow(...problemCells(finding, at === null ? null : markdownCode(at)))
    }),
  tail: '\n',
})

const headroom = (report: Report): Section => ({
  called: 'of the headroom',
  head: `### ${headroomTitle(report.headroom)}\n\n${tableHead('', 'Group', 'Instance type', 'Wanted', 'Possible', 'Limit', 'Next limit', 'Not known')}`,
  rows: [...report.headroom, ...wholeCluster(report)].map(headroomRow),
  tail: '\n',
})

const fitIcons: Readonly<Record<Fit, string>> = { short: '⚠️', uncertain: '❓', fits: '✅' }

const headroomRow = (entry: Headroom): string => {
  const [binding, next] = entry.limits
  return tableRow(
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

/** What nodes reach, shown at once if something is not. */
const reach = (report: Report): Section => {
  const rows = reachRows(report.reach)
  const isOpen = rows.every(({ state }) => state === 'open')
  return {
    called: 'of what nodes reach',
    head: `<details${isOpen ? '' : ' open'}><summary>What the nodes reach</summary>\n\n${tableHead('', 'To', 'Need', 'Way')}`,
    rows: rows.map(({ to, need, state, words }) => tableRow(reachSigns[state], markdownCode(to), need, markdownCell(words))),
    tail: '\n</details>\n\n',
  }
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

const commands = (report: Report): Section => ({
  called: 'with commands',
  head: '### Commands of the fixes\n\n',
  rows: commandBlocks(report),
  tail: '',
})

const passed = (report: Report): Section => ({
  called: 'passed',
  ...folded(`✅ ${report.counts.pass} passed`, { head: tableHead('Rule', 'Subject', 'What is so'), tail: '' }),
  rows: quietRows(report, 'pass'),
})

const skipped = (report: Report): Section => ({
  called: 'skipped',
  ...folded(`➖ ${report.counts.skipped} skipped`, { head: tableHead('Rule', 'Subject', 'Why not'), tail: '' }),
  rows: quietRows(report, 'skipped'),
})

const quietRows = (report: Report, standing: 'pass' | 'skipped'): readonly string[] =>
  withStanding(report, standing).map(({ rule, subject, message }) => tableRow(ruleLink(rule), markdownCode(subject), markdownCell(message)))
