import type { Fact, Gap } from '../../model/fact.ts'
import type { NetworkAcl, NetworkAclEntry, Subnet } from '../../model/facts/network.ts'
import { type AclDecision, type AclTraffic, allPorts, decideAcl, denyingEntries, type Ports } from './network-acl.ts'

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

const internet = '0.0.0.0/0'
const tcp = '6'
const https: Ports = { from: 443, to: 443 }
/**
 * Ports that connections of nodes start from (AWS writes 61000 for Linux, whose default ends one earlier), and those of a NAT gateway.
 * https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html#nacl-ephemeral-ports
 */
const nodePorts: Ports = { from: 32_768, to: 60_999 }
const natPorts: Ports = { from: 1_024, to: 65_535 }

export const faultsIn = (demands: readonly AclDemand[]): readonly AclFault[] =>
  demands.flatMap((demand) =>
    demand.decision === 'allowed' || demand.gap !== null
      ? []
      : [{ demand, decision: demand.decision, denying: denyingEntries(demand.acl, demand.traffic) }],
  )

/** The first demand that could not be judged; null where all were. */
export const openIssue = (demands: readonly AclDemand[]): { readonly demand: AclDemand; readonly gap: Gap } | null =>
  demands.flatMap((demand) => (demand.gap === null ? [] : [{ demand, gap: demand.gap }]))[0] ?? null

/** All traffic between a subnet with this ACL and another subnet, both ways. Nothing over IPv4 for a subnet without IPv4. */
export const betweenSubnets = (acl: NetworkAcl, { subnetId, cidrBlock: peer }: Subnet): readonly AclDemand[] => {
  if (peer === null) return []
  return (['egress', 'ingress'] as const).map((direction) =>
    exactly({
      acl,
      traffic: { direction, peer, protocol: '-1', ports: allPorts },
      text: `all traffic ${sideOf(direction)} ${subnetId} (${peer})`,
    }),
  )
}

/** HTTPS from nodes behind this ACL to public addresses, and the answers. */
export const toInternet = (acl: NetworkAcl): readonly AclDemand[] => callsTo(internet, acl, nodePorts).map(mostly)

/** HTTPS from nodes behind this ACL to network interfaces in a subnet, and the answers. */
export const toSubnet = (acl: NetworkAcl, { subnetId, cidrBlock }: Subnet): readonly AclDemand[] =>
  cidrBlock === null ? [] : callsTo(cidrBlock, acl, nodePorts, `${subnetId} (${cidrBlock})`).map(whole)

/** Connections from nodes behind this ACL to ports of a block, and the answers. */
export const toBlock = (acl: NetworkAcl, block: string, ports: Ports): readonly AclDemand[] =>
  [
    call(acl, { direction: 'egress', peer: block, protocol: tcp, ports }),
    call(acl, { direction: 'ingress', peer: block, protocol: tcp, ports: nodePorts }),
  ].map(whole)

/** Connections from nodes in a subnet to ports behind this ACL, HTTPS unless others are named, and the answers. */
export const fromSubnet = (acl: NetworkAcl, { subnetId, cidrBlock }: Subnet, place: string, ports: Ports = https): readonly AclDemand[] =>
  cidrBlock === null ? [] : atPlace(place, answered(cidrBlock, acl, `${subnetId} (${cidrBlock})`, ports).map(whole))

/** What enters and leaves the subnet of a NAT gateway. One in the nodes' own subnet is behind the same ACL as they. */
export const atNatGateway = (acl: NetworkAcl, nodes: Subnet, natSubnetId: string): readonly AclDemand[] =>
  atPlace(`the NAT gateway's ${natSubnetId}`, [
    ...(nodes.cidrBlock === null ? [] : answered(nodes.cidrBlock, acl, `${nodes.subnetId} (${nodes.cidrBlock})`).map(whole)),
    ...callsTo(internet, acl, natPorts).map(mostly),
  ])

/** HTTPS to the blocks of a prefix list. Of a list that is not known, only the whole internet can be judged. */
export const toPrefixList = (acl: NetworkAcl, blocks: Fact<readonly string[]>, named: string): readonly AclDemand[] => {
  if (!blocks.ok) return callsTo(internet, acl, nodePorts, named).map((each) => partlyUnknown(exactly(each), blocks.gap))
  const ipv4 = blocks.value.filter((block) => !block.includes(':'))
  const calls = ipv4.map((block) => callsTo(block, acl, nodePorts, named))
  // Where all the blocks are denied, the whole internet stands for them: one rule opens it, and an ACL takes only a few.
  return callsTo(internet, acl, nodePorts, named).flatMap((everything, direction) => {
    const demands = calls.flatMap((each) => each[direction] ?? []).map(exactly)
    const closed = demands.length > 0 && demands.every(({ decision }) => decision === 'denied')
    if (closed) return [{ ...exactly(everything), decision: 'denied' as const }]
    return demands.map((demand) => (demand.decision === 'allowed' ? demand : { ...demand, gap: partGap(demand) }))
  })
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

/** Connections from a block, HTTPS unless other ports are named, and the answers to them. */
const answered = (peer: string, acl: NetworkAcl, named: string, ports: Ports = https): readonly Call[] => [
  call(acl, { direction: 'ingress', peer, protocol: tcp, ports }, named),
  call(acl, { direction: 'egress', peer, protocol: tcp, ports: nodePorts }, named),
]

const call = (acl: NetworkAcl, traffic: AclTraffic, named = traffic.peer): Call => {
  const { from, to } = traffic.ports
  return { acl, traffic, text: `TCP ${from === to ? from : `${from}-${to}`} ${sideOf(traffic.direction)} ${named}` }
}

const atPlace = (place: string, demands: readonly AclDemand[]): readonly AclDemand[] =>
  demands.map((demand) => ({ ...demand, text: `${demand.text} at ${place}` }))

const sideOf = (direction: AclTraffic['direction']): string => (direction === 'egress' ? 'out to' : 'in from')

/** All of it is asked for: what is denied in part is not met. */
const exactly = ({ acl, traffic, text }: Call): AclDemand => ({
  acl,
  traffic,
  text,
  decision: decideAcl(acl, traffic),
  gap: null,
  exceptions: [],
})

/** Which address and which port a connection takes is not known: what is denied in part may work. */
const whole = (each: Call): AclDemand => {
  const demand = exactly(each)
  return partlyUnknown(demand, partGap(demand))
}

/** Met where all is allowed but blocks that entries deny by name; a list of allowed blocks alone is not the internet. */
const mostly = (each: Call): AclDemand => {
  const demand = exactly(each)
  if (demand.decision !== 'partly') return demand
  const denying = denyingEntries(each.acl, each.traffic)
  const exceptions = denying.flatMap((entry) => (entry === null || entry.cidrBlock === internet ? [] : [entry.cidrBlock]))
  return exceptions.length === denying.length ? { ...demand, decision: 'allowed', exceptions } : { ...demand, gap: partGap(demand) }
}

const partlyUnknown = (demand: AclDemand, gap: Gap): AclDemand => (demand.decision === 'partly' ? { ...demand, gap } : demand)

const partGap = ({ acl: { networkAclId }, text }: AclDemand): Gap => ({
  reason: 'unsupported',
  action: 'none',
  message: `${networkAclId} allows only part of ${text}, and whether the nodes need the other part is not known`,
})
