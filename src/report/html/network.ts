import { enumerateLines } from '../../semantics/text/enumerate.ts'
import type { Topology, TopologyEdge, TopologyNodeKind, TopologyState } from '../schema/topology.ts'
import { type Box, type Drawing, drawingOf } from '../topology/mermaid.ts'
import { plain } from '../wording/escape.ts'
import { type Html, html } from './markup.ts'
import { badge, joined, ruleLink, type Sign } from './parts.ts'

/** In the order in which traffic passes them; what is not named stands with the gateways. A VPC is around all of it, and is not drawn. */
const columns: Readonly<Partial<Record<TopologyNodeKind, number>>> = {
  'instance-groups': 0,
  subnet: 1,
  'security-group': 1,
  'interface-endpoint': 1,
  'route-table': 2,
  'file-system': 2,
  'eks-cluster': 2,
  bucket: 4,
  s3: 4,
  internet: 4,
}
const columnOfGateways = 3

/** Units of the drawing, which are pixels where it has its full width. Text is cut by characters: its width is not known here. */
const size = { width: 204, gap: 62, line: 15, pad: 9, between: 14, characters: 27, linesShown: 9 } as const

/** Boxes above which only the lists are given: nobody reads such a drawing. */
const boxesDrawn = 150

/** The network of the plan: a drawing, and in words what is marked in it and which ways there are. */
export const networkSection = (topology: Topology | null): Html | null => {
  if (topology === null) return null
  const drawing = drawingOf(topology)
  return html`<section id="network">
<h2>Network of the plan</h2>
<details><summary>Drawing and lists</summary>
<p class="quiet">Marked is what a failing or an unknown check is about. Passed checks mark nothing.</p>
${unreadLine(topology)}${drawing.boxes.length > boxesDrawn ? null : picture(drawing)}${markedList(drawing)}${wayTable(drawing)}</details>
</section>
`
}

const unreadLine = ({ unread }: Topology): Html | null =>
  unread.length === 0
    ? null
    : html`<p>Missing here, because it could not be read: ${joined(
        unread.map((action) => html`<code>${action}</code>`),
        ', ',
      )}</p>
`

interface Placed {
  readonly box: Box
  readonly lines: readonly string[]
  readonly x: number
  readonly y: number
  readonly height: number
}

const picture = (drawing: Drawing): Html => {
  const placed = placedBoxes(drawing)
  const width = placed.reduce((right, { x }) => Math.max(right, x + size.width), 0) + 2
  const height = placed.reduce((bottom, { y, height: own }) => Math.max(bottom, y + own), 0) + 2
  const byKey = new Map(placed.map((entry) => [entry.box.key, entry]))
  return html`<div class="picture" role="region" aria-label="Drawing of the network" tabindex="0"><svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Network of the plan. The lists below say the same in words.">
${drawing.edges.map((edge) => edgeLine(edge, byKey))}${placed.map(boxShape)}</svg></div>
`
}

/** Columns side by side, empty ones left out; in each the boxes as close as may be to what leads to them, all columns centred. */
const placedBoxes = ({ boxes, edges }: Drawing): readonly Placed[] => {
  const columnOf = ({ kind }: Box): number => columns[kind] ?? columnOfGateways
  const drawn = boxes.filter(({ kind }) => kind !== 'vpc')
  const used = [...new Set(drawn.map(columnOf))].sort((a, b) => a - b)
  const rows = new Map<string, number>()
  const stacks = used.map((column) => {
    const before = (box: Box): number => {
      const from = edges.flatMap((edge) => (edge.to === box.key ? (rows.get(edge.from) ?? []) : []))
      return from.length === 0 ? Number.POSITIVE_INFINITY : from.reduce((sum, row) => sum + row, 0) / from.length
    }
    const own = drawn.filter((box) => columnOf(box) === column)
    const weights = new Map(own.map((box) => [box, before(box)]))
    const stack = own.toSorted((a, b) => compare(weights.get(a) ?? 0, weights.get(b) ?? 0))
    for (const [index, box] of stack.entries()) rows.set(box.key, (index + 0.5) / stack.length)
    return stack.map((box) => ({ box, lines: linesOf(box) }))
  })
  const tallest = stacks.reduce((most, stack) => Math.max(most, stackHeight(stack)), 0)
  return stacks.flatMap((stack, index) => {
    let y = 1 + (tallest - stackHeight(stack)) / 2
    return stack.map(({ box, lines }) => {
      const entry = { box, lines, x: 1 + index * (size.width + size.gap), y, height: boxHeight(lines) }
      y += entry.height + size.between
      return entry
    })
  })
}

/** Infinity less Infinity is no number. */
const compare = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0)

