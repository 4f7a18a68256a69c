import * as v from 'valibot'
import type { Evidence } from '../model/finding.ts'
import { type Report, reportSchema } from './schema/report.ts'
import { plainJson } from './wording/escape.ts'

/**
 * The report as JSON, in the shape of `docs/report.schema.json`: two-space indent, a line break at the end. Its strings are what AWS
 * and the files said, uncut; characters that a terminal or a runner would act on are written as JSON escapes.
 */
export const renderJson = (report: Report): string => `${plainJson(JSON.stringify(inShape(report), null, 2))}\n`

/**
 * The members that the schema has, in its order, whatever the order in which they were made. A value that does not fit, of an edited
 * snapshot, is written as it is: the findings say what is wrong with it.
 */
const inShape = (report: Report): unknown =>
  v.safeParse(reportSchema, { ...report, findings: report.findings.map(withFiniteNumbers) }).output

type Finding = Report['findings'][number]

/** JSON has no number that is not finite: it would become null, which says nothing. */
const withFiniteNumbers = (finding: Finding): Finding =>
  finding.evidence === undefined ? finding : { ...finding, evidence: finite(finding.evidence) }

const finite = (evidence: Evidence): Evidence =>
  Object.fromEntries(
    Object.entries(evidence).map(([name, value]) => [name, typeof value === 'number' && !Number.isFinite(value) ? String(value) : value]),
  )
