import type { Outcome } from '../../model/finding.ts'
import type { Json } from '../../model/json.ts'
import type { Plan } from '../../model/plan.ts'
import { existingNodes } from '../../semantics/capacity/additions.ts'
import { type ChangedGroup, changedGroups, changedMembers, type Difference } from '../../semantics/plan/change.ts'
import { conjunction, plural } from '../../semantics/text/enumerate.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass } from '../engine/outcome.ts'
import { unreadCluster } from './partial/unread-cluster.ts'

export const immutableFields = defineRule({
  id: 'plan/immutable-fields',
  title: 'An update changes only what UpdateCluster can change',
  why: 'A group keeps the instance type, execution role, threads per core, subnets, security groups, capacity and Slurm node type that it was made with, and a cluster its VPC and its orchestrator. UpdateCluster refuses a request that says otherwise. Counts, lifecycle scripts, labels and new groups can change; groups that the request leaves out stay as they are.',
  severity: 'error',
  otherSeverities: ['notice'],
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateCluster.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-eks-operate-cli-command-update-cluster.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-operate-slurm-cli-command-update-cluster.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-slurm-api-config-migration.html',
  ],
  needs: [],
  uses: [],
  applies: (plan) => plan.change !== undefined || 'The plan is to create a cluster.',
  evaluate: (_, plan) => {
    const { change, existing } = plan
    if (change === undefined) return []
    if (existing === undefined) return unreadCluster(plan) ?? []
    const changed = changedGroups(plan)
    const judged = [
      ...changedMembers(plan).map((difference) => refusal(difference, existing.name)),
      ...changed.flatMap((group) => judge(group, plan)),
    ]
    return [...judged, ...others(plan, new Set(changed.map(({ name }) => name)))]
  },
})

const judge = (group: ChangedGroup, plan: Plan): readonly Outcome[] =>
  group.differences.length === 0 ? [scaled(group, plan)] : group.differences.map((difference) => refusal(difference, group.name))

const refusal = ({ part, member, is, kind }: Difference, owner: string): Outcome => {
  const details = { location: part.location, evidence: { is: said(is) } }
  if (kind === 'undocumented')
    return fail(
      part.subject,
      `${member} of ${owner} is ${said(is)}; AWS does not say whether UpdateCluster changes it`,
      { text: `Leave ${member} as it is, or try the change on a group that can be lost.`, commands: [] },
      { ...details, severity: 'notice' },
    )
  const text =
    owner === part.path || member === 'VpcConfig' || member === 'Orchestrator'
      ? `Set ${member} to ${said(is)} or leave it out. For another one, create a new cluster.`
      : `Set ${member} to ${said(is)}. For another one, add a group under a new name and delete ${owner} with InstanceGroupsToDelete.`
  return fail(part.subject, `${member} of ${owner} is ${said(is)}, and UpdateCluster does not change it`, { text, commands: [] }, details)
}

/** A value in a sentence. */
const said = (value: Json): string => {
  if (value === null) return 'not set'
  return typeof value === 'string' ? value : JSON.stringify(value)
}

const scaled = ({ name, part }: ChangedGroup, plan: Plan): Outcome => {
  const group = plan.instanceGroups.find((other) => other.name === name)
  const wanted = group?.instanceCount ?? 0
  const before = group === undefined ? 0 : existingNodes(group, plan, 'held')
  const details = { location: part.location, evidence: { nodes: before, wanted } }
  if (wanted >= before)
    return pass(
      name,
      wanted === before ? `${name} keeps its ${plural(wanted, 'node')}` : `${name} grows from ${before} to ${wanted} nodes`,
      details,
    )
  return fail(
    name,
    `${name} shrinks from ${before} to ${wanted} nodes: ${before - wanted} are terminated, with what is on their disks`,
    { text: 'Save what is on the nodes, and let their jobs end before you update the cluster.', commands: [] },
    { ...details, severity: 'notice' },
  )
}

/** Groups of the cluster that the request does not name, and those that go. */
const others = (plan: Plan, named: ReadonlySet<string>): readonly Outcome[] => {
  const planned = new Set(plan.instanceGroups.map(({ name }) => name))
  const rest = [...new Set((plan.existing?.nodes ?? []).map(({ group }) => group))].filter((name) => !named.has(name))
  const staying = rest.filter((name) => planned.has(name))
  const path = plan.change?.path ?? ''
  return [
    ...(staying.length > 0 || named.size === 0
      ? [
          pass(
            path,
            staying.length === 0
              ? 'no group that exists changes'
              : `${conjunction(staying, 5, 'group')} ${staying.length === 1 ? 'is' : 'are'} not in the request and ${staying.length === 1 ? 'stays' : 'stay'} as ${staying.length === 1 ? 'it is' : 'they are'}`,
          ),
        ]
      : []),
    ...rest.filter((name) => !planned.has(name)).map((name) => deleted(name, plan)),
  ]
}

const deleted = (name: string, { existing }: Plan): Outcome => {
  const nodes = (existing?.nodes ?? []).reduce((sum, { group, held }) => sum + (group === name ? held : 0), 0)
  return fail(
    name,
    `${name} is deleted with its ${plural(nodes, 'node')}, and what is on their disks`,
    { text: `Save what is on the nodes of ${name}, and let their jobs end before you update the cluster.`, commands: [] },
    { severity: 'notice', evidence: { nodes } },
  )
}
