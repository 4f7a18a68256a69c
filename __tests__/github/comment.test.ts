import { describe, expect, test } from '@jest/globals'
import { type Kept, pullRequestClient } from '../../src/github/client.ts'
import { gitHubProblem } from '../../src/github/problem.ts'
import { useGitHubServer } from './emulate.ts'
import { aRun } from './run.ts'

const gitHub = useGitHubServer()
const marker = '<!-- hyperpod-preflight aaaa '
const bodyOf = (text: string): string => `${marker}-->\n${text}`

interface Keeping {
  readonly number: number
  readonly text: string | ((previous: string | null) => string)
  readonly token?: string
  readonly mayCreate?: boolean
  readonly marker?: string
}

const keep = async ({ number, text, token, mayCreate = true, marker: start = marker }: Keeping): Promise<Kept> =>
  pullRequestClient(aRun({ number, apiUrl: gitHub().url }), {
    token: token ?? (await gitHub().appToken('github-actions')),
    signal: AbortSignal.timeout(10_000),
    userAgent: 'test',
  }).keepComment({
    marker: start,
    mayCreate,
    body: typeof text === 'string' ? () => `${start}-->\n${text}` : text,
  })

const bodies = async (number: number): Promise<readonly string[]> => (await gitHub().comments(number)).map(({ body }) => body)

describe('the comment of a pull request', () => {
  test('is created once, then updated in place, then left alone while it says the same', async () => {
    const number = await gitHub().open()
    const created = await keep({ number, text: 'blocked' })
    expect(created).toEqual({ kind: 'created', url: expect.stringContaining(`/octocat/clusters/issues/${number}#issuecomment-`) })
    const seen: (string | null)[] = []
    const updated = await keep({
      number,
      text: (previous) => {
        seen.push(previous)
        return bodyOf('ready')
      },
    })
    expect(updated).toEqual({ ...created, kind: 'updated' })
    expect(seen).toEqual([bodyOf('blocked')])
    const [before] = await gitHub().comments(number)
    expect(await keep({ number, text: 'ready' })).toEqual({ ...created, kind: 'unchanged' })
    expect(await gitHub().comments(number)).toEqual([before])
    expect(before?.user).toMatchObject({ login: 'github-actions[bot]', type: 'Bot' })
  })

  test('is not made where it may not be, but kept where it is', async () => {
    const number = await gitHub().open()
    expect(await keep({ number, text: 'ready', mayCreate: false })).toEqual({ kind: 'none' })
    expect(await bodies(number)).toEqual([])
    await keep({ number, text: 'blocked' })
    expect(await keep({ number, text: 'ready', mayCreate: false })).toMatchObject({ kind: 'updated' })
    expect(await bodies(number)).toEqual([bodyOf('ready')])
  })

  test('two jobs have two', async () => {
    const number = await gitHub().open()
    const other = '<!-- hyperpod-preflight bbbb '
    await keep({ number, text: 'one' })
    await keep({ number, text: 'two', marker: other })
    await keep({ number, text: 'one again' })
    expect(await bodies(number)).toEqual([bodyOf('one again'), `${other}-->\ntwo`])
  })

  test('what people write is never touched, whether they quote it or copy its marker', async () => {
    const number = await gitHub().open()
    const copied = bodyOf('all is well, honestly')
    const quoted = `> ${bodyOf('blocked')}\n\nwhat does this mean?`
    const mallory = gitHub().userToken('mallory')
    await gitHub().comment(number, copied, mallory)
    await gitHub().comment(number, quoted, mallory)
    expect(await keep({ number, text: 'blocked' })).toMatchObject({ kind: 'created' })
    expect(await keep({ number, text: 'blocked more' })).toMatchObject({ kind: 'updated' })
    expect(await bodies(number)).toEqual([copied, quoted, bodyOf('blocked more')])
  })

  test('a personal token keeps its own comment, and no one else’s', async () => {
    const number = await gitHub().open()
    const token = gitHub().userToken('octocat')
    await gitHub().comment(number, bodyOf('a copy'), gitHub().userToken('mallory'))
    expect(await keep({ number, token, text: 'blocked' })).toMatchObject({ kind: 'created' })
    expect(await keep({ number, token, text: 'ready' })).toMatchObject({ kind: 'updated' })
    expect(await bodies(number)).toEqual([bodyOf('a copy'), bodyOf('ready')])
  })

  test('of two that two runs made at the same time, the older one stays', async () => {
    const number = await gitHub().open()
    const token = await gitHub().appToken('github-actions')
    const [first] = [await gitHub().comment(number, bodyOf('a'), token), await gitHub().comment(number, bodyOf('b'), token)]
    await gitHub().comment(number, 'a word of mine')
    expect(await keep({ number, token, text: 'c' })).toEqual({ kind: 'updated', url: first.html_url })
    expect(await bodies(number)).toEqual([bodyOf('c'), 'a word of mine'])
  })

  test('is found behind more than a page of others', async () => {
    const number = await gitHub().open()
    for (let index = 0; index < 105; index++) await gitHub().comment(number, `remark ${index}`)
    expect(await keep({ number, text: 'blocked' })).toMatchObject({ kind: 'created' })
    expect(await keep({ number, text: 'ready' })).toMatchObject({ kind: 'updated' })
  })

  test('a token that may only read is told from other failures', async () => {
    const number = await gitHub().open()
    const connection = { token: await gitHub().appToken('read-only'), signal: AbortSignal.timeout(10_000) }
    const error = await keep({ number, text: 'blocked', token: connection.token }).catch((reason: unknown) => reason)
    const problem = gitHubProblem(error, connection)
    expect(problem.message).toMatch(/^POST \/repos\/octocat\/clusters\/issues\/\d+\/comments answered 403: /)
    expect(problem.forbidden).toBe(true)
    expect(await bodies(number)).toEqual([])
  })
})
