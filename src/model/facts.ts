/**
 * What is learned about the world. Plain JSON, in AWS's own words, reduced to what rules read.
 *
 * Absent is data (`null`, or missing from a list); not knowing is a {@link Gap}. The two are never mixed.
 */

/**
 * Why something could not be learned. `message` names the API call and what it answered; `action` is the IAM action that allows it.
 *
 * `not-attempted`: it was not asked for, because this run cannot have credentials. It makes rules skipped, not unknown.
 */
export interface Gap {
  readonly reason: 'denied' | 'throttled' | 'timeout' | 'unreachable' | 'unsupported' | 'unexpected' | 'not-attempted'
  readonly action: string
  readonly message: string
}

/** One thing learned, or the reason why not. */
export type Fact<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly gap: Gap }

/** One fact a key, each learned by a call of its own: one can be a gap while its neighbours are known. */
export type Keyed<T> = Readonly<Record<string, Fact<T>>>

/**
 * Answer of sts:GetCallerIdentity. `refused` is knowledge, not a gap: AWS answered that these credentials are not valid.
 */
export type Identity =
  | { readonly kind: 'caller'; readonly account: string; readonly arn: string; readonly partition: string }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }

export interface Vpc {
  readonly vpcId: string
  readonly state: string
  /** IPv4 CIDR blocks in use, the first one of the VPC first. */
  readonly cidrBlocks: readonly string[]
  readonly ipv6CidrBlocks: readonly string[]
  readonly isDefault: boolean
}

/** DNS attributes of the plan's VPC, each an answer of its own to ec2:DescribeVpcAttribute. */
export interface VpcDns {
  readonly vpcId: string
  readonly enableDnsHostnames: boolean
  readonly enableDnsSupport: boolean
}

export interface Subnet {
  readonly subnetId: string
  readonly vpcId: string
  readonly state: string
  readonly cidrBlock: string
  readonly availabilityZone: string
  readonly availabilityZoneId: string
  /** Free IPv4 addresses, without the five that AWS reserves. */
  readonly availableIpAddressCount: number
  readonly mapPublicIpOnLaunch: boolean
  readonly ipv6CidrBlocks: readonly string[]
}

export interface Route {
  /** IPv4 or IPv6 CIDR, or a prefix list id (`pl-…`). */
  readonly destination: string
  readonly target: RouteTarget
  /** `blackhole`: the target is gone or detached. */
  readonly state: 'active' | 'blackhole'
  /** Learned from a virtual private gateway: a route that somebody wrote to the same destination goes before it. */
  readonly propagated: boolean
}

export interface RouteTarget {
  readonly kind:
    | 'local'
    | 'internet-gateway'
    | 'egress-only-internet-gateway'
    | 'nat-gateway'
    | 'transit-gateway'
    | 'vpc-endpoint'
    | 'network-interface'
    | 'instance'
    | 'peering'
    | 'virtual-private-gateway'
    | 'carrier-gateway'
    | 'local-gateway'
    | 'core-network'
    | 'other'
  /** `local` for the VPC itself; empty where AWS no longer names the target. */
  readonly id: string
}

export interface RouteTable {
  readonly routeTableId: string
  readonly vpcId: string
  readonly isMain: boolean
  /** Subnets with an explicit association; the others of the VPC use the main table. */
  readonly subnetIds: readonly string[]
  readonly routes: readonly Route[]
}

/** A NAT gateway of the plan's VPC. */
export interface NatGateway {
  readonly natGatewayId: string
  readonly vpcId: string
  /** Null for a regional NAT gateway, which is in no subnet. */
  readonly subnetId: string | null
  /** pending, failed, available, deleting, deleted. */
  readonly state: string
  /** `private`: leads to other VPCs and on-premises networks, never to the internet. */
  readonly connectivityType: 'public' | 'private'
  /** Addresses that what goes through it has on the internet; none for a private one. */
  readonly publicIps: readonly string[]
}

