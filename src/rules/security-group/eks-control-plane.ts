import type { Fact, Gap } from '../../model/fact.ts'
import type { EksCluster } from '../../model/facts/eks.ts'
import type { Facts } from '../../model/facts.ts'
import type { Evidence, Fix, Outcome } from '../../model/finding.ts'
import type { Location, Plan } from '../../model/plan.ts'
import { readItems } from '../../semantics/fact.ts'
import { idsOf, letsOut, type NodePeer, nodePeers, type Peer, peerOf, reach, type Traffic } from '../../semantics/network/security-graph.ts'
import { securityGroupPlacements } from '../../semantics/network/security-groups.ts'
import { addressBlocks, vpcIdOf } from '../../semantics/network/vpc.ts'
import { controlPlaneGroups, eksClusterOf } from '../../semantics/plan/eks.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, reported, unknown } from '../engine/outcome.ts'
import { closedText, isClosed, isUndecided, openPaths, type Path, trafficText, undecidedPath } from './paths/security-group-path.ts'

/** https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html */
const apiServer: Traffic = { protocol: 'tcp', fromPort: 443, toPort: 443 }
const kubelet: Traffic = { protocol: 'tcp', fromPort: 10_250, toPort: 10_250 }

export const eksControlPlane = defineRule({
  id: 'security-group/eks-control-plane',
  title: 'Security groups let the nodes reach the EKS API server on TCP 443, and the control plane reach the kubelets on TCP 10250',
  why: 'HyperPod gives its nodes the security groups of the request and nothing else, while EKS guards its control plane with the cluster security group that it made. Unless the nodes carry that group, or another one of the control plane, the two know nothing of each other: nodes that cannot reach the API server never join and the cluster is rolled back; where the control plane cannot reach the kubelets, logs, exec and port forwarding fail, and with them what the operators in the cluster do.',
  severity: 'error',
  checklist: '4',
  checklistDiffers:
    "The checklist does not name these ports. AWS's documentation of HyperPod on EKS asks that the security groups of both clusters can communicate, that of EKS names TCP 443 and TCP 10250 as the least. AWS's own templates give the control plane the security group of the nodes, whose rule to itself opens both. Where the API server has no private endpoint, nodes go to its public addresses: then only their outbound rules count for TCP 443.",
  sources: [
    'https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html',
    'https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-eks-prerequisites.html',
  ],
  needs: ['eksCluster', 'eksSecurityGroups', 'securityGroups'],
  uses: ['subnets', 'vpc', 'prefixLists'],
  applies: (plan) => {
    const reference = eksClusterOf(plan)
    if (typeof reference === 'string') return reference
    return (
      securityGroupPlacements(plan).length > 0 ||
      'The plan names no security group for its nodes: give security-group-ids, or VpcConfig in the request.'
    )
  },
  evaluate: (facts, plan) => {
    const cluster = facts.eksCluster
    if (cluster === null) return [absentCluster(plan)]
    return nodePeers(plan, facts.securityGroups, knownSubnets(facts)).flatMap((nodes) => judge(nodes, cluster, facts, plan))
  },
})

const absentCluster = (plan: Plan): Outcome => {
  const reference = eksClusterOf(plan)
  const name = typeof reference === 'string' ? 'eks' : reference.name
  const location = typeof reference === 'string' ? null : reference.location
  return reported(name, `${name} does not exist in ${plan.region}`, 'eks/cluster', { location })
}

interface Read {
  readonly eksSecurityGroups: Facts['eksSecurityGroups']
  readonly subnets: Fact<Facts['subnets']>
  readonly vpc: Fact<Facts['vpc']>
  readonly prefixLists: Fact<Facts['prefixLists']>
}

const knownSubnets = ({ subnets }: Pick<Read, 'subnets'>): Facts['subnets'] => (subnets.ok ? subnets.value : {})

