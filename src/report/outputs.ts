import type { Report } from './schema/report.ts'

export type OutputName = 'verdict' | 'errors' | 'warnings' | 'unknowns' | 'operation' | 'left-open' | 'headroom'

/** The outputs of the action that come from the report. Waived findings are in none of the counts; `left-open` and `headroom` are JSON. */
export const outputs = ({ verdict, counts, operation, leftOpen, headroom }: Report): Readonly<Record<OutputName, string>> => ({
  verdict,
  errors: String(counts.errors),
  warnings: String(counts.warnings),
  unknowns: String(counts.unknown),
  operation: operation ?? '',
  'left-open': JSON.stringify(leftOpen),
  headroom: JSON.stringify(headroom),
})
