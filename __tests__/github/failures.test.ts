import { describe, expect, test } from '@jest/globals'
import { type PullRequestClient, pullRequestClient } from '../../src/github/client.ts'
import { type GitHubProblem, gitHubProblem } from '../../src/github/problem.ts'
import { serve } from '../loopback/server.ts'
import { type Answer, useLoopbackGitHub } from './loopback-github.ts'
import { aRun } from './run.ts'

const gitHub = useLoopbackGitHub()
const marker = '<!-- hyperpod-preflight aaaa '
const token = 'ghs_secretsecretsecret'

const connection = (timeoutMs = 5_000) => ({ token, signal: AbortSignal.timeout(timeoutMs), userAgent: 'test', retryDelayMs: 1 })
const client = (prefix = '', timeoutMs?: number): PullRequestClient =>
  pullRequestClient(aRun({ apiUrl: `${gitHub().url}${prefix}` }), connection(timeoutMs))
const keep = (text: string, { prefix = '', mayCreate = true }: { readonly prefix?: string; readonly mayCreate?: boolean } = {}) =>
  client(prefix).keepComment({ marker, mayCreate, body: () => `${marker}-->\n${text}` })

const aComment = (id: number, text: string, type: 'Bot' | 'User' = 'Bot') => ({
  id,
  html_url: `https://github.example/${id}`,
  body: `${marker}-->\n${text}`,
  user: { id: 41, login: 'x', type },
})
const ok = (body: unknown, status = 200): Answer => ({ status, body })
const refused = (status: number, message: string, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  body: { message },
  headers,
})

/** Comments of the pull request that are kept between requests. */
const remembering = (comments: ReturnType<typeof aComment>[]) => (asked: string, sent: unknown) => {
  if (asked.startsWith('GET')) return ok(comments)
  if (!asked.startsWith('POST')) return ok(comments[0])
  const { body } = sent as { body: string }
  comments.push({ ...aComment(comments.length + 1, ''), body })
  return ok(comments.at(-1), 201)
}

const problemOf = async (attempt: Promise<unknown>): Promise<GitHubProblem> => {
  const error = await attempt.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  )
  return gitHubProblem(error, connection())
}

