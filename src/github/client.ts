import { setTimeout as wait } from 'node:timers/promises'
import { getOctokit } from '@actions/github'
import type { PullRequestRun } from '../model/pull-request.ts'
import { type Connection, statusOf } from './problem.ts'

/** The workflow's OIDC token for an audience. It is here because it takes GitHub's HTTP client, which is loaded with this file. */
export { getIDToken } from '@actions/core'

/** Files of one pull request that GitHub lists. https://docs.github.com/rest/pulls/pulls#list-pull-requests-files */
const listedFilesLimit = 3_000

/** The one comment that a pull request is to have. */
interface Comment {
  /** What its body begins with. A comment that only quotes it begins with something else. */
  readonly marker: string
  /** The body, given that of the comment that is there. It begins with the marker. */
  readonly body: (previous: string | null) => string
  /** Whether it is written where there is none yet. */
  readonly mayCreate: boolean
}

/** `none`: there was no comment, and there is none. `url` is the comment's web page. */
export type Kept = { readonly kind: 'created' | 'updated' | 'unchanged'; readonly url: string } | { readonly kind: 'none' }

export interface PullRequestClient {
  /** Paths of the files that the pull request changes, the former ones of renamed files too. `cut`: GitHub lists no more of them. */
  changedFiles(): Promise<{ readonly paths: readonly string[]; readonly cut: boolean }>
  /** Writes the comment, in place where it is there, and deletes others of the same marker, which two runs at the same time leave. */
  keepComment(comment: Comment): Promise<Kept>
}

/** Access to one pull request. Where the server fails (5xx, no connection) everything is tried once more, from the start. */
export const pullRequestClient = (run: PullRequestRun, connection: Connection): PullRequestClient => {
  const octokit = getOctokit(connection.token, { baseUrl: run.apiUrl, userAgent: connection.userAgent })
  const [owner = '', repo = ''] = run.repository.split('/')
  const request = { signal: connection.signal, fetch: withBoundedBody(octokit.request.endpoint.DEFAULTS.request?.['fetch'] ?? fetch) }
  const target: Target = { octokit, repository: { owner, repo, request }, number: run.number }
  return {
    changedFiles: () => twice(connection, () => changedFiles(target)),
    keepComment: (comment) => twice(connection, () => keepComment(target, comment)),
  }
}

interface Target {
  readonly octokit: ReturnType<typeof getOctokit>
  readonly repository: {
    readonly owner: string
    readonly repo: string
    readonly request: { readonly signal: AbortSignal; readonly fetch: typeof fetch }
  }
  readonly number: number
}

/** Bytes of one answer: a page of a hundred comments of the greatest length has half of it at most. */
const maxAnswerBytes = 64 * 1024 * 1024

/** The same fetch, for answers that end. `ask` is what the client would use: it knows the proxies. */
const withBoundedBody =
  (ask: typeof fetch): typeof fetch =>
  async (url, options) => {
    const answer = await ask(url, options)
    if (answer.body === null) return answer
    let bytes = 0
    const counted = new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) => {
        bytes += chunk.length
        if (bytes > maxAnswerBytes) controller.error(new Error(`GitHub answered more than ${maxAnswerBytes} bytes`))
        else controller.enqueue(chunk)
      },
    })
    const { status, statusText, headers } = answer
    return new Response(answer.body.pipeThrough(counted), { status, statusText, headers })
  }

const twice = async <T>({ signal, retryDelayMs = 1_000 }: Connection, attempt: () => Promise<T>): Promise<T> => {
  try {
    return await attempt()
  } catch (error) {
    if (signal.aborted || (statusOf(error) ?? 0) < 500) throw error
    await wait(retryDelayMs, undefined, { signal })
    return attempt()
  }
}

/** Comments of one pull request that are looked through, in pages. */
const [pageSize, maxCommentPages] = [100, 100]

