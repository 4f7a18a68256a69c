import type { Fact, Gap } from '../../model/fact.ts'
import type { FactId } from '../../model/facts.ts'
import type { Plan } from '../../model/plan.ts'
import type { Readable } from '../../model/rule.ts'
import type { Routing } from '../network/internet-access.ts'
import { prefixListBlocks } from '../network/routes.ts'
import { type Peer, peerOf } from '../network/security-graph.ts'
import { addressBlocks } from '../network/vpc.ts'
import type { Placement } from './placements.ts'

/** The facts that ways are judged by. Each may be a gap: what rests on it is then undecided. */
export const wayFacts = [
  'bucketPolicies',
  'dhcpOptions',
  'eksCluster',
  'eksSecurityGroups',
  'endpointSecurityGroups',
  'endpointSubnets',
  'hostedZones',
  'identity',
  'natGateways',
  'networkAcls',
  'prefixLists',
  'roles',
  'routeInterfaces',
  'routeTables',
  'securityGroups',
  'subnets',
  'transitGatewayAttachments',
  'transitGatewayRoutes',
  'transitSubnets',
  'vpc',
  'vpcDns',
  'vpcEndpoints',
] as const satisfies readonly FactId[]

export type WayFacts = Readable<never, (typeof wayFacts)[number]>

/** The plan in its network: all that a layer is judged by. */
export interface Network {
  readonly plan: Plan
  readonly facts: WayFacts
}

/** The facts that routes, and what they lead to, are judged by. */
export const routingFacts = [
  'natGateways',
  'prefixLists',
  'routeInterfaces',
  'routeTables',
  'transitGatewayAttachments',
  'transitGatewayRoutes',
  'transitSubnets',
  'vpcEndpoints',
] as const satisfies readonly FactId[]

interface RoutedNetwork {
  readonly plan: Plan
  readonly facts: Pick<WayFacts, (typeof routingFacts)[number]>
}

/** What routes are judged by, with the targets that the plan trusts. */
export const routingOf = ({ plan, facts }: RoutedNetwork): Fact<Routing> => {
  const { routeTables, natGateways, prefixLists } = facts
  if (!routeTables.ok) return routeTables
  const trusted = trustedIn(plan)
  const routers = {
    attachments: facts.transitGatewayAttachments,
    transitRoutes: facts.transitGatewayRoutes,
    transitSubnets: facts.transitSubnets,
    interfaces: facts.routeInterfaces,
    endpoints: facts.vpcEndpoints,
  }
  return { ok: true, value: { routeTables: routeTables.value, natGateways, prefixLists: prefixListBlocks(prefixLists), trusted, routers } }
}

/** Ids of the targets that somebody vouches for in the policy file. */
export const trustedIn = ({ trustedTargets }: Plan): readonly string[] => (trustedTargets ?? []).map(({ id }) => id)

/** The nodes of a placement as security groups see them; null where the plan names no group for them. */
export const nodesOf = (placement: Placement, { facts }: Network): Fact<Peer | null> => {
  const { securityGroups } = facts
  const { subnet, securityGroupIds } = placement
  if (securityGroupIds.length === 0) return { ok: true, value: null }
  if (!securityGroups.ok) return securityGroups
  return { ok: true, value: peerOf(`the nodes in ${subnet.subnetId}`, securityGroupIds, securityGroups.value, addressBlocks(subnet)) }
}

/** A placement as findings about security groups name it: the ids of the groups that its nodes carry. */
export const groupsSubject = ({ securityGroupIds }: Pick<Placement, 'securityGroupIds'>): string => securityGroupIds.join(', ')

export const unexpected = (action: string, message: string): Gap => ({ reason: 'unexpected', action, message })
