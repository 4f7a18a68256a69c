import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser'
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseAllDocuments,
  visit,
  type YAMLParseError,
} from 'yaml'
import type { Checked, Fault } from '../model/fault.ts'
import type { Json, RequestDocument } from '../model/plan.ts'

type Positions = Record<string, { readonly line: number; readonly column: number }>

/** A parsed file, and beside the places of its values those of their keys, by the same pointers. */
export interface ParsedDocument extends RequestDocument {
  readonly keyPositions: Readonly<Positions>
}

/** A file by the path that the user gave, and what it is expected to be. */
interface Source {
  readonly path: string
  readonly expected: string
}

/**
 * Parses a file, JSON or YAML, and notes where each part of it stands. A file whose name ends in `.json` has to be JSON, as it has for
 * the AWS CLI; YAML may use comments, anchors and merge keys.
 */
export const parseDocument = (file: Source, text: string): Checked<ParsedDocument> => {
  try {
    return parsed(file, text)
  } catch (error) {
    // Parsers go into each bracket by calling themselves.
    if (error instanceof RangeError) return refused(file, tooDeep)
    throw error
  }
}

const parsed = (file: Source, text: string): Checked<ParsedDocument> => {
  const lines = new LineCounter()
  const source = text.replace(/^\uFEFF/, '')
  // The parser compares each key of a mapping with all before it.
  const [document, second] = parseAllDocuments(source, { lineCounter: lines, merge: true, prettyErrors: false, uniqueKeys: false })
  if (document === undefined || !('contents' in document)) return refused(file, 'the file is empty')
  if (second !== undefined) return refused(file, 'the file holds more than one YAML document', lines.linePos(second.range?.[0] ?? 0))

  const json = /\.json$/i.test(file.path) ? jsonFault(file, source, lines) : null
  if (json !== null) return { ok: false, faults: [json] }
  const targets = targetsOf(document)
  const faults = [
    ...document.errors.slice(0, maxSyntaxFaults).map((error): Fault => faultAt(file, lines.linePos(error.pos[0]), problemOf(error))),
    ...unresolvedAliases(file, targets, lines),
    ...repeatedKeys(file, document, lines),
  ]
  if (faults.length > 0) return { ok: false, faults }
  return toParsed(file, document, { lines, targets })
}

const tooDeep = 'lists and mappings are nested too deeply, or one is a part of itself'

/** More places than this where a text is not YAML follow from the first ones, or it is no YAML at all. */
const maxSyntaxFaults = 20

const problemOf = ({ code, message }: YAMLParseError): string => (code === 'RESOURCE_EXHAUSTION' ? tooDeep : (message.split('\n')[0] ?? ''))

/** What each alias stands for; undefined where nothing is anchored by its name before it. */
type Targets = ReadonlyMap<unknown, Node | undefined>

/** All of them in one walk: the parser's own way walks the whole document for each. */
const targetsOf = (document: Document): Targets => {
  const anchored = new Map<string, Node>()
  const targets = new Map<Alias, Node | undefined>()
  visit(document, {
    Node: (_, node) => {
      if (isAlias(node)) targets.set(node, anchored.get(node.source))
      else if (node.anchor !== undefined) anchored.set(node.anchor, node)
    },
  })
  return targets
}

/** How the parts of a document are found in its text. */
interface Reading {
  readonly lines: LineCounter
  readonly targets: Targets
}

const toParsed = (file: Source, document: Document, reading: Reading): Checked<ParsedDocument> => {
  try {
    const value: unknown = document.toJS()
    return { ok: true, value: { path: file.path, value: toJson(value), ...positionsOf(document, reading) } }
  } catch (error) {
    if (error instanceof RangeError) throw error
    return refused(file, error instanceof Error ? error.message : String(error))
  }
}

const faultAt = ({ path, expected }: Source, { line, col }: { readonly line: number; readonly col: number }, problem: string): Fault => ({
  source: `${path}:${line}:${col}`,
  problem,
  expected,
})

