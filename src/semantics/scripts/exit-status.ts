import { type Place, placeAt } from '../text/place.ts'
import type { ShellCommand, Statement, StatementPart, Unit } from './shell/nodes.ts'
import { shellCommands, shellProgram } from './shell-tree.ts'

/** With what status a script ends by its own text, whatever its steps do. */
export type ExitStatus =
  /** It cannot end with 0: it comes to this statement on every way, and nothing ends it with 0 before. */
  | { readonly kind: 'never-zero'; readonly status: number; readonly statement: string; readonly place: Place }
  /**
   * Its last statement is a question, whose answer becomes the status: a test alone, a `!`, or `test && command`, which is non-zero
   * where the test is false.
   */
  | {
      readonly kind: 'question'
      readonly form: 'test' | 'negation' | 'and-list'
      readonly statement: string
      readonly place: Place
      /** `exit 0` as the last line would end the script with 0, under `set -e` as well. */
      readonly mendedByExit: boolean
    }
  /** That of its last step: non-zero where that step fails. */
  | { readonly kind: 'last-step' }
  /** Brackets or keywords of the text do not match, as far as this reading goes. */
  | { readonly kind: 'unreadable' }

/** https://www.gnu.org/software/bash/manual/html_node/Exit-Status.html */
export const exitStatus = (text: string): ExitStatus => {
  const { statements, complete } = shellProgram(text)
  const functions = functionsOf(statements)
  const commands = shellCommands(text)
  const ending = endOf(statements, endingFunctions(functions, commands))
  if (!complete && ending === null) return { kind: 'unreadable' }
  const place = (offset: number, end: number) => ({ statement: excerpt(text, offset, end), place: placeAt(text, offset) })
  if (ending !== null && ending.status !== 0 && ending.status !== null) {
    const { status, command, end } = ending
    return endsWithZero(commands) ? { kind: 'last-step' } : { kind: 'never-zero', status, ...place(command.offset, end) }
  }
  if (handlesExit(commands, functions)) return { kind: 'last-step' }
  const failure = ending === null ? lastFalse(statements) : null
  if (failure !== null && !endsWithZero(commands)) {
    return { kind: 'never-zero', status: 1, ...place(failure.command.offset, failure.end) }
  }
  const reached = ending === null ? statements : ending.isPlain ? statements.slice(0, ending.index) : null
  const pipefail = commands.some(({ words }) => words[0] === 'set' && words.includes('pipefail') && !words.includes('+o'))
  const question = reached === null ? null : questionAtEnd(reached, { text, functions, pipefail, entered: new Set(), outermost: true })
  if (question === null) return { kind: 'last-step' }
  const { form, end, outermost } = question
  const offset = question.offset - (/!\s+$/.exec(text.slice(Math.max(0, question.offset - 20), question.offset))?.[0].length ?? 0)
  return { kind: 'question', form, ...place(offset, end), mendedByExit: ending === null && form !== 'test' && outermost }
}

/** Line in which a script ends on every way: what stands below it is never read by the shell. Null where it runs to its end. */
export const lastLineRead = (text: string): number | null => {
  const { statements } = shellProgram(text)
  const ending = endOf(statements, endingFunctions(functionsOf(statements), shellCommands(text)))
  return ending === null ? null : placeAt(text, ending.command.offset).line
}

type Functions = ReadonlyMap<string, readonly Statement[]>

const functionsOf = (statements: readonly Statement[]): Functions =>
  new Map(
    statements.flatMap(({ parts }) =>
      parts.flatMap(({ pipeline }) => pipeline.flatMap((unit) => (unit.kind === 'function' ? [[unit.name, unit.body] as const] : []))),
    ),
  )

/** Those that may end the script: a function that may return first leaves it running. */
const endingFunctions = (functions: Functions, commands: readonly ShellCommand[]): Functions => {
  const returning = new Set(commands.flatMap(({ words, inFunction }) => (words[0] === 'return' ? [inFunction] : [])))
  return new Map([...functions].filter(([name]) => !returning.has(name)))
}

