import { podsThatAreTooFew } from '../../catalog/eks-addons.ts'
import type { InstanceType } from '../../model/facts/capacity.ts'
import type { Outcome } from '../../model/finding.ts'
import type { InstanceGroup } from '../../model/plan.ts'
import { podsPerNode as podsOn } from '../../semantics/capacity/addresses.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, unknown } from '../engine/outcome.ts'
import { requiresGroups } from '../shared/requires-groups.ts'
import { namesEksCluster } from './cluster-given/given-eks-cluster.ts'

export const podsPerNode = defineRule({
  id: 'eks/pods-per-node',
  title: 'The instance type of every group has room for the pods that HyperPod runs on each node',
  why: `A HyperPod node gives pods addresses of one network interface only, so a small type holds few of them: \`t3.medium\` 5, \`g5.xlarge\` 14. Agents, device plugins and add-ons take their share on every node, and what does not fit stays pending: \`Too many pods\`. AWS states no least number; nodes for ${podsThatAreTooFew} pods were seen not to do, so up to there it is a warning.`,
  severity: 'warning',
  checklist: '8',
  checklistDiffers: 'The checklist does not say how many pods fit on a node.',
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-eks-prerequisites.html',
    'https://github.com/awslabs/ai-on-sagemaker-hyperpod/issues/142',
  ],
  needs: ['instanceTypes'],
  uses: [],
  applies: (plan) => (plan.orchestrator.kind === 'eks' ? requiresGroups(plan) : namesEksCluster(plan)),
  evaluate: ({ instanceTypes }, { instanceGroups }) =>
    distinctTypes(instanceGroups).map(({ name, group }) => judge(name, group, instanceTypes[name] ?? null)),
})

/** Every instance type of the plan, once, with the first group that names it. */
const distinctTypes = (groups: readonly InstanceGroup[]): readonly { readonly name: string; readonly group: InstanceGroup }[] => {
  const first = new Map<string, InstanceGroup>()
  for (const group of groups) for (const name of group.instanceTypes) if (!first.has(name)) first.set(name, group)
  return [...first].map(([name, group]) => ({ name, group }))
}

const judge = (name: string, { name: groupName, location }: InstanceGroup, type: InstanceType | null): Outcome => {
  if (type === null) {
    const message = `neither the catalog nor EC2 knows ${name}, so how many pods fit on a node of ${groupName} is not known`
    return unknown(name, { reason: 'unexpected', action: 'ec2:DescribeInstanceTypes', message }, { location })
  }
  const pods = podsOn(type)
  const details = { location, evidence: { podsPerNode: pods } }
  if (pods > podsThatAreTooFew) return pass(name, `a node of ${name} holds ${pods} pods`, details)
  const text = `Take a larger type for ${groupName}, or see that few DaemonSets and add-ons run on its nodes.`
  const message = `a node of ${name} holds ${pods} pods; nodes for ${podsThatAreTooFew} were seen to be too small for what HyperPod runs on each`
  return fail(name, message, { text, commands: [] }, details)
}
