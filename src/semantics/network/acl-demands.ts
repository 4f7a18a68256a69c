import type { Fact, Gap } from '../../model/fact.ts'
import type { NetworkAcl, NetworkAclEntry, RouteTable, Subnet } from '../../model/facts/network.ts'
import type { Facts } from '../../model/facts.ts'
import { keyed, knownValue } from '../fact.ts'
import { type InternetAccess, internetAccess, type Routing } from './internet-access.ts'
import { type AclDecision, type AclTraffic, allPorts, decideAcl, denyingEntries, networkAclOf, type Ports } from './network-acl.ts'
import { routeTableOf } from './routes.ts'

/** Traffic that nodes need and that crosses a network ACL, with what becomes of it. */
export interface AclDemand {
  readonly acl: NetworkAcl
  readonly traffic: AclTraffic
  /** In words: `TCP 443 out to 0.0.0.0/0`. */
  readonly text: string
  readonly decision: AclDecision
  /** Set where that decision is not the answer: some of the traffic is denied, and whether it is the part that nodes need is not known. */
  readonly gap: Gap | null
  /** Blocks of the internet that entries deny before all of it is allowed: nobody's way to AWS is known to lead there. */
  readonly exceptions: readonly string[]
}

/** A demand that is not met, with the entries that deny it; null stands for what no entry allows. */
export interface AclFault {
  readonly demand: AclDemand
  readonly decision: Exclude<AclDecision, 'allowed'>
  readonly denying: readonly (NetworkAclEntry | null)[]
}

/** The VPC as far as network ACLs are concerned. `subnets` are those of the plan. */
export interface AclNetwork {
  readonly subnets: readonly Subnet[]
  readonly routing: Routing
  readonly networkAcls: readonly NetworkAcl[]
  readonly prefixLists: Fact<Facts['prefixLists']>
}

const internet = '0.0.0.0/0'
const tcp = '6'
const https: Ports = { from: 443, to: 443 }
/**
 * Ports that connections of nodes start from (AWS writes 61000 for Linux, whose default ends one earlier), and those of a NAT gateway.
 * https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html#nacl-ephemeral-ports
 */
const nodePorts: Ports = { from: 32_768, to: 60_999 }
const natPorts: Ports = { from: 1_024, to: 65_535 }

/** All that nodes in a subnet of the plan need of network ACLs, over IPv4. Empty where nothing they need leaves the subnet. */
export const aclDemands = (subnet: Subnet, network: AclNetwork): readonly AclDemand[] => {
  const own = networkAclOf(subnet.subnetId, network.networkAcls)
  if (!own.ok) return []
  const table = routeTableOf(subnet, network.routing.routeTables)
  return [
    ...network.subnets.flatMap((peer) => (peer.subnetId === subnet.subnetId ? [] : withSubnet(own.value, peer))),
    ...(table.ok ? beyondVpc(subnet, own.value, table.value, network) : []),
  ]
}

export const faultsIn = (demands: readonly AclDemand[]): readonly AclFault[] =>
  demands.flatMap((demand) =>
    demand.decision === 'allowed' || demand.gap !== null
      ? []
      : [{ demand, decision: demand.decision, denying: denyingEntries(demand.acl, demand.traffic) }],
  )

/** The first demand that could not be judged; null where all were. */
export const openIssue = (demands: readonly AclDemand[]): { readonly demand: AclDemand; readonly gap: Gap } | null =>
  demands.flatMap((demand) => (demand.gap === null ? [] : [{ demand, gap: demand.gap }]))[0] ?? null

const withSubnet = (acl: NetworkAcl, { subnetId, cidrBlock: peer }: Subnet): readonly AclDemand[] =>
  (['egress', 'ingress'] as const).map((direction) =>
    exactly(acl, { direction, peer, protocol: '-1', ports: allPorts }, `all traffic ${sideOf(direction)} ${subnetId} (${peer})`),
  )

const beyondVpc = (subnet: Subnet, acl: NetworkAcl, table: RouteTable, network: AclNetwork): readonly AclDemand[] => {
  const access = internetAccess(table, network.routing)
  return [
    ...(access.kind === 'closed' ? [] : callsTo(internet, acl, nodePorts).map(mostly)),
    ...throughS3Gateway(acl, table, network),
    ...atNatGateway(subnet, access, network),
  ]
}

interface Call {
  readonly acl: NetworkAcl
  readonly traffic: AclTraffic
  readonly text: string
}

