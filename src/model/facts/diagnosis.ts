/** A node of the cluster that does not run, as ListClusterNodes answers it. */
export interface TroubledNode {
  readonly group: string
  /** `i-…`; null for a node that has no instance yet. */
  readonly instanceId: string | null
  /** Failure, Pending, ShuttingDown, SystemUpdating, DeepHealthCheckInProgress, NotFound; any other word AWS may add. */
  readonly status: string
  /** Why, in the words of AWS; null where the answer does not say. */
  readonly message: string | null
}

/** The nodes of one cluster. */
export interface ClusterNodes {
  /** How many nodes there are of each status. */
  readonly byStatus: Readonly<Record<string, number>>
  /** The first nodes that do not run or have a message, those that failed before the others. */
  readonly troubled: readonly TroubledNode[]
  /** Whether there are more nodes than were read. */
  readonly isCut: boolean
}

/** An event of the cluster that tells of trouble. */
export interface ClusterEvent {
  /** A UUID. */
  readonly id: string
  /** ISO 8601, UTC. */
  readonly time: string
  /** `Info` is left out; null where the answer does not say. */
  readonly level: 'Error' | 'Warn' | null
  /** The instance group and the instance (`i-…`) that it is about; null where it is about more than one. */
  readonly group: string | null
  readonly instanceId: string | null
  /** In the words of AWS. */
  readonly description: string
}

/** What ListClusterEvents answers of one cluster. */
export interface ClusterEvents {
  /** Events read, the newest ones of the cluster, those that tell of no trouble included. */
  readonly read: number
  /** The newest events that tell of trouble, the newest first. */
  readonly troubles: readonly ClusterEvent[]
  /** Whether there are more events than were read. */
  readonly isCut: boolean
}

/** The last lines that the lifecycle scripts of one node printed. */
export interface LifecycleLog {
  /** `LifecycleConfig/<instance group>/<instance id>`. */
  readonly stream: string
  /** In the order of time. A line with what looks like a credential is replaced, a long one is cut. */
  readonly lines: readonly string[]
}

/** Lifecycle logs of a cluster. */
export interface LifecycleLogs {
  /** The log group of CloudWatch Logs. */
  readonly group: string
  /** Of nodes that failed, as far as they are known; else of those that printed last. Empty where nothing was printed. */
  readonly logs: readonly LifecycleLog[]
}
