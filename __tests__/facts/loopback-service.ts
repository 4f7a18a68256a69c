import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach } from '@jest/globals'
import { type MeteredClients, makeClients } from '../../src/facts/engine/clients.ts'
import type { Context } from '../../src/facts/engine/collect.ts'
import type { Plan } from '../../src/model/plan.ts'
import { aPlan } from '../builders.ts'

export type Input = Readonly<Record<string, unknown>>
/** Answers one operation; a string is the name of the error to answer with. */
export type Answer = (input: Input) => object | string

/** What a query service answers: XML, with HTTP 200 unless it says otherwise. */
export type QueryAnswer = string | { readonly status: number; readonly body: string }

/** What one test asks of AWS, and what it is answered. */
export interface LoopbackService {
  /** JSON operations, by their names. */
  operations: Readonly<Record<string, Answer>>
  /** What EC2, or another query service, answers, given the form that it was asked. */
  ec2: (form: URLSearchParams) => QueryAnswer
  /** What arrived, in order: `DescribeCluster here`, or the form of a call to EC2. */
  readonly asked: string[]
  /** Milliseconds that an answer takes. */
  delayMs: number
  /** Most requests that were being answered at the same time. */
  busiest: number
  readonly clients: MeteredClients
  /** Lets Service Quotas be asked as fast as the others, where a test makes more requests than it can wait for. */
  withoutPace(): void
}

/**
 * A service on loopback for the tests of a file. Each test has one of its own, on a port of its own: a request that is still under way
 * when a test ends cannot be taken for one of the next.
 */
export const useLoopbackService = (): { readonly current: () => LoopbackService; readonly context: (plan?: Plan) => Context } => {
  let running: { readonly server: Server; readonly service: LoopbackService } | null = null
  const current = (): LoopbackService => {
    if (running === null) throw new Error('the service runs during a test only')
    return running.service
  }
  beforeEach(async () => {
    running = await start()
  })
  afterEach(async () => {
    const { server, service } = running ?? {}
    running = null
    delete process.env['AWS_ENDPOINT_URL']
    service?.clients.close()
    server?.closeAllConnections()
    await new Promise((resolve) => (server === undefined ? resolve(null) : server.close(resolve)))
  })
  const context = (plan: Plan = aPlan()): Context => ({
    plan,
    clients: current().clients.clients,
    signal: new AbortController().signal,
  })
  return { current, context }
}

const start = async (): Promise<{ readonly server: Server; readonly service: LoopbackService }> => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const clients = clientsOf(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  const service: LoopbackService = {
    operations: {},
    ec2: () => '',
    asked: [],
    delayMs: 0,
    busiest: 0,
    clients,
    withoutPace: () => {
      clients.clients.serviceQuotas.config.requestHandler = clients.clients.sageMaker.config.requestHandler
    },
  }
  let busy = 0
  server.on('request', async (request, response) => {
    busy += 1
    service.busiest = Math.max(service.busiest, busy)
    response.on('close', () => {
      busy -= 1
    })
    const { status, type, body } = answerTo(service, String(request.headers['x-amz-target'] ?? ''), await bodyOf(request))
    if (service.delayMs > 0) await setTimeout(service.delayMs)
    response.writeHead(status, { 'content-type': type }).end(body)
  })
  return { server, service }
}

const clientsOf = (url: string): MeteredClients => {
  process.env['AWS_ENDPOINT_URL'] = url
  return makeClients({
    region: 'us-west-2',
    credentials: async () => ({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' }),
    signal: new AbortController().signal,
    userAgent: 'test',
  })
}

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  let body = ''
  for await (const chunk of request) body += String(chunk)
  return body
}

const answerTo = (service: LoopbackService, target: string, body: string): { status: number; type: string; body: string } => {
  if (target === '') {
    service.asked.push(body)
    const answer = service.ec2(new URLSearchParams(body))
    return { type: 'text/xml', ...(typeof answer === 'string' ? { status: 200, body: answer } : answer) }
  }
  const operation = target.replace(/^.*\./, '')
  const input: Input = JSON.parse(body)
  const words = [operation, input['QuotaCode'] ?? input['ClusterName'] ?? input['NextToken']]
  service.asked.push(words.filter((word) => word !== undefined).join(' '))
  const answer = service.operations[operation]?.(input) ?? 'NotExpected'
  const type = 'application/x-amz-json-1.1'
  if (typeof answer === 'string') return { status: 400, type, body: JSON.stringify({ __type: answer, message: 'refused' }) }
  return { status: 200, type, body: JSON.stringify(answer) }
}
