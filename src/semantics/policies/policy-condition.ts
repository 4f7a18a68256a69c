import ipaddr from 'ipaddr.js'
import type { PolicyStatement } from '../../model/facts/iam.ts'
import {
  every,
  type Match,
  matchArn,
  matchText,
  matchTextFolded,
  not,
  type Pattern,
  patternOf,
  type RequestContext,
  some,
  unknownPart,
  valuesOf,
} from './policy-text.ts'

/** What the condition of a statement comes to, with the keys that leave it open. */
export interface ConditionReading {
  readonly match: Match
  /** Condition keys that could not be evaluated; empty unless `match` is `maybe`. */
  readonly openKeys: readonly string[]
}

/**
 * Evaluates the Condition element: every operator and every key of it must hold.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export const readConditions = (conditions: PolicyStatement['conditions'], context: RequestContext): ConditionReading => {
  const readings = Object.entries(conditions).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => ({ key, match: holds(operator, key, values, context) })),
  )
  const match = every(readings.map((reading) => reading.match))
  const open = match === 'maybe' ? readings.filter((reading) => reading.match === 'maybe') : []
  return { match, openKeys: [...new Set(open.map(({ key }) => key))] }
}

const operatorParts = /^(?:(?<set>forallvalues|foranyvalue):)?(?<base>[a-z]+?)(?<ifExists>ifexists)?$/

const holds = (operator: string, key: string, values: readonly string[], context: RequestContext): Match => {
  const { set, base = '', ifExists } = operatorParts.exec(operator.toLowerCase())?.groups ?? {}
  const given = valuesOf(context, key)
  if (given === undefined) return 'maybe'
  // For Null and for the set operators a key whose value is empty is no key:
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
  const empty = given === null || given.every((value) => value === '')
  if (base === 'null') return some(values.map((value) => boolean(value, String(empty), context)))
  const comparison = comparisons[base]
  if (comparison === undefined) return 'maybe'
  if (given === null || given.length === 0 || (set !== undefined && empty))
    return ifExists !== undefined || set === 'forallvalues' || (set === undefined && comparison.negated) ? 'yes' : 'no'
  const matches = given.map((value) => {
    const match = some(values.map((wanted) => comparison.compare(wanted, value, context)))
    return comparison.negated ? not(match) : match
  })
  if (set === 'forallvalues') return every(matches)
  if (set === 'foranyvalue') return some(matches)
  // Several values under an operator for one: AWS does not define which of them counts, which leaves open what they do not agree in.
  return every(matches) === some(matches) ? some(matches) : 'maybe'
}

type Compare = (wanted: string, given: string, context: RequestContext) => Match

/**
 * Compares texts. A policy's text with a variable that has no value is like no other, so a negated operator matches:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-no-value
 */
const text =
  (wildcards: boolean, match: (pattern: Pattern | null, given: string) => Match): Compare =>
  (wanted, given, context) =>
    match(patternOf(wanted, context, wildcards), given)

/** Compares values that are not texts; what cannot be read, or has a part that is not known, stays open. */
const parsed =
  <T>(read: (value: string) => T | null, compare: (given: T, wanted: T) => boolean): Compare =>
  (wanted, given) => {
    const left = given.includes(unknownPart) ? null : read(given)
    const right = read(wanted)
    if (left === null || right === null) return 'maybe'
    return compare(left, right) ? 'yes' : 'no'
  }

const readBoolean = (value: string): boolean | null => (/^true$/i.test(value) ? true : /^false$/i.test(value) ? false : null)

const readNumber = (value: string): number | null => (/^[+-]?\d+(?:\.\d+)?$/.test(value) ? Number(value) : null)

/** https://www.w3.org/TR/NOTE-datetime: a time of day has a time zone. */
const w3cDate = /^\d{4}-\d{2}(?:-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?)?$/

