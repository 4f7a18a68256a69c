import type { Fact } from '../../model/fact.ts'
import type { Facts } from '../../model/facts.ts'
import type { Fix, Outcome } from '../../model/finding.ts'
import type { Plan } from '../../model/plan.ts'
import { idsOf, type NodePeer, nodePeers, type Reach, reachOnEveryPort } from '../../semantics/network/security-graph.ts'
import { securityGroupPlacements } from '../../semantics/network/security-groups.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, reported, unknown } from '../engine/outcome.ts'

export const betweenGroups = defineRule({
  id: 'security-group/between-groups',
  title: 'Nodes that carry different security groups may open all traffic to each other',
  why: 'With `OverrideVpcConfig` instance groups can carry different security groups. A rule of a group from itself says nothing about the nodes that do not carry it: the cluster comes up in parts that cannot reach each other. Slurm controllers do not see their compute nodes, login nodes cannot submit jobs, and pods on one instance group do not reach those on another. Rules for some ports may do for what is known to use them; MPI, NCCL and `srun` take ports as they come.',
  severity: 'warning',
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites.html',
    'https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html',
  ],
  needs: ['securityGroups'],
  uses: ['subnets', 'prefixLists'],
  applies: (plan) => securityGroupPlacements(plan).length > 1 || 'All nodes of the plan carry the same security groups.',
  evaluate: ({ securityGroups, subnets, prefixLists }, plan) => {
    const peers = nodePeers(plan, securityGroups, subnets.ok ? subnets.value : {})
    return pairs(peers).map(([a, b]) => judge(a, b, { subnets, prefixLists }, plan))
  },
})

interface Read {
  readonly subnets: Fact<Facts['subnets']>
  readonly prefixLists: Fact<Facts['prefixLists']>
}

const pairs = <T>(all: readonly T[]): readonly (readonly [T, T])[] =>
  all.flatMap((a, index) => all.slice(index + 1).map((b) => [a, b] as const))

const judge = (a: NodePeer, b: NodePeer, { subnets, prefixLists }: Read, { region }: Plan): Outcome => {
  const subject = `${a.placement.subject} and ${b.placement.subject}`
  const location = b.placement.location ?? a.placement.location
  const absent = [...new Set([...a.unread, ...b.unread])]
  const ways = [
    { from: a, to: b, way: reachOnEveryPort(a, b, prefixLists) },
    { from: b, to: a, way: reachOnEveryPort(b, a, prefixLists) },
  ]
  if (ways.every(({ way }) => way.kind === 'open')) {
    return pass(subject, `${a.name} and ${b.name} may open all traffic to each other`, { location })
  }
  const unread = a.gap ?? b.gap
  if (unread !== undefined) return unknown(subject, unread, { location })
  if (absent.length > 0) return reported(subject, `${absent.join(', ')} does not exist`, 'security-group/exists', { location })
  const closed = ways.flatMap(({ from, to, way }) => (way.kind === 'closed' ? [sentence(from, to, way)] : []))
  if (closed.length > 0) return fail(subject, closed.join('; '), openBetween(a, b, ways, region), { location })
  const undecided = ways.map(({ way }) => way).find((way) => way.kind === 'undecided')
  // Without the subnets no node has an address that a range or a prefix list could hold, whatever else is not known.
  const gap = subnets.ok ? undecided?.gap : subnets.gap
  if (gap === undefined) throw new Error('neither open nor closed nor undecided')
  return unknown(subject, gap, { location })
}

const sentence = (from: NodePeer, to: NodePeer, { closedAt }: Extract<Reach, { kind: 'closed' }>): string => {
  const [here, there] = [idsOf(from).join(', '), idsOf(to).join(', ')]
  const reasons = closedAt.map((side) =>
    side === 'egress' ? `${here} does not let all traffic out to ${there}` : `${there} does not let all traffic in from ${here}`,
  )
  return `${from.name} cannot open all traffic to ${to.name}: ${reasons.join(' and ')}`
}

interface Way {
  readonly from: NodePeer
  readonly to: NodePeer
  readonly way: Reach
}

/** Rules that name the group of the other side: they hold whatever addresses nodes get. */
const openBetween = (a: NodePeer, b: NodePeer, ways: readonly Way[], region: string): Fix => ({
  text: `Give all nodes one security group in common that allows all traffic from and to itself; or let ${a.placement.subject} and ${b.placement.subject} allow all traffic from and to each other.`,
  commands: ways.flatMap(({ from, to, way }) => {
    const [here, there] = [from.securityGroups[0]?.securityGroupId, to.securityGroups[0]?.securityGroupId]
    if (way.kind !== 'closed' || here === undefined || there === undefined) return []
    return way.closedAt.map((side) =>
      side === 'egress' ? authorize('egress', here, there, region) : authorize('ingress', there, here, region),
    )
  }),
})

const authorize = (side: 'egress' | 'ingress', of: string, other: string, region: string): string =>
  command(
    ...['aws', 'ec2', `authorize-security-group-${side}`, '--region', region, '--group-id', of],
    ...['--ip-permissions', `IpProtocol=-1,UserIdGroupPairs=[{GroupId=${other}}]`],
  )
