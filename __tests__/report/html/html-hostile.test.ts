import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { renderHtml } from '../../../src/report/html/document.ts'
import type { Report } from '../../../src/report/schema/report.ts'
import type { Topology } from '../../../src/report/schema/topology.ts'
import { htmlText, plain } from '../../../src/report/wording/escape.ts'
import { diagnosedReport, sampleReport } from '../sample.ts'
import { below, type Element, find, readPage } from './html-page.ts'

const pieces = [
  ...[
    '<script>alert(1)</script>',
    '</style>',
    '</script>',
    '<!--',
    '-->',
    '<![CDATA[',
    ']]>',
    '</p>',
    '</code></pre>',
    '</title>',
    '</svg>',
  ],
  ...['<img src=x onerror=alert(1)>', '"', "'", '" onmouseover="x', '&', '&lt;', '&#60;', '&amp', '&notit;', '<', '>', '/', '=', '`'],
  ...['\u0000', '\n', '\r\n', '\t', '\u001b[31m', '\u0085', '\u2028', '\u202e', '\u2066', '\u200b', '\ufeff', '\ud800', '\udc00', '\uffff'],
  ...['\u00a0', ' ', 'javascript:alert(1)', '日本', '🚀', 'x'],
]
const hostileText = fc
  .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary', maxLength: 4 })), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join(''))

/** Words of the program, and rule ids: those decide what stands where. */
const own = new Set(['status', 'severity', 'verdict', 'orchestrator', 'rule', 'source', 'conclusion', 'certainty', 'what'])

/** The sample with every text from outside replaced; equal texts stay equal, different ones different. */
const disguised = (text: (slot: number) => string): Report => {
  const slots = new Map<string, number>()
  const change = (key: string, value: unknown): unknown => {
    if (typeof value !== 'string' || own.has(key) || (key === 'reason' && value === 'denied')) return value
    if (!slots.has(value)) slots.set(value, slots.size)
    return text(slots.get(value) ?? 0)
  }
  return JSON.parse(JSON.stringify({ ...diagnosedReport(), topology: null }, change))
}

interface Shape {
  readonly elements: readonly (readonly [string, Readonly<Record<string, string>>])[]
  readonly text: string
}

const shapeOf = (text: string): Shape => {
  const { root, errors } = readPage(text)
  if (errors.length > 0) throw new Error(errors.join())
  return { elements: below(root).map(({ name, attributes }) => [name, attributes]), text: root.text }
}

describe('whatever AWS, files and pull requests are named', () => {
  test('the page has the same elements and attributes, and says what the names say', () => {
    const harmless = shapeOf(renderHtml(disguised((slot) => `⟦${slot}⟧`)))
    fc.assert(
      fc.property(fc.array(hostileText, { minLength: 1, maxLength: 6 }), (texts) => {
        const text = (slot: number): string => `${texts[slot % texts.length]}·${slot}·`
        const page = shapeOf(renderHtml(disguised(text)))
        expect(page.elements).toEqual(harmless.elements)
        expect(page.text).toBe(harmless.text.replaceAll(/⟦(\d+)⟧/g, (_, slot: string) => plain(text(Number(slot)))))
      }),
      { numRuns: 60 },
    )
  })

  test('no rule id, evidence name or operation makes an element or leads away', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const report = sampleReport()
        const findings = report.findings.map((finding) => ({ ...finding, rule: text, evidence: { [text]: text } }))
        const { root, errors } = readPage(renderHtml({ ...report, findings, calls: { ...report.calls, byOperation: { [text]: 1 } } }))
        expect(errors).toEqual([])
        expect(find(root, 'script')).toHaveLength(1)
        expect(find(root, '.item')).toHaveLength(findings.length)
        expect(outgoing(root).filter((address) => !address.startsWith('https://github.com/hyperpod-preflight/'))).toEqual([])
      }),
      { numRuns: 60 },
    )
  })

  test('names in the network are text, in the drawing too', () => {
    const topology = (text: string): Topology => ({
      vpcId: text,
      nodes: [
        { id: 'g', kind: 'instance-groups', label: text, state: 'ok', rules: [] },
        { id: 's', kind: 'subnet', label: text, detail: text, zone: text, state: 'broken', rules: [text] },
      ],
      edges: [{ from: 'g', to: 's', label: text, state: 'unknown', rules: [text] }],
      unread: [text],
    })
    fc.assert(
      fc.property(hostileText, (text) => {
        const { root, errors } = readPage(renderHtml({ ...sampleReport(), topology: topology(text) }))
        expect(errors).toEqual([])
        expect(find(root, 'script')).toHaveLength(1)
        expect(find(root, '.box')).toHaveLength(2)
        expect(find(root, '.edge')).toHaveLength(1)
        expect(find(root, '.marked').flatMap((list) => list.children)).toHaveLength(2)
      }),
      { numRuns: 60 },
    )
  })
})

const outgoing = (root: Element): readonly string[] =>
  find(root, 'a').flatMap(({ attributes: { href = '' } }) => (href.startsWith('#') ? [] : [href]))

describe('htmlText', () => {
  test.each([
    [`<a href="x" id='y'>&amp;`, '&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;'],
    ['a\nb\u202e', 'a\\nb\\u{202e}'],
    ['größer 日本 = `x`', 'größer 日本 = `x`'],
  ])('%j', (text, expected) => {
    expect(htmlText(text)).toBe(expected)
  })

  test('is read back as plain text, between tags and in an attribute', () => {
    fc.assert(
      fc.property(fc.oneof(hostileText, fc.string({ unit: 'binary' })), (text) => {
        const [p] = find(readPage(`<!DOCTYPE html><p id="${htmlText(text)}">.${htmlText(text)}</p>`).root, 'p')
        expect(p).toMatchObject({ attributes: { id: plain(text) }, text: `.${plain(text)}`, children: [] })
      }),
    )
  })

  test('is cut between characters, never inside a reference', () => {
    expect(htmlText('<'.repeat(1_001))).toBe(`${'&lt;'.repeat(999)}…`)
    expect(htmlText('<'.repeat(5), 3)).toBe('&lt;&lt;…')
  })
})
