import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { ruleUrl } from '../../../src/catalog/links.ts'
import { logLine, markdownCell, markdownCode, markdownFence, plain } from '../../../src/report/wording/escape.ts'

const anything = fc.string({ unit: 'binary', maxLength: 200 })

describe('plain', () => {
  test.each([
    ['ml.p5.48xlarge × 4 – größer 日本', 'ml.p5.48xlarge × 4 – größer 日本'],
    ['a\nb\r\nc\td', 'a\\nb\\r\\nc\\td'],
    ['\u001b[31mred\u009b0m', '\\u{1b}[31mred\\u{9b}0m'],
    ['fdp.\u202etxt.exe\u2066', 'fdp.\\u{202e}txt.exe\\u{2066}'],
    ['zero\u200bwidth\ufeff', 'zero\\u{200b}width\\u{feff}'],
    ['line\u2028paragraph\u2029', 'line\\u{2028}paragraph\\u{2029}'],
    ['half \ud83d', 'half \\u{d83d}'],
    ['tag \u{e0041}', 'tag \\u{e0041}'],
    ['none \uffff\u{1fffe}\ufdd0', 'none \\u{ffff}\\u{1fffe}\\u{fdd0}'],
  ])('%j', (text, expected) => {
    expect(plain(text)).toBe(expected)
  })

  test('cuts at characters, not inside one, and says so', () => {
    expect(plain('x'.repeat(1_000))).toBe('x'.repeat(1_000))
    expect(plain('x'.repeat(1_001))).toBe(`${'x'.repeat(999)}…`)
    expect(plain('🚀'.repeat(9), 4)).toBe('🚀🚀🚀…')
    expect(plain('\n'.repeat(5), 4)).toBe('\\n\\…')
  })

  test('whatever comes in, one short line comes out', () => {
    fc.assert(
      fc.property(anything, (text) => {
        expect(plain(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u)
        expect([...plain(text, 20)].length).toBeLessThanOrEqual(20)
      }),
    )
  })
})

describe('logLine', () => {
  test.each([
    ['::error::x', '\\::error::x'],
    ['    ::add-mask::x', '    \\::add-mask::x'],
    ['\u00a0\u3000::x', '\u00a0\u3000\\::x'],
    ['\u001b[31m  ::x', '\u001b[31m  \\::x'],
    ['from ::/0', 'from ::/0'],
    ['arn:aws:iam::111122223333:role/r', 'arn:aws:iam::111122223333:role/r'],
    ['a ##[add-mask]b ##[c', 'a ##\\[add-mask]b ##\\[c'],
  ])('%j', (line, expected) => {
    expect(logLine(line)).toBe(expected)
  })
})

/** What a browser makes of character references. */
const resolved = (text: string): string =>
  text.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code))).replaceAll('\u200b', '')

describe('Markdown', () => {
  test.each([
    ['a|b', 'a&#124;b'],
    ['<img src=x>', '&#60;img src=x&#62;'],
    ['**b** _i_ `c` ~~s~~', '&#42;&#42;b&#42;&#42; &#95;i&#95; &#96;c&#96; &#126;&#126;s&#126;&#126;'],
    ['[a](b) \\| &amp;', '&#91;a&#93;(b) &#92;&#124; &#38;amp;'],
    ['https://evil.example www.evil.example', 'https&#58;//evil.example www&#46;evil.example'],
    ['@octocat user@example.com', '@&#8203;octocat user@example.com'],
    ['fixes #12, GH-7, x/y#3', 'fixes #&#8203;12, GH-&#8203;7, x/y#&#8203;3'],
    ['#! a # b p5-48xlarge subnet-0a1', '#! a # b p5-48xlarge subnet-0a1'],
    ['arn:aws:s3:::b/hyperpod/', 'arn:aws:s3:::b/hyperpod/'],
  ])('%j', (text, expected) => {
    expect(markdownCell(text)).toBe(expected)
  })

  test('nothing with a meaning is left, and a reader sees what was there', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const cell = markdownCell(text)
        expect(cell).not.toMatch(/[<>|`*_[\]~\\\n\r]|&(?!#\d+;)|:\/\/|www\./i)
        expect(resolved(cell)).toBe(plain(text))
        expect(markdownCode(text)).toBe(`<code>${cell}</code>`)
      }),
    )
  })

  test('a fence is longer than every run of backticks in it', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: fc.constantFrom('`', '`', 'a', '\n', ' ') })), (commands) => {
        const [open = '', ...rest] = markdownFence(commands).split('\n')
        const fence = open.replace(/sh$/, '')
        expect(fence).toMatch(/^`{3,}$/)
        expect(rest).toHaveLength(commands.length + 1)
        expect(rest.at(-1)).toBe(fence)
        for (const line of rest.slice(0, -1)) expect(line).not.toContain(fence)
      }),
    )
  })
})

test('a rule id that no rule can have does not get into a link', () => {
  expect(ruleUrl('s3/bucket')).toMatch(/\/docs\/rules\/s3\/bucket\.md$/)
  for (const id of ['s3/bucket) [x](https://evil.example', '../../x', 's3/bucket\n', '']) expect(ruleUrl(id)).toMatch(/\/docs\/rules$/)
})
