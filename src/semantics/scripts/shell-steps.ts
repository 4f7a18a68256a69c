import { type CallCertainty, workingWords } from './script-calls.ts'
import { applyBuiltin, assign, type Locals } from './shell/builtins.ts'
import { expanded, expandedCommand, tellsWhatItStarts } from './shell/expansion.ts'
import { type Frame, type FunctionBody, siteOf } from './shell/frames.ts'
import { assignedIn, functionsOf, inputOf, namesFromParameters, substitutionsOf } from './shell/looks.ts'
import type { ShellCommand, ShellProgram, Statements } from './shell/nodes.ts'
import { type Started, startedBy } from './shell/starters.ts'
import { ShellState } from './shell/state.ts'
import { unpacksHere } from './shell/unpacking.ts'
import { gap, onlyWords, placedIn } from './shell/values.ts'
import { type Followed, type OnFailure, order, ShellWalk, weaker } from './shell/walk.ts'
import { holds, ShellFlow } from './shell-flow.ts'
import { shebangOf } from './shell-script.ts'
import { shellProgram } from './shell-tree.ts'

/** A simple command of a shell script, and how certain it is that it runs. */
export interface ShellStep {
  readonly command: ShellCommand
  /** Offset behind it. */
  readonly end: number
  readonly certainty: CallCertainty
}

/** A command as the shell comes to it, once for each way there. */
export interface ShellRun {
  /** Expanded; what is not told is a gap. */
  readonly words: readonly string[]
  readonly command: ShellCommand
  /** The command of the script itself that led here and names what is run: the call of a function, or the command. */
  readonly site: ShellCommand
  readonly certainty: CallCertainty
  /** The folder, as a text. */
  readonly here: string
  /** `ends`: where it fails, the script ends with a failure. */
  readonly onFailure: OnFailure
  /** Files that it reads by `<`, expanded. */
  readonly inputs: readonly string[]
}

export interface ShellReading {
  /** Each command of the text once, in the order in which they are written. */
  readonly steps: readonly ShellStep[]
  readonly runs: readonly ShellRun[]
  /** `cut`: there are more ways through the script than are followed. */
  readonly extent: 'whole' | 'cut'
}

/** The text that a script sources, by its path as a text; null where it is not known. */
export type SourcedText = (path: string) => string | null

/**
 * The commands of a shell script with how certain it is that each runs, on the ways on which the script ends with 0 and the programs
 * before it succeed: bodies of `if`, `while` and `case` run perhaps, unless every other way fails; what `|| true` follows may fail; a
 * function that nobody calls never runs, nor does what stands behind `exit`. Functions are followed to where they are called, with
 * what they are given.
 */
export const shellReading = (text: string, sourced: SourcedText = () => null): ShellReading => {
  const program = shellProgram(text)
  const options = shebangOf(text)?.options ?? []
  const reader = new CommandReader(sourced)
  reader.read(program, options)
  return { steps: reader.stepsInOrder(), runs: reader.runs, extent: reader.extent }
}

export const shellSteps = (text: string): readonly ShellStep[] => shellReading(text).steps

/** A command that is run, or what it starts. */
interface Run {
  readonly command: ShellCommand
  readonly certainty: CallCertainty
  readonly onFailure: OnFailure
  /** Programs that start others do not know the functions of the shell. */
  readonly knows: 'functions' | 'programs'
}

/** Commands that are come to; calls and starters inside each other. */
const mostRuns = 30_000
const deepest = 40

class CommandReader implements Followed {
  readonly runs: ShellRun[] = []
  extent: ShellReading['extent'] = 'whole'
  readonly #walk = new ShellWalk(this)
  readonly #steps = new Map<ShellCommand, ShellStep>()
  readonly #functions = new Map<string, readonly FunctionBody[]>()
  /** How certain the most certain way was on which a function was followed. */
  readonly #followed = new Map<Statements, CallCertainty>()
  readonly #entered = new Set<Statements>()
  readonly #frames: Frame[] = []
  readonly #made = new Set<string>()
  readonly #sourced: SourcedText
  readonly #strict = new ShellFlow(true)
  #isOwn = true
  #left = mostRuns
  /** Shells of their own around the place: what ends one of them does not end the script. */
  #others = 0
  /** How certain it is that a function is called by a name that is put together. */
  #anyCalled: CallCertainty = 'never'

  constructor(sourced: SourcedText) {
    this.#sourced = sourced
  }

