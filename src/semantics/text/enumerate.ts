/** `1 error`, `3 errors`. */
export const plural = (count: number, noun: string, nouns = `${noun}s`): string => `${count} ${count === 1 ? noun : nouns}`

/** What is not named: `and 3 more`, or with what it is `and 1 more group`. */
export const andMore = (count: number, noun?: string): string =>
  `and ${noun === undefined ? `${count} more` : plural(count, `more ${noun}`)}`

/** Items in a sentence: `a, b`, and beyond the limit `a, b and 3 more`. */
export const enumerate = (items: readonly string[], limit: number, noun?: string): string =>
  cut(items, limit, ', ', noun) ?? items.join(', ')

/** Items that belong together in a sentence: `a and b`, `a, b, and c`, and beyond the limit `a, b and 3 more`. */
export const conjunction = (items: readonly string[], limit = Number.POSITIVE_INFINITY, noun?: string): string =>
  cut(items, limit, ', ', noun) ?? new Intl.ListFormat('en').format(items)

/** Reasons that a sentence gives: `this is so; that is so`, and beyond three of them how many more there are. Each is said once. */
export const reasons = (all: readonly string[]): string => {
  const distinct = [...new Set(all)]
  return cut(distinct, 3, '; ', 'reason') ?? distinct.join('; ')
}

const cut = (items: readonly string[], limit: number, separator: string, noun?: string): string | null =>
  items.length > limit ? `${items.slice(0, limit).join(separator)} ${andMore(items.length - limit, noun)}` : null

/** Items one under the other: beyond the limit the last line says how many are left out. */
export const enumerateLines = (items: readonly string[], limit: number): readonly string[] =>
  items.length > limit ? [...items.slice(0, limit), andMore(items.length - limit)] : items
