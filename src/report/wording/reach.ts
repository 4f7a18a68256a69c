import { conjunction } from '../../semantics/text/enumerate.ts'
import type { Reach } from '../schema/reach.ts'

/** One thing that nodes call, with what becomes of it for all of them. */
export interface ReachRow {
  readonly to: string
  readonly need: Reach['need']
  /** The worst of all nodes. */
  readonly state: Reach['state']
  /** Who is in that state, where and by which layer or way, as a sentence without a full stop. */
  readonly words: string
}

/** The state as a character, with a space before nothing: `✓` open, `✗` closed, `?` undecided. */
export const reachSigns: Readonly<Record<Reach['state'], string>> = { open: '✓', closed: '✗', undecided: '?' }

const worstFirst: readonly Reach['state'][] = ['closed', 'undecided', 'open']

/** The matrix of a report, a row for each thing that nodes call, in its order. */
export const reachRows = (reach: readonly Reach[]): readonly ReachRow[] => {
  const byTarget = new Map<string, Reach[]>()
  for (const cell of reach) byTarget.set(cell.to, [...(byTarget.get(cell.to) ?? []), cell])
  return [...byTarget].map(([to, cells]) => {
    const state = worstFirst.find((candidate) => cells.some((cell) => cell.state === candidate)) ?? 'open'
    const same = cells.filter((cell) => cell.state === state)
    const need = cells.some((cell) => cell.need === 'required') ? 'required' : 'useful'
    return { to, need, state, words: wordsOf(same, same.length === cells.length) }
  })
}

/** How much of what the nodes call they reach: `1 closed, 4 open`. */
export const reachTitle = (rows: readonly ReachRow[]): string => {
  const count = (state: ReachRow['state']): number => rows.filter((row) => row.state === state).length
  const parts = [
    ...(count('closed') > 0 ? [`${count('closed')} closed`] : []),
    ...(count('undecided') > 0 ? [`${count('undecided')} not known`] : []),
    ...(count('open') > 0 ? [`${count('open')} open`] : []),
  ]
  return parts.join(', ')
}

const wordsOf = (cells: readonly Reach[], all: boolean): string => {
  const groups = [...new Set(cells.map(({ group }) => group))]
  const who = all ? 'all nodes' : `nodes of ${conjunction(groups, namedGroups, 'group')}`
  const ways = [...new Set(cells.map(({ via }) => via))]
  const through = `through ${conjunction(ways, namedWays)}`
  const [first] = cells
  if (first === undefined || first.layer === null) return `${who}, ${through}`
  const layers = [...new Set(cells.flatMap(({ layer }) => (layer === null ? [] : [layerNames[layer]])))]
  return first.state === 'closed'
    ? `${who}: closed by ${conjunction(layers)} (${through})`
    : `${who}: not known at ${conjunction(layers)} (${through})`
}

const namedGroups = 3
const namedWays = 2

const layerNames: Readonly<Record<NonNullable<Reach['layer']>, string>> = {
  name: 'name resolution',
  'security-group-out': 'outbound security group rules',
  'network-acl': 'a network ACL',
  route: 'the route',
  target: 'what the route leads to',
  'endpoint-policy': 'the endpoint policy',
  'security-group-in': 'inbound security group rules',
}
