import type { Keyed, Unread } from './fact.ts'
import type { HyperPodUsage, InstanceType, MachineImage, Quota, QuotaRequest, TrainingPlan } from './facts/capacity.ts'
import type { ExistingCluster } from './facts/cluster.ts'
import type { ClusterEvents, ClusterNodes, LifecycleLogs } from './facts/diagnosis.ts'
import type { EksAddon, EksCluster, HyperPodChart } from './facts/eks.ts'
import type { FileSystem } from './facts/fsx.ts'
import type { Caller, Identity, KmsGrant, KmsKey, PolicyDocument, Role, RolePolicy, SimulatedAction } from './facts/iam.ts'
import type { Machine, Tool } from './facts/machine.ts'
import type {
  DhcpOptions,
  HostedZone,
  NatGateway,
  NetworkAcl,
  NetworkInterface,
  PrefixList,
  RouteInterface,
  RouteTable,
  SecurityGroup,
  Subnet,
  TransitGatewayAttachment,
  TransitGatewayRoute,
  Vpc,
  VpcDns,
  VpcEndpoint,
  VpcResources,
} from './facts/network.ts'
import type { Bucket, BucketEncryption, BucketFolder, PublicAccessBlock, PublicGrant } from './facts/s3.ts'
import type { FileDigest, ScriptFolder, ScriptSyntax } from './facts/scripts.ts'

/** Everything a rule can ask for. One key = one thing learned once a run. */
export interface Facts {
  readonly identity: Identity
  /** Every VPC of the Region. */
  readonly vpcs: readonly (Vpc | Unread)[]
  /** The plan's VPC: the one named, else that of the first subnet found; null where it does not exist. */
  readonly vpc: Vpc | null
  readonly vpcDns: VpcDns | null
  /** Of the plan's VPC; null where it has no set of its own, or does not exist. */
  readonly dhcpOptions: DhcpOptions | null
  /** The private ones that the plan's VPC is associated with, whoever owns them. Those that a Route 53 Profile brings are not listed. */
  readonly hostedZones: readonly HostedZone[]
  /** Keyed by every subnet id of the plan. */
  readonly subnets: Readonly<Record<string, Subnet | null | Unread>>
  /** Of the plan's VPC. */
  readonly routeTables: readonly RouteTable[]
  /** Of the plan's VPC. */
  readonly natGateways: readonly NatGateway[]
  /** Of the plan's VPC. */
  readonly networkAcls: readonly NetworkAcl[]
  /** Of the plan's VPC. */
  readonly vpcEndpoints: readonly VpcEndpoint[]
  /** Keyed by every subnet id of the VPC's interface endpoints. */
  readonly endpointSubnets: Readonly<Record<string, Subnet | null | Unread>>
  /** Of the plan's VPC; none where no route leads to a transit gateway. */
  readonly transitGatewayAttachments: readonly TransitGatewayAttachment[]
  /** Routes that a transit gateway has for what comes in by an attachment of the VPC, keyed by its id; null where this account is not shown them. */
  readonly transitGatewayRoutes: Keyed<readonly TransitGatewayRoute[] | null>
  /** Keyed by id: the interfaces that routes of the VPC lead to, and the others of the same instances; null where this account is not shown it. */
  readonly routeInterfaces: Readonly<Record<string, RouteInterface | null | Unread>>
  /** Keyed by every subnet id of the VPC's attachments to transit gateways. */
  readonly transitSubnets: Readonly<Record<string, Subnet | null | Unread>>
  /** Keyed by every prefix list id that the other network facts name; null where it does not exist. */
  readonly prefixLists: Keyed<PrefixList | null>
  /** Keyed by every security group id of the plan. */
  readonly securityGroups: Readonly<Record<string, SecurityGroup | null | Unread>>
  /** Keyed by every security group id of the VPC's interface endpoints. */
  readonly endpointSecurityGroups: Readonly<Record<string, SecurityGroup | null | Unread>>
  /** Network interfaces of the plan's file systems, keyed by file system id. */
  readonly fileSystemInterfaces: Readonly<Record<string, readonly NetworkInterface[]>>
  /** Keyed by every security group id of the file systems' interfaces. */
  readonly fileSystemSecurityGroups: Readonly<Record<string, SecurityGroup | null | Unread>>
  /** Keyed by every security group id of the EKS cluster's control plane. */
  readonly eksSecurityGroups: Readonly<Record<string, SecurityGroup | null | Unread>>
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
  /** The cluster that has the plan's name; null where there is none, or the plan has no name that a cluster could have. */
  readonly namedCluster: ExistingCluster | null
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
  /** Of the plan's cluster; null where it does not exist. */
  readonly clusterNodes: ClusterNodes | null
  /** Of the plan's cluster; null where it does not exist. */
  readonly clusterEvents: ClusterEvents | null
  /** What the newest events of the plan's cluster say beyond their description, keyed by event id; null where nothing. */
  readonly clusterEventFailures: Keyed<string | null>
  /** Of the plan's cluster; null where it does not exist. */
  readonly lifecycleLogs: LifecycleLogs | null
}

export type FactId = keyof Facts
