import type { CallCertainty } from '../script-calls.ts'
import { weaker } from '../shell/walk.ts'
import { type Catcher, caughtBy, type Guard } from './guards.ts'
import type { Span } from './tree/nodes.ts'

/** What is run: a program with its words, or a text that a shell reads. */
export type Started = ({ readonly kind: 'words'; readonly words: readonly string[] } | { readonly kind: 'text'; readonly text: string }) & {
  /** Offsets of the literals that name the script, or all of it where none does. */
  readonly places: readonly number[]
}

/**
 * What becomes of the status of a program. `raises`: another one than 0 is an exception; `checked`: the script ends by it; `used`:
 * it is looked at, and what comes of it is not told; `dropped`: the script goes on.
 */
export type Heed = 'raises' | 'checked' | 'used' | 'dropped'

/** A program that a script starts, once for each way there. */
export interface Start {
  readonly started: Started
  /** The folder, as a text with marks. */
  readonly here: string
  /** Where it is in the text of the script itself: the call that names what is run. */
  readonly site: Span
  readonly level: CallCertainty
  readonly guards: readonly Guard[]
  readonly catchers: readonly Catcher[]
  heed: Heed
  /** `aside`: the script goes on while it runs. */
  readonly awaited: 'here' | 'aside'
}

const failed = ['CalledProcessError', 'SubprocessError', 'Exception', 'BaseException']
const notFound = ['FileNotFoundError', 'OSError', 'IOError', 'EnvironmentError', 'Exception', 'BaseException']

/** How certain it is that a start is made, whatever comes of it. */
export const certaintyOfStart = ({ level, guards }: Start): CallCertainty =>
  guards.reduce((found, guard) => weaker(found, guard.certainty), level)

/** The same with what becomes of its failure. A program that is not there, and is started by its path, raises by itself. */
export const certaintyOf = (start: Start): CallCertainty => {
  const made = certaintyOfStart(start)
  if (made === 'never') return made
  const isPath = start.started.kind === 'words' && (start.started.words[0] ?? '').includes('/')
  if (start.heed === 'raises' || isPath) return weaker(made, afterRaise(start.catchers, isPath ? notFound : failed))
  if (start.heed === 'checked') return made
  return weaker(made, start.heed === 'dropped' ? 'unheeded' : 'perhaps')
}

/** What catchers, the innermost last, make of an exception. */
const afterRaise = (catchers: readonly Catcher[], names: readonly string[]): CallCertainty => {
  for (const catcher of catchers.toReversed()) {
    const outcome = caughtBy(catcher, names)
    if (outcome === 'goes-on') return 'optional'
    if (outcome === 'unclear') return 'perhaps'
    if (outcome === 'fails') return 'always'
  }
  return 'always'
}

/** The script looks at the status of a program. */
export const looksAt = (start: Start, how: 'checked' | 'used'): void => {
  if (start.heed === 'dropped' || (start.heed === 'used' && how === 'checked')) start.heed = how
}
