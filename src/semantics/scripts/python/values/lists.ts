import type { PythonState } from './state.ts'
import { alternativesOf, type PythonValue, spread, unknown } from './values.ts'

export const newList = (items: readonly PythonValue[], id: number, state: PythonState): PythonValue => {
  setItems(id, items, state)
  return { kind: 'list', id }
}

const mostItems = 2000

export const setItems = (id: number, items: readonly PythonValue[], state: PythonState): void =>
  state.set(`${id}[]`, { kind: 'items', items: items.length > mostItems ? [spread] : items })

/** What a list holds, once for each way that may have been taken; null for what is no list, or not told. */
export const itemsOf = (value: PythonValue, state: PythonState): readonly (readonly PythonValue[])[] | null => {
  if (value.kind === 'either') {
    const all = value.values.map((each) => itemsOf(each, state))
    return all.some((each) => each === null) ? null : all.flatMap((each) => each ?? [])
  }
  if (value.kind === 'dictionary') {
    const entries = entriesOf(value.id, state)
    if (entries === null) return null
    const keys: readonly PythonValue[] = [...entries.entries.keys()].map((text) => ({ kind: 'text', text, at: null }))
    return [entries.others === 'none' ? keys : [...keys, spread]]
  }
  if (value.kind !== 'list') return null
  const kept = state.get(`${value.id}[]`) ?? unknown
  const ways = alternativesOf(kept).map((each) => (each.kind === 'items' ? each.items : null))
  return ways.some((each) => each === null) ? null : ways.flatMap((each) => (each === null ? [] : [each]))
}

/** The same where there is one way alone. */
export const onlyItems = (value: PythonValue, state: PythonState): readonly PythonValue[] | null => {
  const ways = itemsOf(value, state)
  return ways?.length === 1 ? (ways[0] ?? null) : null
}

/** Nothing is known of a list or a dictionary from now on. */
export const forgetContent = (value: PythonValue, state: PythonState): void => {
  for (const each of alternativesOf(value)) {
    if (each.kind === 'list') setItems(each.id, [spread], state)
    if (each.kind === 'dictionary') setEntries(each.id, new Map(), 'possible', state)
  }
}

type Entries = Extract<PythonValue, { kind: 'entries' }>

export const entriesOf = (id: number, state: PythonState): Entries | null => {
  const kept = state.get(`${id}{}`)
  return kept?.kind === 'entries' ? kept : null
}

export const setEntries = (id: number, entries: ReadonlyMap<string, PythonValue>, others: Entries['others'], state: PythonState): void =>
  state.set(`${id}{}`, { kind: 'entries', entries, others })
