// Every operation that the tool calls, with everything that can go wrong with it: runs the packed action once for each pair and each account
// that the operation is called for, and writes docs/proof/fault-matrix.md. Run it as `npm run faults`, which starts moto. Words after it
// limit it to the operations that they are in, and nothing is written then; `lies` as the first of them tells lies alone.
import { writeFileSync } from 'node:fs'
import pLimit from 'p-limit'
import { actionsOf } from '../src/facts/engine/collect.ts'
import { iamActionOf } from '../src/facts/engine/meter.ts'
import { collectors } from '../src/facts/index.ts'
import type { FactId } from '../src/model/facts.ts'
import type { Report } from '../src/report/schema/report.ts'
import { type ProvenAccount, provenAccounts } from './accounts.ts'
import { type Cell, faultMatrixPage } from './fault-matrix-page.ts'
import { type Fault, faults, faultyWire } from './faults.ts'
import { contradictions, type JudgedRun, judgedRun, unknownRules } from './judged-run.ts'
import { type LieCell, lieCells, type TrueAccount } from './lie-matrix.ts'
import { isPaginated } from './paginated.ts'
import { type Asked, recordingOf, serveRecorded, type Wire } from './recorded-aws.ts'
import { strayed } from './strayed.ts'

interface Prepared {
  readonly account: ProvenAccount
  readonly run: (wire: Wire) => Promise<JudgedRun>
  /** The run with nothing in between. */
  readonly before: Report
  readonly operations: readonly string[]
  readonly truth: TrueAccount
}

const prepare = async (account: ProvenAccount): Promise<Prepared> => {
  const recording = recordingOf(account.aws.url)
  const asked: Asked[] = []
  const run = async (wire: Wire): Promise<JudgedRun> => {
    const aws = await serveRecorded(recording, wire)
    try {
      return await judgedRun(account, aws.url)
    } finally {
      await aws.close()
    }
  }
  const {
    report,
    snapshot,
    faults: wrong,
  } = await run((one) => {
    asked.push(one)
    return one.answer()
  })
  if (report === null || snapshot === null || wrong.length > 0)
    throw new Error(`${account.name}, with nothing in between: ${wrong.join('; ')}`)
  const truth = { account, recording, truth: snapshot, findings: report.findings, asked }
  return { account, run, before: report, operations: Object.keys(report.calls.byOperation), truth }
}

/** Rules that became unknown. */
const newlyUnknown = (before: Report, after: Report): readonly string[] => {
  const already = unknownRules(before)
  return unknownRules(after).filter((rule) => !already.includes(rule))
}

/** That the session has expired is what this call is made to learn: the finding is then a failure, not unknown. */
const isAnswer = (operation: string, fault: Fault): boolean => operation === 'sts:GetCallerIdentity' && fault.name === 'expired token'

/** What is wrong with a run under a fault. `needed`: rules that are unknown where the operation is denied. */
const violations = (
  { before, truth }: Prepared,
  { report, snapshot, faults: wrong }: JudgedRun,
  fault: Fault,
  operation: string,
  needed: readonly string[],
): readonly string[] => {
  if (report === null) return wrong
  if (isAnswer(operation, fault)) return [...wrong, ...(report.verdict === 'blocked' ? [] : ['credentials that AWS refuses do not block'])]
  const unknown = newlyUnknown(before, report)
  const isAll = unknown.join() === needed.join()
  const isNone = unknown.length === 0
  const mustBeUnknown = fault.outcome === 'unknown' || (fault.name === 'page loop' && isPaginated(operation))
  const fits = fault.outcome === 'recovers' ? isNone : mustBeUnknown ? isAll : isAll || isNone
  const unexpected = `unknown are [${unknown.join(', ')}], with the call denied [${needed.join(', ')}]`
  const values = strayed(truth.truth.facts, snapshot?.facts ?? {}).map(({ path }) => `${path} is not as it is in truth`)
  return [...wrong, ...contradictions(before, report), ...values, ...(fits ? [] : [unexpected])]
}

