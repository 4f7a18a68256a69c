import type { CallCertainty } from '../script-calls.ts'
import { holds, isEnd, runsAtLeastOnce, type ShellFlow } from '../shell-flow.ts'
import { expanded } from './expansion.ts'
import { assignedIn } from './looks.ts'
import { isOffNodes } from './node-files.ts'
import type { Compound, ShellCommand, Statement, StatementPart, Statements, Unit } from './nodes.ts'
import type { ShellState } from './state.ts'
import { gap, listed, onlyWords, told } from './values.ts'

/** The weakest first. */
export const order: readonly CallCertainty[] = ['never', 'optional', 'unheeded', 'perhaps', 'always']

export const weaker = (one: CallCertainty, other: CallCertainty): CallCertainty => (order.indexOf(one) < order.indexOf(other) ? one : other)

/** What the text makes of a command's failure: the script ends with it, or it is left to the shell, as `set -e` has it. */
export type OnFailure = 'ends' | 'left'

/** What is done with the commands that a walk comes to. */
export interface Followed {
  command(command: ShellCommand, end: number, state: ShellState, certainty: CallCertainty, onFailure: OnFailure): void
  /** The head of a loop. */
  head(command: ShellCommand, certainty: CallCertainty): void
  define(name: string, statements: Statements, state: ShellState, certainty: CallCertainty): void
  flow(state: ShellState): ShellFlow
  copyOf(state: ShellState): ShellState
  /** `spent`: there are more ways than are followed. */
  takeRound(): 'go' | 'spent'
}

/** Words of a `for` that is followed round by round. */
const mostRounds = 50

/** Goes through lists of statements in the order in which they run, with what the shell knows on each way. */
export class ShellWalk {
  readonly #followed: Followed
  /** Brackets around the place: `exit` in them ends them alone. */
  #subshells = 0

  constructor(followed: Followed) {
    this.#followed = followed
  }

  /** `asked`: the list is a condition, whose surroundings say what comes of its answer; null for any other list. */
  list(statements: Statements, state: ShellState, given: CallCertainty, asked: OnFailure | null = null): void {
    let certainty = given
    for (const statement of statements) {
      this.#statement(statement, state, certainty, asked)
      const flow = this.#followed.flow(state).ofStatement(statement)
      if (isEnd(flow)) certainty = 'never'
      else if (flow !== 'on') certainty = weaker(certainty, 'perhaps')
    }
  }

