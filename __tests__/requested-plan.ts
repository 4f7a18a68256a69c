import { parseInputs } from '../src/inputs/parse.ts'
import { planFromRequest } from '../src/inputs/plan.ts'
import { parseRequest } from '../src/inputs/request.ts'
import type { ExistingCluster } from '../src/model/facts/cluster.ts'
import type { Json, Plan, RequestDocument } from '../src/model/plan.ts'
import { updatedRequest } from '../src/semantics/plan/update.ts'

export const roleArn = 'arn:aws:iam::111122223333:role/HyperPodExecutionRole'

/** An instance group of a request, as CreateCluster takes it; undefined removes a member. */
export const groupRequest = (changes: Readonly<Record<string, unknown>> = {}): object => ({
  InstanceGroupName: 'worker-1',
  InstanceType: 'ml.p5.48xlarge',
  InstanceCount: 4,
  ExecutionRole: roleArn,
  ...changes,
})

/** A CreateCluster request of one group; undefined removes a member. */
export const clusterRequest = (changes: Readonly<Record<string, unknown>> = {}): object => ({
  ClusterName: 'training',
  InstanceGroups: [groupRequest()],
  ...changes,
})

/** The value as a file would hold it: members that are undefined are gone. */
export const asJson = (value: unknown): Json => JSON.parse(JSON.stringify(value))

/** A request file: text as it is (YAML, unless the path says otherwise), anything else as indented JSON in `cluster.json`. */
export const aRequest = (content: unknown): RequestDocument => {
  const parsed =
    typeof content === 'string' ? parseRequest('cluster.yaml', content) : parseRequest('cluster.json', JSON.stringify(content, null, 2))
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults))
  return parsed.value
}

/** The plan of a request file and inputs, made by the code that users run. */
export const requestedPlan = (content: unknown, inputs: Readonly<Record<string, string>> = {}): Plan => {
  const parsed = parseInputs(Object.entries(inputs).map(([name, value]) => ({ name, value, source: name })))
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults))
  return planFromRequest(aRequest(content), { ...parsed.value, region: 'us-west-2' })
}

/** The plan of a request that changes a cluster, as a run settles it. */
export const updatePlan = (content: unknown, existing: ExistingCluster): Plan => {
  const change = aRequest(content)
  return { ...requestedPlan(updatedRequest(change, existing).value), change, existing }
}
