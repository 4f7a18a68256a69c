import type { Fact } from './fact.ts'
import type { RouteTarget } from './facts/network.ts'
import type { FactId, Facts } from './facts.ts'
import type { Evidence, Finding, Status } from './finding.ts'
import type { Plan } from './plan.ts'
import type { FailOn, OnUnknown, Policy } from './policy.ts'

export type { FailOn, OnUnknown }

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

/**
 * What was found, whatever the settings of the run. `blocked`: something that must change. `unproven`: nothing of the kind, but a
 * blocking rule could not be judged, or the account was not. `ready`: neither.
 */
export type Verdict = 'ready' | 'blocked' | 'unproven'

/** What decides how a run ends that came to a verdict. */
export interface ExitPolicy {
  readonly failOn: FailOn
  readonly onUnknown: OnUnknown
}

/** How a run ends. */
export interface Exit {
  /** The verdict's own is 0 for ready, 1 for blocked, 3 for unproven. */
  readonly exitCode: 0 | 1 | 3
  /** The setting that makes it another one than the verdict's own; null for the verdict's own. */
  readonly exitBecause: 'fail-on is never' | 'fail-on is warning' | 'on-unknown is warn' | null
}

/** One thing that bounds the nodes of a group, by the rule that judges it. */
export interface HeadroomLimit {
  readonly rule: string
  /** As the rule's findings name it; of a quota that each type of the group has, the types with ` or ` between them. */
  readonly subject: string
  /** Nodes that the group can have as far as this limit goes, all other groups having what they want. Never below 0. */
  readonly possible: number
  /** The numbers it was made of, as the snapshot holds them. */
  readonly evidence: Evidence
  /** Why the limit may turn out wider, in plain words: what AWS does not say is counted against the group. Absent where nothing is in doubt. */
  readonly caveat?: string
}

/** How many nodes of one instance group can come up, and what limits them. */
export interface Headroom {
  readonly group: string
  /** The first of `instanceTypes`: the one that the group prefers. */
  readonly instanceType: string
  /** Nodes. */
  readonly wanted: number
  /** The least of `limits`, which may be more than is wanted; an upper bound where `unknown` has entries; null where no limit is known. */
  readonly possible: number | null
  /** Ascending: the first one binds. */
  readonly limits: readonly HeadroomLimit[]
  /** All that the group can take: `possible` counts its nodes whatever their type. */
  readonly instanceTypes: readonly string[]
  /** Limits that could not be known, wholly or in part: each could lower `possible`. */
  readonly unknown: readonly { readonly rule: string; readonly subject: string }[]
}

/** Every finding is counted once: as waived, or else by its status. */
export interface Counts extends Readonly<Record<Status, number>> {
  readonly waived: number
  /** Failing findings by severity, waived ones left out. */
  readonly errors: number
  readonly warnings: number
}

/** What the report says about one part of the network. `ok`: no failing and no unknown finding names it. */
export type TopologyState = 'ok' | 'warning' | 'broken' | 'unknown'

export type TopologyNodeKind =
  | 'vpc'
  | 'instance-groups'
  | 'subnet'
  | 'route-table'
  | Exclude<RouteTarget['kind'], 'local'>
  | 'gateway-endpoint'
  | 'interface-endpoint'
  | 'security-group'
  | 'file-system'
  | 'eks-cluster'
  | 'bucket'
  | 's3'
  | 'internet'

/**
 * What the findings say about a part: the worst of `broken` (a failing error), `warning` (a failing warning) and `unknown`, and the
 * rules that say so, in the order of the findings. Notices and waived findings mark nothing.
 */
interface TopologyMark {
  readonly state: TopologyState
  readonly rules: readonly string[]
}

export interface TopologyNode extends TopologyMark {
  /** AWS's own id where there is one, else `instance-groups/1`, `s3://bucket`, `eks/name`, `s3`, `internet`; no two nodes have the same. */
  readonly id: string
  readonly kind: TopologyNodeKind
  /** As people call it: `route table rtb-0a1b2c3d`. */
  readonly label: string
  /** What else is known of it, in a few words. */
  readonly detail?: string
  /** Availability Zone, of a subnet. */
  readonly zone?: string
}

/** A way that traffic takes, or, where it is marked, should take. `from` and `to` are ids of nodes. */
export interface TopologyEdge extends TopologyMark {
  readonly from: string
  readonly to: string
  readonly label?: string
}

/** The planned cluster in its network: what the plan names, and what its subnets lead to. Nothing else of the VPC. */
export interface Topology {
  readonly vpcId: string | null
  /** By kind, in the order of the plan, then by id. */
  readonly nodes: readonly TopologyNode[]
  readonly edges: readonly TopologyEdge[]
  /** IAM actions of what was not read: the parts that it would show are missing. */
  readonly unread: readonly string[]
}

export interface Report extends Exit {
  readonly schemaVersion: 1
  readonly tool: { readonly name: string; readonly version: string }
  readonly takenAt: string
  readonly verdict: Verdict
  readonly target: {
    readonly account: string | null
    readonly region: string
    readonly clusterName: string | null
    readonly orchestrator: 'slurm' | 'eks' | null
    readonly vpcId: string | null
  }
  /**
   * What the verdict does not rest on: names of inputs that were not given (none with a request file), then ids of rules that were not
   * judged, or not in full: without evidence, turned off, not attempted.
   */
  readonly leftOpen: readonly string[]
  /** Why only the rules that need no account were judged (the pull request of a fork has no credentials); null where all were. */
  readonly staticOnly: string | null
  readonly counts: Counts
  /** In stable order: failing first, then unknown, waived, passed, skipped; the first three by severity; within these in the order of the rules. */
  readonly findings: readonly Finding[]
  readonly headroom: readonly Headroom[]
  /** All groups together, under the quotas that count nodes of every type alike; null where the plan has no group. */
  readonly clusterHeadroom: Headroom | null
  /** Null where the plan names no subnet, or none that exists. */
  readonly topology: Topology | null
  readonly calls: CallStatistics
}
