import { catalogInstanceType } from '../../catalog/instance-types.ts'
import type { Fact, Gap } from '../../model/fact.ts'
import type { FactId } from '../../model/facts.ts'
import type { Plan } from '../../model/plan.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import type { Collector, Collectors } from '../engine/collect.ts'
import { GapError } from '../engine/gap.ts'
import { type Asked, asked } from './asked.ts'

type Known = ReadonlyMap<FactId, Fact<unknown>>

/**
 * Collectors that answer for `plan` from what a saved account knows, and ask nobody else. What was learned about the same part of another
 * plan holds; what was not asked about is a gap that says so. What this machine alone knows (the folder of scripts, tools) is learned
 * anew where the plan names others.
 */
export const savedCollectors = (collectors: Collectors, saved: Snapshot, plan: Plan): Collectors => {
  const known = new Map<FactId, Fact<unknown>>()
  // What a fact builds on comes first: what it was asked about may depend on that.
  for (const id of inOrder(collectors)) {
    const fact = carried(collectors[id], saved, plan, known)
    if (fact !== null) known.set(id, fact)
  }
  const entries = Object.values(collectors).map((collector: Collector) => {
    const fact = known.get(collector.id)
    return [collector.id, fact === undefined ? collector : { ...collector, collect: async () => knownValue(fact) }]
  })
  return Object.fromEntries(entries)
}

const knownValue = (fact: Fact<unknown>): unknown => {
  if (fact.ok) return fact.value
  throw new GapError(fact.gap)
}

const inOrder = (collectors: Collectors): readonly FactId[] => {
  const order = new Set<FactId>()
  const add = (id: FactId): void => {
    if (order.has(id)) return
    for (const need of collectors[id].needs) add(need)
    order.add(id)
  }
  for (const { id } of Object.values(collectors)) add(id)
  return [...order]
}

/** Null for what this machine learns anew. */
const carried = ({ id, needs, actions }: Collector, saved: Snapshot, plan: Plan, known: Known): Fact<unknown> | null => {
  const fact = saved.facts[id]
  const lacking = needs.flatMap((need) => {
    const found = known.get(need)
    return found?.ok === false && found.gap.reason === 'not-saved' ? [found] : []
  })[0]
  const ofSaved = asked[id](saved.plan, saved.facts)
  const ofPlan = asked[id](plan, Object.fromEntries(known))
  const gap = notSaved(id, actions)
  const holding = fact === undefined || lacking !== undefined ? null : held(fact, ofSaved, ofPlan, gap)
  if (holding !== null) return holding
  return asksNobody(id, actions) ? null : (lacking ?? { ok: false, gap })
}

/** The chart is looked for in a cluster, by programs of this machine. */
const asksNobody = (id: FactId, actions: readonly string[]): boolean => actions.length === 0 && id !== 'hyperPodChart'

/** What of a fact holds for another plan; null where nothing does. */
const held = (fact: Fact<unknown>, ofSaved: Asked, ofPlan: Asked, gap: Gap): Fact<unknown> | null => {
  if (JSON.stringify(ofSaved.about) !== JSON.stringify(ofPlan.about)) return null
  if (ofSaved.kind === 'once' || ofPlan.kind === 'once') return fact
  const lacks = ofPlan.keys.filter((key) => !ofSaved.keys.includes(key))
  if (lacks.length === 0 && (!fact.ok || Array.isArray(fact.value))) return fact
  if (!fact.ok || typeof fact.value !== 'object' || fact.value === null || Array.isArray(fact.value)) return null
  const values = new Map(Object.entries(fact.value))
  const known = ofPlan.keys.filter((key) => values.has(key)).map((key) => [key, values.get(key)] as const)
  const others = lacks.map((key) => [key, itemOf(key, ofPlan.item, gap)] as const)
  const unsaid = others.filter(([, item]) => item === undefined).map(([key]) => key)
  return unsaid.length === 0
    ? { ok: true, value: Object.fromEntries([...known, ...others]) }
    : { ok: false, gap: about(unsaid.join(', '), gap) }
}

/** What stands for a key that the account was not asked about; undefined where the fact cannot say it. */
const itemOf = (key: string, item: Extract<Asked, { kind: 'each' }>['item'], gap: Gap): unknown => {
  switch (item) {
    case 'fact':
      return { ok: false, gap: about(key, gap) }
    case 'unread':
      return { unread: about(key, gap) }
    case 'instance-type':
      return catalogInstanceType(key) ?? undefined
    case 'none':
      return undefined
  }
}

const about = (what: string, gap: Gap): Gap => ({ ...gap, message: gap.message.replace('for this plan', `about ${what}`) })

const notSaved = (id: FactId, actions: readonly string[]): Gap => ({
  reason: 'not-saved',
  action: actions[0] ?? 'none',
  message: `the saved account has no answer of ${actions[0] ?? `this machine (${id})`} for this plan`,
})
