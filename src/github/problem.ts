import { errorMessage } from '../semantics/text/error-message.ts'

/** How GitHub is asked. */
export interface Connection {
  readonly token: string
  /** Ends every request, and the wait between two attempts. */
  readonly signal: AbortSignal
  readonly userAgent: string
  /** Milliseconds before the second attempt, where the server failed. */
  readonly retryDelayMs?: number
}

/** Why GitHub did not do what it was asked, in one sentence without the token in it. `forbidden`: the token may not do it. */
export interface GitHubProblem {
  readonly forbidden: boolean
  readonly message: string
}

/** What an error of a client of GitHub means. */
export const gitHubProblem = (error: unknown, { token, signal }: Pick<Connection, 'token' | 'signal'>): GitHubProblem => {
  if (signal.aborted) return { forbidden: false, message: 'GitHub did not answer in time' }
  const text = errorMessage(error).replaceAll(token, '***')
  const { status, request, response } = httpError(error)
  if (status === null) return { forbidden: false, message: text }
  const asked = request === null ? 'GitHub' : `${request.method} ${pathOf(request.url)}`
  return {
    forbidden: [401, 403, 404].includes(status) && !isLimited(text, response) && !/\blocked\b/i.test(text),
    message: `${asked} answered ${status}: ${text}`,
  }
}

/** https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit */
const isLimited = (text: string, headers: Readonly<Record<string, unknown>>): boolean =>
  headers['x-ratelimit-remaining'] === '0' || headers['retry-after'] !== undefined || /rate limit/i.test(text)

interface HttpError {
  readonly status: number | null
  readonly request: { readonly method: string; readonly url: string } | null
  readonly response: Readonly<Record<string, unknown>>
}

/** The parts of Octokit's RequestError; its class is not that of the packed program's other copies, so it is told by its shape. */
const httpError = (error: unknown): HttpError => {
  const { status, request, response } = isRecord(error) ? error : {}
  const headers = isRecord(response) ? response['headers'] : null
  return {
    status: typeof status === 'number' ? status : null,
    request:
      isRecord(request) && typeof request['url'] === 'string' ? { method: String(request['method'] ?? 'GET'), url: request['url'] } : null,
    response: isRecord(headers) ? headers : {},
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null

/** The HTTP status that an error of a client carries; null where it carries none. */
export const statusOf = (error: unknown): number | null => httpError(error).status

const pathOf = (url: string): string => (URL.canParse(url) ? new URL(url).pathname : url)
