import type { Gap } from '../../model/fact.ts'
import type { EksCluster } from '../../model/facts/eks.ts'
import type { Subnet } from '../../model/facts/network.ts'
import { conjunction } from '../text/enumerate.ts'
import type { Network } from './network.ts'
import { betweenSubnets } from './network-acl-layer.ts'
import { type AclStep, inSeries, type Path, type Step, undecidedAcl } from './step.ts'

/**
 * The network ACLs between nodes and the interfaces of an EKS control plane. EKS puts these into some of the cluster's subnets, and does
 * not say which: only what holds for all of them is known.
 * https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
 */
export const toControlPlaneSubnets = (cluster: EksCluster, from: Subnet, network: Network): readonly Step[] => {
  const ways = cluster.subnetIds.map((id) => ({ id, path: toSubnetOf(id, cluster, from, network) }))
  const [first] = ways
  if (first === undefined) return []
  if (ways.every(({ path: { state } }) => state === first.path.state)) return first.path.steps
  const stopped = ways.filter(({ path: { state } }) => state !== 'open')
  const message = `nodes in ${from.subnetId} may not reach the control plane of ${cluster.name} in ${conjunction(stopped.map(({ id }) => id))}, and in which of its subnets its interfaces are was not read`
  return [
    doubtful(
      stopped.map(({ path }) => path),
      from.subnetId,
      { reason: 'unsupported', action: 'none', message },
    ),
  ]
}

const toSubnetOf = (subnetId: string, cluster: EksCluster, from: Subnet, network: Network): Path => {
  const place = `the control plane's ${subnetId}`
  const paths = perhaps(subnetId, cluster, from, network).map((subnet) => inSeries(betweenSubnets(from, subnet, place, network)))
  const [first] = paths
  if (first === undefined || paths.every(({ state }) => state === first.state)) return first ?? inSeries([])
  const message = `where in ${cluster.vpcId ?? 'the VPC'} ${subnetId} is was not read, and the network ACL of ${from.subnetId} lets through a part of it alone`
  return inSeries([doubtful(paths, from.subnetId, { reason: 'unexpected', action: 'ec2:DescribeSubnets', message })])
}

/** What is denied on one of several ways is in doubt: the nodes may go another one. */
const doubtful = (paths: readonly Path[], at: string, gap: Gap): AclStep => ({
  ...undecidedAcl(at, gap),
  demands: paths
    .flatMap(({ steps }) => steps.flatMap((step) => (step.layer === 'network-acl' ? step.demands : [])))
    .filter(({ decision }) => decision !== 'allowed')
    .map((demand) => ({ ...demand, gap: demand.gap ?? gap })),
})

/** The subnet as it is; of one that the plan does not name, each block of the VPC that it may be in. */
const perhaps = (subnetId: string, { vpcId }: EksCluster, from: Subnet, { facts: { subnets, vpc } }: Network): readonly Subnet[] => {
  const found = subnets.ok ? subnets.value[subnetId] : undefined
  if (found) return [found]
  const blocks = vpc.ok && vpc.value !== null && vpc.value.vpcId === vpcId ? vpc.value.cidrBlocks : []
  return blocks.map((cidrBlock) => ({ ...from, subnetId, cidrBlock }))
}