interface Ending {
  /** Null where the text does not say it. */
  readonly status: number | null
  readonly command: ShellCommand
  readonly end: number
  /** Of the statement that ends the list. */
  readonly index: number
  /** `exit` alone, in the list itself: the status is that of the statement before. */
  readonly isPlain: boolean
}

/** The first statement of the list at which the script ends on every way; null where there is none. */
const endOf = (statements: readonly Statement[], functions: Functions, entered: Set<string> = new Set()): Ending | null => {
  for (const [index, statement] of statements.entries()) {
    const unit = onlyUnit(statement)
    if (unit === null) continue
    if (unit.kind === 'group') {
      const ending = endOf(unit.branches[0] ?? [], functions, entered)
      if (ending !== null) return { ...ending, index, isPlain: false }
    }
    if (unit.kind !== 'command') continue
    const [name = '', status] = unit.command.words
    if (name === 'exit' || (name === 'exec' && status !== undefined)) {
      return {
        status: name === 'exit' ? literalStatus(status) : null,
        command: unit.command,
        end: unit.end,
        index,
        isPlain: unit.command.words.length === 1,
      }
    }
    const body = enter(name, functions, entered)
    const ending = body === null ? null : endOf(body, functions, entered)
    if (ending !== null) return { ...ending, index, isPlain: false }
  }
  return null
}

/** Functions that are followed to where they are called; more are taken for commands, so that no script uses up the stack. */
const maxCalls = 500

/** The body of a function, the first time that it is asked for: a second look finds nothing that the first did not. */
const enter = (name: string, functions: Functions, entered: Set<string>): readonly Statement[] | null => {
  const body = entered.has(name) || entered.size >= maxCalls ? undefined : functions.get(name)
  if (body === undefined) return null
  entered.add(name)
  return body
}

/** The unit of a statement that is nothing else; null where its status is joined, negated, piped or not waited for. */
const onlyUnit = ({ parts, background }: Statement): Unit | null => {
  const [part] = parts
  if (part === undefined || parts.length > 1 || background || part.negated || part.pipeline.length > 1) return null
  return part.pipeline[0] ?? null
}

/** `false` as the last statement. */
const lastFalse = (statements: readonly Statement[]): (Unit & { readonly kind: 'command' }) | null => {
  const last = statements.at(-1)
  const unit = last === undefined ? null : onlyUnit(last)
  return unit?.kind === 'command' && unit.command.words[0] === 'false' ? unit : null
}

/** A shell keeps the lowest eight bits. */
const literalStatus = (word: string | undefined): number | null =>
  word !== undefined && /^-?\d{1,9}$/.test(word) ? ((Number(word) % 256) + 256) % 256 : null

/** Whether anything in the script may end it with 0: an `exit` of 0 or of a value that the text does not say, another program, a trap. */
const endsWithZero = (commands: readonly ShellCommand[]): boolean =>
  commands.some(({ words: [name, ...rest] }) => {
    if (name === 'exit') return (literalStatus(rest[0]) ?? 0) === 0
    return (name === 'exec' && rest.length > 0) || (name === 'trap' && rest.some((word) => /\bexit\b/.test(word)))
  })

/** A trap on EXIT that may set the status. */
const handlesExit = (commands: readonly ShellCommand[], functions: Functions): boolean =>
  commands.some(
    ({ words: [name, handler = '', ...signals] }) =>
      name === 'trap' &&
      signals.some((signal) => signal === 'EXIT' || signal === '0') &&
      (/\bexit\b/.test(handler) || functions.has(handler.split(/\s/)[0] ?? '')),
  )

interface Question {
  readonly form: 'test' | 'negation' | 'and-list'
  readonly offset: number
  readonly end: number
  /** In no function and no subshell: those hand a status to `set -e` that it would have let pass where it came about. */
  readonly outermost: boolean
}

interface Reading {
  readonly text: string
  readonly functions: Functions
  readonly pipefail: boolean
  /** Names that were followed already. */
  readonly entered: Set<string>
  readonly outermost: boolean
}

