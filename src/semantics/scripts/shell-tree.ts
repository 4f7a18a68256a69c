import {
  type Assignment,
  type Command,
  type CommandNode,
  type Statement as Node,
  type PipelineNode,
  parse,
  type Redirection,
  type Script,
  type TestExpression,
  type Word,
  type WordPart,
} from 'unbash'
import { type ShellCommand, type ShellProgram, type StatementPart, type Statements, type Unit, unitsOf } from './shell/nodes.ts'

/** Longer texts, and more here-documents, take the parser seconds: they are not read. Characters. */
const longest = 300_000
const mostHereDocuments = 2000
/** Compound commands inside each other. */
const deepest = 300

/** Texts whose trees are kept: several rules ask for the scripts of one folder, one after the other. */
const keptTexts = 200
const trees = new Map<string, ShellProgram>()

/**
 * A script as statements, as the parser reads it. Never throws; a text that it does not understand is not complete.
 * https://www.gnu.org/software/bash/manual/html_node/Shell-Commands.html
 */
export const shellProgram = (text: string): ShellProgram => {
  const known = trees.get(text)
  if (known !== undefined) return known
  const program = readProgram(text)
  const [oldest] = trees.keys()
  if (trees.size >= keptTexts && oldest !== undefined) trees.delete(oldest)
  trees.set(text, program)
  return program
}

const unread: ShellProgram = { statements: [], complete: false }

const readProgram = (text: string): ShellProgram => {
  if (text.length > longest || text.split('<<').length > mostHereDocuments) return unread
  const { plain, offsetOf } = withoutCarriageReturns(text)
  try {
    const { commands, errors = [] } = parse(plain)
    const [error] = errors
    const read =
      error === undefined
        ? commands
        : commands.filter(({ pos, end }) => pos < end && end < error.pos && /[\n;&]/.test(plain.slice(end, error.pos)))
    const reader = new TreeReader(offsetOf, plain)
    return { statements: reader.list(read, outermost), complete: error === undefined && reader.doubt === 'none' }
  } catch (error) {
    // The parser's own stack (`f() f() f() …`) or the depth below.
    if (error instanceof RangeError) return unread
    throw error
  }
}

const substituted = new WeakMap<Script, Statements>()

/** The statements of a substitution; null where the parser did not understand it. Their offsets count within it. */
export const substitutedIn = (script: Script & { readonly errors?: readonly unknown[] | undefined }): Statements | null => {
  if ((script.errors ?? []).length > 0) return null
  const known = substituted.get(script)
  if (known !== undefined) return known
  try {
    const reader = new TreeReader((at) => at, null)
    const statements = reader.list(script.commands, outermost)
    if (reader.doubt === 'some') return null
    substituted.set(script, statements)
    return statements
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

/** The line ends of Windows are taken for plain ones, with the way back to the offsets of the text. */
const withoutCarriageReturns = (text: string): { readonly plain: string; readonly offsetOf: (at: number) => number } => {
  const removed: number[] = []
  const plain = text.replaceAll(/\r(?=\n|$)/g, (_, at: number) => {
    removed.push(at - removed.length)
    return ''
  })
  return { plain, offsetOf: (at) => at + countUpTo(removed, at) }
}

const countUpTo = (sorted: readonly number[], at: number): number => {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] ?? 0) < at) low = middle + 1
    else high = middle
  }
  return low
}

/** Where a node stands, as far as it matters to what the shell does about its status. */
interface Surroundings {
  readonly inFunction: string | null
  readonly inCondition: boolean
  readonly statusTaken: boolean
}

const outermost: Surroundings = { inFunction: null, inCondition: false, statusTaken: false }

class TreeReader {
  /** `some`: the parser took what bash refuses for something else. */
  doubt: 'none' | 'some' = 'none'
  #depth = 0
  readonly #offsetOf: (at: number) => number
  readonly #text: string | null

  /** `text` is what the nodes' places count in; null where that is not at hand. */
  constructor(offsetOf: (at: number) => number, text: string | null) {
    this.#offsetOf = offsetOf
    this.#text = text
  }

