import { apiServer } from '../../catalog/node-demands.ts'
import type { SecurityGroup } from '../../model/facts/network.ts'
import type { Fix, Outcome } from '../../model/finding.ts'
import type { Plan } from '../../model/plan.ts'
import { unreadGap } from '../../semantics/fact.ts'
import { everyAddress } from '../../semantics/network/cidr-cover.ts'
import { letsOut, type NodePeer, nodePeers, type Peer, type Traffic } from '../../semantics/network/security-graph.ts'
import { onTcpPort, type SecurityGroupPlacement, securityGroupPlacements } from '../../semantics/network/security-groups.ts'
import { placementOf } from '../../semantics/plan/placement.ts'
import { reasons } from '../../semantics/text/enumerate.ts'
import { groupsSubject, type WayFacts, wayFacts } from '../../semantics/ways/network.ts'
import { isLayer, readLayers, type Way, waysOf } from '../../semantics/ways/ways.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, reported, unknown } from '../engine/outcome.ts'
import { demandsText, severityByNeed, withoutFacts } from '../shared/ways.ts'

/** Every AWS API is spoken over TLS on this TCP port. */
const https: Traffic = { protocol: 'tcp', fromPort: 443, toPort: 443 }
const everywhere = everyAddress.ipv4
const everybody: Peer = { name: everywhere, securityGroups: [], unread: [], cidrBlocks: [everywhere] }

export const egressOpen = defineRule({
  id: 'security-group/egress-open',
  title: 'The nodes may open HTTPS connections to what they call in AWS',
  why: 'Nodes call AWS while they come up: S3 for the lifecycle scripts, ECR, CloudWatch, Systems Manager. Outbound rules that leave no way on TCP 443 make lifecycle scripts time out, and the cluster is rolled back with a message that does not name the security group.',
  severity: 'warning',
  otherSeverities: ['error'],
  checklist: '4',
  checklistDiffers:
    'The checklist wants all traffic to `0.0.0.0/0`. TCP 443 is what calls to AWS need, so that passes too, also if several ranges or a prefix list make up the whole. Rules for less are judged by what the nodes call and by which way: the prefix list of S3 is enough for S3, rules to interface endpoints for the services behind them. Rules that close the way to something that nodes need to come up are an error, to something useful a warning. The way to the API server of EKS is judged by `security-group/eks-control-plane`. A rule to `::/0` alone does not pass: the endpoints of AWS that nodes call by default answer on IPv4. The rule to `0.0.0.0/0` is not a substitute for the self rule that EFA needs: `security-group/self-egress` judges that.',
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites.html',
    'https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html',
    'https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html',
  ],
  needs: [],
  uses: wayFacts,
  applies: (plan) =>
    securityGroupPlacements(plan).length > 0 ||
    'The plan names no security group for its nodes: give security-group-ids, or VpcConfig in the request.',
  evaluate: (facts, plan) => {
    if (!facts.securityGroups.ok) return withoutFacts([facts.securityGroups])
    const ways = waysOf(plan, facts)
    return nodePeers(plan, facts.securityGroups.value, {}).map((nodes) => judge(nodes, ways, facts, plan))
  },
})

/** To everywhere is enough for everything; rules for less than that are judged by what the nodes call and by which way. */
const judge = ({ placement, ...carried }: NodePeer, ways: readonly Way[], { prefixLists, subnets }: WayFacts, plan: Plan): Outcome => {
  const { subject, location } = placement
  const { region } = plan
  const nodes: Peer = { ...carried, unread: [] }
  const [first] = nodes.securityGroups
  if (first === undefined && nodes.gap !== undefined) return unknown(subject, nodes.gap, { location })
  if (first === undefined) return reported(subject, `${subject} does not exist`, 'security-group/exists', { location })
  const out = letsOut(nodes, everybody, https, prefixLists)
  if (out.kind === 'open') return pass(subject, `${subject} allows TCP 443 to ${everywhere}`, { location })

  const evidence = { prefixListIds: namedLists(nodes) }
  // The API server is judged by security-group/eks-control-plane, whose fix names the other side.
  const own = ways.filter(
    ({ demand, ...way }) => demand.to !== apiServer && groupsSubject(way.placement) === placement.securityGroupIds.join(', '),
  )
  const reading = readLayers(own, isLayer('security-group-out'))
  if (reading.closed !== null) {
    const message = `${reasons(reading.whys)}: nodes cannot reach ${demandsText(reading.shut)}`
    return fail(subject, message, openEgress(first, region), { severity: severityByNeed[reading.closed], location, evidence })
  }
  if (reading.undecided !== null && reading.gap !== null) {
    return unknown(subject, reading.gap, { severity: severityByNeed[reading.undecided], location, evidence })
  }
  const unread = subnets.ok ? unreadGap(subnets.value, placedIn(placement, plan)) : null
  if (unread !== null) return unknown(subject, unread, { location, evidence })
  if (own.length > 0)
    return pass(subject, `${subject} allows TCP 443 to all that its nodes call, and not to ${everywhere}`, { location, evidence })
  if (out.kind === 'undecided') return unknown(subject, out.gap, { location, evidence })
  const message = `${subject} has no outbound rule that allows TCP 443 to ${everywhere}`
  return fail(subject, message, openEgress(first, region), { severity: 'warning', location, evidence })
}

/** The subnets that nodes with these groups may land in. */
const placedIn = ({ instanceGroups }: SecurityGroupPlacement, plan: Plan): readonly string[] => {
  const configs = instanceGroups.length === 0 ? [plan.vpcConfig] : instanceGroups.map((group) => placementOf(group, plan))
  return configs.flatMap((config) => config?.subnetIds ?? [])
}

/** Prefix lists that the nodes may open TCP 443 to. */
const namedLists = ({ securityGroups }: Peer): readonly string[] => {
  const permissions = onTcpPort(
    securityGroups.flatMap(({ egress }) => egress),
    https.fromPort,
  )
  return [...new Set(permissions.flatMap(({ prefixListIds }) => prefixListIds))]
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
