import type { Gap } from './fact.ts'
import type { LifecycleLog } from './facts/diagnosis.ts'

/** A finding that may be why AWS answered what it did. */
export interface Explanation {
  readonly rule: string
  readonly subject: string
  /** That of the finding. */
  readonly message: string
  /** `explains`: the rule foresees the message, and what it checks is wrong. `may-explain`: it is doubtful, or could not be checked. */
  readonly certainty: 'explains' | 'may-explain'
}

/** Something that AWS said about the failure, and what comes of it. */
export interface DiagnosedAnswer {
  /** Where it was said: DescribeCluster, an event of the cluster, a node, or the log of a lifecycle script. */
  readonly source: 'cluster' | 'event' | 'node' | 'log'
  /** In the words of AWS, or of the script. */
  readonly message: string
  /** The instance group, and the node if it is about one; null if it is about the cluster. */
  readonly about: string | null
  /** When it was said, last: ISO 8601, UTC; null if the source does not say. */
  readonly time: string | null
  /** How often it was said. */
  readonly count: number
  /**
   * `explained`: something is wrong that leads to this message. `possible`: something doubtful or unchecked may lead to it. `not-found`: what
   * leads to it was checked and is in order now. `unforeseen`: the message is known, and no check foresees it. `unknown`: it is not known.
   */
  readonly conclusion: 'explained' | 'possible' | 'not-found' | 'unforeseen' | 'unknown'
  /** What is behind such a message, in plain words; null if it is not known. */
  readonly cause: string | null
  /** What checks cannot see of the cause; null if nothing. */
  readonly unforeseen: string | null
  /** The surest first, then the likeliest. */
  readonly explanations: readonly Explanation[]
}

/** Something that a diagnosis rests on, or would. */
export interface DiagnosisSource {
  readonly what: 'cluster' | 'nodes' | 'events' | 'event-details' | 'logs'
  /** What was read, or why it was not. */
  readonly found: string
  /** Only if it could not be read. */
  readonly gap?: Gap
}

/** A step to take. */
export interface NextStep {
  readonly text: string
  /** For a POSIX shell. */
  readonly commands: readonly string[]
}

/** Why a cluster failed, as far as it can be known. */
export interface Diagnosis {
  readonly cluster: string
  /** DescribeCluster's; null if it is not known. */
  readonly status: string | null
  /** The best that an answer comes to; `no-failure` if AWS tells of none. */
  readonly conclusion: DiagnosedAnswer['conclusion'] | 'no-failure'
  /** What is explained comes first. */
  readonly answers: readonly DiagnosedAnswer[]
  readonly next: readonly NextStep[]
  readonly sources: readonly DiagnosisSource[]
  /** The last lines of lifecycle scripts. */
  readonly logs: readonly LifecycleLog[]
}