  list(nodes: readonly Node[], around: Surroundings): Statements {
    this.#depth += 1
    if (this.#depth > deepest) throw new RangeError('compound commands inside each other')
    const statements = nodes.map(({ command, background = false }) => {
      const commands = command.type === 'AndOr' ? command.commands : [command]
      const operators = command.type === 'AndOr' ? command.operators : []
      const parts = commands.map((node, at) => ({
        operator: at === 0 ? null : (operators[at - 1] ?? null),
        ...this.#pipeline(node, { ...around, statusTaken: background || at < commands.length - 1 }),
      }))
      return { parts, background }
    })
    this.#depth -= 1
    return statements
  }

  #pipeline(node: PipelineNode, around: Surroundings): Omit<StatementPart, 'operator'> {
    if (node.type !== 'Pipeline') return { negated: false, pipeline: [this.#unit(node, around)] }
    const negated = node.prefixes.filter(({ type }) => type === 'Negation').length % 2 === 1
    const last = node.commands.length - 1
    const pipeline = node.commands.map((command, at) =>
      this.#unit(command, { ...around, statusTaken: around.statusTaken || negated || at < last }),
    )
    // `time` alone.
    return { negated, pipeline: pipeline.length > 0 ? pipeline : [this.#words([], node.pos, node.end, around)] }
  }

  #unit(node: CommandNode, around: Surroundings): Unit {
    const within = { ...around, statusTaken: false }
    const list = (body: { readonly commands: readonly Node[] }): Statements => this.list(body.commands, within)
    const conditions = (body: { readonly commands: readonly Node[] }): Statements =>
      this.list(body.commands, { ...within, inCondition: true })
    switch (node.type) {
      case 'Command':
        if (isMisread(node, this.#text)) this.doubt = 'some'
        return this.#words(wordsOf(node), firstWordOf(node), node.end, around, nodesOf(node), node.redirects)
      case 'TestCommand':
        return this.#words(['[[', ...testWords(node.expression)], node.pos, node.end, around)
      case 'ArithmeticCommand':
        return { kind: 'arithmetic', offset: this.#offsetOf(node.pos), end: this.#offsetOf(node.end) }
      case 'Redirected':
        return this.#unit(node.command, around)
      case 'Function':
        return { kind: 'function', name: node.name.value, body: this.#body(node.body, { ...outermost, inFunction: node.name.value }) }
      case 'Coproc':
        return { ...compound, kind: 'subshell', branches: [this.#body(node.body, within)] }
      case 'BraceGroup':
        return { ...compound, kind: 'group', branches: [list(node.body)] }
      case 'Subshell':
        return { ...compound, kind: 'subshell', branches: [list(node.body)] }
      case 'ArithmeticFor':
        return { ...compound, kind: 'loop', branches: [list(node.body)], head: this.#command(['for'], node.pos, around) }
      case 'While':
        return { ...compound, kind: 'loop', asks: node.kind, conditions: [conditions(node.clause)], branches: [list(node.body)] }
      case 'For':
      case 'Select': {
        const words = [node.type === 'For' ? 'for' : 'select', node.name.value, ...headWords(node.wordlist)]
        return { ...compound, kind: 'loop', branches: [list(node.body)], head: this.#command(words, node.pos, around, node.wordlist) }
      }
      case 'If': {
        const taken = [node, ...node.elif]
        return {
          ...compound,
          kind: 'condition',
          conditions: taken.map(({ clause }) => conditions(clause)),
          branches: [...taken.map(({ then: body }) => list(body)), ...(node.else === undefined ? [] : [list(node.else)])],
          exhaustive: node.else !== undefined,
        }
      }
      case 'Case': {
        const exhaustive = node.items.some(({ pattern }) => pattern.some(({ text }) => text === '*'))
        return { ...compound, kind: 'condition', branches: node.items.map(({ body }) => list(body)), exhaustive }
      }
    }
  }

  /** The body of a function or of `coproc`; a list only where the parser went on after a fault. */
  #body(node: CommandNode | { readonly type: 'CompoundList'; readonly commands: readonly Node[] }, around: Surroundings): Statements {
    if (node.type === 'CompoundList') return this.list(node.commands, around)
    this.#depth += 1
    if (this.#depth > deepest) throw new RangeError('functions inside each other')
    const body = [{ parts: [{ operator: null, negated: false, pipeline: [this.#unit(node, around)] }], background: false }]
    this.#depth -= 1
    return body
  }

  #words(
    words: readonly string[],
    pos: number,
    end: number,
    around: Surroundings,
    nodes?: readonly (Word | Assignment)[],
    redirections?: readonly Redirection[],
  ): Unit {
    return { kind: 'command', command: this.#command(words, pos, around, nodes, redirections), end: this.#offsetOf(end) }
  }

  #command(
    words: readonly string[],
    pos: number,
    { inFunction, inCondition, statusTaken }: Surroundings,
    nodes: readonly (Word | Assignment)[] = [],
    redirections: readonly Redirection[] = [],
  ): ShellCommand {
    return { words, nodes, redirections, offset: this.#offsetOf(pos), inFunction, statusTaken: statusTaken || inCondition }
  }
}

/** `f(` without its `)`, `<<'EOF` without its quote, `${` without its bracket (or, since bash 5.3, a command in it). */
const isMisread = (node: Command, text: string | null): boolean =>
  (node.name !== undefined && text !== null && /^[ \t]*\(/.test(text.slice(node.name.end, node.name.end + 80))) ||
  node.redirects.some((redirection) => redirection.type === 'HereDoc' && redirection.delimiter?.text.includes('\n') === true) ||
  nodesOf(node).some((word) => word.text.includes('${') && word.type === 'Word' && (word.parts ?? []).some(isBracedCommand))

const isBracedCommand = (part: WordPart): boolean =>
  part.type === 'DoubleQuoted' ? part.parts.some(isBracedCommand) : part.type === 'CommandExpansion' && part.text.startsWith('${')

const compound = { asks: null, conditions: [], branches: [], exhaustive: false, head: null } as const

const headWords = (list: readonly Word[] | undefined): readonly string[] => (list === undefined ? [] : ['in', ...list.map(wordText)])

const firstWordOf = ({ prefix, name, pos }: Command): number => prefix.find(({ type }) => type === 'Assignment')?.pos ?? name?.pos ?? pos

const nodesOf = ({ prefix, name, args }: Command): readonly (Word | Assignment)[] => [
  ...prefix.flatMap((node) => (node.type === 'Assignment' ? [node] : [])),
  ...(name === undefined ? [] : [name]),
  ...args,
]

const wordsOf = (command: Command): readonly string[] =>
  nodesOf(command).map((node) => (node.type === 'Assignment' ? assignmentText(node) : wordText(node)))

const assignmentText = ({ name, index, append, value, text }: Assignment): string => {
  if (value.type === 'ArrayValue') return text
  return `${name}${index === undefined ? '' : `[${index.text}]`}${append === true ? '+=' : '='}${wordText(value)}`
}

/** Quotes removed; expansions, and texts with escapes of their own, as written. */
const wordText = ({ parts, value }: Word): string => {
  if (parts === undefined) return value
  return parts
    .map((part) => {
      if (part.type === 'Literal' || part.type === 'SingleQuoted') return part.value
      return part.type === 'DoubleQuoted' ? part.text.slice(1, part.text.endsWith('"') ? -1 : undefined) : part.text
    })
    .join('')
}

/** A command with the offset behind it. */
export interface SimpleCommand {
  readonly command: ShellCommand
  readonly end: number
}

/** The simple commands of a script, and the heads of its `for` loops, in the order in which they are written. */
export const simpleCommands = (text: string): readonly SimpleCommand[] => unitsOf(shellProgram(text).statements).flatMap(commandOf)

export const shellCommands = (text: string): readonly ShellCommand[] => simpleCommands(text).map(({ command }) => command)

const commandOf = (unit: Unit): readonly SimpleCommand[] => {
  if (unit.kind === 'command') return unit.command.words.length === 0 ? [] : [unit]
  return 'head' in unit && unit.head !== null ? [{ command: unit.head, end: unit.head.offset }] : []
}

/** What `[[ ]]` asks, as `[ ]` would: of one question alone, since `&&`, `||` and patterns mean other things to a command. */
const testWords = (expression: TestExpression): readonly string[] => {
  if (expression.type === 'TestUnary') return [expression.operator, expression.operand.value]
  if (expression.type === 'TestGroup') return testWords(expression.expression)
  if (expression.type !== 'TestNot') return []
  const asked = testWords(expression.operand)
  return asked.length === 0 || expression.negations.length % 2 === 0 ? asked : ['!', ...asked]
}
