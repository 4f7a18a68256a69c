import fc from 'fast-check'
import type { Report } from '../../src/report/schema/report.ts'
import { diagnosedReport } from './sample.ts'

const pieces = [
  '\u001b[31m',
  '\u009b2J',
  '\u0007',
  '\u0000',
  '\n',
  '\r\n',
  '\t',
  '\u2028',
  '\u0085',
  '\u202e',
  '\u2066',
  '\u200b',
  '\ud800',
  '\u00a0',
  ' ',
  '::',
  '::error::x',
  '\n::add-mask::x',
  ' ::error title=x::',
  '##[',
  '##[error]',
  '#',
  '##',
  '[',
  '|',
  '\\|',
  '\\',
  '`',
  '```',
  '\n```\n',
  '````',
  '<script>',
  '</details>',
  '<!--',
  '-->',
  '<',
  '>',
  '&lt;',
  '&#60;',
  '](x)',
  '[x](y)',
  '@octocat',
  'https://evil.example',
  '$x$',
  '**',
  '- ',
  'x',
]
/** What somebody may name a file, a bucket or a tag. */
export const hostileText = fc
  .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary', maxLength: 5 })), { minLength: 1, maxLength: 12 })
  .map((parts) => parts.join(''))

/** Words that are of the program, not of the world: the types hold no others. */
const own = new Set([
  'status',
  'severity',
  'verdict',
  'orchestrator',
  'kind',
  'state',
  'need',
  'layer',
  'source',
  'conclusion',
  'certainty',
  'what',
])

/** The sample report with every text that comes from outside replaced; equal texts stay equal, different ones different. */
export const disguised = (text: (slot: number) => string): Report => {
  const slots = new Map<string, number>()
  const change = (key: string, value: unknown): unknown => {
    if (typeof value !== 'string' || own.has(key) || (key === 'reason' && value === 'denied')) return value
    if (!slots.has(value)) slots.set(value, slots.size)
    return text(slots.get(value) ?? 0)
  }
  return JSON.parse(JSON.stringify(diagnosedReport(), change))
}

/** The sample report with hostile texts. */
export const hostileReport = fc
  .array(hostileText, { minLength: 1, maxLength: 6 })
  .map((texts) => disguised((slot) => `${texts[slot % texts.length]}${slot}`))
