import * as v from 'valibot'
import type { Checked } from '../model/fault.ts'
import type { Report } from '../model/report.ts'
import { exitOf } from './exit.ts'
import { type JsonReport, jsonReportSchema } from './schema.ts'

const expected = 'a JSON report that json-file wrote (docs/report.schema.json)'

/** Parts that reports of earlier versions do not have. */
const additions = { clusterHeadroom: null, leftOpen: [], staticOnly: null, topology: null }

/** Reads the text of a JSON report, of this version or another with the same `schemaVersion`. `path` names it in the faults. */
export const readJsonReport = (path: string, text: string): Checked<Report> => {
  const fault = (problem: string): Checked<Report> => ({ ok: false, faults: [{ source: path, problem, expected }] })
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return fault(`it is not JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
  const parsed = v.safeParse(jsonReportSchema, typeof value === 'object' && value !== null ? { ...additions, ...value } : value)
  if (parsed.success) return { ok: true, value: toReport(parsed.output) }
  const [issue] = parsed.issues
  const place = v.getDotPath(issue)
  return fault(`it is not a report: ${place === null ? '' : `${place}: `}${issue.message}`)
}

/** A report does not hold how its run ended, and the web address of a rule's page is written with the report. */
const toReport = (report: JsonReport): Report => ({
  ...report,
  ...exitOf(report.verdict, report.counts, { failOn: 'error', onUnknown: 'fail' }),
  findings: report.findings.map(({ docs: _, ...finding }) => finding),
})
