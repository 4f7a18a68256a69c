import type { CallCertainty } from './script-calls.ts'
import { holds, isEnd, runsAtLeastOnce, ShellFlow } from './shell-flow.ts'
import { shebangOf } from './shell-script.ts'
import {
  type Compound,
  inOrder,
  type ShellCommand,
  type Statement,
  type StatementPart,
  type Statements,
  shellProgram,
  type Unit,
} from './shell-tree.ts'

/** A simple command of a shell script, and how certain it is that it runs. */
export interface ShellStep {
  readonly command: ShellCommand
  /** Offset behind it. */
  readonly end: number
  readonly certainty: CallCertainty
}

/** The weakest first. */
const order: readonly CallCertainty[] = ['never', 'optional', 'perhaps', 'always']

const weaker = (one: CallCertainty, other: CallCertainty): CallCertainty => (order.indexOf(one) < order.indexOf(other) ? one : other)

/**
 * The commands of a shell script with how certain it is that each runs, on the ways on which the script ends with 0 and the programs
 * before it succeed: bodies of `if`, `while` and `case` run perhaps, unless every other way fails; what `|| true` follows may fail; a
 * function that nobody calls never runs, nor does what stands behind `exit`.
 */
export const shellSteps = (text: string): readonly ShellStep[] => {
  const { statements } = shellProgram(text)
  const options = shebangOf(text)?.options ?? []
  const errexit = options.some((word) => /^-[a-z]*e/.test(word)) || /^[ \t]*set[ \t]+(?:-[a-z]*e|-o[ \t]+errexit)/m.test(text)
  const reader = new StepReader(new ShellFlow(functionsOf(statements), errexit))
  reader.list(statements, 'always')
  return withFunctions(reader.steps)
}

const functionsOf = (statements: Statements): readonly (readonly [string, Statements])[] => {
  const found: (readonly [string, Statements])[] = []
  const look = (list: Statements): void => {
    for (const unit of list.flatMap(({ parts }) => parts.flatMap(({ pipeline }) => pipeline))) {
      if (unit.kind === 'function') {
        found.push([unit.name, unit.body])
        look(unit.body)
      } else if ('branches' in unit) for (const inner of inOrder(unit)) look(inner)
    }
  }
  look(statements)
  return found
}

class StepReader {
  readonly steps: ShellStep[] = []
  readonly #flow: ShellFlow

  constructor(flow: ShellFlow) {
    this.#flow = flow
  }

  /** `asked`: the list is a condition, whose surroundings say what comes of its answer. */
  list(statements: Statements, given: CallCertainty, asked = false): void {
    let certainty = given
    for (const statement of statements) {
      this.#statement(statement, certainty, asked)
      const flow = this.#flow.ofStatement(statement)
      if (isEnd(flow)) certainty = 'never'
      else if (flow !== 'on') certainty = weaker(certainty, 'perhaps')
    }
  }

  #statement({ parts }: Statement, given: CallCertainty, asked: boolean): void {
    let reached = given
    for (const [at, part] of parts.entries()) {
      if (part.operator === '||') reached = weaker(reached, 'perhaps')
      if (part.operator === '&&' && parts.slice(0, at).some((one) => this.#flow.mayRefuse(one))) reached = weaker(reached, 'perhaps')
      this.#part(part, weaker(reached, asked && parts.length === 1 ? 'always' : this.#handled(parts, at)))
    }
  }

  /** What becomes of a failure, by the parts behind. */
  #handled(parts: readonly StatementPart[], at: number): CallCertainty {
    const next = parts.slice(at + 1).find(({ operator }) => operator === (parts[at]?.negated === true ? '&&' : '||'))
    if (next === undefined) return parts[at]?.negated === true ? 'perhaps' : 'always'
    if (this.#flow.fails(next)) return 'always'
    const [unit] = next.pipeline
    const [name, status] = unit?.kind === 'command' ? unit.command.words : []
    if (name === 'exit' || name === 'return') return status === '0' ? 'optional' : 'always'
    if (name === 'false') return 'always'
    return name === 'true' || name === ':' ? 'optional' : 'perhaps'
  }

  #part({ pipeline }: StatementPart, certainty: CallCertainty): void {
    for (const unit of pipeline) this.#unit(unit, certainty)
  }

