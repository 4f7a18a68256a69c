import type { Subnet } from '../../model/facts/network.ts'
import type { Facts } from '../../model/facts.ts'
import type { Outcome } from '../../model/finding.ts'
import type { Location, Plan } from '../../model/plan.ts'
import { readItem, readItems } from '../../semantics/fact.ts'
import { vpcIdOf } from '../../semantics/network/vpc.ts'
import { plannedSubnetIds, plannedSubnets, takesNodes } from '../../semantics/plan/placement.ts'
import { reported, unknown } from '../engine/outcome.ts'

/**
 * Judges every planned subnet that exists in the plan's VPC. One that could not be read is unknown. The others are skipped: what
 * is wrong with them is said once, by network/subnets. What is wrong with one that takes no nodes is a warning at most.
 */
export const eachSubnet = (
  plan: Plan,
  subnets: Facts['subnets'],
  judge: (subnet: Subnet, location: Location | null) => Outcome,
): readonly Outcome[] => {
  const vpcId = vpcIdOf(plan, subnets)
  return plannedSubnets(plan).map(({ id, location }) => {
    const read = readItem(subnets, id)
    if (!read.ok) return weighedByUse(unknown(id, read.gap, { location }), id, plan)
    const subnet = read.value
    if (subnet === null) return reported(id, `${id} does not exist in ${plan.region}`, 'network/subnets', { location })
    if (subnet.vpcId !== vpcId) return reported(id, `${id} is in ${subnet.vpcId}, not in ${vpcId}`, 'network/subnets', { location })
    return weighedByUse(judge(subnet, location), id, plan)
  })
}

/** What is wrong with a subnet that takes no nodes keeps none from coming up. For rules of severity error or warning. */
export const weighedByUse = (outcome: Outcome, subnetId: string, plan: Plan): Outcome =>
  takesNodes(subnetId, plan) || (outcome.status !== 'fail' && outcome.status !== 'unknown')
    ? outcome
    : {
        ...outcome,
        message: `${outcome.message}; every group has an OverrideVpcConfig, so no node is placed in ${subnetId}`,
        severity: outcome.severity === 'notice' ? 'notice' : 'warning',
      }

/** Subnets that the plan names and that exist in its VPC and could be read, in the order of the plan. */
export const subnetsInVpc = (plan: Plan, subnets: Facts['subnets']): readonly Subnet[] => {
  const vpcId = vpcIdOf(plan, subnets)
  const ids = plannedSubnetIds(plan)
  return readItems(subnets, ids).filter((subnet) => subnet.vpcId === vpcId)
}

/** Why a rule about subnets does not apply, or `true`. */
export const namesSubnet = (plan: Plan): true | string =>
  plannedSubnets(plan).length > 0 || 'The plan names no subnet: give subnet-ids, or VpcConfig in the request.'
