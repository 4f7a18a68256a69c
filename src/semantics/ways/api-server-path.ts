import type { Fact } from '../../model/fact.ts'
import type { EksCluster } from '../../model/facts/eks.ts'
import { readItems } from '../fact.ts'
import { blocksText, exitAddresses, outsideOf } from '../network/exit-addresses.ts'
import { routeTableOf } from '../network/routes.ts'
import { peerOf } from '../network/security-graph.ts'
import { addressBlocks } from '../network/vpc.ts'
import { controlPlaneGroups } from '../plan/eks.ts'
import { conjunction } from '../text/enumerate.ts'
import { toControlPlaneSubnets } from './control-plane-acl.ts'
import { underZones } from './hosted-zones.ts'
import { internetPath } from './internet-path.ts'
import { privateNames, publicNames, resolverIn } from './name-layer.ts'
import { type Network, routingOf, unexpected } from './network.ts'
import type { Placement } from './placements.ts'
import { toPeer, toPublic, toUnknown } from './security-group-layer.ts'
import { closed, open, type Step, undecided } from './step.ts'

/** The way to the API server of the plan's EKS cluster. */
export interface ApiServerPath {
  readonly via: string
  readonly steps: readonly Step[]
}

/**
 * With private access the API server's name leads to interfaces of the control plane in the VPC; without, to public addresses that let in
 * the blocks of `publicAccessCidrs` only. Null where there is no cluster to look at: eks/cluster reports it.
 * https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html
 */
export const apiServerPath = (placement: Placement, network: Network): ApiServerPath | null => {
  const { eksCluster } = network.facts
  const { subnetId, vpcId } = placement.subnet
  if (!eksCluster.ok) return { via: 'the API server', steps: [undecided('route', subnetId, eksCluster.gap)] }
  const cluster = eksCluster.value
  if (cluster === null || (cluster.vpcId !== null && cluster.vpcId !== vpcId)) return null
  if (cluster.endpointPrivateAccess === true && !asksPublicly(cluster, network)) return privatePath(cluster, placement, network)
  const said = cluster.endpointPrivateAccess !== null && cluster.endpointPublicAccess !== null
  if (!said) {
    const message = `eks:DescribeCluster does not say which endpoints ${cluster.name} has`
    return { via: 'the API server', steps: [undecided('route', subnetId, unexpected('eks:DescribeCluster', message))] }
  }
  if (cluster.endpointPublicAccess === false) {
    const why = `${cluster.name} has neither private nor public access to its API server`
    return { via: `API server of ${cluster.name}`, steps: [closed('target', subnetId, why)] }
  }
  const { via, steps } = internetPath(placement.subnet, network)
  const path = {
    via,
    steps: [...publicNames(placement, network), ...toPublic(placement, network), ...steps, letIn(cluster, placement, network)],
  }
  const host = hostOf(cluster)
  return host === null ? path : underZones(path, host, true, placement, network)
}

const hostOf = ({ endpoint }: EksCluster): string | null =>
  endpoint !== null && URL.canParse(endpoint) ? new URL(endpoint).hostname : null

/**
 * Servers of the internet answer with the public addresses of a cluster that has both endpoints, and with the private ones of a cluster
 * that has that endpoint alone.
 */
const asksPublicly = ({ endpointPublicAccess }: EksCluster, network: Network): boolean => {
  const resolver = resolverIn(network)
  return resolver.ok && resolver.value.kind === 'public' && endpointPublicAccess !== false
}

/** Where servers that are not Amazon's may answer with public addresses as well, what is behind the name is not known. */
const privatePath = (cluster: EksCluster, placement: Placement, network: Network): ApiServerPath => {
  const resolver = resolverIn(network)
  const byPublicServers = resolver.ok && resolver.value.kind === 'public'
  const names = byPublicServers ? publicNames(placement, network) : privateNames(placement, network)
  const isSure = byPublicServers || (resolver.ok && resolver.value.kind === 'amazon') || cluster.endpointPublicAccess === false
  const onward = isSure
    ? [...toControlPlane(cluster, placement, network), ...toControlPlaneSubnets(cluster, placement.subnet, network)]
    : toUnknown(placement, network)
  return { via: `private endpoint of ${cluster.name}`, steps: [...names, open('route', placement.subnet.subnetId), ...onward] }
}

/** The interfaces of the control plane have addresses in the EKS cluster's subnets, of which the plan may name some. */
const toControlPlane = (cluster: EksCluster, placement: Placement, network: Network): readonly Step[] => {
  const { eksSecurityGroups, subnets, vpc } = network.facts
  if (!eksSecurityGroups.ok) return [undecided('security-group-in', cluster.name, eksSecurityGroups.gap)]
  const groups = controlPlaneGroups(cluster)
  if (groups.length === 0) {
    const message = `eks:DescribeCluster answered no security group of ${cluster.name}`
    return [undecided('security-group-in', cluster.name, unexpected('eks:DescribeCluster', message))]
  }
  const found = subnets.ok ? readItems(subnets.value, cluster.subnetIds) : []
  const exact = found.length > 0 && found.length === cluster.subnetIds.length
  const within =
    vpc.ok && vpc.value !== null && vpc.value.vpcId === cluster.vpcId ? [...vpc.value.cidrBlocks, ...vpc.value.ipv6CidrBlocks] : []
  const steps = (blocks: readonly string[]): readonly Step[] =>
    toPeer(placement, peerOf(`the control plane of ${cluster.name}`, groups, eksSecurityGroups.value, blocks), cluster.name, network)
  if (exact) return steps(found.flatMap(addressBlocks))
  // What is open for all addresses of the VPC is open; what is not is judged as for addresses that are not known.
  const everywhere = within.length === 0 ? [] : steps(within)
  return everywhere.length > 0 && everywhere.every(({ state }) => state === 'open') ? everywhere : steps([])
}

/** Whether the endpoint lets in the addresses that nodes come from; one that is shut out is proof, whatever is not known of the way. */
const letIn = ({ name, publicAccessCidrs }: EksCluster, placement: Placement, network: Network): Step => {
  const at = placement.subnet.subnetId
  if (publicAccessCidrs.includes('0.0.0.0/0')) return open('target', at)
  const addresses = addressesOf(placement, network)
  const lets = `the public endpoint of ${name} lets in ${blocksText(publicAccessCidrs)}`
  if (!addresses.ok) return undecided('target', at, { ...addresses.gap, message: `${lets}; ${addresses.gap.message}` })
  const shutOut = outsideOf(publicAccessCidrs, addresses.value)
  return shutOut.length === 0 ? open('target', at) : closed('target', at, `${lets}, and nodes in ${at} come from ${conjunction(shutOut)}`)
}

const addressesOf = ({ subnet }: Placement, network: Network): Fact<readonly string[]> => {
  const routing = routingOf(network)
  if (!routing.ok) return routing
  const table = routeTableOf(subnet, routing.value.routeTables)
  return table.ok ? exitAddresses(table.value, routing.value) : table
}
