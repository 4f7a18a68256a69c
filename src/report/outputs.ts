import type { Report } from './schema/report.ts'

export type OutputName = 'verdict' | 'errors' | 'warnings' | 'unknowns' | 'headroom'

/** The outputs of the action that come from the report. Waived findings are in none of the counts; `headroom` is JSON. */
export const outputs = ({ verdict, counts, headroom }: Report): Readonly<Record<OutputName, string>> => ({
  verdict,
  errors: String(counts.errors),
  warnings: String(counts.warnings),
  unknowns: String(counts.unknown),
  headroom: JSON.stringify(headroom),
})
