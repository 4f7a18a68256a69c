import type { EksCluster } from '../../model/facts/eks.ts'
import type { Subnet } from '../../model/facts/network.ts'
import type { Facts } from '../../model/facts.ts'
import type { Fix, Outcome } from '../../model/finding.ts'
import type { Location, Plan } from '../../model/plan.ts'
import { addressModelOf, type GroupDemand, smallestPrefix, typesUnder, withoutPods } from '../../semantics/capacity/addresses.ts'
import { type SubnetDemand, subnetDemands } from '../../semantics/capacity/packing.ts'
import { knownValue } from '../../semantics/fact.ts'
import { thresholdOf } from '../../semantics/plan/thresholds.ts'
import { conjunction, plural } from '../../semantics/text/enumerate.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, skip, unknown } from '../engine/outcome.ts'
import { eachSubnet, namesSubnet } from '../shared/each-subnet.ts'
import { requiresGroups } from '../shared/requires-groups.ts'
import { unknownType } from '../shared/unknown-type.ts'

export const subnetCapacity = defineRule({
  id: 'network/subnet-capacity',
  title: 'Every subnet has free addresses for all nodes that may be placed in it',
  why: 'HyperPod places all instance groups without an override in **one** of the subnets of VpcConfig, and chooses it itself; so each of them has to hold all those groups. A group with an `OverrideVpcConfig` goes as a whole into one of its own subnets: it is an error when no choice leaves room for every group, and a warning when only some choice does. A node takes one address for every network card, and with EKS those of its pods too, unless the EKS cluster is one for IPv6: its pods take none, and each subnet needs an IPv6 CIDR block. Nodes fail to launch when the addresses run out, and neither the CIDR block of a subnet nor the VpcConfig of a cluster can be changed later. Where the nodes that are wanted do not fit but `MinInstanceCount` of them do, or the smallest of the types of a group does, the cluster can come up smaller than planned: a warning. The threshold `spare-addresses` of the policy file keeps so many addresses of each subnet free beyond that.',
  severity: 'error',
  otherSeverities: ['warning'],
  checklist: '3',
  checklistDiffers:
    'The checklist counts 32 addresses a node for Slurm and 81 for EKS. These are the numbers of P5 and P5e; other types take what follows from their network cards. Its examples for 4 P5 nodes are too small, since AWS keeps five addresses of every subnet: 128 addresses do not fit into a /25 (123 usable), which makes it a /24, and 324 do not fit into a /24 (251 usable), which makes it a /23.',
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-eks-prerequisites.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ClusterInstanceGroupSpecification.html',
    'https://docs.aws.amazon.com/eks/latest/userguide/cni-ipv6.html',
    'https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Subnet.html',
    'https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceTypes.html',
  ],
  needs: ['subnets', 'instanceTypes'],
  uses: ['eksCluster'],
  applies: (plan) => {
    const groups = requiresGroups(plan)
    return groups === true ? namesSubnet(plan) : groups
  },
  evaluate: ({ subnets, instanceTypes, eksCluster }, plan) => {
    const cluster = plan.orchestrator.kind === 'eks' ? (knownValue(eksCluster) ?? null) : null
    const unread = plan.orchestrator.kind === 'eks' && !eksCluster.ok ? eksCluster.gap : null
    const demandsOf = (types: Facts['instanceTypes']): ReadonlyMap<string, SubnetDemand> =>
      new Map(subnetDemands(plan, subnets, types).map((demand) => [demand.subnetId, demand]))
    const demands = demandsOf(typesUnder(instanceTypes, cluster))
    const least = unread === null ? demands : demandsOf(withoutPods(instanceTypes))
    return eachSubnet(plan, subnets, (subnet, location) => {
      const demand = demands.get(subnet.subnetId)
      if (demand === undefined || demand.groups.length === 0) {
        const placed = plan.existing === undefined ? 'no node of the plan' : 'no new node'
        return skip(subnet.subnetId, `${placed} is placed in this subnet`, { location })
      }
      if (cluster?.ipFamily === 'ipv6' && subnet.ipv6CidrBlocks.length === 0) return withoutIpv6(subnet, cluster, location)
      // What is too little for pods over IPv4 may be enough without them.
      const mayHold = demand.verdict === 'overfull' && least.get(subnet.subnetId)?.verdict !== 'overfull'
      return unread !== null && mayHold ? unknown(subnet.subnetId, unread, { location }) : judge(demand, subnet, plan, cluster)
    })
  },
})