/** The items of a list, page by page; `cut` where there are more than `maxPages`. The client's own way drops the signal, and has no end. */
const listed = async <T>(
  maxPages: number,
  readPage: (page: {
    readonly per_page: number
    readonly page: number
  }) => Promise<{ readonly data: readonly T[]; readonly headers: Headers }>,
): Promise<{ readonly items: readonly T[]; readonly cut: boolean }> => {
  const items: T[] = []
  for (let page = 1; page <= maxPages; page += 1) {
    const { data, headers } = await readPage({ per_page: pageSize, page })
    if (!Array.isArray(data)) throw new Error('GitHub answered something else than a list')
    for (const item of data) items.push(item)
    if (!(headers.link ?? '').includes('rel="next"')) return { items, cut: false }
  }
  return { items, cut: true }
}

type Headers = { readonly link?: string | undefined }

const changedFiles = async ({ octokit, repository, number }: Target): Promise<{ paths: readonly string[]; cut: boolean }> => {
  const { items: files, cut } = await listed(listedFilesLimit / pageSize, (page) =>
    octokit.rest.pulls.listFiles({ ...repository, pull_number: number, ...page }),
  )
  const paths = files.flatMap((file) => [file.filename, ...(file.previous_filename === undefined ? [] : [file.previous_filename])])
  return { paths, cut: cut || files.length >= listedFilesLimit }
}

interface OwnComment {
  readonly id: number
  readonly url: string
  readonly body: string
}

const keepComment = async (target: Target, { marker, body, mayCreate }: Comment): Promise<Kept> => {
  const [kept, ...others] = await ownComments(target, marker)
  for (const { id } of others) await unlessGone(() => deleteComment(target, id))
  if (kept === undefined) return mayCreate ? create(target, body(null)) : { kind: 'none' }
  const text = body(kept.body)
  if (text === kept.body) return { kind: 'unchanged', url: kept.url }
  const isThere = await unlessGone(() => updateComment(target, kept.id, text))
  if (isThere) return { kind: 'updated', url: kept.url }
  return mayCreate ? create(target, text) : { kind: 'none' }
}

/** Comments with the marker by the user or the app that the token is of, the oldest first. */
const ownComments = async (target: Target, marker: string): Promise<readonly OwnComment[]> => {
  const { octokit, repository, number } = target
  const { items: all, cut } = await listed(maxCommentPages, (page) =>
    octokit.rest.issues.listComments({ ...repository, issue_number: number, ...page }),
  )
  // Ours may be among those that were not read: another would be one too many.
  if (cut) throw new Error(`the pull request has more than ${maxCommentPages * pageSize} comments`)
  const marked = all.filter(({ body }) => body?.startsWith(marker) === true)
  const self = marked.some(({ user }) => user?.type !== 'Bot') ? await userOf(target) : null
  return marked
    .filter(({ user }) => user?.type === 'Bot' || (user !== null && user?.id === self))
    .map(({ id, html_url, body }) => ({ id, url: html_url, body: (body ?? '').replaceAll('\r\n', '\n') }))
    .toSorted((a, b) => a.id - b.id)
}

/**
 * The user of a personal token. A workflow's own token is of an app, which may not ask: null, and whatever users wrote is not ours, even
 * if they copied the marker.
 */
const userOf = async ({ octokit, repository: { request } }: Target): Promise<number | null> => {
  try {
    return (await octokit.rest.users.getAuthenticated({ request })).data.id
  } catch (error) {
    if ([401, 403, 404].includes(statusOf(error) ?? 0)) return null
    throw error
  }
}

const create = async ({ octokit, repository, number }: Target, body: string): Promise<Kept> => {
  const { data } = await octokit.rest.issues.createComment({ ...repository, issue_number: number, body })
  return { kind: 'created', url: data.html_url }
}

const updateComment = ({ octokit, repository }: Target, id: number, body: string): Promise<unknown> =>
  octokit.rest.issues.updateComment({ ...repository, comment_id: id, body })

const deleteComment = ({ octokit, repository }: Target, id: number): Promise<unknown> =>
  octokit.rest.issues.deleteComment({ ...repository, comment_id: id })

/** False where what the call is about has been deleted since it was listed. */
const unlessGone = async (call: () => Promise<unknown>): Promise<boolean> => {
  try {
    await call()
    return true
  } catch (error) {
    if (statusOf(error) === 404 || statusOf(error) === 410) return false
    throw error
  }
}
