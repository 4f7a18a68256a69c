import { drawsNetworkInterfaces, quotaNames } from '../../catalog/quotas.ts'
import type { Fact } from '../../model/fact.ts'
import type { Quota, QuotaRequest } from '../../model/facts/capacity.ts'
import type { Facts } from '../../model/facts.ts'
import type { Outcome } from '../../model/finding.ts'
import type { Plan } from '../../model/plan.ts'
import { additions } from '../../semantics/capacity/additions.ts'
import { interfaceDemand, interfacesInUse } from '../../semantics/capacity/network-interfaces.ts'
import { entry } from '../../semantics/fact.ts'
import { defineRule } from '../engine/define.ts'
import { given } from '../engine/outcome.ts'
import { requiresGroups } from '../shared/requires-groups.ts'
import { unknownType } from '../shared/unknown-type.ts'
import { noQuota } from './room/no-quota.ts'
import { judgeRoom } from './room/quota-room.ts'

const name = quotaNames.networkInterfaces

export const networkInterfaces = defineRule({
  id: 'quota/network-interfaces',
  title: 'The quota of network interfaces holds those of the account and those of the nodes',
  why: 'The network interfaces of HyperPod nodes are in your account: one for each network card of a type with EFA (32 a P5 node), one for the others. All interfaces of the Region share a quota with them, those of load balancers, endpoints and Lambda functions too. Nodes that get no interface do not come up.',
  severity: 'warning',
  checklist: '1',
  checklistDiffers:
    'The checklist does not list this quota. AWS names it among those to look at before creating a cluster in a VPC of your own.',
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites.html',
    'https://github.com/gruntwork-io/terraform-aws-utilities',
  ],
  needs: ['quotas', 'instanceTypes'],
  uses: ['networkInterfaceCount', 'quotaRequests'],
  applies: (plan) => {
    const groups = requiresGroups(plan)
    if (groups !== true) return groups
    return plan.instanceGroups.some((group) => drawsNetworkInterfaces(group, plan)) || 'The plan places no node in a VPC.'
  },
  evaluate: (facts, plan) =>
    given(entry(facts.quotas, name), name, (quota) =>
      judge(quota, facts.instanceTypes, facts.networkInterfaceCount, facts.quotaRequests, plan),
    ),
})

const judge = (
  quota: Quota | null,
  types: Facts['instanceTypes'],
  inUse: Fact<number | null>,
  requests: Fact<readonly QuotaRequest[]>,
  plan: Plan,
): Outcome => {
  if (quota === null) return noQuota(name, plan.region)
  const { interfaces, unknownTypes } = interfaceDemand(additions(plan, 'running'), types)
  if (unknownTypes.length > 0) return unknownType(name, unknownTypes, plan.region)
  return judgeRoom({
    subject: name,
    quota,
    need: interfaces,
    inUse: interfacesInUse(inUse),
    region: plan.region,
    requests,
    certain: true,
    doubt: '',
    advice: 'Deleting interfaces that are no longer attached to anything gives room too.',
    unreadUse: 'The interfaces that are there already could not be counted and come on top.',
  })
}
