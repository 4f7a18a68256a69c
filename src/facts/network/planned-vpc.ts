import { unreadGap } from '../../semantics/fact.ts'
import { vpcIdOf } from '../../semantics/network/vpc.ts'
import { plannedSubnetIds } from '../../semantics/plan/placement.ts'
import type { Context, Get } from '../engine/collect.ts'
import { GapError } from '../engine/gap.ts'

/**
 * The VPC that the plan is about; null where none is known. Waits for the subnets only where the plan names no VPC. Throws where the only
 * subnets that would tell could not be read.
 */
export const plannedVpcId = async ({ plan }: Pick<Context, 'plan'>, get: Get<'subnets'>): Promise<string | null> => {
  if (plan.vpcId !== null) return plan.vpcId
  const subnets = await get('subnets')
  const vpcId = vpcIdOf(plan, subnets)
  const ids = plannedSubnetIds(plan)
  const gap = vpcId === null ? unreadGap(subnets, ids) : null
  if (gap !== null) throw new GapError(gap)
  return vpcId
}

/** The filter that most ec2:Describe calls take. */
export const inVpc = (vpcId: string) => ({ Filters: [{ Name: 'vpc-id', Values: [vpcId] }] })
