import type { Need } from '../../catalog/node-demands.ts'
import type { Fact } from '../../model/fact.ts'
import type { Fix, Outcome, Severity } from '../../model/finding.ts'
import { conjunction } from '../../semantics/text/enumerate.ts'
import type { Demand } from '../../semantics/ways/placements.ts'
import type { LayerReading } from '../../semantics/ways/ways.ts'
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

/** How the user says of what this account cannot look behind that it leads on: the entries of the policy file, with its own ids. */
export const vouchText = (ids: readonly string[]): string => {
  const entries = ids.map((id) => `{ id: '${id}', reason: why, owner: who }`)
  return `If ${conjunction(ids)} leads nodes to what they need, say so in the policy file, with your reason and owner: trusted-targets: [${entries.join(', ')}]`
}

/** The fix of what is unknown for want of a look behind a gateway; none where something else is to blame. */
export const vouchFix = (unseen: LayerReading['unseen']): Fix | undefined =>
  unseen.length === 0 ? undefined : { text: vouchText(unseen), commands: [] }
