import { ownFile } from '../../shell/values.ts'
import type { PythonState } from './state.ts'
import { type ClassValue, type FunctionValue, type PythonValue, type Scope, textValue, unknown } from './values.ts'

/** Functions and classes that Python has by itself, which scripts use. */
const builtins = new Set(
  (
    'print open len str int float bool list tuple dict set frozenset range enumerate zip sorted reversed map filter any all sum min max abs round ' +
    'isinstance issubclass getattr setattr hasattr exit quit input repr format iter next type object super property staticmethod classmethod ' +
    'globals locals vars id hash ord chr bytes bytearray callable exec eval __import__ Exception BaseException ValueError KeyError ' +
    'TypeError RuntimeError OSError IOError FileNotFoundError PermissionError SystemExit KeyboardInterrupt ImportError ModuleNotFoundError AttributeError ' +
    'IndexError StopIteration NotImplementedError TimeoutError ConnectionError AssertionError NameError UnicodeDecodeError EnvironmentError LookupError'
  ).split(' '),
)

/** Modules that a script may have from `import *` of what is not seen. */
const modules = new Set([
  'subprocess',
  'os',
  'sys',
  'shutil',
  'shlex',
  'pathlib',
  'asyncio',
  'runpy',
  'contextlib',
  'time',
  'json',
  'logging',
])

const key = (id: number, name: string): string => `${id}.${name}`

/** What a name stands for in a scope; unknown where the script does not tell. */
export const lookUp = (name: string, from: Scope, state: PythonState): PythonValue => {
  for (let scope: Scope | null = from; scope !== null; scope = scope.outer) {
    if (scope.kind === 'class' && scope !== from) continue
    const value = state.get(key(scope.id, name))
    if (value !== undefined) return value
    if (scope.kind === 'function' && scope.own?.has(name) === true) return unknown
  }
  if (name === '__name__') return textValue(from.module.name)
  if (name === '__file__') return textValue(from.module.file)
  if (modules.has(name)) return { kind: 'library', path: name }
  return builtins.has(name) ? { kind: 'library', path: `builtins.${name}` } : unknown
}

/** Gives a value to a name, in the scope that it belongs to. */
export const bind = (name: string, value: PythonValue, from: Scope, state: PythonState): void => {
  let scope = from
  while (scope.kind === 'function' && scope.outer !== null && scope.own?.has(name) !== true) scope = scope.outer
  state.set(key(scope.id, name), value)
}

export const setMember = (id: number, name: string, value: PythonValue, state: PythonState): void => state.set(key(id, name), value)

export const memberOf = (id: number, name: string, state: PythonState): PythonValue | undefined => state.get(key(id, name))

/** An attribute of a class or of one of its bases. */
export const classMember = (of: ClassValue, name: string, state: PythonState, depth = 0): PythonValue | undefined => {
  const own = memberOf(of.id, name, state)
  if (own !== undefined || depth > 10) return own
  for (const base of of.bases) {
    const found = base.kind === 'class' ? classMember(base, name, state, depth + 1) : undefined
    if (found !== undefined) return found
  }
  return undefined
}

/** What an object has: of its own, or of its class. Properties are handed back as methods. */
export const objectMember = (of: Extract<PythonValue, { kind: 'object' }>, name: string, state: PythonState): PythonValue => {
  const own = memberOf(of.id, name, state)
  if (own !== undefined) return own
  const found = classMember(of.of, name, state)
  if (found === undefined) return unknown
  if (found.kind === 'function') return boundTo(of, found)
  return of.of.makes === 'opaque' ? unknown : found
}

/** A function of a class, as an object or the class has it. */
export const boundTo = (of: PythonValue, found: FunctionValue): PythonValue => {
  if (found.role === 'static') return found
  if (found.role === 'class') return { kind: 'method', of: of.kind === 'object' ? of.of : of, function: found }
  return of.kind === 'object' ? { kind: 'method', of, function: found } : found
}

/** The folder in which the script is, kept with the variables. */
const hereKey = 'here'

export const hereOf = (state: PythonState): string => {
  const value = state.get(hereKey)
  return value?.kind === 'text' ? value.text : '\uE003'
}

export const moveTo = (folder: string, state: PythonState): void => state.set(hereKey, textValue(folder))

/** `sys.argv[0]` and `__file__` of the script that is read. */
export const scriptItself = textValue(ownFile)
