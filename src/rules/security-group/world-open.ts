import type { Fact, Gap } from '../../model/fact.ts'
import type { SecurityGroup, SecurityGroupPermission } from '../../model/facts/network.ts'
import type { Facts } from '../../model/facts.ts'
import type { Fix, Outcome } from '../../model/finding.ts'
import { type AddressFamily, everyAddress } from '../../semantics/network/cidr-cover.ts'
import { letsIn, type Peer, type Traffic } from '../../semantics/network/security-graph.ts'
import { type PlannedId, plannedSecurityGroups } from '../../semantics/plan/placement.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, reported, unknown } from '../engine/outcome.ts'

export const worldOpen = defineRule({
  id: 'security-group/world-open',
  title: 'No security group of the plan accepts all traffic from everywhere',
  why: 'A rule from `0.0.0.0/0` or `::/0` for all traffic, or for every TCP port, lets in whoever has a way to the nodes: other networks over VPC peering, a transit gateway or a VPN, and the internet as soon as a node is in a public subnet or behind a load balancer. Slurm, the kubelet and the ports of training frameworks are open then, many of them without a login. HyperPod asks for all traffic from the security group itself, never from addresses.',
  severity: 'warning',
  sources: [
    'https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites.html',
  ],
  needs: ['securityGroups'],
  uses: ['prefixLists'],
  applies: (plan) =>
    plannedSecurityGroups(plan).length > 0 || 'The plan names no security group: give security-group-ids, or VpcConfig in the request.',
  evaluate: ({ securityGroups, prefixLists }, plan) =>
    plannedSecurityGroups(plan).map((planned) => judge(planned, securityGroups[planned.id] ?? null, prefixLists, plan.region)),
})

/** What all or nearly all of an instance listens to, the widest first. Nothing listens on TCP port 0. */
const wide: readonly { readonly words: string; readonly traffic: Traffic }[] = [
  { words: 'all traffic', traffic: { protocol: 'all', fromPort: 0, toPort: 65_535 } },
  { words: 'TCP on every port', traffic: { protocol: 'tcp', fromPort: 1, toPort: 65_535 } },
]

/** All of IPv4, and every IPv6 address of the internet: https://www.iana.org/assignments/ipv6-address-space */
const worlds: readonly { readonly family: AddressFamily; readonly peer: Peer }[] = [
  { family: 'ipv4', peer: { name: everyAddress.ipv4, securityGroups: [], unread: [], cidrBlocks: [everyAddress.ipv4] } },
  { family: 'ipv6', peer: { name: everyAddress.ipv6, securityGroups: [], unread: [], cidrBlocks: ['2000::/3'] } },
]

const judge = (
  { id, location }: PlannedId,
  group: SecurityGroup | null,
  prefixLists: Fact<Facts['prefixLists']>,
  region: string,
): Outcome => {
  if (group === null) return reported(id, `${id} does not exist`, 'security-group/exists', { location })
  const subject = `${id} (${group.name})`
  const { open, gap } = openings(group, prefixLists)
  if (open.length > 0) {
    const sources = openSources(group, prefixLists)
    const ranges = [...new Set(sources.map(({ value }) => value))]
    const plain = ranges.every((range) => Object.values(everyAddress).includes(range))
    const message = `${subject} accepts ${open.join(' and ')}${plain ? '' : `, made up of ${ranges.join(', ')}`}`
    return fail(id, message, closeToWorld(group, sources, region), { location, evidence: { name: group.name, sources: ranges } })
  }
  if (gap !== null) return unknown(id, gap, { location, evidence: { name: group.name } })
  return pass(id, `${subject} does not accept all traffic from ${everyAddress.ipv4} or ${everyAddress.ipv6}`, {
    location,
    evidence: { name: group.name },
  })
}

interface Openings {
  /** `all traffic from 0.0.0.0/0`: at most one an address family, the widest. */
  readonly open: readonly string[]
  /** What could not be read and may hold an opening. */
  readonly gap: Gap | null
}

