import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { annotations } from '../../src/report/annotations.ts'
import { linePage, renderComment } from '../../src/report/comment/comment.ts'
import { renderJunit } from '../../src/report/junit.ts'
import { renderSarif } from '../../src/report/sarif.ts'
import type { Report } from '../../src/report/schema/report.ts'
import { renderSummary } from '../../src/report/summary.ts'
import { renderText } from '../../src/report/text/text.ts'
import { disguised, hostileReport, hostileText } from './hostile-report.ts'
import { sampleReport } from './sample.ts'
import { aSarifContext } from './sarif.ts'
import { readXml, type XmlElement } from './xml.ts'

const anyDetail = fc.constantFrom('problems', 'everything', 'verdict')

const colours = new RegExp(`${String.fromCharCode(27)}\\[\\d{1,2}m`, 'g')

describe('whatever AWS, files and pull requests are named', () => {
  test('the log holds nothing that a terminal or the runner obeys', () => {
    fc.assert(
      fc.property(hostileReport, fc.boolean(), fc.integer({ min: 1, max: 120 }), anyDetail, (report, colour, width, detail) => {
        const text = renderText(report, { colour, width, detail })
        const words = colour ? text.replaceAll(colours, '') : text
        expect(words.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u)
        expect(words.split('\n').filter((line) => line.trimStart().startsWith('::'))).toEqual([])
        expect(words).not.toContain('##[')
      }),
    )
  })

  test('colour changes nothing but colour', () => {
    fc.assert(
      fc.property(hostileReport, anyDetail, (report, detail) => {
        const coloured = renderText(report, { colour: true, width: 80, detail })
        expect(coloured.replaceAll(colours, '')).toBe(renderText(report, { colour: false, width: 80, detail }))
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

  test('the comment has the shape that it has for harmless names, and one HTML comment at its start', () => {
    const rendered = (report: Report, job: string): string => {
      const options = {
        id: '0123456789abcdef',
        digest: (text: string) => `${text.length}`,
        maxCharacters: Number.POSITIVE_INFINITY,
        job,
        runUrl: 'https://github.com/o/r/actions/runs/1',
        commit: 'c0ffee',
        linkTo: ({ path }: { readonly path: string }) => linePage('https://github.com', 'o/r', 'c0ffee', path, 1),
      }
      // Written twice: what stands in the state of the first comes back in the second.
      const skipped = { ...report, findings: report.findings.map((finding) => ({ ...finding, status: 'skipped' as const })) }
      return (
        renderComment(skipped, { ...options, previous: renderComment(report, { ...options, previous: null }) }) +
        renderComment(report, { ...options, previous: null })
      )
    }
    const harmless = shapeOf(
      rendered(
        disguised((slot) => `x${slot}`),
        'job',
      ),
    )
    expect(harmless.tags.filter((tag) => tag.startsWith('<!--'))).toHaveLength(2)
    fc.assert(
      fc.property(hostileReport, hostileText, (report, job) => {
        const comment = rendered(report, `x${job}`)
        const { tags, ...shape } = shapeOf(comment)
        expect({ ...shape, tags: tags.map(withoutState) }).toEqual({ ...harmless, tags: harmless.tags.map(withoutState) })
        expect(comment.split('\n')[0]).toMatch(/^<!-- hyperpod-preflight 0123456789abcdef [\w-]+ -->$/)
        expect(comment.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u)
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

const withoutState = (tag: string): string => tag.replace(/^<!-- hyperpod-preflight \w+ [\w-]+ -->$/, '<!-- state -->')

describe('files for other programs', () => {
  test('JUnit XML has the elements and the attributes that it has for harmless names', () => {
    const outline = ({ name, attributes, children }: XmlElement): unknown => [name, Object.keys(attributes), children.map(outline)]
    const texts = ({ attributes, text, children }: XmlElement): readonly string[] => [
      ...Object.values(attributes),
      text,
      ...children.flatMap(texts),
    ]
    const read = (report: Report): XmlElement => readXml(renderJunit(report, { failOn: 'error', onUnknown: 'fail' }))
    fc.assert(
      fc.property(hostileReport, (report) => {
        const root = read(onlyNames(report))
        expect(outline(root)).toEqual(outline(read(sampleReport())))
        expect(texts(root).join('').replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u)
      }),
    )
  })

  test('SARIF has the results that it has for harmless names, in words that act on nobody', () => {
    const read = (report: Report) => JSON.parse(renderSarif(report, aSarifContext())).runs[0]
    fc.assert(
      fc.property(hostileReport, (report) => {
        expect(renderSarif(report, aSarifContext()).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|##\[/u)
        const { results, automationDetails } = read(onlyNames(report))
        expect(results.map(({ level, ruleId }: Record<string, string>) => [level, ruleId])).toEqual(
          read(sampleReport()).results.map(({ level, ruleId }: Record<string, string>) => [level, ruleId]),
        )
        expect(automationDetails.id.split('/')).toHaveLength(6)
        for (const { message, locations } of results) {
          expect(`${message.text}${message.markdown.replaceAll('\n', '')}`).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u)
          expect(message.text).not.toContain('](')
          expect(locations[0].physicalLocation.artifactLocation.uri).toMatch(/^(?:[\w./~!*'()-]|%[\dA-F]{2}|^file:\/\/)+$/)
        }
      }),
    )
  })
})

/** A hostile report with the rules, the program and the verdict that the sample has: those are never from outside. */
const onlyNames = (report: Report): Report => {
  const sample = sampleReport()
  const findings = report.findings.map((finding, index) => ({ ...finding, rule: sample.findings[index]?.rule ?? '' }))
  return { ...report, tool: sample.tool, findings }
}

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
