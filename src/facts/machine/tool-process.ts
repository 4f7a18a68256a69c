import type { Gap } from '../../model/fact.ts'
import { GapError } from '../engine/gap.ts'
import { type Ended, runProcess } from './run-process.ts'

/** One command of a tool of this machine, to be run as the user would run it, though never asking anything. */
export interface ToolCommand {
  /** Absolute path of the tool. */
  readonly file: string
  /** As people type it: `helm version --short`; gaps say so. */
  readonly ran: string
  readonly words: readonly string[]
  readonly environment: NodeJS.ProcessEnv
  readonly deadlineMs: number
  /** When the run's time is up. */
  readonly signal: AbortSignal
  /** Why it failed, by what it printed; without it every failure is `unexpected`. */
  readonly reasonOf?: (printed: string) => Gap['reason']
}

/** Characters of a failed tool's own words that its gap repeats. */
const kept = 300

/** Runs the command and gives what it printed. Rejects with a gap where the tool failed, in the tool's own words. */
export const runTool = async ({ file, ran, reasonOf, environment, ...run }: ToolCommand): Promise<Omit<Ended, 'exitCode'>> => {
  const name = `${ran} (${file})`
  // The AWS CLI, which kubectl and helm start for EKS, can be set to ask for missing parameters.
  const ended = await runProcess({ ...run, file, name, input: '', environment: { ...environment, AWS_CLI_AUTO_PROMPT: 'off' } })
  if (ended.exitCode === 0) return ended
  const printed = `${ended.stdout.trim()}\n${ended.stderr.trim()}`.trim().replaceAll(/\s+/g, ' ')
  const said = printed.length > kept ? `${printed.slice(0, kept)}…` : printed
  const message = `${name} failed with ${ended.exitCode}${said === '' ? '' : `: ${said}`}`
  throw new GapError({ reason: reasonOf?.(printed) ?? 'unexpected', action: 'none', message })
}
