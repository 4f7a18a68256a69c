import { errexitOf } from './shell/errexit.ts'
import { isOffNodes } from './shell/node-files.ts'
import type { Compound, ShellCommand, Statement, StatementPart, Statements, Unit } from './shell/nodes.ts'

/**
 * How a list of statements goes on where the programs that it runs succeed: `on` to what follows it, or out of the script. `fails`:
 * the script ends with a status other than 0; `ends`: with 0, or one that the text does not tell; `may-end`: on some ways. `breaks`
 * and `may-break` leave the function or loop alone.
 */
export type Flow = 'on' | 'may-end' | 'ends' | 'fails' | 'breaks' | 'may-break'

/** Nothing behind it runs. */
export const isEnd = (flow: Flow): boolean => flow === 'ends' || flow === 'fails' || flow === 'breaks'

/** Programs that answer a question by their status: what hangs on them is not decided by the text. */
const questions = new Set(
  '[ [[ test grep egrep fgrep zgrep command which type hash systemctl mountpoint pgrep id getent diff cmp read false'.split(' '),
)

/** Functions whose name says that the failure is not made good, where the text does not hold them. */
const namedForFailure = /^(?:die|fail\w*|abort\w*|err\w*|panic)$/

/** What `exit`, `return` and functions make of the flow of a script. */
export class ShellFlow {
  readonly #functions = new Map<string, Statements | null>()
  readonly #becomes = new WeakMap<ShellCommand, Statements>()
  #known = new WeakMap<Statements, Flow>()
  readonly #entered = new Set<string>()
  readonly #failsOnReturn: boolean
  /** The same where the status is looked at, so that `set -e` does not act on it. */
  readonly #looked: ShellFlow

  /** Where `set -e` does not hold. */
  get lax(): ShellFlow {
    return this.#looked
  }

  /** `failsOnReturn`: `set -e` makes a `return` with a status other than 0 the end of the script. */
  constructor(failsOnReturn: boolean) {
    this.#failsOnReturn = failsOnReturn
    this.#looked = failsOnReturn ? new ShellFlow(false) : this
  }