  stepsInOrder(): readonly ShellStep[] {
    return [...this.#steps.values()].toSorted((one, other) => one.command.offset - other.command.offset)
  }

  read({ statements }: ShellProgram, options: readonly string[]): void {
    const state = new ShellState()
    applyBuiltin(['set', ...options.filter((word) => word.startsWith('-'))], state, this.#made)
    const functions = functionsOf(statements)
    this.#strict.learn(functions)
    this.#walk.list(statements, state, 'always')
    // What nobody calls, unless by a name that is put together.
    for (const [, body] of functions) {
      if (!this.#followed.has(body))
        this.#enter({ statements: body, source: state.source, isOwn: true }, null, state.copy(), null, this.#anyCalled)
    }
  }

  flow({ errexit }: ShellState): ShellFlow {
    return errexit === 'on' ? this.#strict : this.#strict.lax
  }

  copyOf(state: ShellState): ShellState {
    this.#left -= state.size / 64
    return state.copy()
  }

  /** Under a condition it may be another one of that name that is called. */
  define(name: string, statements: Statements, { source }: ShellState, certainty: CallCertainty): void {
    if (certainty === 'never') return
    const before = certainty === 'always' ? [] : (this.#functions.get(name) ?? [])
    this.#functions.set(name, [...before.slice(0, 10), { statements, source, isOwn: this.#isOwn }])
  }

  takeRound(): 'go' | 'spent' {
    this.#left -= 1
    return this.#left < 0 ? 'spent' : 'go'
  }

  head(command: ShellCommand, certainty: CallCertainty): void {
    this.#record(command, command.offset, certainty)
  }

  #record(command: ShellCommand, end: number, certainty: CallCertainty): void {
    if (!this.#isOwn || command.words.length === 0) return
    const known = this.#steps.get(command)
    if (known === undefined || order.indexOf(known.certainty) < order.indexOf(certainty)) {
      this.#steps.set(command, { command, end, certainty })
    }
  }

  command(command: ShellCommand, end: number, state: ShellState, certainty: CallCertainty, handled: OnFailure): void {
    this.#record(command, end, certainty)
    this.#left -= 1
    if (this.#left < 0) {
      this.extent = 'cut'
      return
    }
    this.#others += 1
    for (const statements of substitutionsOf(command)) {
      this.#within({ ...this.#frame(command), locals: null }, 'apart', () => this.#walk.list(statements, this.copyOf(state), certainty))
    }
    this.#others -= 1
    const value = expandedCommand(command, state)
    const onFailure = this.#onFailure(command, state, handled)
    const isTold = onlyWords(value) !== null || tellsWhatItStarts(command, state)
    const known = isTold ? certainty : weaker(certainty, 'perhaps')
    const run: Run = { command, certainty: known, onFailure, knows: 'functions' }
    const [only = []] = value.alternatives
    if (value.alternatives.length === 1) this.#run(only, state, run)
    else {
      const ways = value.alternatives.map((words) => {
        const way = this.copyOf(state)
        this.#run(words, way, run)
        return way
      })
      state.become(ways)
    }
  }

  #frame(command: ShellCommand | null): Frame {
    const last = this.#frames.at(-1)
    return { command, isOwn: this.#isOwn, locals: last?.locals ?? null, given: last?.given ?? new Set() }
  }

  /** Follows what stands elsewhere than where the command is: `apart` from the text, or in it. */
  #within(frame: Frame, where: 'apart' | 'in the text', follow: () => void): void {
    if (this.#frames.length >= deepest) {
      this.extent = 'cut'
      return
    }
    const outer = this.#isOwn
    this.#frames.push(frame)
    this.#isOwn = where === 'in the text'
    follow()
    this.#isOwn = outer
    this.#frames.pop()
  }

  #run(words: readonly string[], state: ShellState, run: Run): void {
    const [name = ''] = words
    assign(run.command, words, state, this.#frames.at(-1)?.locals ?? null)
    if (name === '') return
    const bodies = run.knows === 'functions' ? this.#functions.get(name) : undefined
    if (bodies !== undefined) {
      this.#call(bodies, words, state, run)
      return
    }
    if (run.knows === 'functions') this.#handOn(words, state, run)
    const site = siteOf(this.#frames, this.#frame(run.command))
    if (site !== null) {
      const { command, certainty, onFailure } = run
      this.runs.push({ words, command, site, certainty, here: state.here, onFailure, inputs: this.#inputs(command, state) })
    }
    if (name === 'source' || name === '.') this.#source(words, state, run)
    else if (name === 'mkdir') for (const word of words.slice(1)) this.#made.add(placedIn(state.here, word))
    const started = startedBy(words, this.#read(run.command))
    if (started !== null) this.#start(started, state, run)
    else if (unpacksHere(words)) state.here = gap
    else applyBuiltin(words, state, this.#made)
  }

  /** `set -e` does nothing about a command of a function whose own status is looked at, nor does `exit` in a shell of its own. */
  #onFailure({ statusTaken }: ShellCommand, { errexit }: ShellState, handled: OnFailure): OnFailure {
    if (this.#others > 0 || this.#frames.some(({ command }) => command === null || command.statusTaken)) return 'left'
    return handled === 'ends' || (errexit === 'on' && !statusTaken) ? 'ends' : 'left'
  }

  #inputs(command: ShellCommand, state: ShellState): readonly string[] {
    const input = inputOf(command)
    return input?.kind === 'file' ? (onlyWords(expanded(input.word, state)) ?? []) : []
  }

  #read(command: ShellCommand): string | null {
    const input = inputOf(command)
    return input?.kind === 'text' ? input.text : null
  }

  #start(started: Started, given: ShellState, run: Run): void {
    const state = started.kind === 'text' && started.by === 'own' ? given : this.copyOf(given)
    if (started.where === 'elsewhere') state.here = gap
    if (started.kind === 'words') {
      const certainty = started.certainty === 'always' ? run.certainty : weaker(run.certainty, 'perhaps')
      this.#within(this.#frame(run.command), this.#isOwn ? 'in the text' : 'apart', () => {
        this.#run(started.words, state, { ...run, certainty, knows: 'programs' })
      })
      if (unpacksHere(workingWords(started.words))) given.here = gap
      return
    }
    const { statements } = shellProgram(started.text)
    if (started.by === 'own') this.#become(run.command, statements)
    else {
      state.parameters = started.parameters
      state.errexit = 'off'
    }
    this.#others += started.by === 'own' ? 0 : 1
    const certainty = started.certainty === 'always' ? run.certainty : weaker(run.certainty, 'perhaps')
    this.#within({ ...this.#frame(run.command), given: new Set() }, 'apart', () => this.#walk.list(statements, state, certainty))
    this.#others -= started.by === 'own' ? 0 : 1
  }

  #become(command: ShellCommand, statements: Statements): void {
    this.#strict.learn(functionsOf(statements))
    this.#strict.becomes(command, statements)
  }

  #source([, path = gap, ...given]: readonly string[], state: ShellState, run: Run): void {
    const file = placedIn(state.here, path)
    const text = file.includes(gap) ? null : this.#sourced(file)
    if (text === null || run.certainty === 'never') return
    const { statements } = shellProgram(text)
    const { source, parameters } = state
    this.#become(run.command, statements)
    state.source = file
    if (given.length > 0) state.parameters = given
    this.#within({ ...this.#frame(run.command), isOwn: false }, 'apart', () => this.#walk.list(statements, state, run.certainty))
    state.source = source
    state.parameters = parameters
  }

  #call(bodies: readonly FunctionBody[], [, ...given]: readonly string[], state: ShellState, run: Run): void {
    const certainty = bodies.length === 1 ? run.certainty : weaker(run.certainty, 'perhaps')
    const ways = bodies.map((body) => {
      const way = bodies.length === 1 ? state : this.copyOf(state)
      this.#enter(body, given, way, run.command, certainty)
      return way
    })
    if (bodies.length > 1) state.become(ways)
  }

