import type { CallCertainty } from '../script-calls.ts'

/** How certain it is that a part runs, which is known only when its surroundings were read. */
export interface Guard {
  certainty: CallCertainty
}

/** What is caught around a place: by `try`, or `contextlib.suppress`. */
export interface Catcher {
  /** Names of the exceptions of each handler, without their modules; null for all. */
  readonly handlers: readonly { readonly names: readonly string[] | null; outcome: HandlerOutcome }[]
  /** Of what stands behind a place that may raise. */
  readonly afterRaise: Guard
}

/** Whether the script goes on behind a handler. `raises`: hands the exception on. */
export type HandlerOutcome = 'goes-on' | 'fails' | 'raises' | 'unclear'

/** The first handler that takes an exception of one of these names, and what comes of it; null where none does. */
export const caughtBy = ({ handlers }: Catcher, names: readonly string[]): HandlerOutcome | null =>
  handlers.find((handler) => handler.names === null || handler.names.some((name) => names.includes(name)))?.outcome ?? null
