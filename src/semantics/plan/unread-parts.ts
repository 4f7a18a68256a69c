import type { Location, Plan, RequestDocument } from '../../model/plan.ts'
import { locationAt, pathOf, requestGroups } from './request-part.ts'
import { requestFaults } from './request-shape.ts'

/** A part of the request that is not what CreateCluster takes, so that what it says of the cluster may not be known. */
export interface UnreadPart {
  /** `InstanceGroups[0].ImageId`. */
  readonly path: string
  readonly location: Location
  /** Name of the member: `ImageId`, also where an item of a list is meant; of a key that the API does not know, that of what holds it. */
  readonly member: string
  /** The rule that reports it. */
  readonly reportedBy: 'plan/request-shape' | 'plan/unknown-field'
}

/** What of a request was not read. */
export interface UnreadRequest {
  readonly parts: readonly UnreadPart[]
  /** Instance groups that are not judged, because their name, types or count could not be read; or the whole list of them. */
  readonly groups: readonly { readonly path: string; readonly location: Location }[]
}

const nothing: UnreadRequest = { parts: [], groups: [] }

const known = new WeakMap<Plan, UnreadRequest>()

/** What of the plan's request was not read; looked for once a plan. */
export const unreadRequest = (plan: Plan): UnreadRequest => {
  const found = known.get(plan) ?? (plan.request === null ? nothing : unreadIn(plan.request, plan))
  known.set(plan, found)
  return found
}

const unreadIn = (request: RequestDocument, { instanceGroups }: Plan): UnreadRequest => {
  const faults = requestFaults(request.value)
  if (faults.length === 0) return nothing
  const read = new Set(instanceGroups.map(({ name }) => name))
  return {
    parts: faults.map(({ pointer, kind }) => ({
      path: pathOf(pointer),
      location: locationAt(request, pointer),
      member: memberOf(kind === 'unknown-key' ? pointer.slice(0, pointer.lastIndexOf('/')) : pointer),
      reportedBy: kind === 'unknown-key' ? 'plan/unknown-field' : 'plan/request-shape',
    })),
    groups: [
      ...faults.filter(({ pointer, kind }) => kind !== 'unknown-key' && lists.has(pointer)).map(({ pointer }) => pointer),
      ...requestGroups(request).flatMap(({ part }) => (read.has(part.at('InstanceGroupName').text ?? '') ? [] : [part.pointer])),
    ].map((pointer) => ({ path: pathOf(pointer), location: locationAt(request, pointer) })),
  }
}

/** Where nothing can be read of any group. */
const lists: ReadonlySet<string> = new Set(['', '/InstanceGroups', '/RestrictedInstanceGroups'])

/** The last name of a pointer that is none of an item. */
const memberOf = (pointer: string): string =>
  pointer
    .split('/')
    .filter((segment) => !/^\d+$/.test(segment))
    .at(-1) ?? ''
