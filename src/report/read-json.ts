import * as v from 'valibot'
import type { Checked } from '../model/fault.ts'
import { exitOf } from './exit.ts'
import { withPage } from './report.ts'
import { type Report, reportSchema } from './schema/report.ts'

const expected = 'a JSON report that json-file wrote (docs/report.schema.json)'

/** What reports of earlier versions leave out. */
const absent = Object.fromEntries(
  Object.entries(reportSchema.entries).flatMap(([name, entry]) => ('absent' in entry ? [[name, entry.absent]] : [])),
)

/** Reads the text of a JSON report, of this version or another with the same `schemaVersion`. `path` names it in the faults. */
export const readJsonReport = (path: string, text: string): Checked<Report> => {
  const fault = (problem: string): Checked<Report> => ({ ok: false, faults: [{ source: path, problem, expected }] })
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // The parser's own words quote the file, which may be any.
    return fault('it is not JSON')
  }
  const parsed = v.safeParse(reportSchema, typeof value === 'object' && value !== null ? { ...absent, ...value } : value)
  if (!parsed.success) {
    const [issue] = parsed.issues
    const place = v.getDotPath(issue)
    return fault(`it is not a report: ${place === null ? '' : `${place} `}has to be ${issue.expected ?? 'otherwise'}`)
  }
  const { findings, verdict, counts } = parsed.output
  // A report does not hold how its run ended.
  const exit = exitOf(verdict, counts, { failOn: 'error', onUnknown: 'fail' })
  return { ok: true, value: { ...parsed.output, findings: findings.map(withPage), ...exit } }
}
