import ipaddr from 'ipaddr.js'
import type { Fact, Gap } from '../../model/fact.ts'
import type { FileSystem } from '../../model/facts/fsx.ts'
import type { NetworkInterface } from '../../model/facts/network.ts'
import type { Facts } from '../../model/facts.ts'
import type { Evidence, Outcome, Severity } from '../../model/finding.ts'
import type { Location, Plan } from '../../model/plan.ts'
import type { Readable } from '../../model/rule.ts'
import { fileSystemMentions, mayNameFileSystems, type UnreadParameters } from '../../semantics/lifecycle/provisioned-file-systems.ts'
import { idsOf, type NodePeer, nodePeers, type Peer, peerOf, reach, type Traffic } from '../../semantics/network/security-graph.ts'
import { securityGroupPlacements } from '../../semantics/network/security-groups.ts'
import { vpcIdOf } from '../../semantics/network/vpc.ts'
import { type NamedFileSystem, namedFileSystems, typeUnsaid } from '../../semantics/plan/file-systems.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, reported, skip, unknown } from '../engine/outcome.ts'
import { efaProblem } from './paths/file-system-efa.ts'
import { closedText, isClosed, isUndecided, openPaths, type Path, trafficText, undecidedPath } from './paths/security-group-path.ts'

const tcp = (fromPort: number, toPort = fromPort): Traffic => ({ protocol: 'tcp', fromPort, toPort })

/** https://docs.aws.amazon.com/fsx/latest/LustreGuide/limit-access-security-groups.html */
const lnet = tcp(988)
const lnetSources = tcp(1018, 1023)
/** The ports of `lnetSources` that every AWS page names; older ones, and that of HyperPod, begin there. */
const undisputedSources = tcp(1021, 1023)
/** https://docs.aws.amazon.com/fsx/latest/OpenZFSGuide/limit-access-security-groups.html */
const nfs = tcp(2049)

export const lustre = defineRule({
  id: 'security-group/lustre',
  title: 'Security groups let the nodes reach every FSx file system that the request, the inputs or provisioning_parameters.json name',
  why: "A Lustre mount that the security groups drop does not fail, it hangs: `mount.lustre: Connection timed out` comes after minutes, and until then every node waits in its lifecycle step. Traffic has to pass twice: out of the nodes' security groups, and into those of the file system's network interfaces. Lustre servers also open connections to the nodes, to call back locks; where these are dropped the mount works, and a node can be evicted under load.",
  severity: 'error',
  otherSeverities: ['warning'],
  checklist: '4',
  checklistDiffers:
    "The checklist does not name the ports of FSx for Lustre. AWS asks for TCP 988 and 1018-1023, in and out, on both sides; a security group that nodes and file system share passes by its rule to itself. From the nodes to the file system these ports are an error; 1018-1020 alone are a warning, because AWS's page about HyperPod and older templates name 1021-1023. From the file system to the nodes they are a warning: AWS asks for them, and its own ParallelCluster mounts without. For FSx for OpenZFS only TCP 2049 is judged, as a warning. An EFA-enabled Lustre file system asks for all traffic between the groups of both sides, and within its own, by rules that name groups: address ranges do not count for EFA. That is a warning, where nodes may use EFA, because Lustre also works over TCP. On EKS pods mount the file system, so nothing of this keeps the cluster from coming up: all of it is a warning.",
  sources: [
    'https://docs.aws.amazon.com/fsx/latest/LustreGuide/limit-access-security-groups.html',
    'https://docs.aws.amazon.com/fsx/latest/OpenZFSGuide/limit-access-security-groups.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-slurm-api-config-migration.html',
  ],
  needs: [],
  uses: [
    'fileSystems',
    'fileSystemInterfaces',
    'fileSystemSecurityGroups',
    'securityGroups',
    'subnets',
    'prefixLists',
    'instanceTypes',
    'repositoryScripts',
    'bucketScripts',
  ],
  applies: (plan) => {
    if (!mayNameFileSystems(plan)) return noFileSystem
    return (
      securityGroupPlacements(plan).length > 0 ||
      'The plan names no security group for its nodes: give security-group-ids, or VpcConfig in the request.'
    )
  },
  evaluate: (facts, plan) => {
    const { mentions, unread } = fileSystemMentions(plan, facts)
    if (mentions.length === 0 && unread.length === 0) return [skip('plan', noFileSystem)]
    return [...judgeNamed(facts, plan, (found) => namedFileSystems(mentions, found)), ...unread.map(notRead)]
  },
})

