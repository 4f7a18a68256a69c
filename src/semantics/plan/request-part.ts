import type { Json, Location, RequestDocument } from '../../model/plan.ts'
import { openValue } from '../text/open-value.ts'

/**
 * A part of a request, with its place in the file. Reading is tolerant: a part that is absent or of another type reads as null or as
 * an empty list; that it is of another type, `plan/request-shape` reports.
 */
export interface Part {
  /** JSON pointer (RFC 6901) of the part, whether the request has it or not. */
  readonly pointer: string
  /** The same for people: `InstanceGroups[0].InstanceType`; `the request` for the whole. */
  readonly path: string
  /** What a finding about this part is about: the file and the path in it. */
  readonly subject: string
  /** Where it stands, or where its nearest ancestor in the file does. */
  readonly location: Location
  /** Whether the request states this part at all, as anything but null. */
  readonly stated: boolean
  /** A text that is neither empty nor a placeholder that was left open: nothing is looked up by one. */
  readonly text: string | null
  readonly integer: number | null
  readonly boolean: boolean | null
  readonly items: readonly Part[]
  /** Keys of an object whose value is not null. */
  readonly keys: readonly string[]
  /** A member of an object. */
  at(key: string): Part
}

/** The whole request as a part. */
export const requestPart = (request: RequestDocument): Part => partOf(request, request.value, '')

const partOf = (request: RequestDocument, value: Json | undefined, pointer: string): Part => ({
  pointer,
  path: pathOf(pointer),
  subject: subjectAt(request, pointer),
  location: locationAt(request, pointer),
  stated: value !== undefined && value !== null,
  text: typeof value === 'string' && value !== '' && openValue(value) === null ? value : null,
  integer: Number.isInteger(value) ? Number(value) : null,
  boolean: typeof value === 'boolean' ? value : null,
  items: isList(value) ? value.map((item, index) => partOf(request, item, childPointer(pointer, index))) : [],
  keys: isObject(value) ? Object.keys(value).filter((key) => value[key] !== null) : [],
  at: (key) => partOf(request, isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined, childPointer(pointer, key)),
})

export const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value)

export const isObject = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !isList(value)

/** Pointer of a member or an item. RFC 6901, section 3. */
export const childPointer = (pointer: string, key: string | number): string =>
  `${pointer}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`

/** A pointer for people: `/InstanceGroups/0/KubernetesConfig/Labels/a.b~1c` is `InstanceGroups[0].KubernetesConfig.Labels["a.b/c"]`. */
export const pathOf = (pointer: string): string => {
  const [, ...segments] = pointer.split('/')
  const path = segments.map((segment) => step(segment.replaceAll('~1', '/').replaceAll('~0', '~'))).join('')
  return path === '' ? 'the request' : path.replace(/^\./, '')
}

/** Most characters of a value or a key of the user that a finding repeats. */
const repeated = 80

/** A text of the user as findings repeat it. */
export const shortened = (text: string): string => (text.length > repeated ? `${text.slice(0, repeated)}…` : text)

const step = (key: string): string => {
  if (/^\d+$/.test(key)) return `[${key}]`
  const short = shortened(key)
  return /^[\w$-]+$/.test(short) ? `.${short}` : `[${JSON.stringify(short)}]`
}

/** Subject of a finding about a place of the request. */
export const subjectAt = (request: RequestDocument, pointer: string): string =>
  pointer === '' ? request.path : `${request.path}: ${pathOf(pointer)}`

/** Whether the request was read from a file. One that was made of an answer of AWS has places in none. */
export const isOfFile = ({ positions }: RequestDocument): boolean => Object.keys(positions).length > 0

/** Where a place of the request stands in the file: what is missing stands where its nearest ancestor does. */
export const locationAt = (request: RequestDocument, pointer: string): Location => {
  for (let at = pointer; ; at = at.slice(0, at.lastIndexOf('/'))) {
    const position = request.positions[at]
    if (position !== undefined) return { path: request.path, line: position.line, column: position.column }
    if (at === '') return { path: request.path, line: 1, column: 1 }
  }
}

/** One instance group as the request writes it. */
export interface GroupPart {
  readonly kind: 'standard' | 'restricted'
  /** What findings call it: its name, or its path where it has none. */
  readonly name: string
  readonly part: Part
}

/** Groups of one list that CreateCluster takes. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateCluster.html */
const mostGroups = 100

/**
 * The groups of a list of the request that are judged: as many as CreateCluster takes. More are one fault of `plan/request-shape`, and to
 * judge them tells nothing of a cluster.
 */
export const judgedGroups = (request: Part, list: 'InstanceGroups' | 'RestrictedInstanceGroups'): readonly Part[] =>
  request.at(list).items.slice(0, mostGroups)

/** Groups of the request in its order, broken ones too, as far as they are judged. */
export const requestGroups = (request: RequestDocument): readonly GroupPart[] => {
  const root = requestPart(request)
  const named =
    (kind: GroupPart['kind']) =>
    (part: Part): GroupPart => ({
      kind,
      name: part.at('InstanceGroupName').text ?? part.path,
      part,
    })
  return [
    ...judgedGroups(root, 'InstanceGroups').map(named('standard')),
    ...judgedGroups(root, 'RestrictedInstanceGroups').map(named('restricted')),
  ]
}
