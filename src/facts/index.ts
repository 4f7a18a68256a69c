import { instanceTypeOfferings } from './capacity/instance-type-offerings.ts'
import { instanceTypes } from './capacity/instance-types.ts'
import { machineImages } from './capacity/machine-images.ts'
import { quotaRequests } from './capacity/quota-requests.ts'
import { quotas } from './capacity/quotas.ts'
import { hyperPodUsage, namedCluster } from './capacity/sagemaker.ts'
import { trainingPlans } from './capacity/training-plans.ts'
import { clusterEventFailures, clusterEvents } from './cluster/events.ts'
import { lifecycleLogs } from './cluster/lifecycle-logs.ts'
import { clusterNodes } from './cluster/nodes.ts'
import { eksCluster, eksSecurityGroups } from './eks/eks.ts'
import { eksAccessEntries } from './eks/eks-access-entries.ts'
import { eksAddons, vpcCniAddon } from './eks/eks-addons.ts'
import { hyperPodChart } from './eks/helm-chart.ts'
import type { Collectors } from './engine/collect.ts'
import { fileSystemInterfaces, fileSystemSecurityGroups, fileSystems } from './fsx.ts'
import { caller, callerPolicies, callerSimulation, hyperPodServiceRole } from './iam/caller.ts'
import { rolePolicies, roles } from './iam/iam.ts'
import { identity } from './iam/identity.ts'
import { kmsGrants, kmsKeyPolicies, kmsKeys } from './iam/kms.ts'
import { roleSimulations } from './iam/role-simulations.ts'
import { machine } from './machine/machine.ts'
import { scriptSyntax } from './machine/script-syntax.ts'
import { repositoryScripts } from './machine/scripts.ts'
import { tools } from './machine/tools.ts'
import { dhcpOptions, hostedZones } from './network/name-resolution.ts'
import { natGateways } from './network/nat-gateways.ts'
import { endpointSubnets, networkInterfaceCount, routeTables, subnets, vpc, vpcDns, vpcResources, vpcs } from './network/network.ts'
import { networkAcls } from './network/network-acls.ts'
import { prefixLists } from './network/prefix-lists.ts'
import { routeInterfaces, transitGatewayAttachments, transitGatewayRoutes, transitSubnets } from './network/routers.ts'
import { endpointSecurityGroups, securityGroups } from './network/security-groups.ts'
import { vpcEndpoints } from './network/vpc-endpoints.ts'
import { bucketFolders, bucketScripts } from './s3/bucket-scripts.ts'
import { bucketEncryptions, bucketOwners, publicAccessBlocks, publicGrants, publicPolicies } from './s3/bucket-security.ts'
import { objectDigests, repositoryDigests } from './s3/script-digests.ts'
import { bucketPolicies, buckets } from './s3/storage.ts'

/** How each fact is learned. */
export const collectors: Collectors = {
  identity,
  vpcs,
  vpc,
  vpcDns,
  dhcpOptions,
  hostedZones,
  subnets,
  routeTables,
  natGateways,
  networkAcls,
  vpcEndpoints,
  endpointSubnets,
  transitGatewayAttachments,
  transitGatewayRoutes,
  transitSubnets,
  routeInterfaces,
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
  namedCluster,
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
  clusterNodes,
  clusterEvents,
  clusterEventFailures,
  lifecycleLogs,
}
