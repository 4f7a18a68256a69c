/**
 * How much a node depends on reaching something. `required`: without it the nodes of a cluster do not come up. `useful`: they do, but
 * something that people rely on later is missing. `legacy`: only old agents still ask for it.
 */
export type Need = 'required' | 'useful' | 'legacy'

/** The heaviest first. */
export const needs: readonly Need[] = ['required', 'useful', 'legacy']

/** Something in AWS that nodes call at its ordinary name, on TCP 443. */
export interface NodeDemand {
  /** How reports name it. */
  readonly to: string
  /** As the name of its endpoint ends: `ecr.api` of `com.amazonaws.us-west-2.ecr.api`; null for the API server of the plan's EKS cluster. */
  readonly service: string | null
  /** What nodes use it for, to be read after "for". */
  readonly purpose: string
  /** By kind of cluster; null where nodes of that kind do not call it. `restricted` adds what restricted instance groups call besides. */
  readonly need: { readonly eks: Need | null; readonly restricted: Need | null; readonly slurm: Need | null }
  /** Web addresses of the facts. */
  readonly sources: readonly string[]
}

/** Day on which the sources were read. */
export const nodeDemandsDate = '2026-11-23'

/** AWS's own template of a HyperPod cluster on EKS without a way to the internet. */
const closedNetwork =
  'https://github.com/awslabs/awsome-distributed-ai/blob/main/1.architectures/7.sagemaker-hyperpod-eks/terraform-modules/hyperpod-eks-tf/modules/vpc_endpoints/main.tf'
const systemsManager = 'https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-create-vpc.html'
const privateClusters = 'https://docs.aws.amazon.com/eks/latest/userguide/private-clusters.html'
const prerequisites = 'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites.html'
const prerequisitesIam = 'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites-iam.html'

/** Only where a group of the placement runs lifecycle scripts. */
export const lifecycleScripts = 'S3'
/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html#ecr-setting-up-s3-gateway */
export const imageLayers = 'S3 image layers'
export const apiServer = 'EKS API server'

const onEks = { eks: 'required', restricted: null, slurm: null } as const
const logIn = { eks: 'useful', restricted: null, slurm: 'useful' } as const
const onRestricted = { eks: null, restricted: 'required', slurm: null } as const

const row = (to: string, purpose: string, need: NodeDemand['need'], ...sources: readonly string[]): NodeDemand => ({
  to,
  service: to,
  purpose,
  need,
  sources,
})

/** What nodes must reach. AWS publishes no list for Slurm: what stands there is what the agents on every node write to and are reached by. */
export const nodeDemands: readonly NodeDemand[] = [
  {
    to: lifecycleScripts,
    service: 's3',
    purpose: 'lifecycle scripts',
    need: { eks: 'required', restricted: null, slurm: 'required' },
    sources: [prerequisites],
  },
  {
    to: imageLayers,
    service: 's3',
    purpose: 'image layers of Amazon ECR',
    need: onEks,
    sources: ['https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html'],
  },
  {
    to: apiServer,
    service: null,
    purpose: 'joining the Kubernetes cluster',
    need: onEks,
    sources: ['https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html'],
  },
  row('ec2', 'the VPC CNI, which gives pods their addresses', onEks, closedNetwork, privateClusters),
  row('ecr.api', 'signing in to the image registry', onEks, closedNetwork, privateClusters),
  row('ecr.dkr', 'pulling images', onEks, closedNetwork, privateClusters),
  row('sts', 'credentials of roles', onEks, closedNetwork, privateClusters),
  row('logs', 'CloudWatch Logs', { eks: 'required', restricted: null, slurm: 'useful' }, closedNetwork, prerequisitesIam),
  row('monitoring', 'CloudWatch metrics', { eks: 'required', restricted: null, slurm: 'useful' }, closedNetwork, prerequisitesIam),
  row('ssm', 'logging in through Systems Manager', logIn, closedNetwork, systemsManager),
  row('ssmmessages', 'sessions of Systems Manager', logIn, closedNetwork, systemsManager),
  row(
    'ec2messages',
    'Systems Manager agents of older versions',
    { eks: 'legacy', restricted: null, slurm: null },
    closedNetwork,
    systemsManager,
  ),
  row('eks-auth', 'EKS Pod Identity', { eks: 'useful', restricted: null, slurm: null }, closedNetwork),
  row('lambda', 'restricted instance groups', onRestricted, closedNetwork),
  row('sqs', 'restricted instance groups', onRestricted, closedNetwork),
]

/** The names of every service that nodes call. */
export const nodeServiceNames: readonly string[] = [...new Set(nodeDemands.flatMap(({ service }) => service ?? []))]
