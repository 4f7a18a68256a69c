import http from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

/** A request as it came in. */
export interface HttpRequest {
  readonly method: string
  /** Path and query. */
  readonly url: string
  readonly headers: http.IncomingHttpHeaders
  readonly body: Buffer
}

/** An answer as it goes over the wire; its status is 200 unless it says otherwise. */
export interface HttpAnswer {
  readonly status?: number
  readonly headers?: http.OutgoingHttpHeaders
  readonly body?: string | Uint8Array
}

/** What another server answered. */
export interface WholeAnswer extends HttpAnswer {
  readonly status: number
  readonly headers: http.OutgoingHttpHeaders
  readonly body: Buffer
}

/** A server on a free port of loopback. */
export interface Loopback {
  readonly url: string
  /** Most requests that were open at the same time. */
  busiest(): number
  /** Ends every connection, those of requests without an answer too. */
  close(): Promise<void>
}

/**
 * Answers each request once it is there as a whole. Null sends nothing: what becomes of the connection is for `answer` to say, or the
 * request waits. What `answer` throws is answered with HTTP 502.
 */
export const serve = async (
  answer: (request: HttpRequest, connection: Socket) => HttpAnswer | null | Promise<HttpAnswer | null>,
): Promise<Loopback> => {
  let [open, busiest] = [0, 0]
  const server = http.createServer(async (request, response) => {
    open += 1
    busiest = Math.max(busiest, open)
    response.on('close', () => {
      open -= 1
    })
    try {
      const { method = 'GET', url = '/', headers, socket } = request
      const answered = await answer({ method, url, headers, body: await bodyOf(request) }, socket)
      if (answered !== null) send(response, answered)
    } catch (error) {
      send(response, { status: 502, headers: { 'content-type': 'text/plain' }, body: String(error) })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    busiest: () => busiest,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** The server adds the length of the body, but for an answer to HEAD. */
const send = (response: http.ServerResponse, { status = 200, headers = {}, body }: HttpAnswer): void => {
  response.statusCode = status
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) response.setHeader(name, value)
  response.end(body)
}

/** Passes a request on to another server, and gives what that answers. */
export const passOn = (to: string, { method, url, headers, body }: HttpRequest): Promise<WholeAnswer> =>
  new Promise((resolve, reject) => {
    const request = http.request(new URL(url, to), { method, headers }, (answer) => {
      const { 'transfer-encoding': _encoding, 'content-length': length, connection: _connection, ...kept } = answer.headers
      // An answer to HEAD has no body that tells its length.
      const headers = method === 'HEAD' && length !== undefined ? { ...kept, 'content-length': length } : kept
      bodyOf(answer).then((whole) => resolve({ status: answer.statusCode ?? 502, headers, body: whole }), reject)
    })
    request.on('error', reject)
    request.end(body)
  })

const bodyOf = async (message: http.IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk)
  return Buffer.concat(chunks)
}
