import type { Fix, Outcome, Severity } from '../../model/finding.ts'
import type { Orchestrator, Plan } from '../../model/plan.ts'
import { type Part, requestGroups, requestPart } from '../../semantics/plan/request-part.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass } from '../engine/outcome.ts'
import { unreadCluster } from './partial/unread-cluster.ts'

export const orchestrator = defineRule({
  id: 'plan/orchestrator',
  title: 'The request has one orchestrator, and only fields that go with it',
  why: 'Orchestrator takes exactly one of Eks and Slurm; without it, the API creates a Slurm cluster. A field of the other orchestrator, or EKS without VpcConfig, makes CreateCluster fail. Fields whose support differs between pages of the documentation are warnings.',
  severity: 'error',
  otherSeverities: ['warning'],
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateCluster.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-eks-operate-cli-command-create-cluster.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/smcluster-getting-started-slurm-cli.html',
  ],
  needs: [],
  uses: [],
  applies: (plan) => plan.request !== null || 'There is no request file; cluster-config names one.',
  evaluate: (_, plan) => {
    if (plan.request === null) return []
    const unread = unreadCluster(plan)
    if (unread !== null) return unread
    const root = requestPart(plan.request)
    const groups = requestGroups(plan.request).map(({ part }) => part)
    // Which fields go with the orchestrator is open until one of the two is gone.
    if (hasBoth(root.at('Orchestrator'))) return [stated(root.at('Orchestrator'), plan)]
    return plan.orchestrator.kind === 'eks'
      ? [stated(root.at('Orchestrator'), plan), vpcConfig(root.at('VpcConfig'), plan), ...misplaced(slurmOnly(groups), 'Slurm', 'EKS')]
      : [stated(root.at('Orchestrator'), plan), ...misplaced(eksOnly(root, groups), 'EKS', 'Slurm')]
  },
})

const hasBoth = (part: Part): boolean => part.at('Eks').stated && part.at('Slurm').stated

/** A key that this tool does not know counts as an orchestrator: it may be newer. */
const stated = (part: Part, plan: Plan): Outcome => {
  const at = { location: part.location, evidence: { orchestrators: part.keys } }
  const { orchestrator: planned } = plan
  if (part.stated && part.keys.length === 0) {
    return fail(part.subject, 'Orchestrator names neither Eks nor Slurm, it must be exactly one of them', nameOne(planned, plan.region), at)
  }
  if (hasBoth(part)) {
    const text = 'Remove Eks or Slurm from Orchestrator: a cluster has one orchestrator.'
    return fail(part.subject, 'Orchestrator names both Eks and Slurm, it must be exactly one of them', { text, commands: [] }, at)
  }
  if (part.stated) return pass(part.subject, `Orchestrator is ${part.keys.join(', ')}`, at)
  if (planned.kind !== 'eks') return pass(part.subject, 'no Orchestrator: the API creates a Slurm cluster', at)
  return fail(
    part.subject,
    'the inputs say EKS, the request has no Orchestrator: as it is, the API creates a Slurm cluster',
    nameOne(planned, plan.region),
    { ...at, severity: 'warning' },
  )
}

const nameOne = (planned: Orchestrator, region: string): Fix => {
  if (planned.kind !== 'eks') {
    return { text: 'Remove Orchestrator for Slurm, or name the EKS cluster: "Orchestrator": {"Eks": {"ClusterArn": …}}.', commands: [] }
  }
  const arn = planned.cluster?.arn ?? null
  if (arn !== null) return { text: `Write: "Orchestrator": ${JSON.stringify({ Eks: { ClusterArn: arn } })}.`, commands: [] }
  const name = planned.cluster?.name ?? null
  return {
    text: 'Write "Orchestrator": {"Eks": {"ClusterArn": …}} with the ARN that the command prints.',
    commands: [
      name === null
        ? command('aws', 'eks', 'list-clusters', '--region', region)
        : command('aws', 'eks', 'describe-cluster', '--region', region, '--name', name, '--query', 'cluster.arn'),
    ],
  }
}

const vpcConfig = (part: Part, { vpcConfig: planned }: Plan): Outcome => {
  const at = { location: part.location }
  if (part.stated) return pass(part.subject, 'VpcConfig is stated, as EKS requires', at)
  if (planned === null) {
    const text = 'Add VpcConfig with the private subnets and the security groups of the nodes, in the VPC of the EKS cluster.'
    return fail(part.subject, 'no VpcConfig, EKS requires it', { text, commands: [] }, at)
  }
  const fragment = { SecurityGroupIds: planned.securityGroupIds, Subnets: planned.subnetIds }
  return fail(
    part.subject,
    'no VpcConfig in the request, EKS requires it; the inputs name subnets or security groups, which CreateCluster does not see',
    { text: `Write: "VpcConfig": ${JSON.stringify(fragment)}, or give it to create-cluster as --vpc-config.`, commands: [] },
    { ...at, severity: 'warning' },
  )
}

interface Misplaced {
  readonly part: Part
  readonly severity: Severity
}

const slurmOnly = (groups: readonly Part[]): readonly Misplaced[] =>
  groups.map((group) => ({ part: group.at('SlurmConfig'), severity: 'error' }))

const eksOnly = (root: Part, groups: readonly Part[]): readonly Misplaced[] => [
  ...continuousOnSlurm(root),
  // Its one scaler is Karpenter, which scales Kubernetes; no page says that Slurm is refused.
  ...(root.at('AutoScaling').at('Mode').text === 'Enable' ? [{ part: root.at('AutoScaling'), severity: 'warning' } as const] : []),
  ...groups.flatMap((group): readonly Misplaced[] => [
    { part: group.at('KubernetesConfig'), severity: 'error' },
    ...drainFirst(group.at('AutoPatchConfig').at('PatchingStrategy')),
  ]),
]

/**
 * The API reference says that the mode is for EKS only. It also says that an accounting database of Slurm needs it, and newer pages of the
 * guide describe it for Slurm.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ClusterOrchestratorSlurmConfig.html
 */
const continuousOnSlurm = (root: Part): readonly Misplaced[] =>
  root.at('Orchestrator').at('Slurm').at('AccountingDatabase').stated
    ? []
    : [{ part: root.at('NodeProvisioningMode'), severity: 'warning' }]

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ClusterAutoPatchConfig.html */
const drainFirst = (part: Part): readonly Misplaced[] => (part.text === 'DrainFirst' ? [{ part, severity: 'error' }] : [])

const misplaced = (fields: readonly Misplaced[], owner: string, planned: string): readonly Outcome[] =>
  fields
    .filter(({ part }) => part.stated)
    .map(({ part, severity }) =>
      fail(
        part.subject,
        `${part.path} is documented for clusters that ${owner} orchestrates, this one is to be orchestrated by ${planned}`,
        { text: `Remove ${part.path}, or change Orchestrator if ${owner} is what was meant.`, commands: [] },
        { location: part.location, severity },
      ),
    )
