import type { Need } from '../../catalog/node-demands.ts'
import type { Fact } from '../../model/fact.ts'
import type { Outcome, Severity } from '../../model/finding.ts'
import type { Demand } from '../../semantics/ways/placements.ts'
import { unknown } from '../engine/outcome.ts'

/** How much it matters that something is not reached: a closed way to what is required keeps nodes from coming up. */
export const severityByNeed: Readonly<Record<Need, Severity>> = { required: 'error', useful: 'warning', legacy: 'notice' }

/** What a rule says that reads ways and lacks a fact without which there are none to read: each gap once. */
export const withoutFacts = (facts: readonly Fact<unknown>[]): readonly Outcome[] => {
  const gaps = facts.flatMap((fact) => (fact.ok ? [] : [fact.gap]))
  return [...new Map(gaps.map((gap) => [gap.message, gap])).values()].map((gap) => unknown('account', gap, { severity: 'error' }))
}

/** `S3 (for lifecycle scripts), ecr.api (for signing in to the image registry)`: what nodes call, and what for. */
export const demandsText = (demands: readonly Demand[]): string => demands.map(({ to, purpose }) => `${to} (for ${purpose})`).join(', ')