  #statement({ parts, background }: Statement, given: ShellState, certainty: CallCertainty, asked: OnFailure | null): void {
    const state = background ? this.#followed.copyOf(given) : given
    const flow = this.#followed.flow(state)
    let reached = certainty
    let way: ShellState | null = null
    let mayRefuse = false
    for (const [at, part] of parts.entries()) {
      const isRefused = part.operator === '&&' && mayRefuse
      mayRefuse ||= flow.mayRefuse(part)
      if (part.operator === '||') {
        if (way !== null) state.become([state.copy(), way])
        way = this.#followed.copyOf(state)
      } else if (isRefused && way === null) way = this.#followed.copyOf(state)
      if (part.operator === '||' || isRefused) reached = weaker(reached, 'perhaps')
      const isAsked = asked !== null && parts.length === 1
      const handled = isAsked ? 'always' : this.#handled(parts, at, flow)
      const next = alternativeOf(parts, at)
      const onFailure = isAsked ? asked : next !== undefined && flow.fails(next) ? 'ends' : 'left'
      this.#part(part, way ?? state, weaker(reached, handled), onFailure)
      if (way !== null && flow.leaves(part)) way = null
    }
    if (way !== null) state.become([state.copy(), way])
  }

  /** What becomes of a failure, by the parts behind. */
  #handled(parts: readonly StatementPart[], at: number, flow: ShellFlow): CallCertainty {
    const next = alternativeOf(parts, at)
    if (next === undefined) return parts[at]?.negated === true ? 'perhaps' : 'always'
    if (flow.fails(next)) return 'always'
    const [unit] = next.pipeline
    const [name, status] = unit?.kind === 'command' ? unit.command.words : []
    if (name === 'exit' || name === 'return') return status === '0' ? 'optional' : 'always'
    if (name === 'false') return 'always'
    return name === 'true' || name === ':' ? 'optional' : 'perhaps'
  }

  #part({ pipeline }: StatementPart, state: ShellState, certainty: CallCertainty, onFailure: OnFailure): void {
    if (pipeline.length === 1) for (const unit of pipeline) this.#unit(unit, state, certainty, onFailure)
    else for (const unit of pipeline) this.#unit(unit, this.#followed.copyOf(state), certainty, 'left')
  }

  #unit(unit: Unit, state: ShellState, certainty: CallCertainty, onFailure: OnFailure): void {
    if (unit.kind === 'command') {
      this.#followed.command(unit.command, unit.end, state, certainty, this.#subshells === 0 ? onFailure : 'left')
    } else if (unit.kind === 'function') this.#followed.define(unit.name, unit.body, state, certainty)
    else if (unit.kind === 'condition') this.#condition(unit, state, certainty)
    else if (unit.kind === 'loop') this.#loop(unit, state, certainty)
    else if (unit.kind === 'group') for (const list of unit.branches) this.list(list, state, certainty)
    else if (unit.kind === 'subshell') {
      this.#subshells += 1
      for (const list of unit.branches) this.list(list, this.#followed.copyOf(state), certainty)
      this.#subshells -= 1
    }
  }

  #condition(unit: Compound, state: ShellState, certainty: CallCertainty): void {
    const flow = this.#followed.flow(state)
    const isFailing = unit.branches.map((list) => flow.fails(list))
    const ways: ShellState[] = []
    let isDecided = false
    for (const [at, branch] of unit.branches.entries()) {
      const condition = unit.conditions[at]
      const asked = at === 0 ? this.#asked(unit, flow) : 'perhaps'
      if (condition !== undefined) this.list(condition, state, weaker(certainty, asked), asked === 'always' ? 'ends' : 'left')
      const othersFail = unit.exhaustive && isFailing.every((fails, other) => fails || other === at)
      const way = this.#followed.copyOf(state)
      if (isOffNodes(condition)) {
        this.list(branch, way, 'never')
        continue
      }
      this.list(branch, way, othersFail || isTrue(condition) ? certainty : weaker(certainty, 'perhaps'))
      if (!isEnd(flow.ofList(branch)) || flow.ofList(branch) === 'breaks') ways.push(way)
      isDecided ||= isTrue(condition)
    }
    if (!unit.exhaustive && !isDecided) ways.push(state.copy())
    state.become(ways)
  }

  /** A command that a condition asks is as certain as what comes of its failure: the branch for it fails, or goes on. */
  #asked({ conditions, branches, exhaustive }: Compound, flow: ShellFlow): CallCertainty {
    const [condition = []] = conditions
    const [statement] = condition
    const parts = statement?.parts ?? []
    if (condition.length !== 1 || parts.some(({ operator }) => operator === '||')) return 'perhaps'
    const [first] = parts
    if (parts.length === 1 && first?.negated === true) return flow.fails(branches[0] ?? []) ? 'always' : 'perhaps'
    const otherwise = exhaustive && conditions.length === 1 ? branches[1] : undefined
    return otherwise !== undefined && !parts.some(({ negated }) => negated) && flow.fails(otherwise) ? 'always' : 'perhaps'
  }

  #loop(unit: Compound, state: ShellState, certainty: CallCertainty): void {
    const [body = []] = unit.branches
    if (unit.head !== null) this.#followed.head(unit.head, certainty)
    const words = unit.head === null ? null : this.#rounds(unit.head, state)
    const name = unit.head?.words[1]
    const before = this.#followed.copyOf(state)
    const breaks = holds(body, /^(?:break|continue)$/)
    if (words !== null && name !== undefined) {
      const runs = words.length > 0 && !words.some((word) => /[*?]/.test(word))
      const found = words.length === 0 ? 'never' : runs && !holds(body, /^break$/) ? certainty : weaker(certainty, 'perhaps')
      for (const [at, word] of words.entries()) {
        if (this.#followed.takeRound() === 'spent' && at > 0) break
        state.set(name, told([word]))
        this.list(body, state, found)
      }
      if (words.length === 0) this.list(body, this.#followed.copyOf(state), 'never')
      if (breaks) state.forget(assignedIn(body))
      if (!runs) state.become([before, state.copy()])
      return
    }
    this.#forgetIn(body, state)
    if (name !== undefined) state.forget([name])
    for (const condition of unit.conditions) this.list(condition, state, weaker(certainty, 'perhaps'))
    const isCertain = runsAtLeastOnce(unit) && !holds(body, /^break$/)
    this.list(body, state, isCertain ? certainty : weaker(certainty, 'perhaps'))
    if (breaks) state.forget(assignedIn(body))
    state.become([before, state.copy()])
  }

  /** What a round leaves to the next one is not followed. */
  #forgetIn(body: Statements, state: ShellState): void {
    state.forget(assignedIn(body))
    if (holds(body, /^(?:cd|pushd|popd)$/)) state.here = gap
    if (holds(body, /^(?:shift|set)$/)) state.parameters = null
  }

  /** The words that a `for` goes through; null where they are not told, or too many. */
  #rounds({ words: [keyword, , from], nodes }: ShellCommand, state: ShellState): readonly string[] | null {
    if (keyword !== 'for' || from !== 'in') return null
    const words = onlyWords(listed(nodes.map((node) => (node.type === 'Word' ? expanded(node, state) : told([gap])))))
    return words === null || words.length > mostRounds || words.some((word) => word.includes(gap)) ? null : words
  }
}

/** What runs where a part fails. */
const alternativeOf = (parts: readonly StatementPart[], at: number): StatementPart | undefined =>
  parts.slice(at + 1).find(({ operator }) => operator === (parts[at]?.negated === true ? '&&' : '||'))

const isTrue = (condition: Statements | undefined): boolean => {
  const [unit] = condition?.length === 1 ? (condition[0]?.parts[0]?.pipeline ?? []) : []
  return condition?.[0]?.parts.length === 1 && unit?.kind === 'command' && /^(?:true|:)$/.test(unit.command.words.join(' '))
}
