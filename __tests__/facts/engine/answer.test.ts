import { describe, expect, test } from '@jest/globals'
import { pages } from '../../../src/facts/engine/answer.ts'

interface Page {
  readonly Subnets?: readonly string[]
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
})
