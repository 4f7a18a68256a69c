import type { ParameterExpansionPart, ParameterOperation, Word, WordPart } from 'unbash'
import { startedFile, workingWords } from '../script-calls.ts'
import { substitutedIn } from '../shell-tree.ts'
import type { ShellCommand, Statements } from './nodes.ts'
import type { ShellState } from './state.ts'
import {
  eachOf,
  eitherOf,
  folderOfText,
  gap,
  joined,
  listed,
  nameOfText,
  onlyWords,
  ownFolder,
  placedIn,
  type ShellValue,
  told,
  untold,
} from './values.ts'

/** Substitutions inside each other, as deep as they are followed. */
const deepest = 10

/**
 * What the shell makes of a word: the words that it becomes.
 * https://www.gnu.org/software/bash/manual/html_node/Shell-Expansions.html
 */
export const expanded = (word: Word, state: ShellState, depth = 0): ShellValue => {
  const braces = bracesOf(word)
  if (braces !== null) return told(braces)
  if (word.parts === undefined) return told([/^~(?:\/|$)/.test(word.text) ? `/${gap}${word.value.slice(1)}` : word.value])
  const value = piecesOf(word.parts, 'words', state, depth)
  const isQuoted = word.parts.some(({ type }) => type === 'DoubleQuoted' || type === 'SingleQuoted' || type === 'AnsiCQuoted')
  return isQuoted ? value : eachOf(value, (words) => (words.length === 1 && words[0] === '' ? [] : words))
}

/** All words of a command, from its first word that is no assignment. */
export const expandedCommand = ({ nodes }: ShellCommand, state: ShellState): ShellValue => {
  const start = nodes.findIndex(({ type }) => type === 'Word')
  if (start === -1) return told([])
  return listed(
    nodes.slice(start).map((node) => {
      if (node.type === 'Word') return expanded(node, state)
      return node.value.type === 'ArrayValue'
        ? told([node.text])
        : joined(told([`${node.name}${node.append === true ? '+=' : '='}`]), whole(expanded(node.value, state)))
    }),
  )
}

/** Whether it is told which file a command starts, whatever is not told of its other words. */
export const tellsWhatItStarts = ({ nodes }: ShellCommand, state: ShellState): boolean => {
  const words = nodes.flatMap((node) => (node.type === 'Word' ? (onlyWords(expanded(node, state)) ?? [gap]) : []))
  const path = startedFile(workingWords(words))?.path ?? gap
  return !path.includes(gap)
}

/** Words as one, as an assignment takes them. */
export const whole = (value: ShellValue): ShellValue => eachOf(value, (words) => [words.join(' ')])

type Splitting = 'words' | 'none'

const piecesOf = (parts: readonly WordPart[], splitting: Splitting, state: ShellState, depth: number): ShellValue =>
  parts.reduce((value, part) => joined(value, pieceOf(part, splitting, state, depth)), told(['']))

const pieceOf = (part: WordPart, splitting: Splitting, state: ShellState, depth: number): ShellValue => {
  switch (part.type) {
    case 'Literal':
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      return told([part.value])
    case 'Glob':
      return part.kind === 'bracket' ? untold : told([part.value])
    case 'DoubleQuoted':
    case 'LocaleString':
      return piecesOf(part.parts, 'none', state, depth)
    case 'SimpleExpansion':
      return split(variable(part.text.slice(1), splitting, state), splitting)
    case 'ParameterExpansion':
      return split(parameter(part, splitting, state, depth), splitting)
    case 'CommandExpansion': {
      const statements = part.script === undefined || depth > deepest ? null : substitutedIn(part.script)
      return statements === null ? untold : split(outputOf(statements, state.copy(), depth + 1), splitting)
    }
    case 'ArithmeticExpansion':
    case 'ProcessSubstitution':
    case 'ExtendedGlob':
    case 'BraceExpansion':
      return untold
  }
}

/** `$@` and arrays are words already. */
const split = (value: ShellValue, splitting: Splitting): ShellValue =>
  splitting === 'none' ? value : eachOf(value, (words) => words.flatMap((word) => word.split(/[ \t\n]+/).filter((each) => each !== '')))

const variable = (name: string, splitting: Splitting, state: ShellState): ShellValue => {
  const { parameters } = state
  if (name === '@' || (name === '*' && splitting === 'words')) return parameters === null ? untold : told(parameters)
  if (name === '*') return parameters === null ? untold : told([parameters.join(' ')])
  if (/^[1-9]\d*$/.test(name)) return parameters === null ? untold : told([parameters[Number(name) - 1] ?? ''])
  const value = state.get(name)
  return value === null ? untold : eachOf(value, ([first = '']) => [first])
}

const parameter = (part: ParameterExpansionPart, splitting: Splitting, state: ShellState, depth: number): ShellValue => {
  const { prefix, operation } = part
  if (prefix !== undefined) return untold
  if (operation?.type === 'Default') return withDefault(part, operation, splitting, state, depth)
  const value = parameterValue(part, splitting, state) ?? untold
  if (operation === undefined) return value
  return operation.type === 'Remove' ? eachOf(value, (words) => words.map((word) => removed(word, operation))) : untold
}

/** Null where it is left to the environment. */
const parameterValue = ({ parameter: name, index }: ParameterExpansionPart, splitting: Splitting, state: ShellState): ShellValue | null => {
  if (/^[@*\d]/.test(name) && name !== '0') return state.parameters === null ? null : variable(name, splitting, state)
  const value = state.get(name)
  if (value === null || index === undefined || name === 'BASH_SOURCE') return value === null ? null : plain(value, index)
  if (index.value === '@') return value
  if (index.value === '*') return splitting === 'none' ? whole(value) : value
  const at = /^\d+$/.test(index.value) ? Number(index.value) : null
  return at === null ? untold : eachOf(value, (words) => [words[at] ?? ''])
}

