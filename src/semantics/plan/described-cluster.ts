import { createClusterRequest, shapeNamed } from '../../catalog/create-cluster.ts'
import type { Json, RequestDocument } from '../../model/plan.ts'
import { childPointer, isList, isObject } from './request-part.ts'

type JsonObject = { readonly [key: string]: Json }

/** Members that DescribeCluster answers under another name than CreateCluster takes, the name that counts first. */
const renamed: Readonly<Record<string, readonly string[]>> = {
  InstanceCount: ['TargetCount', 'CurrentCount'],
  InstanceTypes: ['DesiredInstanceTypes', 'CurrentInstanceTypes'],
  MinInstanceCount: ['MinCount'],
  Labels: ['DesiredLabels', 'CurrentLabels'],
  Taints: ['DesiredTaints', 'CurrentTaints'],
}

/** What no request has and each answer of DescribeCluster does. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeCluster.html */
export const isDescription = (value: Json): value is JsonObject =>
  isObject(value) && Object.hasOwn(value, 'ClusterStatus') && Object.hasOwn(value, 'ClusterArn')

/** An answer of DescribeCluster as the request that makes such a cluster: without what only an answer has, with the counts it is to have. */
export const requestOfDescription = ({ path, value, positions }: RequestDocument): RequestDocument => {
  const moved: Record<string, { readonly line: number; readonly column: number }> = { ...positions }
  const asked = (part: Json, shapeName: string, pointer: string): Json => {
    const shape = shapeNamed(shapeName)
    if (shape.type === 'list' && isList(part)) return part.map((item, index) => asked(item, shape.member, childPointer(pointer, index)))
    if (shape.type !== 'structure' || !isObject(part)) return part
    return Object.fromEntries(
      Object.entries(shape.members).flatMap(([member, memberShape]) => {
        const name = [member, ...(renamed[member] ?? [])].find((candidate) => Object.hasOwn(part, candidate))
        const answered = name === undefined ? undefined : part[name]
        if (name === undefined || answered === undefined || answered === null) return []
        const at = positions[childPointer(pointer, name)]
        if (at !== undefined) moved[childPointer(pointer, member)] = at
        return [[member, asked(answered, memberShape, childPointer(pointer, member))]]
      }),
    )
  }
  return { path, value: asked(value, createClusterRequest, ''), positions: moved }
}
