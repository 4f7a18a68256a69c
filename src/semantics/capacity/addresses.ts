import type { InstanceType } from '../../model/facts/capacity.ts'
import type { EksCluster } from '../../model/facts/eks.ts'
import type { Facts } from '../../model/facts.ts'
import type { InstanceGroup, Plan } from '../../model/plan.ts'

/** How nodes take IPv4 addresses: under EKS the pods' addresses come on top. */
export type AddressModel = 'slurm' | 'eks'

/** Where the plan does not say which orchestrator it is, EKS: it takes more addresses on every type. */
export const addressModelOf = ({ orchestrator }: Plan): AddressModel => (orchestrator.kind === 'slurm' ? 'slurm' : 'eks')

/**
 * IPv4 addresses that one node takes in its subnet.
 *
 * Each network card has one network interface. With Slurm an interface takes one address; types without EFA have a single interface.
 * With EKS the first interface takes all the addresses it can hold, for the pods. EFA-only interfaces take no address, and the first
 * interface is never one.
 *
 * AWS states the result for P5 (32 and 81); the formula gives it, and gives the "max pods" of AWS's table for the other types.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites.html
 */
export const addressesPerNode = (type: InstanceType, model: AddressModel, interfaceType: InstanceGroup['interfaceType'] = null): number => {
  const interfaces = type.efaSupported || model === 'eks' ? type.networkCards : 1
  const others = interfaceType === 'efa-only' ? 0 : interfaces - 1
  return (model === 'eks' ? type.ipv4AddressesPerInterface : 1) + others
}

/**
 * Types with the IPv4 addresses that they take in this EKS cluster: pods of one for IPv6 take none, and an interface keeps its first.
 * https://docs.aws.amazon.com/eks/latest/userguide/cni-ipv6.html
 */
export const typesUnder = (types: Facts['instanceTypes'], cluster: EksCluster | null): Facts['instanceTypes'] =>
  cluster?.ipFamily === 'ipv6' ? withoutPods(types) : types

/** Types whose pods take no IPv4 address. */
export const withoutPods = (types: Facts['instanceTypes']): Facts['instanceTypes'] =>
  Object.fromEntries(Object.entries(types).map(([name, type]) => [name, type && { ...type, ipv4AddressesPerInterface: 1 }]))

/**
 * Pods that a HyperPod node holds under EKS: those of its one network interface for pods, whose first address is the node's own. It is
 * the "max pods" of AWS's table for every type that was compared.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-eks-prerequisites.html
 */
export const podsPerNode = ({ ipv4AddressesPerInterface }: InstanceType): number => ipv4AddressesPerInterface - 1

/** Addresses of every subnet that AWS keeps: the first four and the last. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSubnet.html */
const reservedAddresses = 5
const largestSubnet = 16
const smallestSubnet = 28

/** IPv4 addresses of an empty subnet that can be used: 251 for a prefix length of 24. */
export const usableAddresses = (prefixLength: number): number => 2 ** (32 - prefixLength) - reservedAddresses

/** Prefix length of the smallest subnet that AWS allows (/16 to /28) and that holds so many addresses when empty; null where none does. */
export const smallestPrefix = (addresses: number): number | null => {
  for (let prefixLength = smallestSubnet; prefixLength >= largestSubnet; prefixLength -= 1) {
    if (usableAddresses(prefixLength) >= addresses) return prefixLength
  }
  return null
}

/** What one group takes of the subnet that its nodes are placed in. */
export interface GroupDemand {
  readonly group: InstanceGroup
  /** Of the types of the group whose size is known, the one that takes most; null where none is known. */
  readonly instanceType: string | null
  readonly addressesPerNode: number
  /** All nodes that the group wants, each of that type; a lower bound where a type is unknown. */
  readonly addresses: number
  /** The least that the request lets the group come up with: MinInstanceCount nodes of the type that takes fewest. */
  readonly leastAddresses: number
  /** Types of the group that neither the catalog nor EC2 knows. */
  readonly unknownTypes: readonly string[]
}

/**
 * What the nodes of a group take, wherever they are placed. HyperPod starts a group with any of its types, and takes one for in service
 * that has its MinInstanceCount of nodes. A type of unknown size counts as nothing.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ClusterInstanceGroupSpecification.html
 */
export const groupDemand = (
  group: InstanceGroup,
  types: Readonly<Record<string, InstanceType | null>>,
  model: AddressModel,
): GroupDemand => {
  let largest: { readonly instanceType: string | null; readonly addressesPerNode: number } = { instanceType: null, addressesPerNode: 0 }
  let smallest = Number.POSITIVE_INFINITY
  const unknownTypes: string[] = []
  for (const instanceType of group.instanceTypes) {
    const type = types[instanceType] ?? null
    if (type === null) {
      unknownTypes.push(instanceType)
      continue
    }
    const addresses = addressesPerNode(type, model, group.interfaceType)
    smallest = Math.min(smallest, addresses)
    if (addresses > largest.addressesPerNode) largest = { instanceType, addressesPerNode: addresses }
  }
  const leastNodes = Math.min(group.instanceCount, group.minInstanceCount ?? group.instanceCount)
  return {
    group,
    ...largest,
    addresses: largest.addressesPerNode * group.instanceCount,
    leastAddresses: unknownTypes.length > 0 || largest.instanceType === null ? 0 : smallest * leastNodes,
    unknownTypes,
  }
}
