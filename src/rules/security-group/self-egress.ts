import { securityGroupPlacements } from '../../semantics/network/security-groups.ts'
import { defineRule } from '../engine/define.ts'
import { type Direction, judgeSelfRules } from './paths/self-rule.ts'

const outbound: Direction = {
  permissions: ({ egress }) => egress,
  adjective: 'outbound',
  preposition: 'to',
  operation: 'authorize-security-group-egress',
}

export const selfEgress = defineRule({
  id: 'security-group/self-egress',
  title: 'The nodes may send all traffic to their own security group',
  why: 'EFA needs an outbound rule for all protocols whose destination is the security group itself. The rule to `0.0.0.0/0` that every new security group has is not enough: with it alone HyperPod can stop with `EFA health checks did not run successfully`, before any lifecycle script runs, so CloudWatch has no log of it.',
  severity: 'error',
  otherSeverities: ['warning'],
  checklist: '4',
  checklistDiffers:
    'The checklist lists all traffic to `0.0.0.0/0` as the outbound rule, and the self rule apart from it. AWS says not to rely on `0.0.0.0/0` for EFA, so for types with EFA only a rule to the group itself passes; whether the nodes get out is for `security-group/egress-open`. Rules of several groups on one network interface are additive and each node carries all of them, so one complete group passes. Without EFA what counts is whether nodes can reach each other: rules for all of TCP and UDP to the nodes, by their groups, address ranges or prefix lists, pass too, and nodes that cannot are a warning. A rule to another group that the same nodes carry is a warning if a type has EFA, since AWS documents the rule to the group itself. If the plan names no instance type, the lack is a warning.',
  sources: [
    'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/efa-start.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-eks-prerequisites.html',
  ],
  needs: ['securityGroups'],
  uses: ['instanceTypes', 'subnets', 'prefixLists'],
  applies: (plan) =>
    securityGroupPlacements(plan).length > 0 ||
    'The plan names no security group for its nodes: give security-group-ids, or VpcConfig in the request.',
  evaluate: (facts, plan) => judgeSelfRules(facts, plan, outbound),
})
