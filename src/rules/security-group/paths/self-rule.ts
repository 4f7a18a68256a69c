import type { SecurityGroup, SecurityGroupPermission } from '../../../model/facts/network.ts'
import type { Facts } from '../../../model/facts.ts'
import type { Fix, Outcome, Severity } from '../../../model/finding.ts'
import type { Plan } from '../../../model/plan.ts'
import type { Readable } from '../../../model/rule.ts'
import {
  allTrafficPeers,
  allTrafficRanges,
  type EfaUse,
  efaUse,
  existingGroups,
  type SecurityGroupPlacement,
  securityGroupPlacements,
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

type SelfRuleFacts = Readable<'securityGroups', 'instanceTypes'>

/** Judges each placement of the plan: does a group of it allow all traffic from, or to, itself? */
export const judgeSelfRules = (facts: SelfRuleFacts, plan: Plan, direction: Direction): readonly Outcome[] =>
  securityGroupPlacements(plan).map((placement) =>
    judge(placement, facts.securityGroups, efaUse(placement, facts.instanceTypes), direction, plan.region),
  )

const judge = (
  placement: SecurityGroupPlacement,
  securityGroups: Facts['securityGroups'],
  efa: EfaUse,
  direction: Direction,
  region: string,
): Outcome => {
  const { subject, location } = placement
  const { adjective, preposition } = direction
  const groups = existingGroups(placement, securityGroups)
  if (groups.length === 0) return reported(subject, `${subject} does not exist`, 'security-group/exists', { location })
  const complete = groups.filter((group) => allTrafficPeers(direction.permissions(group)).includes(group.securityGroupId))
  const incomplete = groups.filter((group) => !complete.includes(group))
  const evidence = { securityGroupsWithSelfRule: idsOf(complete), securityGroupsWithoutSelfRule: idsOf(incomplete), efa: efa.kind }
  const fix = addSelfRule(incomplete, direction, region)
  if (incomplete.length === 0) {
    return pass(
      subject,
      `${idsOf(complete).join(', ')} ${complete.length === 1 ? 'allows' : 'each allow'} all traffic ${preposition} itself`,
      {
        location,
        evidence,
      },
    )
  }
  if (complete.length > 0) {
    return fail(
      subject,
      `${idsOf(incomplete).join(', ')} has no ${adjective} rule for all traffic ${preposition} itself, ${idsOf(complete).join(', ')} beside it does: nodes carry them together, so this works unless AWS asks it of every group`,
      fix,
      { location, evidence, severity: 'warning' },
    )
  }
  const others = [...new Set(crossed(incomplete, placement, direction))]
  if (efa.kind === 'no' && others.length > 0) {
    const crossing = idsOf(incomplete.filter((group) => crossed([group], placement, direction).length > 0))
    const allow = crossing.length === 1 ? 'allows' : 'allow'
    const message = `${crossing.join(', ')} ${allow} all traffic ${preposition} ${others.join(', ')}, which the same nodes carry; ${efa.reason}`
    return pass(subject, message, { location, evidence })
  }
  const message = `${idsOf(incomplete).join(', ')} has no ${adjective} rule for all traffic ${preposition} itself; ${efa.reason}${instead(incomplete, placement, direction)}`
  if (efa.kind === 'unknown' && others.length === 0) {
    return { ...unknown(subject, efa.gap, { location, evidence }), message: `${message}: ${efa.gap.message}` }
  }
  return fail(subject, message, fix, { location, evidence, severity: severityOf(efa, incomplete, placement, direction) })
}

/**
 * An error where EFA is certain. A rule that names another group of the placement matches every node, as they all carry that one too: for
 * IP traffic it does what the self rule does. Whether EFA takes it, AWS does not say and asks for the rule to the group itself: a warning.
 */
const severityOf = (efa: EfaUse, groups: readonly SecurityGroup[], placement: SecurityGroupPlacement, direction: Direction): Severity =>
  efa.kind === 'yes' && crossed(groups, placement, direction).length === 0 ? 'error' : 'warning'

const crossed = (groups: readonly SecurityGroup[], placement: SecurityGroupPlacement, direction: Direction): readonly string[] =>
  groups.flatMap((group) => allTrafficPeers(direction.permissions(group))).filter((peer) => placement.securityGroupIds.includes(peer))

/** What stands in the place of the rule, so that nobody takes it for the rule. */
const instead = (groups: readonly SecurityGroup[], placement: SecurityGroupPlacement, direction: Direction): string => {
  const { preposition } = direction
  const peers = crossed(groups, placement, direction)
  if (peers.length > 0)
    return `; the rules ${preposition} ${[...new Set(peers)].join(', ')} may do, AWS documents the rule to the group itself`
  const ranges = [...new Set(groups.flatMap((group) => allTrafficRanges(direction.permissions(group))))]
  return ranges.length > 0 ? `; all traffic ${preposition} ${ranges.slice(0, 3).join(', ')} does not do instead` : ''
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
