import type { SecurityGroup, SecurityGroupPermission } from '../../../model/facts/network.ts'
import type { Evidence, Fix, Outcome, Severity } from '../../../model/finding.ts'
import type { Location, Plan } from '../../../model/plan.ts'
import type { Readable } from '../../../model/rule.ts'
import { letsIn, letsOut, type NodePeer, nodePeers, onEveryPort, type Reach } from '../../../semantics/network/security-graph.ts'
import {
  allTrafficPeers,
  allTrafficRanges,
  type EfaUse,
  efaUse,
  type SecurityGroupPlacement,
} from '../../../semantics/network/security-groups.ts'
import { command } from '../../engine/command.ts'
import { fail, pass, reported, unknown } from '../../engine/outcome.ts'

/** The two directions of the self-referencing rule that EFA asks for. */
export interface Direction {
  readonly permissions: (group: SecurityGroup) => readonly SecurityGroupPermission[]
  readonly adjective: 'inbound' | 'outbound'
  /** `from` itself, `to` itself. */
  readonly preposition: 'from' | 'to'
  readonly operation: 'authorize-security-group-ingress' | 'authorize-security-group-egress'
}

type SelfRuleFacts = Readable<'securityGroups', 'instanceTypes' | 'subnets' | 'prefixLists'>

/**
 * Judges each placement of the plan. EFA takes the documented rule: all traffic from, or to, the security group itself, on one group that
 * the nodes carry. Without EFA it counts whether nodes may reach each other, by whatever rules.
 */
export const judgeSelfRules = (facts: SelfRuleFacts, plan: Plan, direction: Direction): readonly Outcome[] =>
  nodePeers(plan, facts.securityGroups, facts.subnets.ok ? facts.subnets.value : {}).map((nodes) =>
    judge({ nodes, facts, efa: efaUse(nodes.placement, facts.instanceTypes), direction, region: plan.region }),
  )

interface Case {
  readonly nodes: NodePeer
  readonly facts: SelfRuleFacts
  readonly efa: EfaUse
  readonly direction: Direction
  readonly region: string
}

const judge = (given: Case): Outcome => {
  const { nodes, facts, efa, direction } = given
  const { subject, location } = nodes.placement
  const { preposition } = direction
  const groups = nodes.securityGroups
  if (groups.length === 0 && nodes.gap === undefined)
    return reported(subject, `${subject} does not exist`, 'security-group/exists', { location })
  const complete = groups.filter((group) => allTrafficPeers(direction.permissions(group)).includes(group.securityGroupId))
  const incomplete = groups.filter((group) => !complete.includes(group))
  const evidence = { securityGroupsWithSelfRule: idsOf(complete), securityGroupsWithoutSelfRule: idsOf(incomplete), efa: efa.kind }
  const details = { location, evidence }
  if (complete.length > 0) {
    const all = incomplete.length === 0 && complete.length > 1
    const message = `${idsOf(complete).join(', ')} ${all ? 'each allow' : complete.length === 1 ? 'allows' : 'allow'} all traffic ${preposition} ${complete.length === 1 ? 'itself' : 'themselves'}`
    return pass(subject, message, details)
  }
  // A group that could not be read may have the rule.
  if (nodes.gap !== undefined) return unknown(subject, nodes.gap, details)
  const among = reachAmong(nodes, direction, facts.prefixLists)
  if (efa.kind === 'yes') {
    // A rule that names another group of the placement matches every node. Whether EFA takes it, AWS does not say.
    const severity = crossed(groups, nodes.placement, direction).length > 0 ? 'warning' : 'error'
    return withoutSelfRule(given, groups, among, severity, details)
  }
  if (among.kind === 'open') return openWithoutSelfRule(given, groups, details)
  if (efa.kind === 'unknown') {
    return { ...unknown(subject, efa.gap, details), message: `${lackText(groups, direction)}; ${efa.reason}: ${efa.gap.message}` }
  }
  if (among.kind === 'undecided' && efa.kind === 'no')
    return unknown(subject, { ...among.gap, message: among.because }, { ...details, severity: 'warning' })
  return withoutSelfRule(given, groups, among, 'warning', details)
}

