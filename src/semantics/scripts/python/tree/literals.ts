/** Of `\n` and the like. */
const letters: Readonly<Record<string, string>> = { a: '\u0007', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }

const escapes = /\\(?:(\r\n|[\r\n])|([0-7]{1,3})|x([\dA-Fa-f]{2})|u([\dA-Fa-f]{4})|U([\dA-Fa-f]{8})|N\{[^}]*\}|([\s\S]))/g

/**
 * The characters that a piece of a literal stands for. A character that is told by its name stands for itself as it is written.
 * https://docs.python.org/3/reference/lexical_analysis.html#escape-sequences
 */
export const unescaped = (written: string): string =>
  written.replaceAll(
    escapes,
    (all: string, newline?: string, octal?: string, hex?: string, short?: string, long?: string, letter?: string) => {
      if (newline !== undefined) return ''
      if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8))
      const code = hex ?? short ?? long
      if (code !== undefined) return Number.parseInt(code, 16) <= 0x10ffff ? String.fromCodePoint(Number.parseInt(code, 16)) : all
      if (letter === undefined) return all
      return '\\\'"'.includes(letter) ? letter : ((Object.hasOwn(letters, letter) ? letters[letter] : undefined) ?? all)
    },
  )

/** How a string literal begins and ends. */
export interface Quotes {
  /** Lengths of what stands before and behind the content. */
  readonly opening: number
  readonly closing: number
  /** Backslashes stand for themselves. */
  readonly isRaw: boolean
  readonly isBytes: boolean
}

export const quotesOf = (written: string): Quotes => {
  const [opening = '', prefix = '', quote = ''] = /^([A-Za-z]*)("""|'''|["'])/.exec(written) ?? []
  return {
    opening: opening.length,
    closing: written.length >= opening.length + quote.length && written.endsWith(quote) ? quote.length : 0,
    isRaw: /r/i.test(prefix),
    isBytes: /b/i.test(prefix),
  }
}

/** `0x1F`, `1_000`, `1.5e3`; NaN for a complex one. */
export const numberOf = (written: string): number => Number(written.replaceAll('_', ''))