/** https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html */
export interface NetworkAcl {
  readonly networkAclId: string
  readonly vpcId: string
  readonly isDefault: boolean
  readonly subnetIds: readonly string[]
  /** In ascending order of `ruleNumber`; the last one of each direction and address family denies the rest (32767). */
  readonly entries: readonly NetworkAclEntry[]
}

export interface NetworkAclEntry {
  readonly ruleNumber: number
  readonly direction: 'ingress' | 'egress'
  readonly action: 'allow' | 'deny'
  /** Protocol number; `-1` for all. */
  readonly protocol: string
  /** IPv4 or IPv6 CIDR of the other side. */
  readonly cidrBlock: string
  /** Null where the protocol has no ports, or all are meant. */
  readonly fromPort: number | null
  readonly toPort: number | null
}

/** A list of CIDR blocks that routes and security groups name by its id. */
export interface PrefixList {
  readonly prefixListId: string
  /** `com.amazonaws.us-west-2.s3` for a list of AWS's. */
  readonly name: string
  readonly cidrBlocks: readonly string[]
}

export interface VpcEndpoint {
  readonly vpcEndpointId: string
  readonly type: 'Gateway' | 'Interface' | 'GatewayLoadBalancer' | 'Resource' | 'ServiceNetwork' | 'Tunnel'
  /** As AWS names it: `com.amazonaws.us-west-2.s3`; the ARN of the resource or service network, or empty, where the type has no service. */
  readonly serviceName: string
  /** `available` when in use; AWS answers it in several spellings, this is lower case. */
  readonly state: string
  readonly routeTableIds: readonly string[]
  readonly subnetIds: readonly string[]
  readonly securityGroupIds: readonly string[]
  readonly privateDnsEnabled: boolean
  /** Private DNS answers on-premises resolvers only; names looked up inside the VPC still give the service's public addresses. */
  readonly privateDnsOnlyForInboundResolverEndpoint: boolean
  /** The endpoint's policy document as text; null where the service has none. */
  readonly policyDocument: string | null
}

/** One direction of one IpPermission. `protocol` is `-1` for all traffic; ports are null where they do not apply. */
export interface SecurityGroupPermission {
  readonly protocol: string
  readonly fromPort: number | null
  readonly toPort: number | null
  readonly ipv4Ranges: readonly string[]
  readonly ipv6Ranges: readonly string[]
  readonly prefixListIds: readonly string[]
  readonly securityGroupIds: readonly string[]
}

export interface SecurityGroup {
  readonly securityGroupId: string
  readonly name: string
  readonly vpcId: string
  readonly ingress: readonly SecurityGroupPermission[]
  readonly egress: readonly SecurityGroupPermission[]
}

/** A network interface of an AWS service in the VPC. */
export interface NetworkInterface {
  readonly networkInterfaceId: string
  readonly subnetId: string
  readonly vpcId: string
  readonly availabilityZone: string
  /** IPv4 and IPv6 addresses. */
  readonly addresses: readonly string[]
  readonly securityGroupIds: readonly string[]
}

/** How much of the VPC quotas is in use in the Region. */
export interface VpcResources {
  readonly vpcs: number
  /** Subnets in the plan's VPC; null where the plan's VPC is not known or absent. */
  readonly subnetsInVpc: number | null
  readonly elasticIps: number
}

