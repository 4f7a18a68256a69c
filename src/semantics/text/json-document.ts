import { isNode, LineCounter, parseDocument } from 'yaml'
import type { Json } from '../../model/plan.ts'
import { type Place, placeAt } from './place.ts'

/** Keys and indexes from the root to a value. */
export type JsonPath = readonly (string | number)[]

/** A text as JSON, with the place of every value in it; or the first place where it is not JSON. */
export type JsonDocument =
  | {
      readonly kind: 'json'
      readonly value: Json
      /** Where a value begins. Of a path that leads nowhere: where the last value on the way to it begins. */
      placeOf(path: JsonPath): Place
    }
  | { readonly kind: 'malformed'; readonly place: Place; readonly message: string }

/** Reads strict JSON (RFC 8259), as Python's `json` and JSON.parse do: no comments, no trailing commas, no byte order mark. */
export const readJson = (text: string): JsonDocument => {
  const error = firstError(text)
  if (error !== null) return { kind: 'malformed', place: placeAt(text, error.offset), message: error.message }
  const value: Json = JSON.parse(text)
  return { kind: 'json', value, placeOf: placer(text) }
}

/** JSON is YAML, and the YAML reader keeps the place of every value. It reads the text only when a place is asked for. */
const placer = (text: string): ((path: JsonPath) => Place) => {
  let document: ReturnType<typeof parseDocument> | null = null
  const lines = new LineCounter()
  return (path) => {
    document ??= parseDocument(text, { lineCounter: lines, uniqueKeys: false, schema: 'json' })
    for (let length = path.length; length >= 0; length -= 1) {
      const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true)
      const start = isNode(node) ? node.range?.[0] : undefined
      if (start === undefined) continue
      const { line, col } = lines.linePos(start)
      return { line, column: col }
    }
    return { line: 1, column: 1 }
  }
}

const whitespace = /[ \t\n\r]*/y
const mark = /[{}[\]:,]/y
const scalar =
  /"[ !#-[\]-\uffff]*(?:\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4})[ !#-[\]-\uffff]*)*"|(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y

/** What may stand at a place of a JSON text. */
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

/** The first place where a text stops being JSON; null for JSON. JSON.parse says no place for some errors. */
const firstError = (text: string): { readonly offset: number; readonly message: string } | null => {
  const open: ('{' | '[')[] = []
  let expected: Expected = 'value'
  let at = 0
  for (;;) {
    at += matchAt(whitespace, text, at)?.length ?? 0
    if (at >= text.length && expected === 'end') return null
    const token: string | null = matchAt(mark, text, at) ?? matchAt(scalar, text, at)
    const next: Expected | null = token === null ? null : step(expected, token, open)
    if (token === null || next === null) return { offset: at, message: `${inWords[expected]} is expected there, not ${foundAt(text, at)}` }
    at += token.length
    expected = next
  }
}

/** What may follow a token; null where the token may not stand there. Keeps `open`, the brackets not yet closed. */
const step = (expected: Expected, token: string, open: ('{' | '[')[]): Expected | null => {
  const afterValue = (): Expected => (open.length === 0 ? 'end' : open.at(-1) === '{' ? 'comma or }' : 'comma or ]')
  const takesValue = expected === 'value' || expected === 'value or ]'
  if (token === '{' || token === '[') {
    if (!takesValue) return null
    open.push(token)
    return token === '{' ? 'key or }' : 'value or ]'
  }
  if (token === '}' || token === ']') {
    if (!expected.endsWith(` or ${token}`)) return null
    open.pop()
    return afterValue()
  }
  if (token === ':') return expected === 'colon' ? 'value' : null
  if (token === ',') return expected === 'comma or }' ? 'key' : expected === 'comma or ]' ? 'value' : null
  if (expected === 'key' || expected === 'key or }') return token.startsWith('"') ? 'colon' : null
  return takesValue ? afterValue() : null
}

const foundAt = (text: string, at: number): string => {
  if (at >= text.length) return 'the end of the file'
  if (text.startsWith('\uFEFF', at)) return 'a byte order mark'
  if (text.startsWith('//', at) || text.startsWith('/*', at) || text.startsWith('#', at)) return 'a comment'
  if (text.startsWith('"', at)) return 'a string that is not closed, or holds a raw control character or an unknown escape'
  const piece = /[^\s,:{}[\]]{1,20}|[\s\S]/y
  return matchAt(piece, text, at) ?? ''
}

const matchAt = (pattern: RegExp, text: string, at: number): string | null => {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0] ?? null
}
