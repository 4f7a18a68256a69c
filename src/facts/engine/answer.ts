/** Names under which services hand over the way to the next page. */
const nextPage = ['NextToken', 'nextToken', 'NextContinuationToken', 'NextMarker', 'Marker'] as const

/**
 * Follows a paginator of the SDK to its end and joins the lists of that name. Throws, so that the fact becomes a gap, where a page has
 * no such list (AWS sends an empty one where there is nothing) or leads to a page that was read already: neither is evidence that
 * nothing is there.
 */
export const pages = async <const List extends string, Item>(
  paginator: AsyncIterable<{ readonly [K in List]?: readonly Item[] | undefined }>,
  list: List,
): Promise<readonly Item[]> => {
  const all: Item[] = []
  const seen = new Set<unknown>()
  for await (const page of paginator) {
    const items = page[list]
    if (items === undefined) throw new Error(`the answer has no ${list}`)
    all.push(...items)
    if (isRepeated(page, seen)) throw new Error('the answer leads to a page that was read already')
  }
  return all
}

/** Whether the next page is one of those seen; notes it. */
export const isRepeated = (page: object, seen: Set<unknown>): boolean => {
  const next: unknown = nextPage.map((name) => Reflect.get(page, name)).find((token) => typeof token === 'string' && token !== '')
  if (next === undefined) return false
  const repeated = seen.has(next)
  seen.add(next)
  return repeated
}

/**
 * A field that a judgement rests on. The SDK types every field as optional; one that is missing is not zero and not false, so this
 * throws, and the fact becomes a gap.
 */
export const field = <T extends object, K extends keyof T & string>(answer: T, name: K): NonNullable<T[K]> => {
  const value = answer[name]
  if (value === undefined || value === null) throw new Error(`the answer has no ${name}`)
  return value
}
