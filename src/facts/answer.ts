/** Follows a paginator of the SDK to its end and joins what `items` takes from each page. */
export const pages = async <Page, Item>(
  paginator: AsyncIterable<Page>,
  items: (page: Page) => readonly Item[] | undefined,
): Promise<readonly Item[]> => {
  const all: Item[] = []
  for await (const page of paginator) all.push(...(items(page) ?? []))
  return all
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
