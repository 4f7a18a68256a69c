/** Whether `set -e` holds; `maybe` where the ways to a place differ. */
export type Errexit = 'on' | 'off' | 'maybe'

/** What `set` does to errexit; null where it leaves it as it is. https://www.gnu.org/software/bash/manual/html_node/The-Set-Builtin.html */
export const errexitOf = (words: readonly string[]): Errexit | null => {
  if (words[0] !== 'set') return null
  const end = words.indexOf('--')
  let found: Errexit | null = null
  for (const [at, word] of (end === -1 ? words : words.slice(0, end)).entries()) {
    const [, sign, letters = ''] = /^([-+])([A-Za-z]+)$/.exec(word) ?? []
    if (sign === undefined) continue
    if (letters.includes('e') || (letters.endsWith('o') && words[at + 1] === 'errexit')) found = sign === '-' ? 'on' : 'off'
  }
  return found
}
