import type { Finding } from '../../model/finding.ts'
import type { Report, Verdict } from '../schema/report.ts'
import { logLine, plain } from '../wording/escape.ts'
import { isAdvice, type Problem, problemsOf } from '../wording/problems.ts'
import { reachRows, reachSigns } from '../wording/reach.ts'
import { isBlockingUnknown, type Standing, standingOf } from '../wording/standing.ts'
import { callsSentence, exitMeaning, tally, targetWords, verdictSentence } from '../wording/wording.ts'
import { diagnosisLine, diagnosisLines } from './diagnosis.ts'
import { headroomLines } from './headroom.ts'
import { type Lines, type Page, painted, prose } from './page.ts'
import { failure, minorUnknown, problemLine, unknownActions, unknownGroup, waived } from './problems.ts'
import { passes, skips } from './quiet.ts'
import { painter, type Style } from './styles.ts'

/**
 * How much is told. `problems`: what is wrong or not known, and how to fix it. `everything`: what passed and what was skipped as well.
 * `verdict`: a line for each problem, and the verdict.
 */
export type Detail = 'problems' | 'everything' | 'verdict'

export interface TextOptions {
  readonly colour: boolean
  /** Columns. Prose is wrapped at it; commands never are, so that they can be copied. */
  readonly width: number
  /** `problems` where it is left out. */
  readonly detail?: Detail
  /** Where what is only counted is listed, as a clause: `--verbose lists them` where it is left out. */
  readonly listed?: string
}

/** Narrower than this, wrapped prose cannot be read any more. */
const narrowest = 40

/** The report for a console or a log: what decides the verdict first, the verdict last. Without a final line break. */
export const renderText = (report: Report, options: TextOptions): string => {
  const { colour, width, detail = 'problems', listed = '--verbose lists them' } = options
  const page: Page = { paint: painter(colour), width: Math.max(width, narrowest) }
  return joined(
    detail === 'verdict'
      ? [[...diagnosisLine(page, report), ...problemLines(page, report)], [verdictLine(page, report)]]
      : fullBlocks(page, report, detail === 'everything' ? null : listed),
  )
}

/** What passed and what was skipped, which `renderText` only counts. Empty where there is nothing of it. */
export const renderQuiet = (report: Report, { colour, width }: TextOptions): string =>
  joined(quietBlocks({ paint: painter(colour), width: Math.max(width, narrowest) }, report))

const joined = (blocks: readonly Lines[]): string =>
  blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map(logLine).join('\n'))
    .join('\n\n')

const of = ({ findings }: Report, standing: Standing): readonly Finding[] => findings.filter((finding) => standingOf(finding) === standing)

/** `listed`: where the rest is; null where it is here. */
const fullBlocks = (page: Page, report: Report, listed: string | null): readonly Lines[] => {
  const all = listed === null
  const problems = problemsOf(report)
  const isBrief = (problem: Problem): boolean => !all && isAdvice(problem)
  return [
    header(page, report),
    diagnosisLines(page, report, all),
    ...problems
      .filter((problem) => !isBrief(problem))
      .map(({ kind, group }) => (kind === 'failure' ? failure(page, group, all) : unknownGroup(page, group))),
    problems.filter(isBrief).flatMap((problem) => advice(page, problem)),
    unknownActions(page, report.findings),
    ...of(report, 'waived').map((finding) => waived(page, finding)),
    ...(all ? quietBlocks(page, report) : []),
    reachLines(page, report, all),
    headroomLines(page, report, all),
    footer(page, report, listed),
  ]
}

/** What it says is enough. */
const advice = (page: Page, { kind, group }: Problem): Lines =>
  kind === 'cause' ? minorUnknown(page, group) : group.flatMap((finding) => problemLine(page, finding))

const quietBlocks = (page: Page, report: Report): readonly Lines[] => [passes(page, of(report, 'pass')), skips(page, of(report, 'skipped'))]

/** What is not listed is counted, so that nobody takes it for left out. */
const counted = (page: Page, { counts: { pass, skipped } }: Report, listed: string): Lines =>
  pass + skipped === 0 ? [] : [page.paint('dim', `${pass} passed, ${skipped} skipped; ${listed}`)]

const problemLines = (page: Page, report: Report): Lines =>
  [...of(report, 'fail'), ...of(report, 'unknown')]
    .toSorted((a, b) => Number(decides(b)) - Number(decides(a)))
    .flatMap((finding) => problemLine(page, finding))

/** Whether the verdict is not `ready` because of it. */
const decides = (finding: Finding): boolean => (finding.status === 'fail' && finding.severity === 'error') || isBlockingUnknown(finding)

/** What nodes do not reach, or may not: nothing where every way is open. */
const reachLines = (page: Page, { reach }: Report, all: boolean): Lines => {
  const rows = reachRows(reach).filter(({ state, need }) => state !== 'open' && (all || need === 'required'))
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

const verdicts: Readonly<Record<Verdict, Style>> = { ready: 'green', blocked: 'red', unproven: 'magenta' }

const footer = (page: Page, report: Report, listed: string | null): Lines => {
  const [worst] = report.findings
  const explained = worst !== undefined && ['fail', 'unknown'].includes(standingOf(worst))
  return [
    ...(listed === null ? [...prose(page, 2, tally(report).join(' · '), ''), callsSentence(report.calls)] : counted(page, report, listed)),
    ...(explained ? painted(page, 'dim', [`Why a rule matters: hyperpod-preflight explain ${plain(worst.rule)}`]) : []),
    verdictLine(page, report),
  ]
}

const verdictLine = (page: Page, report: Report): string =>
  `${page.paint(verdicts[report.verdict], page.paint('bold', `${report.verdict.toUpperCase()}:`))} ${plain(verdictSentence(report))} (${exitMeaning(report)})`
