import { clusterInstanceType, createClusterRequest, type Shape, type ShapeOf, shapeNamed } from '../../catalog/create-cluster.ts'
import type { Json } from '../../model/plan.ts'
import { nearestName } from '../text/nearest-name.ts'
import { openValue } from '../text/open-value.ts'
import { childPointer, isList, isObject, shortened } from './request-part.ts'

/** Items of a list that are looked at one by one, however few the API takes: as many as its longest list of groups. More are one fault. */
const mostItems = 100

/**
 * One way in which a value is not what the API takes. `expected` and `actual` complete the sentences "it must be …" and "it is …".
 *
 * `placeholder` is a value that a template left open; `actual` is the placeholder. `required` and `unknown-key` point at the member that is missing or that the API does not know; `actual` is then `missing`, or the key.
 */
export interface Fault {
  /** JSON pointer (RFC 6901) of the place. */
  readonly pointer: string
  readonly kind: 'type' | 'required' | 'bounds' | 'pattern' | 'enum' | 'union' | 'unknown-key' | 'placeholder'
  /** Name of the shape that the place, or for `unknown-key` its parent, has in the API model. */
  readonly shape: string
  readonly expected: string
  readonly actual: string
  /** What was probably meant: a key, or one of the values of an enumeration. For `required`, an unknown key that may be a misspelling. */
  readonly nearest?: string
  /** The same value as the API takes it, in JSON, where there is no doubt about it. */
  readonly rewritten?: string
}

/**
 * Compares a value with a shape of the API model, and finds every fault: at most one at a place. The work is bounded by the size of the
 * value and the depth of the model, which has no cycles.
 *
 * Read as the AWS CLI and the service read it: names are case-sensitive, and null is a value of the wrong type, not an absent one (the
 * CLI's own validation refuses it). An instance type that the model does not list is no fault, for the list is a floor.
 *
 * https://github.com/boto/botocore/blob/develop/botocore/validate.py
 */
export const requestFaults = (value: Json, shape: string = createClusterRequest): readonly Fault[] => faultsAt(value, shape, '')

const faultsAt = (value: Json, name: string, pointer: string): readonly Fault[] => {
  const shape = shapeNamed(name)
  const open = typeof value === 'string' && !freeTexts.has(name) ? openValue(value) : null
  if (open !== null) return [{ pointer, kind: 'placeholder', shape: name, expected: described(shape), actual: shortened(open) }]
  switch (shape.type) {
    case 'structure':
      return isObject(value) ? structureFaults(value, shape, name, pointer) : [typeFault(value, shape, name, pointer)]
    case 'list':
      return isList(value)
        ? [
            ...countFaults(value.length, 'list', 'item', shape, name, pointer),
            ...value
              .slice(0, Math.max(shape.max ?? value.length, mostItems))
              .flatMap((item, index) => faultsAt(item, shape.member, childPointer(pointer, index))),
          ]
        : [typeFault(value, shape, name, pointer)]
    case 'map':
      return isObject(value) ? mapFaults(value, shape, name, pointer) : [typeFault(value, shape, name, pointer)]
    case 'string':
      return typeof value === 'string' ? stringFaults(value, shape, name, pointer) : [typeFault(value, shape, name, pointer)]
    case 'boolean':
      return typeof value === 'boolean' ? [] : [typeFault(value, shape, name, pointer)]
    case 'timestamp':
      return isTime(value) ? [] : [typeFault(value, shape, name, pointer)]
    default:
      return isNumber(value, shape) ? numberFaults(value, shape, name, pointer) : [typeFault(value, shape, name, pointer)]
  }
}

/** Shapes of texts that the user makes up, where what looks like a placeholder may be meant: a MySQL name may begin with a dollar sign. */
const freeTexts: ReadonlySet<string> = new Set([
  'TagKey',
  'TagValue',
  'ClusterKubernetesLabelValue',
  'ClusterKubernetesTaintValue',
  'ClusterAccountingDatabaseName',
])

type NumberShape = ShapeOf<'integer' | 'long' | 'float' | 'double'>

const isNumber = (value: Json, shape: NumberShape): value is number =>
  typeof value === 'number' && (shape.type === 'float' || shape.type === 'double' || Number.isInteger(value))

/** SDKs take seconds since 1970, and text in more forms than can be told here: text without a digit is no time in any of them. */
const isTime = (value: Json): boolean => typeof value === 'number' || (typeof value === 'string' && /\d/.test(value))

