import { demandedQuotas } from '../../src/catalog/quotas.ts'
import type { Fact } from '../../src/model/fact.ts'
import type { RouteTable, Subnet } from '../../src/model/facts/network.ts'
import type { FactId, Facts } from '../../src/model/facts.ts'
import type { BucketPrefix, Plan } from '../../src/model/plan.ts'
import type { DiagnosisFact } from '../../src/semantics/diagnosis/diagnosis-facts.ts'
import {
  aFoundTool,
  aMachine,
  aNatGateway,
  aNetworkAcl,
  anEksCluster,
  aPermission,
  aQuota,
  aRole,
  aRolePolicy,
  aRoute,
  aRouteTable,
  aSecurityGroup,
  aSubnet,
  aUsage,
  aVpc,
  aVpcEndpoint,
  bucketScriptsOf,
  denied,
  known,
  sizesOf,
  someDhcpOptions,
} from '../builders.ts'
import { requestedPlan } from '../requested-plan.ts'
import { managedPolicy, networkPolicy, policies } from './role-policies.ts'

export const account = '123456789012'
export const roleArn = `arn:aws:iam::${account}:role/HyperPodExecutionRole`
export const bucket = 'sagemaker-lifecycle'

const lifecycle = { SourceS3Uri: `s3://${bucket}/hyperpod/`, OnCreate: 'on_create.sh' }
const placed = { SecurityGroupIds: ['sg-0aaaaaaa'], Subnets: ['subnet-0aaaaaaa', 'subnet-0bbbbbbb'] }

type Changes = Readonly<Record<string, unknown>>

/** An instance group of a request; undefined removes a member. */
export const group = (name: string, type: string, count: number, changes: Changes = {}): object => ({
  InstanceGroupName: name,
  InstanceType: type,
  InstanceCount: count,
  ExecutionRole: roleArn,
  LifeCycleConfig: lifecycle,
  ...changes,
})

/** A Slurm cluster of a controller and four P5 nodes that provisioning_parameters.json describes; undefined removes a member. */
export const slurmPlan = (changes: Changes = {}): Plan =>
  requestedPlan({
    ClusterName: 'training',
    InstanceGroups: [group('controller', 'ml.m5.2xlarge', 1), group('worker-1', 'ml.p5.48xlarge', 4)],
    VpcConfig: placed,
    ...changes,
  })

const eksArn = `arn:aws:eks:us-west-2:${account}:cluster/prod`

/** A cluster of four P5 nodes on the EKS cluster `prod`; undefined removes a member. */
export const eksPlan = (changes: Changes = {}): Plan =>
  requestedPlan({
    ClusterName: 'training',
    Orchestrator: { Eks: { ClusterArn: eksArn } },
    InstanceGroups: [group('worker-1', 'ml.p5.48xlarge', 4)],
    VpcConfig: placed,
    ...changes,
  })

/** Private subnets in two zones; the one of the NAT gateway is not of the plan. */
export const subnetA = aSubnet()
export const subnetB = aSubnet({
  subnetId: 'subnet-0bbbbbbb',
  cidrBlock: '10.0.4.0/22',
  availabilityZone: 'us-west-2b',
  availabilityZoneId: 'usw2-az2',
})

/** Keyed as the facts are. */
export const subnetsOf = (...subnets: readonly Subnet[]): Facts['subnets'] =>
  Object.fromEntries(subnets.map((subnet) => [subnet.subnetId, subnet]))

export const everySubnet = ['subnet-0aaaaaaa', 'subnet-0bbbbbbb', 'subnet-0public0', 'subnet-0endpnt0']

export const toS3 = aRoute({ destination: 'pl-68a54001', target: { kind: 'vpc-endpoint', id: 'vpce-0gateway' } })
export const toNat = aRoute()

/** The route table of the nodes' subnets, with its local route before those given. */
export const privateTable = (routes: RouteTable['routes'], changes: Partial<RouteTable> = {}): RouteTable =>
  aRouteTable({ routeTableId: 'rtb-0private', isMain: false, subnetIds: ['subnet-0aaaaaaa', 'subnet-0bbbbbbb'], routes, ...changes })

export const publicTable = aRouteTable({
  routeTableId: 'rtb-0public0',
  isMain: false,
  subnetIds: ['subnet-0public0'],
  routes: [aRoute({ target: { kind: 'internet-gateway', id: 'igw-0aaaaaaa' } })],
})
const mainTable = aRouteTable({ routeTableId: 'rtb-0main000' })

