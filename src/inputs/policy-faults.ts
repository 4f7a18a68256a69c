import type * as v from 'valibot'
import { thresholdTable } from '../catalog/thresholds.ts'
import type { Fault } from '../model/fault.ts'
import type { Json, Location } from '../model/plan.ts'
import { nearestName } from '../semantics/text/nearest-name.ts'
import { escapePointer, type ParsedDocument } from './document.ts'
import { quoted } from './parse.ts'
import { policyKeys, trustedTargetKeys, waiverKeys } from './policy-schema.ts'

type Path = readonly (string | number)[]

/** Where a value of the file stands; where it has no place of its own, what it is in. */
export const placeOf = (document: ParsedDocument, path: Path): Location => {
  const place = document.positions[pointerOf(path)]
  if (place !== undefined) return { path: document.path, line: place.line, column: place.column }
  return path.length === 0 ? { path: document.path, line: 1, column: 1 } : placeOf(document, path.slice(0, -1))
}

/** Where the key of a value stands. */
export const keyPlaceOf = (document: ParsedDocument, path: Path): Location => {
  const place = document.keyPositions[pointerOf(path)]
  return place === undefined ? placeOf(document, path) : { path: document.path, line: place.line, column: place.column }
}

const pointerOf = (path: Path): string => path.map((segment) => `/${escapePointer(String(segment))}`).join('')

interface PlacedFault {
  readonly at: Location
  readonly problem: string
  readonly expected: string
}

/** Everything that the schema says against the file, in words, from its first line to its last. */
export const policyFaults = (
  issues: readonly v.BaseIssue<unknown>[],
  document: ParsedDocument,
  ruleIds: readonly string[],
): readonly Fault[] =>
  [...schemaFaults(issues, document, ruleIds), ...passedOver(document, ruleIds)]
    .toSorted((a, b) => a.at.line - b.at.line || a.at.column - b.at.column)
    .map(({ at, problem, expected }) => ({ source: `${at.path}:${at.line}:${at.column}`, problem, expected }))

/** A list is an object to the schema's library: one in the place of a mapping is said once, and what is in it is not looked at. */
const schemaFaults = (
  issues: readonly v.BaseIssue<unknown>[],
  document: ParsedDocument,
  ruleIds: readonly string[],
): readonly PlacedFault[] => {
  const lists = mappings(document.value).filter(([, value]) => Array.isArray(value))
  const inList = ({ path }: v.BaseIssue<unknown>): boolean => path?.some(({ input }) => lists.some(([, list]) => list === input)) === true
  return [
    ...lists.map(([path]) => ({ at: placeOf(document, path), problem: `${called(path)} is a list`, expected: 'a mapping' })),
    ...issues.filter((issue) => !inList(issue)).map((issue) => faultOf(issue, document, ruleIds)),
  ]
}

/** The parts of the file that have to be mappings, whatever they are. */
const mappings = (value: Json): readonly (readonly [Path, Json])[] => {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return [[[], value]]
  const members = new Map(Object.entries(value))
  return [
    ...['rules', 'thresholds'].map((key): readonly [Path, Json] => [[key], members.get(key) ?? null]),
    ...['waivers', 'trusted-targets'].flatMap((key) => {
      const list = members.get(key)
      return Array.isArray(list) ? list.map((item: Json, index): readonly [Path, Json] => [[key, index], item]) : []
    }),
  ]
}

/** Keys that the schema's library takes for no part of any object, whatever the schema says. */
const passedOver = (document: ParsedDocument, ruleIds: readonly string[]): readonly PlacedFault[] =>
  Object.keys(document.keyPositions)
    .map((pointer) => pointer.slice(1).split('/'))
    .filter((path) => ['__proto__', 'prototype', 'constructor'].includes(path.at(-1) ?? ''))
    .map((path) => unknownKey(path, path.at(-1) ?? '', document, ruleIds))

const faultOf = (issue: v.BaseIssue<unknown>, document: ParsedDocument, ruleIds: readonly string[]): PlacedFault => {
  const path = (issue.path ?? []).map(({ key }) => (typeof key === 'number' ? key : String(key)))
  const name = String(path.at(-1) ?? '')
  if (issue.type === 'never') return unknownKey(path, name, document, ruleIds)
  if (issue.path?.at(-1)?.origin === 'key') {
    const owner = path.slice(0, -1)
    return { at: placeOf(document, owner), problem: `${called(owner)} has no ${name}`, expected: issue.message }
  }
  const isRule = path.length === 3 && path[0] === 'waivers' && name === 'rule' && typeof issue.input === 'string'
  return {
    at: placeOf(document, path),
    problem: isRule
      ? unwaivable(String(issue.input), ruleIds)
      : `${called(path)} is ${path.length === 0 ? 'no mapping' : shown(issue.input)}`,
    expected: issue.message,
  }
}

const unknownKey = (path: Path, name: string, document: ParsedDocument, ruleIds: readonly string[]): PlacedFault => {
  const isRule = path.length === 2 && path[0] === 'rules'
  const names = isRule ? ruleIds : keysBeside(path)
  return {
    at: keyPlaceOf(document, path),
    problem: `there is no ${isRule ? 'rule' : 'setting'} ${quoted(name)}${didYouMean(name, names)}`,
    expected: isRule ? 'a rule that hyperpod-preflight rules lists' : `one of ${names.join(', ')}`,
  }
}

const keysBeside = (path: Path): readonly string[] => {
  if (path.length === 1) return policyKeys
  if (path[0] === 'trusted-targets') return trustedTargetKeys
  return path[0] === 'waivers' ? waiverKeys : Object.keys(thresholdTable)
}

const unwaivable = (id: string, ruleIds: readonly string[]): string =>
  ruleIds.includes(id) ? `${id} cannot be waived` : `there is no rule ${quoted(id)}${didYouMean(id, ruleIds)}`

const didYouMean = (name: string, names: readonly string[]): string => {
  const nearest = nearestName(name, names)
  return nearest === null ? '' : `: did you mean ${nearest}?`
}

/** `waivers[0].expires`; the file itself has no name. */
const called = (path: Path): string =>
  path.length === 0
    ? 'the file'
    : path
        .map((segment) => (typeof segment === 'number' ? `[${segment}]` : `.${segment}`))
        .join('')
        .slice(1)

const shown = (value: unknown): string => {
  if (typeof value === 'string') return value.trim() === '' ? 'empty' : quoted(value)
  if (Array.isArray(value)) return 'a list'
  if (value === null) return 'empty'
  return typeof value === 'object' ? 'a mapping' : String(value)
}
