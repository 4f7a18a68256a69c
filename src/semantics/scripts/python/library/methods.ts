import { gap, placedIn } from '../../shell/values.ts'
import { type Call, type Given, type Machine, plainGiven } from '../machine.ts'
import type { Path } from '../paths.ts'
import { looksAt } from '../starts.ts'
import { entriesOf, forgetContent, itemsOf, newList, onlyItems, setEntries, setItems } from '../values/lists.ts'
import { usesStatus } from '../values/operations.ts'
import { hereOf } from '../values/scopes.ts'
import { asText, eitherOf, isTold, none, type PythonValue, spread, textValue, unknown } from '../values/values.ts'
import { formatted, joinedBy, joinedPath, textMethod } from './texts.ts'

type Method = Extract<PythonValue, { kind: 'own method' }>

/** What a method of a text, a list, a dictionary, a path or a result answers, with what it does. */
export const callOwnMethod = ({ of, name }: Method, given: Given, path: Path, call: Call, machine: Machine): PythonValue => {
  switch (of.kind) {
    case 'text':
      return ofText(of, name, given, path, machine)
    case 'list':
      return ofList(of, name, given, path, machine)
    case 'dictionary':
      return ofDictionary(of, name, given, path, machine)
    case 'path':
      return ofPath(of, name, given, path, call, machine)
    case 'result':
      return ofResult(of, name, path, machine)
    default:
      return unknown
  }
}

const ofText = (of: Extract<PythonValue, { kind: 'text' }>, name: string, given: Given, path: Path, machine: Machine): PythonValue => {
  const [first] = given.plain
  if (name === 'join') {
    const ways = first === undefined ? null : itemsOf(first, path.state)
    return ways === null ? textValue(gap) : eitherOf(ways.map((items) => joinedBy(of.text, items)))
  }
  if (name === 'format') return formatted(of.text, of.at, given.plain, given.named)
  if (name === 'split' || name === 'splitlines') {
    return newList(piecesOf(of, name, first), machine.fresh(), path.state)
  }
  return textMethod(name, of.text, of.at, given.plain)
}

/** What `split()`, `split(",")` and `splitlines()` make of a text. */
const piecesOf = (of: Extract<PythonValue, { kind: 'text' }>, name: string, separator: PythonValue | undefined): readonly PythonValue[] => {
  if (!isTold(of.text)) return [spread]
  if (name === 'splitlines') return of.text.split('\n').map((line) => textValue(line, of.at))
  if (separator === undefined) return of.text.split(/\s+/).flatMap((word) => (word === '' ? [] : [textValue(word, of.at)]))
  if (separator.kind !== 'text' || !isTold(separator.text) || separator.text === '') return [spread]
  return of.text.split(separator.text).map((part) => textValue(part, of.at))
}

const ofList = (of: Extract<PythonValue, { kind: 'list' }>, name: string, given: Given, path: Path, machine: Machine): PythonValue => {
  const { state } = path
  const items = onlyItems(of, state)
  for (const value of given.plain) usesStatus(value)
  const [first = unknown, second = unknown] = given.plain
  if (items === null) {
    forgetContent(of, state)
    return unknown
  }
  switch (name) {
    case 'append':
    case 'add':
      setItems(of.id, [...items, first], state)
      return none
    case 'extend':
    case 'update':
      setItems(of.id, [...items, ...(onlyItems(first, state) ?? [spread])], state)
      return none
    case 'insert': {
      const at = first.kind === 'number' && !items.some(({ kind }) => kind === 'spread') ? first.value : null
      setItems(of.id, at === null ? [spread] : items.toSpliced(at, 0, second), state)
      return none
    }
    case 'copy':
      return newList(items, machine.fresh(), state)
    case 'index':
    case 'count':
      return unknown
    default:
      forgetContent(of, state)
      return unknown
  }
}

const ofDictionary = (
  of: Extract<PythonValue, { kind: 'dictionary' }>,
  name: string,
  given: Given,
  { state }: Path,
  machine: Machine,
): PythonValue => {
  const entries = entriesOf(of.id, state)
  const [first = unknown, second = none] = given.plain
  const rest = entries === null || entries.others === 'possible' ? [spread] : []
  const all = [...(entries?.entries ?? [])]
  switch (name) {
    case 'get': {
      if (first.kind !== 'text' || first.text.includes(gap) || entries === null) return unknown
      return entries.entries.get(first.text) ?? (entries.others === 'none' ? second : unknown)
    }
    case 'keys':
      return newList([...all.map(([key]) => textValue(key)), ...rest], machine.fresh(), state)
    case 'values':
      return newList([...all.map(([, value]) => value), ...rest], machine.fresh(), state)
    case 'items':
      return newList(
        [...all.map(([key, value]) => newList([textValue(key), value], machine.fresh(), state)), ...rest],
        machine.fresh(),
        state,
      )
    case 'copy': {
      const id = machine.fresh()
      setEntries(id, new Map(all), entries?.others ?? 'possible', state)
      return { kind: 'dictionary', id }
    }
    default:
      forgetContent(of, state)
      return unknown
  }
}

const ofPath = (
  of: Extract<PythonValue, { kind: 'path' }>,
  name: string,
  given: Given,
  path: Path,
  call: Call,
  machine: Machine,
): PythonValue => {
  switch (name) {
    case 'joinpath':
      return { ...asText(joinedPath([of, ...given.plain])), kind: 'path' }
    case 'resolve':
    case 'absolute':
      return { ...of, text: placedIn(hereOf(path.state), of.text) }
    case 'as_posix':
    case '__str__':
      return textValue(of.text, of.at)
    case 'expanduser':
      return /^~/.test(of.text) ? { ...of, text: gap } : of
    case 'with_suffix':
    case 'with_name':
      return { ...of, text: gap }
    case 'chmod':
    case 'read_text':
      return unknown
    default:
      machine.handOn(plainGiven([textValue(of.text, of.at), ...given.plain]), path, call)
      return unknown
  }
}

const ofResult = (of: Extract<PythonValue, { kind: 'result' }>, name: string, path: Path, machine: Machine): PythonValue => {
  switch (name) {
    case 'check_returncode':
      of.start.heed = 'raises'
      return none
    case 'wait':
    case 'poll':
    case 'close':
      return { kind: 'status', start: of.start, trueWhere: 'failed' }
    case 'communicate':
      return newList([unknown, unknown], machine.fresh(), path.state)
    default:
      looksAt(of.start, 'used')
      return unknown
  }
}
