import type { Fact } from '../../model/fact.ts'
import type { NetworkAcl, Subnet } from '../../model/facts/network.ts'
import {
  type AclDemand,
  atNatGateway,
  betweenSubnets as everything,
  fromSubnet,
  toBlock,
  toInternet,
  toPrefixList,
  toSubnet,
} from '../network/acl-demands.ts'
import { networkAclOf } from '../network/network-acl.ts'
import type { Traffic } from '../network/security-graph.ts'
import { reasons } from '../text/enumerate.ts'
import type { Network } from './network.ts'
import { type AclStep, undecidedAcl } from './step.ts'

/** HTTPS from nodes to network interfaces in another subnet, and the answers, at both ACLs. Nothing inside one subnet crosses an ACL. */
export const betweenSubnets = (from: Subnet, to: Subnet, place: string, network: Network): readonly AclStep[] => {
  if (from.subnetId === to.subnetId) return []
  return [withAcl(from.subnetId, network, (acl) => toSubnet(acl, to)), withAcl(to.subnetId, network, (acl) => fromSubnet(acl, from, place))]
}

/** All traffic between two subnets, at both ACLs. */
export const allBetween = (one: Subnet, other: Subnet, network: Network): readonly AclStep[] => {
  if (one.subnetId === other.subnetId) return []
  return [withAcl(one.subnetId, network, (acl) => everything(acl, other)), withAcl(other.subnetId, network, (acl) => everything(acl, one))]
}

/** Connections from nodes to one address in a subnet, and the answers, at both ACLs. */
export const toAddress = (
  from: Subnet,
  subnetId: string,
  address: string,
  traffics: readonly Traffic[],
  network: Network,
): readonly AclStep[] => {
  if (from.subnetId === subnetId) return []
  const ports = traffics.map(({ fromPort, toPort }) => ({ from: fromPort, to: toPort }))
  return [
    withAcl(from.subnetId, network, (acl) => ports.flatMap((each) => toBlock(acl, `${address}/32`, each))),
    withAcl(subnetId, network, (acl) => ports.flatMap((each) => fromSubnet(acl, from, address, each))),
  ]
}

/** HTTPS from nodes to public addresses, and the answers, at the ACL of their own subnet. */
export const outToInternet = ({ subnetId }: Subnet, network: Network): AclStep => withAcl(subnetId, network, toInternet)

/** What enters and leaves the subnet of the NAT gateway that nodes go through. */
export const throughNatSubnet = (from: Subnet, natSubnetId: string, network: Network): readonly AclStep[] =>
  natSubnetId === from.subnetId ? [] : [withAcl(natSubnetId, network, (acl) => atNatGateway(acl, from, natSubnetId))]

/** HTTPS to all the blocks of a prefix list, and the answers. */
export const outToPrefixList = ({ subnetId }: Subnet, blocks: Fact<readonly string[]>, named: string, network: Network): AclStep =>
  withAcl(subnetId, network, (acl) => toPrefixList(acl, blocks, named))

const withAcl = (subnetId: string, { facts }: Network, judge: (acl: NetworkAcl) => readonly AclDemand[]): AclStep => {
  if (!facts.networkAcls.ok) return undecidedAcl(subnetId, facts.networkAcls.gap)
  const acl = networkAclOf(subnetId, facts.networkAcls.value)
  return acl.ok ? stepOf(subnetId, judge(acl.value)) : undecidedAcl(subnetId, acl.gap)
}

const stepOf = (at: string, demands: readonly AclDemand[]): AclStep => {
  const layer = 'network-acl'
  const denied = demands.filter(({ decision, gap }) => decision === 'denied' && gap === null)
  if (denied.length > 0) {
    return { layer, at, state: 'closed', why: reasons(denied.map(({ acl, text }) => `${acl.networkAclId} denies ${text}`)), demands }
  }
  const doubtful = demands.find(({ gap }) => gap !== null)
  return doubtful?.gap ? { layer, at, state: 'undecided', gap: doubtful.gap, demands } : { layer, at, state: 'open', demands }
}
