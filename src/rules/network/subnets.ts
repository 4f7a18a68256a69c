import type { Fact } from '../../model/fact.ts'
import type { Subnet } from '../../model/facts/network.ts'
import type { Outcome } from '../../model/finding.ts'
import type { Location, Plan } from '../../model/plan.ts'
import { readItem } from '../../semantics/fact.ts'
import { vpcIdOf } from '../../semantics/network/vpc.ts'
import { type PlannedId, plannedSubnets } from '../../semantics/plan/placement.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, unknown } from '../engine/outcome.ts'
import { namesSubnet, weighedByUse } from '../shared/each-subnet.ts'

export const subnets = defineRule({
  id: 'network/subnets',
  title: 'Every subnet of the plan exists, is available and lies in one VPC',
  why: 'HyperPod places nodes in the subnets of the request. A subnet that does not exist, or belongs to another VPC than the rest, makes CreateCluster fail or the nodes fail to launch. One of VpcConfig in which no node is placed, because every group has an OverrideVpcConfig, is a warning.',
  severity: 'error',
  otherSeverities: ['warning'],
  checklist: '3',
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites.html',
    'https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Subnet.html',
  ],
  needs: ['subnets'],
  uses: [],
  applies: namesSubnet,
  evaluate: ({ subnets }, plan) =>
    plannedSubnets(plan).map((planned) =>
      weighedByUse(judge(planned, readItem(subnets, planned.id), vpcIdOf(plan, subnets), plan), planned.id, plan),
    ),
})

const judge = ({ id, location }: PlannedId, read: Fact<Subnet | null>, vpcId: string | null, plan: Plan): Outcome => {
  const { region } = plan
  const at = { location }
  if (!read.ok) return unknown(id, read.gap, at)
  const subnet = read.value
  if (subnet === null) return absent(id, region, vpcId, at)
  const evidence = { vpcId: subnet.vpcId, state: subnet.state }
  if (vpcId !== null && subnet.vpcId !== vpcId) {
    return fail(
      id,
      `${id} is in ${subnet.vpcId}, ${plan.vpcId === null ? 'the first subnet that exists' : 'the cluster'} is in ${vpcId}`,
      { text: `Take a subnet of ${vpcId} instead of ${id}.`, commands: [listSubnets(vpcId, region)] },
      { ...at, evidence },
    )
  }
  if (subnet.state !== 'available') {
    return fail(
      id,
      `${id} is ${subnet.state}, it must be available`,
      {
        text: `Wait until ${id} is available, or take another subnet.`,
        commands: [command('aws', 'ec2', 'describe-subnets', '--region', region, '--subnet-ids', id)],
      },
      { ...at, evidence },
    )
  }
  return pass(id, `${id} is available in ${subnet.vpcId}, ${subnet.availabilityZone}`, { ...at, evidence })
}

const absent = (id: string, region: string, vpcId: string | null, at: { readonly location: Location | null }): Outcome =>
  fail(
    id,
    `${id} does not exist in ${region}`,
    {
      text: `Correct the id, or the Region: subnet ids belong to one account and one Region.`,
      commands: vpcId === null ? [command('aws', 'ec2', 'describe-subnets', '--region', region)] : [listSubnets(vpcId, region)],
    },
    at,
  )

const listSubnets = (vpcId: string, region: string): string =>
  command('aws', 'ec2', 'describe-subnets', '--region', region, '--filters', `Name=vpc-id,Values=${vpcId}`)
