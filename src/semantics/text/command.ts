const plain = /^[\w@%+=:,./-]+$/

/** One command line that can be pasted into a POSIX shell: every word that needs it is quoted, whatever it came from. */
export const command = (...words: readonly (string | number)[]): string =>
  words.map((word) => (plain.test(String(word)) ? String(word) : `'${String(word).replaceAll("'", `'\\''`)}'`)).join(' ')
