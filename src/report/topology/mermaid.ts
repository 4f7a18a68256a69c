import { enumerateLines } from '../../semantics/text/enumerate.ts'
import type { Topology, TopologyEdge, TopologyNode, TopologyNodeKind, TopologyState } from '../schema/topology.ts'
import { mermaidLabel } from '../wording/escape.ts'
import { groupBy } from '../wording/standing.ts'

/** Beyond these Mermaid draws an error instead: https://mermaid.js.org/config/schema-docs/config.html (`maxTextSize`, `maxEdges`) */
const maximum = { characters: 50_000, edges: 500 }

/** Edges above which subnets that are alike are drawn as one. */
const edgesToRead = 16

/** Of what stands in one node, at most so many are named. */
const itemsShown = 6
const servicesInRow = 3
const servicesShown = 4 * servicesInRow
const rulesShown = 2

/**
 * The network as the text of a Mermaid flow chart, without the fence; null where it is larger than Mermaid draws. Ids in it are made
 * here, labels are escaped. State is told by a sign and the rules in the label, and by the colour and dashes of the line: fills would
 * not be readable in light and dark alike.
 * https://mermaid.js.org/syntax/flowchart.html
 */
export const renderMermaid = (topology: Topology): string | null => {
  const drawing = drawingOf(topology)
  if (drawing.edges.length > maximum.edges) return null
  const ids = new Map(drawing.boxes.map(({ key }, index) => [key, `n${index + 1}`]))
  const id = (key: string): string => ids.get(key) ?? 'n0'
  const text = [
    'flowchart LR',
    ...classes,
    ...frames(drawing, id),
    ...drawing.edges.map((edge) => edgeLine(edge, id)),
    ...linkStyles(drawing.edges),
    ...classLines(drawing.boxes, id),
  ].join('\n')
  return text.length > maximum.characters ? null : text
}

/** One node of the diagram: one of the topology, or several that are alike. */
export interface Box {
  readonly key: string
  readonly kind: TopologyNodeKind
  readonly lines: readonly string[]
  readonly zone: string | null
  readonly state: TopologyState
  readonly rules: readonly string[]
}

/** What is drawn: boxes, and edges between their keys. */
export interface Drawing {
  readonly boxes: readonly Box[]
  readonly edges: readonly TopologyEdge[]
}

/** The topology with what is alike drawn as one: interface endpoints always, subnets where the diagram would be hard to read. */
export const drawingOf = (topology: Topology): Drawing => {
  const endpoints = drawn(topology, endpointKeys(topology))
  if (endpoints.edges.length <= edgesToRead) return endpoints
  return drawn(topology, new Map([...endpointKeys(topology), ...subnetKeys(topology)]))
}

/** Draws nodes that have the same key as one, and the edges that become the same as one. */
const drawn = ({ nodes, edges }: Topology, keys: ReadonlyMap<string, string>): Drawing => {
  const keyOf = (id: string): string => keys.get(id) ?? id
  const boxes = groupBy(nodes, ({ id }) => keyOf(id)).map((group) => boxOf(keyOf(group[0].id), group))
  const moved = edges.map((edge) => ({ ...edge, from: keyOf(edge.from), to: keyOf(edge.to) }))
  const distinct = groupBy(moved, ({ from, to, label, state, rules }) => [from, to, label, state, rules]).map(([first]) => first)
  return { boxes, edges: distinct }
}

/** Interface endpoints of one state serve all of the VPC alike. */
const endpointKeys = ({ nodes }: Topology): ReadonlyMap<string, string> =>
  new Map(
    nodes
      .filter(({ kind }) => kind === 'interface-endpoint')
      .map(({ id, kind, state, rules }) => [id, JSON.stringify([kind, state, rules])]),
  )

/** Subnets of one zone and one state that are entered from and left to the same nodes. */
const subnetKeys = ({ nodes, edges }: Topology): ReadonlyMap<string, string> => {
  const neighbours = (id: string) => [
    edges.filter(({ to }) => to === id).map(({ from }) => from),
    edges.filter(({ from }) => from === id).map(({ to }) => to),
  ]
  return new Map(
    nodes
      .filter(({ kind }) => kind === 'subnet')
      .map(({ id, kind, zone, state, rules }) => [id, JSON.stringify([kind, zone, state, rules, neighbours(id)])]),
  )
}

const boxOf = (key: string, group: readonly [TopologyNode, ...TopologyNode[]]): Box => {
  const [{ kind, state, rules, zone, label, detail }] = group
  const lines = group.length === 1 ? [label, ...(detail === undefined ? [] : [detail])] : severalLines(kind, group)
  return { key, kind, lines, zone: zone ?? null, state, rules }
}

