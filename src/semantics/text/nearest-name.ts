import { closest, distance } from 'fastest-levenshtein'

/** Longer texts are not compared: no name of the API is as long, and no misspelling of one. */
const longestName = 64

/** The name that was probably meant: at most a third of it different, whatever its case. Null where none is as near. */
export const nearestName = (name: string, names: readonly string[]): string | null => {
  const candidates = names.filter((candidate) => candidate.length <= longestName)
  if (candidates.length === 0 || name.length > longestName) return null
  const lower = closest(
    name.toLowerCase(),
    candidates.map((candidate) => candidate.toLowerCase()),
  )
  if (distance(name.toLowerCase(), lower) > Math.max(2, Math.floor(name.length / 3))) return null
  return candidates.find((candidate) => candidate.toLowerCase() === lower) ?? null
}
