import type { ExistingCluster } from './facts/cluster.ts'
import type { Json } from './json.ts'

export type { Json }

/** What the user intends to create, or to change. Every type here is plain JSON: a plan survives `JSON.parse(JSON.stringify(plan))`. */

/** A place in a file of the user. Line and column count from 1; `path` is as the user gave it, relative to the working folder. */
export interface Location {
  readonly path: string
  readonly line: number
  readonly column: number
}

/**
 * A CreateCluster request file: its value as written, and where each part of it stands.
 *
 * `positions` is keyed by JSON pointer (RFC 6901): `/InstanceGroups/0/InstanceType`; `''` is the document itself. The entry of a
 * key points at the value that belongs to it.
 */
export interface RequestDocument {
  readonly path: string
  readonly value: Json
  readonly positions: Readonly<Record<string, { readonly line: number; readonly column: number }>>
}

/** The orchestrator of the cluster, and how we know it. `unstated` means that neither the request nor the inputs say. */
export type Orchestrator =
  | {
      readonly kind: 'slurm'
      /** `api`: SlurmConfig on the instance groups. `legacy`: provisioning_parameters.json in the bucket. `unstated`: no request file. */
      readonly configuration: 'api' | 'legacy' | 'unstated'
    }
  | { readonly kind: 'eks'; readonly cluster: EksClusterReference | null }
  | { readonly kind: 'unstated' }

/** An EKS cluster named by the plan. `region` and `account` are known only where an ARN was given. */
export interface EksClusterReference {
  readonly name: string
  readonly arn: string | null
  readonly region: string | null
  readonly account: string | null
  readonly location: Location | null
}

/** Subnets and security groups that a cluster, or one instance group of it, is placed in. Either list may be empty in a flat plan. */
export interface VpcConfig {
  readonly subnetIds: readonly string[]
  readonly securityGroupIds: readonly string[]
  readonly location: Location | null
  /** Where each id stands; absent for ids that inputs brought. */
  readonly idLocations?: Readonly<Record<string, Location>>
}

/** A folder in S3. `prefix` has no leading slash and ends in one, or is empty for the bucket itself. */
export interface BucketPrefix {
  readonly bucket: string
  readonly prefix: string
  readonly location: Location | null
}

/**
 * How the nodes of a group are set up.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-slurm-api-config-migration.html
 *
 * `ami`: no lifecycle script (Slurm only). `extension`: OnInitComplete, after the AMI's own set-up. `custom`: OnCreate does everything.
 * `incomplete`: the request states a part only, which the API refuses; `script` and `source` are what it does state.
 */
export type Lifecycle =
  | { readonly mode: 'ami' }
  | { readonly mode: 'extension' | 'custom'; readonly source: BucketPrefix; readonly script: string; readonly location: Location | null }
  | {
      readonly mode: 'incomplete'
      readonly source: BucketPrefix | null
      readonly script: string | null
      readonly location: Location | null
    }

/** An IAM role named by the plan, once, with the instance groups that use it (none for a role of a flat plan). */
export interface PlannedRole {
  readonly name: string
  /** The ARN where the user gave one; null for a bare name. */
  readonly arn: string | null
  /** `default`: nobody named it; it is the name that the prerequisites checklist proposes. */
  readonly origin: 'request' | 'input' | 'default'
  readonly instanceGroups: readonly string[]
  readonly location: Location | null
}

/** An EBS volume of a group. `sizeGb` is in GB as the API counts it (VolumeSizeInGB); null for a root volume, which has no size of its own. */
export interface EbsVolume {
  readonly kind: 'root' | 'secondary'
  readonly sizeGb: number | null
  readonly kmsKeyId: string | null
  readonly location: Location | null
}

/** A file system that the plan names by id (the input) or by DNS name (the request's storage configuration of a group). */
export interface PlannedFileSystem {
  readonly type: 'lustre' | 'openzfs' | 'unstated'
  readonly fileSystemId: string | null
  readonly dnsName: string | null
  readonly mountName: string | null
  /** The instance groups that mount it; empty where only the input names it. */
  readonly instanceGroups: readonly string[]
  readonly location: Location | null
}