const questionAtEnd = (statements: readonly Statement[], reading: Reading): Question | null => {
  const last = statements.at(-1)
  if (last === undefined || last.background || last.parts.some(({ operator }) => operator === '||')) return null
  const final = last.parts.at(-1)
  if (final === undefined) return null
  const condition = last.parts.slice(0, -1).find((part) => asks(part, reading))
  if (condition === undefined) return questionOf(final, reading)
  const end = final.pipeline.at(-1)
  const start = condition.pipeline[0]
  // `test && exit 0` is written by somebody who thinks of the status.
  if (start === undefined || end === undefined || (end.kind === 'command' && end.command.words[0] === 'exit')) return null
  return {
    form: 'and-list',
    offset: offsetOf(start),
    end: 'end' in end ? end.end : endOfLine(reading.text, offsetOf(start)),
    outermost: reading.outermost,
  }
}

/** The last part of the last statement. */
const questionOf = ({ negated, pipeline }: StatementPart, reading: Reading): Question | null => {
  const start = pipeline[0]
  const unit = pipeline.at(-1)
  if (start === undefined || unit === undefined) return null
  const asking = (reading.pipefail ? pipeline : [unit]).some((one) => isTest(one))
  if (negated || asking) {
    const offset = offsetOf(start)
    return {
      form: negated ? 'negation' : 'test',
      offset,
      end: 'end' in unit ? unit.end : endOfLine(reading.text, offset),
      outermost: reading.outermost,
    }
  }
  if (unit.kind === 'function' || unit.kind === 'arithmetic') return null
  if (unit.kind !== 'command') {
    const within = { ...reading, outermost: reading.outermost && unit.kind !== 'subshell' }
    return unit.branches.map((list) => questionAtEnd(list, within)).find((found) => found !== null) ?? null
  }
  const body = enter(unit.command.words[0] ?? '', reading.functions, reading.entered)
  return body === null ? null : questionAtEnd(body, { ...reading, outermost: false })
}

/** Whether a part that others follow by `&&` is a condition, whose being false is no failure. */
const asks = ({ negated, pipeline }: StatementPart, { text }: Reading): boolean => {
  const unit = pipeline.at(-1)
  if (unit === undefined) return false
  // The idiom that tells whether a script is run or sourced: HyperPod runs it.
  if ('end' in unit && text.slice(offsetOf(unit), unit.end).includes('BASH_SOURCE')) return false
  return negated || isTest(unit) || (unit.kind === 'command' && isLookup(bare(unit.command.words)))
}

const tests = new Set(['[', '[[', 'test', 'grep', 'egrep', 'fgrep', 'zgrep'])
const lookups = new Set(['which', 'type', 'hash', 'pgrep', 'mountpoint', 'id', 'getent', 'diff', 'cmp'])

const isTest = (unit: Unit): boolean =>
  unit.kind === 'arithmetic' || (unit.kind === 'command' && tests.has(bare(unit.command.words)[0] ?? ''))

/** Commands that answer a question by their status, and are steps of their own as well. */
const isLookup = ([name = '', first = '']: readonly string[]): boolean =>
  lookups.has(name) || (name === 'command' && /^-[vV]$/.test(first)) || (name === 'systemctl' && /^is-/.test(first))

/** Without assignments and sudo before the command. */
const bare = (words: readonly string[]): readonly string[] => {
  const at = words.findIndex((word) => word !== 'sudo' && !/^[A-Za-z_]\w*=/.test(word))
  return at === -1 ? [] : words.slice(at)
}

const offsetOf = (unit: Unit): number => {
  if (unit.kind === 'command') return unit.command.offset
  if (unit.kind === 'arithmetic') return unit.offset
  const first = (unit.kind === 'function' ? unit.body : (unit.branches[0] ?? []))[0]?.parts[0]?.pipeline[0]
  return first === undefined ? 0 : offsetOf(first)
}

const endOfLine = (text: string, offset: number): number => {
  const end = text.indexOf('\n', offset)
  return end === -1 ? text.length : end
}

const excerptLength = 60

/** A statement on one line, cut to a length that a message can hold. */
export const excerpt = (text: string, offset: number, end: number): string => {
  const line = text
    .slice(offset, end)
    .replaceAll(/\\?\s+/g, ' ')
    .trim()
  return line.length > excerptLength ? `${line.slice(0, excerptLength)}…` : line
}
