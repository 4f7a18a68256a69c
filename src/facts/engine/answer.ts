/** Names under which services hand over the way to the next page. */
const nextPage = ['NextToken', 'nextToken', 'NextContinuationToken', 'NextMarker', 'Marker'] as const

/** Names under which services say that there is more than this page. */
const cutMarks = ['IsTruncated', 'Truncated'] as const

/**
 * Follows a paginator of the SDK to its end and joins the lists of that name. Throws, so that the fact becomes a gap, where a page has
 * no such list (AWS sends an empty one where there is nothing), leads to a page that was read already, or says that it is cut and not how
 * to go on: none of them is evidence that nothing is there.
 */
export const pages = async <const List extends string, Item>(
  paginator: AsyncIterable<{ readonly [K in List]?: readonly Item[] | undefined }>,
  list: List,
): Promise<readonly Item[]> => {
  const all: Item[] = []
  const seen = new Set<unknown>()
  for await (const page of paginator) {
    const items = page[list]
    if (items === undefined || items === null) throw new Error(`the answer has no ${list}`)
    if (!Array.isArray(items)) throw new Error(`${list} of the answer is no list`)
    for (const item of items) all.push(item)
    checkNextPage(page, seen)
  }
  return all
}

/** Notes the next page in `seen`. Throws if it was there already, or if the page says that more follows and not where. */
export const checkNextPage = (page: object, seen: Set<unknown>): void => {
  const next: unknown = nextPage.map((name) => Reflect.get(page, name)).find((token) => typeof token === 'string' && token !== '')
  if (next === undefined) {
    if (cutMarks.some((name) => Reflect.get(page, name) === true)) throw new Error('the answer is cut and does not say how to go on')
    return
  }
  if (seen.has(next)) throw new Error('the answer leads to a page that was read already')
  seen.add(next)
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

/**
 * The items that can be read, where judging takes an item that is missing for one that is not known. For no other list: what is left
 * out must not be taken for what does not exist.
 */
export const readable = <Item, T>(items: readonly Item[], read: (item: Item) => T): readonly T[] =>
  items.flatMap((item) => {
    try {
      return [read(item)]
    } catch {
      return []
    }
  })

/** A field that counts things: whole and not negative. Throws for anything else, as JSON lets a service answer text or a fraction. */
export const count = <T extends object, K extends keyof T & string>(answer: T, name: K): number =>
  checked(field(answer, name), name, (value) => Number.isSafeInteger(value) && value >= 0)

/** A field that measures: finite and not negative. Throws for anything else. */
export const amount = <T extends object, K extends keyof T & string>(answer: T, name: K): number =>
  checked(field(answer, name), name, (value) => Number.isFinite(value) && value >= 0)

/** As {@link count}, of a field that AWS may leave out: then null. */
export const countOrNull = <T extends object, K extends keyof T & string>(answer: T, name: K): number | null =>
  answer[name] === undefined || answer[name] === null ? null : count(answer, name)

/** A field that says yes or no. Throws for anything else: a text would count as yes, whatever it says. */
export const flag = <T extends object, K extends keyof T & string>(answer: T, name: K): boolean => {
  const value: unknown = field(answer, name)
  if (typeof value !== 'boolean') throw new Error(`${name} of the answer is neither true nor false`)
  return value
}

/** A field that is one of few words. Throws for one that this version does not know, whose meaning would be a guess. */
export const oneOf = <T extends object, K extends keyof T & string, const W extends string>(answer: T, name: K, words: readonly W[]): W => {
  const value: unknown = field(answer, name)
  const known = words.find((word) => word === value)
  if (known === undefined) throw new Error(`${name} of the answer is ${String(value)}, which is not known here`)
  return known
}

const checked = (value: unknown, name: string, holds: (value: number) => boolean): number => {
  if (typeof value !== 'number' || !holds(value)) throw new Error(`${name} of the answer is ${String(value)}, which cannot be`)
  return value
}
