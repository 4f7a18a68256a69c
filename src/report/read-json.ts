import * as v from 'valibot'
import type { Checked } from '../model/fault.ts'
import type { Report } from '../model/report.ts'
import { exitCodes } from './report.ts'
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

/** The web address of a rule's page is made anew when the report is written again. */
const toReport = (report: JsonReport): Report => ({
  ...report,
  exitCode: exitCodes[report.verdict],
  findings: report.findings.map(({ docs: _, ...finding }) => finding),
})
