import { type ChildProcess, spawn } from 'node:child_process'
import path from 'node:path'
import type { Gap } from '../model/facts.ts'
import { executableFolders } from './executable.ts'
import { GapError } from './gap.ts'

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

export interface Filtered {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** Bytes of both outputs together; a program that says more is ended. */
const maxOutputBytes = 4 * 1024 * 1024

/**
 * Runs a program over a text: without a shell, in the root folder (a checkout may hold settings for it), in an environment of PATH
 * alone, so that no variable makes a shell read a file first. What is late, or says too much, is killed with all that it started.
 * Rejects with a gap where it gave no exit code.
 */
export const filter = ({ file, words, input, environment, deadlineMs, signal }: Filter): Promise<Filtered> =>
  new Promise((resolve, reject) => {
    const child = spawn(file, [...words], {
      cwd: path.parse(process.cwd()).root,
      env: minimal(environment),
      stdio: 'pipe',
      // A group of its own, which can be killed as a whole.
      detached: process.platform !== 'win32',
      windowsHide: true,
    })
    const output = { stdout: [] as Buffer[], stderr: [] as Buffer[] }
    let bytes = 0
    const settle = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', runIsOver)
    }
    const giveUp = (reason: Gap['reason'], message: string): void => {
      settle()
      kill(child)
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy()
      reject(new GapError({ reason, action: 'none', message: `${file} ${message}` }))
    }
    const runIsOver = (): void => giveUp('timeout', 'did not end before the time of this run was up')
    const timer = setTimeout(() => giveUp('timeout', `did not end within ${deadlineMs / 1_000} s`), deadlineMs)
    if (signal.aborted) return runIsOver()
    signal.addEventListener('abort', runIsOver, { once: true })
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes > maxOutputBytes) giveUp('unexpected', `printed more than ${maxOutputBytes} bytes`)
        else output[name].push(chunk)
      })
    }
    child.on('error', (error) => giveUp('unexpected', `could not be started: ${error.message}`))
    child.on('close', (exitCode, killedBy) => {
      if (exitCode === null) return giveUp('unexpected', `was ended by ${killedBy ?? 'a signal'}`)
      settle()
      const text = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString('utf8')
      resolve({ exitCode, stdout: text(output.stdout), stderr: text(output.stderr) })
    })
    // A parser ends at the first error: nobody reads the rest of the text then.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  })

const minimal = (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  PATH: executableFolders(environment).join(path.delimiter),
  ...(process.platform === 'win32' && { SystemRoot: environment['SystemRoot'] }),
})

const kill = (child: ChildProcess): void => {
  if (child.pid === undefined || child.exitCode !== null) return
  try {
    if (process.platform === 'win32') child.kill('SIGKILL')
    else process.kill(-child.pid, 'SIGKILL')
  } catch {
    // It has ended meanwhile.
  }
}
