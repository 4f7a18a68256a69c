import { describe, expect, test } from '@jest/globals'
import { andMore, conjunction, enumerate, enumerateLines, plural, reasons } from '../../../src/semantics/text/enumerate.ts'

describe('things in words', () => {
  test.each([
    [plural(1, 'error'), '1 error'],
    [plural(0, 'error'), '0 errors'],
    [plural(1, 'free address', 'free addresses'), '1 free address'],
    [plural(2, 'free address', 'free addresses'), '2 free addresses'],
    [andMore(1), 'and 1 more'],
    [andMore(1, 'group'), 'and 1 more group'],
    [andMore(2, 'group'), 'and 2 more groups'],
  ])('%s', (words, expected) => {
    expect(words).toBe(expected)
  })

  test.each([
    [[], '', ''],
    [['a'], 'a', 'a'],
    [['a', 'b'], 'a, b', 'a and b'],
    [['a', 'b', 'c'], 'a, b, c', 'a, b, and c'],
    [['a', 'b', 'c', 'd'], 'a, b, c and 1 more subnet', 'a, b, c and 1 more subnet'],
    [['a', 'b', 'c', 'd', 'e'], 'a, b, c and 2 more subnets', 'a, b, c and 2 more subnets'],
  ])('%j with a limit of 3', (items, enumerated, joined) => {
    expect(enumerate(items, 3, 'subnet')).toBe(enumerated)
    expect(conjunction(items, 3, 'subnet')).toBe(joined)
  })

  test('without a noun, and without a limit', () => {
    expect(enumerate(['a', 'b', 'c'], 1)).toBe('a and 2 more')
    expect(conjunction(['a', 'b', 'c', 'd'])).toBe('a, b, c, and d')
  })

  test('lines: the last one counts what is left out', () => {
    expect(enumerateLines(['a', 'b'], 2)).toEqual(['a', 'b'])
    expect(enumerateLines(['a', 'b', 'c'], 2)).toEqual(['a', 'b', 'and 1 more'])
  })

  test('reasons: three of them, each once', () => {
    expect(reasons([])).toBe('')
    expect(reasons(['a', 'b', 'a'])).toBe('a; b')
    expect(reasons(['a', 'b', 'c', 'd', 'd'])).toBe('a; b; c and 1 more reason')
    expect(reasons(['a', 'b', 'c', 'd', 'e'])).toBe('a; b; c and 2 more reasons')
  })
})