const openings = (group: SecurityGroup, prefixLists: Fact<Facts['prefixLists']>): Openings => {
  const holder: Peer = { name: group.securityGroupId, securityGroups: [group], unread: [], cidrBlocks: [] }
  const open: string[] = []
  let gap: Gap | null = null
  for (const { family, peer } of worlds) {
    const ways = wide.map(({ words, traffic }) => ({ words, way: letsIn(holder, peer, traffic, prefixLists) }))
    const widest = ways.find(({ way }) => way.kind === 'open')
    if (widest !== undefined) open.push(`${widest.words} from ${everyAddress[family]}`)
    for (const { way } of ways) if (way.kind === 'undecided') gap ??= way.gap
  }
  return { open, gap }
}

/** One range, or one prefix list, of one permission. */
interface Source {
  readonly permission: SecurityGroupPermission
  readonly list: 'ipv4Ranges' | 'ipv6Ranges' | 'prefixListIds'
  readonly value: string
}

/** The sources to take away so that nothing is open to the world any more, and no source beside them. */
const openSources = (group: SecurityGroup, prefixLists: Fact<Facts['prefixLists']>): readonly Source[] => {
  const isOpen = (sources: readonly Source[]): boolean => openings(withSources(group, sources), prefixLists).open.length > 0
  const found: Source[] = []
  let left = sourcesOf(group)
  while (isOpen(left)) {
    const needed = left.reduce((kept, source) => {
      const others = kept.filter((other) => other !== source)
      return isOpen(others) ? others : kept
    }, left)
    for (const source of needed) found.push(source)
    left = left.filter((source) => !needed.includes(source))
  }
  return found
}

/** Those that may be part of an opening, the narrowest first. */
const sourcesOf = ({ ingress }: SecurityGroup): readonly Source[] =>
  ingress
    .filter(({ protocol }) => ['-1', 'tcp', '6'].includes(protocol))
    .flatMap((permission) =>
      (['prefixListIds', 'ipv4Ranges', 'ipv6Ranges'] as const).flatMap((list) =>
        permission[list].map((value) => ({ permission, list, value })),
      ),
    )
    .toSorted((a, b) => prefixLengthOf(b) - prefixLengthOf(a))

/** A prefix list counts as narrow: it is to blame only where the ranges alone do not make the opening. */
const prefixLengthOf = ({ list, value }: Source): number =>
  list === 'prefixListIds' ? Number.POSITIVE_INFINITY : Number(value.split('/')[1] ?? 0)

/** The group with these sources alone. */
const withSources = (group: SecurityGroup, sources: readonly Source[]): SecurityGroup => ({
  ...group,
  ingress: permissionsOf(sources),
})

const permissionsOf = (sources: readonly Source[]): readonly SecurityGroupPermission[] =>
  [...new Set(sources.map(({ permission }) => permission))].map((permission) => {
    const values = (wanted: Source['list']): readonly string[] =>
      sources.filter((source) => source.permission === permission && source.list === wanted).map(({ value }) => value)
    return {
      ...permission,
      ipv4Ranges: values('ipv4Ranges'),
      ipv6Ranges: values('ipv6Ranges'),
      prefixListIds: values('prefixListIds'),
      securityGroupIds: [],
    }
  })

const closeToWorld = ({ securityGroupId }: SecurityGroup, sources: readonly Source[], region: string): Fix => ({
  text: `See that ${securityGroupId} allows all traffic from itself, then take the open rule away. What else has to come in gets a rule of its own, from the addresses and on the ports that it needs.`,
  commands: permissionsOf(sources).map((permission) =>
    command(
      ...['aws', 'ec2', 'revoke-security-group-ingress', '--region', region, '--group-id', securityGroupId],
      ...['--ip-permissions', shorthand(permission)],
    ),
  ),
})

/** https://docs.aws.amazon.com/cli/latest/reference/ec2/revoke-security-group-ingress.html */
const shorthand = ({ protocol, fromPort, toPort, ipv4Ranges, ipv6Ranges, prefixListIds }: SecurityGroupPermission): string =>
  [
    `IpProtocol=${protocol}`,
    ...(fromPort === null || toPort === null ? [] : [`FromPort=${fromPort}`, `ToPort=${toPort}`]),
    ...structures('IpRanges', 'CidrIp', ipv4Ranges),
    ...structures('Ipv6Ranges', 'CidrIpv6', ipv6Ranges),
    ...structures('PrefixListIds', 'PrefixListId', prefixListIds),
  ].join(',')

const structures = (name: string, key: string, values: readonly string[]): readonly string[] =>
  values.length === 0 ? [] : [`${name}=[${values.map((value) => `{${key}=${value}}`).join(',')}]`]
