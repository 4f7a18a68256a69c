import { findNodeAtLocation, type JSONVisitor, type Node, type ParseOptions, parseTree, printParseErrorCode, visit } from 'jsonc-parser'
import type { Json } from '../../model/plan.ts'
import { type Place, placesIn } from './place.ts'

/** Keys and indexes from the root to a value. */
export type JsonPath = readonly (string | number)[]

/** A value of a JSON text, or a member of an object with its name and its value for children. */
export type JsonNode = Node

/** A text as JSON, with the place of every value in it; or the first place where it is not JSON. */
export type JsonDocument =
  | {
      readonly kind: 'json'
      readonly value: Json
      /** The same as nodes with offsets. Of members with one name it has all, `value` the last. */
      readonly root: JsonNode
      /** Where an offset of the text is. */
      placeAt(offset: number): Place
      /** Where a value begins. Of a path that leads nowhere: where the last value on the way to it begins. */
      placeOf(path: JsonPath): Place
    }
  | {
      readonly kind: 'malformed'
      readonly place: Place
      /** What is expected there, and what is there instead. */
      readonly message: string
      /** The parser's name of the error, in words. */
      readonly error: string
    }

/** More brackets than this around one value are no file that anyone wrote, and code that goes into each by calling itself fails on them. */
const maxDepth = 1_000

/**
 * Reads strict JSON (RFC 8259), as Python's `json` and JSON.parse do: no comments, no trailing commas, no byte order mark. What is nested
 * more than 1000 deep counts as malformed. Never throws.
 */
export const readJson = (text: string): JsonDocument => {
  const placeAt = placesIn(text)
  const fault = firstFault(text)
  if (fault !== null) return { kind: 'malformed', place: placeAt(fault.offset), message: fault.message, error: fault.error }
  const value: Json = JSON.parse(text)
  const root = parseTree(text, [], strict)
  // The parser gives no tree for an empty text alone, which is at fault.
  if (root === undefined) throw new Error('JSON without a value')
  const placeOf = (path: JsonPath): Place => {
    const node = findNodeAtLocation(root, [...path])
    return node === undefined ? placeOf(path.slice(0, -1)) : placeAt(node.offset)
  }
  return { kind: 'json', value, root, placeAt, placeOf }
}

const strict: ParseOptions = { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false }

/** What may be at a place of a JSON text. */
type Expected = 'value' | 'value or ]' | 'key' | 'key or }' | 'colon' | 'comma or }' | 'comma or ]' | 'end'

const inWords: Readonly<Record<Expected, string>> = {
  value: 'a value',
  'value or ]': 'a value or ]',
  key: 'a name in double quotes',
  'key or }': 'a name in double quotes or }',
  colon: 'a colon',
  'comma or }': 'a comma or }',
  'comma or ]': 'a comma or ]',
  end: 'the end of the file',
}

/** What may be next, by what was read so far. */
class Expectation {
  readonly #open: ('{' | '[')[] = []
  #next: Expected = 'value'

  get next(): Expected {
    return this.#next
  }

  get depth(): number {
    return this.#open.length
  }

  begin(bracket: '{' | '['): void {
    this.#open.push(bracket)
    this.#next = bracket === '{' ? 'key or }' : 'value or ]'
  }

  end(): void {
    this.#open.pop()
    this.value()
  }

  name(): void {
    this.#next = 'colon'
  }

  separator(character: string): void {
    this.#next = character === ',' && this.#open.at(-1) === '{' ? 'key' : 'value'
  }

  value(): void {
    const bracket = this.#open.at(-1)
    this.#next = bracket === undefined ? 'end' : bracket === '{' ? 'comma or }' : 'comma or ]'
  }
}

interface JsonFault {
  readonly offset: number
  readonly message: string
  readonly error: string
}

/** The first place where a text stops being JSON; null for JSON. */
const firstFault = (text: string): JsonFault | null => {
  const faults: JsonFault[] = []
  const expected = new Expectation()
  let number: KnownNumber | null = null
  const begin = (bracket: '{' | '[', offset: number): void => {
    expected.begin(bracket)
    if (expected.depth > maxDepth && faults.length === 0) faults.push({ offset, ...tooDeep })
  }
  // Where the text ends, the parser closes what is open before it says that a bracket is missing.
  const end = (offset: number): void => (offset < text.length ? expected.end() : undefined)
  const visitor: JSONVisitor = {
    onObjectBegin: (offset) => begin('{', offset),
    onObjectEnd: end,
    onArrayBegin: (offset) => begin('[', offset),
    onArrayEnd: end,
    onObjectProperty: () => expected.name(),
    onSeparator: (character) => expected.separator(character),
    onLiteralValue: (value, offset, length) => {
      number = typeof value === 'number' ? { offset, end: offset + length, expected: expected.next } : null
      expected.value()
    },
    onError: (code, offset) => {
      if (faults.length > 0) return
      const error = printParseErrorCode(code)
        .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
        .toLowerCase()
      const at = isContinued(number, text, offset) ? number : { offset, expected: expected.next }
      faults.push({ offset: at.offset, message: `${inWords[at.expected]} is expected there, not ${foundAt(text, at.offset)}`, error })
    },
  }
  try {
    visit(text, visitor, strict)
  } catch (error) {
    // The parser goes into each bracket by calling itself: on its way to the end of the stack it passed the greatest depth.
    if (!(error instanceof RangeError) || faults.length === 0) throw error
  }
  return faults[0] ?? null
}

const tooDeep = { message: 'lists and objects are nested too deeply', error: 'nested too deeply' }

/** A number as the parser reads it, and what was expected there. */
interface KnownNumber {
  readonly offset: number
  readonly end: number
  readonly expected: Expected
}

/** Whether an error right after a number is about more of the same word: the parser takes `01` for two numbers. */
const isContinued = (number: KnownNumber | null, text: string, offset: number): number is KnownNumber =>
  number?.end === offset && /[\w.+-]/.test(text.charAt(offset))

const foundAt = (text: string, at: number): string => {
  if (at >= text.length) return 'the end of the file'
  if (text.startsWith('\uFEFF', at)) return 'a byte order mark'
  if (text.startsWith('//', at) || text.startsWith('/*', at) || text.startsWith('#', at)) return 'a comment'
  if (text.startsWith('"', at)) return 'a string that is not closed, or holds a raw control character or an unknown escape'
  const piece = /[^\s,:{}[\]]{1,20}|[\s\S]/y
  piece.lastIndex = at
  return piece.exec(text)?.[0] ?? ''
}