const noFileSystem =
  'The plan names no FSx file system: give fsx-file-system-id, InstanceStorageConfigs in the request, or fsx_dns_name in provisioning_parameters.json.'

type Given = Readable<
  never,
  'fileSystems' | 'fileSystemInterfaces' | 'fileSystemSecurityGroups' | 'securityGroups' | 'subnets' | 'prefixLists' | 'instanceTypes'
>

/** What is there to judge by, once everything is known that no judgement can do without. */
interface Read {
  readonly fileSystemInterfaces: Facts['fileSystemInterfaces']
  readonly fileSystemSecurityGroups: Facts['fileSystemSecurityGroups']
  readonly securityGroups: Facts['securityGroups']
  readonly subnets: Fact<Facts['subnets']>
  readonly prefixLists: Fact<Facts['prefixLists']>
  readonly instanceTypes: Fact<Facts['instanceTypes']>
}

/** Facts are read only where a file system is named: what nobody needs may well be denied. */
const judgeNamed = (facts: Given, plan: Plan, naming: (found: Facts['fileSystems']) => readonly NamedFileSystem[]): readonly Outcome[] => {
  const { fileSystems, fileSystemInterfaces, fileSystemSecurityGroups, securityGroups } = facts
  const severity = plan.orchestrator.kind === 'eks' ? 'warning' : undefined
  const missing = (gap: Gap): readonly Outcome[] =>
    naming(fileSystems.ok ? fileSystems.value : []).map(({ subject, location }) => unknown(subject, gap, { location, severity }))
  if (!fileSystems.ok) return missing(fileSystems.gap)
  if (!fileSystemInterfaces.ok) return missing(fileSystemInterfaces.gap)
  if (!fileSystemSecurityGroups.ok) return missing(fileSystemSecurityGroups.gap)
  if (!securityGroups.ok) return missing(securityGroups.gap)
  const read: Read = {
    ...facts,
    fileSystemInterfaces: fileSystemInterfaces.value,
    fileSystemSecurityGroups: fileSystemSecurityGroups.value,
    securityGroups: securityGroups.value,
  }
  return naming(fileSystems.value).flatMap((mount) => judgeMount(mount, read, plan))
}

const notRead = ({ subject, gap, location }: UnreadParameters): Outcome =>
  gap === null
    ? reported(subject, `${subject} is not JSON, so what it names cannot be read`, 'lifecycle/provisioning-parameters', { location })
    : unknown(subject, gap, { location })

const judgeMount = ({ subject, found, instanceGroups, location }: NamedFileSystem, facts: Read, plan: Plan): readonly Outcome[] => {
  const at = { location }
  if (found === null) return [notFound(subject, location, plan)]
  if (found.type === null) return [unknown(subject, typeUnsaid(subject), at)]
  if (found.type !== 'LUSTRE' && found.type !== 'OPENZFS') {
    return [skip(subject, `${subject} is of type ${found.type}, whose ports are not judged: HyperPod mounts LUSTRE and OPENZFS`, at)]
  }
  const mounting = plan.instanceGroups.filter(({ name }) => instanceGroups.length === 0 || instanceGroups.includes(name))
  const nodes = nodePeers({ ...plan, instanceGroups: mounting }, facts.securityGroups, facts.subnets.ok ? facts.subnets.value : {})
  if (nodes.length === 0) return [skip(subject, `no security group is named for the instance groups that mount ${subject}`, at)]
  const severity = plan.orchestrator.kind === 'eks' || found.type === 'OPENZFS' ? 'warning' : undefined
  return nodes.map((peer) => judge({ nodes: peer, found, severity, location }, facts, plan))
}

