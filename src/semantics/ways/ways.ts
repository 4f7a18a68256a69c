import { apiServer, type Need, needs } from '../../catalog/node-demands.ts'
import type { Gap } from '../../model/fact.ts'
import type { Plan } from '../../model/plan.ts'
import { apiServerPath } from './api-server-path.ts'
import { type Network, type WayFacts, wayFacts } from './network.ts'
import { type Demand, demandsOf, type Placement, placementsOf } from './placements.ts'
import { servicePath } from './service-path.ts'
import { inSeries, type Layer, type Path, type Step } from './step.ts'

/**
 * The way of the nodes of one placement to one thing that they must reach, layer by layer: open, closed by the layers that say so, or
 * undecided by what is not known.
 */
export interface Way extends Path {
  readonly placement: Placement
  readonly demand: Demand
  /** What it leads through, in words: `interface endpoint vpce-0a1b2c3d`. */
  readonly via: string
  /** Id of the VPC endpoint that takes the requests; null where there is none. */
  readonly vpcEndpointId: string | null
}

/** The ways of a plan as they were last judged, for the rules that read the same facts one after the other. */
const latest = new WeakMap<Plan, { readonly facts: WayFacts; readonly ways: readonly Way[] }>()

/** Every way of the plan: each placement to each thing that its nodes call. Empty where the subnets are not known. */
export const waysOf = (plan: Plan, facts: WayFacts): readonly Way[] => {
  const known = latest.get(plan)
  if (known !== undefined && wayFacts.every((id) => known.facts[id] === facts[id])) return known.ways
  const ways = judgedWays(plan, facts)
  latest.set(plan, { facts, ways })
  return ways
}

const judgedWays = (plan: Plan, facts: WayFacts): readonly Way[] => {
  if (!facts.subnets.ok) return []
  const network = { plan, facts }
  return placementsOf(plan, facts.subnets.value).flatMap((placement) =>
    demandsOf(placement, plan).flatMap((demand) => wayTo(demand, placement, network) ?? []),
  )
}

const wayTo = (demand: Demand, placement: Placement, network: Network): Way | null => {
  if (demand.to === apiServer || demand.service === null) {
    const path = apiServerPath(placement, network)
    return path === null ? null : { placement, demand, via: path.via, vpcEndpointId: null, ...inSeries(path.steps) }
  }
  const { endpoint, via, steps } = servicePath(demand.service, demand, placement, network)
  return { placement, demand, via, vpcEndpointId: endpoint?.vpcEndpointId ?? null, ...inSeries(steps) }
}

/** What some layers come to for those who report them, in the ways that `concerns` picks. */
export interface LayerReading {
  /** How much depends on the ways that the layers close; null where they close none. */
  readonly closed: Need | null
  /** The same for ways that they leave undecided and that nothing else closes. */
  readonly undecided: Need | null
  readonly gap: Gap | null
  readonly whys: readonly string[]
  /** Ids of what leaves the ways undecided because this account cannot look behind it. */
  readonly unseen: readonly string[]
  /** What is not reached, and what may not be, as the table of demands names it. */
  readonly shut: readonly Demand[]
}

const heaviest = (ways: readonly Way[]): Need | null => needs.find((need) => ways.some(({ demand }) => demand.need === need)) ?? null

/** Reads the steps of the layers that `concerns` picks, in all ways. */
export const readLayers = (ways: readonly Way[], concerns: (step: Step, way: Way) => boolean): LayerReading => {
  const picked = ways.map((way) => ({ way, steps: way.steps.filter((step) => concerns(step, way)) }))
  const closed = picked.filter(({ steps }) => steps.some(({ state }) => state === 'closed'))
  const open = picked.filter(({ way, steps }) => way.state !== 'closed' && steps.some(({ state }) => state === 'undecided'))
  const unseen = open.flatMap(({ steps }) => steps.flatMap((step) => (step.state === 'undecided' ? (step.unseen ?? []) : [])))
  const gaps = open.flatMap(({ steps }) => steps.flatMap((step) => (step.state === 'undecided' ? [step.gap] : [])))
  return {
    closed: heaviest(closed.map(({ way }) => way)),
    undecided: heaviest(open.map(({ way }) => way)),
    gap: gaps[0] ?? null,
    unseen: [...new Set(unseen)],
    whys: [...new Set(closed.flatMap(({ steps }) => steps.flatMap((step) => (step.state === 'closed' ? [step.why] : []))))],
    shut: [...new Map(closed.map(({ way: { demand } }) => [demand.to, demand])).values()],
  }
}

export const isLayer =
  (...layers: readonly Layer[]) =>
  ({ layer }: Step): boolean =>
    layers.includes(layer)
