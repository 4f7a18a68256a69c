import { setMaxListeners } from 'node:events'
import { createContext, Script } from 'node:vm'

/**
 * Does work that is not asynchronous, and ends it where it does not end by itself in time.
 * @throws TimeIsUp
 */
export type Bounded = <T>(work: () => T) => T

/** The time that a run has, from its start. Each part of it leaves some to the next. */
export interface Deadline {
  /** Aborted when all else waits no longer for what has to be asked first. */
  readonly firstAskingEnds: AbortSignal
  /** Aborted when nothing more is asked. */
  readonly askingEnds: AbortSignal
  readonly judging: Bounded
  readonly writing: Bounded
  /** Ends the timer, which keeps the process alive. */
  stop(): void
}

/** Work was not done because the time of the run was up. */
export class TimeIsUp extends Error {
  override readonly name = 'TimeIsUp'
  constructor() {
    super('the time of this run was up')
  }
}

/** Milliseconds that one run may take, from the first byte to the last. */
export const runTimeMs = 60_000

/** Shares of it after which nothing is waited for first, nothing is asked, and nothing is judged, any more. */
const [firstAskingShare, askingShare, judgingShare] = [1 / 4, 11 / 12, 23 / 24]

/** What one rule or one report may take of it. */
const workShare = 1 / 6

export const startDeadline = (timeMs: number = runTimeMs): Deadline => {
  const started = performance.now()
  const controller = new AbortController()
  // Every request in flight listens to it.
  setMaxListeners(0, controller.signal)
  const timer = setTimeout(() => controller.abort(), timeMs * askingShare)
  const until = (share: number): Bounded => boundedBy(() => Math.min(timeMs * workShare, started + timeMs * share - performance.now()))
  const firstAskingEnds = AbortSignal.any([controller.signal, AbortSignal.timeout(timeMs * firstAskingShare)])
  return {
    firstAskingEnds,
    askingEnds: controller.signal,
    judging: until(judgingShare),
    writing: until(1),
    stop: () => clearTimeout(timer),
  }
}

/**
 * What the promise gives, unless the signal is aborted first.
 * @throws Late, with what was waited for, or what the promise throws.
 */
export const inTime = async <T>(answer: Promise<T>, signal: AbortSignal, waitedFor: () => string): Promise<T> => {
  const late = (): Late => new Late(`${waitedFor()} did not answer before the time of this run was up`)
  const ended = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(late())
    else signal.addEventListener('abort', () => reject(late()), { once: true })
  })
  return Promise.race([answer, ended])
}

/** What was waited for did not come before the time was up; the message names it. */
export class Late extends Error {}

/** Node ends a script of its `vm` module that runs too long, with all that it calls: the one way to end a loop without another thread. */
const boundedBy = (leftMs: () => number): Bounded => {
  const context = createContext()
  const script = new Script('work()')
  return (work) => {
    const timeout = Math.floor(leftMs())
    if (timeout <= 0) throw new TimeIsUp()
    const done: { readonly value: ReturnType<typeof work> }[] = []
    context['work'] = () => {
      done.push({ value: work() })
    }
    try {
      script.runInContext(context, { timeout })
    } catch (error) {
      throw isTimeout(error) ? new TimeIsUp() : error
    }
    const [first] = done
    if (first === undefined) throw new TimeIsUp()
    return first.value
  }
}

const isTimeout = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
