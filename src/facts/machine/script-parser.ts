import { GapError } from '../engine/gap.ts'
import { findExecutable } from './executable.ts'
import { type Filtered, filter } from './filter-process.ts'

/** Milliseconds that a parser has for one script. */
const deadlineMs = 5_000

/** The parsers of this machine, each looked for once. */
export interface Lookup {
  /** Path of the program; null where it is not installed. */
  find(name: string): Promise<string | null>
  /** Runs the program at this path over a text. */
  run(file: string, words: readonly string[], input: string): Promise<Filtered>
}

export const lookupIn = (environment: NodeJS.ProcessEnv, signal: AbortSignal): Lookup => {
  const found = new Map<string, Promise<string | null>>()
  return {
    find: (name) => {
      const path = found.get(name) ?? findExecutable(name, environment)
      found.set(name, path)
      return path
    },
    run: (file, words, input) => filter({ file, words, input, environment, deadlineMs, signal }),
  }
}

/** The first characters of what a program printed, on one line. */
export const oneLine = (text: string, limit = 300): string => text.replaceAll(/\s+/g, ' ').trim().slice(0, limit)

/** A program that ended otherwise than its manual says: no verdict about the script. */
export const noVerdict = (file: string, { exitCode, stdout, stderr }: Filtered): GapError => {
  const printed = oneLine(stderr === '' ? stdout : stderr)
  const message = `${file} ended with ${exitCode} and no verdict about the script${printed === '' ? '' : `: ${printed}`}`
  return new GapError({ reason: 'unexpected', action: 'none', message })
}
