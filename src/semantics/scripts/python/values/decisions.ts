import type { Guard } from '../guards.ts'
import type { Leaving, Path } from '../paths.ts'
import { looksAt, type Start } from '../starts.ts'
import { itemsOf } from './lists.ts'
import type { PythonState } from './state.ts'
import { isTold, type PythonValue, truth, unknown } from './values.ts'

/** Whether a value counts as true. `status`: it hangs on whether a program failed. */
export type Decision =
  | { readonly kind: 'true' | 'false' | 'open' }
  | { readonly kind: 'status'; readonly start: Start; readonly trueWhere: 'failed' | 'succeeded' }

const decided = (is: boolean): Decision => ({ kind: is ? 'true' : 'false' })
const open: Decision = { kind: 'open' }

export const decisionOf = (value: PythonValue, state: PythonState): Decision => {
  switch (value.kind) {
    case 'constant':
      return decided(value.value === true)
    case 'number':
      return decided(value.value !== 0)
    case 'text':
      if (isTold(value.text)) return decided(value.text !== '')
      return value.text.replaceAll('\uE003', '') === '' ? open : decided(true)
    case 'path':
    case 'function':
    case 'class':
    case 'method':
    case 'module':
      return decided(true)
    case 'list':
      return ofItems(value, state)
    case 'status':
      return value
    case 'either': {
      const all = new Set(value.values.map((each) => decisionOf(each, state).kind))
      const [only = 'open'] = all
      return all.size === 1 && (only === 'true' || only === 'false') ? { kind: only } : open
    }
    default:
      return open
  }
}

const ofItems = (value: PythonValue, state: PythonState): Decision => {
  const ways = itemsOf(value, state)
  if (ways === null) return open
  if (ways.every((items) => items.some(({ kind }) => kind !== 'spread'))) return decided(true)
  return ways.every((items) => items.length === 0) ? decided(false) : open
}

export const negated = (value: PythonValue, state: PythonState): PythonValue => {
  const decision = decisionOf(value, state)
  if (decision.kind === 'status') return { ...decision, trueWhere: decision.trueWhere === 'failed' ? 'succeeded' : 'failed' }
  return decision.kind === 'open' ? unknown : truth(decision.kind === 'false')
}

/** Every way that left it fails the script: what is beside it runs wherever the script succeeds. */
export const failsOnly = ({ isAlive, left, catchers }: Path): boolean =>
  !isAlive && [...left].every((how: Leaving) => how === 'fails' || (how === 'raises' && catchers.length === 0))

/** What each side answers; undefined for one that does not run. */
export interface Sides<Result> {
  readonly ifTrue: Result | undefined
  readonly ifFalse: Result | undefined
}

/** Goes both ways of a decision, or the one that it leaves, and on where they come together. */
export const branch = <Result>(
  decision: Decision,
  path: Path,
  ifTrue: (way: Path) => Result,
  ifFalse: (way: Path) => Result,
): Sides<Result> => {
  if (decision.kind === 'true') return { ifTrue: ifTrue(path), ifFalse: undefined }
  if (decision.kind === 'false') return { ifTrue: undefined, ifFalse: ifFalse(path) }
  const [whenTrue, whenFalse]: [Guard, Guard] = [{ certainty: 'perhaps' }, { certainty: 'perhaps' }]
  const [yes, no] = [path.fork(whenTrue), path.fork(whenFalse)]
  const failing = decision.kind === 'status' ? (decision.trueWhere === 'failed' ? yes : no) : null
  if (failing !== null && decision.kind === 'status') failing.failed = decision.start
  const [whereTrue, whereFalse] = [ifTrue(yes), ifFalse(no)]
  if (failsOnly(no)) whenTrue.certainty = 'always'
  if (failsOnly(yes)) whenFalse.certainty = 'always'
  if (failing !== null && decision.kind === 'status') looksAt(decision.start, failsOnly(failing) ? 'checked' : 'used')
  path.join([yes, no])
  return { ifTrue: yes.isAlive ? whereTrue : undefined, ifFalse: no.isAlive ? whereFalse : undefined }
}
