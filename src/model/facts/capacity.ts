/** What the size of an instance type means for addresses and quotas. */
export interface InstanceType {
  /** With the `ml.` prefix. */
  readonly name: string
  readonly vcpus: number
  readonly efaSupported: boolean
  /** Network cards; one network interface is attached to each. */
  readonly networkCards: number
  readonly ipv4AddressesPerInterface: number
  /** Processors whose images it runs: x86_64, arm64, i386; missing from snapshots of version 1.0.0, and where the answer does not say. */
  readonly architectures?: readonly string[]
  /** `catalog`: the dated list of this tool; `api`: ec2:DescribeInstanceTypes. */
  readonly source: 'catalog' | 'api'
}

/** Capacity bought for a time. Times are ISO 8601, UTC. */
export interface TrainingPlan {
  readonly name: string
  readonly arn: string
  /** Pending, Active, Scheduled, Expired, Failed. */
  readonly status: string
  readonly statusMessage: string | null
  readonly startTime: string | null
  readonly endTime: string | null
  /** Instances reserved, and those of them that nothing uses now; null where the answer does not say. */
  readonly totalInstanceCount: number | null
  readonly availableInstanceCount: number | null
  /** What may use it: `hyperpod-cluster`, `training-job` …; empty where the answer does not say. */
  readonly targetResources: readonly string[]
  readonly reservedCapacities: readonly ReservedCapacity[]
}

/** Instances of one type in one zone for one span of time: what a training plan is made of. */
export interface ReservedCapacity {
  /** With the `ml.` prefix. */
  readonly instanceType: string
  readonly totalInstanceCount: number
  /** Pending, Active, Scheduled, Expired, Failed. */
  readonly status: string
  /** Name and id of the zone; null where the answer does not say. */
  readonly availabilityZone: string | null
  readonly availabilityZoneId: string | null
  readonly startTime: string | null
  readonly endTime: string | null
}

/** An applied (or, failing that, default) value of one quota in this account and Region. */
export interface Quota {
  readonly serviceCode: string
  readonly quotaCode: string
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly adjustable: boolean
  /** `default`: the account has no applied value, AWS's default holds. */
  readonly source: 'applied' | 'default'
}

/**
 * The request to raise a quota that still counts: of all of one quota the one that is open, else the newest, unless it was approved
 * or closed. AWS keeps one open request for a quota.
 */
export interface QuotaRequest {
  readonly id: string
  readonly serviceCode: string
  readonly quotaCode: string
  readonly desiredValue: number
  readonly outcome: 'pending' | 'denied'
  /** As AWS answers it: PENDING, CASE_OPENED, DENIED, NOT_APPROVED, INVALID_REQUEST. */
  readonly status: string
  /** ISO 8601, UTC. */
  readonly created: string
}

/**
 * Nodes of all HyperPod clusters of the account in the Region: the larger of current and target count of each group. Records are
 * keyed by instance type with the `ml.` prefix; a type without nodes is missing.
 */
export interface HyperPodUsage {
  readonly clusters: readonly string[]
  /** On-demand nodes: the sum of `byInstanceType`. */
  readonly instances: number
  /** On-demand nodes, those under a training plan included. */
  readonly byInstanceType: Readonly<Record<string, number>>
  /** Of `byInstanceType`, the nodes whose group has a training plan. */
  readonly trainingPlanByInstanceType: Readonly<Record<string, number>>
  /** Spot nodes: they have quotas of their own. */
  readonly spotByInstanceType: Readonly<Record<string, number>>
}

/** An Amazon Machine Image that a group names by ImageId. */
export interface MachineImage {
  readonly imageId: string
  readonly name: string
  /** pending, available, invalid, deregistered, transient, failed, error, disabled. */
  readonly state: string
  /** Account that owns it. */
  readonly ownerId: string
  /** ISO 8601, UTC. */
  readonly creationDate: string
  /** Whether a snapshot of the image is encrypted. */
  readonly encrypted: boolean
  /** The processor that it is for: x86_64, arm64, i386, x86_64_mac, arm64_mac. Missing as `architectures` of {@link InstanceType} is. */
  readonly architecture?: string
  /** Whether it is of Windows; missing from snapshots of version 1.0.0. */
  readonly windows?: boolean
}