const boxHeight = (lines: readonly string[]): number => lines.length * size.line + 2 * size.pad
const stackHeight = (stack: readonly { readonly lines: readonly string[] }[]): number =>
  stack.reduce((sum, { lines }) => sum + boxHeight(lines) + size.between, -size.between)

const linesOf = ({ lines, zone, rules }: Box): readonly string[] => {
  const all = [...lines.flatMap(wrapped), ...(zone === null ? [] : [zone]), ...rules]
  const shown = all.length > size.linesShown ? enumerateLines(all, size.linesShown - 1) : all
  return shown.map((line) => plain(line, size.characters))
}

/** At most two lines, broken at the last blank that fits. */
const wrapped = (line: string): readonly string[] => {
  if (line.length <= size.characters) return [line]
  const at = line.lastIndexOf(' ', size.characters)
  return at < 1 ? [line] : [line.slice(0, at), line.slice(at + 1)]
}

const boxShape = ({ box, lines, x, y, height }: Placed): Html =>
  html`<g class="box state-${box.state}"><title>${nameOf(box)}</title><rect x="${x}" y="${y}" width="${size.width}" height="${height}" rx="7"/>${lines.map(
    (line, index) =>
      html`<text x="${x + 10}" y="${y + size.pad + size.line * (index + 0.75)}"${index === 0 ? html` class="first"` : null}>${line}</text>`,
  )}</g>
`

const edgeSigns: Readonly<Record<TopologyState, string>> = { broken: '×', warning: '!', unknown: '?', ok: '' }

const edgeLine = (edge: TopologyEdge, byKey: ReadonlyMap<string, Placed>): Html => {
  const [from, to] = [byKey.get(edge.from), byKey.get(edge.to)]
  if (from === undefined || to === undefined) return html``
  const [x1, y1] = [from.x + size.width, from.y + from.height / 2]
  const [x2, y2] = [to.x, to.y + to.height / 2]
  const bend = Math.max(24, (x2 - x1) / 2)
  const [x, y] = [(x1 + x2) / 2, (y1 + y2) / 2]
  const mark =
    edge.state === 'ok' ? null : html`<circle cx="${x}" cy="${y}" r="8"/><text x="${x}" y="${y + 4}">${edgeSigns[edge.state]}</text>`
  return html`<g class="edge state-${edge.state}"><path d="M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}"/>${mark}</g>
`
}

const nameOf = ({ lines }: Box): string => lines.join(', ')

const stateSigns: Readonly<Record<TopologyState, Sign>> = { broken: 'fail', warning: 'warning', unknown: 'unknown', ok: 'pass' }
const stateTones: Readonly<Record<TopologyState, string>> = { broken: 'error', warning: 'warning', unknown: 'unknown', ok: 'skipped' }

const mark = ({ state, rules }: Pick<Box, 'state' | 'rules'>): Html =>
  html`${badge(stateSigns[state], stateTones[state], state)} ${joined(rules.map(ruleLink), ', ')}`

/** What is not as it should be, in words. */
const markedList = (drawing: Drawing): Html | null => {
  const name = nameIn(drawing)
  const parts = drawing.boxes.filter(isMarked).map((box) => html`<li><code>${nameOf(box)}</code> ${mark(box)}</li>\n`)
  const ways = drawing.edges.filter(isMarked).map((edge) => {
    const label = edge.label === undefined ? null : html` <span class="quiet">${edge.label}</span>`
    return html`<li><code>${name(edge.from)}</code> → <code>${name(edge.to)}</code>${label} ${mark(edge)}</li>\n`
  })
  return parts.length + ways.length === 0 ? null : html`<h3>Marked</h3>\n<ul class="marked">\n${parts}${ways}</ul>\n`
}

const isMarked = ({ state }: Pick<Box, 'state'>): boolean => state !== 'ok'

const nameIn = ({ boxes }: Drawing): ((key: string) => string) => {
  const names = new Map(boxes.map((box) => [box.key, nameOf(box)]))
  return (key) => names.get(key) ?? key
}

const wayTable = (drawing: Drawing): Html | null => {
  if (drawing.edges.length === 0) return null
  const name = nameIn(drawing)
  const rows = drawing.edges.map(({ from, to, label }) => {
    const quiet = label === undefined ? null : html` <span class="quiet">${label}</span>`
    return html`<tr><th scope="row"><code>${name(from)}</code></th><td><code>${name(to)}</code>${quiet}</td></tr>\n`
  })
  return html`<details class="ways"><summary>All ways of the traffic (${rows.length})</summary>
<table><thead><tr><th scope="col">From</th><th scope="col">To</th></tr></thead>
<tbody>
${rows}</tbody></table></details>
`
}
