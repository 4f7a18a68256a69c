import type { FailureMessage } from '../../catalog/failure-message.ts'
import type { DiagnosedAnswer, Explanation } from '../../model/diagnosis.ts'
import type { Finding } from '../../model/finding.ts'
import type { Answer } from './answers.ts'

/** Explanations of one answer that are told of. */
const mostExplanations = 5

/** Rows of the catalog that are taken for one answer: more of them fit by their general words alone. */
const mostRows = 2

/** An answer of AWS with the findings that explain it: those of the rules that foresee it, which are in the order of their likelihood. */
export const explained = (answer: Answer, findings: readonly Finding[]): DiagnosedAnswer => {
  const rows = answer.rows.slice(0, mostRows)
  const rules = [...new Set(rows.flatMap((row) => row.rules))]
  const explanations = rules
    .flatMap((rule) => findings.filter((finding) => finding.rule === rule))
    .flatMap(explanationOf)
    .toSorted((a, b) => Number(b.certainty === 'explains') - Number(a.certainty === 'explains'))
    .slice(0, mostExplanations)
  const { source, message, about, time, count } = answer
  return {
    source,
    message,
    about,
    time,
    count,
    conclusion: conclusionOf(explanations, rows, rules),
    cause: rows[0]?.cause ?? null,
    unforeseen: rows[0]?.unforeseen ?? null,
    explanations,
  }
}

/** A waiver excuses a finding; it does not make it untrue. What only advises explains no failure. */
const explanationOf = ({ rule, subject, message, status, severity }: Finding): readonly Explanation[] => {
  if ((status !== 'fail' && status !== 'unknown') || severity === 'notice') return []
  return [{ rule, subject, message, certainty: status === 'fail' && severity === 'error' ? 'explains' : 'may-explain' }]
}

const conclusionOf = (
  explanations: readonly Explanation[],
  rows: readonly FailureMessage[],
  rules: readonly string[],
): DiagnosedAnswer['conclusion'] => {
  const [first] = explanations
  if (first !== undefined) return first.certainty === 'explains' ? 'explained' : 'possible'
  if (rows.length === 0) return 'unknown'
  return rules.length === 0 ? 'unforeseen' : 'not-found'
}
