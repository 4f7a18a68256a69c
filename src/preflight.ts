import { setMaxListeners } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import packageJson from '../package.json' with { type: 'json' }
import { makeClients } from './facts/clients.ts'
import { collect, type Progress } from './facts/collect.ts'
import { environmentRegion, findCredentials } from './facts/credentials.ts'
import { collectors } from './facts/index.ts'
import { readPlan } from './inputs/read-plan.ts'
import { readSnapshot } from './inputs/snapshot.ts'
import type { Inputs } from './inputs/table.ts'
import type { Checked } from './model/fault.ts'
import type { Report, Snapshot } from './model/report.ts'
import { renderJson } from './report/json.ts'
import { makeReport } from './report/report.ts'
import { rules } from './rules/index.ts'
import { demandedFacts, judge } from './rules/judge.ts'

/** Name and version of this program, as reports, snapshots and the user agent state them. */
export const tool = { name: packageJson.name, version: packageJson.version }

/** Milliseconds that learning everything may take; what is not known by then is unknown. */
const runTimeoutMs = 60_000

/** What differs between the two faces of the program. */
export interface Face {
  readonly now: Date
  /** The workflow's OIDC token for an audience; rejects where there is no workflow. */
  readonly idToken: (audience: string) => Promise<string>
  readonly progress: Progress
}

/**
 * The whole way from inputs to a report: a snapshot is taken (or read), judged, and written where the inputs ask for it.
 * Faults are what keeps the run from starting; everything learned or not learned after that is in the report.
 */
export const preflight = async (inputs: Inputs, face: Face): Promise<Checked<Report>> => {
  const snapshot = inputs.snapshot === null ? await takeSnapshot(inputs, face) : await readSnapshot(inputs.snapshot, inputs)
  if (!snapshot.ok) return snapshot
  const saved = await write('save-snapshot', inputs, () => `${JSON.stringify(snapshot.value, null, 2)}\n`)
  const report = makeReport({
    tool,
    snapshot: snapshot.value,
    findings: judge(rules, snapshot.value),
    failOn: inputs['fail-on'] ?? 'error',
    onUnknown: inputs['on-unknown'] ?? 'fail',
  })
  const written = await write('json-file', inputs, () => renderJson(report))
  const faults = [saved, written].flatMap((file) => (file.ok ? [] : file.faults))
  return faults.length > 0 ? { ok: false, faults } : { ok: true, value: report }
}

const takeSnapshot = async (inputs: Inputs, { now, idToken, progress }: Face): Promise<Checked<Snapshot>> => {
  const region = inputs.region ?? (await environmentRegion())
  const [plan, credentials] = await Promise.all([
    readPlan(inputs, region),
    findCredentials({ region: region ?? 'us-east-1', roleToAssume: inputs['role-to-assume'], idToken }),
  ])
  if (!plan.ok || !credentials.ok) return { ok: false, faults: [plan, credentials].flatMap((part) => (part.ok ? [] : part.faults)) }

  const timeUp = new AbortController()
  // Every request in flight listens to it.
  setMaxListeners(0, timeUp.signal)
  const timer = setTimeout(() => timeUp.abort(), runTimeoutMs)
  const { clients, statistics, close } = makeClients({
    region: plan.value.region,
    credentials: credentials.value,
    signal: timeUp.signal,
    userAgent: `${tool.name}/${tool.version}`,
  })
  try {
    const context = { plan: plan.value, clients, signal: timeUp.signal }
    const facts = await collect(demandedFacts(rules, plan.value), collectors, context, progress)
    return { ok: true, value: { schemaVersion: 1, tool, takenAt: now.toISOString(), plan: plan.value, facts, calls: statistics() } }
  } finally {
    clearTimeout(timer)
    close()
  }
}

/** Writes a file where the inputs ask for one, making its folder if need be. */
const write = async (name: 'save-snapshot' | 'json-file', inputs: Inputs, text: () => string): Promise<Checked<null>> => {
  const path = inputs[name]
  if (path === null) return { ok: true, value: null }
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text())
    return { ok: true, value: null }
  } catch (error) {
    const problem = `${path} cannot be written: ${error instanceof Error ? error.message : String(error)}`
    return { ok: false, faults: [{ source: name, problem, expected: 'a path that can be written' }] }
  }
}
