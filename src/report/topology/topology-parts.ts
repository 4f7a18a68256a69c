import type { Fact } from '../../model/fact.ts'
import type { FileSystem } from '../../model/facts/fsx.ts'
import type { RouteTable, Subnet, VpcEndpoint } from '../../model/facts/network.ts'
import type { Facts } from '../../model/facts.ts'
import type { Plan, VpcConfig } from '../../model/plan.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import { knownValue, readItem, readItems, unreadGap } from '../../semantics/fact.ts'
import { routeTableOf } from '../../semantics/network/routes.ts'
import { vpcIdOf } from '../../semantics/network/vpc.ts'
import { placementOf, plannedSecurityGroupIds, plannedSecurityGroups, plannedSubnets } from '../../semantics/plan/placement.ts'
import { groupBy } from '../wording/standing.ts'
import { nothing, type Part, type Piece, part, type Way } from './topology-part.ts'
import { destinationsOfS3, gatewayEndpoints, interfaceEndpoints, internet, routes } from './topology-ways.ts'

/** What facts and plan say, without the findings. */
export interface Parts {
  readonly vpcId: string | null
  readonly nodes: readonly Part[]
  readonly edges: readonly Way[]
  /** Route tables of the planned subnets, keyed by subnet id; those that are not known are missing. */
  readonly tables: ReadonlyMap<string, RouteTable>
  /** Null where they could not be read. */
  readonly endpoints: readonly VpcEndpoint[] | null
  readonly unread: readonly string[]
}

/** The parts of the network that the plan touches; null where it names no subnet, or none that exists. */
export const partsOf = ({ plan, facts }: Snapshot): Parts | null => {
  const planned = plannedSubnets(plan)
  const subnets = knownValue(facts.subnets) ?? {}
  const ids = planned.map(({ id }) => id)
  const found = readItems(subnets, ids)
  const noneExists = facts.subnets?.ok === true && found.length === 0 && unreadGap(subnets, ids) === null
  if (planned.length === 0 || facts.subnets === undefined || noneExists) return null

  const vpcId = vpcIdOf(plan, subnets)
  const tables = tablesOf(found, vpcId, knownValue(facts.routeTables) ?? [])
  const distinctTables = [...new Map([...tables.values()].map((table) => [table.routeTableId, table])).values()]
  const endpoints = knownValue(facts.vpcEndpoints) ?? null
  const groups = instanceGroups(plan)
  const pieces = [
    vpcId === null ? nothing : { nodes: [part('vpc', vpcId, vpcId)], edges: [] },
    groups,
    {
      nodes: planned.map(({ id }) => subnetPart(id, facts.subnets?.ok === true ? readItem(subnets, id) : null, vpcId)),
      edges: [...tables].map(([from, { routeTableId }]) => ({ from, to: routeTableId })),
    },
    { nodes: distinctTables.map(tablePart), edges: [] },
    routes(distinctTables, knownValue(facts.natGateways) ?? []),
    gatewayEndpoints(distinctTables, endpoints ?? [], plan),
    interfaceEndpoints(endpoints ?? [], plan, groups.nodes),
    securityGroups(plan, knownValue(facts.securityGroups) ?? null),
    fileSystems(plan, knownValue(facts.fileSystems) ?? null),
    eksCluster(plan, knownValue(facts.eksCluster) ?? null),
    { nodes: destinationsOfS3(plan), edges: [] },
    { nodes: [part('internet', internet, 'Internet')], edges: [] },
  ]
  const nodes = [...new Map(pieces.flatMap((piece) => piece.nodes).map((node) => [node.id, node])).values()]
  return { vpcId, nodes, edges: pieces.flatMap((piece) => piece.edges), tables, endpoints, unread: unreadOf(plan, facts) }
}

/** Other subnets have route tables that were not asked for. */
const tablesOf = (subnets: readonly Subnet[], vpcId: string | null, all: readonly RouteTable[]): ReadonlyMap<string, RouteTable> =>
  new Map(
    subnets
      .filter((subnet) => subnet.vpcId === vpcId)
      .flatMap((subnet) => {
        const table = routeTableOf(subnet, all)
        return table.ok ? [[subnet.subnetId, table.value] as const] : []
      }),
  )

/** One node for the groups that are placed alike: in the same subnets, with the same security groups. */
const instanceGroups = (plan: Plan): Piece => {
  const placed = plan.instanceGroups.flatMap((group) => {
    const config = placementOf(group, plan)
    return config === null ? [] : [{ group, config }]
  })
  const placements = groupBy(placed, ({ config }) => [config.subnetIds.toSorted(), config.securityGroupIds.toSorted()])
  const nodes = placements.map((members, index) => {
    const groups = members.map(({ group }) => group)
    const names = groups.map(({ name }) => name)
    const nodesOf = groups.map(({ instanceCount, instanceTypes }) => `${instanceCount} × ${instanceTypes.join(' or ')}`)
    const label = `instance ${names.length === 1 ? 'group' : 'groups'} ${names.join(', ')}`
    return { node: part('instance-groups', `instance-groups/${index + 1}`, label, nodesOf, names), config: members[0].config }
  })
  const unnamed = plan.instanceGroups.length === 0 && plan.vpcConfig !== null ? [flatPlan(plan.vpcConfig)] : []
  const all = [...nodes, ...unnamed]
  return {
    nodes: all.map(({ node }) => node),
    edges: all.flatMap(({ node, config }) => [
      ...[...new Set(config.subnetIds)].map((to) => ({ from: node.id, to })),
      ...[...new Set(config.securityGroupIds)].map((to) => ({ from: node.id, to })),
    ]),
  }
}