const structureFaults = (
  value: { readonly [key: string]: Json },
  shape: ShapeOf<'structure'>,
  name: string,
  pointer: string,
): readonly Fault[] => {
  const keys = Object.keys(value)
  const members = Object.keys(shape.members)
  const unknown = keys.filter((key) => !Object.hasOwn(shape.members, key))
  const missing = shape.required.filter((member) => !Object.hasOwn(value, member))
  return [
    ...missing.map((member) => missingFault(shape.members[member] ?? name, member, unknown, pointer)),
    ...choiceFaults(value, shape, name, pointer),
    ...keys.flatMap((key) => {
      const item = value[key]
      const member = Object.hasOwn(shape.members, key) ? shape.members[key] : undefined
      return item === undefined || member === undefined ? [] : faultsAt(item, member, childPointer(pointer, key))
    }),
    ...unknown.map(
      (key): Fault => ({
        pointer: childPointer(pointer, key),
        kind: 'unknown-key',
        shape: name,
        expected: `one of ${members.join(', ')}`,
        actual: shortened(key),
        ...nearestTo(
          key,
          members.filter((member) => !Object.hasOwn(value, member) || isSame(member, key)),
        ),
      }),
    ),
  ]
}

/** A member that is stated already is not what was meant, unless the case alone differs. */
const isSame = (member: string, key: string): boolean => member.toLowerCase() === key.toLowerCase()

const missingFault = (shape: string, member: string, unknown: readonly string[], pointer: string): Fault => ({
  pointer: childPointer(pointer, member),
  kind: 'required',
  shape,
  expected: described(shapeNamed(shape)),
  actual: 'missing',
  ...nearestTo(member, unknown),
})

/** Members of which exactly one is to be given, where the documentation says so and the model does not. */
const documentedChoices: Readonly<Record<string, readonly string[]>> = {
  // https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ClusterInstanceGroupSpecification.html
  ClusterInstanceGroupSpecification: ['InstanceType', 'InstanceRequirements'],
}

/** In a union, a key that the model does not know counts as a member: it may be newer than the model. */
const choiceFaults = (
  value: { readonly [key: string]: Json },
  shape: ShapeOf<'structure'>,
  name: string,
  pointer: string,
): readonly Fault[] => {
  const choices = shape.union ? Object.keys(shape.members) : documentedChoices[name]
  if (choices === undefined) return []
  const stated = Object.keys(value).filter((key) => shape.union || choices.includes(key))
  const given = stated.filter((key) => value[key] !== null)
  if (stated.length > 0 && given.length <= 1) return []
  const unknown = Object.keys(value).filter((key) => !Object.hasOwn(shape.members, key))
  const misspelt =
    given.length > 0 ? undefined : choices.map((choice) => nearestTo(choice, unknown)).find(({ nearest }) => nearest !== undefined)
  return [
    {
      pointer,
      kind: 'union',
      shape: name,
      expected: `an object with exactly one of ${choices.join(', ')}`,
      actual: `an object with ${given.length === 0 ? 'none of them' : given.join(' and ')}`,
      ...misspelt,
    },
  ]
}

const mapFaults = (value: { readonly [key: string]: Json }, shape: ShapeOf<'map'>, name: string, pointer: string): readonly Fault[] => [
  ...countFaults(Object.keys(value).length, 'map', 'entry', shape, name, pointer),
  ...Object.entries(value).flatMap(([key, item]) => {
    const at = childPointer(pointer, key)
    const keyFaults = faultsAt(key, shape.key, at).map((fault) => ({ ...fault, actual: asKey(fault.actual) }))
    return keyFaults.length > 0 ? keyFaults : faultsAt(item, shape.value, at)
  }),
]

const asKey = (actual: string): string => (actual === 'empty' ? 'an empty key' : `a key ${actual.replace(/^text /, '')}`)

interface Bounds {
  readonly min?: number | undefined
  readonly max?: number | undefined
}

const isOutside = (amount: number, { min, max }: Bounds): boolean =>
  (min !== undefined && amount < min) || (max !== undefined && amount > max)

const range = ({ min, max }: Bounds): string => {
  if (max === undefined) return `at least ${min}`
  return min === undefined || min === 0 ? `at most ${max}` : min === max ? `${min}` : `${min} to ${max}`
}

const countFaults = (count: number, what: 'list' | 'map', unit: 'item' | 'entry', shape: Bounds, name: string, pointer: string) =>
  isOutside(count, shape)
    ? [boundsFault(`a ${what} of ${counted(range(shape), unit)}`, `a ${what} of ${counted(String(count), unit)}`, name, pointer)]
    : []

const plurals = { item: 'items', entry: 'entries', character: 'characters' } as const
const counted = (amount: string, unit: keyof typeof plurals): string => `${amount} ${/(^|\D)1$/.test(amount) ? unit : plurals[unit]}`

const boundsFault = (expected: string, actual: string, shape: string, pointer: string): Fault => ({
  pointer,
  kind: 'bounds',
  shape,
  expected,
  actual,
})

const numberFaults = (value: number, shape: NumberShape, name: string, pointer: string): readonly Fault[] =>
  isOutside(value, shape)
    ? [
        boundsFault(
          shape.min !== undefined && shape.max !== undefined ? `a number from ${shape.min} to ${shape.max}` : `a number of ${range(shape)}`,
          String(value),
          name,
          pointer,
        ),
      ]
    : []