const judge = (nodes: NodePeer, cluster: EksCluster, facts: Read, plan: Plan): readonly Outcome[] => {
  const { subject: groups, location } = nodes.placement
  const toApiServer = `${groups} to ${cluster.name}`
  const toKubelet = `${cluster.name} to ${groups}`
  const { gap: unread } = nodes
  if (nodes.securityGroups.length === 0 && unread !== undefined) {
    return [toApiServer, toKubelet].map((subject) => unknown(subject, unread, { location }))
  }
  if (nodes.securityGroups.length === 0) {
    return [toApiServer, toKubelet].map((subject) => reported(subject, `${groups} does not exist`, 'security-group/exists', { location }))
  }
  const evidence = evidenceOf(cluster)
  const vpcId = vpcIdOf(plan, knownSubnets(facts))
  if (cluster.vpcId !== null && vpcId !== null && cluster.vpcId !== vpcId) {
    const message = `${cluster.name} is in ${cluster.vpcId}, the nodes are in ${vpcId}`
    return [toApiServer, toKubelet].map((subject) => reported(subject, message, 'eks/network', { location, evidence }))
  }
  const lack = outOfSight(cluster)
  if (lack !== null) return [toApiServer, toKubelet].map((subject) => unknown(subject, lack, { location, evidence }))

  const controlPlane = controlPlanePeers(cluster, facts)
  // Without the subnets no node has an address that a range could hold, whatever else is not known.
  const details = { location, evidence, region: plan.region, gap: facts.subnets.ok ? undefined : facts.subnets.gap, cluster }
  const kubeletPath = settled(controlPlane.map((peer) => pathOf(peer, nodes, kubelet, facts.prefixLists)))
  return [
    judgeApiServer(nodes, controlPlane, facts.prefixLists, { ...details, subject: toApiServer }),
    outcomeOf(kubeletPath, { ...details, subject: toKubelet }),
  ]
}

interface Details {
  readonly subject: string
  readonly location: Location | null
  readonly evidence: Evidence
  readonly gap: Gap | undefined
  readonly cluster: EksCluster
  readonly region: string
}

const judgeApiServer = (nodes: NodePeer, controlPlane: readonly Peer[], prefixLists: Read['prefixLists'], details: Details): Outcome => {
  const { cluster, subject, location, evidence } = details
  if (cluster.endpointPrivateAccess === null) return unknown(subject, endpointUnsaid(cluster), { location, evidence })
  return cluster.endpointPrivateAccess
    ? outcomeOf(settled(controlPlane.map((peer) => pathOf(nodes, peer, apiServer, prefixLists))), details)
    : toPublicEndpoint(nodes, prefixLists, details)
}

const evidenceOf = ({ clusterSecurityGroupId, securityGroupIds, endpointPrivateAccess, endpointPublicAccess }: EksCluster): Evidence => ({
  ...(clusterSecurityGroupId !== null && { clusterSecurityGroupId }),
  securityGroupIds,
  ...(endpointPrivateAccess !== null && { endpointPrivateAccess }),
  ...(endpointPublicAccess !== null && { endpointPublicAccess }),
})

/** Why the control plane's side cannot be judged; null where it can. */
const outOfSight = (cluster: EksCluster): Gap | null => {
  if (controlPlaneGroups(cluster).length > 0) return null
  const message = `eks:DescribeCluster answered no security group of ${cluster.name}`
  return { reason: 'unexpected', action: 'eks:DescribeCluster', message }
}

const endpointUnsaid = ({ name }: EksCluster): Gap => ({
  reason: 'unexpected',
  action: 'eks:DescribeCluster',
  message: `eks:DescribeCluster answered no endpointPrivateAccess for ${name}, so by which way nodes reach its API server is not known`,
})

/**
 * The control plane's interfaces have addresses in the EKS cluster's subnets. Where the plan does not name all of these, only two things
 * are certain: rules that hold for the whole VPC hold for them, and rules for less than that may or may not.
 */
