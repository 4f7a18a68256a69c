import { handsOn } from './bodies.ts'
import type { Call } from './machine.ts'
import type { Path } from './paths.ts'
import type { Started } from './starts.ts'
import type { Span } from './tree/nodes.ts'
import type { FunctionValue, Scope } from './values/values.ts'

type Definition = FunctionValue['definition']

/** A call that is being followed. */
interface CallFrame {
  readonly call: Call
  /** The function in whose body it stands; null outside of all. */
  readonly definition: Definition | null
  readonly text: 'own' | 'imported'
}

/** The calls inside each other that lead to a place, the outermost first. */
export class CallFrames {
  readonly #frames: CallFrame[] = []
  /** By the scopes of their bodies. */
  readonly #definitions = new Map<number, Definition>()

  /** A function's body is gone through in a scope of its own. */
  open({ id }: Scope, definition: Definition): void {
    this.#definitions.set(id, definition)
  }

  within<Result>(call: Call, { scope }: Path, follow: () => Result): Result {
    this.#frames.push({ call, definition: this.#definitionAround(scope), text: scope.module.text })
    const result = follow()
    this.#frames.pop()
    return result
  }

  #definitionAround(scope: Scope): Definition | null {
    for (let around: Scope | null = scope; around !== null; around = around.outer) {
      const found = this.#definitions.get(around.id)
      if (found !== undefined) return found
    }
    return null
  }

  /** The call of the script itself that all begins with; null where it stands outside of calls. */
  outermost(): Span | null {
    return this.#frames.find(({ text }) => text === 'own')?.call ?? null
  }

  /**
   * The call of the script itself that names what is run, rather than hands on what it was given: the one around the literal, the
   * innermost one of the function that the literal is in, or the innermost one that hands nothing on.
   */
  siteOf({ places }: Started): Span {
    const own = this.#frames.filter(({ text }) => text === 'own')
    const holds = ({ offset, end }: Span): boolean => places.some((at) => offset <= at && at < end)
    const around = own.findLast(({ call }) => holds(call))
    const inBody = own.findLast(({ definition }) => definition !== null && holds(definition))
    const telling = own.findLast(({ call, definition }) => definition === null || !handsOn(call, definition))
    return (around ?? inBody ?? telling ?? own.at(-1))?.call ?? { offset: 0, end: 0 }
  }
}