/** On EKS no other rule looks for it. */
const notFound = (subject: string, location: Location | null, { orchestrator, region }: Plan): Outcome => {
  const message = `${subject} is not among the FSx file systems of this account in ${region}`
  if (orchestrator.kind !== 'eks') return reported(subject, message, 'slurm/file-system', { location })
  return unknown(subject, { reason: 'unsupported', action: 'fsx:DescribeFileSystems', message }, { location, severity: 'warning' })
}

interface Case {
  readonly nodes: NodePeer
  readonly found: FileSystem
  /** The most that a failure can be; the rule's own where undefined. */
  readonly severity: Severity | undefined
  readonly location: Location | null
}

const judge = (given: Case, facts: Read, plan: Plan): Outcome => {
  const { nodes, found, severity, location } = given
  const subject = `${nodes.placement.subject} to ${found.fileSystemId}`
  if (nodes.securityGroups.length === 0 && nodes.gap !== undefined) return unknown(subject, nodes.gap, { location, severity })
  if (nodes.securityGroups.length === 0) {
    return reported(subject, `${idsOf(nodes).join(', ')} does not exist`, 'security-group/exists', { location })
  }
  const interfaces = (facts.fileSystemInterfaces[found.fileSystemId] ?? []).filter(({ securityGroupIds }) => securityGroupIds.length > 0)
  const servers = serverPeers(found, interfaces, facts.fileSystemSecurityGroups)
  const evidence: Evidence = {
    ...(found.type !== null && { type: found.type }),
    nodeSecurityGroupIds: nodes.placement.securityGroupIds,
    fileSystemSecurityGroupIds: [...new Set(servers.flatMap(idsOf))],
  }
  const details = { location, evidence }
  const lack = outOfSight(found, interfaces, vpcIdOf(plan, facts.subnets.ok ? facts.subnets.value : {}))
  if (servers.length === 0 || lack?.reason === 'unsupported') {
    return unknown(subject, lack ?? notAnswered(found), { ...details, severity })
  }
  const legs = servers.flatMap((server) => legsOf(nodes, server, found, facts.prefixLists))
  // Without the subnets no node has an address that a range could hold, whatever else is not known.
  const blame = facts.subnets.ok ? undefined : facts.subnets.gap
  const outcome = weigh(legs, lack, { ...details, subject, severity, gap: blame }, plan.region)
  if (outcome.status !== 'pass') return outcome
  return efaProblem({ nodes, servers, found, facts, ...details, subject }, plan.region) ?? outcome
}

/**
 * The file system's interfaces, one peer for each set of security groups: those of a file system can be given other groups one by one,
 * and a node talks to all of them.
 */
const serverPeers = (
  { fileSystemId }: FileSystem,
  interfaces: readonly NetworkInterface[],
  groups: Facts['fileSystemSecurityGroups'],
): readonly Peer[] => {
  const sets = new Map<string, NetworkInterface[]>()
  for (const one of interfaces) {
    const key = one.securityGroupIds.toSorted().join(' ')
    sets.set(key, [...(sets.get(key) ?? []), one])
  }
  return [...sets.values()].map((alike) => {
    const name =
      sets.size === 1 ? fileSystemId : `${alike.map(({ networkInterfaceId }) => networkInterfaceId).join(', ')} of ${fileSystemId}`
    const addresses = alike.flatMap((one) => one.addresses)
    return peerOf(name, alike[0]?.securityGroupIds ?? [], groups, addresses.map(blockOf))
  })
}

const blockOf = (address: string): string => `${address}/${ipaddr.IPv6.isValid(address) ? 128 : 32}`

