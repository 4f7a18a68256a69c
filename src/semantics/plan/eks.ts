import type { EksCluster } from '../../model/facts/eks.ts'
import type { EksClusterReference, Plan } from '../../model/plan.ts'

/** The EKS cluster of the plan, or the reason why rules about it are skipped, as a sentence. */
export const eksClusterOf = ({ orchestrator }: Plan): EksClusterReference | string => {
  if (orchestrator.kind === 'slurm') return 'The plan is for Slurm: no EKS cluster is involved.'
  if (orchestrator.kind === 'unstated') return 'Neither the request nor the inputs say that the orchestrator is EKS.'
  return (
    orchestrator.cluster ??
    'The plan names no EKS cluster, and CreateCluster takes none without: give eks-cluster, or Orchestrator.Eks.ClusterArn in the request.'
  )
}

/**
 * Security groups of the network interfaces that EKS puts into the cluster's subnets for its control plane: the one that EKS made, then
 * those that the user added. https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html
 */
export const controlPlaneGroups = ({ clusterSecurityGroupId, securityGroupIds }: EksCluster): readonly string[] => [
  ...new Set([...(clusterSecurityGroupId === null ? [] : [clusterSecurityGroupId]), ...securityGroupIds]),
]
