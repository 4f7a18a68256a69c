import type { Evaluator } from './evaluator.ts'
import type { Frame } from './frame.ts'
import type { Catcher, Guard, HandlerOutcome } from './guards.ts'
import { changesIn } from './names.ts'
import type { Leaving, Path } from './paths.ts'
import type { Handler, Statement, Statements } from './tree/nodes.ts'
import { bind } from './values/scopes.ts'
import { alternativesOf, type PythonValue, unknown } from './values/values.ts'

export type TryStatement = Extract<Statement, { kind: 'try' }>

interface Lists {
  list(statements: Statements, path: Path, frame: Frame): void
}

/** `try` and `with`: what is caught, and what comes of it. */
export class TryWalk {
  readonly #lists: Lists
  readonly #evaluator: Evaluator

  constructor(lists: Lists, evaluator: Evaluator) {
    this.#lists = lists
    this.#evaluator = evaluator
  }

  follow(statement: TryStatement, path: Path, frame: Frame): void {
    const handlers = statement.handlers.map(({ type }) => ({ names: this.#names(type, path), outcome: 'unclear' as HandlerOutcome }))
    const catcher = { handlers, afterRaise: { certainty: 'perhaps' } satisfies Guard as Guard }
    const body = path.fork(null, handlers.length === 0 ? path.catchers : [...path.catchers, catcher])
    const inBody: Guard = { certainty: 'perhaps' }
    this.#guarded(statement.body, body, frame, handlers.length === 0 ? null : inBody)
    const raised = body.left.has('raises')
    const ways = statement.handlers.map((handler, at) => {
      const way = this.#handled(handler, body, path, frame)
      const caught = handlers[at]
      // What it keeps of the failure may end the script later.
      if (caught !== undefined) caught.outcome = outcomeOf(way) === 'goes-on' && keeps(handler.body) ? 'unclear' : outcomeOf(way)
      return way
    })
    const failing = handlers.every(({ outcome }) => outcome === 'fails' || (outcome === 'raises' && path.catchers.length === 0))
    if (failing) for (const guard of [catcher.afterRaise, inBody]) guard.certainty = 'always'
    if (body.isAlive) this.#otherwise(statement.otherwise ?? [], body, path, frame)
    this.#comeTogether(path, body, ways, { handlers, raised })
    if (path.isAlive) this.#lists.list(statement.last ?? [], path, frame)
    else this.#last(statement.last ?? [], path, frame)
  }

  /** What comes before may raise, so that the rest of the body is not come to. */
  #guarded([first, ...rest]: Statements, body: Path, frame: Frame, guard: Guard | null): void {
    if (first === undefined) return
    this.#lists.list([first], body, frame)
    if (guard !== null) body.guards = [...body.guards, guard]
    this.#lists.list(rest, body, frame)
  }

  /** What stands in `else` is not caught. */
  #otherwise(statements: Statements, body: Path, { catchers }: Path, frame: Frame): void {
    const way = body.fork(null, catchers)
    this.#lists.list(statements, way, frame)
    body.join([way])
  }

  #handled({ name, body }: Handler, tried: Path, path: Path, frame: Frame): Path {
    const way = path.fork({ certainty: 'perhaps' })
    // Wherever in the body it was raised.
    way.state.join([tried.state.since(path.state), path.state.fork()])
    if (name !== null) bind(name, unknown, way.scope, way.state)
    this.#lists.list(body, way, frame)
    return way
  }

  #comeTogether(
    path: Path,
    body: Path,
    ways: readonly Path[],
    { handlers, raised }: { readonly handlers: Catcher['handlers']; readonly raised: boolean },
  ): void {
    const alive = [...(body.isAlive ? [body] : []), ...ways.filter((way) => way.isAlive)]
    path.isAlive = alive.length > 0
    path.state.join(alive.map((way) => way.state.since(path.state)))
    const left = new Set<Leaving>([...body.left, ...ways.flatMap((way) => [...way.left])])
    // What the body raises is caught; what a handler raises is not.
    const isCaught = handlers.length > 0 && raised && !ways.some((way) => way.left.has('raises'))
    if (isCaught) left.delete('raises')
    // `sys.exit` is an exception as well.
    const takesExit = handlers.some(
      ({ names, outcome }) => outcome !== 'raises' && (names === null || names.some((name) => /^(?:SystemExit|BaseException)$/.test(name))),
    )
    if (takesExit && body.left.has('fails')) {
      left.delete('fails')
      path.weaken('perhaps')
    }
    path.learn(left)
  }

  /** `finally` runs on the ways that leave as well; what it leaves by itself is not told then. */
  #last(statements: Statements, path: Path, frame: Frame): void {
    const way = path.fork()
    this.#lists.list(statements, way, frame)
    path.state.join([way.state])
  }

  #names(type: Parameters<Evaluator['evaluate']>[0] | null, path: Path): readonly string[] | null {
    if (type === null) return null
    const types = type.kind === 'sequence' ? type.items.map(({ value }) => value) : [type]
    const names = types.map((each) => {
      if (each.kind === 'attribute') return each.name
      return each.kind === 'name' ? nameOf(this.#evaluator.evaluate(each, path), each.name) : null
    })
    return names.some((name) => name === null) ? null : names.flatMap((name) => name ?? [])
  }

  /** `with a as b`, and `contextlib.suppress`, which catches. */
  with(statement: Extract<Statement, { kind: 'with' }>, path: Path, frame: Frame): void {
    let suppressed: Catcher | null = null
    for (const { value, target } of statement.items) {
      const found = this.#evaluator.evaluate(value, path)
      if (target !== null) this.#evaluator.assign(target, entered(found), path)
      if (value.kind === 'call' && found.kind === 'library' && found.path === 'contextlib.suppress()') {
        const lists = value.given.map((given) => this.#names(given.value, path))
        const names = lists.some((each) => each === null) ? null : lists.flatMap((each) => each ?? [])
        suppressed = { handlers: [{ names, outcome: 'goes-on' }], afterRaise: { certainty: 'perhaps' } }
      }
    }
    if (suppressed === null) {
      this.#lists.list(statement.body, path, frame)
      return
    }
    const body = path.fork(null, [...path.catchers, suppressed])
    this.#guarded(statement.body, body, frame, { certainty: 'perhaps' })
    const raised = body.left.has('raises')
    this.#comeTogether(path, body, raised ? [path.fork()] : [], { handlers: suppressed.handlers, raised })
  }
}

/** Classes of the scripts stand for what they are called. */
const nameOf = (value: PythonValue, written: string): string | null => {
  if (value.kind === 'library') return value.path.slice(value.path.lastIndexOf('.') + 1)
  return value.kind === 'class' ? value.name : written
}

/** What `with` hands to its name. */
const entered = (value: PythonValue): PythonValue =>
  alternativesOf(value).every(({ kind }) => kind === 'result' || kind === 'object') ? value : unknown

const keeps = (body: Statements): boolean => {
  const { assigned, changed } = changesIn(body)
  return assigned.size > 0 || changed.length > 0
}

const outcomeOf = ({ isAlive, left }: Path): HandlerOutcome => {
  const [fails, raises] = [left.has('fails'), left.has('raises')]
  const others = [...left].some((how) => how !== 'fails' && how !== 'raises')
  if (isAlive) return fails || raises || others ? 'unclear' : 'goes-on'
  if (others) return 'unclear'
  return raises ? 'raises' : 'fails'
}