  #unit(unit: Unit, certainty: CallCertainty): void {
    if (unit.kind === 'command') this.#step(unit.command, unit.end, certainty)
    else if (unit.kind === 'function') this.list(unit.body, 'always')
    else if (unit.kind === 'condition') this.#condition(unit, certainty)
    else if (unit.kind === 'loop') this.#loop(unit, certainty)
    else if (unit.kind !== 'arithmetic') for (const list of unit.branches) this.list(list, certainty)
  }

  #step(command: ShellCommand, end: number, certainty: CallCertainty): void {
    if (command.words.length > 0) this.steps.push({ command, end, certainty })
  }

  #condition(unit: Compound, certainty: CallCertainty): void {
    const isFailing = unit.branches.map((list) => this.#flow.fails(list))
    for (const [at, branch] of unit.branches.entries()) {
      const condition = unit.conditions[at]
      if (condition !== undefined)
        this.list(condition, at === 0 ? weaker(certainty, this.#asked(unit)) : weaker(certainty, 'perhaps'), true)
      const othersFail = unit.exhaustive && isFailing.every((fails, other) => fails || other === at)
      this.list(branch, othersFail || isTrue(condition) ? certainty : weaker(certainty, 'perhaps'))
    }
  }

  /** A command that a condition asks is as certain as what comes of its failure: the branch for it fails, or goes on. */
  #asked({ conditions, branches, exhaustive }: Compound): CallCertainty {
    const [condition = []] = conditions
    const [statement] = condition
    const parts = statement?.parts ?? []
    if (condition.length !== 1 || parts.some(({ operator }) => operator === '||')) return 'perhaps'
    const [first] = parts
    if (parts.length === 1 && first?.negated === true) return this.#flow.fails(branches[0] ?? []) ? 'always' : 'perhaps'
    const otherwise = exhaustive && conditions.length === 1 ? branches[1] : undefined
    return otherwise !== undefined && !parts.some(({ negated }) => negated) && this.#flow.fails(otherwise) ? 'always' : 'perhaps'
  }

  #loop(unit: Compound, certainty: CallCertainty): void {
    const [body = []] = unit.branches
    if (unit.head !== null) this.#step(unit.head, unit.head.offset, certainty)
    for (const condition of unit.conditions) this.list(condition, weaker(certainty, 'perhaps'))
    const isCertain = runsAtLeastOnce(unit) && !holds(body, /^break$/)
    this.list(body, isCertain ? certainty : weaker(certainty, 'perhaps'))
  }
}

const isTrue = (condition: Statements | undefined): boolean => {
  const [unit] = condition?.length === 1 ? (condition[0]?.parts[0]?.pipeline ?? []) : []
  return condition?.[0]?.parts.length === 1 && unit?.kind === 'command' && /^(?:true|:)$/.test(unit.command.words.join(' '))
}

/** A function's commands are as certain as its most certain call, from where the script begins. */
const withFunctions = (steps: readonly ShellStep[]): readonly ShellStep[] => {
  const names = new Set(steps.flatMap(({ command: { inFunction } }) => (inFunction === null ? [] : [inFunction])))
  if (names.size === 0) return steps
  const callsIn = new Map<string | null, { readonly name: string; readonly certainty: CallCertainty }[]>()
  for (const { command, certainty } of steps) {
    const calls = callsIn.get(command.inFunction) ?? []
    callsIn.set(command.inFunction, calls)
    for (const [name, found] of namedIn(command, certainty, names)) calls.push({ name, certainty: found })
  }
  const called = new Map<string, CallCertainty>()
  const waiting: { readonly from: string | null; readonly certainty: CallCertainty }[] = [{ from: null, certainty: 'always' }]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const { name, certainty } of callsIn.get(next.from) ?? []) {
      const found = weaker(certainty, next.certainty)
      if (order.indexOf(found) <= order.indexOf(called.get(name) ?? 'never')) continue
      called.set(name, found)
      waiting.push({ from: name, certainty: found })
    }
  }
  return steps.map((step) => {
    const { inFunction } = step.command
    return inFunction === null ? step : { ...step, certainty: weaker(step.certainty, called.get(inFunction) ?? 'never') }
  })
}

/** The functions that a command calls, or hands on by name (`trap f EXIT`, `retry f`, `"do_$x"`), which may then be called. */
const namedIn = (
  { words, inFunction }: ShellCommand,
  certainty: CallCertainty,
  names: ReadonlySet<string>,
): readonly (readonly [string, CallCertainty])[] => {
  const perhaps = weaker(certainty, 'perhaps')
  const start = words.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word))
  const first = words[start] ?? ''
  // A name that is put together: any of them.
  if (first.includes('$') && !(inFunction !== null && /^\$(?:[@*\d]|\{[@*\d]\})$/.test(first)))
    return [...names].map((name) => [name, perhaps])
  return words.flatMap((word, at) => {
    if (at === start && names.has(word)) return [[word, certainty] as const]
    return word.split(/[^\w.:-]+/).flatMap((part) => (names.has(part) ? [[part, perhaps] as const] : []))
  })
}
