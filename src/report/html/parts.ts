import { ruleUrl } from '../../catalog/links.ts'
import type { Evidence, Fix } from '../../model/finding.ts'
import { type Measure, measureOf } from '../wording/evidence.ts'
import { linkedParts, type TextPart } from '../wording/links.ts'
import { type Html, html, verbatim, wholeText } from './markup.ts'

/** Signs of the page: each is drawn once, and used by its name. */
const signs = {
  fail: '<path d="M4 4l8 8M12 4l-8 8"/>',
  warning: '<path d="M8 3v6.5M8 12.6v.4"/>',
  notice: '<path d="M8 7v6M8 3v.4"/>',
  unknown: '<path d="M5.2 5.6a2.8 2.8 0 1 1 4 2.6c-.8.4-1.2.9-1.2 1.8M8 12.9v.3"/>',
  waived: '<path d="M3 9c1.6-2.6 3.4-2.6 5 0s3.4 2.6 5 0"/>',
  pass: '<path d="M3 8.6l3.4 3.4L13 4.8"/>',
  skipped: '<path d="M4 8h8"/>',
  files: '<path d="M4 2h5l3 3v9H4zM9 2v3h3"/>',
} as const

export type Sign = keyof typeof signs

/** To stand at the start of the body. */
export const signSheet: Html = verbatim(
  `<svg class="sheet" aria-hidden="true">${Object.entries(signs)
    .map(([name, path]) => `<symbol id="sign-${name}" viewBox="0 0 16 16">${path}</symbol>`)
    .join('')}</svg>`,
)

/** A sign beside words that say the same: it is hidden from those who listen. */
export const sign = (name: Sign): Html => html`<svg class="sign" aria-hidden="true"><use href="#sign-${name}"/></svg>`

export const badge = (name: Sign, tone: string, words: string): Html => html`<span class="badge tone-${tone}">${sign(name)}${words}</span>`

export const ruleLink = (rule: string): Html => html`<a href="${ruleUrl(rule)}" rel="noreferrer"><code>${rule}</code></a>`

/** Items with a separator between them. */
export const joined = (items: readonly Html[], separator: string): Html =>
  html`${items.map((item, index) => (index === 0 ? item : html`${separator}${item}`))}`

/** The way out. One block a command: each can be selected by one click, and pasted. */
export const fixBlock = ({ text, commands }: Fix): Html =>
  html`<div class="fix"><p><strong>Fix</strong> ${linkedParts(text).map(part)}</p>
${commands.map(commandBlock)}</div>
`

const part = ({ text, isLink }: TextPart): Html => (isLink ? html`<a href="${text}" rel="noreferrer">${text}</a>` : html`${text}`)

/** A command, whole: it can be selected by one click, and pasted. */
export const commandBlock = (command: string): Html => html`<div class="command"><pre><code>${wholeText(command)}</code></pre></div>
`

/** What was measured, in words. Nothing where there is none. */
export const evidenceList = (evidence: Evidence | undefined): Html | null => {
  const entries = Object.entries(evidence ?? {})
  if (entries.length === 0) return null
  return html`<dl class="evidence">${entries.map(([name, value]) => measure(measureOf(name, value)))}</dl>
`
}

const measure = ({ label, value }: Measure): Html => html`<div><dt>${label}</dt><dd>${value}</dd></div>`