const refused = (
  file: Source,
  problem: string,
  at: { readonly line: number; readonly col: number } = { line: 1, col: 1 },
): Checked<never> => ({
  ok: false,
  faults: [faultAt(file, at, problem)],
})

const unresolvedAliases = (file: Source, targets: Targets, lines: LineCounter): readonly Fault[] =>
  [...targets].flatMap(([alias, target]) =>
    target === undefined && isAlias(alias)
      ? [faultAt(file, lines.linePos(alias.range?.[0] ?? 0), `nothing is anchored as &${alias.source} before this`)]
      : [],
  )

/** YAML forbids them, and of JSON's nobody can tell which one counts. https://yaml.org/spec/1.2.2/#mapping */
const repeatedKeys = (file: Source, document: Document, lines: LineCounter): readonly Fault[] => {
  const faults: Fault[] = []
  visit(document, {
    Map: (_, { items }) => {
      const seen = new Set<unknown>()
      for (const { key } of items) {
        if (!isScalar(key) || typeof key.value === 'symbol') continue
        if (seen.has(key.value)) faults.push(faultAt(file, lines.linePos(key.range?.[0] ?? 0), 'Map keys must be unique'))
        seen.add(key.value)
      }
    },
  })
  return faults
}

/** The first place where the text is not JSON; the YAML parser would pass comments, trailing commas and bare words. */
const jsonFault = (file: Source, source: string, lines: LineCounter): Fault | null => {
  const errors: ParseError[] = []
  parse(source, errors, { disallowComments: true, allowTrailingComma: false })
  const [first] = errors
  if (first === undefined) return null
  const what = printParseErrorCode(first.error)
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
  return faultAt(file, lines.linePos(first.offset), `not valid JSON: ${what}`)
}

/** What YAML can say and JSON cannot (infinity, dates, binary) becomes its text: the API takes none of it. */
const toJson = (value: unknown): Json => {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (Array.isArray(value)) return value.map(toJson)
  if (typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toJson(item)]))
  return String(value)
}

const positionsOf = (
  document: Document,
  { lines, targets }: Reading,
): { readonly positions: Positions; readonly keyPositions: Positions } => {
  const positions: Positions = {}
  const keyPositions: Positions = {}
  const notePlace = (of: Positions, pointer: string, node: unknown): void => {
    const offset = (node as Node | null)?.range?.[0]
    if (offset === undefined) return
    const { line, col } = lines.linePos(offset)
    of[pointer] ??= { line, column: col }
  }
  const note = (node: unknown, pointer: string): void => {
    notePlace(positions, pointer, node)
    const target = isAlias(node) ? targets.get(node) : node
    if (isSeq(target)) for (const [index, item] of target.items.entries()) note(item, `${pointer}/${index}`)
    if (!isMap(target)) return
    // What the map states itself wins over what is merged in, wherever the merge key stands; of several mappings the first does.
    for (const { key, value } of target.items.filter((pair) => !isMerge(pair))) {
      const member = `${pointer}/${escapePointer(isScalar(key) ? String(key.value) : String(key))}`
      notePlace(keyPositions, member, key)
      note(value ?? key, member)
    }
    for (const { value } of target.items.filter(isMerge)) {
      const merged = isAlias(value) ? targets.get(value) : value
      for (const mapping of isSeq(merged) ? merged.items : [value]) note(mapping, pointer)
    }
  }
  note(document.contents, '')
  return { positions, keyPositions }
}

/** RFC 6901, section 3. */
export const escapePointer = (segment: string): string => segment.replaceAll('~', '~0').replaceAll('/', '~1')

/** The key of a merge is a symbol: what it brings in belongs to the map around it. */
const isMerge = ({ key }: Pair): boolean => isScalar(key) && typeof key.value === 'symbol'
