import { quotaNames } from '../../catalog/quotas.ts'
import type { Fact } from '../../model/fact.ts'
import type { Quota, QuotaRequest } from '../../model/facts/capacity.ts'
import type { VpcResources } from '../../model/facts/network.ts'
import type { Outcome } from '../../model/finding.ts'
import { entry } from '../../semantics/fact.ts'
import { defineRule } from '../engine/define.ts'
import { fail, given, pass } from '../engine/outcome.ts'
import { noQuota } from './room/no-quota.ts'
import { quotaIncrease } from './room/quota-increase.ts'

/** A quota of the checklist, how much of it a new network for HyperPod takes, and what that is for. */
interface Resource {
  readonly quotaName: string
  readonly need: number
  readonly purpose: string
  readonly inUse: (resources: VpcResources) => number
}

const resources: readonly Resource[] = [
  { quotaName: quotaNames.vpcs, need: 1, purpose: 'a new VPC', inUse: ({ vpcs }) => vpcs },
  // A VPC that is still to be created has no subnet.
  { quotaName: quotaNames.subnetsPerVpc, need: 2, purpose: 'two new subnets', inUse: ({ subnetsInVpc }) => subnetsInVpc ?? 0 },
  { quotaName: quotaNames.elasticIps, need: 1, purpose: 'the address of a new NAT gateway', inUse: ({ elasticIps }) => elasticIps },
]

export const vpcResources = defineRule({
  id: 'quota/vpc-resources',
  title: 'The quotas of VPCs, subnets and Elastic IPs leave room for a new network',
  why: 'A VPC with two subnets and a NAT gateway for the cluster can be created only where these quotas have room. It says nothing about a network that exists already: the cluster itself takes none of the three.',
  severity: 'notice',
  checklist: '1',
  checklistDiffers:
    'The checklist asks for one VPC, two subnets and one Elastic IP a node. They matter only when a network is created, so the rule gives notice and never blocks. Nodes have no Elastic IP: each NAT gateway takes one, from a quota that belongs to the service code `ec2`.',
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites.html',
    'https://github.com/gruntwork-io/terraform-aws-utilities',
  ],
  needs: ['quotas', 'vpcResources'],
  uses: ['quotaRequests'],
  applies: () => true,
  evaluate: (facts, plan) =>
    resources.flatMap((resource) =>
      judge(resource, entry(facts.quotas, resource.quotaName), facts.vpcResources, facts.quotaRequests, plan.region),
    ),
})

const judge = (
  { quotaName, need, purpose, inUse }: Resource,
  quota: Fact<Quota | null>,
  inRegion: VpcResources,
  requests: Fact<readonly QuotaRequest[]>,
  region: string,
): readonly Outcome[] =>
  given(quota, quotaName, (value) => {
    if (value === null) return noQuota(quotaName, region)
    const used = inUse(inRegion)
    const shortfall = used + need - value.value
    const evidence = { quota: value.value, inUse: used, need, quotaCode: value.quotaCode }
    const measured = `"${quotaName}" is ${value.value}, ${used} in use`
    if (shortfall <= 0) return pass(quotaName, `${measured}: room for ${purpose}`, { evidence })
    return fail(
      quotaName,
      `${measured}: no room for ${purpose}`,
      quotaIncrease({
        ...{ quota: value, desired: used + need, region, requests },
        text: `Nothing has to change where the network of the cluster exists already. Before creating ${purpose}, request an increase to ${used + need} or delete what is not in use.`,
      }),
      { evidence: { ...evidence, shortfall } },
    )
  })