  /** Functions that may be called from now on. One of several definitions: the text does not tell which holds. */
  learn(functions: readonly (readonly [string, Statements])[]): void {
    if (functions.length === 0) return
    for (const [name, body] of functions) {
      const known = this.#functions.get(name)
      this.#functions.set(name, known === undefined || known === body ? body : null)
    }
    this.#known = new WeakMap()
    if (this.#looked !== this) this.#looked.learn(functions)
  }

  /** `eval` and `source` are the statements that they read. */
  becomes(command: ShellCommand, statements: Statements): void {
    this.#becomes.set(command, statements)
    if (this.#looked !== this) this.#looked.becomes(command, statements)
  }

  ofList(statements: Statements): Flow {
    const known = this.#known.get(statements)
    if (known !== undefined) return known
    let flow: Flow = 'on'
    let setting: ShellFlow = this
    for (const statement of statements) {
      if (setsOff(statement)) setting = this.#looked
      flow = after(flow, setting.ofStatement(statement))
      if (isEnd(flow)) break
    }
    this.#known.set(statements, flow)
    return flow
  }

  ofStatement({ parts, background }: Statement): Flow {
    const [first] = parts
    if (background || first === undefined) return 'on'
    let flow = parts.length > 1 ? this.#looked.#ofPart(first) : this.#ofPart(first)
    let [isQuestion, isBehindOr] = [this.mayRefuse(first), false]
    for (const [at, part] of parts.entries()) {
      if (isEnd(flow)) break
      if (at === 0) continue
      const own = failsBehindOr(part) ? 'fails' : at < parts.length - 1 ? this.#looked.#ofPart(part) : this.#ofPart(part)
      // Behind `||` stands what is done about a failure, which programs that succeed do not come to.
      if (isQuestion) flow = after(flow, oneOf([own, 'on']))
      else if (part.operator === '&&' && !isBehindOr) flow = after(flow, own)
      isQuestion ||= this.mayRefuse(part)
      isBehindOr ||= part.operator === '||'
    }
    return flow
  }

  /** Whether what stands in this list or part ends the script with a failure. */
  fails(found: Statements | StatementPart): boolean {
    if (!('pipeline' in found)) return this.ofList(found) === 'fails'
    const [unit] = found.pipeline
    if (
      unit?.kind === 'command' &&
      namedForFailure.test(unit.command.words[0] ?? '') &&
      !this.#functions.has(unit.command.words[0] ?? '')
    ) {
      return true
    }
    return this.#ofPart(found) === 'fails'
  }

  /** Whether nothing behind the part runs where it runs. */
  leaves(part: StatementPart): boolean {
    return isEnd(this.#ofPart(part)) || this.fails(part)
  }

  /** Whether a part may have a status other than 0 though the programs in it succeed: a question, or a function or list that says no. */
  mayRefuse(part: StatementPart): boolean {
    const unit = part.pipeline.at(-1)
    if (asks(part) || unit === undefined) return true
    const body = unit.kind === 'command' ? this.#functions.get(unit.command.words[0] ?? '') : 'branches' in unit ? unit.branches.flat() : []
    return body === null || (body !== undefined && holds(body, /^(?:return|false|exit)$/))
  }

  #ofPart({ pipeline }: StatementPart): Flow {
    const [unit] = pipeline
    return pipeline.length === 1 && unit !== undefined ? this.#ofUnit(unit) : 'on'
  }

  #ofUnit(unit: Unit): Flow {
    if (unit.kind === 'command') return this.#ofCommand(unit.command)
    if (unit.kind === 'function' || unit.kind === 'arithmetic') return 'on'
    const flows = unit.branches.filter((_, at) => !isOffNodes(unit.conditions[at])).map((list) => this.ofList(list))
    if (unit.kind === 'group') return flows[0] ?? 'on'
    // The status of brackets is that of their list: `set -e` acts on it, and nothing else does.
    if (unit.kind === 'subshell') return flows[0] === 'fails' && this.#failsOnReturn ? 'fails' : 'on'
    if (unit.kind === 'condition') return oneOf(unit.exhaustive ? flows : [...flows, 'on'])
    return ofLoop(flows[0] ?? 'on', runsAtLeastOnce(unit), holdsReturn(unit.branches[0] ?? []))
  }

  #ofCommand(command: ShellCommand): Flow {
    const { words } = command
    const [name = '', status] = words
    const read = this.#becomes.get(command)
    if (read !== undefined) return withoutBreaks(this.ofList(read))
    if (name === 'exit') return isFailure(status) ? 'fails' : 'ends'
    if (name === 'exec' && words.length > 1) return 'ends'
    if (name === 'return') return isFailure(status) && this.#failsOnReturn ? 'fails' : 'breaks'
    if (name === 'break' || name === 'continue') return 'breaks'
    const body = this.#functions.get(name)
    if (body === undefined || body === null || this.#entered.has(name) || this.#entered.size > mostCalls) return 'on'
    this.#entered.add(name)
    const flow = this.ofList(body)
    this.#entered.delete(name)
    return withoutBreaks(flow)
  }
}

const withoutBreaks = (flow: Flow): Flow => (flow === 'breaks' || flow === 'may-break' ? 'on' : flow)

/** `set +e`: what returns with a failure behind it ends nothing. */
const setsOff = ({ parts }: Statement): boolean => {
  const [unit] = parts[0]?.pipeline ?? []
  return parts.length === 1 && unit?.kind === 'command' && errexitOf(unit.command.words) === 'off'
}

/** Functions that call each other, as deep as they are followed. */
const mostCalls = 100

/** `exit` without a status hands on that of the part that failed. */
const failsBehindOr = ({ operator, pipeline: [unit] }: StatementPart): boolean =>
  operator === '||' && unit?.kind === 'command' && unit.command.words.join(' ') === 'exit'

const isFailure = (status: string | undefined): boolean => status !== undefined && /^\d+$/.test(status) && Number(status) % 256 !== 0

/** A flow and what comes behind it. */
const after = (flow: Flow, next: Flow): Flow => {
  if (flow === 'may-end') return next === 'ends' || next === 'fails' ? 'ends' : 'may-end'
  if (flow === 'may-break') return next === 'on' || next === 'fails' || next === 'ends' ? (next === 'on' ? 'may-break' : 'may-end') : next
  return next
}

/** Of several ways one is taken. */
const oneOf = (flows: readonly Flow[]): Flow => {
  const [first = 'on'] = flows
  if (flows.every((flow) => flow === first)) return first
  if (flows.every((flow) => flow === 'ends' || flow === 'fails')) return 'ends'
  if (flows.includes('ends') || flows.includes('may-end')) return 'may-end'
  return flows.includes('breaks') || flows.includes('may-break') ? 'may-break' : 'on'
}

const ofLoop = (body: Flow, runs: boolean, returns: boolean): Flow => {
  if (body === 'breaks' || body === 'may-break') return returns ? 'may-break' : 'on'
  if (body === 'ends') return runs ? 'ends' : 'may-end'
  if (body === 'fails') return runs ? 'fails' : 'on'
  return body
}

/** `for x in a b`, with words that are there whatever the node is like, and `while true`. */
export const runsAtLeastOnce = ({ head, asks: asked, conditions }: Compound): boolean => {
  if (head !== null) {
    const [keyword, , , ...words] = head.words
    return keyword === 'for' && words.some((word) => word !== '' && !/[$`*?[{]/.test(word))
  }
  const [unit] = conditions[0]?.[0]?.parts[0]?.pipeline ?? []
  return asked === 'while' && unit?.kind === 'command' && /^(?:true|:)$/.test(unit.command.words[0] ?? '')
}

const holdsReturn = (statements: Statements): boolean => holds(statements, /^return$/)

/** Whether a list, or one within it, holds a command of that name. */
export const holds = (statements: Statements, name: RegExp): boolean =>
  statements.some(({ parts }) =>
    parts.some(({ pipeline }) =>
      pipeline.some((unit) => {
        if (unit.kind === 'command') return name.test(unit.command.words[0] ?? '')
        return 'branches' in unit && [...unit.conditions, ...unit.branches].some((list) => holds(list, name))
      }),
    ),
  )

/** Whether a part's status answers a question, rather than says that a step was done. */
const asks = ({ negated, pipeline }: StatementPart): boolean => {
  const unit = pipeline.at(-1)
  if (negated || unit === undefined || unit.kind === 'arithmetic') return true
  const name = unit.kind === 'command' ? unit.command.words.find((word) => word !== 'sudo' && !/^\w+=/.test(word)) : undefined
  return name !== undefined && questions.has(name)
}
