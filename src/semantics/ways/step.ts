import type { Gap } from '../../model/fact.ts'
import type { AclDemand } from '../network/acl-demands.ts'

/**
 * Where a packet, and the request in it, can be stopped, in the order in which it meets them. `name`: how the service's name is resolved.
 * `target`: what a route leads to. `endpoint-policy`: that of a VPC endpoint. `security-group-in`: the rules of the other side.
 */
export type Layer = 'name' | 'security-group-out' | 'network-acl' | 'route' | 'target' | 'endpoint-policy' | 'security-group-in'

type Judged =
  | { readonly state: 'open' }
  /** `why` is a sentence about the layer; it does not name the destination, so that one sentence serves for several. */
  | { readonly state: 'closed'; readonly why: string }
  /** `unseen` is the id of what a route leads to and this account cannot look behind: somebody may vouch for it. */
  | { readonly state: 'undecided'; readonly gap: Gap; readonly unseen?: string }

/** What the network ACL of one subnet does, with all that is asked of it. */
export type AclStep = { readonly layer: 'network-acl'; readonly at: string; readonly demands: readonly AclDemand[] } & Judged

/** What one layer does with the traffic. `at` is AWS's own id of what was judged: `subnet-…`, `vpce-…`, `vpc-…`, the ids of security groups. */
export type Step = ({ readonly layer: Exclude<Layer, 'network-acl'>; readonly at: string } & Judged) | AclStep

export type State = Step['state']

/** A part of a way with all its steps, and what they come to. */
export interface Path {
  readonly state: State
  readonly steps: readonly Step[]
}

type PlainLayer = Exclude<Layer, 'network-acl'>

export const open = (layer: PlainLayer, at: string): Step => ({ layer, at, state: 'open' })
export const closed = (layer: PlainLayer, at: string, why: string): Step => ({ layer, at, state: 'closed', why })
export const undecided = (layer: PlainLayer, at: string, gap: Gap): Step => ({ layer, at, state: 'undecided', gap })

/** Nothing that this account is shown says what is behind `target`, which a route leads to. */
export const unseenBehind = (target: string, layer: PlainLayer, at: string, gap: Gap): Step => ({
  layer,
  at,
  state: 'undecided',
  gap,
  unseen: target,
})

export const undecidedAcl = (at: string, gap: Gap): AclStep => ({ layer: 'network-acl', at, state: 'undecided', gap, demands: [] })

/** Steps one after the other: one that is closed closes the path, whatever is not known about the others. */
export const inSeries = (steps: readonly Step[]): Path => ({ state: worst(steps.map(({ state }) => state)), steps })

const worst = (states: readonly State[]): State => {
  if (states.includes('closed')) return 'closed'
  return states.includes('undecided') ? 'undecided' : 'open'
}

/** Paths side by side: one that is open is enough. The path that gets furthest stands for all; the first of several that get as far. */
export const inParallel = (paths: readonly Path[]): Path =>
  paths.find(({ state }) => state === 'open') ??
  paths.find(({ state }) => state === 'undecided') ??
  paths[0] ?? { state: 'closed', steps: [] }
