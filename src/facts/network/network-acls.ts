import {
  type NetworkAcl as Ec2NetworkAcl,
  type NetworkAclEntry as Ec2NetworkAclEntry,
  paginateDescribeNetworkAcls,
} from '@aws-sdk/client-ec2'
import type { NetworkAcl, NetworkAclEntry } from '../../model/facts/network.ts'
import { cidr, count, field, flag, forms, matching, oneOf, pages, readable } from '../engine/answer.ts'
import { type Context, defineCollector } from '../engine/collect.ts'
import { inVpc, plannedVpcId } from './planned-vpc.ts'
import { highestPort, isProtocolNumber } from './ports.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkAcls.html */
export const networkAcls = defineCollector({
  id: 'networkAcls',
  needs: ['subnets'],
  actions: ['ec2:DescribeNetworkAcls'],
  collect: async ({ plan, clients }: Context, get) => {
    const vpcId = await plannedVpcId({ plan }, get)
    if (vpcId === null) return []
    const found = await pages(paginateDescribeNetworkAcls({ client: clients.ec2 }, inVpc(vpcId)), 'NetworkAcls')
    // Each subnet has an ACL: one whose ACL is missing here is not known, and no other is hidden.
    return readable(found, toNetworkAcl)
  },
})

const toNetworkAcl = (acl: Ec2NetworkAcl): NetworkAcl => ({
  networkAclId: matching(acl, 'NetworkAclId', /^acl-./),
  vpcId: matching(acl, 'VpcId', forms.vpcId),
  isDefault: flag(acl, 'IsDefault'),
  subnetIds: (acl.Associations ?? []).map((association) => matching(association, 'SubnetId', forms.subnetId)),
  entries: field(acl, 'Entries')
    .map(toEntry)
    .sort((a, b) => a.ruleNumber - b.ruleNumber),
})

/** A number of IANA's, or -1 for all. Throws for anything else. */
const protocolNumber = (protocol: string): string => {
  if (!isProtocolNumber(protocol)) throw new Error(`Protocol of the answer is ${protocol}, which is no number of a protocol`)
  return protocol
}

const toEntry = (entry: Ec2NetworkAclEntry): NetworkAclEntry => ({
  ruleNumber: count(entry, 'RuleNumber'),
  direction: flag(entry, 'Egress') ? 'egress' : 'ingress',
  action: oneOf(entry, 'RuleAction', ['allow', 'deny']),
  protocol: protocolNumber(field(entry, 'Protocol')),
  cidrBlock: entry.CidrBlock === undefined ? cidr(entry, 'Ipv6CidrBlock') : cidr(entry, 'CidrBlock'),
  fromPort: entry.PortRange === undefined ? null : count(entry.PortRange, 'From', 0, highestPort),
  toPort: entry.PortRange === undefined ? null : count(entry.PortRange, 'To', 0, highestPort),
})