/** Why the file system's side cannot be read, wholly or in part; null where all of it was. */
const outOfSight = (
  { fileSystemId, networkInterfaceIds }: FileSystem,
  interfaces: readonly NetworkInterface[],
  vpcId: string | null,
): Gap | null => {
  const elsewhere = interfaces.find((one) => vpcId !== null && one.vpcId !== vpcId)
  if (elsewhere !== undefined) {
    const message = `${fileSystemId} is in ${elsewhere.vpcId}, the nodes are in ${vpcId}: what their security groups let through between two VPCs depends on how these are connected, which is not looked at`
    return { reason: 'unsupported', action: 'ec2:DescribeVpcPeeringConnections', message }
  }
  const seen = new Set(interfaces.map(({ networkInterfaceId }) => networkInterfaceId))
  const unseen = networkInterfaceIds.filter((id) => !seen.has(id))
  if (unseen.length === 0) return null
  const message = `ec2:DescribeNetworkInterfaces shows no ${unseen.join(', ')} of ${fileSystemId} in this account, so the security groups there cannot be read`
  return { reason: 'unexpected', action: 'ec2:DescribeNetworkInterfaces', message }
}

const notAnswered = ({ fileSystemId }: FileSystem): Gap => ({
  reason: 'unexpected',
  action: 'fsx:DescribeFileSystems',
  message: `fsx:DescribeFileSystems answered no network interface of ${fileSystemId}`,
})

interface Leg extends Path {
  /** Whether nodes cannot mount where this is closed. */
  readonly vital: boolean
}

const legsOf = (nodes: Peer, server: Peer, { type }: FileSystem, prefixLists: Read['prefixLists']): readonly Leg[] => {
  const leg = (from: Peer, to: Peer, traffic: Traffic, vital = false): Leg => ({
    from,
    to,
    traffic,
    vital,
    reach: reach(from, to, traffic, prefixLists),
  })
  if (type === 'OPENZFS') return [leg(nodes, server, nfs, true)]
  const undisputed = reach(nodes, server, undisputedSources, prefixLists)
  return [
    leg(nodes, server, lnet, true),
    leg(nodes, server, lnetSources, undisputed.kind === 'closed'),
    ...(undisputed.kind === 'undecided' ? [leg(nodes, server, undisputedSources, true)] : []),
    leg(server, nodes, lnet),
    leg(server, nodes, lnetSources),
  ]
}

interface Details {
  readonly subject: string
  readonly location: Location | null
  readonly evidence: Evidence
  readonly severity: Severity | undefined
  readonly gap: Gap | undefined
}

/** What surely keeps the nodes from mounting goes first, then what may do so, then the rest in the same order. */
const weigh = (legs: readonly Leg[], lack: Gap | null, details: Details, region: string): Outcome => {
  const { subject, location, evidence, severity } = details
  const closed = legs.filter(isClosed)
  const undecided = legs.filter(isUndecided)
  const failure = (weight: Severity | undefined): Outcome =>
    fail(subject, byDirection(closed).map(closedText).join('; '), openPaths(closed, region), { location, evidence, severity: weight })

  if (closed.some(({ vital }) => vital)) return failure(severity)
  const doubtful = undecided.find(({ vital }) => vital)
  if (doubtful !== undefined) return undecidedPath(doubtful, details)
  if (lack !== null) return unknown(subject, lack, { location, evidence, severity })
  if (closed.length > 0) return failure('warning')
  const [minor] = undecided
  if (minor !== undefined) return undecidedPath(minor, { ...details, severity: 'warning' })
  const ports = [...new Set(legs.map(({ traffic }) => trafficText(traffic)))].join(' and ')
  return pass(subject, `security groups let ${ports} through ${bothEnds(legs)}`, { location, evidence })
}

const bothEnds = (legs: readonly Leg[]): string => {
  const [first, ...others] = legs
  if (first === undefined) throw new Error('no traffic to judge')
  return others.length === 0 ? `from ${first.from.name} to ${first.to.name}` : `between ${first.from.name} and ${first.to.name}, both ways`
}

/** Paths between the same two peers, together. */
const byDirection = <T extends Path>(paths: readonly T[]): readonly (readonly T[])[] => {
  const together = new Map<string, T[]>()
  for (const path of paths) {
    const key = `${path.from.name} to ${path.to.name}`
    together.set(key, [...(together.get(key) ?? []), path])
  }
  return [...together.values()]
}
