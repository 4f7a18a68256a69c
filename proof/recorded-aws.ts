import http from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { operationOf } from '../__tests__/moto/aws-protocol.ts'

/** One request of a run, as it came in. */
export interface Asked {
  /** `ec2:DescribeSubnets`. */
  readonly operation: string
  readonly method: string
  readonly url: string
  readonly headers: http.IncomingHttpHeaders
  readonly body: string
  /** How often this very request was made before, tries of the client included. */
  readonly before: number
  /** The answer of the account. */
  readonly answer: () => Promise<Recorded>
}

/** An answer as it goes over the wire. */
export interface Recorded {
  readonly status: number
  readonly headers: http.OutgoingHttpHeaders
  readonly body: Buffer
}

/** What stands between a run and the account: gives an answer, or does something to the connection. */
export type Wire = (asked: Asked, connection: Socket) => Promise<Recorded | 'left-alone'>

/** Nothing is in between. */
export const plainWire: Wire = ({ answer }) => answer()

/**
 * The answers of an account, each asked for once however many runs ask: hundreds of runs against the same account take the time of their
 * own work alone.
 */
export const recordingOf = (accountUrl: string): ((asked: Omit<Asked, 'answer' | 'before'>) => Promise<Recorded>) => {
  const answers = new Map<string, Promise<Recorded>>()
  return (asked) => {
    const key = keyOf(asked)
    const known = answers.get(key) ?? ask(accountUrl, asked)
    answers.set(key, known)
    return known
  }
}

export type Recording = ReturnType<typeof recordingOf>

/** The same request whoever signed it when. */
const keyOf = ({ operation, method, url, headers, body }: Omit<Asked, 'answer' | 'before'>): string =>
  JSON.stringify([operation, method, url, headers['x-amz-expected-bucket-owner'] ?? null, body])

const ask = (accountUrl: string, { method, url, headers, body }: Omit<Asked, 'answer' | 'before'>): Promise<Recorded> =>
  new Promise((resolve, reject) => {
    const request = http.request(new URL(url, accountUrl), { method, headers }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () => {
        // The length is that of what is really sent.
        const { 'transfer-encoding': _encoding, 'content-length': _length, connection: _connection, ...kept } = answer.headers
        resolve({ status: answer.statusCode ?? 502, headers: kept, body: Buffer.concat(chunks) })
      })
    })
    request.on('error', reject)
    request.end(body)
  })

export interface RecordedAws {
  readonly url: string
  /** Requests that came in, in order. */
  readonly asked: readonly Asked[]
  close(): Promise<void>
}

/** Serves an account's recording on loopback, with a wire in between. */
export const serveRecorded = async (recording: Recording, wire: Wire): Promise<RecordedAws> => {
  const asked: Asked[] = []
  const counts = new Map<string, number>()
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', async () => {
      const body = Buffer.concat(chunks).toString('utf8')
      const { method = 'GET', url = '/', headers } = request
      const made = { operation: operationOf(request, body), method, url, headers, body }
      const key = keyOf(made)
      const before = counts.get(key) ?? 0
      counts.set(key, before + 1)
      const one: Asked = { ...made, before, answer: () => recording(made) }
      asked.push(one)
      try {
        const answer = await wire(one, request.socket)
        if (answer === 'left-alone') return
        response.writeHead(answer.status, { ...answer.headers, ...(method !== 'HEAD' && { 'content-length': answer.body.length }) })
        response.end(answer.body)
      } catch (error) {
        response.writeHead(502).end(String(error))
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
