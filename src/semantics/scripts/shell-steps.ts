import type { CallCertainty } from './script-calls.ts'
import { type ShellCommand, shellTokens } from './shell-commands.ts'

/** A simple command of a shell script, and how certain it is that it runs. */
export interface ShellStep {
  readonly command: ShellCommand
  /** Offset behind it. */
  readonly end: number
  readonly certainty: CallCertainty
}

/** A compound command that is open: what stands in it now runs only sometimes, or always. */
interface Frame {
  readonly opener: string
  readonly conditional: boolean
}

interface OpenStep {
  readonly command: ShellCommand
  readonly end: number
  certainty: CallCertainty
}

/** Commands that answer a question: what `&&` joins to them depends on the answer. */
const questions = new Set(['[', '[[', 'test', 'grep', 'command', 'which', 'type', 'hash', 'systemctl', 'mountpoint', 'pgrep', 'false'])

/** What ends the script, or a function, behind `||`: the failure is not made good. */
const givesUp = /^(?:exit|return|false|die|fail\w*|abort\w*|err\w*|panic)$/

/**
 * The commands of a shell script with how certain it is that each runs: bodies of `if`, `while` and `case` run perhaps, what `|| true`
 * follows may fail, and a function that nobody calls never runs.
 */
export const shellSteps = (text: string): readonly ShellStep[] => {
  const reader = new StepReader()
  for (const token of shellTokens(text)) {
    if (token.kind === 'mark') reader.mark(token.text)
    else if (token.kind === 'command') reader.command(token.command, token.end)
  }
  return withFunctions(reader.steps)
}

class StepReader {
  readonly steps: OpenStep[] = []
  readonly #frames: Frame[] = []
  /** Frames that are conditional. */
  #conditions = 0
  #joint: '&&' | '||' | null = null
  #last: OpenStep | null = null
  /** The pipeline before `||`, until it is known what stands behind it. */
  #pipeline: OpenStep[] = []
  #failing: readonly OpenStep[] = []

  mark(mark: string): void {
    switch (mark) {
      case 'if':
      case 'while':
      case 'until':
        // The condition itself: its failure is an answer, so nobody can tell what a missing script means there.
        this.#open(mark, true)
        break
      case 'do':
        if (!this.#inCondition()) this.#open('for', false)
        break
      case 'case':
        this.#open(mark, true)
        break
      case '{':
      case '(':
        this.#settleFailing(mark)
        this.#open(mark, this.#isJoined())
        break
      case 'fi':
      case 'done':
      case 'esac':
      case '}':
      case ')':
        if (this.#frames.pop()?.conditional === true) this.#conditions -= 1
        break
      default:
        this.#operator(mark)
        return
    }
    this.#joint = null
    this.#pipeline = []
  }

  command(command: ShellCommand, end: number): void {
    this.#settleFailing(command.words[0] ?? '')
    const perhaps = this.#conditions > 0 || this.#isJoined()
    const step: OpenStep = { command, end, certainty: perhaps ? 'perhaps' : 'always' }
    this.steps.push(step)
    this.#pipeline.push(step)
    this.#last = step
    this.#joint = null
  }

  #open(opener: string, conditional: boolean): void {
    this.#frames.push({ opener, conditional })
    if (conditional) this.#conditions += 1
  }

  #operator(mark: string): void {
    if (mark === '|' || mark === '|&') return
    if (mark === '||') this.#failing = this.#pipeline
    // A line may end behind `&&` and `||`.
    if (mark === '&&' || mark === '||') this.#joint = mark
    else if (mark !== '\n' || this.#pipeline.length > 0) this.#joint = null
    this.#pipeline = []
  }

  /** `while` and `until` have their `do`; another one belongs to `for` or `select`, whose head is a command. */
  #inCondition(): boolean {
    const frame = this.#frames.at(-1)
    if (frame?.opener !== 'while' && frame?.opener !== 'until') return false
    this.#frames[this.#frames.length - 1] = { opener: 'loop', conditional: true }
    return true
  }

  #isJoined(): boolean {
    if (this.#joint === null) return false
    if (this.#joint === '||') return true
    return this.#last === null || questions.has(this.#last.command.words[0] ?? '') || this.#last.certainty === 'perhaps'
  }

  /** Now it is known what follows `||`. */
  #settleFailing(name: string): void {
    const failing = this.#joint === '||' ? this.#failing : []
    this.#failing = []
    if (name === 'true' || name === ':') for (const step of failing) step.certainty = 'optional'
    else if (!givesUp.test(name) && name !== '{') for (const step of failing) if (step.certainty === 'always') step.certainty = 'perhaps'
  }
}

/** A function's commands are as certain as its most certain call. */
const withFunctions = (steps: readonly OpenStep[]): readonly ShellStep[] => {
  const order: readonly CallCertainty[] = ['never', 'optional', 'perhaps', 'always']
  const called = new Map<string, CallCertainty>()
  for (const { command, certainty } of steps) {
    for (const [at, word] of command.words.entries()) {
      // As an argument (`trap f EXIT`, `retry f`) it may be called as well.
      const found = at === 0 ? certainty : 'perhaps'
      const known = called.get(word)
      if (known === undefined || order.indexOf(found) > order.indexOf(known)) called.set(word, found)
    }
  }
  return steps.map(({ command, end, certainty }) => {
    const body = command.inFunction === null ? 'always' : (called.get(command.inFunction) ?? 'never')
    return { command, end, certainty: order.indexOf(body) < order.indexOf(certainty) ? body : certainty }
  })
}
