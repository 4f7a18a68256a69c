import { gap } from '../shell/values.ts'
import { back, handOver, ownNames, untold } from './bodies.ts'
import { CallFrames } from './call-frames.ts'
import { Evaluator } from './evaluator.ts'
import type { Returned } from './frame.ts'
import { ImportReader, type ModuleText, type TakenModule } from './imports.ts'
import { callLibrary } from './library/functions.ts'
import { callOwnMethod } from './library/methods.ts'
import { unpacks } from './library/starters.ts'
import type { Call, Given, Machine } from './machine.ts'
import type { Path } from './paths.ts'
import type { Start, Started } from './starts.ts'
import { looksAt } from './starts.ts'
import type { PythonProgram, Span, Statement } from './tree/nodes.ts'
import { decisionOf } from './values/decisions.ts'
import { itemsOf } from './values/lists.ts'
import { bind, boundTo, classMember, moveTo, setMember } from './values/scopes.ts'
import {
  alternativesOf,
  asText,
  type ClassValue,
  eitherOf,
  type FunctionValue,
  none,
  type PythonValue,
  type Scope,
  unknown,
} from './values/values.ts'
import { type Followed, StatementWalk } from './walk.ts'

/** Where a script ends by its own text with another status than 0. */
export interface Failure extends Span {
  /** 1 for an exception. */
  readonly status: number
}

/** Statements and calls that are come to; calls inside each other. */
const mostSteps = 60_000
const deepest = 40

/** Runs a script on all its ways at once, as far as its text tells. */
export class PythonReader implements Machine, Followed {
  readonly starts: Start[] = []
  readonly failures: Failure[] = []
  readonly touched = new Set<string>()
  /** Something that was not understood is handed a script: whether it runs it is not told. */
  readonly handed: { readonly text: string; readonly site: Span }[] = []
  /** `cut`: there are more ways than are followed; `part`: a part was not understood. */
  extent: 'whole' | 'part' | 'cut' = 'whole'
  readonly workloadManager: string | null
  readonly #evaluator = new Evaluator(this)
  readonly #walk = new StatementWalk(this, this.#evaluator)
  readonly #imports: ImportReader
  readonly #frames = new CallFrames()
  readonly #entered = new Set<FunctionValue['definition']>()
  readonly #defined: FunctionValue[] = []
  /** How often each function is on the way. */
  readonly #active = new Map<FunctionValue['definition'], number>()
  #left = mostSteps
  #ids = 0
  #callsAny = false
  /** Those that something which is not seen here may call: a decorator, Python itself, or a class above. */
  readonly #open = new Set<FunctionValue['definition']>()

  constructor(moduleText: ModuleText, workloadManager: string | null) {
    this.workloadManager = workloadManager
    this.#imports = new ImportReader(moduleText, this, (program, path) => this.#module(program, path))
  }

  get taken(): readonly TakenModule[] {
    return this.#imports.taken
  }

  /** Goes through the statements of the script itself. */
  run(program: PythonProgram, path: Path): void {
    this.#module(program, path)
    for (const each of this.#defined) {
      const mayBeCalled = this.#callsAny || this.#open.has(each.definition)
      if (mayBeCalled && !this.#entered.has(each.definition)) this.#enter(each, untold, path.fork({ certainty: 'perhaps' }))
    }
  }

  #module({ statements, complete }: PythonProgram, path: Path): void {
    if (!complete) this.doubt()
    this.#walk.list(statements, path, { returned: [], loop: null })
  }

  fresh(): number {
    this.#ids += 1
    return this.#ids
  }

  spend(): 'go' | 'spent' {
    this.#left -= 1
    if (this.#left >= 0) return 'go'
    this.extent = 'cut'
    return 'spent'
  }

  doubt(): void {
    if (this.extent === 'whole') this.extent = 'part'
  }

  callsAny(): void {
    this.#callsAny = true
  }

  take(statement: Extract<Statement, { kind: 'import' | 'from' }>, path: Path): void {
    this.#imports.take(statement, path)
  }

  define(statement: Extract<Statement, { kind: 'function' | 'class' }>, path: Path): void {
    const value = statement.kind === 'function' ? this.#function(statement, path) : this.#class(statement, path)
    bind(statement.name, value, path.scope, path.state)
  }

  #function(statement: Extract<Statement, { kind: 'function' }>, path: Path): PythonValue {
    const names = statement.decorators.map((each) => (each.kind === 'attribute' || each.kind === 'name' ? each.name : ''))
    const isMember = path.scope.kind === 'class'
    const defined = this.#evaluator.functionOf(statement, path, isMember ? roleOf(names) : 'plain')
    this.#defined.push(defined)
    if (isMember && /^__(?!init__$)\w+__$/.test(statement.name)) this.#open.add(statement)
    return statement.decorators.toReversed().reduce<PythonValue>((value, each) => {
      const decorator = this.#evaluator.evaluate(each, path)
      const call: Call = { kind: 'call', callee: each, given: [], offset: each.offset, end: each.end }
      if (decorator.kind === 'function') return this.call(decorator, { plain: [value], named: new Map(), others: 'none' }, path, call)
      const isKnown = decorator.kind === 'library' && /^(?:builtins|functools|abc|contextlib|typing)\./.test(decorator.path)
      if (!isKnown && !names.includes('setter')) this.#open.add(statement)
      return value
    }, defined)
  }

