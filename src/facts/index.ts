import { bucketFolders, bucketScripts } from './bucket-scripts.ts'
import { bucketEncryptions, bucketOwners, publicAccessBlocks, publicGrants, publicPolicies } from './bucket-security.ts'
import { caller, callerPolicies, callerSimulation, hyperPodServiceRole } from './caller.ts'
import type { Collectors } from './collect.ts'
import { eksCluster, eksSecurityGroups } from './eks.ts'
import { eksAccessEntries } from './eks-access-entries.ts'
import { eksAddons, vpcCniAddon } from './eks-addons.ts'
import { fileSystemInterfaces, fileSystemSecurityGroups, fileSystems } from './fsx.ts'
import { hyperPodChart } from './helm-chart.ts'
import { rolePolicies, roles } from './iam.ts'
import { identity } from './identity.ts'
import { instanceTypeOfferings } from './instance-type-offerings.ts'
import { instanceTypes } from './instance-types.ts'
import { kmsGrants, kmsKeyPolicies, kmsKeys } from './kms.ts'
import { machine } from './machine.ts'
import { machineImages } from './machine-images.ts'
import { natGateways } from './nat-gateways.ts'
import { endpointSubnets, networkInterfaceCount, routeTables, subnets, vpc, vpcDns, vpcEndpoints, vpcResources, vpcs } from './network.ts'
import { networkAcls } from './network-acls.ts'
import { roleSimulations } from './policy-simulation.ts'
import { prefixLists } from './prefix-lists.ts'
import { quotaRequests } from './quota-requests.ts'
import { quotas } from './quotas.ts'
import { hyperPodUsage } from './sagemaker.ts'
import { objectDigests, repositoryDigests } from './script-digests.ts'
import { scriptSyntax } from './script-syntax.ts'
import { repositoryScripts } from './scripts.ts'
import { endpointSecurityGroups, securityGroups } from './security-groups.ts'
import { bucketPolicies, buckets } from './storage.ts'
import { tools } from './tools.ts'
import { trainingPlans } from './training-plans.ts'

/** How each fact is learned. */
export const collectors: Collectors = {
  identity,
  vpcs,
  vpc,
  vpcDns,
  subnets,
  routeTables,
  natGateways,
  networkAcls,
  vpcEndpoints,
  endpointSubnets,
  prefixLists,
  securityGroups,
  endpointSecurityGroups,
  vpcResources,
  instanceTypes,
  instanceTypeOfferings,
  trainingPlans,
  machineImages,
  quotas,
  quotaRequests,
  hyperPodUsage,
  networkInterfaceCount,
  roles,
  rolePolicies,
  caller,
  callerPolicies,
  callerSimulation,
  hyperPodServiceRole,
  roleSimulations,
  buckets,
  bucketPolicies,
  bucketOwners,
  bucketEncryptions,
  publicAccessBlocks,
  publicPolicies,
  publicGrants,
  bucketFolders,
  bucketScripts,
  kmsKeys,
  kmsKeyPolicies,
  kmsGrants,
  repositoryScripts,
  repositoryDigests,
  objectDigests,
  scriptSyntax,
  eksCluster,
  eksSecurityGroups,
  eksAddons,
  vpcCniAddon,
  eksAccessEntries,
  hyperPodChart,
  fileSystems,
  fileSystemInterfaces,
  fileSystemSecurityGroups,
  machine,
  tools,
}