/** Whether the rules of this direction let nodes open connections to each other. */
const reachAmong = (nodes: NodePeer, { preposition }: Direction, prefixLists: SelfRuleFacts['prefixLists']): Reach =>
  onEveryPort((traffic) => (preposition === 'to' ? letsOut : letsIn)(nodes, nodes, traffic, prefixLists))

/** Where EFA is certain, this is not enough; where it is not, it is, unless the type may have EFA after all. */
const openWithoutSelfRule = ({ nodes, efa, direction, region }: Case, groups: readonly SecurityGroup[], details: Details): Outcome => {
  const { subject } = nodes.placement
  const { preposition } = direction
  const reaches = `the rules of ${idsOf(groups).join(', ')} allow all TCP and UDP traffic ${preposition} the other nodes`
  if (efa.kind === 'no') return pass(subject, `${reaches}; ${efa.reason}`, details)
  if (efa.kind === 'unknown') {
    const message = `${reaches}, which is enough without EFA; ${efa.reason}: ${efa.gap.message}`
    return { ...unknown(subject, efa.gap, details), message }
  }
  const message = `${lackText(groups, direction)}; ${reaches}, which is enough without EFA, and ${efa.reason}`
  return fail(subject, message, addSelfRule(groups, direction, region), { ...details, severity: 'warning' })
}

interface Details {
  readonly location: Location | null
  readonly evidence: Evidence
}

const withoutSelfRule = (
  { nodes, efa, direction, region }: Case,
  groups: readonly SecurityGroup[],
  among: Reach,
  severity: Severity,
  details: Details,
): Outcome => {
  const { subject } = nodes.placement
  const shut = groups.every((group) => direction.permissions(group).length === 0)
  const lack = shut
    ? `${idsOf(groups).join(', ')} ${groups.length === 1 ? 'has' : 'have'} no ${direction.adjective} rule at all`
    : lackText(groups, direction)
  const closed =
    among.kind === 'closed' ? `, so nodes cannot reach each other${among.ports === 'all traffic' ? '' : ` on ${among.ports}`}` : ''
  const message = `${lack}${closed}; ${efa.reason}${instead(groups, nodes.placement, direction, among)}`
  return fail(subject, message, addSelfRule(groups, direction, region), { ...details, severity })
}

const lackText = (groups: readonly SecurityGroup[], { adjective, preposition }: Direction): string =>
  `${idsOf(groups).join(', ')} ${groups.length === 1 ? 'has' : 'have'} no ${adjective} rule for all traffic ${preposition} itself`

const crossed = (groups: readonly SecurityGroup[], placement: SecurityGroupPlacement, direction: Direction): readonly string[] =>
  groups.flatMap((group) => allTrafficPeers(direction.permissions(group))).filter((peer) => placement.securityGroupIds.includes(peer))

/** What is in the place of the rule, so that nobody takes it for the rule. */
const instead = (groups: readonly SecurityGroup[], placement: SecurityGroupPlacement, direction: Direction, among: Reach): string => {
  if (among.kind === 'closed') return ''
  const { preposition } = direction
  const peers = crossed(groups, placement, direction)
  const from = peers.length > 0 ? peers : groups.flatMap((group) => allTrafficRanges(direction.permissions(group)))
  const named = [...new Set(from)].slice(0, 3).join(', ')
  if (named === '' && among.kind !== 'open') return ''
  return `; ${named === '' ? 'its other rules are' : `a rule ${preposition} ${named} is`} not a substitute: AWS documents the rule to the security group itself`
}

const addSelfRule = (groups: readonly SecurityGroup[], { adjective, preposition, operation }: Direction, region: string): Fix => ({
  text: `Add an ${adjective} rule to ${idsOf(groups).join(', ')}: all traffic, ${preposition} the security group itself. Rules to address ranges stay as they are.`,
  commands: idsOf(groups).map((id) =>
    command(
      ...['aws', 'ec2', operation, '--region', region, '--group-id', id],
      ...['--ip-permissions', `IpProtocol=-1,UserIdGroupPairs=[{GroupId=${id}}]`],
    ),
  ),
})

const idsOf = (groups: readonly SecurityGroup[]): readonly string[] => groups.map(({ securityGroupId }) => securityGroupId)
