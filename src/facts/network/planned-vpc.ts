import { vpcIdOf } from '../../semantics/network/vpc.ts'
import type { Context, Get } from '../engine/collect.ts'

/** The VPC that the plan is about; null where none is known. Waits for the subnets only where the plan names no VPC. */
export const plannedVpcId = async ({ plan }: Pick<Context, 'plan'>, get: Get<'subnets'>): Promise<string | null> =>
  plan.vpcId ?? vpcIdOf(plan, await get('subnets'))

/** The filter that most ec2:Describe calls take. */
export const inVpc = (vpcId: string) => ({ Filters: [{ Name: 'vpc-id', Values: [vpcId] }] })