/** All route tables of the VPC, with these routes in that of the nodes. */
export const routed = (...routes: RouteTable['routes']): Facts['routeTables'] => [mainTable, publicTable, privateTable(routes)]

/** The gateway endpoint of S3 on the nodes' route table. */
export const s3Gateway = aVpcEndpoint({ vpcEndpointId: 'vpce-0gateway', routeTableIds: ['rtb-0private'] })

/** The group of the nodes: itself, and the control plane of `prod`. */
export const nodeGroup = aSecurityGroup({
  ingress: [aPermission({ securityGroupIds: ['sg-0aaaaaaa'] }), aPermission({ securityGroupIds: ['sg-0eeeeeee'] })],
})
export const controlPlaneGroup = aSecurityGroup({
  securityGroupId: 'sg-0eeeeeee',
  ingress: [
    aPermission({ securityGroupIds: ['sg-0eeeeeee'] }),
    aPermission({ protocol: 'tcp', fromPort: 443, toPort: 443, ipv4Ranges: ['10.0.0.0/16'] }),
  ],
})

export const eks = anEksCluster({ arn: eksArn })

/** Every group but the first, the controller's, in a partition. */
const provisioning = ({ instanceGroups: [controller, ...workers] }: Plan): string =>
  JSON.stringify({
    version: '1.0.0',
    workload_manager: 'slurm',
    controller_group: controller?.name,
    worker_groups: workers.map(({ name }) => ({ instance_group_name: name, partition_name: 'dev' })),
  })

const folder: Pick<BucketPrefix, 'bucket' | 'prefix'> = { bucket, prefix: 'hyperpod/' }

/** A folder of lifecycle scripts in S3, with these files. */
export const scripted = (files: Readonly<Record<string, string>>, { bucket: name, prefix } = folder) => {
  const uri = `s3://${name}/${prefix}`
  const objects = Object.fromEntries(Object.keys(files).map((path) => [path, { size: 120, etag: '"e"' }]))
  return {
    bucketFolders: { [uri]: known({ bucket: name, prefix, objects }) },
    bucketScripts: bucketScriptsOf(files, uri),
    scriptSyntax: Object.fromEntries(
      Object.keys(files)
        .filter((path) => /\.(?:sh|py)$/.test(path))
        .map((path) => [
          `${uri}${path}`,
          known({
            interpreter: path.endsWith('.py') ? 'python3' : 'bash',
            parsed: { kind: 'accepted', openHereDocument: null } as const,
            shellcheck: known(null),
          }),
        ]),
    ),
  }
}

export const script = '#!/bin/bash\nset -euo pipefail\necho ready\n'

