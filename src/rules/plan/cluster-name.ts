import type { Fact, Gap } from '../../model/fact.ts'
import type { ExistingCluster } from '../../model/facts/cluster.ts'
import type { Facts } from '../../model/facts.ts'
import type { Fix, Outcome } from '../../model/finding.ts'
import type { Location, Plan } from '../../model/plan.ts'
import { requestPart } from '../../semantics/plan/request-part.ts'
import { isLeftover, operationOf, statedRequest } from '../../semantics/plan/update.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, unknown } from '../engine/outcome.ts'

export const clusterName = defineRule({
  id: 'plan/cluster-name',
  title: "A new cluster's name is free, and a cluster to be updated can take the update",
  why: 'A name belongs to one HyperPod cluster of the account in the Region, and a cluster that failed keeps its name until it is deleted: CreateCluster answers ResourceInUse. By default the plan is judged as an update if a cluster of that name exists; with `operation: create` the name has to be free. While AWS works on a cluster, UpdateCluster answers ConflictException.',
  severity: 'error',
  otherSeverities: ['warning'],
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateCluster.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateCluster.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeCluster.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteCluster.html',
  ],
  needs: [],
  uses: ['namedCluster', 'hyperPodUsage'],
  applies: (plan) => plan.clusterName !== null || 'The plan has no cluster name: give ClusterName in the request, or cluster-name.',
  evaluate: ({ namedCluster, hyperPodUsage }, plan) => {
    const name = plan.clusterName ?? ''
    if (!namedCluster.ok) return [byList(name, namedCluster.gap, hyperPodUsage, plan)]
    return [namedCluster.value === null ? free(name, plan) : judge(namedCluster.value, plan)]
  },
})

const locationOf = (plan: Plan): Location | null => {
  const request = statedRequest(plan)
  return request === null ? null : requestPart(request).at('ClusterName').location
}

const free = (name: string, plan: Plan): Outcome =>
  pass(name, `no HyperPod cluster in ${plan.region} is named ${name}`, { location: locationOf(plan) })

/** A cluster that is not in the list does not exist; of one that is, the list does not say how it is. */
const byList = (name: string, gap: Gap, usage: Fact<Facts['hyperPodUsage']>, plan: Plan): Outcome =>
  usage.ok && !name.startsWith('arn:') && !usage.value.clusters.includes(name)
    ? free(name, plan)
    : unknown(name, gap, { location: locationOf(plan) })

const judge = (cluster: ExistingCluster, plan: Plan): Outcome => {
  const { name, status, created, failureMessage } = cluster
  const since = created === null ? '' : `, created ${created.slice(0, 10)}`
  const evidence = { operation: operationOf(plan), status, ...(created !== null && { created }) }
  const details = { location: locationOf(plan), evidence }
  const exists = `${name} exists in ${plan.region} and is ${status}${since}`
  if (isLeftover(cluster)) {
    const reason = failureMessage === null ? '' : ` (${failureMessage})`
    return fail(name, `${exists}${reason}; its name is taken until the cluster is gone`, wayOutOfLeftover(cluster, plan), details)
  }
  if (plan.change === undefined)
    return fail(name, `${exists}; CreateCluster refuses a name that is taken`, wayOutOfTaken(cluster, plan), details)
  if (status === 'InService') return pass(name, `${exists}; the plan is judged as an update of it`, details)
  return fail(name, `${exists}; while AWS works on a cluster, UpdateCluster can refuse the change`, waitUntilInService(cluster, plan), {
    ...details,
    severity: 'warning',
  })
}

const statusCommand = ({ name }: ExistingCluster, { region }: Plan): string =>
  command('aws', 'sagemaker', 'describe-cluster', '--region', region, '--cluster-name', name, '--query', '[ClusterStatus,FailureMessage]')

const wayOutOfLeftover = (cluster: ExistingCluster, plan: Plan): Fix => {
  const { name, status } = cluster
  if (status === 'Deleting')
    return {
      text: `Wait until ${name} is deleted: the command then answers ResourceNotFound. Or use another name.`,
      commands: [statusCommand(cluster, plan)],
    }
  return {
    text: `Find out why ${name} failed, delete it, and wait until it is gone: the last command then answers ResourceNotFound. Or use another name.`,
    commands: [
      command('aws', 'sagemaker', 'delete-cluster', '--region', plan.region, '--cluster-name', name),
      statusCommand(cluster, plan),
    ],
  }
}

const wayOutOfTaken = ({ name }: ExistingCluster, { request }: Plan): Fix => ({
  text:
    request === null
      ? `Use another name. To check a change of ${name}, give its UpdateCluster request as cluster-config.`
      : `Use another name, or check the request as a change of ${name} with operation: update.`,
  commands: [],
})

const waitUntilInService = (cluster: ExistingCluster, plan: Plan): Fix => ({
  text: `Wait until ${cluster.name} is InService before you update it.`,
  commands: [statusCommand(cluster, plan)],
})