describe('a GitHub server', () => {
  test('of an enterprise is asked below its path', async () => {
    gitHub().answer = remembering([])
    await keep('x', { prefix: '/api/v3' })
    expect(gitHub().asked).toEqual([
      'GET /api/v3/repos/octocat/clusters/issues/7/comments?per_page=100&page=1',
      'POST /api/v3/repos/octocat/clusters/issues/7/comments',
    ])
  })

  test('that fails once is asked once more', async () => {
    const answers = [refused(502, 'Bad Gateway')]
    const working = remembering([])
    gitHub().answer = (asked, sent) => answers.shift() ?? working(asked, sent)
    expect(await keep('x')).toMatchObject({ kind: 'created' })
    expect(gitHub().asked).toHaveLength(3)
  })

  test('that fails twice is not asked a third time', async () => {
    gitHub().answer = () => refused(503, 'Service Unavailable')
    expect(await problemOf(keep('x'))).toEqual({
      forbidden: false,
      message: expect.stringMatching(/^GET \/repos\/octocat\/clusters\/issues\/7\/comments answered 503: Service Unavailable/),
    })
    expect(gitHub().asked).toHaveLength(2)
  })

  test('that made the comment and failed to say so does not get a second one', async () => {
    const comments: ReturnType<typeof aComment>[] = []
    const working = remembering(comments)
    gitHub().answer = (asked, sent) => {
      const answer = working(asked, sent)
      return asked.startsWith('POST') ? refused(502, 'Bad Gateway') : answer
    }
    expect(await keep('x')).toMatchObject({ kind: 'unchanged' })
    expect(comments).toHaveLength(1)
  })

  test('that cannot be reached is a failure like any other', async () => {
    const unreachable = pullRequestClient(aRun({ apiUrl: 'http://127.0.0.1:9' }), connection())
    expect(await problemOf(unreachable.changedFiles())).toMatchObject({ forbidden: false })
  })

  test('that is too late is given up, without a second attempt', async () => {
    gitHub().delayMs = 1_000
    const patience = connection(100)
    const started = performance.now()
    const late = pullRequestClient(aRun({ apiUrl: gitHub().url }), patience).changedFiles()
    const error = await late.then(
      () => null,
      (reason: unknown) => reason,
    )
    expect(performance.now() - started).toBeLessThan(800)
    expect(error).not.toBeNull()
    expect(gitHubProblem(error, patience)).toEqual({ forbidden: false, message: 'GitHub did not answer in time' })
    expect(gitHub().asked).toHaveLength(1)
  })

  test('whose pages never end is asked for so many, and for no more', async () => {
    gitHub().answer = (asked) => {
      const page = Number(new URL(asked.slice(4), gitHub().url).searchParams.get('page'))
      const next = `<${gitHub().url}/repos/octocat/clusters/endless?page=${page + 1}>; rel="next"`
      return { status: 200, body: [aComment(page, 'x')], headers: { link: next } }
    }
    expect(await problemOf(keep('x'))).toEqual({ forbidden: false, message: 'the pull request has more than 10000 comments' })
    expect(gitHub().asked).toHaveLength(100)
    expect(await client().changedFiles()).toMatchObject({ cut: true })
    expect(gitHub().asked).toHaveLength(130)
  })

  test.each([
    ['a text', 'maintenance'],
    ['a mapping', { comments: [] }],
    ['nothing', null],
  ])('that answers %s where a list belongs is a failure like any other', async (_, body) => {
    gitHub().answer = () => ok(body)
    expect(await problemOf(keep('x'))).toEqual({ forbidden: false, message: 'GitHub answered something else than a list' })
  })

  test('whose answer does not end is given up', async () => {
    /** Mebibytes. */
    let poured = 0
    const endless = await serve((_, socket) => {
      const head = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n['
      const more = Buffer.alloc(1024 * 1024, ' ')
      const pour = (): void => {
        while (!socket.destroyed && socket.write(more)) poured += 1
      }
      socket.on('drain', pour).on('error', () => undefined)
      socket.write(head)
      pour()
      return null
    })
    try {
      const flooded = pullRequestClient(aRun({ apiUrl: endless.url }), connection())
      expect(await problemOf(flooded.changedFiles())).toMatchObject({ message: 'GitHub answered something else than a list' })
      expect(poured).toBeLessThan(256)
    } finally {
      await endless.close()
    }
  })

  test.each([
    ['a read-only token', 403, 'Resource not accessible by integration', {}, true],
    ['no such token', 401, 'Bad credentials', {}, true],
    ['a repository that the token does not see', 404, 'Not Found', {}, true],
    ['no requests left', 403, 'API rate limit exceeded for installation ID 1.', { 'x-ratelimit-remaining': '0' }, false],
    ['a secondary limit', 403, 'You have exceeded a secondary rate limit.', { 'retry-after': '60' }, false],
    ['too many requests', 429, 'Too many requests', {}, false],
    ['a locked conversation', 403, 'Unable to create comment because issue is locked.', {}, false],
    ['a body that it does not take', 422, 'Validation Failed', {}, false],
  ])('%s', async (_, status, message, headers, forbidden) => {
    gitHub().answer = () => refused(status, message, headers)
    expect(await problemOf(keep('x'))).toEqual({ forbidden, message: expect.stringContaining(`answered ${status}: ${message}`) })
    expect(gitHub().asked).toHaveLength(1)
  })

  test('never gets the token into a message', async () => {
    gitHub().answer = () => refused(403, `no, ${token}, no`)
    expect((await problemOf(keep('x'))).message).toContain('no, ***, no')
    expect(gitHubProblem(new Error(`"token ${token}" is no header`), connection()).message).toBe('"token ***" is no header')
  })
})

describe('a comment', () => {
  test('that is deleted between the look and the update is made anew', async () => {
    gitHub().answer = (asked) => {
      if (asked.startsWith('GET')) return ok([aComment(1, 'old')])
      return asked.startsWith('PATCH') ? refused(404, 'Not Found') : ok(aComment(2, 'new'), 201)
    }
    expect(await keep('new')).toEqual({ kind: 'created', url: 'https://github.example/2' })
    expect(await keep('new', { mayCreate: false })).toEqual({ kind: 'none' })
  })

  test('that another run has just deleted as the younger one does not matter', async () => {
    gitHub().answer = (asked) => {
      if (asked.startsWith('GET')) return ok([aComment(2, 'b'), aComment(1, 'a')])
      return asked.startsWith('DELETE') ? refused(404, 'Not Found') : ok(aComment(1, 'c'))
    }
    expect(await keep('c')).toEqual({ kind: 'updated', url: 'https://github.example/1' })
    expect(gitHub().asked.slice(1)).toEqual([
      'DELETE /repos/octocat/clusters/issues/comments/2',
      'PATCH /repos/octocat/clusters/issues/comments/1',
    ])
  })

  test('is the same with the line ends of a browser', async () => {
    gitHub().answer = () => ok([{ ...aComment(1, ''), body: `${marker}-->\r\nx` }])
    expect(await keep('x')).toMatchObject({ kind: 'unchanged' })
  })

  test('without an author is no one’s', async () => {
    gitHub().answer = (asked) => {
      if (asked === 'GET /user') return refused(403, 'Resource not accessible by integration')
      return asked.startsWith('GET') ? ok([{ ...aComment(1, 'x'), user: null }]) : ok(aComment(2, 'x'), 201)
    }
    expect(await keep('x')).toMatchObject({ kind: 'created' })
  })
})

describe('the files that a pull request changes', () => {
  const pages = (count: number) => (asked: string) => {
    const page = Number(new URL(asked.slice(4), gitHub().url).searchParams.get('page') ?? 1)
    const files = Array.from({ length: Math.min(100, count - (page - 1) * 100) }, (_, index) => ({
      filename: `scripts/${(page - 1) * 100 + index}.sh`,
    }))
    const next = `<${gitHub().url}/repos/octocat/clusters/pulls/7/files?per_page=100&page=${page + 1}>; rel="next"`
    return { status: 200, body: files, headers: page * 100 < count ? { link: next } : {} }
  }

  test.each([
    [0, false],
    [101, false],
    [2_999, false],
    [3_000, true],
  ])('%i of them are read to the end; cut off: %p', async (count, cut) => {
    gitHub().answer = pages(count)
    const files = await client().changedFiles()
    expect(files.cut).toBe(cut)
    expect(files.paths).toHaveLength(count)
    expect(new Set(files.paths).size).toBe(count)
  })

  test('a renamed file counts under both names', async () => {
    gitHub().answer = () => ok([{ filename: 'new.sh', previous_filename: 'scripts/old.sh' }])
    expect(await client().changedFiles()).toEqual({ paths: ['new.sh', 'scripts/old.sh'], cut: false })
  })
})
