import { eitherOf, type PythonValue } from './values.ts'

/**
 * What variables, lists and attributes hold at one place of a script. A state that was forked keeps what is changed in it to itself
 * until it is joined: what it was forked from must not change in between.
 */
export class PythonState {
  readonly #before: PythonState | null
  readonly #own = new Map<string, PythonValue>()

  constructor(before: PythonState | null = null) {
    this.#before = before
  }

  get(key: string): PythonValue | undefined {
    for (let state: PythonState | null = this; state !== null; state = state.#before) {
      const value = state.#own.get(key)
      if (value !== undefined) return value
    }
    return undefined
  }

  set(key: string, value: PythonValue): void {
    this.#own.set(key, value)
  }

  fork(): PythonState {
    return new PythonState(this)
  }

  /** A fork of `base` that differs from it as this one does, which was forked from it over others. */
  since(base: PythonState): PythonState {
    const chain: PythonState[] = []
    for (let state: PythonState | null = this; state !== null && state !== base; state = state.#before) chain.push(state)
    const whole = base.fork()
    for (const state of chain.toReversed()) for (const [key, value] of state.#own) whole.set(key, value)
    return whole
  }

  /** Takes over what forks of it hold, of which one is what comes; a value that only some of them have is that value. */
  join(ways: readonly PythonState[]): void {
    const changed = new Set(ways.flatMap((way) => [...way.#own.keys()]))
    const merged = [...changed].map((key) => [key, ways.flatMap((way) => way.get(key) ?? [])] as const)
    for (const [key, values] of merged) this.set(key, eitherOf(values))
  }
}
