import type { Labels, Merge, Merging } from './member.ts'

type Values<T> = readonly [T, ...T[]]

/** That of the first report: all of them have the same. */
export const first = <T>([value]: Values<T>): T => value

/** The value that all of them have; null where they differ. */
export const shared = <T>([value, ...others]: Values<T>): T | null => (others.every((other) => other === value) ? value : null)

/** The first value that is not null. */
export const firstKnown = <T>(values: Values<T>): T | null => values.find((value) => value !== null) ?? null

/** That of a single report: what it says of one target says nothing of many. */
export const ofOne = <T>([value, ...others]: Values<T>): T | null => (others.length === 0 ? value : null)

/** The last in the order of the alphabet, which is that of time for ISO 8601. */
export const latest = ([value, ...others]: Values<string>): string => others.reduce((last, other) => (other > last ? other : last), value)

/** Each that differs, once. */
export const listed = (values: Values<string>): string => [...new Set(values)].join(', ')

/** All names, each once: those of inputs before the ids of rules, which have a slash. */
export const inputsFirst = (lists: Values<readonly string[]>): readonly string[] => {
  const all = [...new Set(lists.flat())]
  return [...all.filter((name) => !name.includes('/')), ...all.filter((name) => name.includes('/'))]
}

export const sum = (values: Values<number>): number => values.reduce((total, value) => total + value)

/** The runs may have gone on side by side: the longest of them is what they took. */
export const longest = (values: Values<number>): number => values.reduce((most, value) => Math.max(most, value))

/** Sums by name, names in the order of the alphabet. */
export const sums = (records: Values<Readonly<Record<string, number>>>): Readonly<Record<string, number>> => {
  const totals = new Map<string, number>()
  for (const [name, value] of records.flatMap(Object.entries<number>)) totals.set(name, (totals.get(name) ?? 0) + value)
  return Object.fromEntries([...totals].toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

/** The first of `order` that any report has: the worst comes first in it. */
export const worst =
  <const T>(order: readonly T[]) =>
  (values: Values<T>): T =>
    order.find((candidate) => values.includes(candidate)) ?? values[0]

/** All items; the text under `name` says whose an item is, where the reports are about more than one target. */
export const labelled =
  <const K extends string>(name: K) =>
  <T extends { readonly [N in K]: string }>(lists: Values<readonly T[]>, labels: Labels): readonly T[] =>
    lists.flatMap((items, index) => {
      const label = labels[index] ?? null
      return label === null ? items : items.map((item) => ({ ...item, [name]: `${label}: ${item[name]}` }))
    })

/** Objects member by member, each as `members` has it. */
export const each =
  <T extends object>(members: { readonly [K in keyof T]: Merging<T[K]> }): Merge<T> =>
  ([value, ...others], labels) => {
    const merged = { ...value }
    const set = <K extends keyof T>(name: K): void => {
      merged[name] = members[name].merge([value[name], ...others.map((other) => other[name])], labels)
    }
    for (const name in members) set(name)
    return merged
  }
