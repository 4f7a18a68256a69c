import type { TimedRun } from './timed-run.ts'

/** A figure that must be at least, or at most, so much. */
export interface Bar {
  readonly what: string
  readonly measured: number
  readonly bar: number
  readonly atLeast: boolean
}

/** A run against so many of something. */
export interface Growth {
  readonly what: string
  readonly size: number
  readonly run: TimedRun
}

export interface Bench {
  readonly delayMs: number
  readonly times: number
  readonly measured: readonly { readonly name: string; readonly run: TimedRun; readonly cliMs: number }[]
  readonly grown: readonly Growth[]
  readonly bars: readonly Bar[]
  readonly machine: string
}

/** The figures as a page of the documentation. */
export const speedPage = ({ delayMs, times, measured, grown, bars, machine }: Bench): string =>
  `${[
    '# Speed',
    '',
    `Measured with \`npm run bench\` on ${machine}. Every answer is held back by ${delayMs} ms; the answers themselves are recorded, so that`,
    `what is measured is this tool and not moto. Each figure is the median of ${times} runs of the packed action, 3 where something grows; memory is`,
    'the most of them. Times are those of one machine at one moment: compare the ratios, and run it again to compare with another.',
    '',
    '## Two whole runs',
    '',
    `| account | start to first request | whole run | calls | retries | longest chain | peak memory | ${measured[0]?.run.calls ?? 0} CLI calls, one after another |`,
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...measured.map(
      ({ name, run, cliMs }) =>
        `| ${name} | ${seconds(run.firstRequestMs)} | ${seconds(run.durationMs)} | ${run.calls} | ${run.retries} | ${run.chain} | ${Math.round(run.peakMb)} MB | ${seconds(cliMs)} |`,
    ),
    '',
    'The longest chain is the longest sequence of calls in which each began after the one before it was answered. The accounts are',
    "AWS's two reference set-ups. The CLI makes the very calls of the tool, with the same answers and the same delay.",
    '',
    '## Bars',
    '',
    '| figure | measured | bar | |',
    '| --- | --- | --- | --- |',
    ...bars.map(
      ({ what, measured: value, bar, atLeast }) =>
        `| ${what} | ${value.toFixed(2)} | ${atLeast ? 'at least' : 'at most'} ${bar} | ${(atLeast ? value >= bar : value <= bar) ? 'met' : '**missed**'} |`,
    ),
    '',
    '## Growth',
    '',
    '| of | number | whole run | calls | longest chain | peak memory |',
    '| --- | --- | --- | --- | --- | --- |',
    ...grown.map(
      ({ what, size, run }) =>
        `| ${what} | ${size} | ${seconds(run.durationMs)} | ${run.calls} | ${run.chain} | ${Math.round(run.peakMb)} MB |`,
    ),
  ].join('\n')}\n`

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`
