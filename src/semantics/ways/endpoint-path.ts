import type { Fact } from '../../model/fact.ts'
import type { Subnet, VpcEndpoint } from '../../model/facts/network.ts'
import { readItems, unreadGap } from '../fact.ts'
import { type Peer, peerOf } from '../network/security-graph.ts'
import { addressBlocks } from '../network/vpc.ts'
import { throughPolicy } from './endpoint-policy-layer.ts'
import { privateNames } from './name-layer.ts'
import { type Network, unexpected } from './network.ts'
import { betweenSubnets } from './network-acl-layer.ts'
import type { Demand, Placement } from './placements.ts'
import { toPeer } from './security-group-layer.ts'
import { inParallel, inSeries, type Step, undecided, undecidedAcl } from './step.ts'

/**
 * The way to an interface endpoint by private names: to any of its network interfaces, one a subnet, and through its policy.
 * https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
 */
export const interfaceSteps = (endpoint: VpcEndpoint, demand: Demand, placement: Placement, network: Network): readonly Step[] => [
  ...privateNames(placement, network),
  ...toInterfaces(endpoint, placement, network),
  throughPolicy(endpoint, demand, placement, network),
]

const toInterfaces = (endpoint: VpcEndpoint, placement: Placement, network: Network): readonly Step[] => {
  const { endpointSecurityGroups } = network.facts
  const at = endpoint.vpcEndpointId
  if (!endpointSecurityGroups.ok) return [undecided('security-group-in', at, endpointSecurityGroups.gap)]
  if (endpoint.securityGroupIds.length === 0) {
    return [
      undecided(
        'security-group-in',
        at,
        unexpected('ec2:DescribeVpcEndpoints', `ec2:DescribeVpcEndpoints shows no security group of ${at}`),
      ),
    ]
  }
  const peer = (blocks: readonly string[]): Peer => peerOf(at, endpoint.securityGroupIds, endpointSecurityGroups.value, blocks)
  const subnets = subnetsOf(endpoint, network)
  if (!subnets.ok) return [...toPeer(placement, peer([]), at, network), undecidedAcl(placement.subnet.subnetId, subnets.gap)]
  return inParallel(
    subnets.value.map((subnet) =>
      inSeries([
        ...toPeer(placement, peer(addressBlocks(subnet)), at, network),
        ...betweenSubnets(placement.subnet, subnet, `${at}'s ${subnet.subnetId}`, network),
      ]),
    ),
  ).steps
}

/** The subnets that the endpoint has its network interfaces in. */
const subnetsOf = ({ vpcEndpointId, subnetIds }: VpcEndpoint, { facts }: Network): Fact<readonly Subnet[]> => {
  const { endpointSubnets } = facts
  if (!endpointSubnets.ok) return endpointSubnets
  const gap = unreadGap(endpointSubnets.value, subnetIds)
  if (gap !== null) return { ok: false, gap }
  const found = readItems(endpointSubnets.value, subnetIds)
  if (found.length > 0) return { ok: true, value: found }
  return { ok: false, gap: unexpected('ec2:DescribeSubnets', `ec2:DescribeSubnets shows none of the subnets of ${vpcEndpointId}`) }
}
