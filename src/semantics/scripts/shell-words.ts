import { type CallFolder, pathIn } from './script-calls.ts'
import type { ShellStep } from './shell-steps.ts'

/** Stands for the script's own file, its folder, and the folder in which it was started, in a word that is read. */
const ownFile = '\uE000'
const ownFolder = '\uE001'
const startFolder = '\uE002'

/** Values that one variable of a script can have; null where the text does not tell them all. */
type Values = ReadonlyMap<string, readonly string[] | null>

const maxValues = 50

/**
 * What the variables of a script stand for, where the text is certain about it: one assignment of a text that needs nothing else, or
 * the words of one `for`.
 */
export const variablesOf = (steps: readonly ShellStep[]): Values => {
  const values = new Map<string, readonly string[] | null>()
  const set = (name: string, found: readonly string[] | null): void => {
    values.set(name, values.has(name) ? null : found)
  }
  for (const { command } of steps) {
    const [first = '', second = '', third = '', ...others] = command.words
    if (first === 'for' && third === 'in') set(second, others)
    else if (first === 'read' || first === 'mapfile' || first === 'readarray' || first === 'getopts' || first === 'for')
      for (const word of command.words.slice(1)) set(word, null)
    else for (const word of assignedIn(command.words)) set(word.name, word.value === null ? null : [word.value])
  }
  return values
}

const declares = new Set(['export', 'local', 'readonly', 'declare', 'typeset'])

const assignedIn = (words: readonly string[]): readonly { readonly name: string; readonly value: string | null }[] => {
  const isDeclaration = declares.has(words[0] ?? '')
  const found: { name: string; value: string | null }[] = []
  for (const word of isDeclaration ? words.slice(1) : words) {
    const [, name, append, value] = /^([A-Za-z_]\w*)(?:\[[^\]]*\])?(\+)?=([\s\S]*)$/.exec(word) ?? []
    if (name !== undefined && value !== undefined)
      found.push({ name, value: append === undefined && !value.startsWith('(') ? value : null })
    else if (!isDeclaration) break
  }
  return found
}

/** What a word is read with. */
interface Reading {
  readonly variables: Values
  /** The folder in which the command runs. */
  readonly here: CallFolder
}

/** The files that a word of a command means, as folders and names below them; null where the text does not tell. */
export const filesMeant = (word: string, { variables, here }: Reading): readonly CallFolder[] | null => {
  const texts = expanded(word, variables, 0)
  if (texts === null) return null
  const files = texts.map((text) => placed(text, here))
  return files.every((file) => file !== null) ? files.filter((file) => file !== null) : null
}

const expanded = (word: string, variables: Values, depth: number): readonly string[] | null => {
  const text = withOwnFolder(word)
  const [reference, braced, bare] = /\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/.exec(text) ?? []
  if (reference === undefined) return [text]
  const values = variables.get(braced ?? bare ?? '') ?? null
  if (values === null || depth > 5) return null
  const all = values.map((value) =>
    expanded(
      text.replace(reference, () => value),
      variables,
      depth + 1,
    ),
  )
  const known = all.flatMap((found) => found ?? [])
  return all.includes(null) || known.length > maxValues ? null : known
}

/** The ways in which scripts name their own folder, and the one they are in. */
const withOwnFolder = (word: string): string => {
  const own = word
    .replaceAll(/["']/g, '')
    .replaceAll(/`([^`]*)`/g, '$($1)')
    .replaceAll(/\$\{(?:BASH_SOURCE(?:\[[0@*]\])?|0)%\/\*\}/g, ownFolder)
    .replaceAll(/\$\{BASH_SOURCE(?:\[[0@*]\])?(?::-\$0)?\}|\$BASH_SOURCE\b|\$\{0\}|\$0(?!\d)/g, ownFile)
    .replaceAll(/\$\{PWD\}|\$PWD\b|\$\(\s*pwd(?:\s+-[LP])?\s*\)/g, startFolder)
    .replaceAll(new RegExp(`\\$\\(\\s*(?:realpath|readlink)(?:\\s+-{1,2}[a-z-]+)*\\s+${ownFile}\\s*\\)`, 'g'), ownFile)
    .replaceAll(new RegExp(`\\$\\(\\s*dirname\\s+(?:--\\s+)?${ownFile}\\s*\\)`, 'g'), ownFolder)
  const entered = `\\$\\(\\s*cd\\s+(?:-P\\s+|--\\s+)*(${ownFolder}[\\w./-]*)\\s*(?:(?:&>|>&|>|1>|2>)\\s*/dev/null\\s*)?(?:2>&1\\s*)?(?:&&|;)\\s*pwd(?:\\s+-[LP])?\\s*\\)`
  return own
    .replaceAll(new RegExp(entered, 'g'), '$1')
    .replaceAll(new RegExp(`\\$\\(\\s*(?:realpath|readlink)(?:\\s+-{1,2}[a-z-]+)*\\s+(${ownFolder}[\\w./-]*)\\s*\\)`, 'g'), '$1')
}

const placed = (text: string, here: CallFolder): CallFolder | null => {
  const first = text.charAt(0)
  const rest = text.slice(1)
  if (/[$`{}[\]~\\\uE000-\uE002]/.test(first === ownFolder || first === startFolder ? rest : text)) return null
  if (first === ownFolder) return { base: 'own', path: pathIn('', rest) }
  if (first === startFolder) return { base: here.base, path: pathIn(here.path, rest) }
  return first === '/' || text === '' ? null : { base: here.base, path: pathIn(here.path, text) }
}
