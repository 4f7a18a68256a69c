import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toolFolder } from '../__tests__/packed.ts'
import type { Report } from '../src/report/schema/report.ts'
import type { ProvenAccount } from './accounts.ts'
import { type Asked, type Recorded, type Recording, serveRecorded } from './recorded-aws.ts'

/** What was measured of one run of the packed action. Times are in ms from the start of the process. */
export interface TimedRun {
  readonly durationMs: number
  readonly firstRequestMs: number
  readonly calls: number
  readonly retries: number
  /** Calls of the longest sequence in which each began after the one before it was answered. */
  readonly chain: number
  readonly peakMb: number
  readonly asked: readonly Asked[]
}

const tools = toolFolder()

const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Runs the packed action with every answer held back by so many milliseconds. */
export const timedRun = async ({ inputs, environment }: ProvenAccount, recording: Recording, delayMs: number): Promise<TimedRun> => {
  const spans: { from: number; to: number }[] = []
  const wire = async (asked: Asked): Promise<Recorded> => {
    const span = { from: performance.now(), to: Number.POSITIVE_INFINITY }
    spans.push(span)
    const [answer] = await Promise.all([asked.answer(), later(delayMs)])
    span.to = performance.now()
    return answer
  }
  const aws = await serveRecorded(recording, wire)
  const folder = mkdtempSync(join(tmpdir(), 'preflight-bench-'))
  try {
    for (const name of ['output', 'summary']) writeFileSync(join(folder, name), '')
    const given = Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]))
    const started = performance.now()
    const peakMb = await peakOf({
      ...environment,
      ...given,
      PATH: tools,
      HOME: folder,
      AWS_ENDPOINT_URL: aws.url,
      AWS_EC2_METADATA_DISABLED: 'true',
      GITHUB_ACTIONS: 'true',
      RUNNER_TEMP: folder,
      GITHUB_OUTPUT: join(folder, 'output'),
      GITHUB_STEP_SUMMARY: join(folder, 'summary'),
    })
    const durationMs = performance.now() - started
    const reportPath = /^report<<(\S+)\n(.*)\n\1$/m.exec(readFileSync(join(folder, 'output'), 'utf8'))?.[2]
    if (reportPath === undefined) throw new Error('the run made no report')
    const report = JSON.parse(readFileSync(reportPath, 'utf8')) as Report
    return {
      durationMs,
      firstRequestMs: Math.min(...spans.map(({ from }) => from)) - started,
      calls: aws.asked.length,
      retries: report.calls.retries,
      chain: longestChain(spans),
      peakMb,
      asked: [...aws.asked],
    }
  } finally {
    await aws.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Runs `dist/index.js`; gives the most memory that it held, in MB, as Linux counts it. */
const peakOf = async (environment: Readonly<Record<string, string>>): Promise<number> => {
  const child = spawn(process.execPath, ['dist/index.js'], { env: environment, stdio: 'ignore' })
  let peakKb = 0
  const watch = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
      peakKb = Math.max(peakKb, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0))
    } catch {
      // It has just ended.
    }
  }, 10)
  await new Promise((resolve) => child.on('close', resolve))
  clearInterval(watch)
  return (peakKb * 1024) / 1e6
}

/** Each next call is the one that ends first among those that began after the last one ended. */
export const longestChain = (spans: readonly { readonly from: number; readonly to: number }[]): number => {
  let count = 0
  let free = Number.NEGATIVE_INFINITY
  for (const { from, to } of [...spans].sort((a, b) => a.to - b.to)) {
    if (from < free) continue
    count += 1
    free = to
  }
  return count
}

export const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
