import type { Fix, Outcome } from '../../model/finding.ts'
import type { RequestDocument } from '../../model/plan.ts'
import { type GroupPart, type Part, requestGroups, requestPart } from '../../semantics/plan/request-part.ts'
import { isPartial } from '../../semantics/plan/update.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, reported, skip } from '../engine/outcome.ts'
import { unreadCluster } from './partial/unread-cluster.ts'

export const slurmGroups = defineRule({
  id: 'plan/slurm-groups',
  title: 'SlurmConfig makes one controller group, at most one login group, and a partition of every compute group',
  why: 'With SlurmConfig, HyperPod writes the Slurm configuration from the request. It refuses a request without exactly one Controller group or with more than one Login group, a Compute group without a partition, a partition on any other group, and a group with a placement of its own in a cluster without VpcConfig.',
  severity: 'error',
  otherSeverities: ['warning'],
  checklist: '9',
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-slurm-api-config-migration.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ClusterSlurmConfig.html',
  ],
  needs: [],
  uses: [],
  applies: (plan) => {
    const { request, orchestrator } = plan
    if (isPartial(plan)) return true
    if (request === null) return 'There is no request file: SlurmConfig is a part of one.'
    return (
      (orchestrator.kind === 'slurm' && orchestrator.configuration === 'api') || 'The request does not configure Slurm (no SlurmConfig).'
    )
  },
  evaluate: (_, plan) => unreadCluster(plan) ?? (plan.request === null ? [] : judge(plan.request, plan.vpcConfig !== null)),
})

const judge = (request: RequestDocument, hasVpcConfig: boolean): readonly Outcome[] => {
  const groups = requestGroups(request).filter(({ kind }) => kind === 'standard')
  const place = requestPart(request).at('InstanceGroups')
  return [
    controllers(groups, place),
    logins(groups, place),
    ...groups.map(partitions),
    ...groups.flatMap((group) => placement(group, hasVpcConfig)),
  ]
}

const nodeTypes = ['Controller', 'Login', 'Compute'] as const

const nodeType = ({ part }: GroupPart): Part => part.at('SlurmConfig').at('NodeType')
const ofType = (groups: readonly GroupPart[], type: (typeof nodeTypes)[number]): readonly GroupPart[] =>
  groups.filter((group) => nodeType(group).text === type)
const namesOf = (groups: readonly GroupPart[]): readonly string[] => groups.map(({ name }) => name)

const controllers = (groups: readonly GroupPart[], place: Part): Outcome => {
  const found = ofType(groups, 'Controller')
  const [only, second] = found
  const evidence = { controllerGroups: namesOf(found) }
  if (only !== undefined && second === undefined) {
    return pass('Controller', `${only.name} is the only Controller group`, { location: nodeType(only).location, evidence })
  }
  if (second !== undefined) {
    return fail(
      'Controller',
      `${found.length} Controller groups (${namesOf(found).join(', ')}), SlurmConfig takes exactly one`,
      {
        text: 'Keep one Controller group. A cluster of several head nodes is configured by provisioning_parameters.json, without SlurmConfig.',
        commands: [],
      },
      { location: nodeType(second).location, evidence },
    )
  }
  const open = groups.find((group) => nodeType(group).stated && nodeTypes.every((type) => type !== nodeType(group).text))
  if (open !== undefined) {
    const at = { location: nodeType(open).location, evidence }
    return reported('Controller', `the NodeType of ${open.name} is none of ${nodeTypes.join(', ')}`, 'plan/request-shape', at)
  }
  const usesSlurmConfig = groups.some(({ part }) => part.at('SlurmConfig').stated)
  const details = { location: place.location, evidence }
  const add = 'Give the group of the head node "SlurmConfig": {"NodeType": "Controller"}'
  return usesSlurmConfig
    ? fail('Controller', 'no Controller group, SlurmConfig takes exactly one', { text: `${add}.`, commands: [] }, details)
    : fail(
        'Controller',
        'Orchestrator.Slurm without a SlurmConfig on any instance group: no group is the Controller',
        { text: `${add}, and one to every other group; or remove Orchestrator and use provisioning_parameters.json.`, commands: [] },
        { ...details, severity: 'warning' },
      )
}

const logins = (groups: readonly GroupPart[], place: Part): Outcome => {
  const found = ofType(groups, 'Login')
  const [, second] = found
  const evidence = { loginGroups: namesOf(found) }
  if (second === undefined) {
    const message = found.length === 0 ? 'no Login group, and none is needed' : `${namesOf(found).join()} is the only Login group`
    return pass('Login', message, { location: (found[0] === undefined ? place : nodeType(found[0])).location, evidence })
  }
  return fail(
    'Login',
    `${found.length} Login groups (${namesOf(found).join(', ')}), SlurmConfig takes at most one`,
    { text: 'Merge the Login groups into one: it can have several nodes.', commands: [] },
    { location: nodeType(second).location, evidence },
  )
}

const partitions = (group: GroupPart): Outcome => {
  const { name, part } = group
  const type = nodeTypes.find((known) => known === nodeType(group).text)
  const names = part.at('SlurmConfig').at('PartitionNames')
  const list = names.items.flatMap(({ text }) => text ?? [])
  const at = { location: names.location }
  if (type === undefined) return skip(name, `${name} has no SlurmConfig with one of the NodeTypes ${nodeTypes.join(', ')}`, at)
  if (type !== 'Compute') {
    return list.length === 0
      ? pass(name, `${name} is a ${type} group without a partition`, at)
      : fail(
          name,
          `${name} is a ${type} group with the partition ${list.join(', ')}, only Compute groups take one`,
          withoutPartition(name),
          at,
        )
  }
  if (list.length > 0) return pass(name, `${name} is a Compute group of the partition ${list.join(', ')}`, at)
  return fail(
    name,
    `${name} is a Compute group without PartitionNames, it has to be in a partition`,
    { text: `Write: "SlurmConfig": {"NodeType": "Compute", "PartitionNames": ["dev"]}, with the name that jobs are to use.`, commands: [] },
    at,
  )
}

const withoutPartition = (name: string): Fix => ({
  text: `Remove PartitionNames from ${name}, or make it a group of NodeType Compute.`,
  commands: [],
})

const placement = ({ name, part }: GroupPart, hasVpcConfig: boolean): readonly Outcome[] => {
  const override = part.at('OverrideVpcConfig')
  if (!override.stated || hasVpcConfig) return []
  return [
    fail(
      override.subject,
      `${name} has OverrideVpcConfig, which needs a VpcConfig of the cluster: the request has none`,
      { text: 'Add VpcConfig to the request; it can name the same subnets and security groups.', commands: [] },
      { location: override.location },
    ),
  ]
}
