import { demandedQuotas, drawsNetworkInterfaces } from '../../catalog/quotas.ts'
import type { FactId } from '../../model/facts.ts'
import type { Plan } from '../../model/plan.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import { plannedTrainingPlans } from '../../semantics/capacity/training-plans.ts'
import { mayNameFileSystems, mayScriptFileSystems } from '../../semantics/lifecycle/provisioned-file-systems.ts'
import { vpcIdOf } from '../../semantics/network/vpc.ts'
import { lifecycleFolders, repositoryEntryPoints } from '../../semantics/plan/lifecycle-folders.ts'
import { plannedSecurityGroupIds, plannedSubnetIds } from '../../semantics/plan/placement.ts'
import { folderUri } from '../../semantics/plan/s3-uri.ts'
import { isAwsAlias, namedKeys } from '../../semantics/policies/kms.ts'
import { concernedTools } from '../../semantics/tools/tools.ts'

/**
 * What of a plan a fact is learned about. `once`: one answer, which holds for every plan with the same `about`. `each`: an answer for
 * each key, which holds for every plan that asks about that key, where `about` is the same too. Both are compared as JSON. `item`: how
 * the fact says of one key that it is not known; `none` where it cannot, and is not known as a whole.
 */
export type Asked =
  | { readonly kind: 'once'; readonly about: unknown }
  | { readonly kind: 'each'; readonly keys: readonly string[]; readonly about: unknown; readonly item: Item }

type Item = 'fact' | 'unread' | 'instance-type' | 'none'

type Known = Snapshot['facts']

const once =
  (about: (plan: Plan, known: Known) => unknown) =>
  (plan: Plan, known: Known): Asked => ({ kind: 'once', about: about(plan, known) })

const each =
  (keys: (plan: Plan, known: Known) => readonly string[], item: Item = 'fact', about: (plan: Plan) => unknown = () => null) =>
  (plan: Plan, known: Known): Asked => ({ kind: 'each', keys: [...new Set(keys(plan, known))], about: about(plan), item })

/** The same for every plan, or nothing but what the facts say that it builds on. */
const always = once(() => null)

const plannedVpc = (plan: Plan, { subnets }: Known): unknown =>
  vpcIdOf(plan, subnets?.ok === true ? subnets.value : {}) ?? plannedSubnetIds(plan)

const types = (plan: Plan): readonly string[] => plan.instanceGroups.flatMap(({ instanceTypes }) => instanceTypes)
const bucketsOf = (plan: Plan): readonly string[] => plan.lifecycleSources.map(({ bucket }) => bucket)
const folders = (plan: Plan): readonly string[] => plan.lifecycleSources.map(folderUri)
const executionRoles = (plan: Plan): readonly string[] => plan.executionRoles.map(({ name }) => name)
const ofCluster = once(({ clusterName }) => clusterName)
const ofVpc = once(plannedVpc)
const ofEks = once(({ orchestrator }) =>
  orchestrator.kind === 'eks' && orchestrator.cluster !== null ? (orchestrator.cluster.arn ?? orchestrator.cluster.name) : null,
)

const ofKeys = each((plan, known) => {
  const nothing = { ok: true, value: {} } as const
  return namedKeys(plan, known.bucketEncryptions ?? nothing, known.bucketScripts ?? nothing).filter((name) => !isAwsAlias(name))
})

/** What the nodes of a plan do, whatever their number and the names of their groups. */
const doings = ({ orchestrator, vpcId, vpcConfig, instanceGroups, nodeRole, executionRoles: roles, lifecycleSources }: Plan): unknown => [
  orchestrator.kind === 'eks' ? orchestrator.cluster?.name : orchestrator.kind,
  vpcId,
  [vpcConfig?.subnetIds, vpcConfig?.securityGroupIds],
  nodeRole?.name,
  roles.map(({ name, arn }) => [name, arn]),
  lifecycleSources.map(folderUri),
  [
    ...new Set(
      instanceGroups.map(({ executionRole, overrideVpcConfig, lifecycle, instanceTypes, ebsVolumes, interfaceType, imageId }) =>
        JSON.stringify([
          executionRole,
          [overrideVpcConfig?.subnetIds, overrideVpcConfig?.securityGroupIds],
          lifecycle.mode === 'ami' ? null : [lifecycle.mode, lifecycle.script, lifecycle.source && folderUri(lifecycle.source)],
          instanceTypes,
          ebsVolumes.map(({ kmsKeyId }) => kmsKeyId),
          [interfaceType, imageId],
        ]),
      ),
    ),
  ].sort(),
]

