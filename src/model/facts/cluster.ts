import type { Json } from '../json.ts'

/** A HyperPod cluster of the account. */
export interface ExistingCluster {
  readonly name: string
  readonly arn: string
  /** Creating, Deleting, Failed, InService, RollingBack, SystemUpdating, Updating. */
  readonly status: string
  /** ISO 8601, UTC; null where the answer does not say. */
  readonly created: string | null
  /** Why it failed, in the words of AWS; null where the answer does not say. */
  readonly failureMessage: string | null
  /** The CreateCluster request that would make it as it is to be now, with the counts that it is to have. */
  readonly request: Json
  readonly nodes: readonly GroupNodes[]
}

/** Nodes of one type of an instance group. A group of several types has an entry for each type that it has nodes of. */
export interface GroupNodes {
  readonly group: string
  /** With the `ml.` prefix. */
  readonly instanceType: string
  /** Nodes that are there: they have their addresses. */
  readonly running: number
  /** Nodes that count against quotas: those that are there, and those that the group still waits for. */
  readonly held: number
  readonly capacity: 'on-demand' | 'spot'
  readonly trainingPlanArn: string | null
}