const flatPlan = (config: VpcConfig) => ({ node: part('instance-groups', 'instance-groups/1', 'nodes of the cluster'), config })

const subnetPart = (id: string, read: Fact<Subnet | null> | null, vpcId: string | null): Part => {
  if (read === null || !read.ok) return part('subnet', id, id)
  const subnet = read.value
  if (subnet === null) return part('subnet', id, id, ['not found'])
  const details = [
    subnet.cidrBlock ?? 'no IPv4',
    `${subnet.availableIpAddressCount} free`,
    ...(subnet.vpcId === vpcId ? [] : [`in ${subnet.vpcId}`]),
  ]
  return { ...part('subnet', id, id, details), zone: subnet.availabilityZone }
}

const tablePart = ({ routeTableId, isMain }: RouteTable): Part =>
  part('route-table', routeTableId, `route table ${routeTableId}`, isMain ? ['main'] : [])

const securityGroups = (plan: Plan, found: Facts['securityGroups'] | null): Piece => ({
  nodes: plannedSecurityGroups(plan).map(({ id }) => {
    const group = found === null ? undefined : knownValue(readItem(found, id))
    return part('security-group', id, `security group ${id}`, group === null ? ['not found'] : group === undefined ? [] : [group.name])
  }),
  edges: [],
})

/** Security groups of the instance groups named, of all where none is. */
const carriedBy = (plan: Plan, names: readonly string[]): readonly string[] => {
  if (plan.instanceGroups.length === 0) return plannedSecurityGroupIds(plan)
  const carriers = plan.instanceGroups.filter(({ name }) => names.length === 0 || names.includes(name))
  return [...new Set(carriers.flatMap((group) => placementOf(group, plan)?.securityGroupIds ?? []))]
}

const fileSystems = (plan: Plan, found: readonly FileSystem[] | null): Piece => {
  const all = plan.fileSystems.flatMap((planned) => {
    const id = planned.fileSystemId ?? planned.dnsName?.toLowerCase().split('.')[0]
    if (id === undefined || id === '') return []
    const match = found?.find(({ fileSystemId }) => fileSystemId === id)
    const type = match?.type ?? planned.type.toUpperCase()
    const lifecycle = match?.lifecycle ?? null
    const state = lifecycle === null || lifecycle === 'AVAILABLE' ? [] : [lifecycle]
    const details = found !== null && match === undefined ? ['not found'] : state
    const names = planned.dnsName === null ? [] : [planned.dnsName]
    return [{ planned, node: part('file-system', id, `FSx ${fsxNames[type] ?? 'file system'} ${id}`, details, names) }]
  })
  const ways = all.flatMap(({ planned, node }) => carriedBy(plan, planned.instanceGroups).map((from) => ({ from, to: node.id })))
  return { nodes: all.map(({ node }) => node), edges: distinctWays(ways) }
}

const fsxNames: Readonly<Record<string, string>> = {
  LUSTRE: 'for Lustre',
  OPENZFS: 'for OpenZFS',
  ONTAP: 'for NetApp ONTAP',
  WINDOWS: 'for Windows File Server',
}

const distinctWays = (ways: readonly Way[]): readonly Way[] => [...new Map(ways.map((way) => [JSON.stringify(way), way])).values()]

const eksCluster = ({ orchestrator, ...plan }: Plan, found: Facts['eksCluster']): Piece => {
  const reference = orchestrator.kind === 'eks' ? orchestrator.cluster : null
  if (reference === null) return nothing
  const arn = reference.arn ?? found?.arn ?? null
  const details = found === null ? [] : [`Kubernetes ${found.version}`, ...(found.status === 'ACTIVE' ? [] : [found.status])]
  const id = `eks/${reference.name}`
  return {
    nodes: [part('eks-cluster', id, `EKS control plane ${reference.name}`, details, [reference.name, ...(arn === null ? [] : [arn])])],
    edges: carriedBy({ orchestrator, ...plan }, []).map((from) => ({ from, to: id })),
  }
}

/** In the order of the picture. */
const unreadOf = (plan: Plan, facts: Snapshot['facts']): readonly string[] => {
  const leadsToNat =
    knownValue(facts.routeTables)?.some(({ routes: all }) => all.some(({ target }) => target.kind === 'nat-gateway')) ?? false
  const asked: readonly (readonly [boolean, Fact<unknown> | undefined, string])[] = [
    [true, facts.subnets, 'ec2:DescribeSubnets'],
    [true, facts.routeTables, 'ec2:DescribeRouteTables'],
    [leadsToNat, facts.natGateways, 'ec2:DescribeNatGateways'],
    [true, facts.vpcEndpoints, 'ec2:DescribeVpcEndpoints'],
    [plannedSecurityGroups(plan).length > 0, facts.securityGroups, 'ec2:DescribeSecurityGroups'],
    [plan.fileSystems.length > 0, facts.fileSystems, 'fsx:DescribeFileSystems'],
    [plan.orchestrator.kind === 'eks' && plan.orchestrator.cluster !== null, facts.eksCluster, 'eks:DescribeCluster'],
  ]
  return asked.filter(([shown, fact]) => shown && fact?.ok !== true).map(([, , action]) => action)
}
