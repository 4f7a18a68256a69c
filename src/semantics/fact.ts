import type { Fact, Gap, Keyed, Unread } from '../model/fact.ts'

/** The value of a fact; undefined where it is not known. */
export const knownValue = <T>(fact: Fact<T> | undefined): T | undefined => (fact?.ok ? fact.value : undefined)

/** The entry of a keyed fact; a key that nobody collected is a gap. */
export const entry = <T>(facts: Keyed<T>, key: string): Fact<T> => (Object.hasOwn(facts, key) ? facts[key] : undefined) ?? notCollected(key)

/** The entry of a keyed fact that may be a gap as a whole, which is then that of each of its keys. */
export const keyed = <T>(fact: Fact<Keyed<T>> | undefined, key: string): Fact<T> => {
  if (fact === undefined) return notCollected(key)
  return fact.ok ? entry(fact.value, key) : fact
}

/** An item of a record, as it was read: null where it does not exist, or nobody asked for it. A gap where it exists and cannot be read. */
export const readItem = <T extends object>(record: Readonly<Record<string, T | null | Unread>>, id: string): Fact<T | null> => {
  const item = Object.hasOwn(record, id) ? (record[id] ?? null) : null
  return isUnread(item) ? { ok: false, gap: item.unread } : { ok: true, value: item }
}

/** The items of these ids that exist and could be read. */
export const readItems = <T extends object>(record: Readonly<Record<string, T | null | Unread>>, ids: readonly string[]): readonly T[] =>
  ids.flatMap((id) => {
    const item = readItem(record, id)
    return item.ok && item.value !== null ? [item.value] : []
  })

/** The first of these items that could not be read; null where all could. */
export const unreadGap = (record: Readonly<Record<string, object | null | Unread>>, ids: readonly string[]): Gap | null => {
  for (const id of ids) {
    const item = readItem(record, id)
    if (!item.ok) return item.gap
  }
  return null
}

/** Whether an item of a list could not be read. */
export const isUnread = <T extends object>(item: T | null | Unread): item is Unread => item !== null && 'unread' in item

const notCollected = (key: string): Fact<never> => ({
  ok: false,
  gap: {
    reason: 'unexpected',
    action: 'none',
    message: `${key} was not collected: the snapshot is older than this rule, or was edited`,
  },
})
