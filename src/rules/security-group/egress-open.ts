import type { Fact, Gap } from '../../model/fact.ts'
import type { SecurityGroup, VpcEndpoint } from '../../model/facts/network.ts'
import type { Facts } from '../../model/facts.ts'
import type { Fix, Outcome } from '../../model/finding.ts'
import type { Plan } from '../../model/plan.ts'
import { everyAddress } from '../../semantics/network/cidr-cover.ts'
import {
  letsOut,
  type NodePeer,
  nodePeers,
  type Peer,
  prefixListOf,
  type Reach,
  type Traffic,
} from '../../semantics/network/security-graph.ts'
import { onTcpPort, securityGroupPlacements } from '../../semantics/network/security-groups.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, reported, unknown } from '../engine/outcome.ts'

/** Every AWS API is spoken over TLS on this TCP port. */
const https: Traffic = { protocol: 'tcp', fromPort: 443, toPort: 443 }
const everywhere = everyAddress.ipv4
const everybody: Peer = { name: everywhere, securityGroups: [], unread: [], cidrBlocks: [everywhere] }

export const egressOpen = defineRule({
  id: 'security-group/egress-open',
  title: 'The nodes may open HTTPS connections to AWS, at least to S3',
  why: 'Nodes call AWS while they come up: S3 for the lifecycle scripts, ECR, CloudWatch, Systems Manager. Outbound rules that leave no way on TCP 443 make lifecycle scripts time out, and the cluster is rolled back with a message that does not name the security group.',
  severity: 'warning',
  checklist: '4',
  checklistDiffers:
    'The checklist wants all traffic to `0.0.0.0/0`. TCP 443 is what calls to AWS need, so that passes too, also where several ranges or a prefix list make up the whole; and a network without a way to the internet can do with rules to the prefix list of S3 or to an S3 interface endpoint. A rule to `::/0` alone does not pass: the endpoints of AWS that nodes call by default answer on IPv4. The rule to `0.0.0.0/0` is not a substitute for the self rule that EFA needs: `security-group/self-egress` judges that.',
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites.html',
    'https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html',
    'https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html',
  ],
  needs: ['securityGroups'],
  uses: ['vpcEndpoints', 'routeTables', 'vpc', 'subnets', 'prefixLists'],
  applies: (plan) =>
    securityGroupPlacements(plan).length > 0 ||
    'The plan names no security group for its nodes: give security-group-ids, or VpcConfig in the request.',
  evaluate: (facts, plan) => nodePeers(plan, facts.securityGroups, {}).map((nodes) => judge(nodes, facts, plan)),
})

interface Read {
  readonly vpcEndpoints: Fact<Facts['vpcEndpoints']>
  readonly routeTables: Fact<Facts['routeTables']>
  readonly vpc: Fact<Facts['vpc']>
  readonly subnets: Fact<Facts['subnets']>
  readonly prefixLists: Fact<Facts['prefixLists']>
}

/** From the way out that does for everything to the one that does for S3 alone. What could not be read counts only where no way is known. */
const judge = ({ placement, ...carried }: NodePeer, facts: Read, { region }: Plan): Outcome => {
  const { subject, location } = placement
  const nodes: Peer = { ...carried, unread: [] }
  const [first] = nodes.securityGroups
  if (first === undefined) return reported(subject, `${subject} does not exist`, 'security-group/exists', { location })
  const out = letsOut(nodes, everybody, https, facts.prefixLists)
  if (out.kind === 'open') return pass(subject, `${subject} allows TCP 443 to ${everywhere}`, { location })

  const named = namedLists(nodes)
  const evidence = { prefixListIds: named }
  const s3List = listOfS3(nodes, named, facts, region)
  if (s3List !== null) {
    return pass(subject, `${subject} allows TCP 443 to ${s3List}, the prefix list of S3, and not to ${everywhere}`, { location, evidence })
  }
  if (!facts.vpcEndpoints.ok) return unknown(subject, facts.vpcEndpoints.gap, { location })
  const s3 = facts.vpcEndpoints.value.filter(({ serviceName, state }) => serviceName.endsWith(`.${region}.s3`) && state === 'available')
  const ways = s3.filter(({ type }) => type === 'Interface').map((endpoint) => ({ endpoint, way: wayTo(endpoint, nodes, facts) }))
  const open = ways.find(({ way }) => way.kind === 'open')
  if (open !== undefined) {
    const { vpcEndpointId } = open.endpoint
    return pass(subject, `${subject} allows TCP 443 to the S3 interface endpoint ${vpcEndpointId}, and not to ${everywhere}`, { location })
  }
  const gap = gapOf(out) ?? ways.map(({ way }) => gapOf(way)).find((found) => found !== null) ?? null
  if (gap !== null) return unknown(subject, gap, { location, evidence })
  return fail(subject, closed(subject, named, s3, facts), openEgress(first, region), { location, evidence })
}

