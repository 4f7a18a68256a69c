import type {
  EksClusterReference,
  InstanceGroup,
  Lifecycle,
  Orchestrator,
  Plan,
  PlannedFileSystem,
  PlannedRole,
  RequestDocument,
  VpcConfig,
} from '../model/plan.ts'
import { isObject, judgedGroups, type Part, requestPart } from '../semantics/plan/request-part.ts'
import { overriddenInputs } from './overridden-inputs.ts'
import { fileSystemsOf, groupsOf, roleNameOf, sourcesOf, vpcConfigOf } from './request-groups.ts'
import type { Inputs } from './table.ts'

/** Inputs whose Region is settled. */
export type PlanInputs = Inputs & { readonly region: string }

/** Roles that the prerequisites checklist proposes; used where there is no request to name the real ones. */
const checklistRoles = { execution: 'HyperPodExecutionRole', node: 'HyperPodNodeRole' } as const

/** The name that scripts of a flat plan are looked for under; the API leaves it free. */
const customaryEntryPoint = 'on_create.sh'

/** What the flat inputs describe: at most one instance group, in the subnets and with the scripts that they name. */
export const planFromInputs = (inputs: PlanInputs): Plan => {
  const execution = inputs['execution-role'] ?? checklistRoles.execution
  const node = inputs['node-role'] ?? checklistRoles.node
  const source = inputs.bucket === null ? null : { ...inputs.bucket, location: null }
  const lifecycle: Lifecycle = source === null ? { mode: 'ami' } : { mode: 'custom', source, script: customaryEntryPoint, location: null }
  const group = flatGroup(inputs, execution, lifecycle)
  return {
    ...commonParts(inputs),
    clusterName: inputs.diagnose ?? inputs['cluster-name'],
    orchestrator: orchestratorOf(inputs, null, false),
    vpcConfig: flatVpcConfig(inputs),
    instanceGroups: group === null ? [] : [group],
    lifecycleSources: source === null ? [] : [source],
    executionRoles: [plannedRole(execution, inputs['execution-role'] === null ? 'default' : 'input', group === null ? [] : [group.name])],
    nodeRole: plannedRole(node, inputs['node-role'] === null ? 'default' : 'input', []),
    fileSystems: withInputFileSystem([], inputs),
    request: null,
    overriddenInputs: [],
  }
}

/** What a CreateCluster request describes; the inputs fill what it leaves open, and what they say otherwise is noted. */
export const planFromRequest = (stated: RequestDocument, inputs: PlanInputs): Plan => {
  const request = named(stated, inputs['cluster-name'])
  const root = requestPart(request)
  const execution = inputs['execution-role']
  const instanceGroups = groupsOf(root).map((group) =>
    group.executionRole !== null || execution === null ? group : { ...group, ...namedRole(execution) },
  )
  const usesSlurmConfig = instanceGroups.some((group) => group.slurmNodeType !== null) || root.at('Orchestrator').at('Slurm').stated
  const sources = sourcesOf(instanceGroups)
  return {
    ...commonParts(inputs),
    clusterName: root.at('ClusterName').text,
    orchestrator: orchestratorOf(inputs, root.at('Orchestrator'), usesSlurmConfig),
    vpcConfig: filledVpcConfig(vpcConfigOf(root.at('VpcConfig')), inputs),
    instanceGroups,
    lifecycleSources: sources.length > 0 || inputs.bucket === null ? sources : [{ ...inputs.bucket, location: null }],
    executionRoles: rolesOf(root, instanceGroups, execution),
    nodeRole: inputs['node-role'] === null ? null : plannedRole(inputs['node-role'], 'input', []),
    fileSystems: withInputFileSystem(fileSystemsOf(root), inputs),
    request,
    overriddenInputs: overriddenInputs(root, inputs),
  }
}

/** A request may leave its name to the command line, as `aws sagemaker create-cluster --cluster-name` has it. */
const named = (request: RequestDocument, name: string | null): RequestDocument =>
  name === null || !isObject(request.value) || (request.value['ClusterName'] ?? '') !== ''
    ? request
    : { ...request, value: { ...request.value, ClusterName: name } }

const commonParts = (inputs: PlanInputs): Pick<Plan, 'region' | 'operation' | 'vpcId' | 'lifecycleScripts' | 'requiredTools'> => ({
  region: inputs.region,
  ...(inputs.operation !== null && { operation: inputs.operation }),
  vpcId: inputs['vpc-id'],
  lifecycleScripts: inputs['lifecycle-scripts'],
  requiredTools: inputs['required-tools'] ?? [],
})

const flatVpcConfig = (inputs: Inputs): VpcConfig | null => {
  const subnetIds = inputs['subnet-ids'] ?? []
  const securityGroupIds = inputs['security-group-ids'] ?? []
  return subnetIds.length === 0 && securityGroupIds.length === 0 ? null : { subnetIds, securityGroupIds, location: null }
}

const filledVpcConfig = (stated: VpcConfig | null, inputs: Inputs): VpcConfig | null =>
  stated === null
    ? flatVpcConfig(inputs)
    : {
        ...stated,
        subnetIds: stated.subnetIds.length > 0 ? stated.subnetIds : (inputs['subnet-ids'] ?? []),
        securityGroupIds: stated.securityGroupIds.length > 0 ? stated.securityGroupIds : (inputs['security-group-ids'] ?? []),
      }

