import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach } from '@jest/globals'

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
  let running: { readonly server: Server; readonly gitHub: LoopbackGitHub } | null = null
  beforeEach(async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const gitHub: LoopbackGitHub = { url, answer: () => ({ status: 404, body: { message: 'Not Found' } }), asked: [], delayMs: 0 }
    server.on('request', async (request, response) => {
      let text = ''
      for await (const chunk of request) text += String(chunk)
      const asked = `${request.method} ${request.url}`
      gitHub.asked.push(asked)
      if (gitHub.delayMs > 0) await setTimeout(gitHub.delayMs)
      const { status, body, headers } = gitHub.answer(asked, text === '' ? null : JSON.parse(text))
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(status === 204 ? '' : JSON.stringify(body))
    })
    running = { server, gitHub }
  })
  afterEach(async () => {
    const server = running?.server
    running = null
    server?.closeAllConnections()
    await new Promise((resolve) => (server === undefined ? resolve(null) : server.close(resolve)))
  })
  return () => {
    if (running === null) throw new Error('the server runs during a test only')
    return running.gitHub
  }
}
