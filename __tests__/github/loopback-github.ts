import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach } from '@jest/globals'
import { type Loopback, serve } from '../loopback/server.ts'

export interface Answer {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** What a GitHub server does that emulate does not: fails, is late, has limits, is at another path. */
export interface LoopbackGitHub {
  readonly url: string
  /** Answers a request, given as `GET /path?query`, and what was sent with it. */
  answer: (asked: string, sent: unknown) => Answer
  /** Requests that arrived, in order: `PATCH /repos/…`. */
  readonly asked: string[]
  /** Milliseconds that an answer takes. */
  delayMs: number
}

/** A server for each test of a file, on a free port of loopback. */
export const useLoopbackGitHub = (): (() => LoopbackGitHub) => {
  let running: { readonly server: Loopback; readonly gitHub: LoopbackGitHub } | null = null
  beforeEach(async () => {
    const server = await serve(async (request) => {
      const asked = `${request.method} ${request.url}`
      gitHub.asked.push(asked)
      if (gitHub.delayMs > 0) await setTimeout(gitHub.delayMs)
      const { status, body, headers } = gitHub.answer(asked, request.body.length === 0 ? null : JSON.parse(request.body.toString('utf8')))
      return { status, headers: { 'content-type': 'application/json', ...headers }, body: status === 204 ? '' : JSON.stringify(body) }
    })
    const { url } = server
    const gitHub: LoopbackGitHub = { url, answer: () => ({ status: 404, body: { message: 'Not Found' } }), asked: [], delayMs: 0 }
    running = { server, gitHub }
  })
  afterEach(async () => {
    const server = running?.server
    running = null
    await server?.close()
  })
  return () => {
    if (running === null) throw new Error('the server runs during a test only')
    return running.gitHub
  }
}
