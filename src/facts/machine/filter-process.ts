import path from 'node:path'
import { programPath } from './executable.ts'
import { type Ended, runProcess } from './run-process.ts'

/** A program that reads a text on its standard input and answers on its outputs. */
export interface Filter {
  /** Absolute path of the program. */
  readonly file: string
  readonly words: readonly string[]
  readonly input: string
  /** The variables that it is started in; of them it gets PATH alone (on Windows SystemRoot too, without which nothing starts). */
  readonly environment: NodeJS.ProcessEnv
  readonly deadlineMs: number
  /** When the run's time is up. */
  readonly signal: AbortSignal
}

export type Filtered = Ended

/**
 * Runs a program over a text: without a shell, in the root folder (a checkout may hold settings for it), in an environment of PATH
 * alone, so that no variable makes a shell read a file first. What is late, or says too much, is killed with all that it started.
 * Rejects with a gap where it gave no exit code.
 */
export const filter = (program: Filter): Promise<Filtered> =>
  runProcess({ ...program, name: program.file, folder: path.parse(process.cwd()).root, environment: minimal(program.environment) })

const minimal = (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  ...programPath(environment),
  ...(process.platform === 'win32' && { SystemRoot: environment['SystemRoot'] }),
})