const severalLines = (kind: TopologyNodeKind, group: readonly TopologyNode[]): readonly string[] => {
  const shown = kind === 'interface-endpoint' ? servicesShown : itemsShown
  const names = enumerateLines(
    group.map(({ label }) => label.replace(/^interface endpoint /, '')),
    shown,
  )
  const title = `${kind === 'interface-endpoint' ? 'interface endpoints' : 'subnets'} (${group.length})`
  return [title, ...(kind === 'interface-endpoint' ? inRows(names, servicesInRow) : names)]
}

const inRows = (names: readonly string[], width: number): readonly string[] =>
  names.length === 0 ? [] : [names.slice(0, width).join(', '), ...inRows(names.slice(width), width)]

/** What lies in the VPC is drawn in its frame, subnets in that of their zone. */
const insideVpc: ReadonlySet<TopologyNodeKind> = new Set([
  'subnet',
  'route-table',
  'nat-gateway',
  'network-interface',
  'instance',
  'vpc-endpoint',
  'gateway-endpoint',
  'interface-endpoint',
])

const frames = ({ boxes }: Drawing, id: (key: string) => string): readonly string[] => {
  const vpc = boxes.find(({ kind }) => kind === 'vpc')
  const inside = boxes.filter(({ kind }) => vpc !== undefined && insideVpc.has(kind))
  const outside = boxes.filter((box) => box !== vpc && !inside.includes(box))
  const framed = vpc === undefined ? [] : [`subgraph ${id(vpc.key)}["${labelOf(vpc)}"]`, ...zones(inside, id, 'z'), 'end']
  return [...framed, ...zones(outside, id, 'y')]
}

const zones = (boxes: readonly Box[], id: (key: string) => string, prefix: string): readonly string[] => {
  const named = boxes.filter(({ zone }) => zone !== null)
  const frame = groupBy(named, ({ zone }) => zone).flatMap((group, index) => [
    `subgraph ${prefix}${index + 1}["${mermaidLabel(group[0].zone ?? '')}"]`,
    ...group.map((box) => boxLine(box, id)),
    'end',
  ])
  return [...frame, ...boxes.filter(({ zone }) => zone === null).map((box) => boxLine(box, id))]
}

const shapes: Readonly<Partial<Record<TopologyNodeKind, readonly [string, string]>>> = {
  'instance-groups': ['[[', ']]'],
  'route-table': ['([', '])'],
  bucket: ['[(', ')]'],
  'file-system': ['[(', ')]'],
  internet: ['((', '))'],
}

const boxLine = (box: Box, id: (key: string) => string): string => {
  const [open, close] = shapes[box.kind] ?? ['[', ']']
  return `${id(box.key)}${open}"${labelOf(box)}"${close}`
}

const signs: Readonly<Record<TopologyState, string>> = { broken: '✗ ', warning: '⚠ ', unknown: '? ', ok: '' }

const labelOf = ({ lines, state, rules }: Pick<Box, 'lines' | 'state' | 'rules'>): string =>
  `${signs[state]}${[...lines, ...enumerateLines(rules, rulesShown)].map(mermaidLabel).join('<br/>')}`

const edgeLine = (edge: TopologyEdge, id: (key: string) => string): string => {
  const lines = edge.label === undefined ? [] : [edge.label]
  const label = labelOf({ lines, state: edge.state, rules: edge.rules })
  const arrow = edge.state === 'broken' || edge.state === 'unknown' ? '-.->' : '-->'
  return `${id(edge.from)} ${arrow}${label === '' ? '' : `|"${label}"|`} ${id(edge.to)}`
}

/** Strokes that stand out on white and on GitHub's dark background: its own danger, attention and done colours. */
const strokes = {
  broken: 'stroke:#e5534b,stroke-width:3px',
  warning: 'stroke:#c69026,stroke-width:2px',
  unknown: 'stroke:#986ee2,stroke-width:2px,stroke-dasharray:4 3',
} as const

type Marked = keyof typeof strokes

const marked: readonly Marked[] = ['broken', 'warning', 'unknown']

const classes: readonly string[] = marked.map((state) => `classDef ${state} ${strokes[state]}`)

const linkStyles = (edges: readonly TopologyEdge[]): readonly string[] =>
  marked.flatMap((state) => {
    const places = edges.flatMap((edge, index) => (edge.state === state ? [index] : []))
    return places.length === 0 ? [] : [`linkStyle ${places.join(',')} ${strokes[state]}`]
  })

const classLines = (boxes: readonly Box[], id: (key: string) => string): readonly string[] =>
  marked.flatMap((state) => {
    const members = boxes.filter((box) => box.state === state).map(({ key }) => id(key))
    return members.length === 0 ? [] : [`class ${members.join(',')} ${state}`]
  })
