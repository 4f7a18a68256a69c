import type { ExistingCluster } from '../../model/facts/cluster.ts'
import type { Json, Plan, RequestDocument } from '../../model/plan.ts'
import { isList, isObject, requestPart } from './request-part.ts'

type JsonObject = { readonly [key: string]: Json }

/** States of a cluster that no update brings back: its name is free only once it is gone. */
const leftovers: ReadonlySet<string> = new Set(['Failed', 'Deleting', 'RollbackFailed', 'DeleteFailed'])

/** Whether a cluster only keeps its name from being used. */
export const isLeftover = ({ status }: ExistingCluster): boolean => leftovers.has(status)

/** What a plan does with its cluster. */
export const operationOf = ({ change }: Plan): 'create' | 'update' => (change === undefined ? 'create' : 'update')

/** Whether the plan changes a cluster that could not be read: it is then no whole cluster. */
export const isPartial = ({ change, existing }: Plan): boolean => change !== undefined && existing === undefined

/** The request as it was given: of an update, without what the cluster adds. */
export const statedRequest = ({ change, request }: Plan): RequestDocument | null => change ?? request

/** Members that UpdateCluster takes and CreateCluster does not. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateCluster.html */
const updateOnly = ['InstanceGroupsToDelete']

/** Whether a request can only be meant for UpdateCluster. */
export const isOnlyUpdate = (request: RequestDocument): boolean => updateOnly.some((member) => requestPart(request).at(member).stated)

/** The two lists of groups of a request. */
export const groupLists = ['InstanceGroups', 'RestrictedInstanceGroups'] as const

/**
 * The cluster as an update makes it: the request laid over the request that would make the cluster as it is. Groups of the request come
 * first, where the request has them, so that its places hold; then come the groups that it leaves alone. What UpdateCluster does not
 * change is as it is: that the request says otherwise is for `plan/immutable-fields`.
 */
export const updatedRequest = (stated: RequestDocument, { name, request }: ExistingCluster): RequestDocument => {
  if (!isObject(stated.value) || !isObject(request)) return stated
  const { InstanceGroupsToDelete, VpcConfig: _, Orchestrator, ...own } = withoutNulls(stated.value)
  const deleted = new Set(isList(InstanceGroupsToDelete) ? InstanceGroupsToDelete : [])
  const lists = groupLists.flatMap((list) => {
    const groups = updatedGroups(own[list], request[list], deleted)
    return groups.length === 0 && own[list] === undefined ? [] : [[list, groups] as const]
  })
  const value = {
    ...request,
    ...own,
    ...(addsSlurm(Orchestrator, request['Orchestrator']) && { Orchestrator }),
    ...Object.fromEntries(lists),
    ClusterName: name,
  }
  return { ...stated, value }
}

const withoutNulls = (value: JsonObject): JsonObject => Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null))

/** A Slurm cluster can be given an Orchestrator.Slurm later; nothing else changes. */
const addsSlurm = (stated: Json | undefined, existing: Json | undefined): stated is JsonObject =>
  isObject(stated) && isObject(stated['Slurm'] ?? null) && !(isObject(existing) && isObject(existing['Eks'] ?? null))

const updatedGroups = (stated: Json | undefined, existing: Json | undefined, deleted: ReadonlySet<Json>): readonly Json[] => {
  const own = isList(stated) ? stated : []
  const before = isList(existing) ? existing.filter(isObject) : []
  const names = new Set(own.flatMap((group) => nameOf(group) ?? []))
  return [
    ...own.map((group) => {
      const name = nameOf(group)
      const same = name === null ? undefined : before.find((other) => nameOf(other) === name)
      return same === undefined || !isObject(group) ? group : updatedGroup(withoutNulls(group), same)
    }),
    ...before.filter((group) => {
      const name = nameOf(group)
      return name === null || (!names.has(name) && !deleted.has(name))
    }),
  ]
}

const nameOf = (group: Json): string | null => {
  const name = isObject(group) ? group['InstanceGroupName'] : undefined
  return typeof name === 'string' ? name : null
}

/** Members of a group that stay as they are. */
const lasting = ['InstanceType', 'ExecutionRole', 'ThreadsPerCore', 'OverrideVpcConfig', 'CapacityRequirements'] as const

const updatedGroup = (stated: JsonObject, existing: JsonObject): JsonObject => {
  const kept = lasting.flatMap((member) => (existing[member] === undefined ? [] : [[member, existing[member]] as const]))
  const { InstanceRequirements: requirements, OverrideVpcConfig: _, ...own } = stated
  return {
    ...existing,
    ...own,
    ...(requirements !== undefined && existing['InstanceType'] === undefined && { InstanceRequirements: requirements }),
    ...Object.fromEntries(kept),
    ...slurmConfigOf(stated, existing),
  }
}

const slurmConfigOf = ({ SlurmConfig: stated }: JsonObject, { SlurmConfig: existing }: JsonObject): JsonObject => {
  if (!isObject(stated) || !isObject(existing)) return {}
  return { SlurmConfig: { ...stated, ...(existing['NodeType'] !== undefined && { NodeType: existing['NodeType'] }) } }
}
