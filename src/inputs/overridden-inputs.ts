import type { OverriddenInput } from '../model/plan.ts'
import type { Part } from '../semantics/plan/request-part.ts'
import { folderUri } from '../semantics/plan/s3-uri.ts'
import { groupsOf, sourcesOf, vpcConfigOf } from './request-groups.ts'
import type { Inputs } from './table.ts'

/** Inputs that say something else than the request. The request wins; `plan/overridden-inputs` tells the user. */
export const overriddenInputs = (root: Part, inputs: Inputs): readonly OverriddenInput[] => {
  const vpcConfig = root.at('VpcConfig')
  const stated = vpcConfigOf(vpcConfig)
  const eks = root.at('Orchestrator').at('Eks')
  const groups = root.at('InstanceGroups')
  const planned = groupsOf(root)
  const sources = sourcesOf(planned).map(folderUri)
  const bucket = inputs.bucket === null ? null : folderUri(inputs.bucket)
  const compare = (input: string, value: string | null, requestSays: string, { location }: Part): readonly OverriddenInput[] =>
    value === null || requestSays === '' || value === requestSays ? [] : [{ input, value, requestSays, location }]
  const name = root.at('ClusterName')
  return [
    ...compare('cluster-name', inputs['cluster-name'], name.text ?? '', name),
    ...compare('subnet-ids', listed(inputs['subnet-ids']), listed(stated?.subnetIds ?? null) ?? '', vpcConfig),
    ...compare('security-group-ids', listed(inputs['security-group-ids']), listed(stated?.securityGroupIds ?? null) ?? '', vpcConfig),
    ...compare('bucket', bucket, bucket !== null && sources.includes(bucket) ? bucket : sources.join(','), groups),
    ...compare('eks-cluster', lastSegment(inputs['eks-cluster']), lastSegment(eks.at('ClusterArn').text) ?? '', eks),
    ...compare('orchestrator', inputs.orchestrator, statedOrchestrator(root), root.at('Orchestrator')),
    ...compare('instance-type', inputs['instance-type'], planned.flatMap((group) => group.instanceTypes).join(','), groups),
    ...compare(
      'instance-count',
      inputs['instance-count']?.toString() ?? null,
      planned.map((group) => group.instanceCount).join(','),
      groups,
    ),
    ...compare('training-plan', inputs['training-plan'], planned.map((group) => group.trainingPlanArn ?? 'none').join(','), groups),
  ]
}

const listed = (ids: readonly string[] | null): string | null => (ids === null ? null : [...ids].sort().join(','))
const lastSegment = (name: string | null): string | null => name?.split('/').at(-1) ?? null

/** Empty where the request leaves it open. */
const statedOrchestrator = (root: Part): '' | 'eks' | 'slurm' => {
  if (root.at('Orchestrator').at('Eks').stated) return 'eks'
  const usesSlurm =
    root.at('Orchestrator').at('Slurm').stated || root.at('InstanceGroups').items.some((group) => group.at('SlurmConfig').stated)
  return usesSlurm ? 'slurm' : ''
}