/** What of a plan each fact is learned about, beyond the facts that its collector builds on. */
export const asked: { readonly [K in FactId]: (plan: Plan, known: Known) => Asked } = {
  identity: always,
  vpcs: always,
  vpc: ofVpc,
  vpcDns: ofVpc,
  dhcpOptions: ofVpc,
  hostedZones: ofVpc,
  transitGatewayAttachments: ofVpc,
  transitGatewayRoutes: ofVpc,
  transitSubnets: ofVpc,
  routeInterfaces: ofVpc,
  subnets: each(plannedSubnetIds, 'unread'),
  routeTables: ofVpc,
  natGateways: ofVpc,
  networkAcls: ofVpc,
  vpcEndpoints: ofVpc,
  endpointSubnets: ofVpc,
  prefixLists: ofVpc,
  securityGroups: each(plannedSecurityGroupIds, 'unread'),
  endpointSecurityGroups: ofVpc,
  vpcResources: ofVpc,
  instanceTypes: each(types, 'instance-type'),
  instanceTypeOfferings: each(types, 'none'),
  trainingPlans: each((plan) => plannedTrainingPlans(plan).map(({ key }) => key)),
  machineImages: each((plan) => plan.instanceGroups.flatMap(({ imageId }) => imageId ?? []), 'none'),
  quotas: each((plan) => demandedQuotas(plan).map(({ quotaName }) => quotaName)),
  quotaRequests: each((plan) => demandedQuotas(plan).map(({ quotaName }) => quotaName), 'none'),
  namedCluster: ofCluster,
  hyperPodUsage: always,
  networkInterfaceCount: once((plan) => plan.instanceGroups.some((group) => drawsNetworkInterfaces(group, plan))),
  roles: each((plan) => [...executionRoles(plan), ...(plan.nodeRole === null ? [] : [plan.nodeRole.name])]),
  rolePolicies: each(executionRoles),
  roleSimulations: each(executionRoles, 'fact', doings),
  caller: always,
  callerPolicies: always,
  callerSimulation: once((plan) => [doings(plan), plan.clusterName]),
  hyperPodServiceRole: always,
  buckets: each(bucketsOf),
  bucketPolicies: each(bucketsOf),
  bucketOwners: each(bucketsOf),
  bucketEncryptions: each(bucketsOf),
  publicAccessBlocks: each(bucketsOf),
  publicPolicies: each(bucketsOf),
  publicGrants: each(bucketsOf),
  bucketFolders: each(folders),
  bucketScripts: each(folders, 'fact', (plan) =>
    lifecycleFolders(plan).map(({ uri, entryPoints }) => [uri, entryPoints.map(({ script }) => script)]),
  ),
  kmsKeys: ofKeys,
  kmsKeyPolicies: ofKeys,
  kmsGrants: ofKeys,
  repositoryScripts: once((plan) => [plan.lifecycleScripts, repositoryEntryPoints(plan).map(({ script }) => script)]),
  repositoryDigests: once((plan) => [plan.lifecycleScripts, folders(plan)]),
  objectDigests: each(folders, 'fact', ({ lifecycleScripts }) => lifecycleScripts),
  scriptSyntax: once((plan) => [plan.lifecycleScripts, repositoryEntryPoints(plan).map(({ script }) => script), folders(plan)]),
  eksCluster: ofEks,
  eksSecurityGroups: ofEks,
  eksAddons: ofEks,
  vpcCniAddon: ofEks,
  eksAccessEntries: ofEks,
  hyperPodChart: ofEks,
  fileSystems: once(mayNameFileSystems),
  fileSystemInterfaces: once((plan) => [
    mayScriptFileSystems(plan),
    plan.fileSystems.map(({ fileSystemId, dnsName }) => [fileSystemId, dnsName]),
  ]),
  fileSystemSecurityGroups: always,
  machine: always,
  tools: each(concernedTools),
  clusterNodes: ofCluster,
  clusterEvents: ofCluster,
  clusterEventFailures: ofCluster,
  lifecycleLogs: ofCluster,
}
