import { interpolated, joinedPath } from '../library/texts.ts'
import { looksAt } from '../starts.ts'
import { newList, onlyItems } from './lists.ts'
import type { PythonState } from './state.ts'
import {
  alternativesOf,
  asText,
  combinationsOf,
  eitherOf,
  isTold,
  joinedText,
  numberValue,
  type PythonValue,
  textValue,
  truth,
  unknown,
} from './values.ts'

/** `a + b` and the like; `id` is for a list that is new. */
export const calculated = (operator: string, left: PythonValue, right: PythonValue, state: PythonState, id: number): PythonValue => {
  const ways = combinationsOf([left, right])
  if (ways === null) return unknown
  return eitherOf(ways.map(([one = unknown, other = unknown]) => calculatedOne(operator, one, other, state, id)))
}

const calculatedOne = (operator: string, left: PythonValue, right: PythonValue, state: PythonState, id: number): PythonValue => {
  for (const each of [left, right]) usesStatus(each)
  if (operator === '%' && left.kind === 'text') return interpolated(left.text, left.at, onlyItems(right, state) ?? [right])
  if (operator === '/' && (left.kind === 'path' || right.kind === 'path')) return { ...asText(joinedPath([left, right])), kind: 'path' }
  if (operator === '+' && (left.kind === 'text' || right.kind === 'text')) return joinedText([left, right])
  if (operator === '+' && left.kind === 'list') return concatenated(left, right, state, id)
  if (left.kind === 'number' && right.kind === 'number') return numberValue(arithmetic(operator, left.value, right.value))
  return unknown
}

/** What a list that is not told adds is any number of values. */
const concatenated = (left: PythonValue, right: PythonValue, state: PythonState, id: number): PythonValue => {
  const [before, behind] = [left, right].map((each) => onlyItems(each, state) ?? [{ kind: 'spread' as const }])
  return newList([...(before ?? []), ...(behind ?? [])], id, state)
}

const arithmetic = (operator: string, left: number, right: number): number => {
  switch (operator) {
    case '+':
      return left + right
    case '-':
      return left - right
    case '*':
      return left * right
    case '/':
      return left / right
    case '//':
      return Math.floor(left / right)
    case '%':
      return left - right * Math.floor(left / right)
    default:
      return Number.NaN
  }
}

/** `a == b` and the like, where both are told. */
export const compared = (operator: string, left: PythonValue, right: PythonValue, state: PythonState): PythonValue => {
  const ways = combinationsOf([left, right])
  if (ways === null) return unknown
  return eitherOf(ways.map(([one = unknown, other = unknown]) => comparedOne(operator, one, other, state)))
}

const comparedOne = (operator: string, left: PythonValue, right: PythonValue, state: PythonState): PythonValue => {
  if (left.kind === 'status') {
    const found = statusCompared(operator, left, right)
    if (found.kind === 'unknown') usesStatus(left)
    return found
  }
  usesStatus(right)
  const isNegated = operator.includes('not') || operator === '!='
  if (operator === 'in' || operator === 'not in') {
    const found = contains(right, left, state)
    return found === null ? unknown : truth(found !== isNegated)
  }
  if (['==', '!=', 'is', 'is not'].includes(operator)) {
    const same = isSame(left, right)
    return same === null ? unknown : truth(same !== isNegated)
  }
  if (left.kind !== 'number' || right.kind !== 'number') return unknown
  const order = {
    '<': left.value < right.value,
    '>': left.value > right.value,
    '<=': left.value <= right.value,
    '>=': left.value >= right.value,
  }
  return operator === '<' || operator === '>' || operator === '<=' || operator === '>=' ? truth(order[operator]) : unknown
}

/** An exit status against 0, or the truth of one against another. */
const statusCompared = (operator: string, left: Extract<PythonValue, { kind: 'status' }>, right: PythonValue): PythonValue => {
  const flipped: PythonValue = { ...left, trueWhere: left.trueWhere === 'failed' ? 'succeeded' : 'failed' }
  const isEqual = operator === '==' || operator === 'is'
  if (right.kind === 'number' && right.value === 0 && left.trueWhere === 'failed') {
    if (isEqual || operator === '<=') return flipped
    return operator === '!=' || operator === 'is not' || operator === '>' ? left : unknown
  }
  if (right.kind !== 'constant' || right.value === null || (!isEqual && operator !== '!=' && operator !== 'is not')) return unknown
  return right.value === isEqual ? left : flipped
}

/** Whether two values are equal; null where that is not told. */
const isSame = (left: PythonValue, right: PythonValue): boolean | null => {
  const isPlain = [left, right].every(({ kind }) => kind === 'text' || kind === 'number' || kind === 'constant')
  if (!isPlain) {
    const isNothing = [left, right].some((value) => value.kind === 'constant' && value.value === null)
    const isSomething = [left, right].some(({ kind }) =>
      ['list', 'dictionary', 'function', 'class', 'object', 'module', 'path', 'result'].includes(kind),
    )
    return isNothing && isSomething ? false : null
  }
  const [one, other] = [asText(left).text, asText(right).text]
  if (!isTold(one + other)) return null
  return left.kind === right.kind ? one === other : left.kind === 'text' || right.kind === 'text' ? false : null
}

const contains = (whole: PythonValue, part: PythonValue, state: PythonState): boolean | null => {
  if (whole.kind === 'text' && part.kind === 'text') return isTold(whole.text + part.text) ? whole.text.includes(part.text) : null
  const items = onlyItems(whole, state)
  if (items === null) return null
  const found = items.map((item) => (item.kind === 'spread' ? null : isSame(item, part)))
  if (found.includes(true)) return true
  return found.includes(null) ? null : false
}

/** The script keeps the status of a program: what comes of it is not told. */
export const usesStatus = (value: PythonValue): void => {
  for (const each of alternativesOf(value)) if (each.kind === 'status' || each.kind === 'result') looksAt(each.start, 'used')
}

/** `a[b]` of what is told. */
export const itemOf = (items: readonly PythonValue[], index: number): PythonValue => {
  const at = index < 0 ? items.length + index : index
  const before = index < 0 ? items.slice(Math.max(0, at)) : items.slice(0, at + 1)
  return before.some(({ kind }) => kind === 'spread') ? unknown : (items[at] ?? unknown)
}

/** An f-string. */
export const put = (parts: readonly PythonValue[]): PythonValue => {
  const ways = combinationsOf(parts)
  return ways === null ? textValue('\uE003') : eitherOf(ways.map((each) => joinedText(each)))
}
