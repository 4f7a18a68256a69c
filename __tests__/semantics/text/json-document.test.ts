import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readJson } from '../../../src/semantics/text/json-document.ts'

const parses = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

describe('readJson', () => {
  test.each([
    ['{\n "a": 1,\n}', 3, 1, 'a name in double quotes is expected there, not }'],
    ['{"a": [1,]}', 1, 10, 'a value is expected there, not ]'],
    ['{"a": 1 "b": 2}', 1, 9, 'a comma or } is expected there, not'],
    ["{'a': 1}", 1, 2, "not 'a'"],
    ['{"a": True}', 1, 7, 'not True'],
    ['{"a": 01}', 1, 7, 'not 01'],
    ['[1.5x]', 1, 2, 'a value or ] is expected there, not 1.5x'],
    ['[1-2]', 1, 2, 'not 1-2'],
    ['{"a": 1 // b\n}', 1, 9, 'not a comment'],
    ['{"a": [1,\n2', 2, 2, 'a comma or ] is expected there, not the end of the file'],
    ['{"a": {', 1, 8, 'a name in double quotes or } is expected there, not the end of the file'],
    ['\uFEFF{}', 1, 1, 'not a byte order mark'],
    ['', 1, 1, 'a value is expected there, not the end of the file'],
    ['{"a": "b\n"}', 1, 7, 'not closed'],
    ['{} {}', 1, 4, 'the end of the file is expected there, not {'],
  ])('%j is malformed at %i:%i', (text, line, column, message) => {
    expect(readJson(text)).toMatchObject({ kind: 'malformed', place: { line, column }, message: expect.stringContaining(message) })
  })

  test('reads what is nested 1000 deep, and of what is deeper says so, however deep it is', () => {
    expect(readJson('['.repeat(1_000) + ']'.repeat(1_000)).kind).toBe('json')
    for (const text of ['['.repeat(1_001) + ']'.repeat(1_001), '{"a":'.repeat(100_000), '['.repeat(100_000)]) {
      expect(readJson(text)).toMatchObject({ kind: 'malformed', message: 'lists and objects are nested too deeply' })
    }
  })

  test('of members with one name the value has the last, as JSON.parse has it, and a path leads to the first', () => {
    const document = readJson('{"a": 1, "a": 2}')
    if (document.kind !== 'json') throw new Error('not JSON')
    expect(document.value).toEqual({ a: 2 })
    expect(document.placeOf(['a'])).toEqual({ line: 1, column: 7 })
  })

  test('knows where values stand, tabs and Windows line ends included; a missing one where its owner begins', () => {
    const document = readJson('{\r\n\t"a": [\r\n\t\t{"b": "c"}],\r\n\t"d/e": 1}')
    if (document.kind !== 'json') throw new Error('not JSON')
    expect(document.value).toEqual({ a: [{ b: 'c' }], 'd/e': 1 })
    expect(document.placeOf([])).toEqual({ line: 1, column: 1 })
    expect(document.placeOf(['a', 0, 'b'])).toEqual({ line: 3, column: 9 })
    expect(document.placeOf(['d/e'])).toEqual({ line: 4, column: 9 })
    expect(document.placeOf(['a', 0, 'x', 'y'])).toEqual({ line: 3, column: 3 })
  })

  test('takes for JSON exactly what JSON.parse does', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ':',
      ',',
      '"a"',
      '"\\u00e9"',
      '"\\x"',
      '-1',
      '01',
      '1.5e3',
      '1.',
      '1e',
      '-',
      '"\t"',
      '"\n"',
      'true',
      'nul',
      ' ',
      '\n',
      '/',
    )
    const broken = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''))
    fc.assert(
      fc.property(fc.oneof(broken, fc.json()), (text) => {
        expect(readJson(text).kind === 'json').toBe(parses(text))
      }),
      { numRuns: 2_000 },
    )
  })
})