const controlPlanePeers = (cluster: EksCluster, facts: Read): readonly Peer[] => {
  const peer = (cidrBlocks: readonly string[]): Peer =>
    peerOf(`the control plane of ${cluster.name}`, controlPlaneGroups(cluster), facts.eksSecurityGroups, cidrBlocks)
  const subnets = knownSubnets(facts)
  const found = readItems(subnets, cluster.subnetIds)
  if (found.length > 0 && found.length === cluster.subnetIds.length) {
    return [peer(found.flatMap(addressBlocks))]
  }
  const { vpc } = facts
  const network = vpc.ok && vpc.value !== null && vpc.value.vpcId === cluster.vpcId ? vpc.value : null
  return [...(network === null ? [] : [peer([...network.cidrBlocks, ...network.ipv6CidrBlocks])]), peer([])]
}

const pathOf = (from: Peer, to: Peer, traffic: Traffic, prefixLists: Read['prefixLists']): Path => ({
  from,
  to,
  traffic,
  reach: reach(from, to, traffic, prefixLists),
})

/** What is open for all addresses of the VPC is open; what is not is judged as for addresses that are not known. */
const settled = (paths: readonly Path[]): Path => {
  const path = paths.find(({ reach: { kind } }) => kind === 'open') ?? paths.at(-1)
  if (path === undefined) throw new Error('no path to judge')
  return path
}

const outcomeOf = (path: Path, details: Details): Outcome => {
  const { subject, location, evidence, cluster, region } = details
  if (isClosed(path)) return fail(subject, closedText([path]), openPaths([path], region), { location, evidence })
  if (isUndecided(path)) {
    const unplaced = [path.from, path.to].some(({ cidrBlocks }) => cidrBlocks.length === 0)
    return undecidedPath(path, { ...details, fix: unplaced ? lookAtSubnets(cluster, region) : undefined })
  }
  const message = `security groups let ${path.from.name} reach ${path.to.name} on ${trafficText(path.traffic)}`
  return pass(subject, message, { location, evidence })
}

const lookAtSubnets = ({ name, subnetIds }: EksCluster, region: string): Fix => ({
  text: `Look whether the rules for address ranges hold the subnets of ${name}, where its control plane has its addresses; a rule that names the security group of the other side needs no such look.`,
  commands: subnetIds.length === 0 ? [] : [command('aws', 'ec2', 'describe-subnets', '--region', region, '--subnet-ids', ...subnetIds)],
})

/** Which addresses the public endpoint lets in is its own list of CIDR blocks, and no matter of security groups. */
const toPublicEndpoint = (nodes: NodePeer, prefixLists: Read['prefixLists'], details: Details): Outcome => {
  const { subject, location, evidence, cluster, region } = details
  const to: Peer = { name: `the public endpoint of ${cluster.name}`, securityGroups: [], unread: [], cidrBlocks: [] }
  const path: Path = { from: nodes, to, traffic: apiServer, reach: letsOut(nodes, to, apiServer, prefixLists) }
  const fix = openToWorld(nodes, cluster.name, region)
  if (isUndecided(path)) return undecidedPath(path, { ...details, gap: undefined, fix })
  const only = `${cluster.name} has no private endpoint`
  if (isClosed(path)) return fail(subject, `${only}; ${closedText([path])}`, fix, { location, evidence })
  const message = `${only}; security groups let ${nodes.name} out to the public one on ${trafficText(apiServer)}`
  return pass(subject, message, { location, evidence })
}

const openToWorld = (nodes: Peer, name: string, region: string): Fix => ({
  text: `Turn on the private endpoint of ${name}, or allow the nodes TCP 443 to 0.0.0.0/0.`,
  commands: [
    command(...['aws', 'eks', 'update-cluster-config', '--region', region, '--name', name], ...privateAccess),
    ...idsOf(nodes)
      .slice(0, 1)
      .map((id) =>
        command(
          ...['aws', 'ec2', 'authorize-security-group-egress', '--region', region, '--group-id', id],
          ...['--ip-permissions', 'IpProtocol=tcp,FromPort=443,ToPort=443,IpRanges=[{CidrIp=0.0.0.0/0}]'],
        ),
      ),
  ],
})

const privateAccess = ['--resources-vpc-config', 'endpointPrivateAccess=true']
