import http from 'node:http'
import https from 'node:https'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import pLimit from 'p-limit'

/** Milliseconds that one try of a call may wait for its answer, or for the next byte of it. */
const answerTimeoutMs = 10_000
const connectTimeoutMs = 5_000
/** Requests on the wire at the same time. */
export const inFlight = 10

/** One pool for all clients, with the bounds that hold for every request. Proxies of the environment are honoured (Node 24 and later). */
export const requestHandler = (signal: AbortSignal): NodeHttpHandler => {
  const pool = { keepAlive: true, maxSockets: inFlight, proxyEnv: process.env }
  const handler = new NodeHttpHandler({
    connectionTimeout: connectTimeoutMs,
    requestTimeout: answerTimeoutMs,
    throwOnRequestTimeout: true,
    socketTimeout: answerTimeoutMs,
    httpAgent: new http.Agent(pool),
    httpsAgent: new https.Agent(pool),
  })
  const slot = pLimit(inFlight)
  const send = handler.handle.bind(handler)
  handler.handle = (request, options = {}) => slot(() => send(request, { ...options, abortSignal: signal }))
  return handler
}

/** How many requests of one operation may be sent: `burst` at once, and `perSecond` of them again with each second that passes. */
export interface Pace {
  readonly perSecond: number
  readonly burst: number
}

/** The same handler, with the requests of each operation sent no faster than this. The operation is what the target header names. */
export const paced = (handler: NodeHttpHandler, pace: Pace): Pick<NodeHttpHandler, 'handle' | 'destroy' | 'metadata'> => {
  const turns = new Map<string, () => Promise<void>>()
  return {
    metadata: handler.metadata,
    destroy: () => handler.destroy(),
    handle: async (request, options) => {
      const operation = request.headers['x-amz-target'] ?? ''
      const turn = turns.get(operation) ?? turnsOf(pace)
      turns.set(operation, turn)
      await turn()
      return handler.handle(request, options)
    },
  }
}

/** Settles when the next request may be sent: no more than `burst` are ahead of what the pace has earned. */
const turnsOf = ({ perSecond, burst }: Pace): (() => Promise<void>) => {
  const intervalMs = 1_000 / perSecond
  /** When all that was sent is earned. */
  let earned = Number.NEGATIVE_INFINITY
  return async () => {
    const now = performance.now()
    earned = Math.max(earned, now) + intervalMs
    const waitMs = earned - now - burst * intervalMs
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs))
  }
}