const cellsOf = async (prepared: Prepared, operation: string, limits: Limits): Promise<readonly Cell[]> => {
  const denial = faults.find(({ name }) => name === 'denied')
  if (denial === undefined) throw new Error('nothing denies')
  const denied = await limits.working(() => prepared.run(faultyWire(operation, denial)))
  const needed = denied.report === null ? [] : newlyUnknown(prepared.before, denied.report)
  const cell = (fault: Fault, run: JudgedRun): Cell => ({
    operation,
    account: prepared.account.name,
    fault: fault.name,
    needed,
    isUnknown: run.report !== null && newlyUnknown(prepared.before, run.report).length > 0,
    durationMs: run.durationMs,
    violations: violations(prepared, run, fault, operation, needed),
  })
  const others = faults.filter((fault) => fault !== denial)
  const runs = others.map(async (fault) =>
    cell(fault, await limits[fault.waits ? 'waiting' : 'working'](() => prepared.run(faultyWire(operation, fault)))),
  )
  return [cell(denial, denied), ...(await Promise.all(runs))]
}

/** Runs at the same time: those that mostly wait, and those that mostly work. */
interface Limits {
  readonly waiting: ReturnType<typeof pLimit>
  readonly working: ReturnType<typeof pLimit>
}

/** Actions of collectors that no account makes the tool use. */
const uncovered = (all: readonly Prepared[]): readonly string[] => {
  const used = new Set(all.flatMap(({ operations }) => operations).map(iamActionOf))
  // `Object.keys` gives strings; the collectors are keyed by exactly the facts.
  return actionsOf(Object.keys(collectors) as FactId[], collectors).filter((action) => !used.has(action))
}

/** `lies` alone of all words names no operation: then nothing but lies is told. */
const [isTold, words] = process.argv[2] === 'lies' ? [true, process.argv.slice(3)] : [false, process.argv.slice(2)]
const isWanted = (operation: string): boolean => words.length === 0 || words.some((word) => operation.includes(word))

const accounts = await provenAccounts((process.env['MOTO_URLS'] ?? '').split(' '))
const all: Prepared[] = []
for (const account of accounts) all.push(await prepare(account))
for (const { account, before } of all) {
  const unknown = unknownRules(before)
  console.log(
    `${account.name}: ${before.verdict}, ${Object.keys(before.calls.byOperation).length} operations, unknown: ${unknown.join(' ') || 'none'}`,
  )
}
const started = performance.now()
const limits: Limits = { waiting: pLimit(16), working: pLimit(2) }
const asked = all.flatMap((prepared) => prepared.operations.filter(isWanted).map((operation) => ({ prepared, operation })))
const cells = isTold ? [] : (await Promise.all(asked.map(({ prepared, operation }) => cellsOf(prepared, operation, limits)))).flat()
const told: LieCell[] = []
for (const { truth } of all) {
  const others = all.map((one) => one.truth).filter((one) => one !== truth)
  told.push(...(await lieCells(truth, others, isWanted)))
}
await Promise.all(accounts.map(({ aws }) => aws.close()))

const missing = uncovered(all)
const broken = cells.filter(({ violations: found }) => found.length > 0)
const believed = told.filter(({ violations: found }) => found.length > 0)
for (const action of missing) console.log(`no account makes the tool use ${action}`)
for (const { operation, fault, account, violations: found } of broken)
  console.log(`${operation}, ${fault}, ${account}: ${found.join('; ')}`)
for (const { operation, lie, member, account, violations: found } of believed)
  console.log(`${operation}, ${lie}${member === null ? '' : ` about ${member}`}, ${account}: ${found.slice(0, 3).join('; ')}`)
const minutes = (performance.now() - started) / 60_000
console.log(
  `${cells.length} runs and ${told.length} lies in ${minutes.toFixed(1)} min, ${broken.length} and ${believed.length} against the promises`,
)
if (words.length === 0 && !isTold)
  writeFileSync(
    'docs/proof/fault-matrix.md',
    faultMatrixPage(
      cells,
      told,
      all.map(({ account }) => account.name),
    ),
  )
process.exitCode = broken.length + believed.length + missing.length === 0 ? 0 : 1
