import type { Evaluator } from './evaluator.ts'
import { mostRounds } from './evaluator.ts'
import type { Frame } from './frame.ts'
import type { Call } from './machine.ts'
import { changesIn } from './names.ts'
import type { Path } from './paths.ts'
import { looksAt } from './starts.ts'
import type { Branch, Expression, MatchCase, Statement, Statements } from './tree/nodes.ts'
import { type TryStatement, TryWalk } from './try-walk.ts'
import { branch, decisionOf } from './values/decisions.ts'
import { forgetContent, itemsOf } from './values/lists.ts'
import { calculated, compared } from './values/operations.ts'
import { bind } from './values/scopes.ts'
import { type PythonValue, truth, unknown } from './values/values.ts'

/** What statements need of what runs them. */
export interface Followed {
  spend(): 'go' | 'spent'
  fresh(): number
  define(statement: Extract<Statement, { kind: 'function' | 'class' }>, path: Path): void
  take(statement: Extract<Statement, { kind: 'import' | 'from' }>, path: Path): void
  exit(status: PythonValue, path: Path, call: Call): void
  fail(statement: Statement, path: Path): void
  doubt(): void
}

type Of<Kind extends Statement['kind']> = Extract<Statement, { kind: Kind }>

/** Branches of one `if` or `match`: each stands inside those before it. */
const mostBranches = 200

/** Goes through lists of statements in the order in which they run. */
export class StatementWalk {
  readonly #followed: Followed
  readonly #evaluator: Evaluator
  readonly #try: TryWalk

  constructor(followed: Followed, evaluator: Evaluator) {
    this.#followed = followed
    this.#evaluator = evaluator
    this.#try = new TryWalk(this, evaluator)
  }

  list(statements: Statements, path: Path, frame: Frame): void {
    for (const statement of statements) {
      if (!path.isAlive) return
      if (this.#followed.spend() === 'spent') return
      this.#statement(statement, path, frame)
    }
  }

  #statement(statement: Statement, path: Path, frame: Frame): void {
    switch (statement.kind) {
      case 'if':
        if (statement.branches.length > mostBranches) this.#passOver(path)
        else this.#if(statement.branches, statement.otherwise, path, frame)
        break
      case 'match':
        if (statement.cases.length > mostBranches) this.#passOver(path)
        else this.#match(statement.cases, this.#evaluator.evaluate(statement.subject, path), path, frame)
        break
      case 'for':
        this.#for(statement, path, frame)
        break
      case 'while':
        this.#while(statement, path, frame)
        break
      case 'try':
        this.#try.follow(statement satisfies TryStatement, path, frame)
        break
      case 'with':
        this.#try.with(statement, path, frame)
        break
      case 'return':
        this.#return(statement, path, frame)
        break
      case 'break':
      case 'continue':
        this.#leaveRound(statement.kind, path, frame)
        break
      default:
        this.#simple(statement, path)
    }
  }

