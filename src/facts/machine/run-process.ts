import { type ChildProcess, spawn } from 'node:child_process'
import type { Gap } from '../../model/fact.ts'
import { GapError } from '../engine/gap.ts'

/** A program to run to its end. */
export interface Process {
  /** Absolute path of the program. */
  readonly file: string
  readonly words: readonly string[]
  /** What gaps call it. */
  readonly name: string
  /** All that it reads on its standard input. */
  readonly input: string
  /** Its working folder; that of this process where not given. */
  readonly folder?: string
  /** All the variables that it gets. */
  readonly environment: NodeJS.ProcessEnv
  readonly deadlineMs: number
  /** When the run's time is up. */
  readonly signal: AbortSignal
}

export interface Ended {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** Bytes of both outputs together; a program that says more is ended. */
const maxOutputBytes = 4 * 1024 * 1024

/**
 * Runs a program without a shell and without a terminal, so that nothing of it can ask the user. What is late, or says too much, is
 * killed with all that it started. Rejects with a gap where it gave no exit code.
 */
export const runProcess = ({ file, words, name, input, folder, environment, deadlineMs, signal }: Process): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const child = spawn(file, [...words], {
      cwd: folder,
      env: environment,
      stdio: 'pipe',
      // A group of its own, which can be killed as a whole, in a session of its own, which has no terminal.
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
      if (child.pid !== undefined) for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy()
      reject(new GapError({ reason, action: 'none', message: `${name} ${message}` }))
    }
    const runIsOver = (): void => giveUp('timeout', 'did not end before the time of this run was up')
    const timer = setTimeout(() => giveUp('timeout', `did not end within ${deadlineMs / 1_000} s`), deadlineMs)
    // Said before the run's time is looked at: a program that cannot be started says so later, and nobody would be listening.
    child.on('error', (error) => giveUp('unexpected', `could not be started: ${error.message}`))
    if (signal.aborted) return runIsOver()
    // It has not been started, for want of open files it may be without its streams; the error comes in a moment.
    if (child.pid === undefined) return
    signal.addEventListener('abort', runIsOver, { once: true })
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes > maxOutputBytes) giveUp('unexpected', `printed more than ${maxOutputBytes} bytes`)
        else output[stream].push(chunk)
      })
    }
    child.on('close', (exitCode, killedBy) => {
      if (exitCode === null) return giveUp('unexpected', `was ended by ${killedBy ?? 'a signal'}`)
      settle()
      const text = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString('utf8')
      resolve({ exitCode, stdout: text(output.stdout), stderr: text(output.stderr) })
    })
    // A program that has read enough ends: nobody reads the rest of the text then.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
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