/** HTTPS connections to a block, and their answers. */
const callsTo = (peer: string, acl: NetworkAcl, ports: Ports, named = peer): readonly Call[] => [
  call(acl, { direction: 'egress', peer, protocol: tcp, ports: https }, named),
  call(acl, { direction: 'ingress', peer, protocol: tcp, ports }, named),
]

const call = (acl: NetworkAcl, traffic: AclTraffic, named = traffic.peer): Call => {
  const { from, to } = traffic.ports
  return { acl, traffic, text: `TCP ${from === to ? from : `${from}-${to}`} ${sideOf(traffic.direction)} ${named}` }
}

/** The gateway endpoint for S3, by the route to its prefix list. Of a list that is not known, only the whole internet can be judged. */
const throughS3Gateway = (acl: NetworkAcl, { routes }: RouteTable, { prefixLists, routing }: AclNetwork): readonly AclDemand[] =>
  routes
    .filter(({ destination, target, state }) => destination.startsWith('pl-') && target.kind === 'vpc-endpoint' && state === 'active')
    .flatMap(({ destination: id }) => {
      const blocks = routing.prefixLists(id)
      if (!blocks.ok) return callsTo(internet, acl, nodePorts, id).map((each) => wholly(each, blocks.gap))
      const isS3 = knownValue(keyed(prefixLists, id))?.name.endsWith('.s3') === true
      return isS3
        ? toBlocks(
            blocks.value.filter((block) => !block.includes(':')),
            acl,
            `S3 (${id})`,
          )
        : []
    })

/** Where all the blocks are denied, the whole internet stands for them: one rule mends it, and an ACL takes only a few. */
const toBlocks = (blocks: readonly string[], acl: NetworkAcl, named: string): readonly AclDemand[] => {
  const calls = blocks.map((block) => callsTo(block, acl, nodePorts, named))
  return callsTo(internet, acl, nodePorts, named).flatMap((whole, direction) => {
    const demands = calls.flatMap((each) => each[direction] ?? []).map((each) => exactly(each.acl, each.traffic, each.text))
    const closed = demands.length > 0 && demands.every(({ decision }) => decision === 'denied')
    return closed ? [{ ...exactly(whole.acl, whole.traffic, whole.text), decision: 'denied' as const }] : demands
  })
}

/** What enters and leaves the subnet of a NAT gateway; one in the nodes' own subnet is behind the same ACL as they. */
const atNatGateway = (subnet: Subnet, access: InternetAccess, { routing, networkAcls }: AclNetwork): readonly AclDemand[] => {
  if (access.kind !== 'open' || !routing.natGateways.ok) return []
  const natGateway = routing.natGateways.value.find(({ natGatewayId }) => natGatewayId === access.route.target.id)
  const natSubnetId = natGateway?.subnetId ?? null
  if (natSubnetId === null || natSubnetId === subnet.subnetId) return []
  const acl = networkAclOf(natSubnetId, networkAcls)
  if (!acl.ok) return []
  const nodes = { peer: subnet.cidrBlock, protocol: tcp }
  const named = `${subnet.subnetId} (${subnet.cidrBlock})`
  return [
    ...[
      call(acl.value, { ...nodes, direction: 'ingress', ports: https }, named),
      call(acl.value, { ...nodes, direction: 'egress', ports: nodePorts }, named),
    ].map((each) => exactly(each.acl, each.traffic, each.text)),
    ...callsTo(internet, acl.value, natPorts).map(mostly),
  ].map((demand) => ({ ...demand, text: `${demand.text} at the NAT gateway's ${natSubnetId}` }))
}

const sideOf = (direction: AclTraffic['direction']): string => (direction === 'egress' ? 'out to' : 'in from')

const exactly = (acl: NetworkAcl, traffic: AclTraffic, text: string): AclDemand => ({
  acl,
  traffic,
  text,
  decision: decideAcl(acl, traffic),
  gap: null,
  exceptions: [],
})

/** Met where all is allowed but blocks that entries deny by name; a list of allowed blocks alone is not the internet. */
const mostly = ({ acl, traffic, text }: Call): AclDemand => {
  const demand = exactly(acl, traffic, text)
  if (demand.decision !== 'partly') return demand
  const denying = denyingEntries(acl, traffic)
  const exceptions = denying.flatMap((entry) => (entry === null || entry.cidrBlock === internet ? [] : [entry.cidrBlock]))
  return exceptions.length === denying.length ? { ...demand, decision: 'allowed', exceptions } : demand
}

const wholly = ({ acl, traffic, text }: Call, gap: Gap): AclDemand => {
  const demand = exactly(acl, traffic, text)
  return demand.decision === 'partly' ? { ...demand, gap } : demand
}
