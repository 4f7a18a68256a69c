import type { Fault } from '../model/fault.ts'
import { tool } from '../preflight.ts'
import { faultLines } from '../report/faults.ts'
import { wrap } from '../report/text/styles.ts'

/** Exit code of a run that could not start, and of a command that was not understood. */
export const couldNotStart = 2

/** Columns of what is printed; 100 where it goes to no terminal. */
export const columns = (): number => process.stdout.columns ?? 100

/**
 * Whether to print in colour: as FORCE_COLOR or NO_COLOR say, else as the terminal can.
 * https://no-color.org/ and https://nodejs.org/api/cli.html#force_color1-2-3
 */
export const hasColour = (environment: NodeJS.ProcessEnv = process.env): boolean => {
  const forced = environment['FORCE_COLOR']
  if (forced !== undefined) return forced !== '0' && forced !== 'false'
  if (environment['NO_COLOR'] || environment['TERM'] === 'dumb') return false
  return process.stdout.isTTY === true && process.stdout.hasColors()
}

/** Says on a terminal how far asking has come, and what was learned last. */
export const progress = (settled: number, total: number, latest: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001B[2Kasking AWS and this machine: ${settled} of ${total} (${latest})`)
}

export const clearProgress = (): void => {
  if (process.stderr.isTTY) process.stderr.write('\r\u001B[2K')
}

/** Prints to standard output, with a line break at the end. */
export const print = (text: string): void => {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`)
}

/** Says what keeps the command from starting, and sets the exit code. */
export const refuse = (faults: readonly Fault[]): void =>
  complain([`${tool.name} could not start:`, ...faultLines(faults).flatMap((line) => hanging(line, 2))])

/** Says what went wrong, and sets the exit code. */
export const complain = (lines: readonly string[]): void => {
  process.stderr.write(`${lines.join('\n')}\n`)
  process.exitCode = couldNotStart
}

/** On a terminal, lines that fit it: what follows the first is set in by two more. */
const hanging = (line: string, indent: number): readonly string[] => {
  const margin = ' '.repeat(indent)
  if (!process.stderr.isTTY) return [`${margin}${line}`]
  return wrap(line, process.stderr.columns - indent - 2).map((part, index) => `${index === 0 ? margin : `${margin}  `}${part}`)
}
