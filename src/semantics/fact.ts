import type { Fact, Keyed } from '../model/fact.ts'

/** The value of a fact; undefined where it is not known. */
export const knownValue = <T>(fact: Fact<T> | undefined): T | undefined => (fact?.ok ? fact.value : undefined)

/** The entry of a keyed fact; a key that nobody collected is a gap. */
export const entry = <T>(facts: Keyed<T>, key: string): Fact<T> => (Object.hasOwn(facts, key) ? facts[key] : undefined) ?? notCollected(key)

/** The entry of a keyed fact that may be a gap as a whole, which is then that of each of its keys. */
export const keyed = <T>(fact: Fact<Keyed<T>> | undefined, key: string): Fact<T> => {
  if (fact === undefined) return notCollected(key)
  return fact.ok ? entry(fact.value, key) : fact
}

const notCollected = (key: string): Fact<never> => ({
  ok: false,
  gap: {
    reason: 'unexpected',
    action: 'none',
    message: `${key} was not collected: the snapshot is older than this rule, or was edited`,
  },
})
