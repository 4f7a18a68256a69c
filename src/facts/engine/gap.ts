import type { Fact, Gap } from '../../model/fact.ts'

/** Carries a gap out of a collector that builds on a fact which is one. */
export class GapError extends Error {
  readonly gap: Gap
  constructor(gap: Gap) {
    super(gap.message)
    this.gap = gap
  }
}

/** The API call that an error came from, noted by the clients. */
export interface Operation {
  /** As people write it: `ec2:DescribeSubnets`. */
  readonly name: string
  /** The IAM action that allows it. */
  readonly action: string
}

const operations = new WeakMap<object, Operation>()

/** Remembers which call failed with this error; the first note wins, it is the innermost. */
export const noteOperation = (error: unknown, operation: Operation): void => {
  if (typeof error === 'object' && error !== null && !operations.has(error)) operations.set(error, operation)
}

/** What the SDK and Node tell about a failure, whatever class it has. */
interface Failure {
  readonly name: string
  readonly message: string
  readonly status: number | null
}

const failureOf = (error: unknown): Failure => {
  if (typeof error !== 'object' || error === null) return { name: 'Error', message: String(error), status: null }
  const { name, code, message, $metadata } = error as {
    name?: unknown
    code?: unknown
    message?: unknown
    $metadata?: { httpStatusCode?: unknown }
  }
  const status = $metadata?.httpStatusCode
  const network = typeof code === 'string' && /^E[A-Z_]+$/.test(code) ? code : undefined
  return {
    name: network ?? (typeof name === 'string' && name !== '' ? name : 'Error'),
    message: typeof message === 'string' ? message : '',
    status: typeof status === 'number' ? status : null,
  }
}

/** Foreign errors, first match wins: name of the error, or the HTTP status where the name says nothing. */
const reasons: readonly (readonly [Gap['reason'], RegExp, readonly number[]])[] = [
  ['throttled', /throttl|TooManyRequests|RequestLimitExceeded|SlowDown|LimitExceededException|BandwidthLimit/i, [429]],
  ['timeout', /Timeout|AbortError|ETIMEDOUT|ESOCKETTIMEDOUT/i, [408, 504]],
  ['unreachable', /ECONN|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EPIPE|NetworkingError|CERT|EPROTO/i, []],
  [
    'denied',
    /AccessDenied|UnauthorizedOperation|AuthorizationError|NotAuthorized|Forbidden|InvalidClientTokenId|UnrecognizedClient|ExpiredToken|SignatureDoesNotMatch|AuthFailure|OptInRequired/i,
    [401, 403],
  ],
  ['unsupported', /UnknownOperation|InvalidAction|NotImplemented|UnsupportedOperation/i, [404, 405, 501]],
]

const reasonOf = ({ name, status }: Failure): Gap['reason'] =>
  reasons.find(([, names, statuses]) => names.test(name) || (status !== null && statuses.includes(status)))?.[0] ?? 'unexpected'

/** Whether AWS refused a request only because too many came. */
export const isThrottle = (error: unknown): boolean => reasonOf(failureOf(error)) === 'throttled'

/** Turns whatever a collector threw into the gap that it is. `fallbackAction` is used where no call was noted for the error. */
export const gapFrom = (error: unknown, fallbackAction = 'none'): Gap => {
  if (error instanceof GapError) return error.gap
  const failure = failureOf(error)
  const operation = (typeof error === 'object' && error !== null ? operations.get(error) : undefined) ?? {
    name: fallbackAction,
    action: fallbackAction,
  }
  return { reason: reasonOf(failure), action: operation.action, message: sentence(operation.name, failure) }
}

const sentence = (call: string, { name, message, status }: Failure): string => {
  const answer = status === null ? name : `${name} (HTTP ${status})`
  // Only the first line: what AWS says after it about a wrong signature repeats the request's headers, the session token among them.
  const detail = (message.trim().split('\n')[0] ?? '').replaceAll(/\s+/g, ' ').slice(0, 500)
  const subject = call === 'none' ? 'failed with' : `${call} answered`
  return detail === '' || detail === name ? `${subject} ${answer}` : `${subject} ${answer}: ${detail}`
}

export const lateGap = (actions: readonly string[]): Gap => ({
  reason: 'timeout',
  action: actions[0] ?? 'none',
  message:
    actions.length > 0
      ? `${actions.join(', ')} did not answer before the time of this run was up`
      : 'was not done before the time of this run was up',
})

/** Learns one entry of a keyed fact: what it throws is the entry's own gap and leaves its neighbours alone. */
export const attempt = async <T>(learn: () => Promise<T>, fallbackAction?: string): Promise<Fact<T>> => {
  try {
    return { ok: true, value: await learn() }
  } catch (error) {
    return { ok: false, gap: gapFrom(error, fallbackAction) }
  }
}

/** Learns every entry of a keyed fact at the same time. */
export const attemptEach = async <T>(
  keys: readonly string[],
  learn: (key: string) => Promise<T>,
  fallbackAction?: string,
): Promise<Record<string, Fact<T>>> =>
  Object.fromEntries(
    await Promise.all([...new Set(keys)].map(async (key) => [key, await attempt(() => learn(key), fallbackAction)] as const)),
  )
