import {
  type NetworkAcl as Ec2NetworkAcl,
  type NetworkAclEntry as Ec2NetworkAclEntry,
  paginateDescribeNetworkAcls,
} from '@aws-sdk/client-ec2'
import type { NetworkAcl, NetworkAclEntry } from '../../model/facts/network.ts'
import { count, field, flag, oneOf, pages, readable } from '../engine/answer.ts'
import { type Context, defineCollector } from '../engine/collect.ts'
import { inVpc, plannedVpcId } from './planned-vpc.ts'

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
  networkAclId: field(acl, 'NetworkAclId'),
  vpcId: field(acl, 'VpcId'),
  isDefault: flag(acl, 'IsDefault'),
  subnetIds: (acl.Associations ?? []).map((association) => field(association, 'SubnetId')),
  entries: field(acl, 'Entries')
    .map(toEntry)
    .sort((a, b) => a.ruleNumber - b.ruleNumber),
})

const toEntry = (entry: Ec2NetworkAclEntry): NetworkAclEntry => ({
  ruleNumber: count(entry, 'RuleNumber'),
  direction: flag(entry, 'Egress') ? 'egress' : 'ingress',
  action: oneOf(entry, 'RuleAction', ['allow', 'deny']),
  protocol: field(entry, 'Protocol'),
  cidrBlock: entry.CidrBlock ?? field(entry, 'Ipv6CidrBlock'),
  fromPort: entry.PortRange?.From ?? null,
  toPort: entry.PortRange?.To ?? null,
})