/** https://docs.aws.amazon.com/eks/latest/userguide/cni-ipv6.html */
const withoutIpv6 = ({ subnetId, vpcId }: Subnet, { name }: EksCluster, location: Location | null): Outcome =>
  fail(
    subnetId,
    `${subnetId} has no IPv6 CIDR block, and pods of ${name}, an EKS cluster for IPv6, take their addresses from one`,
    {
      text: `Name subnets of ${vpcId} that have an IPv6 CIDR block, or give ${subnetId} one of the VPC's.`,
      commands: [],
    },
    { location },
  )

const judge = (demand: SubnetDemand, subnet: Subnet, plan: Plan, cluster: EksCluster | null): Outcome => {
  const { subnetId, location, verdict, groups, addresses: need } = demand
  const free = subnet.availableIpAddressCount
  const spare = thresholdOf(plan, 'spare-addresses')
  const unknownTypes = [...new Set(groups.flatMap((group) => group.unknownTypes))]
  if (verdict !== 'overfull' && unknownTypes.length > 0) return unknownType(subnetId, unknownTypes, plan.region, location)

  const prefix = smallestPrefix(need + spare)
  const least = groups.reduce((sum, { leastAddresses }) => sum + leastAddresses, 0)
  const evidence = {
    need,
    ...(verdict === 'holds-least' && { leastNeed: least }),
    free,
    ...(spare > 0 && { spareAddresses: spare }),
    ...(prefix !== null && { smallestPrefix: `/${prefix}` }),
    groups: groups.map(summary),
    ...(hasChoice(demand) && { candidates: demand.candidates }),
  }
  const room =
    subnet.cidrBlock === null
      ? `${subnetId} has no IPv4 CIDR block, and so no address for a node`
      : `${subnetId} (${subnet.cidrBlock}) has ${plural(free, 'free address', 'free addresses')}`
  const measured = `${room}, ${needed(groups, need, plan, cluster)}${kept(spare)}`
  if (verdict === 'holds') return pass(subnetId, measured, { location, evidence })

  const smallest = prefix === null ? 'no subnet is that large' : `an empty /${prefix} is the smallest that fits`
  return fail(
    subnetId,
    `${measured}: ${need + spare - free} short, ${smallest}${consequence(demand, least, plan)}`,
    wayOut({ ...demand, addresses: need + spare }, subnet, prefix, plan),
    {
      location,
      evidence: { ...evidence, shortfall: need + spare - free },
      ...(verdict !== 'overfull' && { severity: 'warning' }),
    },
  )
}

const summary = ({ group, instanceType, addressesPerNode, addresses }: GroupDemand): string =>
  instanceType === null
    ? `${group.name}: ${group.instanceCount} × ${group.instanceTypes.join(' or ')}, size not known`
    : `${group.name}: ${group.instanceCount} × ${instanceType}, ${addressesPerNode} each, ${addresses}`

/** Groups, and subnets, that a message spells out; the evidence has them all. */
const spelledOut = 3

