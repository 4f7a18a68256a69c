import { quotaNames } from '../../catalog/quotas.ts'
import type { Fact } from '../../model/fact.ts'
import type { Quota, QuotaRequest } from '../../model/facts/capacity.ts'
import type { Outcome } from '../../model/finding.ts'
import type { Plan } from '../../model/plan.ts'
import { plannedNodes } from '../../semantics/capacity/node-counts.ts'
import { storageGb } from '../../semantics/capacity/volumes.ts'
import { entry } from '../../semantics/fact.ts'
import { defineRule } from '../engine/define.ts'
import { fail, given, pass } from '../engine/outcome.ts'
import { requiresGroups } from '../shared/requires-groups.ts'
import { noQuota } from './room/no-quota.ts'
import { quotaIncrease } from './room/quota-increase.ts'

const name = quotaNames.gp3Storage
const gbPerTib = 1024

export const gp3Storage = defineRule({
  id: 'quota/gp3-storage',
  title: 'The quota of gp3 storage holds the volumes of all nodes',
  why: 'The checklist asks for it. AWS does not list this quota for HyperPod, and does not say whether the volumes of HyperPod nodes count in the account at all: it is worth knowing, and never blocks. The quota that AWS does name is the size of one volume (`quota/ebs-volume-size`).',
  severity: 'notice',
  checklist: '1',
  checklistDiffers:
    'The checklist calls it "General Purpose SSD (gp3) volume storage" and gives 500 GB a node. The quota is named `Storage for General Purpose SSD (gp3) volumes, in TiB`, so the value is compared in TiB; a size that the request states counts instead of 500 GB. What other volumes use already is not known here.',
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites.html',
    'https://github.com/gruntwork-io/terraform-aws-utilities',
  ],
  needs: ['quotas'],
  uses: ['quotaRequests'],
  applies: requiresGroups,
  evaluate: ({ quotas, quotaRequests }, plan) => given(entry(quotas, name), name, (quota) => judge(quota, quotaRequests, plan)),
})

const judge = (quota: Quota | null, requests: Fact<readonly QuotaRequest[]>, plan: Plan): Outcome => {
  if (quota === null) return noQuota(name, plan.region)
  const needGb = storageGb(plan.instanceGroups)
  const needTib = Math.ceil((needGb / gbPerTib) * 100) / 100
  const evidence = { quotaTib: quota.value, needTib, quotaCode: quota.quotaCode }
  const nodes = plannedNodes(plan).all
  const measured = `${nodes} ${nodes === 1 ? 'node has' : 'nodes have'} ${needGb} GB (${needTib} TiB) of volumes; "${name}" is ${quota.value}`
  if (needGb <= quota.value * gbPerTib) return pass(name, measured, { evidence })
  return fail(
    name,
    measured,
    quotaIncrease({
      ...{ quota, desired: Math.ceil(needTib), region: plan.region, requests },
      text: 'AWS does not list this quota for HyperPod, so nothing may have to change. Request the increase to be on the safe side, or if the account has other gp3 volumes too.',
    }),
    { evidence: { ...evidence, shortfallTib: Math.round((needTib - quota.value) * 100) / 100 } },
  )
}