const flatGroup = (inputs: Inputs, executionRole: string, lifecycle: Lifecycle): InstanceGroup | null =>
  inputs['instance-type'] === null
    ? null
    : {
        name: 'worker-1',
        kind: 'standard',
        instanceTypes: [inputs['instance-type']],
        instanceCount: inputs['instance-count'] ?? 1,
        minInstanceCount: null,
        ...namedRole(executionRole),
        overrideVpcConfig: null,
        lifecycle,
        ebsVolumes: [],
        trainingPlanArn: inputs['training-plan'],
        capacity: 'on-demand',
        interfaceType: null,
        imageId: null,
        slurmNodeType: null,
        partitionNames: [],
        location: null,
      }

/**
 * A request without an Orchestrator creates a Slurm cluster: the API's only other way to say EKS is Orchestrator.Eks.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateCluster.html
 */
const orchestratorOf = (inputs: Inputs, stated: Part | null, usesSlurmConfig: boolean): Orchestrator => {
  const eks = stated?.at('Eks')
  if (eks?.stated === true) return { kind: 'eks', cluster: eksFromPart(eks.at('ClusterArn')) ?? eksFromInput(inputs) }
  if (usesSlurmConfig) return { kind: 'slurm', configuration: 'api' }
  if (inputs.orchestrator === 'eks' || (inputs.orchestrator === null && inputs['eks-cluster'] !== null)) {
    return { kind: 'eks', cluster: eksFromInput(inputs) }
  }
  if (stated !== null) return { kind: 'slurm', configuration: 'legacy' }
  return inputs.orchestrator === 'slurm' ? { kind: 'slurm', configuration: 'unstated' } : { kind: 'unstated' }
}

const eksFromPart = ({ text, location }: Part): EksClusterReference | null => (text === null ? null : { ...eksReference(text), location })
const eksFromInput = (inputs: Inputs): EksClusterReference | null =>
  inputs['eks-cluster'] === null ? null : { ...eksReference(inputs['eks-cluster']), location: null }

/** `arn:partition:eks:region:account:cluster/name`, or the bare name. */
const eksReference = (text: string): Omit<EksClusterReference, 'location'> => {
  const name = text.slice(text.lastIndexOf('/') + 1)
  if (!text.startsWith('arn:')) return { name, arn: null, region: null, account: null }
  const [, , , region, account] = text.split(':')
  return { name, arn: text, region: region ?? null, account: account ?? null }
}

const plannedRole = (role: string, origin: PlannedRole['origin'], instanceGroups: readonly string[]): PlannedRole => ({
  name: roleNameOf(role),
  arn: role.startsWith('arn:') ? role : null,
  origin,
  instanceGroups,
  location: null,
})

const namedRole = (role: string): Pick<InstanceGroup, 'executionRole' | 'executionRoleArn'> => ({
  executionRole: roleNameOf(role),
  ...(role.startsWith('arn:') && { executionRoleArn: role }),
})

/** Roles by their whole identity: those of one name in two accounts, or under two paths, are two. A bare name is the role that an ARN names. */
const rolesOf = (root: Part, groups: readonly InstanceGroup[], fallback: string | null): readonly PlannedRole[] => {
  const parts = [...judgedGroups(root, 'InstanceGroups'), ...judgedGroups(root, 'RestrictedInstanceGroups')].map((group) =>
    group.at('ExecutionRole'),
  )
  const stated = parts.flatMap(({ text, location }) => (text === null ? [] : [{ ...plannedRole(text, 'request', []), location }]))
  const filled =
    fallback !== null && groups.some((group) => group.executionRole === roleNameOf(fallback)) ? [plannedRole(fallback, 'input', [])] : []
  const all = [...stated, ...filled]
  const byArn = new Set(all.flatMap(({ name, arn }) => (arn === null ? [] : [name])))
  const byIdentity = new Map<string, PlannedRole>()
  for (const role of all) {
    const key = role.arn ?? role.name
    if (!byIdentity.has(key) && (role.arn !== null || !byArn.has(role.name))) byIdentity.set(key, role)
  }
  const users = new Map<string, string[]>()
  for (const group of groups) {
    const key = group.executionRoleArn ?? group.executionRole ?? ''
    const names = users.get(key)
    if (names === undefined) users.set(key, [group.name])
    else names.push(group.name)
  }
  return [...byIdentity.values()].map((role) => ({
    ...role,
    instanceGroups: [...(users.get(role.arn ?? role.name) ?? []), ...(role.arn === null ? [] : (users.get(role.name) ?? []))],
  }))
}

const withInputFileSystem = (planned: readonly PlannedFileSystem[], inputs: Inputs): readonly PlannedFileSystem[] => {
  const given = inputs['fsx-file-system-id']
  if (given === null) return planned
  const fileSystemId = given.slice(given.lastIndexOf('/') + 1)
  if (planned.some((fileSystem) => fileSystem.fileSystemId === fileSystemId)) return planned
  return [...planned, { type: 'unstated', fileSystemId, dnsName: null, mountName: null, instanceGroups: [], location: null }]
}