  #class(statement: Extract<Statement, { kind: 'class' }>, path: Path): ClassValue {
    const bases = statement.bases.flatMap(({ kind, value }) => (kind === 'plain' ? [this.#evaluator.evaluate(value, path)] : []))
    const isPlain = (base: PythonValue): boolean =>
      base.kind === 'class' ? base.makes === 'plain' : base.kind === 'library' && /^(?:builtins\.|abc\.|enum\.|typing\.)/.test(base.path)
    const makes = statement.decorators.length === 0 && bases.every(isPlain) ? 'plain' : 'opaque'
    const id = this.fresh()
    const value: ClassValue = { kind: 'class', id, name: statement.name, bases, makes }
    setMember(id, '__class__', value, path.state)
    if (!bases.every(isPlain)) for (const each of statement.body) if (each.kind === 'function') this.#open.add(each)
    const inner = path.within({ id, kind: 'class', own: null, outer: path.scope, module: path.scope.module })
    this.#walk.list(statement.body, inner, { returned: [], loop: null })
    path.isAlive = inner.isAlive
    path.learn(inner.left)
    return value
  }

  call(callee: PythonValue, given: Given, path: Path, call: Call): PythonValue {
    if (this.spend() === 'spent') return unknown
    switch (callee.kind) {
      case 'function':
        return this.#follow(callee, given, path, call)
      case 'method':
        return this.#follow(callee.function, { ...given, plain: [callee.of, ...given.plain] }, path, call)
      case 'class':
        return this.#make(callee, given, path, call)
      case 'library':
        return this.#frames.within(call, path, () => callLibrary(callee.path, given, path, call, this))
      case 'own method':
        return this.#frames.within(call, path, () => callOwnMethod(callee, given, path, call, this))
      case 'object': {
        const found = classMember(callee.of, '__call__', path.state)
        return found?.kind === 'function' ? this.call(boundTo(callee, found), given, path, call) : unknown
      }
      case 'either':
        return this.#any(callee.values, given, path, call)
      default:
        this.handOn(given, path, call)
        return unknown
    }
  }

  #any(callees: readonly PythonValue[], given: Given, path: Path, call: Call): PythonValue {
    const ways = callees.map((callee) => {
      const way = path.fork({ certainty: 'perhaps' })
      return { way, value: this.call(callee, given, way, call) }
    })
    path.join(ways.map(({ way }) => way))
    return eitherOf(ways.map(({ value }) => value))
  }

  #follow(callee: FunctionValue, given: Given, path: Path, call: Call): PythonValue {
    return this.#frames.within(call, path, () => this.#enter(callee, given, path))
  }

  #enter(callee: FunctionValue, given: Given, path: Path): PythonValue {
    const { definition } = callee
    this.#entered.add(definition)
    const depth = this.#active.get(definition) ?? 0
    if (depth > 1) return unknown
    if (this.#active.size >= deepest) {
      this.extent = 'cut'
      return unknown
    }
    const own = ownNames(definition)
    const scope: Scope = { id: this.fresh(), kind: 'function', own, outer: callee.scope, module: callee.scope.module }
    this.#frames.open(scope, definition)
    const body = path.within(scope, path.state.fork())
    body.failed = path.failed
    // It calls itself: what it is given in the rounds that follow is not told.
    if (depth > 0) body.weaken('perhaps')
    handOver(definition.parameters, callee.defaults, depth > 0 ? untold : given, body, this)
    this.#active.set(definition, depth + 1)
    const returned: Returned[] = []
    if (definition.kind === 'lambda') returned.push({ value: this.#evaluator.evaluate(definition.body, body), path: body })
    else {
      this.#walk.list(definition.body, body, { returned, loop: null })
      if (body.isAlive) returned.push({ value: none, path: body })
    }
    if (depth === 0) this.#active.delete(definition)
    else this.#active.set(definition, depth)
    return back(returned, body, path)
  }

  /** An object of a class. Of an `Enum` it is one of the members. */
  #make(of: ClassValue, given: Given, path: Path, call: Call): PythonValue {
    if (of.bases.some((base) => base.kind === 'library' && base.path.startsWith('enum.'))) return unknown
    const made: PythonValue = { kind: 'object', id: this.fresh(), of }
    const init = classMember(of, '__init__', path.state)
    if (init?.kind === 'function') this.#follow(init, { ...given, plain: [made, ...given.plain] }, path, call)
    else if (of.makes === 'opaque') {
      for (const [name, value] of given.named) setMember(made.id, name, value, path.state)
      this.#touch(given)
    }
    return made
  }

