import { serviceHost } from '../../catalog/names/service-hosts.ts'
import { nodeServiceNames } from '../../catalog/node-demands.ts'
import type { Fact, Gap } from '../../model/fact.ts'
import type { HostedZone, Subnet, VpcEndpoint } from '../../model/facts/network.ts'
import type { Facts } from '../../model/facts.ts'
import type { Outcome } from '../../model/finding.ts'
import type { Plan } from '../../model/plan.ts'
import { readItems, unreadGap } from '../../semantics/fact.ts'
import { answersInVpc, availableGateway, interfaceAccess, serves } from '../../semantics/network/endpoints.ts'
import { idsOf, type NodePeer, nodePeers, type Peer, peerOf, reach } from '../../semantics/network/security-graph.ts'
import { addressBlocks, vpcIdOf } from '../../semantics/network/vpc.ts'
import { plannedSubnetIds } from '../../semantics/plan/placement.ts'
import { answeringZone } from '../../semantics/ways/hosted-zones.ts'
import { wayFacts } from '../../semantics/ways/network.ts'
import { isLayer, readLayers, type Way, waysOf } from '../../semantics/ways/ways.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, reported, skip, unknown } from '../engine/outcome.ts'
import { namesSubnet, subnetsInVpc } from '../shared/each-subnet.ts'
import { severityByNeed, withoutFacts } from '../shared/ways.ts'

export const endpointsUsable = defineRule({
  id: 'network/endpoints-usable',
  title: 'Interface endpoints of services that nodes use are reached by name, from every zone, on TCP 443',
  why: "An interface endpoint is a network interface in some subnets of the VPC, with security groups of its own. With private DNS it takes over the name of its service for the whole VPC: where its groups, or those of the nodes, keep TCP 443 closed, calls to the service time out, whatever NAT gateway there is beside it. Without private DNS the name still leads to the service's public addresses, so the endpoint is there and nodes do not use it. An endpoint without a subnet in a zone of the nodes is reached across zones: that works, until the other zone fails. An endpoint whose own groups shut nodes out of a service that they need to come up is an error. The DNS attributes of the VPC and the outbound rules of the nodes are a warning here, because `network/dns` and `security-group/egress-open` judge them for all that nodes call.",
  severity: 'warning',
  otherSeverities: ['error', 'notice'],
  checklist: '3',
  sources: [
    'https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html',
    'https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html',
    'https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html',
    'https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html',
  ],
  needs: [],
  uses: wayFacts,
  applies: namesSubnet,
  evaluate: (read, plan) => {
    if (!read.subnets.ok || !read.vpcEndpoints.ok) return withoutFacts([read.subnets, read.vpcEndpoints])
    const facts = { ...read, subnets: read.subnets.value, vpcEndpoints: read.vpcEndpoints.value }
    const ways = waysOf(plan, read)
    const vpcId = vpcIdOf(plan, facts.subnets)
    const subnets = subnetsInVpc(plan, facts.subnets)
    const ids = plannedSubnetIds(plan)
    const gap = unreadGap(facts.subnets, ids)
    if (gap !== null && subnets.length === 0) return withoutFacts([{ ok: false, gap }])
    if (vpcId === null || subnets.length === 0) {
      return [reported('plan', 'none of the subnets of the plan exists in its VPC', 'network/subnets')]
    }
    const used = facts.vpcEndpoints.flatMap((endpoint) => {
      const service = nodeServices.find((name) => serves(endpoint, name, plan.region))
      return service !== undefined && endpoint.type === 'Interface' && (endpoint.state === 'available' || endpoint.unread !== undefined)
        ? [{ endpoint, service }]
        : []
    })
    if (used.length === 0) return [skip(vpcId, `${vpcId} has no interface endpoint in use for a service that nodes use`)]
    const zoneOf = (service: string): Case['zone'] => answeringZone(serviceHost(service, plan.region), false, vpcId, { plan, facts: read })
    return used.map(({ endpoint, service }) =>
      endpoint.unread === undefined
        ? judge({ endpoint, service, vpcId, subnets, ways, facts, zone: zoneOf(service), plan })
        : unknown(endpoint.vpcEndpointId, endpoint.unread, { severity: 'warning' }),
    )
  },
})

