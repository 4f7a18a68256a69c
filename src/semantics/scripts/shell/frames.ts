import type { Locals } from './builtins.ts'
import { parameterWord } from './looks.ts'
import type { ShellCommand, Statements } from './nodes.ts'

/** A function, with where its text is. */
export interface FunctionBody {
  readonly statements: Statements
  readonly source: string
  readonly isOwn: boolean
}

/** A call that is being followed. */
export interface Frame {
  /** The command that leads to what is followed; null for a function that nobody calls. */
  readonly command: ShellCommand | null
  readonly isOwn: boolean
  /** Null outside of functions. */
  readonly locals: Locals | null
  /** Variables of what is followed that hold what it was given. */
  readonly given: ReadonlySet<string>
}

/**
 * The innermost command of the script itself that names what is run, rather than hands on what it was given. `last` is the command that
 * is run.
 */
export const siteOf = (frames: readonly Frame[], last: Frame): ShellCommand | null => {
  const chain = [...frames, last].map((frame, at) => ({ ...frame, given: frames[at - 1]?.given }))
  const own = chain.flatMap((frame) => (frame.isOwn && frame.command !== null ? [{ ...frame, command: frame.command }] : []))
  const named = own.findLast(({ command, given }) => !handsOn(command, given))
  return (named ?? own.at(-1))?.command ?? null
}

interface Handing {
  readonly given: ReadonlySet<string> | undefined
  readonly answer: boolean
}

/** A command of many substitutions is asked once for each of them. */
const known = new WeakMap<ShellCommand, Handing>()

/** Whether a command's words are what its function was given. */
const handsOn = (command: ShellCommand, given: ReadonlySet<string> | undefined): boolean => {
  const before = known.get(command)
  if (before !== undefined && before.given === given) return before.answer
  const answer = command.words.some((word) => parameterWord.test(word) || namesAny(word, given))
  known.set(command, { given, answer })
  return answer
}

const namesAny = (word: string, given: ReadonlySet<string> | undefined): boolean =>
  [...word.matchAll(/\$\{?([A-Za-z_]\w*)/g)].some(([, name = '']) => given?.has(name) === true)
