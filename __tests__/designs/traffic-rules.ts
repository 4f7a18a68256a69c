import type { NetworkAclEntry, SecurityGroup, SecurityGroupPermission } from '../../src/model/facts/network.ts'
import { aNetworkAcl, anAclEntry, aPermission, aSecurityGroup, type Given } from '../builders.ts'
import { controlPlaneGroup, eksPlan, everySubnet, group, nodeGroup, slurmPlan } from './account.ts'
import type { Design } from './design.ts'

/** Rules of security groups and network ACLs that let through what nodes need, and no more. */

const https = { protocol: '6', fromPort: 443, toPort: 443 }
const ephemeral = { protocol: '6', fromPort: 1024, toPort: 65_535 }
type Entry = Partial<NetworkAclEntry>
const within: readonly Entry[] = [
  { direction: 'ingress', cidrBlock: '10.0.0.0/16' },
  { direction: 'egress', cidrBlock: '10.0.0.0/16' },
]
const listed = (...entries: readonly Entry[]): Given => ({
  networkAcls: [
    aNetworkAcl({
      isDefault: false,
      networkAclId: 'acl-0listed0',
      subnetIds: ['subnet-0aaaaaaa', 'subnet-0bbbbbbb'],
      entries: entries.map((entry, index) => anAclEntry({ ruleNumber: 100 + index, ...entry })),
    }),
    aNetworkAcl({ subnetIds: everySubnet.filter((id) => id === 'subnet-0public0' || id === 'subnet-0endpnt0') }),
  ],
})

const itself = (id: string): SecurityGroupPermission => aPermission({ securityGroupIds: [id] })
const groups = (...all: readonly SecurityGroup[]): Given => ({
  securityGroups: Object.fromEntries(all.map((each) => [each.securityGroupId, each])),
})
const all4 = aPermission({ ipv4Ranges: ['0.0.0.0/0'] })
/** One group for EFA, one for the way out, one that only names the nodes. */
const efaGroup = aSecurityGroup({ ingress: [itself('sg-0aaaaaaa')], egress: [itself('sg-0aaaaaaa')] })
const outGroup = aSecurityGroup({ securityGroupId: 'sg-0bbbbbbb', ingress: [], egress: [all4] })
const tagGroup = aSecurityGroup({ securityGroupId: 'sg-0ccccccc', ingress: [], egress: [] })
const three = {
  VpcConfig: { SecurityGroupIds: ['sg-0aaaaaaa', 'sg-0bbbbbbb', 'sg-0ccccccc'], Subnets: ['subnet-0aaaaaaa', 'subnet-0bbbbbbb'] },
}

const fromVpc = aSecurityGroup({ ingress: [aPermission({ ipv4Ranges: ['10.0.0.0/16'] })], egress: [all4] })
const cpuOnly = slurmPlan({ InstanceGroups: [group('controller', 'ml.m5.2xlarge', 1), group('worker-1', 'ml.c5.9xlarge', 8)] })

const controlPlaneOf = (...ingress: SecurityGroup['ingress']): Given => ({
  eksSecurityGroups: { 'sg-0eeeeeee': { ...controlPlaneGroup, ingress } },
})
const apart = {
  ...groups({
    ...nodeGroup,
    ingress: [itself('sg-0aaaaaaa'), aPermission({ protocol: 'tcp', fromPort: 10_250, toPort: 10_250, securityGroupIds: ['sg-0eeeeeee'] })],
  }),
  ...controlPlaneOf(aPermission({ protocol: 'tcp', fromPort: 443, toPort: 443, securityGroupIds: ['sg-0aaaaaaa'] })),
}

export const trafficRules: readonly Design[] = [
  {
    name: 'EKS under an ACL that lists what it allows',
    plan: eksPlan(),
    given: listed(...within, { direction: 'egress', ...https }, { direction: 'ingress', ...ephemeral }),
    without: [
      { part: 'answers from the internet', given: listed(...within, { direction: 'egress', ...https }), against: ['fail network/acl'] },
      { part: 'HTTPS out', given: listed(...within, { direction: 'ingress', ...ephemeral }), against: ['fail network/acl'] },
      { part: 'any rule', given: listed(), against: ['fail network/acl'] },
    ],
  },
  {
    name: 'Slurm under an ACL that lists what it allows',
    plan: slurmPlan(),
    given: listed(...within, { direction: 'egress', ...https }, { direction: 'ingress', ...ephemeral }),
    without: [
      { part: 'answers from S3', given: listed(...within, { direction: 'egress', ...https }), against: ['fail network/acl'] },
      {
        part: 'HTTPS to S3',
        given: listed(
          { direction: 'egress', action: 'deny', ...https },
          ...within,
          { direction: 'egress' },
          { direction: 'ingress', ...ephemeral },
        ),
        against: ['fail network/acl'],
      },
    ],
  },
  {
    name: 'three security groups on an interface',
    plan: slurmPlan(three),
    given: groups(efaGroup, outGroup, tagGroup),
    without: [
      {
        part: 'outbound rules in any',
        given: groups(efaGroup, { ...outGroup, egress: [] }, tagGroup),
        against: ['fail security-group/egress-open'],
      },
      {
        part: 'the inbound rule of the first',
        given: groups({ ...efaGroup, ingress: [] }, outGroup, tagGroup),
        against: ['fail security-group/self-ingress'],
      },
      {
        part: 'the outbound rule to itself',
        given: groups({ ...efaGroup, egress: [] }, outGroup, tagGroup),
        against: ['fail security-group/self-egress'],
      },
    ],
  },
  {
    name: 'CPU nodes under rules for the block of the VPC',
    plan: cpuOnly,
    given: groups(fromVpc),
    without: [
      { part: 'outbound rules', given: groups({ ...fromVpc, egress: [] }), against: ['fail security-group/egress-open'] },
      {
        part: 'a way to S3 in them',
        given: groups({ ...fromVpc, egress: [aPermission({ ipv4Ranges: ['10.0.0.0/16'] })] }),
        against: ['fail security-group/egress-open'],
      },
    ],
  },
  {
    name: 'EKS whose control plane lets in the nodes by their group',
    plan: eksPlan(),
    given: apart,
    without: [
      { part: 'that rule', given: controlPlaneOf(itself('sg-0eeeeeee')), against: ['fail security-group/eks-control-plane'] },
      {
        part: 'the port of the kubelet',
        given: groups({ ...nodeGroup, ingress: [itself('sg-0aaaaaaa')] }),
        against: ['fail security-group/eks-control-plane'],
      },
    ],
  },
]