const gapOf = (way: Reach): Gap | null => (way.kind === 'undecided' ? way.gap : null)

/** Prefix lists that the nodes may open TCP 443 to. */
const namedLists = ({ securityGroups }: Peer): readonly string[] => {
  const permissions = onTcpPort(
    securityGroups.flatMap(({ egress }) => egress),
    https.fromPort,
  )
  return [...new Set(permissions.flatMap(({ prefixListIds }) => prefixListIds))]
}

/**
 * The prefix list of S3 where all of it is open to the nodes: by its id, or by ranges that hold its addresses. A list is that of S3 by
 * its name, or because a route leads it to a gateway endpoint of S3.
 */
const listOfS3 = (nodes: Peer, named: readonly string[], facts: Read, region: string): string | null => {
  const routed = routedLists(facts, region)
  const known = facts.prefixLists.ok ? Object.keys(facts.prefixLists.value) : []
  const found = [...new Set([...named, ...routed, ...known])].find((id) => {
    const list = prefixListOf(id, facts.prefixLists)
    const ofS3 = routed.includes(id) || (list.ok && list.value.name.endsWith(`.${region}.s3`))
    if (!ofS3) return false
    if (named.includes(id)) return true
    if (!list.ok || list.value.cidrBlocks.length === 0) return false
    const peer: Peer = { name: id, securityGroups: [], unread: [], cidrBlocks: list.value.cidrBlocks }
    return letsOut(nodes, peer, https, facts.prefixLists).kind === 'open'
  })
  return found ?? null
}

/** Prefix lists that routes lead to a gateway endpoint of S3. */
const routedLists = ({ vpcEndpoints, routeTables }: Read, region: string): readonly string[] => {
  if (!vpcEndpoints.ok || !routeTables.ok) return []
  const gateways = vpcEndpoints.value
    .filter(({ type, state, serviceName }) => type === 'Gateway' && state === 'available' && serviceName.endsWith(`.${region}.s3`))
    .map(({ vpcEndpointId }) => vpcEndpointId)
  const routes = routeTables.value.flatMap((table) => table.routes)
  return [...new Set(routes.filter(({ target }) => gateways.includes(target.id)).map(({ destination }) => destination))]
}

/** Whether the nodes may open HTTPS to the network interfaces of an endpoint. */
const wayTo = ({ vpcEndpointId, securityGroupIds, subnetIds }: VpcEndpoint, nodes: Peer, facts: Read): Reach => {
  const { subnets, vpc, prefixLists } = facts
  const blocks = subnetIds.flatMap((id) => (subnets.ok ? (subnets.value[id]?.cidrBlock ?? []) : []))
  const exact = blocks.length > 0 && blocks.length === subnetIds.length
  const within = exact ? blocks : vpc.ok ? (vpc.value?.cidrBlocks ?? []) : []
  const to = (cidrBlocks: readonly string[]): Reach =>
    letsOut(nodes, { name: vpcEndpointId, securityGroups: [], unread: securityGroupIds, cidrBlocks }, https, prefixLists)
  const way = to(within)
  if (way.kind !== 'closed' || exact || within.every((block) => to([block]).kind === 'closed')) return way
  const because = `which subnets ${vpcEndpointId} is in is not known beyond its VPC`
  const message = `${because}, and the outbound rules for TCP 443 hold a part of the VPC only`
  return { kind: 'undecided', because, gap: { reason: 'unsupported', action: 'ec2:DescribeSubnets', message } }
}

const closed = (subject: string, named: readonly string[], s3: readonly VpcEndpoint[], { prefixLists }: Read): string => {
  const endpoint = s3[0]
  const rest =
    endpoint === undefined
      ? 'there is no S3 endpoint in the VPC either'
      : `the S3 ${endpoint.type.toLowerCase()} endpoint ${endpoint.vpcEndpointId} is of no use without an outbound rule that leads to it`
  const lists = named.map((id) => {
    const list = prefixListOf(id, prefixLists)
    return list.ok ? `${id} (${list.value.name})` : id
  })
  if (lists.length > 0) return `${subject} allows TCP 443 to ${lists.join(', ')} only, which is not the prefix list of S3, and ${rest}`
  return `${subject} has no outbound rule for TCP 443 to ${everywhere} nor to a prefix list, and ${rest}`
}

const openEgress = ({ securityGroupId }: SecurityGroup, region: string): Fix => ({
  text: `Allow ${securityGroupId} all outbound traffic, beside its rule to itself; or TCP 443 to the prefix list of S3 and to the interface endpoints, where nodes must not reach the internet.`,
  commands: [
    command(
      ...['aws', 'ec2', 'authorize-security-group-egress', '--region', region, '--group-id', securityGroupId],
      ...['--ip-permissions', `IpProtocol=-1,IpRanges=[{CidrIp=${everywhere}}]`],
    ),
  ],
})