  #simple(statement: Statement, path: Path): void {
    switch (statement.kind) {
      case 'expression':
        this.#evaluator.evaluate(statement.value, path)
        break
      case 'assign': {
        const value = this.#evaluator.evaluate(statement.value, path)
        if (path.isAlive) for (const target of statement.targets) this.#evaluator.assign(target, value, path)
        break
      }
      case 'update':
        this.#update(statement, path)
        break
      case 'function':
      case 'class':
        this.#followed.define(statement, path)
        break
      case 'import':
      case 'from':
        this.#followed.take(statement, path)
        break
      case 'raise':
        this.#raise(statement, path)
        break
      case 'assert':
        branch(decisionOf(this.#evaluator.evaluate(statement.test, path), path.state), path, noStep, (way) => {
          this.#followed.fail(statement, way)
          way.leave('raises')
        })
        break
      case 'delete':
        for (const target of statement.targets) this.#evaluator.assign(target, unknown, path)
        break
      case 'unread':
        this.#passOver(path)
        break
      default:
    }
  }

  /** What is not followed may do anything. */
  #passOver(path: Path): void {
    this.#followed.doubt()
    path.weaken('perhaps')
  }

  #update({ target, operator, value }: Of<'update'>, path: Path): void {
    const [before, added] = [this.#evaluator.evaluate(target, path), this.#evaluator.evaluate(value, path)]
    const after = calculated(operator, before, added, path.state, this.#followed.fresh())
    // A list that others hold as well is changed in place.
    if (before.kind === 'list' && target.kind !== 'name') forgetContent(before, path.state)
    this.#evaluator.assign(target, after, path)
  }

  #if([first, ...rest]: readonly Branch[], otherwise: Statements | null, path: Path, frame: Frame): void {
    if (first === undefined) {
      this.list(otherwise ?? [], path, frame)
      return
    }
    const value = this.#evaluator.evaluate(first.test, path)
    if (!path.isAlive) return
    branch(
      decisionOf(value, path.state),
      path,
      (way) => this.list(first.body, way, frame),
      (way) => this.#if(rest, otherwise, way, frame),
    )
  }

  #match([first, ...rest]: readonly MatchCase[], subject: PythonValue, path: Path, frame: Frame): void {
    if (first === undefined) return
    const { pattern, guard, body } = first
    const fits = this.#fits(pattern, subject, path)
    branch(
      decisionOf(fits, path.state),
      path,
      (way) => {
        if (pattern.kind === 'any' && pattern.name !== null) bind(pattern.name, subject, way.scope, way.state)
        if (pattern.kind === 'other') for (const name of pattern.names) bind(name, unknown, way.scope, way.state)
        const holds = guard === null ? truth(true) : this.#evaluator.evaluate(guard, way)
        branch(
          decisionOf(holds, way.state),
          way,
          (inner) => this.list(body, inner, frame),
          (inner) => this.#match(rest, subject, inner, frame),
        )
      },
      (way) => this.#match(rest, subject, way, frame),
    )
  }

  #fits(pattern: MatchCase['pattern'], subject: PythonValue, path: Path): PythonValue {
    if (pattern.kind === 'any') return truth(true)
    if (pattern.kind === 'other') return unknown
    const found = pattern.values.map(
      (value) => decisionOf(compared('==', subject, this.#evaluator.evaluate(value, path), path.state), path.state).kind,
    )
    if (found.includes('true')) return truth(true)
    return found.every((kind) => kind === 'false') ? truth(false) : unknown
  }

  #for(statement: Of<'for'>, path: Path, frame: Frame): void {
    const ways = itemsOf(this.#evaluator.evaluate(statement.iterable, path), path.state)
    if (!path.isAlive) return
    const items = ways?.length === 1 ? ways[0] : undefined
    const isTold = items !== undefined && items.length <= mostRounds && !items.some(({ kind }) => kind === 'spread')
    if (!isTold) {
      const isSome = ways?.every((each) => each.some(({ kind }) => kind !== 'spread')) === true
      this.#repeated(statement, path, frame, isSome ? 'some' : 'any', (way) => this.#evaluator.assign(statement.target, unknown, way))
      return
    }
    const loop = { broken: [], continued: [] }
    const before = path.fork()
    for (const item of items) {
      if (!before.isAlive) break
      this.#evaluator.assign(statement.target, item, before)
      this.#round(statement.body, before, { ...frame, loop })
    }
    if (before.isAlive) this.list(statement.otherwise ?? [], before, frame)
    this.#leaveLoop(path, before, loop.broken)
  }

  /** One round of a loop; what continues goes on behind it. */
  #round(body: Statements, path: Path, frame: Frame & { readonly loop: NonNullable<Frame['loop']> }): void {
    const round = path.fork()
    const continued = frame.loop.continued.length
    this.list(body, round, frame)
    const ways = [round, ...frame.loop.continued.splice(continued)]
    const alive = ways.filter((way) => way.isAlive || way.left.has('continues'))
    path.isAlive = alive.length > 0
    path.state.join(alive.map((way) => way.state.since(path.state)))
    const left = new Set(ways.flatMap((way) => [...way.left]))
    left.delete('continues')
    path.learn(left)
  }

  /** Where a loop ends: by itself, or by `break`. */
  #leaveLoop(path: Path, end: Path, broken: readonly Path[]): void {
    const left = new Set([...end.left, ...broken.flatMap((way) => [...way.left])])
    left.delete('breaks')
    left.delete('continues')
    path.isAlive = end.isAlive || broken.length > 0
    path.state.join([...(end.isAlive ? [end.state] : []), ...broken.map((way) => way.state.since(path.state))])
    path.learn(left)
  }

  #while(statement: Of<'while'>, path: Path, frame: Frame): void {
    this.#forget(statement.body, path)
    const { kind } = decisionOf(this.#evaluator.evaluate(statement.test, path), path.state)
    if (kind === 'false') this.list(statement.otherwise ?? [], path, frame)
    else this.#repeated(statement, path, frame, kind === 'true' ? 'endless' : 'any', noStep)
  }

  /** A loop whose rounds are not counted: its body is gone through once. `endless`: it ends by `break` alone. */
  #repeated(
    statement: Of<'for' | 'while'>,
    path: Path,
    frame: Frame,
    rounds: 'any' | 'some' | 'endless',
    begin: (way: Path) => void,
  ): void {
    this.#forget(statement.body, path)
    const loop = { broken: [], continued: [] }
    const end = path.fork()
    const once = rounds === 'any' ? end.fork({ certainty: 'perhaps' }) : end
    begin(once)
    this.#round(statement.body, once, { ...frame, loop })
    if (rounds === 'any') end.join([once, end.fork()])
    if (rounds === 'endless') end.isAlive = false
    if (end.isAlive) this.list(statement.otherwise ?? [], end, frame)
    this.#leaveLoop(path, end, loop.broken)
  }

  /** What a loop changes is not told in its rounds. */
  #forget(body: Statements, path: Path): void {
    const { assigned, changed } = changesIn(body)
    for (const name of assigned) bind(name, unknown, path.scope, path.state)
    for (const expression of changed) {
      if (expression.kind === 'name' && !assigned.has(expression.name))
        forgetContent(this.#evaluator.evaluate(expression, path), path.state)
      if (expression.kind === 'attribute') this.#forgetAttribute(expression, path)
    }
  }

  #forgetAttribute(expression: Extract<Expression, { kind: 'attribute' }>, path: Path): void {
    if (expression.of.kind === 'name') this.#evaluator.assign(expression, unknown, path)
  }

  #return({ value }: Of<'return' | 'raise'>, path: Path, frame: Frame): void {
    const found = value === null ? truth(false) : this.#evaluator.evaluate(value, path)
    if (!path.isAlive) return
    frame.returned.push({ value: value === null ? { kind: 'constant', value: null } : found, path })
    path.leave('returns')
  }

  #leaveRound(kind: 'break' | 'continue', path: Path, { loop }: Frame): void {
    if (kind === 'break') loop?.broken.push(path)
    else loop?.continued.push(path)
    path.leave(kind === 'break' ? 'breaks' : 'continues')
  }

  /** `raise SystemExit(1)` ends the script as `sys.exit(1)` does. */
  #raise(statement: Of<'return' | 'raise'>, path: Path): void {
    const { value } = statement
    if (value?.kind === 'call') {
      const callee = this.#evaluator.evaluate(value.callee, path)
      if (callee.kind === 'library' && callee.path === 'builtins.SystemExit') {
        this.#followed.exit(this.#evaluator.given(value.given, path).plain[0] ?? { kind: 'constant', value: null }, path, value)
        return
      }
    }
    if (value !== null) this.#evaluator.evaluate(value, path)
    if (!path.isAlive) return
    if (path.failed !== null && path.catchers.length === 0) looksAt(path.failed, 'checked')
    this.#followed.fail(statement, path)
    path.leave('raises')
  }
}

const noStep = (): void => {}
