import type { InstanceGroup, Plan } from '../model/plan.ts'
import catalog from './quotas.json' with { type: 'json' }

/**
 * Names of quotas, spelt as Service Quotas spells them: they are matched exactly, unless the code of one leads to it under another name.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites.html
 */
export const quotaNames = {
  instancesPerCluster: 'Maximum number instances allowed per SageMaker HyperPod cluster',
  totalInstances: 'Total number of instances allowed across SageMaker HyperPod clusters',
  spotInstancesPerCluster: 'Maximum number Spot instances allowed per SageMaker HyperPod cluster',
  totalSpotInstances: 'Total number of Spot instances allowed across SageMaker HyperPod clusters',
  ebsVolumeSize: 'Maximum size of EBS volume in GB for a SageMaker HyperPod cluster instance',
  onDemandP: 'Running On-Demand P instances',
  onDemandTrn: 'Running On-Demand Trn instances',
  elasticIps: 'EC2-VPC Elastic IPs',
  vpcs: 'VPCs per Region',
  subnetsPerVpc: 'Subnets per VPC',
  networkInterfaces: 'Network interfaces per Region',
  gp3Storage: 'Storage for General Purpose SSD (gp3) volumes, in TiB',
} as const

export type ClusterUsageQuotaName = `${string} for cluster usage`
export type SpotUsageQuotaName = `${string} for cluster spot instance usage`
type QuotaName = (typeof quotaNames)[keyof typeof quotaNames] | ClusterUsageQuotaName | SpotUsageQuotaName

/** Where Service Quotas keeps a quota. `quotaCode` is null where no published list has it: it is then found by its name. */
export interface QuotaReference {
  readonly serviceCode: string
  readonly quotaName: string
  readonly quotaCode: string | null
}

/** Lists of quota codes, each with the day it was last seen to hold and the pages it was read from. */
export const quotaLists: readonly {
  readonly serviceCode: string
  readonly date: string
  readonly sources: readonly string[]
  readonly quotas: readonly { readonly name: string; readonly code: string }[]
}[] = catalog.lists

const codes = new Map(
  quotaLists.flatMap(({ serviceCode, quotas }) => quotas.map(({ name, code }) => [name, { serviceCode, quotaCode: code }])),
)

const irregularStems: ReadonlyMap<string, string> = new Map(Object.entries(catalog.irregularClusterUsageStems))

/**
 * Name of the quota of on-demand nodes of one type (`ml.p5.48xlarge`) in all HyperPod clusters of an account in a Region together.
 * AWS spells a few otherwise than their type.
 */
export const clusterUsageQuota = (instanceType: string): ClusterUsageQuotaName =>
  `${irregularStems.get(instanceType) ?? instanceType} for cluster usage`

/**
 * Name of the quota of Spot nodes of one type in all HyperPod clusters of an account in a Region together. Published lists have few of
 * their codes, so most are found by name.
 */
export const spotUsageQuota = (instanceType: string): SpotUsageQuotaName => `${instanceType} for cluster spot instance usage`

/** Where to ask for a quota. Names outside the lists are SageMaker's, of instance types that are newer than they are or as Spot. */
export const quotaReference = (quotaName: string): QuotaReference => {
  const known = codes.get(quotaName)
  return { serviceCode: known?.serviceCode ?? 'sagemaker', quotaName, quotaCode: known?.quotaCode ?? null }
}

/** Whether the nodes of a group draw on the quotas of on-demand nodes: Spot nodes have quotas of their own, and no nodes draw on none. */
export const drawsOnDemand = (group: InstanceGroup): boolean => group.capacity === 'on-demand' && group.instanceCount > 0

export const drawsSpot = (group: InstanceGroup): boolean => group.capacity === 'spot' && group.instanceCount > 0

/** Whether the nodes of a group are placed in a VPC of the account, where they take network interfaces; without one, the service has its own. */
export const drawsNetworkInterfaces = (group: InstanceGroup, plan: Plan): boolean =>
  group.instanceCount > 0 && (plan.vpcId !== null || (group.overrideVpcConfig ?? plan.vpcConfig) !== null)

/** EC2's On-Demand quotas that the checklist lists, and the types that each one covers. */
export const ec2Families = [
  { family: 'P', quotaName: quotaNames.onDemandP, covers: /^ml\.p\d/ },
  { family: 'Trn', quotaName: quotaNames.onDemandTrn, covers: /^ml\.trn\d/ },
] as const

/**
 * The quotas that the rules read for this plan, each once. Service Quotas answers five requests a second, so nothing is asked for
 * that no rule reads.
 */
export const demandedQuotas = (plan: Plan): readonly QuotaReference[] => {
  const { instanceGroups } = plan
  const types = new Set(instanceGroups.filter(drawsOnDemand).flatMap((group) => group.instanceTypes))
  const spotTypes = new Set(instanceGroups.filter(drawsSpot).flatMap((group) => group.instanceTypes))
  const sized: readonly QuotaName[] = [
    ...[...types].map(clusterUsageQuota),
    ...[...spotTypes].map(spotUsageQuota),
    quotaNames.instancesPerCluster,
    quotaNames.totalInstances,
    ...(spotTypes.size > 0 ? [quotaNames.spotInstancesPerCluster, quotaNames.totalSpotInstances] : []),
    quotaNames.ebsVolumeSize,
    ...(instanceGroups.some((group) => drawsNetworkInterfaces(group, plan)) ? [quotaNames.networkInterfaces] : []),
    ...ec2Families.filter(({ covers }) => [...types].some((type) => covers.test(type))).map(({ quotaName }) => quotaName),
    quotaNames.gp3Storage,
  ]
  const always: readonly QuotaName[] = [quotaNames.vpcs, quotaNames.subnetsPerVpc, quotaNames.elasticIps]
  return [...new Set([...(instanceGroups.length > 0 ? sized : []), ...always])].map(quotaReference)
}
