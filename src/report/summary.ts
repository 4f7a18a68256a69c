import type { Finding } from '../model/finding.ts'
import { enumerate } from '../semantics/text/enumerate.ts'
import { diagnosisSection } from './markdown/diagnosis.ts'
import { boundedDocument, folded, goodSign, ruleLink, type Section, verdictTitle, withStanding } from './markdown/document.ts'
import { headroomItems } from './markdown/headroom.ts'
import { type ProblemStyle, problemBlock, waivedItem } from './markdown/problems.ts'
import type { Report } from './schema/report.ts'
import type { Topology } from './schema/topology.ts'
import { renderMermaid } from './topology/mermaid.ts'
import { markdownCell, markdownCode, markdownProse } from './wording/escape.ts'
import { headroomTitle } from './wording/headroom.ts'
import { aboutSubject, isAdvice, problemsOf } from './wording/problems.ts'
import { reachRows, reachSigns, reachTitle } from './wording/reach.ts'
import { groupBy } from './wording/standing.ts'
import { momentWords } from './wording/time.ts'
import { callsSentence, exitMeaning, place, targetWords, verdictSentence } from './wording/wording.ts'

export interface SummaryOptions {
  /** Bytes of UTF-8. GitHub takes 1 MiB a step. */
  readonly maxBytes: number
}

/**
 * The report as GitHub's Markdown: the problems first, each a block of its own, what is no problem folded. Nothing in it is a table, so
 * that it is as wide as the page. Where it would be longer than `maxBytes`, whole blocks are left out, the least important first, and the
 * text says how many. The heading and that note are always there.
 */
export const renderSummary = (report: Report, { maxBytes }: SummaryOptions): string =>
  boundedDocument({
    opening: heading(report),
    sections: [
      diagnosisSection(report),
      problems(report),
      advice(report),
      waived(report),
      headroom(report),
      reach(report),
      network(report),
      passed(report),
      skipped(report),
    ],
    closing: `${[callsSentence(report.calls), markdownCell(`${report.tool.name} ${report.tool.version}`), markdownCell(momentWords(report.takenAt))].join(' · ')}\n`,
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
  ]
    .map((paragraph) => `${paragraph}\n\n`)
    .join('')

const style: ProblemStyle = {
  columns: 112,
  findings: 30,
  elsewhere: 'the log of this step has them',
  placeOf: (finding) => {
    const at = place(finding)
    return at === null ? null : markdownCode(at)
  },
  sinceOf: () => '',
}

const problems = (report: Report): Section => ({
  called: 'of the problems',
  head: '',
  rows: problemsOf(report)
    .filter((problem) => !isAdvice(problem))
    .map((problem) => problemBlock(problem, style)),
  tail: '',
})

const advice = (report: Report): Section => {
  const blocks = problemsOf(report)
    .filter(isAdvice)
    .map((problem) => problemBlock(problem, style))
  return { called: 'of the notices', ...folded(`ℹ️ Notices: ${blocks.length}`), rows: blocks }
}

const waived = (report: Report): Section => ({
  called: 'waived',
  ...folded(`🤝 ${report.counts.waived} waived`),
  rows: withStanding(report, 'waived').map((finding) => waivedItem(finding, style)),
})

const headroom = (report: Report): Section => ({
  called: 'of the headroom',
  head: `#### ${headroomTitle(report)}\n\n`,
  rows: headroomItems(report),
  tail: '\n',
})

const reach = (report: Report): Section => {
  const rows = reachRows(report.reach)
  return {
    called: 'of what nodes reach',
    ...folded(`What the nodes reach: ${reachTitle(rows)}`),
    rows: rows.map(({ to, need, state, words }) => `- ${reachSigns[state]} ${markdownCode(to)} (${need}): ${markdownCell(words)}\n`),
  }
}

/** The diagram is one row: half of it would be none. */
const network = ({ topology }: Report): Section => {
  const diagram = topology === null ? null : renderMermaid(topology)
  return {
    called: 'network diagram',
    ...folded('Network of the plan'),
    rows: topology === null || diagram === null ? [] : [`\`\`\`mermaid\n${diagram}\n\`\`\`\n\n${legend(topology)}`],
  }
}

const legend = ({ unread }: Topology): string =>
  `✗ a failing check is about it · ⚠ a warning · ? not known. Passed checks mark nothing.\n${
    unread.length === 0 ? '' : `\nMissing here, because it could not be read: ${unread.map(markdownCode).join(', ')}\n`
  }`

const passed = (report: Report): Section => ({
  called: 'passed',
  ...folded(`${goodSign(report)} ${report.counts.pass} passed`),
  rows: withStanding(report, 'pass').map((finding) => `- ${ruleLink(finding.rule)}: ${markdownCell(aboutSubject(finding))}\n`),
})

/** What was not judged, a row for each reason. */
const skipped = (report: Report): Section => ({
  called: 'of the reasons to skip',
  ...folded(`➖ ${report.counts.skipped} skipped`),
  rows: groupBy(withStanding(report, 'skipped'), ({ message }) => message).map(
    (group) =>
      `- ${markdownProse(group[0].message)} ${groupBy(group, ({ rule }) => rule)
        .map(skippedRule)
        .join(', ')}\n`,
  ),
})

/** Subjects of a skipped rule that are named. */
const subjectsNamed = 5

const skippedRule = (group: readonly [Finding, ...Finding[]]): string => {
  const subjects = group.filter(({ subject }) => subject !== 'plan').map(({ subject }) => markdownCode(subject))
  return `${ruleLink(group[0].rule)}${subjects.length === 0 ? '' : ` (${enumerate(subjects, subjectsNamed)})`}`
}
