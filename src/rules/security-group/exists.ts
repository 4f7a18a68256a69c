import type { SecurityGroup } from '../../model/facts/network.ts'
import type { Facts } from '../../model/facts.ts'
import type { Outcome } from '../../model/finding.ts'
import type { Plan, VpcConfig } from '../../model/plan.ts'
import { readItem, readItems } from '../../semantics/fact.ts'
import { type PlannedId, plannedSecurityGroupIds, plannedSecurityGroups } from '../../semantics/plan/placement.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, given, pass, unknown } from '../engine/outcome.ts'

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_VpcConfig.html */
const maximum = 5

export const exists = defineRule({
  id: 'security-group/exists',
  title: 'Every security group of the plan exists in the VPC of the cluster, five at most on a node',
  why: "CreateCluster attaches these security groups to every node. One that does not exist, or belongs to another VPC, makes the call or the nodes fail, and neither VpcConfig nor a group's OverrideVpcConfig can be changed afterwards: the cluster has to be made again.",
  severity: 'error',
  checklist: '4',
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_VpcConfig.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites.html',
  ],
  needs: ['securityGroups'],
  uses: ['vpc'],
  applies: (plan) =>
    plannedSecurityGroups(plan).length > 0 || 'The plan names no security group: give security-group-ids, or VpcConfig in the request.',
  evaluate: (facts, plan) => [
    ...plannedSecurityGroups(plan).flatMap((planned) => judge(planned, facts.securityGroups, facts.vpc, plan)),
    ...tooMany(plan),
  ],
})

const judge = (
  { id, location }: PlannedId,
  securityGroups: Facts['securityGroups'],
  vpc: Parameters<typeof given<Facts['vpc']>>[0],
  plan: Plan,
): readonly Outcome[] => {
  const read = readItem(securityGroups, id)
  if (!read.ok) return [unknown(id, read.gap, { location })]
  const group = read.value
  if (group !== null) {
    return given(vpc, id, (found) => inVpc(group, found?.vpcId ?? plan.vpcId ?? firstVpc(securityGroups, plan), location, plan.region), {
      location,
    })
  }
  return [
    fail(
      id,
      `${id} does not exist in ${plan.region}`,
      {
        text: 'Correct the id, or the Region: security group ids belong to one account and one Region.',
        commands: [listGroups(vpc.ok ? (vpc.value?.vpcId ?? null) : plan.vpcId, plan.region)],
      },
      { location },
    ),
  ]
}

const inVpc = (group: SecurityGroup, vpcId: string, location: PlannedId['location'], region: string): Outcome => {
  const id = group.securityGroupId
  const details = { location, evidence: { name: group.name, vpcId: group.vpcId } }
  if (group.vpcId === vpcId) return pass(id, `${id} (${group.name}) is in ${vpcId}`, details)
  return fail(
    id,
    `${id} (${group.name}) is in ${group.vpcId}, the cluster is in ${vpcId}`,
    { text: `Take a security group of ${vpcId} instead of ${id}.`, commands: [listGroups(vpcId, region)] },
    details,
  )
}

/** Where no VPC is known, all groups must still be in one: that of the first found. */
const firstVpc = (securityGroups: Facts['securityGroups'], plan: Plan): string =>
  readItems(securityGroups, plannedSecurityGroupIds(plan))[0]?.vpcId ?? ''

const tooMany = (plan: Plan): readonly Outcome[] => {
  const named: readonly (readonly [string, VpcConfig | null])[] = [
    [plan.request === null ? 'security-group-ids' : 'VpcConfig', plan.vpcConfig],
    ...plan.instanceGroups.map((group) => [group.name, group.overrideVpcConfig] as const),
  ]
  return named.flatMap(([subject, config]) => {
    const count = config?.securityGroupIds.length ?? 0
    if (count <= maximum) return []
    return fail(
      subject,
      `${count} security groups, CreateCluster takes ${maximum} at most`,
      { text: `Take out ${count - maximum} of them, or put their rules into fewer security groups.`, commands: [] },
      { location: config?.location, evidence: { securityGroups: count, maximum } },
    )
  })
}

const listGroups = (vpcId: string | null, region: string): string =>
  command(
    ...['aws', 'ec2', 'describe-security-groups', '--region', region],
    ...(vpcId === null ? [] : ['--filters', `Name=vpc-id,Values=${vpcId}`]),
  )
