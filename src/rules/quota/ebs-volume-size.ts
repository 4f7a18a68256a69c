import { quotaNames } from '../../catalog/quotas.ts'
import type { Fact } from '../../model/fact.ts'
import type { Quota, QuotaRequest } from '../../model/facts/capacity.ts'
import type { Outcome } from '../../model/finding.ts'
import type { InstanceGroup } from '../../model/plan.ts'
import { checklistVolumeGb, largestVolume } from '../../semantics/capacity/volumes.ts'
import { entry } from '../../semantics/fact.ts'
import { defineRule } from '../engine/define.ts'
import { fail, given, pass } from '../engine/outcome.ts'
import { requiresGroups } from '../shared/requires-groups.ts'
import { noQuota } from './room/no-quota.ts'
import { quotaIncrease } from './room/quota-increase.ts'

const name = quotaNames.ebsVolumeSize

export const ebsVolumeSize = defineRule({
  id: 'quota/ebs-volume-size',
  title: 'The EBS volume of every group is within the quota for one instance',
  why: 'AWS limits the size of the EBS volume that a HyperPod node may have (VolumeSizeInGB of EbsVolumeConfig). The request is refused when a group asks for more.',
  severity: 'error',
  otherSeverities: ['notice'],
  checklist: '1',
  checklistDiffers:
    'The checklist asks for 500 GB of gp3 storage a node. AWS names this quota, on the volume of one instance, instead. The size is the one that the request states; where it states none, 500 GB above the quota is a notice.',
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ClusterEbsVolumeConfig.html',
    'https://github.com/gruntwork-io/terraform-aws-utilities',
  ],
  needs: ['quotas'],
  uses: ['quotaRequests'],
  applies: requiresGroups,
  evaluate: ({ quotas, quotaRequests }, plan) => {
    const quota = entry(quotas, name)
    return plan.instanceGroups.flatMap((group) => {
      const volume = largestVolume(group)
      const details = { location: volume?.location ?? group.location, severity: volume === null ? ('notice' as const) : undefined }
      return given(quota, group.name, (value) => judge(group, volume?.sizeGb ?? null, value, quotaRequests, plan.region), details)
    })
  },
})

const judge = (
  group: InstanceGroup,
  sizeGb: number | null,
  quota: Quota | null,
  requests: Fact<readonly QuotaRequest[]>,
  region: string,
): Outcome => {
  if (quota === null) return noQuota(name, region, group.name, sizeGb === null ? 'notice' : undefined)
  const needGb = sizeGb ?? checklistVolumeGb
  const evidence = { quotaGb: quota.value, needGb, quotaCode: quota.quotaCode }
  const details = { location: largestVolume(group)?.location ?? group.location, evidence }
  const asked =
    sizeGb === null ? `states no EBS volume; the checklist counts with ${needGb} GB a node` : `asks for an EBS volume of ${needGb} GB`
  const measured = `${group.name} ${asked}; "${name}" is ${quota.value}`
  if (needGb <= quota.value) return pass(group.name, measured, details)
  return fail(
    group.name,
    `${measured}: ${needGb - quota.value} GB short`,
    quotaIncrease({
      quota,
      desired: needGb,
      region,
      requests,
      advice:
        sizeGb === null
          ? 'It is needed only if the nodes are to have such a volume.'
          : `Or ask for ${quota.value} GB at most in ${group.name}.`,
    }),
    { ...details, severity: sizeGb === null ? 'notice' : undefined, evidence: { ...evidence, shortfallGb: needGb - quota.value } },
  )
}
