import type { Headroom } from '../schema/headroom.ts'
import type { Report } from '../schema/report.ts'
import { type Fit, fitOf, headroomTitle, limitText, nextLimitText, possibleText, unreadRules, wholeCluster } from '../wording/headroom.ts'
import { type Html, html } from './markup.ts'
import { badge, joined, ruleLink, type Sign } from './parts.ts'

const fits: Readonly<Record<Fit, { readonly sign: Sign; readonly tone: string; readonly words: string }>> = {
  short: { sign: 'warning', tone: 'warning', words: 'short' },
  uncertain: { sign: 'unknown', tone: 'unknown', words: 'not certain' },
  fits: { sign: 'pass', tone: 'pass', words: 'fits' },
}

/** How many nodes each group wants, how many can come up, and what limits them. Nothing for a plan without groups. */
export const headroomSection = (report: Report): Html | null => {
  if (report.headroom.length === 0) return null
  return html`<section id="headroom">
<h2>${headroomTitle(report.headroom)}</h2>
<ul class="rooms">
${[...report.headroom, ...wholeCluster(report)].map(room)}</ul>
</section>
`
}

const room = (entry: Headroom): Html => {
  const { sign, tone, words } = fits[fitOf(entry)]
  const [binding, next] = entry.limits
  const possible = possibleText(entry)
  const unread = unreadRules(entry)
  return html`<li class="room tone-${tone}">
<h3><code>${entry.group}</code> ${badge(sign, tone, words)}</h3>
<p class="quiet">${entry.instanceTypes.join(' or ')}</p>
<p class="nodes">wants <strong>${entry.wanted}</strong>, ${possible === '' ? 'how many are possible is not known' : html`<strong>${possible}</strong> possible`}</p>
${entry.possible === null ? null : bar(entry.wanted, entry.possible)}${
  binding === undefined ? null : html`<p>Limit: ${limitText(binding)}</p>\n`
}${next === undefined ? null : html`<p class="quiet">Next limit: ${nextLimitText(next)}</p>\n`}${
  unread.length === 0 ? null : html`<p class="quiet">Not known: ${joined(unread.map(ruleLink), ', ')}</p>\n`
}</li>
`
}

/** A possible number beyond this many times the wanted one is drawn as a full bar: the wanted one has to stay visible. */
const widest = 2

/** Possible nodes as the bar, what is short of the wanted ones as its empty part, and a line at the wanted ones. The words beside it say the same. */
const bar = (wanted: number, possible: number): Html => {
  const scale = Math.max(1, wanted, Math.min(possible, wanted * widest))
  const percent = (nodes: number): string => `${Math.round((Math.min(nodes, scale) / scale) * 1_000) / 10}%`
  return html`<svg class="bar" aria-hidden="true"><rect class="track" width="100%" height="100%" rx="4"/><rect class="filled" width="${percent(possible)}" height="100%" rx="4"/><line class="wanted" x1="${percent(wanted)}" x2="${percent(wanted)}" y1="-3" y2="13"/></svg>
`
}
