import type { Subnet } from '../../model/facts/network.ts'
import type { Facts } from '../../model/facts.ts'
import type { Plan } from '../../model/plan.ts'
import { readItems } from '../fact.ts'
import { plannedSubnetIds } from '../plan/placement.ts'

/**
 * The VPC that the plan is about: the one that the user named, else that of the first planned subnet that exists and could be read. Null where neither
 * is known. A VPC that was named need not exist.
 */
export const vpcIdOf = (plan: Plan, subnets: Facts['subnets']): string | null =>
  plan.vpcId ?? readItems(subnets, plannedSubnetIds(plan))[0]?.vpcId ?? null

/** Every address range of a subnet, IPv4 before IPv6. */
export const addressBlocks = ({ cidrBlock, ipv6CidrBlocks }: Pick<Subnet, 'cidrBlock' | 'ipv6CidrBlocks'>): readonly string[] => [
  ...(cidrBlock === null ? [] : [cidrBlock]),
  ...ipv6CidrBlocks,
]
