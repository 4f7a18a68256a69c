/** An AWS service that nodes call at its ordinary name, and that an interface endpoint serves where they have no way to the internet. */
export interface NodeService {
  /** As the name of its endpoint ends: `ecr.api` of `com.amazonaws.us-west-2.ecr.api`. */
  readonly service: string
  /** What nodes use it for, to be read after "for". */
  readonly purpose: string
  /**
   * `create`: without it, the nodes of a cluster do not come up. `operate`: they do, but something that people rely on later is missing.
   * `legacy`: only old agents still ask for it.
   */
  readonly need: 'create' | 'operate' | 'legacy'
}

/** Services that nodes of one kind call. */
export interface NodeServices {
  /** Day on which the sources were read, YYYY-MM-DD. */
  readonly date: string
  readonly sources: readonly string[]
  readonly services: readonly NodeService[]
}

const date = '2026-11-23'

/** AWS's own template of a HyperPod cluster on EKS without a way to the internet. */
const closedNetwork =
  'https://github.com/awslabs/awsome-distributed-ai/blob/main/1.architectures/7.sagemaker-hyperpod-eks/terraform-modules/hyperpod-eks-tf/modules/vpc_endpoints/main.tf'
const systemsManager = 'https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-create-vpc.html'

const logIn: readonly NodeService[] = [
  { service: 'ssm', purpose: 'logging in through Systems Manager', need: 'operate' },
  { service: 'ssmmessages', purpose: 'sessions of Systems Manager', need: 'operate' },
]

/** S3 is not among them: `network/s3-route` judges the way there. */
export const eksNodeServices: NodeServices = {
  date,
  sources: [closedNetwork, 'https://docs.aws.amazon.com/eks/latest/userguide/private-clusters.html', systemsManager],
  services: [
    { service: 'ec2', purpose: 'the VPC CNI, which gives pods their addresses', need: 'create' },
    { service: 'ecr.api', purpose: 'signing in to the image registry', need: 'create' },
    { service: 'ecr.dkr', purpose: 'pulling images', need: 'create' },
    { service: 'sts', purpose: 'credentials of roles', need: 'create' },
    { service: 'logs', purpose: 'CloudWatch Logs', need: 'create' },
    { service: 'monitoring', purpose: 'CloudWatch metrics', need: 'create' },
    ...logIn,
    { service: 'ec2messages', purpose: 'Systems Manager agents of older versions', need: 'legacy' },
    { service: 'eks-auth', purpose: 'EKS Pod Identity', need: 'operate' },
  ],
}

/** What restricted instance groups call besides: they exist on EKS only. */
export const restrictedNodeServices: NodeServices = {
  date,
  sources: [closedNetwork],
  services: [
    { service: 'lambda', purpose: 'restricted instance groups', need: 'create' },
    { service: 'sqs', purpose: 'restricted instance groups', need: 'create' },
  ],
}

/** AWS publishes no list for Slurm. These are what the agents on every node write to and are reached by. */
export const slurmNodeServices: NodeServices = {
  date,
  sources: ['https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites-iam.html', systemsManager],
  services: [
    { service: 'logs', purpose: 'CloudWatch Logs, where lifecycle scripts report', need: 'operate' },
    { service: 'monitoring', purpose: 'CloudWatch metrics', need: 'operate' },
    ...logIn,
  ],
}

/** Every list of services. */
export const nodeServiceLists: readonly NodeServices[] = [eksNodeServices, restrictedNodeServices, slurmNodeServices]