/** One instance group, as ClusterInstanceGroupSpecification or as the flat inputs describe it. */
export interface InstanceGroup {
  readonly name: string
  readonly kind: 'standard' | 'restricted'
  /** At least one, with the `ml.` prefix, in the user's order of preference: one for InstanceType, several for InstanceRequirements. */
  readonly instanceTypes: readonly string[]
  /** Nodes wanted (0 to 6758). */
  readonly instanceCount: number
  /** Nodes below which the group rolls back; null where the request does not say. */
  readonly minInstanceCount: number | null
  /** Name of the execution role, to be found in `Plan.executionRoles`; null where none is known. */
  readonly executionRole: string | null
  /** Its ARN where the user gave one; absent otherwise, and in plans of versions that knew names alone. */
  readonly executionRoleArn?: string
  readonly overrideVpcConfig: VpcConfig | null
  readonly lifecycle: Lifecycle
  readonly ebsVolumes: readonly EbsVolume[]
  readonly trainingPlanArn: string | null
  readonly capacity: 'on-demand' | 'spot'
  readonly interfaceType: 'efa' | 'efa-only' | null
  /** `ami-…`; null where the group takes HyperPod's own image (ImageId absent or `default`). */
  readonly imageId: string | null
  readonly slurmNodeType: 'Controller' | 'Login' | 'Compute' | null
  readonly partitionNames: readonly string[]
  readonly location: Location | null
}

/** Command-line tools that the checklist knows. */
export type ToolName = 'aws' | 'hyp' | 'kubectl' | 'session-manager-plugin' | 'eksctl' | 'helm'

/** Numbers in rules that a team may move in its policy file; what they mean and their defaults are in the catalog. */
export type ThresholdName = 'spare-addresses' | 'waiver-notice-days' | 'kubernetes-oldest-minor' | 'kubernetes-newest-minor'

/** The thresholds that were moved. */
export type Thresholds = { readonly [K in ThresholdName]?: number }

/** Something that a route leads to and whose way on cannot be seen from the account, which somebody answers for. */
export interface TrustedTarget {
  /** AWS's own id: `tgw-0a1b2c3d`. */
  readonly id: string
  readonly reason: string
  readonly owner: string
}

/** An input that says something else than the request file, which wins. */
export interface OverriddenInput {
  readonly input: string
  readonly value: string
  readonly requestSays: string
  readonly location: Location | null
}

/** What is to be done with the cluster, as asked; `auto` is an update if it exists. */
export type Operation = 'auto' | 'create' | 'update'

export interface Plan {
  readonly region: string
  /** Absent if nobody said: then `auto`. */
  readonly operation?: Operation
  /**
   * The request as it was given, if the plan is an update. The plan is then the cluster as it is to be, not the change alone: `request` has
   * what was given laid over `existing`. Without `existing`, which could not be read, the plan holds no more than what was given.
   */
  readonly change?: RequestDocument
  /** The cluster that has the plan's name already. Its nodes are no use of others: they stay, or go before the name is free. */
  readonly existing?: ExistingCluster
  readonly clusterName: string | null
  readonly orchestrator: Orchestrator
  /** The VPC that the user named; null where it has to be learned from the subnets. */
  readonly vpcId: string | null
  /** Placement of every group without an override; null where no subnet and no security group is named. */
  readonly vpcConfig: VpcConfig | null
  /** Empty where the inputs name no instance type: the rules about size are then skipped. */
  readonly instanceGroups: readonly InstanceGroup[]
  /** Distinct folders of lifecycle scripts: the `bucket` input's and those of the groups. */
  readonly lifecycleSources: readonly BucketPrefix[]
  readonly executionRoles: readonly PlannedRole[]
  /** The second role of the checklist; null where a request file makes it meaningless and no input names it. */
  readonly nodeRole: PlannedRole | null
  readonly fileSystems: readonly PlannedFileSystem[]
  /** Folder in the repository that is uploaded to the bucket; null where none is named. */
  readonly lifecycleScripts: string | null
  readonly requiredTools: readonly ToolName[]
  readonly request: RequestDocument | null
  readonly overriddenInputs: readonly OverriddenInput[]
  /** Absent where nobody moved one. */
  readonly thresholds?: Thresholds
  /** Absent where nobody vouches for any. */
  readonly trustedTargets?: readonly TrustedTarget[]
}
