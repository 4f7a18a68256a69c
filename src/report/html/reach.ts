import type { Report } from '../schema/report.ts'
import { type ReachRow, reachRows, reachTitle } from '../wording/reach.ts'
import { type Html, html } from './markup.ts'
import { badge, type Sign } from './parts.ts'

const looks: Readonly<Record<ReachRow['state'], { readonly sign: Sign; readonly tone: string; readonly words: string }>> = {
  open: { sign: 'pass', tone: 'pass', words: 'open' },
  closed: { sign: 'fail', tone: 'error', words: 'closed' },
  undecided: { sign: 'unknown', tone: 'unknown', words: 'not known' },
}

/** What the nodes reach and by which way, or what closes it. Nothing for a plan whose subnets are not known. */
export const reachSection = ({ reach }: Report): Html | null => {
  const rows = reachRows(reach)
  if (rows.length === 0) return null
  return html`<section id="reach">
<h2>What the nodes reach</h2>
<details><summary>${reachTitle(rows)}</summary>
<table class="reach"><thead><tr><th scope="col">To</th><th scope="col">Need</th><th scope="col">Way</th></tr></thead>
<tbody>
${rows.map(row)}</tbody></table></details>
</section>
`
}

const row = ({ to, need, state, words }: ReachRow): Html => {
  const { sign, tone, words: name } = looks[state]
  return html`<tr><th scope="row"><code>${to}</code></th><td>${need}</td><td>${badge(sign, tone, name)} ${words}</td></tr>
`
}
