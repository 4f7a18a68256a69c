import type { Diagnosis } from '../../model/diagnosis.ts'
import type { Finding } from '../../model/finding.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import { knownValue } from '../fact.ts'
import { answersOf } from './answers.ts'
import { sourcesOf } from './diagnosis-sources.ts'
import { explained } from './explanations.ts'
import { nextSteps } from './next-steps.ts'

/** The best conclusion comes first. */
const conclusions = ['explained', 'possible', 'not-found', 'unforeseen', 'unknown'] as const

/** Answers that are told of. */
const mostAnswers = 10

/**
 * Why the cluster of a snapshot failed: what AWS answered, joined with what was found in the cluster's own configuration. Null for a
 * snapshot that was taken for no diagnosis.
 */
export const diagnosisOf = ({ plan, facts }: Snapshot, findings: readonly Finding[]): Diagnosis | null => {
  if (facts.clusterNodes === undefined || plan.clusterName === null) return null
  const answers = answersOf(facts)
    .map((answer) => explained(answer, findings))
    .toSorted((a, b) => conclusions.indexOf(a.conclusion) - conclusions.indexOf(b.conclusion))
    .slice(0, mostAnswers)
  const cluster = knownValue(facts.namedCluster) ?? null
  const conclusion = answers[0]?.conclusion ?? 'no-failure'
  const logs = knownValue(facts.lifecycleLogs) ?? null
  const sources = sourcesOf(facts)
  return {
    cluster: plan.clusterName,
    status: cluster?.status ?? null,
    conclusion,
    answers,
    next: nextSteps({ region: plan.region, cluster, conclusion, answers, logs, findings, sources }),
    sources,
    logs: logs?.logs ?? [],
  }
}
