import { closest, distance } from 'fastest-levenshtein'

/** Longer texts are not compared: no name of the API is as long, and no misspelling of one. */
const longestName = 64

/**
 * The name that was probably meant: at most `letters` of it different (a third, where none are given), whatever its case. Null where
 * none is as near.
 */
export const nearestName = (name: string, names: readonly string[], letters = Math.max(2, Math.floor(name.length / 3))): string | null => {
  const candidates = names.filter((candidate) => candidate.length <= longestName)
  if (candidates.length === 0 || name.length > longestName) return null
  const lower = closest(
    name.toLowerCase(),
    candidates.map((candidate) => candidate.toLowerCase()),
  )
  if (distance(name.toLowerCase(), lower) > letters) return null
  return candidates.find((candidate) => candidate.toLowerCase() === lower) ?? null
}
