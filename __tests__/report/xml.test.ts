import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { xmlAttribute, xmlText } from '../../src/report/wording/escape.ts'
import { readXml } from './xml.ts'

describe('the reader of these tests', () => {
  test('reads what a document says', () => {
    const document = '<?xml version="1.0" encoding="UTF-8"?>\n<!-- a --><a x="1&#9;&quot;" y=\'&lt;\t\'>b&amp;\r\n<c/> d</a>\n'
    expect(readXml(document)).toEqual({
      name: 'a',
      attributes: { x: '1\t"', y: '< ' },
      text: 'b&\n d',
      children: [{ name: 'c', attributes: {}, text: '', children: [] }],
    })
  })

  test.each([
    '',
    'a',
    '<a>',
    '<a></b>',
    '<a/><b/>',
    '<a/>b',
    '<a x=1/>',
    '<a x="1" x="2"/>',
    '<a x="<"/>',
    '<a x="1"y="2"/>',
    '<a>&</a>',
    '<a>& b;</a>',
    '<a>&nbsp;</a>',
    '<a>&#0;</a>',
    '<a>&#xd800;</a>',
    '<a>]]></a>',
    '<a>\u0001</a>',
    '<a>\ud800</a>',
    '<a>\uffff</a>',
    '<a><!-- -- --></a>',
    '<!DOCTYPE a><a/>',
  ])('refuses %j', (document) => {
    expect(() => readXml(document)).toThrow()
  })
})

const anything = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc
    .array(
      fc.constantFrom(
        ']]>',
        '<!--',
        '-->',
        '&amp;',
        '&',
        '<',
        '>',
        '"',
        "'",
        '\r',
        '\n',
        '\t',
        '\u0000',
        '\u001b',
        '\ufffe',
        '\ud800',
        'x',
      ),
    )
    .map((parts) => parts.join('')),
)

/** What XML has no way to say is said in words that can be seen. */
const said = (text: string): string =>
  text.replaceAll(
    /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  )

describe('XML', () => {
  test.each([
    ['a < b & "c" > d', 'a &#60; b &#38; "c" &#62; d', 'a &#60; b &#38; &#34;c&#34; &#62; d'],
    ['a\r\nb\tc', 'a&#13;\nb\tc', 'a&#13;&#10;b&#9;c'],
    ['\u001b[31m \ufffe \ud800', '\\u{1b}[31m \\u{fffe} \\u{d800}', '\\u{1b}[31m \\u{fffe} \\u{d800}'],
    ['größer 日本 🚀', 'größer 日本 🚀', 'größer 日本 🚀'],
  ])('%j', (text, inText, inAttribute) => {
    expect([xmlText(text), xmlAttribute(text)]).toEqual([inText, inAttribute])
  })

  test('whatever comes in, a reader gets it out', () => {
    fc.assert(
      fc.property(anything, anything, (text, value) => {
        const { text: readText, attributes } = readXml(`<a x="${xmlAttribute(value)}" y='${xmlAttribute(value)}'>${xmlText(text)}</a>`)
        expect([readText, attributes]).toEqual([said(text), { x: said(value), y: said(value) }])
      }),
      { numRuns: 1_000 },
    )
  })
})
