import type { CallCertainty } from '../script-calls.ts'
import { weaker } from '../shell/walk.ts'
import type { Catcher, Guard } from './guards.ts'
import type { Start } from './starts.ts'
import type { PythonState } from './values/state.ts'
import type { Scope } from './values/values.ts'

/**
 * How a way leaves what it is in. `raises`: by an exception of its own text; `fails`: the script ends with a status other than 0;
 * `ends`: with 0, or one that the text does not tell.
 */
export type Leaving = 'returns' | 'breaks' | 'continues' | 'raises' | 'fails' | 'ends'

/** One way through a script. */
export class Path {
  state: PythonState
  /** Settled doubts of what comes next. */
  level: CallCertainty
  /** Those that are not settled yet. */
  guards: readonly Guard[]
  isAlive = true
  /** How ways that were this one's left it. */
  readonly left = new Set<Leaving>()
  /** A program that has failed on this way. */
  failed: Start | null = null
  readonly scope: Scope
  readonly catchers: readonly Catcher[]

  constructor(state: PythonState, scope: Scope, around: Pick<Path, 'level' | 'guards' | 'catchers'>) {
    this.state = state
    this.scope = scope
    this.level = around.level
    this.guards = around.guards
    this.catchers = around.catchers
  }

  /** A way that branches off. */
  fork(guard: Guard | null = null, catchers = this.catchers): Path {
    const guards = guard === null ? this.guards : [...this.guards, guard]
    const way = new Path(this.state.fork(), this.scope, { level: this.level, guards, catchers })
    way.failed = this.failed
    return way
  }

  /** The same way in another scope, as of a function's body. */
  within(scope: Scope, state = this.state): Path {
    return new Path(state, scope, this)
  }

  leave(how: Leaving): void {
    this.isAlive = false
    this.left.add(how)
  }

  weaken(certainty: CallCertainty): void {
    this.level = weaker(this.level, certainty)
  }

  /** Goes on where these ways, of which one is taken, come together. */
  join(ways: readonly Path[]): void {
    const alive = ways.filter(({ isAlive }) => isAlive)
    this.isAlive = alive.length > 0
    if (this.isAlive) this.state.join(alive.map(({ state }) => state))
    for (const way of ways) this.learn(way.left)
  }

  /** What comes next does not run on the ways that left; that they failed is no doubt. */
  learn(left: ReadonlySet<Leaving>): void {
    for (const how of left) {
      this.left.add(how)
      if (how === 'raises') this.#doubtRaise()
      else if (how !== 'fails') this.weaken('perhaps')
    }
  }

  #doubtRaise(): void {
    const [last] = this.catchers.slice(-1)
    if (last !== undefined && !this.guards.includes(last.afterRaise)) this.guards = [...this.guards, last.afterRaise]
  }

  /** How certain it is by now. */
  get certainty(): CallCertainty {
    return this.guards.reduce((found, { certainty }) => weaker(found, certainty), this.level)
  }
}
