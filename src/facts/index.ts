import { bucketFolders, bucketScripts } from './bucket-scripts.ts'
import type { Collectors } from './collect.ts'
import { eksCluster } from './eks.ts'
import { fileSystems } from './fsx.ts'
import { rolePolicies, roles } from './iam.ts'
import { identity } from './identity.ts'
import { instanceTypeOfferings } from './instance-type-offerings.ts'
import { instanceTypes } from './instance-types.ts'
import {
  endpointSecurityGroups,
  networkInterfaceCount,
  routeTables,
  securityGroups,
  subnets,
  vpc,
  vpcDns,
  vpcEndpoints,
  vpcResources,
  vpcs,
} from './network.ts'
import { quotaRequests } from './quota-requests.ts'
import { quotas } from './quotas.ts'
import { hyperPodUsage } from './sagemaker.ts'
import { repositoryScripts } from './scripts.ts'
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
  vpcEndpoints,
  securityGroups,
  endpointSecurityGroups,
  vpcResources,
  instanceTypes,
  instanceTypeOfferings,
  trainingPlans,
  quotas,
  quotaRequests,
  hyperPodUsage,
  networkInterfaceCount,
  roles,
  rolePolicies,
  buckets,
  bucketPolicies,
  bucketFolders,
  bucketScripts,
  repositoryScripts,
  eksCluster,
  fileSystems,
  tools,
}
