import { catalogInstanceType } from '../src/catalog/instance-types.ts'
import type { Fact, Gap } from '../src/model/fact.ts'
import type { HyperPodUsage, InstanceType, MachineImage, Quota, QuotaRequest } from '../src/model/facts/capacity.ts'
import type { ExistingCluster, GroupNodes } from '../src/model/facts/cluster.ts'
import type { EksCluster } from '../src/model/facts/eks.ts'
import type { FileSystem } from '../src/model/facts/fsx.ts'
import type { PolicyDocument, Role, RolePolicy } from '../src/model/facts/iam.ts'
import type { Machine, Tool } from '../src/model/facts/machine.ts'
import type {
  DhcpOptions,
  HostedZone,
  NatGateway,
  NetworkAcl,
  NetworkAclEntry,
  NetworkInterface,
  Route,
  RouteTable,
  SecurityGroup,
  SecurityGroupPermission,
  Subnet,
  Vpc,
  VpcEndpoint,
} from '../src/model/facts/network.ts'
import type { RefusalCause, ScriptFolder } from '../src/model/facts/scripts.ts'
import type { FactId, Facts } from '../src/model/facts.ts'
import type { Finding } from '../src/model/finding.ts'
import type { InstanceGroup, Plan, RequestDocument } from '../src/model/plan.ts'
import type { Policy, PolicyWaiver } from '../src/model/policy.ts'
import type { Rule } from '../src/model/rule.ts'
import type { Snapshot } from '../src/model/snapshot.ts'
import { judge } from '../src/rules/engine/judge.ts'
import { parsePolicyDocument } from '../src/semantics/policies/policy-document.ts'
import { expectNamedSeverities, expectWellTold } from './rules/well-told.ts'

/** A legal instance group; name what matters to the test. */
export const aGroup = (changes: Partial<InstanceGroup> = {}): InstanceGroup => ({
  name: 'worker-1',
  kind: 'standard',
  instanceTypes: ['ml.p5.48xlarge'],
  instanceCount: 4,
  minInstanceCount: null,
  executionRole: 'HyperPodExecutionRole',
  overrideVpcConfig: null,
  lifecycle: { mode: 'ami' },
  ebsVolumes: [],
  trainingPlanArn: null,
  capacity: 'on-demand',
  interfaceType: null,
  imageId: null,
  slurmNodeType: null,
  partitionNames: [],
  location: null,
  ...changes,
})

/** A Slurm plan of one group in two subnets; name what matters to the test. */
export const aPlan = (changes: Partial<Plan> = {}): Plan => ({
  region: 'us-west-2',
  clusterName: null,
  orchestrator: { kind: 'slurm', configuration: 'unstated' },
  vpcId: 'vpc-0a1b2c3d',
  vpcConfig: { subnetIds: ['subnet-0aaaaaaa', 'subnet-0bbbbbbb'], securityGroupIds: ['sg-0aaaaaaa'], location: null },
  instanceGroups: [aGroup()],
  lifecycleSources: [{ bucket: 'sagemaker-lifecycle', prefix: 'hyperpod/', location: null }],
  executionRoles: [{ name: 'HyperPodExecutionRole', arn: null, origin: 'default', instanceGroups: [], location: null }],
  nodeRole: null,
  fileSystems: [],
  lifecycleScripts: null,
  requiredTools: [],
  request: null,
  overriddenInputs: [],
  ...changes,
})

export const aVpc = (changes: Partial<Vpc> = {}): Vpc => ({
  vpcId: 'vpc-0a1b2c3d',
  state: 'available',
  cidrBlocks: ['10.0.0.0/16'],
  ipv6CidrBlocks: [],
  isDefault: false,
  dhcpOptionsId: 'dopt-0aaaaaaa',
  ...changes,
})

export const someDhcpOptions = (...domainNameServers: readonly string[]): DhcpOptions => ({
  dhcpOptionsId: 'dopt-0aaaaaaa',
  domainNameServers: domainNameServers.length === 0 ? ['AmazonProvidedDNS'] : domainNameServers,
})

export const aHostedZone = (changes: Partial<HostedZone> = {}): HostedZone => ({
  hostedZoneId: 'Z0123456789ABCDEFGHIJ',
  name: 'corp.example.com',
  owningService: null,
  ...changes,
})

