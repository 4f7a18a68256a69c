// How long a run takes, and what it takes it for: beside the same calls made with the AWS CLI one after another, and with accounts and plans
// that grow. Writes docs/proof/speed.md. Run it as `npm run bench`, which starts moto; a busy machine makes other figures, so compare
// those of one run.
import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { type ProvenAccount, provenAccounts } from './accounts.ts'
import { type Bar, type Growth, speedPage } from './bench-page.ts'
import { cliSequence, cliWords } from './cli-sequence.ts'
import { growths } from './growing-accounts.ts'
import { type Recording, recordingOf, serveRecorded } from './recorded-aws.ts'
import { median, type TimedRun, timedRun } from './timed-run.ts'

/** Milliseconds that every answer takes. */
const delayMs = 50
const times = 5

/** The run of the middle duration. */
const typicalRun = async (account: ProvenAccount, recording: Recording, delay: number, count = times): Promise<TimedRun> => {
  await timedRun(account, recording, 0)
  const runs: TimedRun[] = []
  for (let index = 0; index < count; index += 1) runs.push(await timedRun(account, recording, delay))
  const middle = median(runs.map(({ durationMs }) => durationMs))
  const typical = runs.find(({ durationMs }) => durationMs === middle)
  if (typical === undefined) throw new Error('nothing was measured')
  return {
    ...typical,
    peakMb: Math.max(...runs.map(({ peakMb }) => peakMb)),
    firstRequestMs: median(runs.map((run) => run.firstRequestMs)),
  }
}

/** The calls of a run, made with the AWS CLI one after another. */
const byCli = async (account: ProvenAccount, recording: Recording, run: TimedRun): Promise<number> => {
  const wire = async (asked: { answer: () => ReturnType<Recording> }) => {
    const [answer] = await Promise.all([asked.answer(), new Promise((resolve) => setTimeout(resolve, delayMs))])
    return answer
  }
  const aws = await serveRecorded(recording, wire)
  try {
    const { durationMs, failed } = await cliSequence(run.asked.map(cliWords), { ...account.environment, AWS_ENDPOINT_URL: aws.url })
    if (failed.length > 0) throw new Error(failed.join('\n'))
    return durationMs
  } finally {
    await aws.close()
  }
}

const motos = (process.env['MOTO_URLS'] ?? '').split(' ')
const accounts = await provenAccounts(motos)
const measured: { readonly name: string; readonly run: TimedRun; readonly cliMs: number }[] = []
for (const account of accounts.filter(({ name }) => name !== 'faulty')) {
  const recording = recordingOf(account.aws.url)
  const run = await typicalRun(account, recording, delayMs)
  // Once to have every answer recorded, then to measure.
  await byCli(account, recording, run)
  measured.push({ name: account.name, run, cliMs: await byCli(account, recording, run) })
  console.log(`${account.name}: ${Math.round(run.durationMs)} ms, ${run.calls} calls, chain of ${run.chain}`)
}
await Promise.all(accounts.map(({ aws }) => aws.close()))

const grown: Growth[] = []
for (const { what, sizes, accountOf } of growths(motos[0] ?? '')) {
  for (const size of sizes) {
    const account = await accountOf(size)
    const run = await typicalRun(account, recordingOf(account.aws.url), delayMs, 3)
    grown.push({ what, size, run })
    await account.aws.close()
    console.log(`${size} ${what}: ${Math.round(run.durationMs)} ms, ${run.calls} calls, ${Math.round(run.peakMb)} MB`)
  }
}

const scripts = readdirSync('dist').filter((file) => file.endsWith('.js'))
const distMb = scripts.reduce((sum, file) => sum + statSync(`dist/${file}`).size, 0) / 1e6
const bars: readonly Bar[] = [
  ...measured.flatMap(({ name, run, cliMs }): readonly Bar[] => [
    { what: `${name}: times faster than the CLI sequence`, measured: cliMs / run.durationMs, bar: 15, atLeast: true },
    {
      what: `${name}: whole run, as a multiple of start-up + longest chain × delay`,
      measured: run.durationMs / (run.firstRequestMs + run.chain * delayMs),
      bar: 1.3,
      atLeast: false,
    },
  ]),
  {
    what: 'start to first request, s',
    measured: Math.max(...measured.map(({ run }) => run.firstRequestMs)) / 1000,
    bar: 0.35,
    atLeast: false,
  },
  { what: 'JavaScript in dist, MB', measured: distMb, bar: 2.3, atLeast: false },
  { what: 'peak memory of the two accounts, MB', measured: Math.max(...measured.map(({ run }) => run.peakMb)), bar: 150, atLeast: false },
]
const page = {
  delayMs,
  times,
  measured,
  grown,
  bars,
  machine: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`,
}
writeFileSync('docs/proof/speed.md', speedPage(page))
const missed = bars.filter(({ measured: value, bar, atLeast }) => (atLeast ? value < bar : value > bar))
for (const { what, measured: value, bar } of missed) console.log(`missed: ${what}: ${value.toFixed(2)}, the bar is ${bar}`)
process.exitCode = missed.length === 0 ? 0 : 1
