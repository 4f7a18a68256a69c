import { homedir } from 'node:os'
import { isAbsolute } from 'node:path'
import { errorMessage } from '../semantics/text/error-message.ts'

/** Exit code of a run that could not start, could not print or write what it was to, or met a fault of the program. */
const failed = 2

/**
 * Runs a face of the program as the whole of its process. When it is done, and what it printed is out, the process ends, whatever still
 * waits for an answer. A fault that nobody caught, and an output that takes nothing more, is one line and exit code 2.
 */
export const wholeProcess = async (name: string, hide: (text: string) => string, face: () => Promise<void>): Promise<never> => {
  withHome()
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      sayAndFail(hide(`fault in ${name}, please report it: ${errorMessage(error)}`))
      process.exit()
    })
  }
  process.stdout.once('error', (error) => sayAndFail(`${name}: what it has to say could not be printed: ${errorMessage(error)}`))
  process.stdout.on('error', () => undefined)
  // Nobody is left to be told.
  process.stderr.on('error', () => undefined)
  await face()
  for (const stream of [process.stdout, process.stderr]) await flushed(stream)
  return process.exit()
}

/**
 * The SDK asks for the home of the user, whom the machine may not know; and where HOME is empty or relative, it would read the AWS
 * configuration, which names programs to run, from the working folder.
 */
const withHome = (): void => {
  if (process.platform === 'win32') return
  const home = process.env['HOME']
  if (home !== undefined && isAbsolute(home)) return
  delete process.env['HOME']
  try {
    if (isAbsolute(homedir())) return
  } catch {
    // Neither HOME nor an entry in passwd.
  }
  process.env['HOME'] = '/nonexistent'
}

const sayAndFail = (line: string): void => {
  process.exitCode = failed
  process.stderr.write(`${line.replaceAll(/\s+/g, ' ')}\n`)
}

/** Settles when the stream has taken all that was written to it, or takes nothing more. */
const flushed = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => {
    if (stream.destroyed || !stream.writable) return resolve()
    stream.once('close', resolve)
    stream.write('', () => resolve())
  })