export const aSubnet = (changes: Partial<Subnet> = {}): Subnet => ({
  subnetId: 'subnet-0aaaaaaa',
  vpcId: 'vpc-0a1b2c3d',
  ownerId: '123456789012',
  state: 'available',
  cidrBlock: '10.0.0.0/22',
  availabilityZone: 'us-west-2a',
  availabilityZoneId: 'usw2-az1',
  availableIpAddressCount: 1019,
  mapPublicIpOnLaunch: false,
  ipv6CidrBlocks: [],
  ...changes,
})

export const known = <T>(value: T): Fact<T> => ({ ok: true, value })

export const denied = (action: string): Fact<never> => ({
  ok: false,
  gap: aGap({ action, message: `${action} answered AccessDenied (HTTP 403)` }),
})

export const aGap = (changes: Partial<Gap> = {}): Gap => ({
  reason: 'denied',
  action: 'ec2:DescribeSubnets',
  message: 'ec2:DescribeSubnets answered UnauthorizedOperation (HTTP 403)',
  ...changes,
})

/** The program under test, in some version. */
export const aTool = { name: 'hyperpod-preflight', version: '1.0.0' }

export const aSnapshot = (plan: Plan, facts: Snapshot['facts'] = {}): Snapshot => ({
  schemaVersion: 1,
  tool: aTool,
  takenAt: '2026-11-23T12:00:00.000Z',
  plan,
  facts,
  calls: { total: 0, retries: 0, throttles: 0, durationMs: 0, byOperation: {} },
})

/** Facts of a test: bare values are known ones, so that a table stays readable. */
export type Given = { readonly [K in FactId]?: Facts[K] | Fact<Facts[K]> }

const isFact = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'ok' in value && ('value' in value || 'gap' in value)

export const factsOf = (given: Given): Snapshot['facts'] =>
  Object.fromEntries(Object.entries(given).map(([id, value]) => [id, isFact(value) ? value : known(value)]))

/** Where a test says nothing of names, the Amazon DNS server answers them. */
const amazonAnswers: Given = { dhcpOptions: null, hostedZones: [] }

/** Judges by one rule, through the engine that users run. */
export const findingsOf = (rule: Rule, plan: Plan, given: Given): readonly Finding[] => {
  const findings = judge([rule], aSnapshot(plan, factsOf({ ...amazonAnswers, ...given })))
  expectWellTold(findings)
  expectNamedSeverities([rule], findings)
  return findings
}

/** `status subject` of each finding: enough for most tables. */
export const statuses = (findings: readonly Finding[]): readonly string[] => findings.map(({ status, subject }) => `${status} ${subject}`)

/** All traffic, to or from nothing yet. */
export const aPermission = (changes: Partial<SecurityGroupPermission> = {}): SecurityGroupPermission => ({
  protocol: '-1',
  fromPort: null,
  toPort: null,
  ipv4Ranges: [],
  ipv6Ranges: [],
  prefixListIds: [],
  securityGroupIds: [],
  ...changes,
})

/** A security group with all that HyperPod asks for: both self rules, and the way out. */
export const aSecurityGroup = (changes: Partial<SecurityGroup> = {}): SecurityGroup => {
  const securityGroupId = changes.securityGroupId ?? 'sg-0aaaaaaa'
  return {
    securityGroupId,
    name: 'hyperpod',
    vpcId: 'vpc-0a1b2c3d',
    ingress: [aPermission({ securityGroupIds: [securityGroupId] })],
    egress: [aPermission({ securityGroupIds: [securityGroupId], ipv4Ranges: ['0.0.0.0/0'] })],
    ...changes,
  }
}

/** An S3 gateway endpoint in use. */
export const aVpcEndpoint = (changes: Partial<VpcEndpoint> = {}): VpcEndpoint => ({
  vpcEndpointId: 'vpce-0aaaaaaa',
  type: 'Gateway',
  serviceName: 'com.amazonaws.us-west-2.s3',
  state: 'available',
  routeTableIds: [],
  subnetIds: [],
  securityGroupIds: [],
  privateDnsEnabled: false,
  privateDnsOnlyForInboundResolverEndpoint: false,
  policyDocument: null,
  ...changes,
})

