import http from 'node:http'
import https from 'node:https'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import pLimit from 'p-limit'

/** Milliseconds that one try of a call may wait for its answer, or for the next byte of it. */
const answerTimeoutMs = 10_000
const connectTimeoutMs = 5_000
/** Requests on the wire at the same time. */
const inFlight = 10

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

/** The same handler, with no more than `perSecond` requests started in any one second. */
export const paced = (handler: NodeHttpHandler, perSecond: number): Pick<NodeHttpHandler, 'handle' | 'destroy' | 'metadata'> => {
  const starts: number[] = []
  const turn = async (): Promise<void> => {
    const now = Date.now()
    const earliest = Math.max(now, (starts.at(-perSecond) ?? Number.NEGATIVE_INFINITY) + 1_000)
    starts.push(earliest)
    if (earliest > now) await new Promise((resolve) => setTimeout(resolve, earliest - now))
  }
  return {
    metadata: handler.metadata,
    destroy: () => handler.destroy(),
    handle: async (request, options) => {
      await turn()
      return handler.handle(request, options)
    },
  }
}
