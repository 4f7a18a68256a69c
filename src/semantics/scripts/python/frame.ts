import type { Path } from './paths.ts'
import type { PythonValue } from './values/values.ts'

/** What a path leads back with: a value that a function returns, or the state in which a loop is left. */
export interface Returned {
  readonly value: PythonValue
  readonly path: Path
}

/** What a list of statements stands in. */
export interface Frame {
  /** Where a function returns, with what. */
  readonly returned: Returned[]
  /** Where the loop around is left, and where its next round begins; null outside of loops. */
  readonly loop: { readonly broken: Path[]; readonly continued: Path[] } | null
}