  start(started: Started, how: Pick<Start, 'heed' | 'here' | 'awaited'>, path: Path): Start {
    const { level, guards, catchers } = path
    const start: Start = { started, site: this.#frames.siteOf(started), level, guards, catchers, ...how }
    this.starts.push(start)
    if (unpacks(started)) moveTo(gap, path.state)
    return start
  }

  exit(status: PythonValue, path: Path, call: Call): void {
    for (const each of alternativesOf(status)) if (each.kind === 'status') looksAt(each.start, 'checked')
    const { kind } = decisionOf(status, path.state)
    const isFailure = kind === 'true' || (status.kind === 'text' && status.text !== '')
    if (!isFailure) {
      path.leave('ends')
      return
    }
    if (path.failed !== null) looksAt(path.failed, 'checked')
    const code = status.kind === 'number' ? ((status.value % 256) + 256) % 256 : 1
    if (code !== 0) this.#fails(call, code, path)
    path.leave(code === 0 ? 'ends' : 'fails')
  }

  fail(statement: Statement, path: Path): void {
    this.#fails(statement, 1, path)
  }

  #fails({ offset, end }: Span, status: number, path: Path): void {
    const own = path.scope.module.text === 'own' ? { offset, end } : this.#frames.outermost()
    if (own !== null) this.failures.push({ offset: own.offset, end: own.end, status })
  }

  handOn(given: Given, path: Path, call: Call, files: 'below' | 'anywhere' = 'anywhere'): void {
    this.#touch(given, files)
    const all = [...given.plain, ...given.named.values()]
    for (const [at, value] of all.entries()) {
      const items = value.kind === 'list' ? (itemsOf(value, path.state) ?? []).flat() : [value]
      for (const item of items) {
        if (item.kind === 'text' && path.scope.module.text === 'own') this.handed.push({ text: item.text, site: call })
        for (const each of alternativesOf(item)) this.#perhapsCalled(each, { given, all, at }, path, call)
      }
    }
  }

  /** `Thread(target=f, args=(a,))`, `submit(f, a)` */
  #perhapsCalled(
    value: PythonValue,
    { given, all, at }: { readonly given: Given; readonly all: readonly PythonValue[]; readonly at: number },
    path: Path,
    call: Call,
  ): void {
    if (value.kind !== 'function' && value.kind !== 'method') return
    const args = given.named.get('args')
    const lists = args === undefined ? null : itemsOf(args, path.state)
    const plain = lists?.[0] ?? (at < given.plain.length ? all.slice(at + 1, given.plain.length) : [])
    const way = path.fork({ certainty: 'perhaps' })
    const isTold = plain.length > 0
    this.call(value, isTold ? { plain, named: new Map(), others: 'none' } : untold, way, call)
    way.isAlive = true
    way.left.clear()
    path.join([way, path.fork()])
  }

  #touch({ plain, named }: Given, files: 'below' | 'anywhere' = 'anywhere'): void {
    for (const value of [...plain, ...named.values()]) {
      for (const each of alternativesOf(value)) {
        const { text } = asText(each)
        const isFile = (each.kind === 'text' || each.kind === 'path') && /^\S+$/.test(text) && !(files === 'below' && text.startsWith('/'))
        if (isFile) this.touched.add(text.slice(text.lastIndexOf('/') + 1))
      }
    }
  }
}

/** By its decorators. */
const roleOf = (names: readonly string[]): FunctionValue['role'] => {
  if (names.includes('staticmethod')) return 'static'
  if (names.includes('classmethod')) return 'class'
  return names.includes('property') || names.includes('cached_property') ? 'property' : 'plain'
}
