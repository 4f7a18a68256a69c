import type { Json } from '../../model/json.ts'
import type { Plan } from '../../model/plan.ts'
import { isList, isObject, type Part, requestPart } from './request-part.ts'
import { groupLists } from './update.ts'

type JsonObject = { readonly [key: string]: Json }

/** A member of an update that says otherwise than the cluster has it. */
export interface Difference {
  /** The member as the request states it. */
  readonly part: Part
  readonly member: string
  readonly is: Json
  /** `refused`: AWS says that it cannot be changed. `undocumented`: AWS does not say that it can. */
  readonly kind: 'refused' | 'undocumented'
}

/** A group of an update, beside the group of that name as it is. */
export interface ChangedGroup {
  readonly name: string
  readonly part: Part
  readonly differences: readonly Difference[]
}

/**
 * Members of a group that stay as they were made. InstanceType, ExecutionRole and ThreadsPerCore have to match those of the group:
 * https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-eks-operate-cli-command-update-cluster.html
 * https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-operate-slurm-cli-command-update-cluster.html
 * OverrideVpcConfig, CapacityRequirements and the type of a Slurm node cannot be changed:
 * https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-slurm-api-config-migration.html
 */
const refused: readonly (readonly string[])[] = [
  ['InstanceType'],
  ['ExecutionRole'],
  ['ThreadsPerCore'],
  ['OverrideVpcConfig'],
  ['CapacityRequirements'],
  ['SlurmConfig', 'NodeType'],
]

/** Members that no page says can be changed, or cannot. */
const undocumented: readonly (readonly string[])[] = [
  ['InstanceRequirements'],
  ['InstanceStorageConfigs'],
  ['NetworkInterface'],
  ['TrainingPlanArn'],
]

/** Members of the whole cluster that an update states otherwise. UpdateCluster has no VpcConfig, and the orchestrator stays. */
export const changedMembers = ({ change, existing }: Plan): readonly Difference[] => {
  if (change === undefined || existing === undefined) return []
  const root = requestPart(change)
  const [vpcConfig, orchestrator] = [root.at('VpcConfig'), root.at('Orchestrator')]
  const value = objectOf(change.value)
  const request = objectOf(existing.request)
  return [
    ...(vpcConfig.stated && !isSame(value['VpcConfig'], request['VpcConfig'])
      ? [refusal(vpcConfig, 'VpcConfig', request['VpcConfig'])]
      : []),
    ...(orchestrator.stated && changesOrchestrator(objectOf(value['Orchestrator']), objectOf(request['Orchestrator']))
      ? [refusal(orchestrator, 'Orchestrator', request['Orchestrator'])]
      : []),
  ]
}

/** A Slurm cluster without an Orchestrator can be given Orchestrator.Slurm. */
const changesOrchestrator = ({ Eks: stated }: JsonObject, { Eks: existing }: JsonObject): boolean =>
  (stated === undefined) !== (existing === undefined) || !isSame(stated, existing)

const refusal = (part: Part, member: string, is: Json | undefined): Difference => ({ part, member, is: is ?? null, kind: 'refused' })

/** Groups of an update that exist already, in the order of the request. */
export const changedGroups = ({ change, existing }: Plan): readonly ChangedGroup[] => {
  if (change === undefined || existing === undefined) return []
  const root = requestPart(change)
  return groupLists.flatMap((list) => {
    const before = objectOf(existing.request)[list]
    return root.at(list).items.flatMap((part): readonly ChangedGroup[] => {
      const name = part.at('InstanceGroupName').text
      const same = isList(before) ? before.map(objectOf).find((group) => group['InstanceGroupName'] === name) : undefined
      const stated = jsonAt(change.value, part.pointer)
      return name === null || same === undefined ? [] : [{ name, part, differences: differencesOf(part, stated, same) }]
    })
  })
}

const differencesOf = (part: Part, stated: Json | undefined, existing: JsonObject): readonly Difference[] => [
  ...refused.flatMap((path) => differenceAt(path, part, stated, existing, 'refused')),
  ...undocumented.flatMap((path) => differenceAt(path, part, stated, existing, 'undocumented')),
]

/** What the request leaves out is not changed. What the cluster does not say cannot be compared, but for what it would say. */
const differenceAt = (
  path: readonly string[],
  group: Part,
  stated: Json | undefined,
  existing: JsonObject,
  kind: Difference['kind'],
): readonly Difference[] => {
  const part = path.reduce((at, key) => at.at(key), group)
  const wanted = path.reduce<Json | undefined>((value, key) => objectOf(value)[key], stated)
  const is = path.reduce<Json | undefined>((value, key) => objectOf(value)[key], existing)
  const member = path.join('.')
  if (!part.stated || isSame(wanted, is) || (is === undefined && silent.has(member)) || isDefault(member, wanted, is)) return []
  return [{ part, member, is: is ?? null, kind }]
}

/** Members that DescribeCluster may leave out although the group has them. */
const silent: ReadonlySet<string> = new Set(['InstanceType', 'ExecutionRole', 'ThreadsPerCore', 'SlurmConfig.NodeType'])

/** On-demand is what a group without CapacityRequirements has. */
const isDefault = (member: string, wanted: Json | undefined, is: Json | undefined): boolean =>
  member === 'CapacityRequirements' && is === undefined && objectOf(wanted)['Spot'] === undefined

const objectOf = (value: Json | undefined): JsonObject => (isObject(value) ? value : {})

const jsonAt = (value: Json, pointer: string): Json | undefined =>
  pointer
    .split('/')
    .slice(1)
    .reduce<Json | undefined>((at, key) => (isList(at) ? at[Number(key)] : objectOf(at)[key]), value)

/** Whether two values are the same, whatever the order of members, and of ids in a list. */
const isSame = (one: Json | undefined, other: Json | undefined): boolean => canonical(one) === canonical(other)

const canonical = (value: Json | undefined): string => {
  if (isList(value)) return `[${value.map(canonical).sort().join()}]`
  if (!isObject(value)) return JSON.stringify(value ?? null)
  const members = Object.entries(value).filter(([, member]) => member !== null)
  return `{${members
    .map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`)
    .sort()
    .join()}}`
}
