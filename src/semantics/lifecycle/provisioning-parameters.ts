import * as v from 'valibot'
import { provisioningParameters } from '../../catalog/provisioning-parameters.ts'
import type { Json } from '../../model/plan.ts'
import type { JsonPath } from '../text/json-document.ts'

/** Something in provisioning_parameters.json that HyperPod or AWS's scripts cannot work with. */
export interface ParameterIssue {
  /** Of the field, also where it is missing. */
  readonly path: JsonPath
  readonly message: string
}

/** An instance group that the file names, and where. */
export interface NamedGroup {
  readonly path: JsonPath
  readonly name: string
}

/** A path as people write it: `worker_groups[0].partition_name`. */
export const dotted = (path: JsonPath): string =>
  path.map((part, at) => (typeof part === 'number' ? `[${part}]` : at === 0 ? part : `.${part}`)).join('')

/** A path as a JSON pointer (RFC 6901): `/worker_groups/0/partition_name`. */
export const pointer = (path: JsonPath): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

/** Everything that is wrong with the file's fields, in the order of the file's description; the FSx pair last. */
export const parameterIssues = (value: Json): readonly ParameterIssue[] => {
  if (!isObject(value)) return [{ path: [], message: `the document is ${described(value)}, it must be an object` }]
  const result = v.safeParse(provisioningParameters, value)
  return [...(result.issues ?? []).map(issueOf), ...halfFileSystem(value)]
}

const issueOf = (issue: v.BaseIssue<unknown>): ParameterIssue => {
  const path = (issue.path ?? []).map(({ key }) => (typeof key === 'number' ? key : String(key)))
  const subject = path.length === 0 ? 'the document' : dotted(path)
  if (issue.received === 'undefined') return { path, message: `${subject} is missing` }
  if (issue.type === 'non_empty') return { path, message: `${subject} is empty, it must name something` }
  return { path, message: `${subject} is ${described(issue.input)}, it must be ${wanted(issue.expected)}` }
}

const wanted = (expected: string | null): string =>
  ({ string: 'a string', '(string | null | undefined)': 'a string', Array: 'a list', Object: 'an object' })[expected ?? ''] ??
  (expected?.includes('Object') === true ? 'an object' : (expected ?? 'something else'))

const described = (value: unknown): string => {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'an object'
  return typeof value === 'string' ? `"${value.slice(0, 60)}"` : `the ${typeof value} ${String(value)}`
}

/** The script mounts the file system only with both; with one it silently mounts nothing. */
const halfFileSystem = (value: Json): readonly ParameterIssue[] => {
  const pair = ['fsx_dns_name', 'fsx_mountname'] as const
  const stated = pair.filter((name) => {
    const text = member(value, name)
    return text !== undefined && text !== null && text !== ''
  })
  const [given] = stated
  if (given === undefined || stated.length === pair.length) return []
  const lacking = pair.find((name) => name !== given)
  return [{ path: [given], message: `${given} is given without ${lacking}: the file system would not be mounted` }]
}

/** Every instance group that the file names, as far as the file has its shape. */
export const namedGroups = (value: Json): readonly NamedGroup[] => {
  const workers = member(value, 'worker_groups')
  return [
    ...named(value, ['controller_group']),
    ...named(value, ['login_group']),
    ...(Array.isArray(workers) ? workers.flatMap((worker: Json, at) => named(worker, ['worker_groups', at, 'instance_group_name'])) : []),
  ]
}

const named = (owner: Json, path: JsonPath): readonly NamedGroup[] => {
  const name = member(owner, String(path.at(-1)))
  return typeof name === 'string' && name !== '' ? [{ path, name }] : []
}

const isObject = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const member = (value: Json, key: string): Json | undefined => (isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined)
