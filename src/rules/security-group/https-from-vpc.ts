import type { Fact } from '../../model/fact.ts'
import type { Vpc, VpcEndpoint } from '../../model/facts/network.ts'
import type { Facts } from '../../model/facts.ts'
import type { Outcome } from '../../model/finding.ts'
import type { Plan } from '../../model/plan.ts'
import { knownValue, readItem } from '../../semantics/fact.ts'
import { letsIn, nodePeers, type Peer, peerOf, type Traffic } from '../../semantics/network/security-graph.ts'
import { plannedSubnets } from '../../semantics/plan/placement.ts'
import { enumerate } from '../../semantics/text/enumerate.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, reported, skip, unknown } from '../engine/outcome.ts'

const https: Traffic = { protocol: 'tcp', fromPort: 443, toPort: 443 }

export const httpsFromVpc = defineRule({
  id: 'security-group/https-from-vpc',
  title: 'Interface endpoints for AWS services accept HTTPS from the VPC, or at least from the nodes',
  why: 'An interface endpoint is a network interface with security groups of its own. With private DNS it takes over the name of its service for the whole VPC, so when its groups do not accept TCP 443 from the nodes, calls to that service time out even where a NAT gateway would have let them through. For Systems Manager that means no login to the nodes.',
  severity: 'notice',
  checklist: '4',
  checklistDiffers:
    "The checklist wants TCP 443 from the VPC CIDR on the nodes' security group, for SSM. The SSM agent only calls out, so nothing on the nodes listens there: the rule belongs on the security groups of the interface endpoints, and is judged there. A VPC without interface endpoints needs it nowhere.",
  sources: [
    'https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html',
    'https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-create-vpc.html',
  ],
  needs: ['vpcEndpoints', 'endpointSecurityGroups', 'vpc'],
  uses: ['subnets', 'prefixLists'],
  applies: (plan) =>
    plan.vpcId !== null ||
    plannedSubnets(plan).length > 0 ||
    'The plan names no VPC and no subnet: give vpc-id, or VpcConfig in the request.',
  evaluate: ({ vpc, ...facts }, plan) => {
    if (vpc === null) return [reported('plan', 'The VPC does not exist', 'network/vpc')]
    const shared = bySecurityGroups(facts.vpcEndpoints.filter(isAwsInterface))
    const unread = facts.vpcEndpoints.flatMap((endpoint) =>
      endpoint.unread !== undefined && isAwsInterface({ ...endpoint, state: 'available' })
        ? [unknown(endpoint.vpcEndpointId, endpoint.unread)]
        : [],
    )
    if (shared.length === 0 && unread.length === 0)
      return [skip(vpc.vpcId, `${vpc.vpcId} has no interface endpoint, so nothing in it needs TCP 443 inbound`)]
    const sources = sourcesOf(plan, vpc, facts.subnets)
    return [...shared.map((endpoints) => judge(endpoints, sources, facts, plan.region)), ...unread]
  },
})

interface Read {
  readonly endpointSecurityGroups: Facts['endpointSecurityGroups']
  readonly prefixLists: Fact<Facts['prefixLists']>
}

/** Who calls an endpoint: everything in the VPC, of which the nodes are what matters. */
interface Sources {
  readonly vpc: Peer
  /** Empty where the plan names no security group for them. */
  readonly nodes: readonly Peer[]
}

/** Nodes whose subnets are not all known may be anywhere in the VPC. What their own groups allow is not asked. */
const sourcesOf = (plan: Plan, vpc: Vpc, subnets: Fact<Facts['subnets']>): Sources => {
  const found = subnets.ok ? subnets.value : {}
  const known = plannedSubnets(plan).every(({ id }) => (knownValue(readItem(found, id)) ?? null) !== null)
  const peers = nodePeers(plan, {}, found)
  return {
    vpc: { name: 'the VPC', securityGroups: [], unread: [], cidrBlocks: vpc.cidrBlocks },
    nodes: peers.map((peer) => (known && peer.cidrBlocks.length > 0 ? peer : { ...peer, cidrBlocks: vpc.cidrBlocks })),
  }
}

