import type { ThresholdName } from '../model/plan.ts'

/** A whole number in a rule that is a matter of taste: teams may move it in their policy file. */
interface Threshold {
  /** What it means, and in which unit. */
  readonly description: string
  readonly default: number
  readonly least: number
  readonly most: number
}

/**
 * Every threshold. A /16 is the largest subnet, of which AWS keeps five addresses. HyperPod's Kubernetes versions are those of its
 * prerequisites page, read in July 2026.
 *
 * https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
 * https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-eks-prerequisites.html
 */
export const thresholdTable: Readonly<Record<ThresholdName, Threshold>> = {
  'spare-addresses': {
    description: 'free IPv4 addresses that each subnet has to keep beyond what the nodes take (network/subnet-capacity, and headroom)',
    default: 0,
    least: 0,
    most: 65_531,
  },
  'kubernetes-oldest-minor': {
    description: 'oldest minor version of Kubernetes 1 of the EKS cluster that is taken without a warning (eks/version): 30 means 1.30',
    default: 30,
    least: 20,
    most: 99,
  },
  'kubernetes-newest-minor': {
    description: 'newest minor version of Kubernetes 1 of the EKS cluster that is taken without a warning (eks/version): 35 means 1.35',
    default: 35,
    least: 20,
    most: 99,
  },
  'waiver-notice-days': {
    description: 'days before its last one from which a waiver is announced to lapse (policy/lapsing-waiver)',
    default: 14,
    least: 0,
    most: 365,
  },
}
