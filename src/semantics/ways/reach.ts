import type { Need } from '../../catalog/node-demands.ts'
import type { Fact } from '../../model/fact.ts'
import type { Facts } from '../../model/facts.ts'
import type { Plan } from '../../model/plan.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import { type InnerWayFacts, type innerWayFacts, innerWaysOf } from './inner-ways.ts'
import type { Layer, State } from './step.ts'
import { type Way, waysOf } from './ways.ts'

/** Whether the nodes of one instance group in one subnet reach something: a cell of the matrix of a report. */
export interface Reach {
  /** Name of the instance group; `nodes` where the plan names none. */
  readonly group: string
  readonly subnet: string
  /** As the table of demands names it: `S3`, `ecr.api`, `EKS API server`; the id of a file system; `other nodes`. */
  readonly to: string
  readonly need: Exclude<Need, 'legacy'>
  readonly state: State
  /** The first layer that is closed, or else undecided; null where the way is open. */
  readonly layer: Layer | null
  /** What the way leads through, in words. */
  readonly via: string
}

/**
 * What the nodes of a plan reach, as far as the facts of a snapshot tell. Never throws: of an edited snapshot of which no ways can be made
 * there is no matrix; the rules say what they could not read in it.
 */
export const reachIn = (plan: Plan, facts: Snapshot['facts']): readonly Reach[] => {
  try {
    const read = wayFactsOf(facts)
    return reachOf([...waysOf(plan, read), ...innerWaysOf(plan, read)])
  } catch {
    return []
  }
}

const wayFactsOf = (facts: Snapshot['facts']): InnerWayFacts => {
  const fact = <K extends (typeof innerWayFacts)[number]>(id: K): Fact<Facts[K]> => facts[id] ?? notCollected(id)
  return {
    bucketPolicies: fact('bucketPolicies'),
    bucketScripts: fact('bucketScripts'),
    dhcpOptions: fact('dhcpOptions'),
    eksCluster: fact('eksCluster'),
    eksSecurityGroups: fact('eksSecurityGroups'),
    endpointSecurityGroups: fact('endpointSecurityGroups'),
    endpointSubnets: fact('endpointSubnets'),
    fileSystemInterfaces: fact('fileSystemInterfaces'),
    fileSystemSecurityGroups: fact('fileSystemSecurityGroups'),
    fileSystems: fact('fileSystems'),
    hostedZones: fact('hostedZones'),
    identity: fact('identity'),
    natGateways: fact('natGateways'),
    networkAcls: fact('networkAcls'),
    prefixLists: fact('prefixLists'),
    repositoryScripts: fact('repositoryScripts'),
    roles: fact('roles'),
    routeInterfaces: fact('routeInterfaces'),
    routeTables: fact('routeTables'),
    securityGroups: fact('securityGroups'),
    subnets: fact('subnets'),
    transitGatewayAttachments: fact('transitGatewayAttachments'),
    transitGatewayRoutes: fact('transitGatewayRoutes'),
    transitSubnets: fact('transitSubnets'),
    vpc: fact('vpc'),
    vpcDns: fact('vpcDns'),
    vpcEndpoints: fact('vpcEndpoints'),
  }
}

const notCollected = (id: string): Fact<never> => ({
  ok: false,
  gap: { reason: 'unexpected', action: 'none', message: `the fact ${id} is not in the snapshot` },
})

/** The ways as a matrix, in their order; what only old agents ask for, and where no instance group may land, is left out. */
export const reachOf = (ways: readonly Way[]): readonly Reach[] =>
  ways.flatMap(({ placement, demand, state, steps, via }) => {
    const { need, to } = demand
    if (need === 'legacy' || placement.unused) return []
    const layer = state === 'open' ? null : (steps.find((step) => step.state === state)?.layer ?? null)
    const groups = placement.instanceGroups.length === 0 ? ['nodes'] : placement.instanceGroups.map(({ name }) => name)
    return groups.map((group) => ({ group, subnet: placement.subnet.subnetId, to, need, state, layer, via }))
  })
