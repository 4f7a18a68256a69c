import {
  type Alias,
  type Document,
  isAlias,
  isCollection,
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
import { errorMessage } from '../semantics/text/error-message.ts'
import { type JsonNode, readJson } from '../semantics/text/json-document.ts'
import type { Place } from '../semantics/text/place.ts'

type Positions = Record<string, Place>

/** A parsed file, and beside the places of its values those of their keys, by the same pointers. */
export interface ParsedDocument extends RequestDocument {
  readonly keyPositions: Readonly<Positions>
  /** Tags of YAML that stand for something that only another program knows, such as `!Ref`. Their values were read as if they had none. */
  readonly tags: readonly Tag[]
}

interface Tag {
  readonly name: string
  readonly place: Place
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
  const source = text.replace(/^\uFEFF/, '')
  try {
    return /\.json$/i.test(file.path) ? parsedJson(file, source) : parsedYaml(file, source)
  } catch (error) {
    // Parsers go into each bracket by calling themselves.
    if (error instanceof RangeError) return refused(file, tooDeep)
    throw error
  }
}

const parsedJson = (file: Source, source: string): Checked<ParsedDocument> => {
  if (source.trim() === '') return refused(file, 'the file is empty')
  const document = readJson(source)
  if (document.kind === 'malformed') return refused(file, `not valid JSON: ${document.error}`, document.place)
  const { repeated, ...places } = jsonPlaces(document.root, document.placeAt)
  if (repeated.length > 0) return { ok: false, faults: repeated.map((place) => faultAt(file, place, repeatedKey)) }
  return { ok: true, value: { path: file.path, value: toJson(document.value), ...places, tags: [] } }
}

/** Where the values and the keys of JSON are, and the keys that the same object has before. */
const jsonPlaces = (root: JsonNode, placeAt: (offset: number) => Place) => {
  const positions: Positions = {}
  const keyPositions: Positions = {}
  const repeated: Place[] = []
  const note = ({ type, offset, children = [] }: JsonNode, pointer: string): void => {
    positions[pointer] = placeAt(offset)
    if (type === 'array') for (const [index, item] of children.entries()) note(item, `${pointer}/${index}`)
    if (type !== 'object') return
    const members = children.flatMap(({ children: [key, value] = [] }) =>
      key === undefined || value === undefined ? [] : [{ key, value }],
    )
    const seen = new Set<unknown>()
    for (const { key } of members) {
      if (seen.has(key.value)) repeated.push(placeAt(key.offset))
      seen.add(key.value)
    }
    for (const { key, value } of members) {
      const member = `${pointer}/${escapePointer(String(key.value))}`
      keyPositions[member] = placeAt(key.offset)
      note(value, member)
    }
  }
  note(root, '')
  return { positions, keyPositions, repeated }
}

const parsedYaml = (file: Source, source: string): Checked<ParsedDocument> => {
  const lines = new LineCounter()
  // The parser compares each key of a mapping with all before it.
  const [document, second] = parseAllDocuments(source, { lineCounter: lines, merge: true, prettyErrors: false, uniqueKeys: false })
  if (document === undefined || !('contents' in document)) return refused(file, 'the file is empty')
  if (second !== undefined) return refused(file, 'the file holds more than one YAML document', placeIn(lines, second.range?.[0] ?? 0))

  const targets = targetsOf(document)
  const faults = [
    ...document.errors.slice(0, maxSyntaxFaults).map((error): Fault => faultAt(file, placeIn(lines, error.pos[0]), problemOf(error))),
    ...unresolvedAliases(file, targets, lines),
    ...keyFaults(file, document, lines),
  ]
  if (faults.length > 0) return { ok: false, faults }
  return toParsed(file, document, { source, lines, targets })
}

const tooDeep = 'lists and mappings are nested too deeply, or one is a part of itself'

/** YAML forbids it, and of JSON's nobody can tell which one counts. https://yaml.org/spec/1.2.2/#mapping */
const repeatedKey = 'Map keys must be unique'

const collectionKey = 'a mapping or a list is no name of a member: it may be a {{ placeholder }} that was left open'

/** More places than this where a text is not YAML follow from the first ones, or it is no YAML at all. */
const maxSyntaxFaults = 20

/** Without what the parser quotes after it: a file that is no YAML may be anything, a file of credentials too. */
const problemOf = ({ code, message }: YAMLParseError): string =>
  code === 'RESOURCE_EXHAUSTION' ? tooDeep : (message.split('\n')[0] ?? '').replace(/: ["!].*$/, '')

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
  readonly source: string
  readonly lines: LineCounter
  readonly targets: Targets
}

const toParsed = (file: Source, document: Document, reading: Reading): Checked<ParsedDocument> => {
  try {
    const value: unknown = document.toJS()
    return {
      ok: true,
      value: { path: file.path, value: toJson(value), ...positionsOf(document, reading), tags: tagsIn(document, reading) },
    }
  } catch (error) {
    if (error instanceof RangeError) throw error
    return refused(file, errorMessage(error))
  }
}

/** The parser warns of each tag that it knows nothing of. */
const tagsIn = ({ warnings }: Document, { lines, source }: Reading): readonly Tag[] =>
  warnings.flatMap(({ code, pos: [from, to] }) => {
    const name = source.slice(from, to)
    return code === 'TAG_RESOLVE_FAILED' && /^![^!]/.test(name) ? [{ name, place: placeIn(lines, from) }] : []
  })

const placeIn = (lines: LineCounter, offset: number): Place => {
  const { line, col } = lines.linePos(offset)
  return { line, column: col }
}

const faultAt = ({ path, expected }: Source, { line, column }: Place, problem: string): Fault => ({
  source: `${path}:${line}:${column}`,
  problem,
  expected,
})

const refused = (file: Source, problem: string, at: Place = { line: 1, column: 1 }): Checked<never> => ({
  ok: false,
  faults: [faultAt(file, at, problem)],
})

const unresolvedAliases = (file: Source, targets: Targets, lines: LineCounter): readonly Fault[] =>
  [...targets].flatMap(([alias, target]) =>
    target === undefined && isAlias(alias)
      ? [faultAt(file, placeIn(lines, alias.range?.[0] ?? 0), `nothing is anchored as &${alias.source} before this`)]
      : [],
  )

/** Keys that JSON cannot have: one that its mapping has before, and one that is a mapping or a list, as `{{ name }}` of a template is. */
const keyFaults = (file: Source, document: Document, lines: LineCounter): readonly Fault[] => {
  const faults: Fault[] = []
  visit(document, {
    Map: (_, { items }) => {
      const seen = new Set<unknown>()
      for (const { key } of items) {
        if (isCollection(key)) faults.push(faultAt(file, placeIn(lines, key.range?.[0] ?? 0), collectionKey))
        if (!isScalar(key) || typeof key.value === 'symbol') continue
        if (seen.has(key.value)) faults.push(faultAt(file, placeIn(lines, key.range?.[0] ?? 0), repeatedKey))
        seen.add(key.value)
      }
    },
  })
  return faults
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
    if (offset !== undefined) of[pointer] ??= placeIn(lines, offset)
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