/** Services that nodes of HyperPod clusters use, as names of endpoints end in them. */
const nodeServices: readonly string[] = [...nodeServiceNames, 'eks', 'kms', 'fsx', 'sagemaker.api']

interface Case {
  readonly endpoint: VpcEndpoint
  readonly service: string
  readonly vpcId: string
  readonly subnets: readonly Subnet[]
  readonly ways: readonly Way[]
  readonly facts: Pick<Facts, 'subnets' | 'vpcEndpoints'> & {
    readonly [K in 'endpointSubnets' | 'vpcDns' | 'securityGroups' | 'endpointSecurityGroups' | 'prefixLists']: Fact<Facts[K]>
  }
  /** The private hosted zone that answers for the name of the service; null where none does. */
  readonly zone: Fact<HostedZone | null>
  readonly plan: Plan
}

/** What is wrong with an endpoint, as part of a sentence about it, with the way out. */
interface Defect {
  readonly message: string
  readonly fix: string
  readonly commands: readonly string[]
}

/** Parts of a judgement that could be made, and what the others lack. */
interface Reading {
  readonly defects: readonly Defect[]
  readonly gaps: readonly Gap[]
}

const judge = (given: Case): Outcome => {
  const { endpoint, service, ways, facts, plan } = given
  const id = endpoint.vpcEndpointId
  const here = ways.filter(({ vpcEndpointId }) => vpcEndpointId === id)
  // Names of the VPC and outbound rules hold for all endpoints at once: network/dns and security-group/egress-open decide by them.
  const reading = readLayers(here, isLayer('security-group-in'))
  const unused = whyUnused(given)
  if (unused !== null) return skip(id, unused)
  const readings = [judgeNames(given), judgeZones(given), judgeGroups(given)]
  const defects = readings.flatMap((reading) => reading.defects)
  const gaps = readings.flatMap((reading) => reading.gaps)
  const evidence = { service, subnetIds: endpoint.subnetIds, securityGroupIds: endpoint.securityGroupIds }
  if (defects.length > 0) {
    const fix = { text: defects.map((defect) => defect.fix).join(' '), commands: [...new Set(defects.flatMap(({ commands }) => commands))] }
    const severity = reading.closed === null ? 'warning' : severityByNeed[reading.closed]
    return fail(id, `${id} (${service}): ${defects.map(({ message }) => message).join('; ')}`, fix, { severity, evidence })
  }
  const [gap] = gaps
  if (gap !== undefined) {
    const because = [...new Set(gaps.map(({ message }) => message))].join('; ')
    return unknown(
      id,
      { ...gap, message: `whether nodes can use ${id} (${service}) is not known: ${because}` },
      { severity: reading.undecided === null ? 'warning' : severityByNeed[reading.undecided], evidence },
    )
  }
  const unjudged = facts.securityGroups.ok && nodePeers(plan, facts.securityGroups.value, facts.subnets).length === 0
  const open = unjudged ? 'whether TCP 443 to it is open was not judged: the plan names no security group' : 'TCP 443 to it is open'
  return pass(id, `${id} (${service}) is reached by name and has an interface in every zone of the plan; ${open}`, { evidence })
}

/** Null where nodes have nothing but this endpoint to use. */
const whyUnused = ({ endpoint, service, facts, plan }: Case): string | null => {
  if (answersInVpc(endpoint)) return null
  const id = endpoint.vpcEndpointId
  const other = interfaceAccess(service, plan.region, facts.vpcEndpoints)
  if (other.kind === 'by-name') return `nodes do not use ${id}: the names of ${service} lead to ${other.endpoint.vpcEndpointId}`
  const gateway = availableGateway(service, plan.region, facts.vpcEndpoints)
  return gateway === null
    ? null
    : `nodes do not use ${id}: the VPC has gateway endpoint ${gateway.vpcEndpointId}, which needs no private DNS`
}

