import { drawsOnDemand, ec2Families } from '../../catalog/quotas.ts'
import type { Fact } from '../../model/fact.ts'
import type { Quota, QuotaRequest } from '../../model/facts/capacity.ts'
import type { Facts } from '../../model/facts.ts'
import type { Outcome } from '../../model/finding.ts'
import type { InstanceGroup, Plan } from '../../model/plan.ts'
import { entry } from '../../semantics/fact.ts'
import { defineRule } from '../engine/define.ts'
import { fail, given, pass } from '../engine/outcome.ts'
import { requiresGroups } from '../shared/requires-groups.ts'
import { unknownType } from '../shared/unknown-type.ts'
import { noQuota } from './room/no-quota.ts'
import { quotaIncrease } from './room/quota-increase.ts'

type Family = (typeof ec2Families)[number]

export const ec2Vcpus = defineRule({
  id: 'quota/ec2-vcpus',
  title: 'The EC2 On-Demand quotas of P and Trn instances hold the vCPUs of the plan',
  why: 'The checklist asks for it. HyperPod nodes run in an account of the service, and AWS lists no EC2 On-Demand quota for HyperPod: too small a value is worth knowing, for instances that you start yourself, and never blocks the cluster.',
  severity: 'notice',
  checklist: '1',
  checklistDiffers:
    'The checklist asks for 8 a P4d or P5 node and 32 a Trn1 node. These quotas count vCPUs: 96 for p4d and p4de, 192 for p5, p5e, p5en and p6, 128 for trn1 and trn1n. Nor does AWS name them among the quotas of HyperPod, so the rule only gives notice.',
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites.html',
    'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-on-demand-instances.html',
  ],
  needs: ['quotas', 'instanceTypes'],
  uses: ['quotaRequests'],
  applies: (plan) => {
    const groups = requiresGroups(plan)
    if (groups !== true) return groups
    return (
      ec2Families.some((family) => groupsOf(plan, family).length > 0) || 'No group asks for on-demand nodes of P or Trn instance types.'
    )
  },
  evaluate: ({ quotas, instanceTypes, quotaRequests }, plan) =>
    ec2Families.flatMap((family) => {
      const groups = groupsOf(plan, family)
      if (groups.length === 0) return []
      return given(entry(quotas, family.quotaName), family.quotaName, (quota) =>
        judge(family, groups, quota, instanceTypes, quotaRequests, plan.region),
      )
    }),
})

const groupsOf = (plan: Plan, { covers }: Family): readonly InstanceGroup[] =>
  plan.instanceGroups.filter((group) => drawsOnDemand(group) && group.instanceTypes.some((type) => covers.test(type)))

const judge = (
  { quotaName, covers }: Family,
  groups: readonly InstanceGroup[],
  quota: Quota | null,
  types: Facts['instanceTypes'],
  requests: Fact<readonly QuotaRequest[]>,
  region: string,
): Outcome => {
  if (quota === null) return noQuota(quotaName, region)
  const named = (group: InstanceGroup): readonly string[] => group.instanceTypes.filter((type) => covers.test(type))
  const unsized = new Set(groups.flatMap(named).filter((type) => (types[type] ?? null) === null))
  if (unsized.size > 0) return unknownType(quotaName, [...unsized], region)

  const parts = groups.map((group) => ({ group, vcpus: named(group).reduce((most, type) => Math.max(most, types[type]?.vcpus ?? 0), 0) }))
  const need = parts.reduce((sum, { group, vcpus }) => sum + group.instanceCount * vcpus, 0)
  const nodes = parts.map(({ group, vcpus }) => `${group.instanceCount} × ${named(group).join(' or ')} at ${vcpus}`).join(', ')
  const evidence = { quotaVcpus: quota.value, needVcpus: need, quotaCode: quota.quotaCode }
  const measured = `"${quotaName}" is ${quota.value} vCPUs, the plan has ${need} (${nodes})`
  if (need <= quota.value) return pass(quotaName, measured, { evidence })
  return fail(
    quotaName,
    `${measured}: ${need - quota.value} short`,
    quotaIncrease({
      ...{ quota, desired: need, region, requests },
      text: 'HyperPod needs no increase: its nodes run in an account of the service, and AWS does not list this quota for it. Request one only to start such instances in EC2 yourself.',
    }),
    { evidence: { ...evidence, shortfallVcpus: need - quota.value } },
  )
}