const needed = (groups: readonly GroupDemand[], need: number, plan: Plan, cluster: EksCluster | null): string => {
  const more = plan.existing === undefined ? '' : ' more'
  const nodes = groups.map(({ group, instanceType, addressesPerNode }) =>
    instanceType === null
      ? `${group.name} (${group.instanceCount}${more} × ${group.instanceTypes.join(' or ')} of unknown size)`
      : `${group.name} (${group.instanceCount}${more} × ${instanceType} at ${addressesPerNode})`,
  )
  const least = groups.some(({ unknownTypes }) => unknownTypes.length > 0) ? 'at least ' : ''
  const orchestrators = { slurm: 'on Slurm', eks: 'on EKS', unstated: 'on EKS, the larger demand since the plan names no orchestrator' }
  const model = plan.orchestrator.kind === 'unstated' ? orchestrators.unstated : orchestrators[addressModelOf(plan)]
  const family = cluster?.ipFamily === 'ipv6' ? ' with pods on IPv6' : ''
  return `${conjunction(nodes, spelledOut, 'group')} ${groups.length === 1 ? 'needs' : 'need'} ${least}${need} ${model}${family}`
}

const kept = (spare: number): string => (spare === 0 ? '' : `, and ${spare} are to stay free (spare-addresses)`)

/** Whether these groups might have gone elsewhere, and had a choice that goes well. */
const hasChoice = ({ candidates, groups }: SubnetDemand): boolean =>
  candidates.length > 1 && groups.some(({ group }) => group.overrideVpcConfig !== null)

/** Whether nodes are in one of the subnets already, so that HyperPod chooses no more, and another subnet may be theirs. */
const isPlaced = ({ verdict }: SubnetDemand, plan: Plan): boolean => verdict === 'may-overflow' && plan.change !== undefined

const consequence = (demand: SubnetDemand, least: number, plan: Plan): string => {
  const others = conjunction(demand.candidates, spelledOut, 'subnet')
  if (isPlaced(demand, plan)) return `; everything fits if the nodes of the cluster are in another of ${others}`
  if (demand.verdict === 'may-overflow') return `; everything fits if HyperPod chooses well among ${others}, and it may choose this one`
  if (demand.verdict === 'holds-least') return `; the least that the plan accepts, ${least}, can be placed`
  return hasChoice(demand) ? `; no way to place these groups in ${others} leaves room for all that have to be there` : ''
}

const wayOut = (demand: SubnetDemand, { vpcId }: Subnet, prefix: number | null, plan: Plan): Fix => ({
  text: [
    ...(demand.verdict === 'holds-least'
      ? ['The cluster can come up with fewer nodes (MinInstanceCount) or smaller types than the plan wants.']
      : []),
    ...(isPlaced(demand, plan)
      ? ['Find out which subnet the nodes are in: new ones go there too. New groups can have subnets of their own with OverrideVpcConfig.']
      : larger(demand, vpcId, prefix)),
  ].join(' '),
  commands: [
    command(
      ...['aws', 'ec2', 'describe-subnets', '--region', plan.region, '--filters', `Name=vpc-id,Values=${vpcId}`, '--output', 'table'],
      ...['--query', 'sort_by(Subnets, &AvailableIpAddressCount)[].[SubnetId,AvailabilityZone,CidrBlock,AvailableIpAddressCount]'],
    ),
  ],
})

const larger = (demand: SubnetDemand, vpcId: string, prefix: number | null): readonly string[] => {
  const { subnetId, addresses, candidates } = demand
  if (demand.verdict === 'may-overflow') {
    return [
      `Leave each group only subnets that hold all that may be placed there: take ${subnetId} out of an OverrideVpcConfig, or replace it by a subnet of ${vpcId} with ${addresses} free addresses.`,
    ]
  }
  const room =
    prefix === null
      ? `No subnet of AWS holds ${addresses} addresses: divide the nodes among subnets of their own with OverrideVpcConfig, or plan fewer.`
      : `Name a subnet of ${vpcId} with ${addresses} free addresses, or create one of /${prefix} or larger: neither the CIDR block of ${subnetId} nor the VpcConfig of a cluster can be changed later.`
  if (hasChoice(demand)) return [room, 'Groups that share a subnet can also be given subnets of their own with OverrideVpcConfig.']
  return candidates.length > 1
    ? [room, `HyperPod chooses among the subnets listed, so each has to hold all of it: take ${subnetId} out if another does.`]
    : [room]
}
