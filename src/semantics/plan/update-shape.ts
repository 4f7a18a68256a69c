import { createClusterRequest, shapeNamed, updateClusterRequest } from '../../catalog/create-cluster.ts'
import type { Json, Plan } from '../../model/plan.ts'
import { isObject } from './request-part.ts'
import { type Fault, requestFaults } from './request-shape.ts'
import { operationOf, statedRequest } from './update.ts'

/**
 * Every fault of the request as it was given, by the API that it is for. A request for a new cluster that is judged as an update may have
 * members that UpdateCluster does not take (VpcConfig, Tags): they have to be right, and `plan/immutable-fields` compares them.
 */
export const statedFaults = (plan: Plan): readonly Fault[] => {
  const request = statedRequest(plan)
  if (request === null) return []
  const { value } = request
  if (operationOf(plan) === 'create' || !isObject(value)) return requestFaults(value)
  const isOfCreation = ([key]: readonly [string, Json]): boolean => onlyOfCreation.has(key)
  const entries = Object.entries(value)
  const rest = Object.fromEntries(entries.filter((entry) => !isOfCreation(entry)))
  const creation = { ClusterName: 'name', ...Object.fromEntries(entries.filter(isOfCreation)) }
  return [...requestFaults(rest, updateClusterRequest), ...requestFaults(creation)]
}

const membersOf = (name: string): readonly string[] => {
  const shape = shapeNamed(name)
  return shape.type === 'structure' ? Object.keys(shape.members) : []
}

const ofUpdate = new Set(membersOf(updateClusterRequest))

/** Members that CreateCluster takes and UpdateCluster does not. */
export const onlyOfCreation: ReadonlySet<string> = new Set(membersOf(createClusterRequest).filter((member) => !ofUpdate.has(member)))
