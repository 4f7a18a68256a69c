import type { Fact } from '../../model/fact.ts'
import type { FactId, Facts } from '../../model/facts.ts'
import type { Plan } from '../../model/plan.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import type { Clients } from './clients.ts'
import { GapError, gapFrom, lateGap } from './gap.ts'

/** What every collector is given. */
export interface Context {
  readonly plan: Plan
  readonly clients: Clients
  /** Aborted when the run's time is up. */
  readonly signal: AbortSignal
}

/** Reads a fact that the collector builds on. It waits only for this one; a gap in it becomes the asking fact's gap. */
export type Get<D extends FactId> = <I extends D>(id: I) => Promise<Facts[I]>

/** How one fact is learned. */
export interface Collector<K extends FactId = FactId, D extends FactId = FactId> {
  readonly id: K
  /** Facts that it may build on: all that `get` accepts. Static, so that the IAM policy and a test for cycles need no call. */
  readonly needs: readonly D[]
  /** IAM actions of the calls it may make: what the generated policy grants. Empty where no AWS call is made. */
  readonly actions: readonly string[]
  /** Learns the fact. Throws for what it cannot learn: the engine turns that into a gap. */
  collect(context: Context, get: Get<D>): Promise<Facts[K]>
}

export type Collectors = { readonly [K in FactId]: Collector<K> }

/** Binds what `get` accepts to `needs`: reading an undeclared fact is a compile error. */
export const defineCollector = <K extends FactId, const D extends FactId = never>(collector: Collector<K, D>): Collector<K, D> => collector

/** The facts themselves and all that they build on. */
export const closure = (ids: Iterable<FactId>, collectors: Pick<Collectors, FactId>): readonly FactId[] => {
  const seen = new Set<FactId>()
  const add = (id: FactId): void => {
    if (seen.has(id)) return
    seen.add(id)
    for (const need of collectors[id].needs) add(need)
  }
  for (const id of ids) add(id)
  return [...seen].sort()
}

/** IAM actions that learning these facts takes, sorted. */
export const actionsOf = (ids: Iterable<FactId>, collectors: Collectors): readonly string[] =>
  [...new Set(closure(ids, collectors).flatMap((id) => collectors[id].actions))].sort()

/**
 * Collectors for a run that cannot have credentials: facts that take no AWS call are learned as ever, the others are not attempted, for
 * this reason.
 */
export const withoutCredentials = (collectors: Collectors, reason: string): Collectors => {
  const refuse = (): Promise<never> => Promise.reject(new GapError({ reason: 'not-attempted', action: 'none', message: reason }))
  const entries = Object.values(collectors).map((collector: Collector) => [
    collector.id,
    collector.actions.length === 0 ? collector : { ...collector, collect: refuse },
  ])
  return Object.fromEntries(entries)
}

/** Told as facts come in. */
export type Progress = (settled: number, total: number, latest: FactId) => void

/**
 * Learns the facts asked for and those they build on: each once, all at the same time. Never throws; what cannot be learned, or not
 * before `context.signal` is aborted, is a gap. What is `known` already is not learned again, and is among what is returned.
 */
export const collect = async (
  ids: Iterable<FactId>,
  collectors: Collectors,
  context: Context,
  progress: Progress = () => undefined,
  known: Snapshot['facts'] = {},
): Promise<Snapshot['facts']> => {
  const wanted = closure(ids, collectors)
  const running = new Map<FactId, Promise<Fact<unknown>>>()
  for (const id of wanted) {
    const fact = known[id]
    if (fact !== undefined) running.set(id, Promise.resolve(fact))
  }
  const timeUp = timeIsUp(context.signal)
  let settled = 0

  const learn = (id: FactId): Promise<Fact<unknown>> => {
    const already = running.get(id)
    if (already !== undefined) return already
    const fact = attempt(id).then((learned) => {
      settled += 1
      progress(settled, wanted.length, id)
      return learned
    })
    running.set(id, fact)
    return fact
  }

  const attempt = async (id: FactId): Promise<Fact<unknown>> => {
    const collector: Collector = collectors[id]
    const get = async (need: FactId): Promise<unknown> => {
      const fact = await learn(need)
      if (!fact.ok) throw new GapError(fact.gap)
      return fact.value
    }
    try {
      // The registry is keyed by fact id, so what `get` resolves to is the fact that its id names.
      const value = collector.collect(context, get as Get<FactId>)
      const late = timeUp.then(() => Promise.reject(new GapError(lateGap(collector.actions))))
      return { ok: true, value: await Promise.race([value, late]) }
    } catch (error) {
      return { ok: false, gap: gapFrom(error, collector.actions[0]) }
    }
  }

  const facts = await Promise.all(wanted.map(async (id) => [id, await learn(id)] as const))
  return { ...Object.fromEntries(facts), ...known }
}

/** Settles when the run's time is up: one listener for all collectors. */
const timeIsUp = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
