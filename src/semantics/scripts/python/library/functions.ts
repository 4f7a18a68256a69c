import { gap } from '../../shell/values.ts'
import { argumentOf, type Call, type Given, type Machine } from '../machine.ts'
import type { Path } from '../paths.ts'
import { attributeOf } from '../values/attributes.ts'
import { decisionOf } from '../values/decisions.ts'
import { itemsOf, newList, onlyItems, setEntries } from '../values/lists.ts'
import { usesStatus } from '../values/operations.ts'
import { hereOf, memberOf, moveTo, setMember } from '../values/scopes.ts'
import {
  alternativesOf,
  asText,
  eachOf,
  eitherOf,
  none,
  numberValue,
  type PythonValue,
  type Scope,
  spread,
  textValue,
  truth,
  unknown,
} from '../values/values.ts'
import { startProgram, startsProgram } from './starters.ts'
import { pathFunction, splitText } from './texts.ts'

/** Functions that make nothing and look for nothing: what they are given is what it was. */
const quiet =
  /^(?:logging\b|sys\.std|time\.|typing\.|argparse\.|json\.(?:dumps|loads)|os\.(?:chmod|chown|getenv|environ)|shutil\.(?:which|chown)|re\.|builtins\.(?:print|isinstance|issubclass|hasattr|repr|format|any|all|sum|min|max|abs|round|input|hash|id|type|\w*(?:Error|Exception|Exit|Interrupt|Iteration))$)|(?:^|\.)(?:info|warning|warn|error|debug|log|exception|critical|print|echo|write)$/

/** Functions that say what they are given, and do nothing else with it. */
const speaks =
  /^(?:builtins\.(?:print|str|repr|format)|logging\b.*)$|(?:^|\.)(?:info|warning|warn|error|debug|log|exception|critical|print|echo|write)$/

/** Functions that open or look for a file where it is, and bring none from elsewhere. */
const onPaths = /^(?:builtins\.open|os\.path\.\w+|os\.(?:stat|access|remove|unlink|listdir|makedirs|mkdir|open))$/

/** What a function that the scripts do not define answers, with what it does as far as it matters here. */
export const callLibrary = (name: string, given: Given, path: Path, call: Call, machine: Machine): PythonValue => {
  if (startsProgram(name)) return startProgram(name, given, path, machine)
  if (/^(?:sys\.exit|os\._exit|builtins\.(?:exit|quit))$/.test(name)) {
    machine.exit(given.plain[0] ?? none, path, call)
    return unknown
  }
  if (name.startsWith('builtins.')) {
    const found = callBuiltin(name.slice('builtins.'.length), given, path, call, machine)
    if (found !== null) return found
  }
  if (name.startsWith('os.path.')) {
    const found = ofPaths(name.slice('os.path.'.length), given, path)
    if (found !== null) return found
  }
  if (!speaks.test(name)) for (const value of given.plain) usesStatus(value)
  const found = others(name, given, path, machine)
  if (found !== null) return found
  if (!quiet.test(name)) machine.handOn(given, path, call, onPaths.test(name) ? 'below' : 'anywhere')
  return { kind: 'library', path: `${name.slice(0, 200)}()` }
}

const ofPaths = (name: string, given: Given, { state }: Path): PythonValue | null => {
  if (given.plain.some(({ kind }) => kind === 'spread')) return name === 'join' ? textValue(gap) : null
  const [first] = given.plain
  if (first?.kind === 'either' && given.plain.length === 1)
    return eachOf(first, (each) => pathFunction(name, [each], hereOf(state)) ?? unknown)
  return pathFunction(name, given.plain, hereOf(state))
}

const others = (name: string, given: Given, path: Path, machine: Machine): PythonValue | null => {
  const { state } = path
  const [first = unknown, second = unknown] = given.plain
  switch (name) {
    case 'pathlib.Path':
    case 'pathlib.PurePath':
    case 'pathlib.PosixPath': {
      const joined = given.plain.length === 1 ? first : (pathFunction('join', given.plain, hereOf(state)) ?? unknown)
      return given.plain.length === 0
        ? { kind: 'path', text: '.', at: null }
        : eachOf(joined, (each) => ({ ...asText(each), kind: 'path' }))
    }
    case 'pathlib.Path.cwd':
      return { kind: 'path', text: hereOf(state), at: null }
    case 'os.getcwd':
      return textValue(hereOf(state))
    case 'os.chdir': {
      const folder = pathFunction('abspath', [first], hereOf(state))
      moveTo(folder === null ? gap : asText(folder).text, state)
      return none
    }
    case 'os.fspath':
    case 'shlex.quote':
      return textValue(asText(first).text, asText(first).at)
    case 'typing.cast':
      return second
    case 'shlex.split': {
      const { text, at } = asText(first)
      const words = splitText(text, at)
      return newList(words ?? (text.includes(gap) ? [spread] : [textValue(text, at)]), machine.fresh(), state)
    }
    case 'copy.copy':
    case 'copy.deepcopy':
      return copied(first, path, machine)
    default:
      return null
  }
}

