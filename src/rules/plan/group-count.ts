import { requestPart } from '../../semantics/plan/request-part.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass } from '../engine/outcome.ts'

/** Instance groups of an EKS-orchestrated cluster, as the documentation counts them. */
const documented = 20

export const groupCount = defineRule({
  id: 'plan/group-count',
  title: 'An EKS-orchestrated cluster has no more instance groups than documented',
  why: 'The documentation speaks of up to 20 instance groups in a cluster that EKS orchestrates, the API model takes 100. As the two disagree, more than 20 is a warning; more than 100 is an error of `plan/request-shape`.',
  severity: 'warning',
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-eks-prerequisites.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateCluster.html',
  ],
  needs: [],
  uses: [],
  applies: (plan) => plan.orchestrator.kind === 'eks' || 'The limit is documented for clusters that EKS orchestrates.',
  evaluate: (_, plan) => {
    const root = plan.request === null ? null : requestPart(plan.request)
    const part = root?.at('InstanceGroups')
    const groups =
      root === null ? plan.instanceGroups.length : root.at('InstanceGroups').items.length + root.at('RestrictedInstanceGroups').items.length
    const subject = part?.subject ?? 'instance groups'
    const details = { evidence: { groups, documented }, location: part?.location }
    if (groups <= documented)
      return [pass(subject, `the number of instance groups is ${groups}, up to ${documented} are documented`, details)]
    return [
      fail(
        subject,
        `${groups} instance groups, the documentation speaks of up to ${documented} in a cluster that EKS orchestrates (the API model takes 100)`,
        { text: `Merge groups of the same instance type and subnets until ${documented} are left, or split the cluster.`, commands: [] },
        details,
      ),
    ]
  },
})
