import { ec2InstanceType } from '../../catalog/instance-types.ts'
import type { Subnet } from '../../model/facts/network.ts'
import type { Facts } from '../../model/facts.ts'
import type { Fix, Outcome } from '../../model/finding.ts'
import type { InstanceGroup, Plan } from '../../model/plan.ts'
import { readItems, unreadGap } from '../../semantics/fact.ts'
import { vpcIdOf } from '../../semantics/network/vpc.ts'
import { placementOf } from '../../semantics/plan/placement.ts'
import { conjunction } from '../../semantics/text/enumerate.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, reported, skip, unknown } from '../engine/outcome.ts'
import { namesSubnet } from '../shared/each-subnet.ts'
import { requiresGroups } from '../shared/requires-groups.ts'

export const typeOffered = defineRule({
  id: 'network/type-offered',
  title: 'EC2 offers the instance type of every group in the zones of its subnets',
  why: 'An instance type exists in some Availability Zones of a Region only. HyperPod takes one of the subnets of a group, so a group whose subnets are all in zones without the type never gets a node: its failure reads like a lack of capacity. Where only some of its subnets are in such a zone, it depends on which one HyperPod takes: a warning. So it is for a group with a training plan, whose reservation says better where its capacity is. **Offered is not capacity**: this rule passes where EC2 has the type at all, and cannot see whether HyperPod has instances of it free.',
  severity: 'error',
  otherSeverities: ['warning'],
  sources: [
    'https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceTypeOfferings.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ClusterInstanceGroupSpecification.html',
  ],
  needs: ['subnets', 'instanceTypeOfferings'],
  uses: [],
  applies: (plan) => {
    const groups = requiresGroups(plan)
    return groups === true ? namesSubnet(plan) : groups
  },
  evaluate: ({ subnets, instanceTypeOfferings }, plan) => {
    const vpcId = vpcIdOf(plan, subnets)
    return plan.instanceGroups.map((group) => {
      if (group.instanceCount === 0) return skip(group.name, `${group.name} wants no node`, { location: group.location })
      const named = [...new Set(placementOf(group, plan)?.subnetIds ?? [])]
      if (named.length === 0) return skip(group.name, `no subnet is named for ${group.name}`, { location: group.location })
      const gap = unreadGap(subnets, named)
      if (gap !== null) return unknown(group.name, gap, { location: group.location })
      const inVpc = readItems(subnets, named).filter((subnet) => subnet.vpcId === vpcId)
      return inVpc.length === 0
        ? reported(group.name, `no subnet of ${group.name} is in the cluster's VPC`, 'network/subnets', { location: group.location })
        : judge(group, inVpc, instanceTypeOfferings, plan)
    })
  },
})

const zoneOf = ({ availabilityZone, availabilityZoneId }: Subnet): string => `${availabilityZone} (${availabilityZoneId})`
const listed = (items: readonly string[]): string => conjunction([...new Set(items)])

const judge = (group: InstanceGroup, candidates: readonly Subnet[], offerings: Facts['instanceTypeOfferings'], plan: Plan): Outcome => {
  const { name, instanceTypes, location } = group
  const zonesOf = (type: string): readonly string[] => offerings[type] ?? []
  const isOffered = ({ availabilityZoneId }: Subnet): boolean => instanceTypes.some((type) => zonesOf(type).includes(availabilityZoneId))
  const without = candidates.filter((subnet) => !isOffered(subnet))
  const offeredIn = [...new Set(instanceTypes.flatMap(zonesOf))].toSorted()
  const evidence = { instanceTypes, zones: [...new Set(candidates.map(zoneOf))], offeredInZones: offeredIn }
  const types = instanceTypes.join(' or ')
  if (without.length === 0) {
    const passed = `EC2 offers ${types} in ${listed(candidates.map(zoneOf))}, which does not say that capacity is free there`
    return pass(name, instanceTypes.length > 1 ? `${passed}${notOffered(instanceTypes, candidates, zonesOf)}` : passed, {
      location,
      evidence,
    })
  }

  const elsewhere = offeredIn.length === 0 ? `nowhere in ${plan.region}` : `in ${listed(offeredIn)}`
  const nowhere = without.length === candidates.length
  const where = without.map((subnet) => `${subnet.subnetId} in ${zoneOf(subnet)}`)
  const message = nowhere
    ? `EC2 does not offer ${types} in any zone of ${name}: ${listed(where)}; it is offered ${elsewhere}`
    : `EC2 does not offer ${types} in every zone of ${name}, and HyperPod may choose any: not for ${listed(where)}; it is offered ${elsewhere}`
  return fail(name, message, wayOut(group, without, offeredIn, plan), {
    location,
    evidence: { ...evidence, subnetsWithoutOffer: without.map(({ subnetId }) => subnetId) },
    ...((!nowhere || group.trainingPlanArn !== null) && { severity: 'warning' }),
  })
}

/** Of several types, those that do not help in some of the zones. */
const notOffered = (types: readonly string[], candidates: readonly Subnet[], zonesOf: (type: string) => readonly string[]): string => {
  const lacking = types.filter((type) => candidates.some(({ availabilityZoneId }) => !zonesOf(type).includes(availabilityZoneId)))
  return lacking.length === 0 ? '' : `; not each of them everywhere: ${listed(lacking)} only in some or none of these zones`
}

const wayOut = ({ name, instanceTypes }: InstanceGroup, without: readonly Subnet[], offeredIn: readonly string[], plan: Plan): Fix => {
  const aws = (...words: readonly string[]): string => command('aws', 'ec2', ...words, '--region', plan.region)
  const offerings = aws(
    ...['describe-instance-type-offerings', '--location-type', 'availability-zone-id', '--filters'],
    ...[`Name=instance-type,Values=${instanceTypes.map(ec2InstanceType).join(',')}`, '--output', 'table'],
  )
  const vpcId = without[0]?.vpcId
  if (offeredIn.length === 0 || vpcId === undefined) {
    return {
      text: `Take another instance type for ${name}, or another Region: ${plan.region} does not offer this one.`,
      commands: [offerings],
    }
  }
  const subnets = aws(
    ...['describe-subnets', '--filters', `Name=vpc-id,Values=${vpcId}`, `Name=availability-zone-id,Values=${offeredIn.join(',')}`],
    ...['--query', 'Subnets[].[SubnetId,AvailabilityZone,AvailabilityZoneId,AvailableIpAddressCount]', '--output', 'table'],
  )
  return {
    text: `Place ${name} in subnets of zones that offer its type, in VpcConfig or in its OverrideVpcConfig, instead of ${listed(without.map(({ subnetId }) => subnetId))}; or take another type.`,
    commands: [offerings, subnets],
  }
}
