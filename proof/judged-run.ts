import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runAction, toolFolder } from '../__tests__/packed.ts'
import { inputsFor } from '../src/inputs/table.ts'
import type { Finding } from '../src/model/finding.ts'
import type { Snapshot } from '../src/model/snapshot.ts'
import type { Report } from '../src/report/schema/report.ts'
import type { ProvenAccount } from './accounts.ts'

/** A run of the packed action, with what is wrong with how it ended: with its exit code, its files or the time that it took. */
export interface JudgedRun {
  readonly report: Report | null
  /** What the judgement was made of; null where the run did not save it. */
  readonly snapshot: Snapshot | null
  readonly durationMs: number
  readonly faults: readonly string[]
}

/** Milliseconds that a run may take: the time that learning may take, and what starting, judging and writing take on a busy machine. */
const mostMs = 60_000 + 15_000

/** The tools of the machine that runs are made on. */
export const tools = toolFolder()

const contract = { ready: 0, blocked: 1, unproven: 3 } as const

/** Runs the packed action against an endpoint that stands for the account, with every file that it can write. */
export const judgedRun = async ({ inputs, environment }: ProvenAccount, awsUrl: string): Promise<JudgedRun> => {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-proof-'))
  const file = (name: string): string => join(folder, name)
  const files = Object.fromEntries(inputsFor('output').map((name) => [name, file(name)]))
  try {
    const run = await runAction({ ...inputs, ...files }, { ...environment, PATH: tools, AWS_ENDPOINT_URL: awsUrl })
    const { report, durationMs } = run
    if (report === null) return { report, snapshot: null, durationMs, faults: [`no report: ${run.log.trim().slice(0, 300)}`] }
    return {
      report,
      snapshot: savedSnapshot(file('save-snapshot')),
      durationMs,
      faults: [
        ...(run.exitCode === contract[report.verdict] ? [] : [`exit code ${run.exitCode} for the verdict ${report.verdict}`]),
        ...(run.outputs['verdict'] === report.verdict ? [] : ['the output is not the verdict of the report']),
        ...(run.summary.trim() === '' ? ['no summary'] : []),
        ...(durationMs <= mostMs ? [] : [`took ${Math.round(durationMs / 1000)} s`]),
        ...unfinished(files, report),
      ],
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A file that is not there, or not whole, is a fault of its own. */
const savedSnapshot = (path: string): Snapshot | null => {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Snapshot
  } catch {
    return null
  }
}

/** Files that were not written whole. */
const unfinished = (files: Readonly<Record<string, string>>, report: Report): readonly string[] =>
  Object.entries(files).flatMap(([input, path]) => {
    try {
      const text = readFileSync(path, 'utf8').trim()
      if (input === 'junit-file') return text.endsWith('</testsuites>') ? [] : [`${input} is not whole`]
      if (input === 'html-file') return text.endsWith('</html>') ? [] : [`${input} is not whole`]
      const parsed = JSON.parse(text) as { readonly verdict?: string }
      return input === 'json-file' && parsed.verdict !== report.verdict ? [`${input} has another verdict`] : []
    } catch (error) {
      return [`${input}: ${String(error)}`]
    }
  })

/** Rules with a finding that could not be judged. */
export const unknownRules = ({ findings }: Report): readonly string[] =>
  [...new Set(findings.filter(({ status }) => status === 'unknown').map(({ rule }) => rule))].sort()

interface Judged {
  readonly findings: readonly Finding[]
}

const standing = ({ subject, status, severity }: Finding): string => `${subject} ${status} ${severity}`

/**
 * Where a run says something else than the run without any fault: a rule may have become unknown, about all of its subjects or some, and
 * what it says of the others must be what it said before.
 */
export const contradictions = (before: Judged, after: Judged): readonly string[] => {
  const of = (report: Judged, rule: string): readonly Finding[] => report.findings.filter((finding) => finding.rule === rule)
  const rules = [...new Set([...before.findings, ...after.findings].map(({ rule }) => rule))]
  return rules.flatMap((rule) => {
    const said = of(before, rule).map(standing)
    const says = of(after, rule)
    const known = says.filter(({ status }) => status !== 'unknown').map(standing)
    const strange = known.filter((one) => !said.includes(one)).map((one) => `${rule}: says "${one}"`)
    const isUnknown = says.some(({ status }) => status === 'unknown')
    const missing = isUnknown ? [] : said.filter((one) => !known.includes(one)).map((one) => `${rule}: no longer says "${one}"`)
    return [...strange, ...missing]
  })
}
