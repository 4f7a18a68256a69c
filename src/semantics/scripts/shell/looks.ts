import type { Redirection, Word, WordPart } from 'unbash'
import { substitutedIn } from '../shell-tree.ts'
import { type ShellCommand, type Statements, unitsOf } from './nodes.ts'

export const functionsOf = (statements: Statements): readonly (readonly [string, Statements])[] =>
  unitsOf(statements).flatMap((unit) => (unit.kind === 'function' ? [[unit.name, unit.body] as const] : []))

const commandsIn = (statements: Statements): readonly ShellCommand[] =>
  unitsOf(statements).flatMap((unit) => {
    if (unit.kind === 'command') return [unit.command]
    return 'head' in unit && unit.head !== null ? [unit.head] : []
  })

const assigned = new WeakMap<Statements, ReadonlySet<string>>()

/** Names of the variables that a list gives values to. */
export const assignedIn = (statements: Statements): ReadonlySet<string> => {
  const known = assigned.get(statements)
  if (known !== undefined) return known
  const names = new Set(
    commandsIn(statements).flatMap(({ words, nodes }) => [
      ...nodes.flatMap((node) => (node.type === 'Assignment' ? [node.name] : [])),
      ...(/^(?:for|select|read|mapfile|readarray|getopts|unset)$/.test(words[0] ?? '') ? words.slice(1).filter(isName) : []),
    ]),
  )
  assigned.set(statements, names)
  return names
}

const isName = (word: string): boolean => /^[A-Za-z_]\w*$/.test(word)

/** A word that says what a function was given: `$1`, `"$@"`. */
export const parameterWord = /\$\{?[1-9@*]/

/** Names of the variables that a function fills from what it was given. */
export const namesFromParameters = (statements: Statements): ReadonlySet<string> =>
  new Set(
    commandsIn(statements).flatMap(({ nodes, words }) => [
      ...nodes.flatMap((node) => (node.type === 'Assignment' && parameterWord.test(node.text) ? [node.name] : [])),
      ...(words[0] === 'for' && (words.length === 2 || words.some((word) => parameterWord.test(word))) ? words.slice(1, 2) : []),
    ]),
  )

/** The statements of the substitutions in a command: `$(…)`, `<(…)`, those in strings and in here-documents. */
export const substitutionsOf = ({ nodes, redirections }: ShellCommand): readonly Statements[] => {
  const words: Word[] = nodes.flatMap((node) => {
    if (node.type === 'Word') return [node]
    return node.value.type === 'ArrayValue' ? node.value.elements : [node.value]
  })
  const parts = [...words.flatMap((word) => word.parts ?? []), ...redirections.flatMap(partsOf)]
  return parts.flatMap(inPart)
}

const partsOf = (redirection: Redirection): readonly WordPart[] =>
  (redirection.type === 'HereDoc' ? redirection.body.parts : redirection.target?.parts) ?? []

const inPart = (part: WordPart): readonly Statements[] => {
  if (part.type === 'DoubleQuoted' || part.type === 'LocaleString') return part.parts.flatMap(inPart)
  if (part.type === 'ParameterExpansion')
    return part.operation?.type === 'Default' ? (part.operation.operand.parts ?? []).flatMap(inPart) : []
  if ((part.type !== 'CommandExpansion' && part.type !== 'ProcessSubstitution') || part.script === undefined) return []
  const statements = substitutedIn(part.script)
  return statements === null ? [] : [statements]
}

/** What a command reads: a text of the script, or a file; null where neither is there. */
export type Input = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'file'; readonly word: Word }

export const inputOf = ({ redirections }: ShellCommand): Input | null => {
  const last = redirections.findLast(({ operator }) => /^<(?:<|<-|<<)?$/.test(operator))
  if (last === undefined) return null
  if (last.type === 'HereDoc') return { kind: 'text', text: last.body.text }
  if (last.target === undefined) return null
  return last.type === 'HereString' ? { kind: 'text', text: last.target.value } : { kind: 'file', word: last.target }
}
