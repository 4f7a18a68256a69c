import { securityGroupPlacements } from '../../semantics/network/security-groups.ts'
import { defineRule } from '../engine/define.ts'
import { type Direction, judgeSelfRules } from './paths/self-rule.ts'

const inbound: Direction = {
  permissions: ({ ingress }) => ingress,
  adjective: 'inbound',
  preposition: 'from',
  operation: 'authorize-security-group-ingress',
}

export const selfIngress = defineRule({
  id: 'security-group/self-ingress',
  title: 'The nodes accept all traffic from their own security group',
  why: 'EFA traffic is neither TCP nor UDP: a security group lets it in only by a rule for all protocols whose source is the group itself. Without it HyperPod stops with `EFA health checks did not run successfully`, before any lifecycle script runs, so CloudWatch has no log of it. On types without EFA the nodes come up, but Slurm, NCCL and MPI need the open ports between them.',
  severity: 'error',
  otherSeverities: ['warning'],
  checklist: '4',
  checklistDiffers:
    'The checklist asks for the rule of every security group. Rules of several groups on one network interface are additive and each node carries all of them, so one complete group passes. Without EFA what counts is whether nodes can reach each other: rules for all of TCP and UDP from the nodes, by their groups, address ranges or prefix lists, pass too, and nodes that cannot are a warning. A rule from another group that the same nodes carry is a warning if a type has EFA, since AWS documents the rule from the group itself. If the plan names no instance type, the lack is a warning.',
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
  evaluate: (facts, plan) => judgeSelfRules(facts, plan, inbound),
})