const ec2 = (operation: string, plan: Plan, ...words: readonly string[]): string =>
  command('aws', 'ec2', operation, '--region', plan.region, ...words)

const judgeNames = ({ endpoint, service, vpcId, facts, zone, plan }: Case): Reading => {
  if (!answersInVpc(endpoint) && !zone.ok) return { defects: [], gaps: [zone.gap] }
  if (!answersInVpc(endpoint) && zone.ok && zone.value !== null) {
    const { name, hostedZoneId } = zone.value
    const message = `its private DNS does not answer in ${vpcId}, private hosted zone ${name} (${hostedZoneId}) does, and whether that leads to it is not read`
    return { defects: [], gaps: [{ reason: 'unsupported', action: 'none', message }] }
  }
  const modify = (...words: readonly string[]): readonly string[] => [
    ec2('modify-vpc-endpoint', plan, '--vpc-endpoint-id', endpoint.vpcEndpointId, ...words),
  ]
  // Zones that a Route 53 Profile brings are not listed.
  const elsewhere = `so unless a private hosted zone of yours answers for ${service}, its name leads to public addresses`
  if (!endpoint.privateDnsEnabled) {
    const fix = `Turn on private DNS of ${endpoint.vpcEndpointId}.`
    return { defects: [{ message: `its private DNS is off, ${elsewhere}`, fix, commands: modify('--private-dns-enabled') }], gaps: [] }
  }
  if (endpoint.privateDnsOnlyForInboundResolverEndpoint) {
    const fix = `Let the private DNS of ${endpoint.vpcEndpointId} answer in the VPC too.`
    const commands = modify('--dns-options', 'PrivateDnsOnlyForInboundResolverEndpoint=false')
    return { defects: [{ message: `its private DNS answers inbound Resolver endpoints only, ${elsewhere}`, fix, commands }], gaps: [] }
  }
  if (!facts.vpcDns.ok) return { defects: [], gaps: [facts.vpcDns.gap] }
  return { defects: facts.vpcDns.value === null ? [] : dnsDefects(facts.vpcDns.value, plan), gaps: [] }
}

const dnsAttributes = [
  ['enableDnsSupport', '--enable-dns-support'],
  ['enableDnsHostnames', '--enable-dns-hostnames'],
] as const

const dnsDefects = (dns: NonNullable<Facts['vpcDns']>, plan: Plan): readonly Defect[] =>
  dnsAttributes
    .filter(([attribute]) => !dns[attribute])
    .map(([attribute, option]) => ({
      message: `${attribute} of ${dns.vpcId} is off, so its private DNS does not work`,
      fix: `Turn ${attribute} of ${dns.vpcId} on.`,
      commands: [ec2('modify-vpc-attribute', plan, '--vpc-id', dns.vpcId, option, '{"Value":true}')],
    }))

/** The subnets that the endpoint has its network interfaces in; those that could not be found or read make a gap. */
const subnetsOf = ({ endpoint, facts }: Case): Fact<readonly Subnet[]> => {
  if (!facts.endpointSubnets.ok) return facts.endpointSubnets
  const known = facts.endpointSubnets.value
  const unread = unreadGap(known, endpoint.subnetIds)
  if (unread !== null) return { ok: false, gap: unread }
  const found = readItems(known, endpoint.subnetIds)
  const lost = endpoint.subnetIds.filter((id) => !found.some(({ subnetId }) => subnetId === id))
  if (lost.length === 0) return { ok: true, value: found }
  const message = `ec2:DescribeSubnets shows no ${lost.join(', ')}, which ${endpoint.vpcEndpointId} is in`
  return { ok: false, gap: { reason: 'unexpected', action: 'ec2:DescribeSubnets', message } }
}

