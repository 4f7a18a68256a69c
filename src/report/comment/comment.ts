import type { Finding } from '../../model/finding.ts'
import type { Location } from '../../model/plan.ts'
import { boundedDocument, folded, goodSign, ruleLink, type Section, verdictTitle } from '../markdown/document.ts'
import { type ProblemStyle, problemBlock } from '../markdown/problems.ts'
import type { Report } from '../schema/report.ts'
import { markdownCell, markdownCode } from '../wording/escape.ts'
import { isAdvice, problemsOf } from '../wording/problems.ts'
import { place, quietTally, targetWords, verdictSentence } from '../wording/wording.ts'
import { type Changes, changesSince, type Digest, decodeState, type Ending, encodeState, type Since } from './comment-state.ts'

/** Characters that GitHub lets a comment have. It says `Body is too long (maximum is 65536 characters)` where there are more. */
export const commentLimit = 65_536

export interface CommentOptions {
  /** What tells this comment from others of the pull request: letters and digits. */
  readonly id: string
  /** The comment as it is; null where there is none. */
  readonly previous: string | null
  readonly digest: Digest
  /** UTF-16 units, of which no counting of characters has more; at least 32,768. Normally {@link commentLimit}. */
  readonly maxCharacters: number
  /** Name of the job that checks; may be empty. */
  readonly job: string
  /** Web page of the run that has the job summary. */
  readonly runUrl: string
  /** Commit that was checked. */
  readonly commit: string
  /** Web page of a line of the user's files; null where it has none. */
  readonly linkTo: (location: Location) => string | null
}

/** What the body of the comment with this id begins with, whatever else it says, in every version of this program. */
export const commentMarker = (id: string): string => `<!-- hyperpod-preflight ${id} `

/**
 * The report as a comment of a pull request: the verdict, what is wrong and how to fix it, each problem a block of its own, and what has
 * changed since the comment was last written. It holds nothing that two runs on the same commit with the same findings would not share, but
 * their addresses. Where it would be too long, whole blocks are left out, and the text says how many.
 */
export const renderComment = (report: Report, options: CommentOptions): string => {
  const { id, previous, digest, maxCharacters, runUrl } = options
  const before = previous === null ? null : decodeState(stateIn(previous, id))
  const changes = before === null ? null : changesSince(before, report, digest)
  return boundedDocument({
    opening: `${commentMarker(id)}${encodeState(report, digest)} -->\n${heading(report, changes)}`,
    sections: [...problems(report, styleOf(changes, options)), ended(report, changes)],
    closing: footer(report, options),
    limit: maxCharacters,
    sizeOf: (text) => text.length,
    leftOut: (what) => `Left out, because a comment has a limit: ${what}. The [summary of the run](${runUrl}) has them.`,
  })
}

/** The encoded state; empty where somebody took it out. */
const stateIn = (body: string, id: string): string => {
  const marker = commentMarker(id)
  return body.startsWith(marker) ? (/^[\w-]*(?= -->)/.exec(body.slice(marker.length))?.[0] ?? '') : ''
}

const heading = (report: Report, changes: Changes | null): string =>
  [
    `## ${verdictTitle(report)}: HyperPod preflight`,
    `**${report.verdict.toUpperCase()}:** ${markdownCell(verdictSentence(report))}`,
    `Target: ${targetWords(report).map(markdownCell).join(' · ')}`,
    changes === null ? '' : changesSentence(changes),
  ]
    .filter((paragraph) => paragraph !== '')
    .map((paragraph) => `${paragraph}\n\n`)
    .join('')

const endings: Readonly<Record<Ending, { readonly icon: string; readonly text: string }>> = {
  fixed: { icon: '✅', text: 'fixed' },
  passes: { icon: '✅', text: 'passes, could not be judged before' },
  waived: { icon: '🤝', text: 'waived' },
  gone: { icon: '➖', text: 'no longer in the plan' },
  'not-judged': { icon: '❓', text: 'not judged this time' },
  unnamed: { icon: '➖', text: 'no longer listed' },
}

