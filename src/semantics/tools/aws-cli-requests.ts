import { lte, type SemVer } from 'semver'
import { awsCliRequest } from '../../catalog/aws-cli-requests.ts'
import { createClusterRequest, shapeNamed } from '../../catalog/create-cluster.ts'
import type { Json, RequestDocument } from '../../model/plan.ts'
import { childPointer, isList, isObject } from '../plan/request-part.ts'

const lacks: ReadonlyMap<string, readonly string[]> = new Map(Object.entries(awsCliRequest.lacks))

/**
 * Places of the request (JSON pointers, in the request's order) that an AWS CLI of this version does not know and therefore refuses. Empty
 * where it is newer than what is known: then this says nothing.
 */
export const unknownToAwsCli = (version: SemVer, request: RequestDocument): readonly string[] =>
  lte(version, awsCliRequest.version) ? lackingAt(request.value, createClusterRequest, '') : []

const lackingAt = (value: Json, shapeName: string, pointer: string): readonly string[] => {
  const shape = shapeNamed(shapeName)
  if (shape.type === 'list' && isList(value)) {
    return value.flatMap((item, index) => lackingAt(item, shape.member, childPointer(pointer, index)))
  }
  if (shape.type !== 'structure' || !isObject(value)) return []
  return Object.entries(value).flatMap(([key, item]) => {
    const place = childPointer(pointer, key)
    if (lacks.get(shapeName)?.includes(key) === true) return [place]
    const member = Object.hasOwn(shape.members, key) ? shape.members[key] : undefined
    return member === undefined ? [] : lackingAt(item, member, place)
  })
}