/** What the size of an instance type means for addresses and quotas. */
export interface InstanceType {
  /** With the `ml.` prefix. */
  readonly name: string
  readonly vcpus: number
  readonly efaSupported: boolean
  /** Network cards; one network interface is attached to each. */
  readonly networkCards: number
  readonly ipv4AddressesPerInterface: number
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

/** An IAM policy document in the shape of the policy grammar, every single value turned into a list. */
export interface PolicyDocument {
  readonly statements: readonly PolicyStatement[]
}

export interface PolicyStatement {
  readonly sid: string | null
  readonly effect: 'Allow' | 'Deny'
  /** Exactly one of the two forms. */
  readonly actions: { readonly form: 'Action' | 'NotAction'; readonly patterns: readonly string[] }
  /** Null in a trust policy, which has no resources. */
  readonly resources: { readonly form: 'Resource' | 'NotResource'; readonly patterns: readonly string[] } | null
  /** Null in an identity policy, which has no principals. Keys are `AWS`, `Service`, `Federated`, `CanonicalUser`; `*` alone is `AWS: ['*']`. */
  readonly principals: { readonly form: 'Principal' | 'NotPrincipal'; readonly values: Readonly<Record<string, readonly string[]>> } | null
  /** Operator, then key, then values. Empty where the statement has no condition. */
  readonly conditions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>
}

export interface Role {
  readonly name: string
  readonly arn: string
  readonly path: string
  /** Null where the role's document is not valid JSON or not in the policy grammar. */
  readonly trustPolicy: PolicyDocument | null
  readonly permissionsBoundaryArn: string | null
}

/** A policy that bounds what a role may do: attached managed policies and the permissions boundary by ARN, inline ones by name. */
export interface RolePolicy {
  readonly kind: 'attached' | 'inline' | 'boundary'
  readonly name: string
  readonly arn: string | null
  /** Null where the text is not a document in the policy grammar. */
  readonly document: PolicyDocument | null
}

/**
 * Who asks AWS here. An assumed role is named as the role itself; `unreadable` is a caller whose policies no one can ask IAM about
 * (a federated user, a role that IAM does not know).
 */
export type Caller =
  | { readonly kind: 'role'; readonly name: string; readonly arn: string; readonly permissionsBoundaryArn: string | null }
  | { readonly kind: 'user'; readonly name: string; readonly arn: string }
  | { readonly kind: 'root'; readonly arn: string }
  | { readonly kind: 'unreadable'; readonly arn: string; readonly reason: string }

/**
 * What AWS's own policy engine answers to one action on one resource, by the policies of a role or user, its permissions boundary and
 * the organisation. https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
 */
export interface SimulatedAction {
  readonly action: string
  readonly resource: string
  readonly decision: 'allowed' | 'explicitDeny' | 'implicitDeny'
  /** Condition keys that some policy asks for and the simulation had no value of: the decision may be another with them. */
  readonly missingContextValues: readonly string[]
  /** Null where the answer has no such detail: no organisation, no boundary. */
  readonly allowedByOrganizations: boolean | null
  readonly allowedByPermissionsBoundary: boolean | null
  /** Policies with a statement that decided, as IAM names them. */
  readonly matchedPolicies: readonly string[]
}

/** How objects of a bucket are encrypted unless the upload says otherwise. */
export interface BucketEncryption {
  readonly algorithm: 'AES256' | 'aws:kms' | 'aws:kms:dsse'
  /** Id, ARN or alias; null for the key `aws/s3` of AWS, or where no KMS key is used. */
  readonly kmsKeyId: string | null
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html */
export interface PublicAccessBlock {
  readonly blockPublicAcls: boolean
  readonly ignorePublicAcls: boolean
  readonly blockPublicPolicy: boolean
  readonly restrictPublicBuckets: boolean
}

/** Groups that everybody, or every AWS account, is in, with what the ACL of a bucket grants them. */
export interface PublicGrant {
  readonly group: 'AllUsers' | 'AuthenticatedUsers'
  readonly permission: string
}

/** A KMS key that volumes or buckets of the plan use. */
export interface KmsKey {
  readonly keyId: string
  readonly arn: string
  readonly account: string
  readonly region: string
  /** `AWS`: a key of a service (`aws/s3`), whose policy no one can change. */
  readonly manager: 'AWS' | 'CUSTOMER'
  /** Enabled, Disabled, PendingDeletion, PendingImport, Unavailable … */
  readonly state: string
  readonly usage: string
  readonly spec: string
}

/** https://docs.aws.amazon.com/kms/latest/developerguide/grants.html */
export interface KmsGrant {
  readonly grantId: string
  readonly granteePrincipal: string
  readonly operations: readonly string[]
  /** Whether it holds for some encryption contexts only. */
  readonly constrained: boolean
}

/** A bucket of lifecycle scripts. S3 answers 403 for some buckets that do not exist too: that is a gap, whose message says both readings. */
export type Bucket =
  | { readonly kind: 'found'; readonly name: string; readonly region: string }
  | { readonly kind: 'absent'; readonly name: string }

/** Objects under a prefix: keys relative to it, sizes in bytes. Complete: all pages were read. */
export interface BucketFolder {
  readonly bucket: string
  readonly prefix: string
  readonly objects: Readonly<Record<string, { readonly size: number; readonly etag: string }>>
}

/** A script or parameter file: its text decoded as UTF-8 (a byte order mark is kept as U+FEFF, carriage returns are kept). */
export type ScriptFile =
  | {
      readonly kind: 'text'
      readonly text: string
      readonly executable: boolean | null
      /** ARN of the KMS key that the object is encrypted with, null where no KMS key is used; absent for a file of the repository. */
      readonly kmsKeyId?: string | null
    }
  /** `reason` says the cause in plain words, with the numbers. */
  | { readonly kind: 'refused'; readonly cause: RefusalCause; readonly reason: string }

/**
 * Why a file was not read. Of the file itself: `size`, larger than what is read; `encoding`, not UTF-8 text. Of its place in the
 * folder, so that the content of this path is not known at all: `link-outside`, a link that leaves the folder or leads into a part of
 * it that is left aside; `link-broken`; `link-loop`, to a folder that holds the link; `kind`, a pipe, socket or device; `name`, not
 * UTF-8; `access`, this machine would not open it. `bound`: the folder holds more than is read.
 */
export type RefusalCause = 'size' | 'encoding' | 'link-outside' | 'link-broken' | 'link-loop' | 'kind' | 'name' | 'access' | 'bound'

/** A file of the repository's folder that some folder of the plan in S3 has too, measured where it lies. */
export interface FileDigest {
  /** Bytes. */
  readonly size: number
  /** Hexadecimal; null where it was not hashed: no object of the path has this size, the file cannot be opened, or there is too much to hash. */
  readonly md5: string | null
  /** ETags, without quotes, that S3 gives the content under the likely part sizes, for the part counts that the objects have. */
  readonly multipartEtags: readonly string[]
}

/**
 * Lifecycle scripts of one origin. `repository` is the folder of the `lifecycle-scripts` input, `bucket` one folder of the plan.
 * Paths are relative to the folder, with forward slashes. Only files that rules read are in `files`; `paths` has them all.
 */
export interface ScriptFolder {
  readonly origin: 'repository' | 'bucket'
  /** The folder as the user knows it: a path, or `s3://bucket/prefix/`. */
  readonly name: string
  readonly paths: readonly string[]
  readonly files: Readonly<Record<string, ScriptFile>>
}

/** What parsers say about one script. Nothing of it was run. */
export interface ScriptSyntax {
  /** Name of the program that reads the script: that of its shebang, else `bash` or, for Python, `python3`. */
  readonly interpreter: string
  readonly parsed: ParsedScript
  /** Null where shellcheck is not installed, does not know the language, or the script was refused. */
  readonly shellcheck: Fact<ShellcheckComments | null>
}

export type ParsedScript =
  /** `openHereDocument`: the here-document in that line has no end, so that the rest of the script is text of it. */
  | { readonly kind: 'accepted'; readonly openHereDocument: { readonly line: number; readonly delimiter: string } | null }
  /**
   * `line` is null where the parser names none; `by` is the parser with its version where it matters. `doubt`: why a node may accept it
   * all the same, in plain words.
   */
  | {
      readonly kind: 'refused'
      readonly by: string
      readonly line: number | null
      readonly message: string
      readonly doubt: string | null
    }
  /** The interpreter is not installed on this machine. */
  | { readonly kind: 'absent' }

/** Findings of shellcheck at its levels error and warning, in its order: the first of `total`. */
export interface ShellcheckComments {
  readonly total: number
  readonly comments: readonly ShellcheckComment[]
}

export interface ShellcheckComment {
  /** Both count from 1. */
  readonly line: number
  readonly column: number
  readonly level: string
  /** 2086 of SC2086. */
  readonly code: number
  readonly message: string
}

export interface EksCluster {
  readonly name: string
  readonly arn: string
  /** CREATING, ACTIVE, DELETING, FAILED, UPDATING, PENDING. */
  readonly status: string
  readonly version: string
  readonly authenticationMode: string | null
  readonly vpcId: string | null
  readonly subnetIds: readonly string[]
  /** The group that EKS makes for control plane and nodes. */
  readonly clusterSecurityGroupId: string | null
  /** Groups that the user added to the control plane's network interfaces. */
  readonly securityGroupIds: readonly string[]
  /** Both are null where the answer does not say. */
  readonly endpointPublicAccess: boolean | null
  readonly endpointPrivateAccess: boolean | null
  readonly publicAccessCidrs: readonly string[]
  /** URL of the Kubernetes API server; null while the cluster has none yet. */
  readonly endpoint: string | null
  /** EKS Auto Mode: EKS itself runs nodes, networking and Pod Identity. Null where the answer does not say. */
  readonly autoMode: boolean | null
}

/** An add-on that EKS manages. https://docs.aws.amazon.com/eks/latest/APIReference/API_Addon.html */
export interface EksAddon {
  readonly name: string
  /** As EKS writes it: `v1.19.0-eksbuild.1`. */
  readonly version: string
  /** CREATING, ACTIVE, CREATE_FAILED, UPDATING, DELETING, DELETE_FAILED, DEGRADED, UPDATE_FAILED. */
  readonly status: string
}

/** What this machine's own tools say about the HyperPod Helm chart in the plan's EKS cluster. */
export type HyperPodChart =
  /** Nobody could look: no tool, or no kubeconfig context that leads to this very cluster. `reason` is a clause that says what to do. */
  | { readonly kind: 'not-looked'; readonly reason: string }
  /** `context` is the kubeconfig's, `by` the tool that looked. */
  | {
      readonly kind: 'looked'
      readonly by: 'helm' | 'kubectl'
      readonly context: string
      /** The releases of the chart, by any name; none where Helm has not installed it. */
      readonly releases: readonly HelmRelease[]
      /** Namespaces with a DaemonSet of the chart, whatever installed it; null where kubectl did not look, or was not needed. */
      readonly agentNamespaces: readonly string[] | null
    }

export interface HelmRelease {
  readonly name: string
  readonly namespace: string
  /** deployed, failed, pending-install, pending-upgrade, pending-rollback, uninstalling, uninstalled; as Helm says it. */
  readonly status: string
  /** Chart with its version, `hyperpod-helm-chart-0.1.0`; null where the tool that looked cannot tell. */
  readonly chart: string | null
}

export interface FileSystem {
  readonly fileSystemId: string
  readonly type: string
  /** AVAILABLE, CREATING, FAILED, DELETING, MISCONFIGURED, UPDATING, MISCONFIGURED_UNAVAILABLE; null where the answer does not say. */
  readonly lifecycle: string | null
  readonly dnsName: string | null
  readonly mountName: string | null
  readonly vpcId: string | null
  readonly subnetIds: readonly string[]
  readonly networkInterfaceIds: readonly string[]
  /** SCRATCH_1, PERSISTENT_2, SINGLE_AZ_HA_2, MULTI_AZ_1 …; null where the answer does not say. */
  readonly deploymentType: string | null
  /** Lustre version, `2.15`; null for other types, or where the answer does not say. */
  readonly lustreVersion: string | null
  /** Whether Lustre takes EFA clients; null for other types, or where the answer does not say. */
  readonly efaEnabled: boolean | null
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
}

/** The machine that this runs on, as far as installing a tool on it depends on it. */
export interface Machine {
  readonly platform: 'linux' | 'macos' | 'windows' | 'other'
  readonly architecture: 'x64' | 'arm64' | 'other'
  /** Package managers on PATH. */
  readonly packageManagers: readonly PackageManager[]
}

export type PackageManager = 'apt-get' | 'dnf' | 'yum' | 'brew' | 'winget' | 'choco'

/** A command-line tool on this machine. `output` is the first 2,000 characters that its version command printed. */
export type Tool = { readonly kind: 'found'; readonly path: string; readonly output: string } | { readonly kind: 'absent' }

/** Everything a rule can ask for. One key = one thing learned once a run. */
export interface Facts {
  readonly identity: Identity
  /** Every VPC of the Region. */
  readonly vpcs: readonly Vpc[]
  /** The plan's VPC: the one named, else that of the first subnet found; null where it does not exist. */
  readonly vpc: Vpc | null
  readonly vpcDns: VpcDns | null
  /** Keyed by every subnet id of the plan. */
  readonly subnets: Readonly<Record<string, Subnet | null>>
  /** Of the plan's VPC. */
  readonly routeTables: readonly RouteTable[]
  /** Of the plan's VPC. */
  readonly natGateways: readonly NatGateway[]
  /** Of the plan's VPC. */
  readonly networkAcls: readonly NetworkAcl[]
  /** Of the plan's VPC. */
  readonly vpcEndpoints: readonly VpcEndpoint[]
  /** Keyed by every subnet id of the VPC's interface endpoints. */
  readonly endpointSubnets: Readonly<Record<string, Subnet | null>>
  /** Keyed by every prefix list id that the other network facts name; null where it does not exist. */
  readonly prefixLists: Keyed<PrefixList | null>
  /** Keyed by every security group id of the plan. */
  readonly securityGroups: Readonly<Record<string, SecurityGroup | null>>
  /** Keyed by every security group id of the VPC's interface endpoints. */
  readonly endpointSecurityGroups: Readonly<Record<string, SecurityGroup | null>>
  /** Network interfaces of the plan's file systems, keyed by file system id. */
  readonly fileSystemInterfaces: Readonly<Record<string, readonly NetworkInterface[]>>
  /** Keyed by every security group id of the file systems' interfaces. */
  readonly fileSystemSecurityGroups: Readonly<Record<string, SecurityGroup | null>>
  /** Keyed by every security group id of the EKS cluster's control plane. */
  readonly eksSecurityGroups: Readonly<Record<string, SecurityGroup | null>>
  readonly vpcResources: VpcResources
  /** Keyed by every instance type of the plan; null where neither the catalog nor EC2 knows it. */
  readonly instanceTypes: Readonly<Record<string, InstanceType | null>>
  /** Ids of the zones (`usw2-az1`) in which EC2 offers the type, keyed by every instance type of the plan; empty where in none. */
  readonly instanceTypeOfferings: Readonly<Record<string, readonly string[]>>
  /** Keyed by training plan as the plan names it, by ARN or name; null where it does not exist in the account and Region. */
  readonly trainingPlans: Keyed<TrainingPlan | null>
  /** Keyed by quota name of the plan (`ml.p5.48xlarge for cluster usage`); null where the service has no such quota. */
  readonly quotas: Keyed<Quota | null>
  /** Requests to raise quotas of the plan. */
  readonly quotaRequests: readonly QuotaRequest[]
  readonly hyperPodUsage: HyperPodUsage
  /** Network interfaces of the account in the Region, whatever they belong to; null where the plan places no node in a VPC. */
  readonly networkInterfaceCount: number | null
  /** Keyed by role name. */
  readonly roles: Keyed<Role | null>
  /** Keyed by role name; null where the role does not exist. */
  readonly rolePolicies: Keyed<readonly RolePolicy[] | null>
  /** What AWS answers about the actions of each role's nodes; keyed by role name, null where the role does not exist. */
  readonly roleSimulations: Keyed<readonly SimulatedAction[] | null>
  readonly caller: Caller
  /** Whether AWSServiceRoleForSageMakerHyperPod, which HyperPod acts under in the account, exists already. */
  readonly hyperPodServiceRole: boolean
  /** Policies of the caller where it is a role; null where it is none. */
  readonly callerPolicies: readonly RolePolicy[] | null
  /** What AWS answers about the actions of creating the cluster; null where IAM cannot be asked about such a caller. */
  readonly callerSimulation: readonly SimulatedAction[] | null
  /**
   * Keyed by KMS key as the volumes, the buckets and the objects name it (id, ARN or alias); null where it does not exist. Aliases of AWS
   * (`alias/aws/ebs`) are missing: asking for one may create its key.
   */
  readonly kmsKeys: Keyed<KmsKey | null>
  /** Keyed as `kmsKeys`; null where the key does not exist, or is managed by AWS: nobody can change its policy. */
  readonly kmsKeyPolicies: Keyed<PolicyDocument | null>
  /** Keyed as `kmsKeys`: grants in force; none where the key does not exist, or is managed by AWS. */
  readonly kmsGrants: Keyed<readonly KmsGrant[]>
  /** Keyed by bucket name. */
  readonly buckets: Keyed<Bucket>
  /** Keyed by bucket name; null where the bucket has no policy, or does not exist. */
  readonly bucketPolicies: Keyed<PolicyDocument | null>
  /** Whether each bucket belongs to the account of the caller, and so of its roles; keyed by bucket name. */
  readonly bucketOwners: Keyed<'own' | 'other'>
  /** Keyed by bucket name; null where the bucket does not exist. */
  readonly bucketEncryptions: Keyed<BucketEncryption | null>
  /** Keyed by bucket name; null where the bucket has none, or does not exist. */
  readonly publicAccessBlocks: Keyed<PublicAccessBlock | null>
  /** Whether S3 calls the bucket's policy public; keyed by bucket name, null where the bucket has no policy, or does not exist. */
  readonly publicPolicies: Keyed<boolean | null>
  /** What the ACL of each bucket grants to everybody; keyed by bucket name. */
  readonly publicGrants: Keyed<readonly PublicGrant[]>
  /** Keyed by `s3://bucket/prefix`; null where the bucket does not exist. */
  readonly bucketFolders: Keyed<BucketFolder | null>
  /** Keyed by `s3://bucket/prefix`: the entry points, scripts and parameter files of each folder; null where the bucket does not exist. */
  readonly bucketScripts: Keyed<ScriptFolder | null>
  /** The repository's folder; null where the plan names none. */
  readonly repositoryScripts: ScriptFolder | null
  /** Keyed by path; a file that no folder in S3 has is missing. Null where the plan names no folder of the repository, or none in S3. */
  readonly repositoryDigests: Readonly<Record<string, FileDigest>> | null
  /**
   * Keyed by `s3://bucket/prefix`, then by path: MD5, hexadecimal, of objects of the repository's file's size whose ETag does not tell
   * whether they are the same. An object that is too large to fetch for that is missing.
   */
  readonly objectDigests: Keyed<Readonly<Record<string, string>>>
  /**
   * Keyed by script of both, as reports name it: `scripts/on_create.sh`, `s3://bucket/prefix/on_create.sh`. A gap: its parser failed
   * otherwise than by refusing the script. Scripts in languages without a parser here are missing.
   */
  readonly scriptSyntax: Keyed<ScriptSyntax>
  /** The plan's EKS cluster; null where it does not exist in the Region. */
  readonly eksCluster: EksCluster | null
  /** Names of the add-ons that EKS manages in the plan's cluster; null where the cluster does not exist. */
  readonly eksAddons: readonly string[] | null
  /** The VPC CNI where EKS manages it; null where it does not (it may be self-managed), or the cluster does not exist. */
  readonly vpcCniAddon: EksAddon | null
  /** ARNs of the principals with an access entry; null where the cluster does not exist, or has authentication mode CONFIG_MAP. */
  readonly eksAccessEntries: readonly string[] | null
  readonly hyperPodChart: HyperPodChart
  /** Keyed by every image id of the plan; null where it does not exist, or is not shared with this account. */
  readonly machineImages: Readonly<Record<string, MachineImage | null>>
  /** Every FSx file system of the Region. */
  readonly fileSystems: readonly FileSystem[]
  readonly machine: Machine
  /** Keyed by tool name. */
  readonly tools: Keyed<Tool>
}

export type FactId = keyof Facts
