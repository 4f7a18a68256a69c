import ipaddr from 'ipaddr.js'
import type { FileSystem } from '../../model/facts/fsx.ts'
import type { NetworkInterface } from '../../model/facts/network.ts'
import type { FactId } from '../../model/facts.ts'
import type { Plan } from '../../model/plan.ts'
import type { Readable } from '../../model/rule.ts'
import { fileSystemMentions } from '../lifecycle/provisioned-file-systems.ts'
import { type Peer, peerOf, type Traffic } from '../network/security-graph.ts'
import { namedFileSystems, typeUnsaid } from '../plan/file-systems.ts'
import { groupsSubject, type Network, nodesOf, type WayFacts, wayFacts } from './network.ts'
import { allBetween, toAddress } from './network-acl-layer.ts'
import { type Demand, type Placement, placementsOf } from './placements.ts'
import { between } from './security-group-layer.ts'
import { inSeries, type Step, undecided } from './step.ts'
import type { Way } from './ways.ts'

/** The facts that ways inside the VPC are judged by, besides those of the ways to AWS. */
export const innerWayFacts = [
  ...wayFacts,
  'bucketScripts',
  'fileSystemInterfaces',
  'fileSystemSecurityGroups',
  'fileSystems',
  'repositoryScripts',
] as const satisfies readonly FactId[]

export type InnerWayFacts = WayFacts & Readable<never, (typeof innerWayFacts)[number]>

/** The ways of every placement to nodes of its own and of the others, and to the file systems that its groups mount. */
export const innerWaysOf = (plan: Plan, facts: InnerWayFacts): readonly Way[] => {
  if (!facts.subnets.ok) return []
  const network: Network = { plan, facts }
  const placements = placementsOf(plan, facts.subnets.value).filter(({ unused }) => !unused)
  return [...peerWays(placements, network), ...placements.flatMap((placement) => fileSystemWays(placement, network, facts))]
}

const everything: Traffic = { protocol: 'all', fromPort: 0, toPort: 65_535 }

/** Nodes of one placement with all nodes of the plan, their own among them. Who opens the connection is not known: both directions count. */
const peerWays = (placements: readonly Placement[], network: Network): readonly Way[] =>
  placements.map((from): Way => {
    const steps = placements.flatMap((to): readonly Step[] => {
      const [own, other] = [nodesOf(from, network), nodesOf(to, network)]
      const unread = [own, other].flatMap((nodes) => (nodes.ok ? [] : [undecided('security-group-out', groupsSubject(from), nodes.gap)]))
      const groups =
        own.ok && other.ok && own.value !== null && other.value !== null ? between(own.value, other.value, everything, network) : unread
      return [...groups, ...allBetween(from.subnet, to.subnet, network)]
    })
    return { placement: from, demand: otherNodes, via: 'the VPC itself', vpcEndpointId: null, ...inSeries(steps) }
  })

const otherNodes: Demand = { to: 'other nodes', service: null, purpose: 'jobs that span nodes', need: 'useful' }

/** Whether a way leads to other nodes of the plan. */
export const isBetweenNodes = ({ demand }: Way): boolean => demand === otherNodes

/** https://docs.aws.amazon.com/fsx/latest/LustreGuide/limit-access-security-groups.html */
const portsOf: Readonly<Record<string, readonly Traffic[]>> = {
  LUSTRE: [
    { protocol: 'tcp', fromPort: 988, toPort: 988 },
    { protocol: 'tcp', fromPort: 1021, toPort: 1023 },
  ],
  OPENZFS: [{ protocol: 'tcp', fromPort: 2049, toPort: 2049 }],
}

const fileSystemWays = (placement: Placement, network: Network, facts: InnerWayFacts): readonly Way[] => {
  const { fileSystems, fileSystemInterfaces } = facts
  if (!fileSystems.ok || !fileSystemInterfaces.ok) return []
  const { plan } = network
  const named = namedFileSystems(fileSystemMentions(plan, facts).mentions, fileSystems.value)
  return named.flatMap(({ found, instanceGroups }) => {
    const mounts = instanceGroups.length === 0 || placement.instanceGroups.some(({ name }) => instanceGroups.includes(name))
    const interfaces = found === null ? [] : (fileSystemInterfaces.value[found.fileSystemId] ?? [])
    if (found === null || !mounts || interfaces.length === 0) return []
    return [fileSystemWay(found, interfaces, placement, network, facts)]
  })
}

const throughUnknown = (fileSystemId: string, placement: Placement): Way => {
  const demand: Demand = { to: fileSystemId, service: null, purpose: 'the shared file system', need: 'useful' }
  return {
    placement,
    demand,
    via: 'the VPC itself',
    vpcEndpointId: null,
    ...inSeries([undecided('security-group-in', fileSystemId, typeUnsaid(fileSystemId))]),
  }
}

const fileSystemWay = (
  { fileSystemId, type }: FileSystem,
  interfaces: readonly NetworkInterface[],
  placement: Placement,
  network: Network,
  { fileSystemSecurityGroups }: InnerWayFacts,
): Way => {
  const { orchestrator } = network.plan
  const nodes = nodesOf(placement, network)
  if (type === null) return throughUnknown(fileSystemId, placement)
  const ports = portsOf[type] ?? []
  const required = type === 'LUSTRE' && orchestrator.kind !== 'eks'
  const demand: Demand = { to: fileSystemId, service: null, purpose: 'the shared file system', need: required ? 'required' : 'useful' }
  const steps = interfaces.flatMap((one): readonly Step[] => {
    const groups: readonly Step[] =
      !fileSystemSecurityGroups.ok || !nodes.ok
        ? [undecided('security-group-in', fileSystemId, !nodes.ok ? nodes.gap : gapOf(fileSystemSecurityGroups))]
        : nodes.value === null
          ? []
          : throughGroups(nodes.value, serverOf(fileSystemId, one, fileSystemSecurityGroups.value), ports, network)
    const addresses = one.addresses.filter((address) => ipaddr.IPv4.isValid(address))
    return [...groups, ...addresses.flatMap((address) => toAddress(placement.subnet, one.subnetId, address, ports, network))]
  })
  return { placement, demand, via: 'the VPC itself', vpcEndpointId: null, ...inSeries(steps) }
}

const gapOf = (fact: InnerWayFacts['fileSystemSecurityGroups']) =>
  fact.ok ? { reason: 'unexpected' as const, action: 'none', message: 'the security groups of the file system were not read' } : fact.gap

const serverOf = (name: string, { securityGroupIds, addresses }: NetworkInterface, groups: Parameters<typeof peerOf>[2]): Peer =>
  peerOf(
    name,
    securityGroupIds,
    groups,
    addresses.map((address) => `${address}/${ipaddr.IPv6.isValid(address) ? 128 : 32}`),
  )

const throughGroups = (nodes: Peer, server: Peer, traffics: readonly Traffic[], network: Network): readonly Step[] =>
  traffics.flatMap((traffic) => between(nodes, server, traffic, network, 'one-way'))