/** Endpoints that have the same security groups: they are judged, and mended, together. */
interface Endpoints {
  readonly securityGroupIds: readonly string[]
  readonly vpcEndpointIds: readonly string[]
  readonly serviceNames: readonly string[]
}

const bySecurityGroups = (endpoints: readonly VpcEndpoint[]): readonly Endpoints[] => {
  const shared = new Map<string, Endpoints>()
  for (const { securityGroupIds, vpcEndpointId, serviceName } of endpoints) {
    const ids = securityGroupIds.toSorted()
    const others = shared.get(ids.join(', ')) ?? { securityGroupIds: ids, vpcEndpointIds: [], serviceNames: [] }
    shared.set(ids.join(', '), {
      ...others,
      vpcEndpointIds: [...others.vpcEndpointIds, vpcEndpointId],
      serviceNames: [...others.serviceNames, serviceName],
    })
  }
  return [...shared.values()]
}

/** `com.amazonaws.…` and, in China, `cn.com.amazonaws.…`; services of others are not called by nodes. */
const isAwsInterface = ({ type, state, serviceName }: VpcEndpoint): boolean =>
  type === 'Interface' && state === 'available' && /^(?:cn\.)?com\.amazonaws\./.test(serviceName)

const judge = (endpoints: Endpoints, sources: Sources, { endpointSecurityGroups, prefixLists }: Read, region: string): Outcome => {
  const { securityGroupIds, vpcEndpointIds, serviceNames } = endpoints
  const subject = securityGroupIds.join(', ') || vpcEndpointIds.join(', ')
  const blocks = sources.vpc.cidrBlocks
  const evidence = { vpcEndpointIds, serviceNames, cidrBlocks: blocks }
  const of = `of ${countOf(endpoints)}`
  const endpoint = peerOf(subject, securityGroupIds, endpointSecurityGroups, [])
  const fromVpc = letsIn(endpoint, sources.vpc, https, prefixLists)
  if (fromVpc.kind === 'open') return pass(subject, `${subject} ${of} accepts TCP 443 from the VPC`, { evidence })
  const fromNodes = sources.nodes.map((nodes) => letsIn(endpoint, nodes, https, prefixLists))
  if (fromNodes.length > 0 && fromNodes.every(({ kind }) => kind === 'open')) {
    return pass(subject, `${subject} ${of} accepts TCP 443 from the nodes`, { evidence })
  }
  const undecided = [fromVpc, ...fromNodes].find(({ kind }) => kind === 'undecided')
  if (undecided?.kind === 'undecided') return unknown(subject, undecided.gap, { evidence })
  return fail(
    subject,
    `${subject} ${of} does not accept TCP 443 from ${blocks.join(', ')}`,
    {
      text: `Add TCP 443 from the VPC to a security group ${of}.`,
      commands: securityGroupIds.slice(0, 1).map((id) => openHttps(id, blocks, region)),
    },
    { evidence },
  )
}

const countOf = ({ vpcEndpointIds }: Endpoints): string =>
  vpcEndpointIds.length === 1 ? `the interface endpoint ${vpcEndpointIds[0]}` : enumerate(vpcEndpointIds, 1, 'interface endpoint')

const openHttps = (securityGroupId: string, blocks: readonly string[], region: string): string =>
  command(
    ...['aws', 'ec2', 'authorize-security-group-ingress', '--region', region, '--group-id', securityGroupId],
    ...[
      '--ip-permissions',
      `IpProtocol=tcp,FromPort=${https.fromPort},ToPort=${https.toPort},IpRanges=[${blocks.map((block) => `{CidrIp=${block}}`).join(',')}]`,
    ],
  )