const plain = (value: ShellValue, index: Word | undefined): ShellValue =>
  index === undefined ? eachOf(value, ([first = '']) => [first]) : value

type DefaultOperation = Extract<ParameterOperation, { type: 'Default' }>

/** `${X:-a}`: what the environment gives comes first, and is not told. `${X:=a}` sets the variable as well. */
const withDefault = (
  part: ParameterExpansionPart,
  { operator, operand }: DefaultOperation,
  splitting: Splitting,
  state: ShellState,
  depth: number,
): ShellValue => {
  const given = parameterValue(part, splitting, state)
  if (operator.endsWith('?')) return given ?? untold
  const other = expanded(operand, state, depth)
  if (operator.endsWith('+')) return eitherOf(other, told(['']))
  const value = given === null ? { ...other, others: 'possible' as const } : filled(given, other)
  if (operator.endsWith('=')) state.set(part.parameter, value)
  return value
}

/** Empty alternatives have the default instead; of one that is not told, the default may be the value. */
const filled = (given: ShellValue, other: ShellValue): ShellValue => {
  const isEmpty = (words: readonly string[]): boolean => words.every((word) => word === '')
  const full = given.alternatives.filter((words) => !isEmpty(words) && !words.includes(gap))
  const isUntold = given.others === 'possible' || given.alternatives.some((words) => words.includes(gap))
  const own: ShellValue = { alternatives: full, others: isUntold ? 'possible' : 'none' }
  if (full.length === 0) return { ...other, others: isUntold ? 'possible' : other.others }
  return full.length === given.alternatives.length ? given : eitherOf(own, other)
}

/** `${X%/*}`, `${X##*\/}` and those whose pattern is a plain text. */
const removed = (text: string, { operator, operand }: Extract<ParameterOperation, { type: 'Remove' }>): string => {
  const pattern = operand.value
  if (operator === '%' && pattern === '/*') return text.includes('/') || /^[\uE000\uE001]$/.test(text) ? folderOfText(text) : text
  if (operator === '##' && pattern === '*/') return nameOfText(text)
  if (/[$`*?[\\]/.test(pattern) || text.includes(gap)) return gap
  if (operator.startsWith('%')) return text.endsWith(pattern) ? text.slice(0, text.length - pattern.length) : text
  return text.startsWith(pattern) ? text.slice(pattern.length) : text
}

/** `{a,b}.sh`, where nothing else in the word is to be expanded. */
const bracesOf = ({ text, parts }: Word): readonly string[] | null => {
  if (parts?.some(({ type }) => type === 'BraceExpansion') !== true) return null
  const [, before = '', list, behind = ''] = /^([^{}$`"'\\]*)\{([^{}$`"'\\]*)\}([^{}$`"'\\]*)$/.exec(text) ?? []
  if (list === undefined) return null
  const [, from, to] = /^(\d{1,4})\.\.(\d{1,4})$/.exec(list) ?? []
  if (from === undefined || to === undefined) return list.includes(',') ? list.split(',').map((each) => `${before}${each}${behind}`) : null
  const [low, high] = [Number(from), Number(to)]
  return high < low || high - low > 100 || /^0\d/.test(from)
    ? null
    : Array.from({ length: high - low + 1 }, (_, at) => `${before}${low + at}${behind}`)
}

/** What a substitution says: that of the one command in it that speaks, behind `cd`s. */
const outputOf = (statements: Statements, state: ShellState, depth: number): ShellValue => {
  let said: ShellValue | null = null
  for (const { parts, background } of statements) {
    if (background) return untold
    for (const { operator, negated, pipeline } of parts) {
      if (operator === '||') break
      const [unit] = pipeline
      if (negated || pipeline.length !== 1 || unit?.kind !== 'command') return untold
      const words = onlyWords(wordsWithin(unit.command, state, depth))
      if (words === null || said !== null) return untold
      if (words[0] === 'cd' || words[0] === 'pushd') state.enter(placedIn(state.here, operandsOf(words)[0] ?? `/${gap}`))
      else said = told([answerOf(words, state)])
    }
  }
  return said ?? told([''])
}

const wordsWithin = ({ nodes }: ShellCommand, state: ShellState, depth: number): ShellValue =>
  listed(nodes.map((node) => (node.type === 'Word' ? expanded(node, state, depth) : untold)))

const operandsOf = ([, ...args]: readonly string[]): readonly string[] => args.filter((word) => !/^-./.test(word))

/** What a command writes, of those by which scripts find themselves. */
const answerOf = (words: readonly string[], state: ShellState): string => {
  const [first = '', second = gap] = operandsOf(words)
  switch (words[0]) {
    case 'pwd':
      return state.here
    case 'dirname':
      return folderOfText(first)
    case 'basename':
      return second === gap || !nameOfText(first).endsWith(second) ? nameOfText(first) : nameOfText(first).slice(0, -second.length)
    case 'realpath':
    case 'readlink':
      return first === ownFolder ? first : placedIn(state.here, first)
    case 'echo':
      return words.slice(1).join(' ')
    case 'printf':
      return /^%s(?:\\n)?$/.test(words[1] ?? '') && words.length === 3 ? (words[2] ?? '') : gap
    case 'mktemp':
      return words.slice(1).every((word) => /^(?:-[dqut]+|\/.*)$/.test(word)) ? `/${gap}` : gap
    case 'which':
      return first
    case 'command':
      return words[1] === '-v' ? (words[2] ?? gap) : gap
    default:
      return gap
  }
}
