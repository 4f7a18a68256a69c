/** What a place is searched for: so many addresses, all in one of these subnets. At least one candidate. */
export interface Item {
  readonly candidates: readonly string[]
  readonly addresses: number
}

/**
 * Subnets whose loads cannot all be placed, whatever HyperPod chooses. Empty where a placement exists in which everything fits, or
 * where the search was given up: what is in the set is proven.
 */
export const overfullSubnets = (items: readonly Item[], free: ReadonlyMap<string, number>): ReadonlySet<string> =>
  new Set(
    components(contested(items, free)).flatMap((part) => (isPlaceable(part, free) ? [] : part.flatMap(({ candidates }) => candidates))),
  )

/**
 * The items that can get into each other's way. A subnet that holds everything that may be placed in it never runs out, so an item
 * that may go there needs no search; without it, others may hold everything in their turn.
 */
const contested = (items: readonly Item[], free: ReadonlyMap<string, number>): readonly Item[] => {
  const demand = new Map<string, number>()
  for (const { candidates, addresses } of items) for (const id of candidates) demand.set(id, (demand.get(id) ?? 0) + addresses)
  const left = items.filter(({ candidates }) => candidates.every((id) => (demand.get(id) ?? 0) > (free.get(id) ?? 0)))
  return left.length === items.length ? items : contested(left, free)
}

/** Items that share subnets, directly or through others, together. */
const components = (items: readonly Item[]): readonly (readonly Item[])[] => {
  let parts: readonly (readonly Item[])[] = []
  for (const item of items) {
    const ids = new Set(item.candidates)
    const touches = (part: readonly Item[]): boolean => part.some(({ candidates }) => candidates.some((id) => ids.has(id)))
    parts = [...parts.filter((part) => !touches(part)), [...parts.filter(touches).flat(), item]]
  }
  return parts
}

/** Dead ends that a search runs into before it is given up. */
const searchLimit = 1_000

/**
 * Whether a placement exists in which everything fits: exact, except that a search that takes too long counts as a placement.
 *
 * Largest items first, each into the roomiest subnet. Subnets that take the same items are alike: of those with the same room one is
 * tried, and a dead end is known again whichever of them is full.
 */
const isPlaceable = (items: readonly Item[], free: ReadonlyMap<string, number>): boolean => {
  const isForced = ({ candidates }: Item): number => (candidates.length === 1 ? 0 : 1)
  const ordered = items.toSorted((a, b) => isForced(a) - isForced(b) || b.addresses - a.addresses)
  const kinds = likeSubnets(ordered)
  const room = new Map([...kinds.keys()].map((id) => [id, free.get(id) ?? 0]))
  const roomOf = (id: string): number => room.get(id) ?? 0
  const likeness = (id: string): string => `${kinds.get(id) ?? ''}:${roomOf(id)}`

  const left = ordered.map((_, index) => ordered.slice(index))
  const smallest = left.map((rest) => rest.reduce((least, { addresses }) => Math.min(least, addresses), Number.POSITIVE_INFINITY))
  const demand = left.map((rest) => rest.reduce((sum, { addresses }) => sum + addresses, 0))
  const cannotHold = (index: number): boolean => {
    const useful = [...room.values()].filter((addresses) => addresses >= (smallest[index] ?? 0))
    return useful.reduce((sum, addresses) => sum + addresses, 0) < (demand[index] ?? 0)
  }

  const deadEnds = new Set<string>()
  const place = (index: number): boolean => {
    const item = ordered[index]
    if (item === undefined || deadEnds.size >= searchLimit) return true
    if (cannotHold(index)) return false
    const state = `${index} ${[...room.keys()].map(likeness).toSorted().join()}`
    if (deadEnds.has(state)) return false
    const distinct = new Map(item.candidates.filter((id) => roomOf(id) >= item.addresses).map((id) => [likeness(id), id]))
    for (const id of [...distinct.values()].toSorted((a, b) => roomOf(b) - roomOf(a))) {
      const before = roomOf(id)
      room.set(id, before - item.addresses)
      if (place(index + 1)) return true
      room.set(id, before)
    }
    deadEnds.add(state)
    return false
  }
  return place(0)
}

/** Numbers the subnets of the items: two have the same number where the same items may be placed in them. */
const likeSubnets = (items: readonly Item[]): ReadonlyMap<string, number> => {
  const takers = new Map<string, string>()
  for (const [index, { candidates }] of items.entries()) for (const id of candidates) takers.set(id, `${takers.get(id) ?? ''} ${index}`)
  const kinds = [...new Set(takers.values())]
  return new Map([...takers].map(([id, kind]) => [id, kinds.indexOf(kind)]))
}
