import type { Json, Location, RequestDocument } from '../model/plan.ts'

/**
 * A part of a request, with its place in the file. Reading is tolerant: a part that is absent or of another type reads as null or as
 * an empty list, and `plan/request-shape` reports it.
 */
export interface Part {
  readonly text: string | null
  readonly integer: number | null
  readonly boolean: boolean | null
  readonly items: readonly Part[]
  /** Whether the request states this part at all, as anything but null. */
  readonly stated: boolean
  /** Where it stands, or where its nearest stated ancestor does. */
  readonly location: Location
  /** A member of an object. */
  at(key: string): Part
}

/** The whole request as a part. */
export const readRequest = (request: RequestDocument): Part => partOf(request, request.value, '')

const partOf = (request: RequestDocument, value: Json | undefined, pointer: string): Part => ({
  text: typeof value === 'string' && value !== '' ? value : null,
  integer: typeof value === 'number' && Number.isInteger(value) ? value : null,
  boolean: typeof value === 'boolean' ? value : null,
  items: Array.isArray(value) ? value.map((item: Json, index) => partOf(request, item, `${pointer}/${index}`)) : [],
  stated: value !== undefined && value !== null,
  location: locate(request, pointer),
  at: (key) => partOf(request, memberOf(value, key), `${pointer}/${key}`),
})

const memberOf = (value: Json | undefined, key: string): Json | undefined =>
  isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined

const isObject = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const locate = (request: RequestDocument, pointer: string): Location => {
  const position = request.positions[pointer]
  if (position !== undefined) return { path: request.path, line: position.line, column: position.column }
  const parent = pointer.lastIndexOf('/')
  return parent < 0 ? { path: request.path, line: 1, column: 1 } : locate(request, pointer.slice(0, parent))
}