const judgeZones = (given: Case): Reading => {
  const { endpoint, subnets, plan } = given
  const own = subnetsOf(given)
  if (!own.ok) return { defects: [], gaps: [own.gap] }
  const zones = new Set(own.value.map(({ availabilityZoneId }) => availabilityZoneId))
  const outside = subnets.filter(({ availabilityZoneId }) => !zones.has(availabilityZoneId))
  if (outside.length === 0) {
    const ids = plannedSubnetIds(plan)
    const gap = unreadGap(given.facts.subnets, ids)
    return { defects: [], gaps: gap === null ? [] : [gap] }
  }
  const names = [...new Set(outside.map(({ availabilityZone }) => availabilityZone))]
  // An endpoint takes one subnet a zone.
  const added = names.flatMap((name) => outside.find(({ availabilityZone }) => availabilityZone === name)?.subnetId ?? [])
  const nodes = outside.map(({ subnetId }) => subnetId).join(', ')
  const message = `it has no network interface in ${names.join(', ')}, so nodes in ${nodes} reach it across zones, which works as long as the other zone does`
  return {
    defects: [
      {
        message,
        fix: `Give ${endpoint.vpcEndpointId} a subnet in ${names.join(', ')} if its service is offered there.`,
        commands: [ec2('modify-vpc-endpoint', plan, '--vpc-endpoint-id', endpoint.vpcEndpointId, '--add-subnet-ids', ...added)],
      },
    ],
    gaps: [],
  }
}

const https = { protocol: 'tcp', fromPort: 443, toPort: 443 } as const

const judgeGroups = (given: Case): Reading => {
  const { endpoint, facts, plan } = given
  const { securityGroups, endpointSecurityGroups, prefixLists } = facts
  if (!securityGroups.ok) return { defects: [], gaps: [securityGroups.gap] }
  if (!endpointSecurityGroups.ok) return { defects: [], gaps: [endpointSecurityGroups.gap] }
  const subnets = subnetsOf(given)
  const blocks = subnets.ok ? subnets.value.flatMap(addressBlocks) : []
  const to = peerOf(endpoint.vpcEndpointId, endpoint.securityGroupIds, endpointSecurityGroups.value, blocks)
  const readings = nodePeers(plan, securityGroups.value, facts.subnets).map((from): Reading => {
    const found = reach(from, to, https, prefixLists)
    if (found.kind === 'undecided') return { defects: [], gaps: [{ ...found.gap, message: found.because }] }
    return { defects: found.kind === 'open' ? [] : found.closedAt.map((side) => closedDefect(side, from, to, plan)), gaps: [] }
  })
  return { defects: readings.flatMap(({ defects }) => defects), gaps: readings.flatMap(({ gaps }) => gaps) }
}

const closedDefect = (side: 'egress' | 'ingress', from: NodePeer, to: Peer, plan: Plan): Defect => {
  const [holder, other] = side === 'ingress' ? [to, from] : [from, to]
  const groups = idsOf(holder).join(', ')
  const [group] = idsOf(holder)
  const [peer] = idsOf(other)
  const permission = (id: string): string => `IpProtocol=tcp,FromPort=443,ToPort=443,UserIdGroupPairs=[{GroupId=${id}}]`
  const authorize = (id: string, peerId: string): string =>
    ec2(`authorize-security-group-${side}`, plan, '--group-id', id, '--ip-permissions', permission(peerId))
  const message =
    side === 'ingress'
      ? `its security groups (${groups}) do not take TCP 443 from ${from.name} (${idsOf(from).join(', ')})`
      : `the security groups of ${from.name} (${groups}) do not let TCP 443 out to it (${idsOf(to).join(', ')})`
  return {
    message,
    fix: `Allow TCP 443 ${side === 'ingress' ? `from ${from.name} into ${group ?? to.name}` : `out of ${group ?? from.name} to ${to.name}`}.`,
    commands: group === undefined || peer === undefined ? [] : [authorize(group, peer)],
  }
}
