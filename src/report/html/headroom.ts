import type { Headroom } from '../schema/headroom.ts'
import type { Report } from '../schema/report.ts'
import {
  type Fit,
  fitOf,
  headroomTitle,
  limitText,
  nextLimitText,
  planFit,
  possibleText,
  unreadRules,
  wholeCluster,
} from '../wording/headroom.ts'
import { type Html, html } from './markup.ts'
import { badge, joined, ruleLink, type Sign } from './parts.ts'

interface Look {
  readonly sign: Sign
  readonly tone: string
}

/** What has room is nothing to be glad of while the plan as a whole has none. */
const lookOf = (fit: Fit, plan: Fit): Look => {
  if (fit === 'short') return { sign: 'warning', tone: 'warning' }
  if (fit === 'uncertain') return { sign: 'unknown', tone: 'unknown' }
  return plan === 'fits' ? { sign: 'pass', tone: 'pass' } : { sign: 'skipped', tone: 'skipped' }
}

/**
 * Whether the plan has room, then how many nodes each group wants and could have, and what limits them. Nothing for a plan without groups,
 * or without an account.
 */
export const headroomSection = (report: Report): Html | null => {
  if (report.headroom.length === 0 || report.staticOnly !== null) return null
  const plan = planFit(report)
  return html`<section id="headroom">
<h2>${headroomTitle(report)}</h2>
<ul class="rooms">
${[...report.headroom, ...wholeCluster(report)].map((entry) => room(entry, lookOf(fitOf(entry), plan)))}</ul>
</section>
`
}

const room = (entry: Headroom, { sign, tone }: Look): Html => {
  const [binding, next] = entry.limits
  const possible = possibleText(entry)
  const unread = unreadRules(entry)
  return html`<li class="room tone-${tone}">
<h3><code>${entry.group}</code> ${badge(sign, tone, fitWords(entry, sign))}</h3>
<p class="quiet">${entry.instanceTypes.join(' or ')}</p>
<p class="nodes">wants <strong>${entry.wanted}</strong>, ${possible === '' ? 'how many are possible is not known' : html`<strong>${possible}</strong> possible`}</p>
${entry.possible === null ? null : bar(entry.wanted, entry.possible)}${
  binding === undefined ? null : html`<p>Limit: ${limitText(binding)}</p>\n`
}${next === undefined ? null : html`<p class="quiet">Next limit: ${nextLimitText(next)}</p>\n`}${
  unread.length === 0 ? null : html`<p class="quiet">Not known: ${joined(unread.map(ruleLink), ', ')}</p>\n`
}</li>
`
}

/** The group in two or three words; beside one that is short no other is told to fit. */
const fitWords = (entry: Headroom, sign: Sign): string => {
  const { wanted, possible } = entry
  if (possible !== null && possible < wanted) return `${wanted - possible} too few`
  if (fitOf(entry) === 'uncertain') return 'not certain'
  return sign === 'pass' ? 'fits' : `up to ${possible}`
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
