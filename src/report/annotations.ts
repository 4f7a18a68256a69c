import type { Finding } from '../model/finding.ts'
import type { Location } from '../model/plan.ts'
import { andMore, plural } from '../semantics/text/enumerate.ts'
import type { Report } from './schema/report.ts'
import { plain, plainCommand } from './wording/escape.ts'
import { levelOf } from './wording/standing.ts'
import { waiverSentence } from './wording/wording.ts'

/** A note of GitHub on a run, at a place in a file where there is one. `message` may have several lines. */
export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice'
  readonly title: string
  readonly message: string
  readonly location?: Location
}

/** Characters of a title that GitHub takes (255), less a margin. */
const titleLimit = 200

/**
 * Characters of a message that the runner passes on (4096), less a margin.
 * https://github.com/actions/runner/blob/main/src/Runner.Worker/ExecutionContext.cs
 */
const messageLimit = 4_000

/** GitHub shows this many annotations of one level for a step. https://docs.github.com/rest/checks/runs */
const perLevel = 10

/**
 * What failed or could not be judged, the worst first. Where a level has more than GitHub shows, its last annotation counts the rest.
 */
export const annotations = (report: Report): readonly Annotation[] => {
  const all = report.findings.flatMap((finding) => {
    const level = levelOf(finding, report)
    return level === null ? [] : [{ level, ...textOf(finding) }]
  })
  return (['error', 'warning', 'notice'] as const).flatMap((level) =>
    limited(
      all.filter((annotation) => annotation.level === level),
      level,
    ),
  )
}

const limited = (found: readonly Annotation[], level: Annotation['level']): readonly Annotation[] => {
  if (found.length <= perLevel) return found
  const left = found.length - (perLevel - 1)
  return [
    ...found.slice(0, perLevel - 1),
    { level, title: plural(left, `more ${level}`), message: `${andMore(left, level)}: see the job summary` },
  ]
}

const textOf = (finding: Finding): Omit<Annotation, 'level'> => {
  const { rule, subject, message, fix, location } = finding
  const waiver = waiverSentence(finding)
  const wayOut = waiver ?? fix?.text
  const prose = [message, ...(wayOut === undefined ? [] : [wayOut])].map((text) => plain(text))
  return {
    title: plain(`${rule}: ${subject}`, titleLimit),
    message: withCommands(prose, waiver === null && fix !== undefined ? fix.commands : []),
    ...(location !== undefined && { location: { ...location, path: plain(location.path) } }),
  }
}

/** The commands whole or not at all: a cut one must not be pasted. */
const withCommands = (prose: readonly string[], commands: readonly string[]): string => {
  const whole = [...prose, ...commands.map(plainCommand)].join('\n')
  return whole.length <= messageLimit ? whole : [...prose, 'The commands are in the job summary.'].join('\n')
}