export const anInstanceType = (changes: Partial<InstanceType> = {}): InstanceType => ({
  name: 'ml.p5.48xlarge',
  vcpus: 192,
  efaSupported: true,
  networkCards: 32,
  ipv4AddressesPerInterface: 50,
  architectures: ['x86_64'],
  source: 'catalog',
  ...changes,
})

export const anEksCluster = (changes: Partial<EksCluster> = {}): EksCluster => ({
  name: 'prod',
  arn: 'arn:aws:eks:us-west-2:111122223333:cluster/prod',
  status: 'ACTIVE',
  version: '1.33',
  authenticationMode: 'API_AND_CONFIG_MAP',
  vpcId: 'vpc-0a1b2c3d',
  subnetIds: ['subnet-0aaaaaaa', 'subnet-0bbbbbbb'],
  securityGroupIds: [],
  clusterSecurityGroupId: 'sg-0eeeeeee',
  endpointPublicAccess: false,
  endpointPrivateAccess: true,
  publicAccessCidrs: [],
  endpoint: 'https://0A1B2C3D4E5F60718293A4B5C6D7E8F9.gr7.us-west-2.eks.amazonaws.com',
  autoMode: false,
  ...changes,
})

/** An FSx for Lustre file system in the plan's VPC. */
export const aFileSystem = (changes: Partial<FileSystem> = {}): FileSystem => ({
  fileSystemId: 'fs-0123456789abcdef0',
  type: 'LUSTRE',
  lifecycle: 'AVAILABLE',
  dnsName: 'fs-0123456789abcdef0.fsx.us-west-2.amazonaws.com',
  mountName: 'fsxmount',
  vpcId: 'vpc-0a1b2c3d',
  subnetIds: ['subnet-0aaaaaaa'],
  networkInterfaceIds: ['eni-0aaaaaaa'],
  deploymentType: 'PERSISTENT_2',
  lustreVersion: '2.15',
  efaEnabled: false,
  ...changes,
})

/** A route to `0.0.0.0/0` through a NAT gateway; name what matters to the test. */
export const aRoute = (changes: Partial<Route> = {}): Route => ({
  destination: '0.0.0.0/0',
  target: { kind: 'nat-gateway', id: 'nat-0aaaaaaa' },
  state: 'active',
  propagated: false,
  ...changes,
})

/** The main route table of a VPC, with its local route before those given. */
export const aRouteTable = ({ routes = [], ...changes }: Partial<RouteTable> = {}): RouteTable => ({
  routeTableId: 'rtb-0aaaaaaa',
  vpcId: 'vpc-0a1b2c3d',
  isMain: true,
  subnetIds: [],
  routes: [aRoute({ destination: '10.0.0.0/16', target: { kind: 'local', id: 'local' } }), ...routes],
  ...changes,
})

/** A tool that was found and printed this when it was asked for its version. */
export const aFoundTool = (output: string): Fact<Tool> => known({ kind: 'found', path: '/usr/bin/tool', output })

/** The applied cluster-usage quota of P5; name what matters to the test. */
export const aQuota = (changes: Partial<Quota> = {}): Quota => ({
  serviceCode: 'sagemaker',
  quotaCode: 'L-8762A75F',
  name: 'ml.p5.48xlarge for cluster usage',
  value: 8,
  unit: 'None',
  adjustable: true,
  source: 'applied',
  ...changes,
})

/** Known quotas, keyed by their names as the fact is. */
export const quotasOf = (...quotas: readonly Quota[]): Facts['quotas'] =>
  Object.fromEntries(quotas.map((quota) => [quota.name, known(quota)]))

/** A cluster that has the name of the requests of `requested-plan.ts`, with nothing in it. */
export const anExistingCluster = (changes: Partial<ExistingCluster> = {}): ExistingCluster => ({
  name: 'training',
  arn: 'arn:aws:sagemaker:us-west-2:111122223333:cluster/0a1b2c3d4e5f',
  status: 'InService',
  created: '2026-10-01T08:00:00.000Z',
  failureMessage: null,
  request: { ClusterName: 'training', InstanceGroups: [] },
  nodes: [],
  ...changes,
})

/** Nodes of the one group of `aGroup`; name what matters to the test. */
export const aGroupOfNodes = (changes: Partial<GroupNodes> = {}): GroupNodes => ({
  group: 'worker-1',
  instanceType: 'ml.p5.48xlarge',
  running: 4,
  held: 4,
  capacity: 'on-demand',
  trainingPlanArn: null,
  ...changes,
})

