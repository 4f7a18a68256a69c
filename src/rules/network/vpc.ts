import type { Subnet, Vpc } from '../../model/facts/network.ts'
import type { Facts } from '../../model/facts.ts'
import type { Outcome } from '../../model/finding.ts'
import type { Plan } from '../../model/plan.ts'
import { readItems } from '../../semantics/fact.ts'
import { plannedSubnetIds, plannedSubnets } from '../../semantics/plan/placement.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, reported } from '../engine/outcome.ts'

export const vpc = defineRule({
  id: 'network/vpc',
  title: 'The VPC of the cluster exists, is available and is one',
  why: 'A cluster lives in one VPC, which cannot be changed after it was created: all its subnets and security groups, those of overrides included, must be of that VPC. A wrong id, or an id of another Region, makes CreateCluster fail.',
  severity: 'error',
  checklist: '3',
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-eks-prerequisites.html',
    'https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Vpc.html',
  ],
  needs: ['vpc'],
  uses: ['subnets'],
  applies: (plan) =>
    plan.vpcId !== null || plannedSubnets(plan).length > 0 || 'The plan names no VPC and no subnet: give vpc-id, subnet-ids or VpcConfig.',
  evaluate: (facts, plan) => {
    const found = facts.subnets.ok ? existing(plan, facts.subnets.value) : []
    // With a VPC named, network/subnets says of each subnet that it is elsewhere; without one, no subnet is the wrong one.
    return [judge(facts.vpc, found, plan), ...(plan.vpcId === null ? several(found, plan) : [])]
  },
})

const existing = (plan: Plan, subnets: Facts['subnets']): readonly Subnet[] => readItems(subnets, plannedSubnetIds(plan))

const judge = (found: Vpc | null, subnets: readonly Subnet[], { vpcId, region }: Plan): Outcome => {
  if (found === null) return vpcId === null ? unnamed(region) : absent(vpcId, subnets, region)
  const evidence = { state: found.state, cidrBlocks: found.cidrBlocks, isDefault: found.isDefault }
  if (found.state === 'available') return pass(found.vpcId, `${found.vpcId} (${found.cidrBlocks.join(', ')}) is available`, { evidence })
  return fail(
    found.vpcId,
    `${found.vpcId} is ${found.state}, it must be available`,
    {
      text: `Wait until ${found.vpcId} is available.`,
      commands: [command('aws', 'ec2', 'wait', 'vpc-available', '--region', region, '--vpc-ids', found.vpcId)],
    },
    { evidence },
  )
}

const unnamed = (region: string): Outcome =>
  reported('vpc', `none of the plan's subnets exists in ${region}, so its VPC is not known`, 'network/subnets')

const absent = (vpcId: string, subnets: readonly Subnet[], region: string): Outcome => {
  const theirs = [...new Set(subnets.map((subnet) => subnet.vpcId))]
  const text = 'Correct the id, or the Region: VPC ids belong to one account and one Region.'
  return fail(vpcId, `${vpcId} does not exist in ${region}`, {
    text: theirs.length === 0 ? text : `${text} The subnets of the plan are in ${theirs.join(', ')}.`,
    commands: [command('aws', 'ec2', 'describe-vpcs', '--region', region)],
  })
}

const several = (subnets: readonly Subnet[], plan: Plan): readonly Outcome[] => {
  const vpcIds = [...new Set(subnets.map(({ vpcId }) => vpcId))]
  if (vpcIds.length < 2) return []
  const { region } = plan
  const members = (id: string): string => subnets.flatMap(({ vpcId, subnetId }) => (vpcId === id ? [subnetId] : [])).join(', ')
  return [
    fail(
      'subnets',
      `the plan's subnets are in ${vpcIds.length} VPCs, a cluster is in one: ${vpcIds.map((id) => `${id} (${members(id)})`).join(', ')}`,
      {
        text: 'Keep the subnets of one VPC; give vpc-id to say which one.',
        commands: vpcIds.map((id) =>
          command('aws', 'ec2', 'describe-subnets', '--region', region, '--filters', `Name=vpc-id,Values=${id}`),
        ),
      },
      { evidence: { vpcIds }, location: plannedSubnets(plan)[0]?.location },
    ),
  ]
}
