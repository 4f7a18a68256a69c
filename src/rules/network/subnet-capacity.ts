import type { Subnet } from '../../model/facts.ts'
import type { Fix, Outcome } from '../../model/finding.ts'
import type { Plan } from '../../model/plan.ts'
import { addressModelOf, type GroupDemand, type SubnetDemand, smallestPrefix, subnetDemands } from '../../semantics/addresses.ts'
import { placementOf, plannedSubnets } from '../../semantics/placement.ts'
import { command } from '../command.ts'
import { defineRule } from '../define.ts'
import { fail, pass, skip } from '../outcome.ts'
import { requiresGroups } from '../requires-groups.ts'
import { unknownType } from '../unknown-type.ts'

export const subnetCapacity = defineRule({
  id: 'network/subnet-capacity',
  title: 'Every subnet has free addresses for all nodes that may be placed in it',
  why: 'HyperPod places all instance groups without an override in **one** of the subnets of VpcConfig, and chooses it itself; so each of them has to hold all those groups. A node takes one address for every network card, and with EKS those of its pods too. Nodes fail to launch when the addresses run out, and neither the CIDR block of a subnet nor the VpcConfig of a cluster can be changed later.',
  severity: 'error',
  checklist: '3',
  checklistDiffers:
    'The checklist counts 32 addresses a node for Slurm and 81 for EKS. These are the numbers of P5 and P5e; other types take what follows from their network cards. Its examples for 4 P5 nodes are too small, since AWS keeps five addresses of every subnet: 128 addresses do not fit into a /25 (123 usable), which makes it a /24, and 324 do not fit into a /24 (251 usable), which makes it a /23.',
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-eks-prerequisites.html',
    'https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Subnet.html',
    'https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceTypes.html',
  ],
  needs: ['subnets', 'instanceTypes'],
  uses: [],
  applies: (plan) => {
    const groups = requiresGroups(plan)
    if (groups !== true) return groups
    return plannedSubnets(plan).length > 0 || 'The plan names no subnet: give subnet-ids, or VpcConfig in the request.'
  },
  evaluate: ({ subnets, instanceTypes }, plan) => {
    const found = plannedSubnets(plan).flatMap(({ id }) => subnets[id] ?? [])
    const vpcId = plan.vpcId ?? found[0]?.vpcId
    return subnetDemands(plan, instanceTypes).map((demand) => {
      const { subnetId, location } = demand
      const subnet = subnets[subnetId] ?? null
      if (subnet === null) return skip(subnetId, `${subnetId} does not exist in ${plan.region}: see network/subnets`, { location })
      if (subnet.vpcId !== vpcId) return skip(subnetId, `${subnetId} is in another VPC than the cluster: see network/subnets`, { location })
      return judge(demand, subnet, plan)
    })
  },
})

const judge = (demand: SubnetDemand, subnet: Subnet, plan: Plan): Outcome => {
  const { subnetId, location, addresses: need } = demand
  const groups = demand.groups.filter(({ group }) => group.instanceCount > 0)
  if (groups.length === 0) return skip(subnetId, 'no node of the plan is placed in this subnet', { location })

  const free = subnet.availableIpAddressCount
  const unknownTypes = [...new Set(groups.flatMap((group) => group.unknownTypes))]
  const prefix = smallestPrefix(need)
  const evidence = { need, free, ...(prefix !== null && { smallestPrefix: `/${prefix}` }), groups: groups.map(summary) }
  const measured = `${subnetId} (${subnet.cidrBlock}) has ${free} free ${free === 1 ? 'address' : 'addresses'}, ${needed(groups, need, plan)}`
  if (need > free) {
    const smallest = prefix === null ? 'no subnet is that large' : `an empty /${prefix} is the smallest that fits`
    return fail(subnetId, `${measured}: ${need - free} short, ${smallest}`, wayOut(demand, subnet, prefix, plan), {
      location,
      evidence: { ...evidence, shortfall: need - free },
    })
  }
  if (unknownTypes.length > 0) return unknownType(subnetId, unknownTypes, plan.region, location)
  return pass(subnetId, measured, { location, evidence })
}

const summary = ({ group, instanceType, addressesPerNode, addresses }: GroupDemand): string =>
  instanceType === null
    ? `${group.name}: ${group.instanceCount} × ${group.instanceTypes.join(' or ')}, size not known`
    : `${group.name}: ${group.instanceCount} × ${instanceType}, ${addressesPerNode} each, ${addresses}`

/** Groups that a message spells out; the evidence has them all. */
const spelledOut = 3

const needed = (groups: readonly GroupDemand[], need: number, plan: Plan): string => {
  const parts = groups
    .slice(0, spelledOut)
    .map(({ group, instanceType, addressesPerNode }) =>
      instanceType === null
        ? `${group.instanceCount} × ${group.instanceTypes.join(' or ')} of unknown size`
        : `${group.instanceCount} × ${instanceType} at ${addressesPerNode}`,
    )
  const more = groups.length - parts.length
  const nodes = [...parts, ...(more > 0 ? [`${more} more ${more === 1 ? 'group' : 'groups'}`] : [])].join(', ')
  const least = groups.some(({ unknownTypes }) => unknownTypes.length > 0) ? 'at least ' : ''
  const orchestrators = { slurm: 'on Slurm', eks: 'on EKS', unstated: 'on EKS, the larger demand since the plan names no orchestrator' }
  const model = plan.orchestrator.kind === 'unstated' ? orchestrators.unstated : orchestrators[addressModelOf(plan)]
  return `${nodes} need ${least}${need} ${model}`
}

const wayOut = ({ subnetId, groups, addresses }: SubnetDemand, { vpcId }: Subnet, prefix: number | null, plan: Plan): Fix => {
  const candidates = new Set(groups.flatMap(({ group }) => placementOf(group, plan)?.subnetIds ?? []))
  const listed =
    candidates.size > 1
      ? ` HyperPod chooses among the subnets listed, so each has to hold all of it: take ${subnetId} out if another does.`
      : ''
  const text =
    prefix === null
      ? `No subnet of AWS holds ${addresses} addresses: divide the nodes among subnets of their own with OverrideVpcConfig, or plan fewer.`
      : `Name a subnet of ${vpcId} with ${addresses} free addresses, or create one of /${prefix} or larger: neither the CIDR block of ${subnetId} nor the VpcConfig of a cluster can be changed later.${listed}`
  return {
    text,
    commands: [
      command(
        ...['aws', 'ec2', 'describe-subnets', '--region', plan.region, '--filters', `Name=vpc-id,Values=${vpcId}`, '--output', 'table'],
        ...['--query', 'sort_by(Subnets, &AvailableIpAddressCount)[].[SubnetId,AvailabilityZone,CidrBlock,AvailableIpAddressCount]'],
      ),
    ],
  }
}
