import type { Fact } from './fact.ts'
import type { FactId, Facts } from './facts.ts'
import type { Plan } from './plan.ts'
import type { Policy } from './policy.ts'

/** Network calls of one run. */
export interface CallStatistics {
  /** Calls made, each counted once however often it was retried. */
  readonly total: number
  readonly retries: number
  readonly throttles: number
  /** Milliseconds from the first to the last of them, waits included. */
  readonly durationMs: number
  /** Keyed by service and operation: `ec2:DescribeSubnets`. */
  readonly byOperation: Readonly<Record<string, number>>
}

/**
 * Everything that a judgement is made of: judging the same snapshot again gives the same findings, without a network.
 * It names account ids and ARNs; it never holds credentials.
 */
export interface Snapshot {
  readonly schemaVersion: 1
  readonly tool: { readonly name: string; readonly version: string }
  /** ISO 8601, UTC. The only "now" that rules know. */
  readonly takenAt: string
  readonly plan: Plan
  /** Absent where there is no policy file. */
  readonly policy?: Policy
  readonly facts: { readonly [K in FactId]?: Fact<Facts[K]> }
  readonly calls: CallStatistics
}