  /** A function's body; `given` is null where it is not told what it is given, `command` where nobody calls it. */
  #enter(
    { statements, source, isOwn }: FunctionBody,
    given: readonly string[] | null,
    state: ShellState,
    command: ShellCommand | null,
    certainty: CallCertainty,
  ): void {
    if (this.#entered.has(statements)) return
    if (order.indexOf(certainty) >= order.indexOf(this.#followed.get(statements) ?? 'never')) this.#followed.set(statements, certainty)
    const locals: Locals = new Map()
    const { parameters, source: before } = state
    state.parameters = given
    state.source = source
    const frame = { ...this.#frame(command), locals, given: namesFromParameters(statements) }
    this.#entered.add(statements)
    this.#within(frame, isOwn ? 'in the text' : 'apart', () => this.#walk.list(statements, state, certainty))
    this.#entered.delete(statements)
    state.parameters = parameters
    state.source = before
    // Where it returned is not followed.
    if (holds(statements.slice(0, -1), /^return$/)) state.forget(assignedIn(statements))
    for (const [name, value] of locals) state.restore(name, value)
  }

  /** Functions that are handed on by name (`trap f EXIT`, `retry f`) may be called; a name that is put together may be that of any. */
  #handOn([name = '', ...args]: readonly string[], state: ShellState, { command, certainty }: Run): void {
    const perhaps = weaker(certainty, 'perhaps')
    if (name.includes(gap)) this.#anyCalled = order.indexOf(perhaps) > order.indexOf(this.#anyCalled) ? perhaps : this.#anyCalled
    const named = new Set(args.flatMap((word) => word.split(/[^\w.:-]+/)))
    for (const each of named) {
      for (const body of this.#functions.get(each) ?? []) {
        const known = order.indexOf(this.#followed.get(body.statements) ?? 'never')
        if (known < order.indexOf(perhaps)) this.#enter(body, null, this.copyOf(state), command, perhaps)
      }
    }
  }
}
