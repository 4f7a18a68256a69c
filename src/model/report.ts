import type { Fact, FactId, Facts } from './facts.ts'
import type { Finding, Severity, Status } from './finding.ts'
import type { Plan } from './plan.ts'

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
  readonly facts: { readonly [K in FactId]?: Fact<Facts[K]> }
  readonly calls: CallStatistics
}

/** `blocked`: something that must change was found. `unproven`: nothing was, but a blocking rule could not be judged. */
export type Verdict = 'ready' | 'blocked' | 'unproven'

/** What fails the run. `never`: nothing; the verdict is reported all the same. */
export type FailOn = 'error' | 'warning' | 'never'

/** Whether an error-level rule that could not be judged fails the run. */
export type OnUnknown = 'fail' | 'warn'

export interface Headroom {
  readonly group: string
  readonly instanceType: string
  /** Nodes. */
  readonly wanted: number
  readonly possible: number
  readonly limits: readonly { readonly rule: string; readonly subject: string; readonly possible: number }[]
}

/** Every finding is counted once: as waived, or else by its status. */
export interface Counts extends Readonly<Record<Status, number>> {
  readonly waived: number
  /** Failing findings by severity, waived ones left out. */
  readonly errors: number
  readonly warnings: number
}

export interface Report {
  readonly schemaVersion: 1
  readonly tool: { readonly name: string; readonly version: string }
  readonly takenAt: string
  readonly verdict: Verdict
  /** 0 ready, 1 blocked, 3 unproven; 0 for all of them where `fail-on` is `never`. */
  readonly exitCode: 0 | 1 | 3
  readonly target: {
    readonly account: string | null
    readonly region: string
    readonly clusterName: string | null
    readonly orchestrator: 'slurm' | 'eks' | null
    readonly vpcId: string | null
  }
  readonly counts: Counts
  /** In stable order: failing first, then unknown, waived, passed, skipped; the first three by severity; within these in the order of the rules. */
  readonly findings: readonly Finding[]
  readonly headroom: readonly Headroom[]
  readonly calls: CallStatistics
}

export type { Severity, Status }