/** No cluster but what the test names. */
export const aUsage = (changes: Partial<HyperPodUsage> = {}): HyperPodUsage => ({
  clusters: [],
  instances: 0,
  byInstanceType: {},
  trainingPlanByInstanceType: {},
  spotByInstanceType: {},
  ...changes,
})

/** The sizes of instance types of the catalog; null for the names that it does not know. */
export const sizesOf = (...names: readonly string[]): Facts['instanceTypes'] =>
  Object.fromEntries(names.map((name) => [name, catalogInstanceType(name)]))

/** A policy document of these statements, as AWS reads it; a statement that is not in the grammar fails the test. */
export const aPolicy = (...statements: readonly object[]): PolicyDocument => {
  const document = parsePolicyDocument(JSON.stringify({ Version: '2012-10-17', Statement: statements }))
  if (document === null) throw new Error(`not in the policy grammar: ${JSON.stringify(statements)}`)
  return document
}

export const aRole = (changes: Partial<Role> = {}): Role => {
  const name = changes.name ?? 'HyperPodExecutionRole'
  return {
    name,
    arn: `arn:aws:iam::123456789012:role/${name}`,
    path: '/',
    trustPolicy: aPolicy({ Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' }),
    permissionsBoundaryArn: null,
    ...changes,
  }
}

/** An inline policy of these statements. */
export const aRolePolicy = (name: string, ...statements: readonly object[]): RolePolicy => ({
  kind: 'inline',
  name,
  arn: null,
  document: aPolicy(...statements),
})

const bucketFolderUri = 's3://sagemaker-lifecycle/hyperpod/'

/** Scripts of a folder by path: a text, or a file that was refused for the reason given. */
type Scripts = Readonly<
  Record<
    string,
    string | { readonly refused: string; readonly cause?: RefusalCause } | { readonly text: string; readonly executable: boolean | null }
  >
>

/** The repository's folder `scripts` with these files, executable unless a file says otherwise. */
export const repositoryScriptsOf = (scripts: Scripts, name = 'scripts'): ScriptFolder => scriptFolder('repository', name, scripts)

/** The fact of the folder of {@link aPlan} in S3, with these files. */
export const bucketScriptsOf = (scripts: Scripts, uri = bucketFolderUri): Facts['bucketScripts'] => ({
  [uri]: known(scriptFolder('bucket', uri, scripts)),
})

/** The listing of the folder of {@link aPlan} in S3. */
export const bucketFoldersOf = (...paths: readonly string[]): Facts['bucketFolders'] => ({
  [bucketFolderUri]: known({
    bucket: 'sagemaker-lifecycle',
    prefix: 'hyperpod/',
    objects: Object.fromEntries(paths.map((path) => [path, { size: 120, etag: '"e"' }])),
  }),
})

const scriptFolder = (origin: ScriptFolder['origin'], name: string, scripts: Scripts): ScriptFolder => ({
  origin,
  name,
  paths: Object.keys(scripts).sort(),
  files: Object.fromEntries(
    Object.entries(scripts).map(([path, file]) => {
      if (typeof file === 'string') return [path, { kind: 'text', text: file, executable: origin === 'repository' ? true : null }]
      return [
        path,
        'refused' in file ? { kind: 'refused', cause: file.cause ?? 'encoding', reason: file.refused } : { kind: 'text', ...file },
      ]
    }),
  ),
})

/** A group that runs `script` from the folder of {@link aPlan}, named in line 12 of the request. */
export const aScriptedGroup = (script = 'on_create.sh', changes: Partial<InstanceGroup> = {}): InstanceGroup =>
  aGroup({
    lifecycle: {
      mode: 'custom',
      source: { bucket: 'sagemaker-lifecycle', prefix: 'hyperpod/', location: { path: 'cluster.json', line: 11, column: 9 } },
      script,
      location: { path: 'cluster.json', line: 12, column: 9 },
    },
    ...changes,
  })

/** A request file whose content no rule of the test reads. */
export const aRequest = (changes: Partial<RequestDocument> = {}): RequestDocument => ({
  path: 'cluster.json',
  value: {},
  positions: { '': { line: 1, column: 1 } },
  ...changes,
})

/** A pending request to raise the quota of {@link aQuota}; name what matters to the test. */
export const aQuotaRequest = (changes: Partial<QuotaRequest> = {}): QuotaRequest => ({
  id: 'e2ba7faa0123456789abcdef',
  serviceCode: 'sagemaker',
  quotaCode: 'L-8762A75F',
  desiredValue: 16,
  outcome: 'pending',
  status: 'CASE_OPENED',
  created: '2026-11-20T08:00:00.000Z',
  ...changes,
})

/** A NAT gateway that works: public, and regional, so that it is in no subnet that could enclose it. */
export const aNatGateway = (changes: Partial<NatGateway> = {}): NatGateway => ({
  natGatewayId: 'nat-0aaaaaaa',
  vpcId: 'vpc-0a1b2c3d',
  subnetId: null,
  state: 'available',
  connectivityType: 'public',
  publicIps: ['203.0.113.10'],
  ...changes,
})

/** A rule that lets all of IPv4 in. */
export const anAclEntry = (changes: Partial<NetworkAclEntry> = {}): NetworkAclEntry => ({
  ruleNumber: 100,
  direction: 'ingress',
  action: 'allow',
  protocol: '-1',
  cidrBlock: '0.0.0.0/0',
  fromPort: null,
  toPort: null,
  ...changes,
})

/** The network ACL of a VPC as AWS makes it, for two subnets: everything is let through. Given entries stand before the last ones. */
export const aNetworkAcl = ({ entries, ...changes }: Partial<NetworkAcl> = {}): NetworkAcl => ({
  networkAclId: 'acl-0aaaaaaa',
  vpcId: 'vpc-0a1b2c3d',
  isDefault: true,
  subnetIds: ['subnet-0aaaaaaa', 'subnet-0bbbbbbb'],
  entries: [
    ...(entries ?? [anAclEntry(), anAclEntry({ direction: 'egress' })]),
    anAclEntry({ ruleNumber: 32_767, action: 'deny' }),
    anAclEntry({ ruleNumber: 32_767, action: 'deny', direction: 'egress' }),
  ],
  ...changes,
})

/** The network interface of {@link aFileSystem}, with the security group of the nodes. */
export const aNetworkInterface = (changes: Partial<NetworkInterface> = {}): NetworkInterface => ({
  networkInterfaceId: 'eni-0aaaaaaa',
  subnetId: 'subnet-0aaaaaaa',
  vpcId: 'vpc-0a1b2c3d',
  availabilityZone: 'us-west-2a',
  addresses: ['10.0.0.10'],
  securityGroupIds: ['sg-0aaaaaaa'],
  ...changes,
})

/** A waiver of a public bucket, in line 7 of the policy file; it holds well after {@link aSnapshot} was taken. */
export const aPolicyWaiver = (changes: Partial<PolicyWaiver> = {}): PolicyWaiver => ({
  rule: 's3/exposure',
  subject: 'sagemaker-lifecycle',
  reason: 'the account blocks public access',
  owner: 'platform-team',
  expires: '2027-06-30',
  location: { path: '.github/hyperpod-preflight.yml', line: 7, column: 5 },
  ...changes,
})

/** A policy file that changes nothing; name what matters to the test. */
export const aTeamPolicy = (changes: Partial<Policy> = {}): Policy => ({
  path: '.github/hyperpod-preflight.yml',
  failOn: null,
  onUnknown: null,
  rules: {},
  waivers: [],
  ...changes,
})

/** A runner as GitHub hosts it; name what matters to the test. */
export const aMachine = (changes: Partial<Machine> = {}): Machine => ({
  platform: 'linux',
  architecture: 'x64',
  packageManagers: ['apt-get'],
  ...changes,
})

/** A plan for {@link anEksCluster}. */
export const anEksPlan = (changes: Partial<Plan> = {}): Plan =>
  aPlan({ orchestrator: { kind: 'eks', cluster: { name: 'prod', arn: null, region: null, account: null, location: null } }, ...changes })

/** An image of this account that HyperPod takes. */
export const aMachineImage = (changes: Partial<MachineImage> = {}): MachineImage => ({
  imageId: 'ami-0123456789abcdef0',
  name: 'hyperpod',
  state: 'available',
  ownerId: '111122223333',
  creationDate: '2026-03-01T00:00:00.000Z',
  encrypted: false,
  architecture: 'x86_64',
  windows: false,
  ...changes,
})