/** ISO 8601 as the W3C writes it, or seconds since 1970. Milliseconds; null for four digits, which are a year and seconds alike. */
const readDate = (value: string): number | null => {
  if (/^\d{4}$/.test(value)) return null
  const seconds = readNumber(value)
  if (seconds !== null) return seconds * 1_000
  const milliseconds = w3cDate.test(value) ? Date.parse(value) : Number.NaN
  return Number.isNaN(milliseconds) ? null : milliseconds
}

/** Base64, of which a request's value has to be the same bytes; null where it is none. */
const readBinary = (value: string): string | null =>
  /^(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?$/.test(value) ? value : null

type Range = ReturnType<typeof ipaddr.parseCIDR>

const readRange = (value: string): Range | null => {
  if (ipaddr.isValidCIDR(value)) return ipaddr.parseCIDR(value)
  if (!ipaddr.isValid(value)) return null
  const address = ipaddr.parse(value)
  return [address, address.kind() === 'ipv4' ? 32 : 128]
}

/** Compares an address, or one of a block of which only the block is known, with a block. */
const withinRange: Compare = (wanted, given) => {
  const left = given.includes(unknownPart) ? null : readRange(given)
  const right = readRange(wanted)
  if (left === null || right === null) return 'maybe'
  const [[address, known], [network, bits]] = [left, right]
  if (address.kind() !== network.kind()) return 'no'
  if (known >= bits) return address.match(network, bits) ? 'yes' : 'no'
  return network.match(address, known) ? 'maybe' : 'no'
}

const numeric = (compare: (given: number, wanted: number) => boolean): Compare => parsed(readNumber, compare)
const date = (compare: (given: number, wanted: number) => boolean): Compare => parsed(readDate, compare)

const positive = (compare: Compare) => ({ compare, negated: false })
const negative = (compare: Compare) => ({ compare, negated: true })

const exact = text(false, matchText)
const folded = text(false, matchTextFolded)
const isBoolean = parsed(readBoolean, (given, wanted) => given === wanted)
/** Of the operators that do not compare texts the only one that knows variables. */
const boolean: Compare = (wanted, given, context) => (wanted.includes('${') ? folded : isBoolean)(wanted, given, context)
const binary = parsed(readBinary, (given, wanted) => given === wanted)
const like = text(true, matchText)
const arn = text(true, matchArn)

/** Every operator of the grammar but Null, by name in lower case. */
const comparisons: Readonly<Record<string, { readonly compare: Compare; readonly negated: boolean }>> = {
  stringequals: positive(exact),
  stringnotequals: negative(exact),
  stringequalsignorecase: positive(folded),
  stringnotequalsignorecase: negative(folded),
  stringlike: positive(like),
  stringnotlike: negative(like),
  // Both compare with wildcards: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
  arnequals: positive(arn),
  arnlike: positive(arn),
  arnnotequals: negative(arn),
  arnnotlike: negative(arn),
  bool: positive(boolean),
  binaryequals: positive(binary),
  numericequals: positive(numeric((given, wanted) => given === wanted)),
  numericnotequals: negative(numeric((given, wanted) => given === wanted)),
  numericlessthan: positive(numeric((given, wanted) => given < wanted)),
  numericlessthanequals: positive(numeric((given, wanted) => given <= wanted)),
  numericgreaterthan: positive(numeric((given, wanted) => given > wanted)),
  numericgreaterthanequals: positive(numeric((given, wanted) => given >= wanted)),
  dateequals: positive(date((given, wanted) => given === wanted)),
  datenotequals: negative(date((given, wanted) => given === wanted)),
  datelessthan: positive(date((given, wanted) => given < wanted)),
  datelessthanequals: positive(date((given, wanted) => given <= wanted)),
  dategreaterthan: positive(date((given, wanted) => given > wanted)),
  dategreaterthanequals: positive(date((given, wanted) => given >= wanted)),
  ipaddress: positive(withinRange),
  notipaddress: negative(withinRange),
}
