import { describe, expect, test } from '@jest/globals'
import { amount, count, countOrNull, flag, oneOf, pages } from '../../../src/facts/engine/answer.ts'

interface Page {
  readonly Subnets?: readonly string[]
  readonly IsTruncated?: boolean
  readonly NextToken?: string
}

async function* paginator(answers: readonly Page[]): AsyncGenerator<Page> {
  for (const answer of answers) yield answer
}

describe('pages', () => {
  test.each<[string, readonly Page[], readonly string[]]>([
    ['one page', [{ Subnets: ['a', 'b'] }], ['a', 'b']],
    ['several pages', [{ Subnets: ['a'], NextToken: '1' }, { Subnets: [], NextToken: '2' }, { Subnets: ['b'] }], ['a', 'b']],
    ['a page that says there is nothing', [{ Subnets: [] }], []],
    ['an empty token, which is none', [{ Subnets: ['a'], NextToken: '' }], ['a']],
  ])('%s', async (_, answers, expected) => {
    expect(await pages(paginator(answers), 'Subnets')).toEqual(expected)
  })

  test('an answer without the list is no evidence that nothing is there', async () => {
    await expect(pages(paginator([{}]), 'Subnets')).rejects.toThrow('the answer has no Subnets')
    await expect(pages(paginator([{ Subnets: ['a'], NextToken: '1' }, {}]), 'Subnets')).rejects.toThrow('the answer has no Subnets')
  })

  test('pages that lead back to one another end', async () => {
    async function* loop(): AsyncGenerator<Page> {
      for (let at = 0; ; at += 1) yield { Subnets: ['a'], NextToken: String(at % 3) }
    }
    await expect(pages(loop(), 'Subnets')).rejects.toThrow('the answer leads to a page that was read already')
  })

  test('a list that says it is cut and not how to go on is not the whole list', async () => {
    await expect(pages(paginator([{ Subnets: ['a'], IsTruncated: true }]), 'Subnets')).rejects.toThrow('the answer is cut')
    expect(await pages(paginator([{ Subnets: ['a'], IsTruncated: true, NextToken: '1' }, { Subnets: ['b'] }]), 'Subnets')).toEqual([
      'a',
      'b',
    ])
  })

  test('a page of 300,000 items is read', async () => {
    const Subnets = Array.from({ length: 300_000 }, () => 'a')
    expect(await pages(paginator([{ Subnets }]), 'Subnets')).toHaveLength(300_000)
  })
})

describe('values that AWS answers', () => {
  const said = (value: unknown): { readonly V?: unknown } => ({ V: value })

  test.each<[string, unknown, boolean, boolean]>([
    ['zero', 0, true, true],
    ['a whole number', 7, true, true],
    ['a fraction', 1.5, false, true],
    ['less than nothing', -1, false, false],
    ['not a number', Number.NaN, false, false],
    ['infinity', Number.POSITIVE_INFINITY, false, false],
    ['a text', '7', false, false],
    ['nothing', undefined, false, false],
    ['null', null, false, false],
  ])('%s', (_, value, isCount, isAmount) => {
    const reads = (read: () => unknown): boolean => {
      try {
        return read() === value
      } catch {
        return false
      }
    }
    expect([reads(() => count(said(value), 'V')), reads(() => amount(said(value), 'V'))]).toEqual([isCount, isAmount])
  })

  test('a count that may be left out is null then, and only then', () => {
    expect(countOrNull(said(undefined), 'V')).toBeNull()
    expect(countOrNull(said(3), 'V')).toBe(3)
    expect(() => countOrNull(said('3'), 'V')).toThrow('V of the answer is 3, which cannot be')
  })

  test('a text is neither true nor false', () => {
    expect([flag(said(true), 'V'), flag(said(false), 'V')]).toEqual([true, false])
    expect(() => flag(said('false'), 'V')).toThrow('V of the answer is neither true nor false')
  })

  test('a word that is not known has no meaning', () => {
    expect(oneOf(said('deny'), 'V', ['allow', 'deny'])).toBe('deny')
    expect(() => oneOf(said('refuse'), 'V', ['allow', 'deny'])).toThrow('V of the answer is refuse, which is not known here')
  })
})