/** Everything that an account has in which the plan's nodes come up. Every fact of rules is in it: one that is new does not compile without. */
export const soundFacts = (plan: Plan): { readonly [K in Exclude<FactId, DiagnosisFact>]: Fact<Facts[K]> } => {
  const isEks = plan.orchestrator.kind === 'eks'
  const isLegacy = plan.orchestrator.kind === 'slurm' && plan.orchestrator.configuration === 'legacy'
  const types = [...new Set(plan.instanceGroups.flatMap(({ instanceTypes }) => instanceTypes))]
  const [source = folder] = plan.lifecycleSources
  const { bucket: name } = source
  const files = scripted({ 'on_create.sh': script, ...(isLegacy && { 'provisioning_parameters.json': provisioning(plan) }) }, source)
  return {
    bucketEncryptions: known({ [name]: known({ algorithm: 'AES256', kmsKeyId: null }) }),
    bucketFolders: known(files.bucketFolders),
    bucketOwners: known({ [name]: known('own') }),
    bucketPolicies: known({ [name]: known(null) }),
    bucketScripts: known(files.bucketScripts),
    buckets: known({ [name]: known({ kind: 'found', name, region: 'us-west-2' }) }),
    caller: known({ kind: 'role', name: 'deployer', arn: `arn:aws:iam::${account}:role/deployer`, permissionsBoundaryArn: null }),
    callerPolicies: known([{ ...aRolePolicy('AdministratorAccess', { Effect: 'Allow', Action: '*', Resource: '*' }), kind: 'attached' }]),
    callerSimulation: denied('iam:SimulatePrincipalPolicy'),
    dhcpOptions: known(someDhcpOptions()),
    eksAccessEntries: known(isEks ? [] : null),
    eksAddons: known(isEks ? ['vpc-cni', 'kube-proxy', 'coredns', 'eks-pod-identity-agent'] : null),
    eksCluster: known(isEks ? eks : null),
    eksSecurityGroups: known(isEks ? { 'sg-0eeeeeee': controlPlaneGroup } : {}),
    endpointSecurityGroups: known({}),
    endpointSubnets: known({}),
    fileSystemInterfaces: known({}),
    fileSystemSecurityGroups: known({}),
    fileSystems: known([]),
    hostedZones: known([]),
    routeInterfaces: known({}),
    transitGatewayAttachments: known([]),
    transitGatewayRoutes: known({}),
    transitSubnets: known({}),
    hyperPodChart: known({
      kind: 'looked',
      by: 'helm',
      context: 'prod',
      releases: [{ name: 'hyperpod-dependencies', namespace: 'kube-system', status: 'deployed', chart: 'hyperpod-helm-chart-0.1.0' }],
      agentNamespaces: null,
    }),
    hyperPodServiceRole: known(true),
    namedCluster: known(null),
    hyperPodUsage: known(aUsage()),
    identity: known({ kind: 'caller', account, arn: `arn:aws:sts::${account}:assumed-role/deployer/ci`, partition: 'aws' }),
    instanceTypeOfferings: known(Object.fromEntries(types.map((type) => [type, ['usw2-az1', 'usw2-az2']]))),
    instanceTypes: known(sizesOf(...types)),
    kmsGrants: known({}),
    kmsKeyPolicies: known({}),
    kmsKeys: known({}),
    machine: known(aMachine()),
    machineImages: known({}),
    natGateways: known([aNatGateway({ subnetId: 'subnet-0public0' })]),
    networkAcls: known([aNetworkAcl({ subnetIds: everySubnet })]),
    networkInterfaceCount: known(12),
    objectDigests: known({}),
    prefixLists: known({
      'pl-68a54001': known({
        prefixListId: 'pl-68a54001',
        name: 'com.amazonaws.us-west-2.s3',
        cidrBlocks: ['3.5.76.0/22', '52.218.128.0/17'],
      }),
    }),
    publicAccessBlocks: known({
      [name]: known({ blockPublicAcls: true, ignorePublicAcls: true, blockPublicPolicy: true, restrictPublicBuckets: true }),
    }),
    publicGrants: known({ [name]: known([]) }),
    publicPolicies: known({ [name]: known(null) }),
    quotaRequests: known([]),
    quotas: known(
      Object.fromEntries(
        demandedQuotas(plan).map(({ serviceCode, quotaName, quotaCode }) => [
          quotaName,
          known(aQuota({ serviceCode, quotaCode: quotaCode ?? 'L-00000000', name: quotaName, value: 10_000 })),
        ]),
      ),
    ),
    repositoryDigests: known(null),
    repositoryScripts: known(null),
    rolePolicies: known(policies(managedPolicy, networkPolicy)),
    roleSimulations: denied('iam:SimulatePrincipalPolicy'),
    roles: known({ HyperPodExecutionRole: known(aRole()) }),
    routeTables: known(routed(toS3, toNat)),
    scriptSyntax: known(files.scriptSyntax),
    securityGroups: known({ 'sg-0aaaaaaa': nodeGroup }),
    subnets: known(subnetsOf(subnetA, subnetB)),
    tools: known({
      aws: aFoundTool('aws-cli/2.33.0 Python/3.13.11 Linux/6.8.0 exe/x86_64.ubuntu.24'),
      'session-manager-plugin': aFoundTool('1.2.814.0'),
      hyp: aFoundTool('hyp version: 3.9.0'),
      kubectl: aFoundTool('Client Version: v1.33.4'),
      helm: aFoundTool('v3.19.0'),
      eksctl: aFoundTool('0.215.0'),
    }),
    trainingPlans: known({}),
    vpc: known(aVpc()),
    vpcCniAddon: known(isEks ? { name: 'vpc-cni', version: 'v1.20.4-eksbuild.1', status: 'ACTIVE', issues: [] } : null),
    vpcDns: known({ vpcId: 'vpc-0a1b2c3d', enableDnsHostnames: true, enableDnsSupport: true }),
    vpcEndpoints: known([s3Gateway]),
    vpcResources: known({ vpcs: 2, subnetsInVpc: 4, elasticIps: 1 }),
    vpcs: known([aVpc()]),
  }
}
