import type { Returned } from './frame.ts'
import type { Call, Given } from './machine.ts'
import { changesIn, givenNames, mentions } from './names.ts'
import type { Path } from './paths.ts'
import type { Parameter } from './tree/nodes.ts'
import { newList, setEntries } from './values/lists.ts'
import { bind } from './values/scopes.ts'
import { eitherOf, type FunctionValue, type PythonValue, spread, unknown } from './values/values.ts'

type Definition = FunctionValue['definition']

/** What a function is given that something calls which is not seen here. */
export const untold: Given = { plain: [spread], named: new Map(), others: 'possible' }

/** Gives a function's parameters what it is called with. */
export const handOver = (
  parameters: readonly Parameter[],
  defaults: FunctionValue['defaults'],
  { plain, named, others }: Given,
  path: Path,
  numbers: { fresh(): number },
): void => {
  let at = 0
  const taken = new Set<string>()
  for (const { kind, name } of parameters) {
    // From there on it is not told which value goes where.
    const isOpen = plain.slice(0, at + 1).some((each) => each.kind === 'spread')
    taken.add(name)
    if (kind === 'rest') {
      bind(name, newList(plain.slice(at), numbers.fresh(), path.state), path.scope, path.state)
      at = plain.length
    } else if (kind === 'named rest') {
      const id = numbers.fresh()
      setEntries(id, new Map([...named].filter(([key]) => !taken.has(key))), others, path.state)
      bind(name, { kind: 'dictionary', id }, path.scope, path.state)
    } else {
      const byPlace = kind === 'plain' && !isOpen ? plain[at] : undefined
      const otherwise = (kind === 'plain' && isOpen) || others === 'possible' ? unknown : (defaults.get(name) ?? unknown)
      bind(name, byPlace ?? named.get(name) ?? otherwise, path.scope, path.state)
      if (kind === 'plain' && !isOpen) at += 1
    }
  }
}

/** Goes on where a function was called, with what it returns. */
export const back = (returned: readonly Returned[], body: Path, path: Path): PythonValue => {
  path.state.join(returned.map((each) => each.path.state.since(path.state)))
  const left = new Set(body.left)
  left.delete('returns')
  path.isAlive = returned.length > 0
  path.learn(left)
  return statusOf(returned) ?? eitherOf(returned.map(({ value }) => value))
}

/** Where a function returns one truth if a program failed, and the other one otherwise. */
const statusOf = (returned: readonly Returned[]): PythonValue | null => {
  const truths = returned.map(({ value, path }) => ({
    is: value.kind === 'constant' && value.value !== null ? value.value : null,
    failed: path.failed,
  }))
  const [first] = truths.filter(({ failed }) => failed !== null)
  if (first === undefined || first.failed === null || first.is === null) return null
  const isOne = truths.every(({ failed, is }) => (failed === null ? is === !first.is : failed === first.failed && is === first.is))
  if (!isOne || truths.every(({ failed }) => failed !== null)) return null
  return { kind: 'status', start: first.failed, trueWhere: first.is ? 'failed' : 'succeeded' }
}

/** The names that belong to a function. */
export const ownNames = (definition: Definition): ReadonlySet<string> => {
  const parameters = definition.parameters.map(({ name }) => name)
  if (definition.kind === 'lambda') return new Set(parameters)
  const { assigned, outer } = changesIn(definition.body)
  return new Set([...parameters, ...[...assigned].filter((name) => !outer.has(name))])
}

/** Whether a call in a function's body hands on what the function was given. */
export const handsOn = (call: Call, definition: Definition): boolean =>
  definition.kind === 'function' && mentions(call, givenNames(definition.parameters, definition.body))
