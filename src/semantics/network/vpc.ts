import type { Subnet } from '../../model/facts/network.ts'
import type { Plan } from '../../model/plan.ts'
import { plannedSubnets } from '../plan/placement.ts'

/**
 * The VPC that the plan is about: the one that the user named, else that of the first planned subnet that exists. Null where neither
 * is known. A VPC that was named need not exist.
 */
export const vpcIdOf = (plan: Plan, subnets: Readonly<Record<string, Subnet | null>>): string | null =>
  plan.vpcId ?? plannedSubnets(plan).flatMap(({ id }) => subnets[id]?.vpcId ?? [])[0] ?? null

/** Every address range of a subnet, IPv4 before IPv6. */
export const addressBlocks = ({ cidrBlock, ipv6CidrBlocks }: Pick<Subnet, 'cidrBlock' | 'ipv6CidrBlocks'>): readonly string[] => [
  ...(cidrBlock === null ? [] : [cidrBlock]),
  ...ipv6CidrBlocks,
]
