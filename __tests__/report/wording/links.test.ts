import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { plain } from '../../../src/report/wording/escape.ts'
import { linkedParts } from '../../../src/report/wording/links.ts'

const linksIn = (text: string): readonly string[] => linkedParts(text).flatMap((part) => (part.isLink ? [part.text] : []))

describe('web addresses in a fix', () => {
  test.each<[string, readonly string[]]>([
    ['See https://www.shellcheck.net/wiki/SC2086 for more.', ['https://www.shellcheck.net/wiki/SC2086']],
    ['(https://docs.aws.amazon.com/vpc/latest/userguide/x.html#y).', ['https://docs.aws.amazon.com/vpc/latest/userguide/x.html#y']],
    ['https://evil.example/docs.aws.amazon.com/ and https://docs.aws.amazon.com.evil.example/x', []],
    ['http://docs.aws.amazon.com/x javascript:alert(1) https://www.shellcheck.net/wiki/', []],
    ['', []],
  ])('%j', (text, links) => {
    expect(linksIn(text)).toEqual(links)
  })

  test('nothing is lost, and no link holds what Markdown or HTML would act on', () => {
    const piece = fc.constantFrom(
      'https://docs.aws.amazon.com/',
      'https://www.shellcheck.net/wiki/SC1',
      ')',
      '"',
      '<',
      ']',
      ' ',
      'x',
      '\n',
      '\u202e',
    )
    fc.assert(
      fc.property(
        fc.array(piece).map((pieces) => pieces.join('')),
        (text) => {
          expect(
            linkedParts(text)
              .map((part) => part.text)
              .join(''),
          ).toBe(plain(text))
          for (const link of linksIn(text)) expect(link).toMatch(/^https:\/\/[\w/.#-]+$/)
        },
      ),
    )
  })
})