const stringFaults = (value: string, shape: ShapeOf<'string'>, name: string, pointer: string): readonly Fault[] => {
  const length = lengthOf(value)
  const outside = isOutside(length, shape)
  // Some patterns take the square of the length of a text to refuse it: one that is too long is not tried.
  const isTried = length > 0 && (shape.max === undefined || length <= shape.max)
  // A text that is too short and of the wrong form is told the form: it is mostly a name where an ARN is wanted.
  if ((isTried || !outside) && shape.pattern !== undefined && compiled(shape.pattern)?.test(value) === false) {
    return [{ pointer, kind: 'pattern', shape: name, expected: `text that matches ${shape.pattern}`, actual: quoted(value) }]
  }
  if (outside) {
    const actual = length === 0 ? 'empty' : `text of ${counted(String(length), 'character')}`
    return [boundsFault(`text of ${counted(range(shape), 'character')}`, actual, name, pointer)]
  }
  if (name === clusterInstanceType) return instanceTypeFaults(value, shape, name, pointer)
  if (shape.enum === undefined || shape.enum.includes(value)) return []
  const documented = documentedValues.get(`${name} ${value}`)
  const nearest = documented === undefined ? nearestTo(value, shape.enum) : { nearest: documented }
  return [{ pointer, kind: 'enum', shape: name, expected: oneOf(shape.enum), actual: quoted(value), ...nearest }]
}

/** By shape and value: values that the text of the documentation names and the enumeration does not, with the one that is meant. */
const documentedValues: ReadonlyMap<string, string> = new Map([
  // https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ClusterSlurmConfig.html
  ['ClusterSlurmNodeType Worker', 'Compute'],
])

/** The list of types is a floor, but each type of SageMaker has the prefix. */
const instanceTypeFaults = (value: string, shape: ShapeOf<'string'>, name: string, pointer: string): readonly Fault[] =>
  value.startsWith('ml.')
    ? []
    : [
        {
          pointer,
          kind: 'enum',
          shape: name,
          expected: 'an instance type with its ml. prefix, such as ml.p5.48xlarge',
          actual: quoted(value),
          ...nearestTo(`ml.${value}`, shape.enum ?? []),
        },
      ]

/** Characters, not UTF-16 units, as the API counts; of a text that is short enough either way, the units. */
const lengthOf = (value: string): number => (value.length <= 1 ? value.length : [...value].length)

const patterns = new Map<string, RegExp | null>()

/** A pattern of the model as a match of the whole value; null where JavaScript cannot read it: nothing is then judged by it. */
const compiled = (pattern: string): RegExp | null => {
  const known = patterns.get(pattern)
  if (known !== undefined) return known
  const made = wholeMatch(pattern)
  patterns.set(pattern, made)
  return made
}

/** Exported for the test that every pattern of the model is readable. */
export const wholeMatch = (pattern: string): RegExp | null => {
  try {
    return new RegExp(`^(?:${pattern})$`, 'u')
  } catch {
    return null
  }
}

const typeFault = (value: Json, shape: Shape, name: string, pointer: string): Fault => ({
  pointer,
  kind: 'type',
  shape: name,
  expected: described(shape),
  actual: typeOf(value),
  ...rewritten(value, shape),
})

/** A number or a yes where text is wanted, or the reverse: what YAML makes of a missing, or of a superfluous, pair of quotes. */
const rewritten = (value: Json, shape: Shape): Pick<Fault, 'rewritten'> => {
  if (shape.type === 'string' && (typeof value === 'number' || typeof value === 'boolean'))
    return shape.enum === undefined || shape.enum.includes(String(value)) ? { rewritten: JSON.stringify(String(value)) } : {}
  if (typeof value !== 'string') return {}
  if (shape.type === 'boolean' && /^(?:true|false)$/i.test(value)) return { rewritten: value.toLowerCase() }
  if (shape.type === 'integer' && /^(?:0|[1-9]\d{0,14})$/.test(value)) return { rewritten: value }
  return {}
}

/** The longest enumeration that is spelt out where a value is missing or of another type. */
const listedValues = 10

const described = (shape: Shape): string => {
  switch (shape.type) {
    case 'structure':
      return 'an object'
    case 'list':
      return 'a list'
    case 'map':
      return 'an object'
    case 'string':
      return shape.enum === undefined || shape.enum.length > listedValues ? 'text' : oneOf(shape.enum)
    case 'boolean':
      return 'true or false'
    case 'timestamp':
      return 'a time'
    case 'integer':
    case 'long':
      return 'a whole number'
    default:
      return 'a number'
  }
}

const typeOf = (value: Json): string => {
  if (value === null) return 'null'
  if (isList(value)) return 'a list'
  if (typeof value === 'string') return `the text ${quoted(value)}`
  if (typeof value === 'number') return `the number ${value}`
  return typeof value === 'boolean' ? String(value) : 'an object'
}

const quoted = (value: string): string => JSON.stringify(shortened(value))

const oneOf = (values: readonly string[]): string => (values.length === 1 ? (values[0] ?? '') : `one of ${values.join(', ')}`)

const nearestTo = (name: string, names: readonly string[]): Pick<Fault, 'nearest'> => {
  const nearest = nearestName(name, names)
  return nearest === null ? {} : { nearest }
}
