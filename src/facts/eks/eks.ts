import { type Cluster, ClusterStatus, DescribeClusterCommand, IpFamily, ResourceNotFoundException } from '@aws-sdk/client-eks'
import type { EksCluster } from '../../model/facts/eks.ts'
import { controlPlaneGroups } from '../../semantics/plan/eks.ts'
import { cidr, field, forms, matching, oneOf } from '../engine/answer.ts'
import { type Context, defineCollector } from '../engine/collect.ts'
import { furtherSecurityGroups } from '../network/security-groups.ts'

/**
 * The plan's EKS cluster. One whose ARN names another Region is not asked for, and one of the same name but another ARN is not it:
 * both are absent here.
 * https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeCluster.html
 */
export const eksCluster = defineCollector({
  id: 'eksCluster',
  needs: [],
  actions: ['eks:DescribeCluster'],
  collect: async ({ plan, clients }: Context): Promise<EksCluster | null> => {
    const reference = plan.orchestrator.kind === 'eks' ? plan.orchestrator.cluster : null
    if (reference === null || (reference.region !== null && reference.region !== plan.region)) return null
    try {
      const answer = await clients.eks.send(new DescribeClusterCommand({ name: reference.name }))
      const cluster = toEksCluster(field(answer, 'cluster'))
      if (cluster.name !== reference.name) throw new Error(`the answer is about ${cluster.name}, asked for was ${reference.name}`)
      return reference.arn === null || reference.arn === cluster.arn ? cluster : null
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return null
      throw error
    }
  },
})

const toEksCluster = (cluster: Cluster): EksCluster => {
  const network = field(cluster, 'resourcesVpcConfig')
  return {
    name: field(cluster, 'name'),
    arn: matching(cluster, 'arn', forms.arn),
    status: oneOf(cluster, 'status', Object.values(ClusterStatus)),
    version: matching(cluster, 'version', /^\d+\.\d+$/),
    authenticationMode: cluster.accessConfig?.authenticationMode ?? null,
    vpcId: network.vpcId ?? null,
    subnetIds: network.subnetIds ?? [],
    clusterSecurityGroupId: network.clusterSecurityGroupId ?? null,
    securityGroupIds: network.securityGroupIds ?? [],
    endpointPublicAccess: network.endpointPublicAccess ?? null,
    endpointPrivateAccess: network.endpointPrivateAccess ?? null,
    publicAccessCidrs: (network.publicAccessCidrs ?? []).map((block) => cidr({ publicAccessCidrs: block }, 'publicAccessCidrs')),
    endpoint: cluster.endpoint ?? null,
    autoMode: cluster.computeConfig?.enabled ?? null,
    ...(cluster.kubernetesNetworkConfig?.ipFamily !== undefined && {
      ipFamily: oneOf(cluster.kubernetesNetworkConfig, 'ipFamily', Object.values(IpFamily)),
    }),
  }
}

/** The groups that the control plane's network interfaces carry. */
export const eksSecurityGroups = defineCollector({
  id: 'eksSecurityGroups',
  needs: ['eksCluster', 'securityGroups'],
  actions: ['ec2:DescribeSecurityGroups'],
  collect: async ({ clients }: Context, get) => {
    const cluster = await get('eksCluster')
    return furtherSecurityGroups(clients, cluster === null ? [] : controlPlaneGroups(cluster), () => get('securityGroups'))
  },
})
