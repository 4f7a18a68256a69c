import { type Place, placeAt } from '../text/place.ts'
import { excerpt } from './exit-status.ts'
import { type PythonSurroundings, pythonReading } from './python/reading.ts'
import { certaintyOf, type Start } from './python/starts.ts'
import { workingWords } from './script-calls.ts'
import { harmless } from './shell-script.ts'
import { shellCommands } from './shell-tree.ts'

/** With what status a Python script ends by its own text, where its steps succeed. */
export type PythonEnding =
  | { readonly kind: 'never-zero'; readonly status: number; readonly statement: string; readonly place: Place }
  /** With 0 where no step raises. */
  | { readonly kind: 'steps' }
  /** A part was not understood. */
  | { readonly kind: 'unreadable' }

/** https://docs.python.org/3/library/sys.html#sys.exit: an exception that nothing catches ends a script with 1. */
export const pythonEnding = (text: string, surroundings?: PythonSurroundings): PythonEnding => {
  const { failure, extent } = pythonReading(text, surroundings)
  if (extent !== 'whole') return { kind: 'unreadable' }
  if (failure === null) return { kind: 'steps' }
  const { status, offset, end } = failure
  return { kind: 'never-zero', status, statement: excerpt(text, offset, end), place: placeAt(text, offset) }
}

/** What becomes of a program of a Python script that fails. */
export type PythonHandling =
  /** The script goes on behind this one, the first whose status nothing looks at. */
  | { readonly kind: 'goes-on'; readonly first: { readonly name: string; readonly place: Place } }
  | { readonly kind: 'unreadable' }
  /** Each that fails ends the script, or is looked at. */
  | { readonly kind: 'nothing-to-lose' }

/** Whether a Python script goes on where a program that it waits for fails: `subprocess.run` without `check=True`. */
export const pythonHandling = (text: string, surroundings?: PythonSurroundings): PythonHandling => {
  const { starts, extent } = pythonReading(text, surroundings)
  const lost = starts
    .filter((start) => start.awaited === 'here' && certaintyOf(start) === 'unheeded')
    .flatMap((start) => {
      const name = programOf(start)
      return name === null ? [] : [{ name, offset: start.site.offset }]
    })
    .toSorted((one, other) => one.offset - other.offset)
  const [first] = lost
  if (first !== undefined) return { kind: 'goes-on', first: { name: first.name, place: placeAt(text, first.offset) } }
  return { kind: extent === 'whole' ? 'nothing-to-lose' : 'unreadable' }
}

/** The program whose failure is lost; null where a node is no worse without what it does. */
const programOf = ({ started }: Start): string | null => {
  const commands = started.kind === 'words' ? [started.words] : shellCommands(started.text).map(({ words }) => words)
  const names = commands.map((words) => workingWords(words)[0] ?? '').filter((name) => name !== '' && !harmless.has(name))
  const [first] = names
  return first === undefined ? null : first.replaceAll(/[\uE000-\uE003]/g, '…')
}
