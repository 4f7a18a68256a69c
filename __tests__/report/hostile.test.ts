import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Report } from '../../src/model/report.ts'
import { annotations } from '../../src/report/annotations.ts'
import { renderSummary } from '../../src/report/summary.ts'
import { renderText } from '../../src/report/text.ts'
import { sampleReport } from './sample.ts'

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
const hostileText = fc
  .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary', maxLength: 5 })), { minLength: 1, maxLength: 12 })
  .map((parts) => parts.join(''))

/** Words that are of the program, not of the world: the types hold no others. */
const own = new Set(['status', 'severity', 'verdict', 'orchestrator', 'kind', 'state'])

/** The sample report with every text that comes from outside replaced; equal texts stay equal, different ones different. */
const disguised = (text: (slot: number) => string): Report => {
  const slots = new Map<string, number>()
  const change = (key: string, value: unknown): unknown => {
    if (typeof value !== 'string' || own.has(key) || (key === 'reason' && value === 'denied')) return value
    if (!slots.has(value)) slots.set(value, slots.size)
    return text(slots.get(value) ?? 0)
  }
  return JSON.parse(JSON.stringify(sampleReport(), change))
}

const hostileReport = fc
  .array(hostileText, { minLength: 1, maxLength: 6 })
  .map((texts) => disguised((slot) => `${texts[slot % texts.length]}${slot}`))

const colours = new RegExp(`${String.fromCharCode(27)}\\[\\d{1,2}m`, 'g')

describe('whatever AWS, files and pull requests are named', () => {
  test('the log holds nothing that a terminal or the runner obeys', () => {
    fc.assert(
      fc.property(hostileReport, fc.boolean(), fc.integer({ min: 1, max: 120 }), (report, colour, width) => {
        const text = renderText(report, { colour, width })
        const words = colour ? text.replaceAll(colours, '') : text
        expect(words.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u)
        expect(words.split('\n').filter((line) => line.trimStart().startsWith('::'))).toEqual([])
        expect(words).not.toContain('##[')
      }),
    )
  })

  test('colour changes nothing but colour', () => {
    fc.assert(
      fc.property(hostileReport, (report) => {
        const coloured = renderText(report, { colour: true, width: 80 })
        expect(coloured.replaceAll(colours, '')).toBe(renderText(report, { colour: false, width: 80 }))
      }),
    )
  })

  test('the summary has the shape that it has for harmless names', () => {
    const shape = shapeOf(
      renderSummary(
        disguised((slot) => `x${slot}`),
        { maxBytes: 1024 * 1024 },
      ),
    )
    expect(shape.tags).toContain('<details>')
    fc.assert(
      fc.property(hostileReport, (report) => {
        const summary = renderSummary(report, { maxBytes: 1024 * 1024 })
        expect(shapeOf(summary)).toEqual(shape)
        expect(summary.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u)
      }),
    )
  })

  test('annotations have no control characters but their own line breaks', () => {
    fc.assert(
      fc.property(hostileReport, (report) => {
        const [found, harmless] = [annotations(report), annotations(disguised((slot) => `x${slot}`))]
        expect(found.map(({ message }) => message.split('\n').length)).toEqual(harmless.map(({ message }) => message.split('\n').length))
        for (const { title, message, location } of found) {
          expect(`${title}${message.replaceAll('\n', '')}${location?.path ?? ''}`).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u)
          expect([...title].length).toBeLessThanOrEqual(200)
        }
      }),
    )
  })
})

interface Shape {
  /** Cell borders of each line outside fences. */
  readonly pipes: readonly number[]
  readonly tags: readonly string[]
  readonly links: number
  readonly fences: number
}

/** What a Markdown reader takes for structure. */
const shapeOf = (markdown: string): Shape => {
  const lines: string[] = []
  let fence: string | null = null
  let fences = 0
  for (const line of markdown.split('\n')) {
    const ticks: string | null = /^ {0,3}(`{3,})/.exec(line)?.[1] ?? null
    if (fence === null && ticks === null) lines.push(line)
    else if (fence === null) [fence, fences] = [ticks, fences + 1]
    else if (ticks !== null && ticks.length >= fence.length && line.trim() === ticks) fence = null
  }
  const prose = lines.join('\n')
  return {
    pipes: lines.map((line) => line.split('|').length - 1),
    tags: prose.match(/<[^>]*>?/g) ?? [],
    links: prose.split('](').length - 1,
    fences: fence === null ? fences : Number.NaN,
  }
}