/** Empty where nothing was wrong and nothing is. */
const changesSentence = ({ since, ended }: Changes): string => {
  const now = (['new', 'still there'] as const).map((label) => ({
    label,
    count: [...since.values()].filter((value) => value.label === label).length,
  }))
  const past = (Object.keys(endings) as Ending[]).map((ending) => ({
    label: endings[ending].text,
    count: ended.filter((entry) => entry.ending === ending).length,
  }))
  const parts = [...past, ...now].filter(({ count }) => count > 0).map(({ label, count }) => `${count} ${label}`)
  return parts.length === 0 ? '' : `Since this comment was last written: ${parts.join(' · ')}`
}

const styleOf = (changes: Changes | null, { linkTo }: CommentOptions): ProblemStyle => ({
  columns: 92,
  findings: 10,
  elsewhere: 'the summary of the run has them',
  placeOf: (finding) => linkedPlace(finding, linkTo),
  sinceOf: (finding) => sinceText(changes?.since.get(finding)),
})

const problems = (report: Report, style: ProblemStyle): readonly Section[] => {
  const all = problemsOf(report)
  const blocksOf = (isFolded: boolean): readonly string[] =>
    all.filter((problem) => isAdvice(problem) === isFolded).map((problem) => problemBlock(problem, style))
  const advice = blocksOf(true)
  return [
    { called: 'of the problems', head: '', rows: blocksOf(false), tail: '' },
    { called: 'of the notices', ...folded(`ℹ️ Notices: ${advice.length}`), rows: advice },
  ]
}

const sinceText = (since: Since | undefined): string =>
  since === undefined ? '' : `${since.label}${since.was === null ? '' : `, was ${since.was}`}`

const linkedPlace = (finding: Finding, linkTo: CommentOptions['linkTo']): string | null => {
  const at = place(finding)
  if (at === null || finding.location === undefined) return null
  const url = linkTo(finding.location)
  return url === null ? markdownCode(at) : `[${markdownCode(at)}](${url})`
}

const ended = (report: Report, changes: Changes | null): Section => ({
  called: 'no longer failing or unknown',
  head: '#### No longer failing or unknown\n\n',
  // What was stored without its name is only counted.
  rows: (changes?.ended ?? [])
    .filter(({ rule }) => rule !== '')
    .map(
      ({ rule, subject, ending }) =>
        `- ${endingSign(report, ending)} ${ruleLink(rule)} · ${markdownCode(subject)} · ${endings[ending].text}\n`,
    ),
  tail: '\n',
})

/** What is right by the files alone does not look as if the account had been asked. */
const endingSign = (report: Report, ending: Ending): string => (endings[ending].icon === '✅' ? goodSign(report) : endings[ending].icon)

const footer = (report: Report, { job, runUrl, commit }: CommentOptions): string =>
  `${[
    ...quietTally(report),
    ...(job === '' ? [] : [`job ${markdownCode(job)}`]),
    `commit ${markdownCode(commit.slice(0, 12))}`,
    `[summary of the run](${runUrl})`,
    markdownCell(`${report.tool.name} ${report.tool.version}`),
  ].join(' · ')}\n`

/**
 * The page of a line on a GitHub server, at a commit. `path` is the repository's; whatever it is named, the address stays one link target
 * of Markdown.
 */
export const linePage = (serverUrl: string, repository: string, commit: string, path: string, line: number): string | null => {
  const encoded = path.split('/').map(encodedSegment).join('/')
  return encoded.length > 1_500 ? null : `${serverUrl}/${repository}/blob/${encodedSegment(commit)}/${encoded}#L${line}`
}

/** Lone surrogates are in no address: a path with one is no file of a repository. */
const encodedSegment = (segment: string): string =>
  encodeURIComponent(segment.replaceAll(/\p{Cs}/gu, '\ufffd')).replaceAll(
    /[!'()*~]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
