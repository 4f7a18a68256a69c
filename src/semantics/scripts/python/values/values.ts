import { gap } from '../../shell/values.ts'
import type { Start } from '../starts.ts'
import type { Expression, Statement } from '../tree/nodes.ts'

/** What an expression can stand for. */
export type PythonValue =
  /** With the marks of `shell/values.ts` for what is not told, and for the script's own file and folder; `at` is the offset of the literal. */
  | { readonly kind: 'text'; readonly text: string; readonly at: number | null }
  /** `pathlib.Path` */
  | { readonly kind: 'path'; readonly text: string; readonly at: number | null }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'constant'; readonly value: boolean | null }
  /** A list, tuple or set; its items are kept in the state. */
  | { readonly kind: 'list'; readonly id: number }
  /** Kept in the state under the list. */
  | { readonly kind: 'items'; readonly items: readonly PythonValue[] }
  /** Among items: any number of values that are not told. */
  | { readonly kind: 'spread' }
  | { readonly kind: 'dictionary'; readonly id: number }
  /** By their keys, which are texts; `possible`: there may be others. */
  | { readonly kind: 'entries'; readonly entries: ReadonlyMap<string, PythonValue>; readonly others: 'none' | 'possible' }
  | FunctionValue
  /** A function with what it is given first. */
  | { readonly kind: 'method'; readonly of: PythonValue; readonly function: FunctionValue }
  /** Attributes of classes, objects and modules of the folder are kept in the state. */
  | ClassValue
  | { readonly kind: 'object'; readonly id: number; readonly of: ClassValue }
  | { readonly kind: 'module'; readonly id: number }
  /** What is not defined in the scripts, by the way to it: `subprocess.run`, `builtins.open`. */
  | { readonly kind: 'library'; readonly path: string }
  /** A method of a value that Python itself defines: `"a".join`. */
  | { readonly kind: 'own method'; readonly of: PythonValue; readonly name: string }
  /** What `subprocess.run` and `Popen` return. */
  | { readonly kind: 'result'; readonly start: Start }
  /** The exit status of a program, or a truth that follows from it. */
  | { readonly kind: 'status'; readonly start: Start; readonly trueWhere: 'failed' | 'succeeded' }
  /** One of these. */
  | { readonly kind: 'either'; readonly values: readonly PythonValue[] }
  | { readonly kind: 'unknown' }

export interface FunctionValue {
  readonly kind: 'function'
  readonly definition: Extract<Statement, { kind: 'function' }> | Extract<Expression, { kind: 'lambda' }>
  readonly scope: Scope
  /** Of the parameters that have one, as they were where the function was defined. */
  readonly defaults: ReadonlyMap<string, PythonValue>
  readonly role: 'plain' | 'static' | 'class' | 'property'
}

export interface ClassValue {
  readonly kind: 'class'
  readonly id: number
  readonly name: string
  readonly bases: readonly PythonValue[]
  /** `opaque`: something that is not seen here has a part in what its objects hold. */
  readonly makes: 'plain' | 'opaque'
}

/** Where names are looked up. */
export interface Scope {
  readonly id: number
  readonly kind: 'module' | 'function' | 'class'
  /** The names that are its own; of a module all. */
  readonly own: ReadonlySet<string> | null
  readonly outer: Scope | null
  readonly module: ModuleScope
}

/** The text that a scope belongs to. */
export interface ModuleScope {
  readonly id: number
  /** `__name__` and `__file__`. */
  readonly name: string
  readonly file: string
  /** `own`: the script itself that is read. */
  readonly text: 'own' | 'imported'
  /** The folder of the file, below that of the script. */
  readonly folder: string
}

export const unknown: PythonValue = { kind: 'unknown' }
export const spread: PythonValue = { kind: 'spread' }
export const none: PythonValue = { kind: 'constant', value: null }
export const truth = (value: boolean): PythonValue => ({ kind: 'constant', value })
export const textValue = (text: string, at: number | null = null): PythonValue => ({ kind: 'text', text, at })
/** Of a literal: the marks of this reading stand for nothing in it. */
export const literalText = (text: string, at: number | null): PythonValue => textValue(text.replaceAll(/[\uE000-\uE003]/g, '\uFFFD'), at)
export const numberValue = (value: number): PythonValue => (Number.isFinite(value) ? { kind: 'number', value } : unknown)

const mostAlternatives = 30

/** One of several values; unknown where one of them is, or where there are many. */
export const eitherOf = (values: readonly PythonValue[]): PythonValue => {
  const all = values.flatMap((value) => (value.kind === 'either' ? value.values : [value]))
  const distinct = [...new Map(all.map((value) => [keyOf(value), value])).values()]
  const [only = unknown] = distinct
  if (distinct.length === 1) return only
  return distinct.length > mostAlternatives || distinct.some(({ kind }) => kind === 'unknown')
    ? unknown
    : { kind: 'either', values: distinct }
}

/** Equal for values that are the same. */
const keyOf = (value: PythonValue): unknown => {
  switch (value.kind) {
    case 'text':
    case 'path':
      return `${value.kind} ${value.text}`
    case 'number':
    case 'constant':
      return `${value.kind} ${value.value}`
    case 'list':
    case 'dictionary':
    case 'object':
    case 'module':
    case 'class':
      return `${value.kind} ${value.id}`
    case 'library':
      return `library ${value.path}`
    case 'unknown':
      return 'unknown'
    default:
      return value
  }
}

export const alternativesOf = (value: PythonValue): readonly PythonValue[] => (value.kind === 'either' ? value.values : [value])

/** The same done to each alternative. */
export const eachOf = (value: PythonValue, change: (value: PythonValue) => PythonValue): PythonValue =>
  value.kind === 'either' ? eitherOf(value.values.map(change)) : change(value)

const longestText = 2000

/** As `str()` makes a text of it; what is not told is a gap. */
export const asText = (value: PythonValue): { readonly text: string; readonly at: number | null } => {
  switch (value.kind) {
    case 'text':
    case 'path':
      return { text: value.text.length > longestText ? gap : value.text, at: value.at }
    case 'number':
      return { text: String(value.value), at: null }
    case 'constant':
      return { text: value.value === null ? 'None' : value.value ? 'True' : 'False', at: null }
    default:
      return { text: gap, at: null }
  }
}

/** Several texts behind each other; the place is that of the last one that has a place. */
export const joinedText = (values: readonly PythonValue[], separator = ''): PythonValue => {
  const parts = values.map(asText)
  return textValue(parts.map(({ text }) => text).join(separator), parts.findLast(({ at }) => at !== null)?.at ?? null)
}

/** Whether a text says all of what it is. */
export const isTold = (text: string): boolean => !/[\uE000-\uE003]/.test(text)

/** Every combination of one alternative of each value; null where there are many. */
export const combinationsOf = (values: readonly PythonValue[]): readonly (readonly PythonValue[])[] | null => {
  let found: readonly (readonly PythonValue[])[] = [[]]
  for (const value of values) {
    found = found.flatMap((before) => alternativesOf(value).map((each) => [...before, each]))
    if (found.length > mostAlternatives) return null
  }
  return found
}