const copied = (value: PythonValue, { state }: Path, machine: Machine): PythonValue => {
  const items = value.kind === 'list' ? onlyItems(value, state) : null
  return items === null ? value : newList(items, machine.fresh(), state)
}

/** Null for one that is not told here. */
const callBuiltin = (name: string, given: Given, path: Path, call: Call, machine: Machine): PythonValue | null => {
  const { state } = path
  const [first] = given.plain
  const listOf = (items: readonly PythonValue[] | null): PythonValue => newList(items ?? [spread], machine.fresh(), state)
  const items = first === undefined ? [] : onlyItems(first, state)
  switch (name) {
    case 'str':
      return first === undefined ? textValue('') : eachOf(first, (each) => textValue(asText(each).text, asText(each).at))
    case 'bool': {
      const { kind } = decisionOf(first ?? none, state)
      return kind === 'true' || kind === 'false' ? truth(kind === 'true') : unknown
    }
    case 'int':
    case 'float':
      if (first?.kind === 'number' || first?.kind === 'status') return first
      return first?.kind === 'text' && /^\d+$/.test(first.text) ? numberValue(Number(first.text)) : unknown
    case 'len':
      return items === null || items.some(({ kind }) => kind === 'spread') ? unknown : numberValue(items.length)
    case 'list':
    case 'tuple':
    case 'set':
    case 'sorted':
    case 'iter':
      return first === undefined ? listOf([]) : eitherOf((itemsOf(first, state) ?? [[spread]]).map((way) => listOf(way)))
    case 'reversed':
      return listOf(items?.toReversed() ?? null)
    case 'range':
      return listOf(ranged(given.plain))
    case 'enumerate':
      return listOf(items?.map((item, at) => (item.kind === 'spread' ? item : listOf([numberValue(at), item]))) ?? null)
    case 'zip':
      return listOf(zipped(given.plain, path)?.map(listOf) ?? null)
    case 'dict': {
      const id = machine.fresh()
      setEntries(id, given.named, given.plain.length === 0 ? given.others : 'possible', state)
      return { kind: 'dictionary', id }
    }
    default:
      return onNames(name, given, path, call, machine)
  }
}

/** Functions that take names for what they are: `getattr(self, "run")`. */
const onNames = (name: string, given: Given, path: Path, call: Call, machine: Machine): PythonValue | null => {
  const [of = unknown, member = unknown, value = unknown] = given.plain
  switch (name) {
    case 'getattr': {
      const isNamed = member.kind === 'text' && !member.text.includes(gap)
      const found = isNamed ? eachOf(of, (each) => attributeOf(each, member.text, path)) : unknown
      if (found.kind === 'unknown' || found.kind === 'library') machine.callsAny(path)
      return found
    }
    case 'globals':
    case 'locals':
    case 'vars':
      machine.callsAny(path)
      return unknown
    case 'setattr':
      for (const each of alternativesOf(of)) {
        const isTold = member.kind === 'text' && (each.kind === 'class' || each.kind === 'object' || each.kind === 'module')
        if (isTold) setMember(each.id, member.text, value, path.state)
      }
      return none
    case 'super':
      return superOf(path)
    case 'map':
      for (const way of itemsOf(argumentOf(given, 1, 'iterable') ?? unknown, path.state) ?? [[unknown]]) {
        for (const item of way) machine.handOn({ plain: [of, item], named: new Map(), others: 'none' }, path, call)
      }
      return newList([spread], machine.fresh(), path.state)
    default:
      return null
  }
}

/** The object of the method that is run, seen as one of the class above. */
const superOf = ({ scope, state }: Path): PythonValue => {
  let around: Scope | null = scope
  while (around !== null && around.kind !== 'class') around = around.outer
  const self = memberOf(scope.id, 'self', state)
  const own = around === null ? undefined : memberOf(around.id, '__class__', state)
  if (self?.kind !== 'object' || own?.kind !== 'class') return unknown
  return { ...self, of: { ...own, id: -1 } }
}

const mostNumbers = 1000

const ranged = (given: readonly PythonValue[]): readonly PythonValue[] | null => {
  const numbers = given.map((value) => (value.kind === 'number' && Number.isInteger(value.value) ? value.value : null))
  const [first = null, second, step = 1] = numbers
  const [start, end] = second === undefined ? [0, first] : [first, second]
  if (start === null || end === null || step === null || step === 0) return null
  const count = Math.max(0, Math.ceil((end - start) / step))
  return count > mostNumbers ? [numberValue(start), spread] : Array.from({ length: count }, (_, at) => numberValue(start + at * step))
}

const zipped = (lists: readonly PythonValue[], { state }: Path): readonly (readonly PythonValue[])[] | null => {
  const all = lists.map((list) => onlyItems(list, state))
  const told = all.flatMap((items) => (items === null || items.some(({ kind }) => kind === 'spread') ? [] : [items]))
  if (told.length < all.length || told.length === 0) return null
  const count = Math.min(...told.map(({ length }) => length))
  return Array.from({ length: count }, (_, at) => told.map((items) => items[at] ?? unknown))
}
