import type { Socket } from 'node:net'
import { type HttpRequest, type Loopback, passOn, serve, type WholeAnswer } from '../__tests__/loopback/server.ts'
import { operationOf } from '../__tests__/moto/aws-protocol.ts'

/** One request of a run, as it came in. */
export interface Asked extends Omit<HttpRequest, 'body'> {
  /** `ec2:DescribeSubnets`. */
  readonly operation: string
  readonly body: string
  /** How often this very request was made before, tries of the client included. */
  readonly before: number
  /** The answer of the account. */
  readonly answer: () => Promise<Recorded>
}

/** An answer as it goes over the wire. */
export type Recorded = WholeAnswer

/** What stands between a run and the account: gives an answer, or does something to the connection. */
export type Wire = (asked: Asked, connection: Socket) => Promise<Recorded | 'left-alone'>

/** Nothing is in between. */
export const plainWire: Wire = ({ answer }) => answer()

/**
 * The answers of an account, each asked for once however many runs ask: hundreds of runs against the same account take the time of their
 * own work alone.
 */
export const recordingOf = (accountUrl: string): ((asked: HttpRequest) => Promise<Recorded>) => {
  const answers = new Map<string, Promise<Recorded>>()
  return (asked) => {
    const key = keyOf(asked)
    const known = answers.get(key) ?? passOn(accountUrl, asked)
    answers.set(key, known)
    return known
  }
}

export type Recording = ReturnType<typeof recordingOf>

/** The same request whoever signed it when. */
const keyOf = (asked: HttpRequest): string => {
  const { method, url, headers, body } = asked
  return JSON.stringify([operationOf(asked), method, url, headers['x-amz-expected-bucket-owner'] ?? null, body.toString('utf8')])
}

export interface RecordedAws extends Loopback {
  /** Requests that came in, in order. */
  readonly asked: readonly Asked[]
}

/** Serves an account's recording on loopback, with a wire in between. */
export const serveRecorded = async (recording: Recording, wire: Wire): Promise<RecordedAws> => {
  const asked: Asked[] = []
  const counts = new Map<string, number>()
  const server = await serve(async (request, connection) => {
    const key = keyOf(request)
    const before = counts.get(key) ?? 0
    counts.set(key, before + 1)
    const one: Asked = {
      ...request,
      operation: operationOf(request),
      body: request.body.toString('utf8'),
      before,
      answer: () => recording(request),
    }
    asked.push(one)
    const answer = await wire(one, connection)
    return answer === 'left-alone' ? null : answer
  })
  return { ...server, asked }
}
