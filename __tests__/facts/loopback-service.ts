import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach } from '@jest/globals'
import { type MeteredClients, makeClients } from '../../src/facts/engine/clients.ts'
import type { Context } from '../../src/facts/engine/collect.ts'
import type { Plan } from '../../src/model/plan.ts'
import { aPlan } from '../builders.ts'
import { type HttpAnswer, type HttpRequest, type Loopback, serve } from '../loopback/server.ts'

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
  /** What EKS, S3 or another service answers that is asked by method and path. */
  rest: (request: HttpRequest) => HttpAnswer
  /** What arrived, in order: `DescribeCluster here`, the form of a call to EC2, or `GET /clusters/prod`. */
  readonly asked: string[]
  /** Milliseconds that an answer takes. */
  delayMs: number
  /** Most requests that were being answered at the same time. */
  busiest(): number
  readonly clients: MeteredClients
  /** Lets Service Quotas be asked as fast as the others, where a test makes more requests than it can wait for. */
  withoutPace(): void
}

/**
 * A service on loopback for the tests of a file. Each test has one of its own, on a port of its own: a request that is still under way
 * when a test ends cannot be taken for one of the next.
 */
export const useLoopbackService = (): { readonly current: () => LoopbackService; readonly context: (plan?: Plan) => Context } => {
  let running: { readonly server: Loopback; readonly service: LoopbackService } | null = null
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
    await server?.close()
  })
  const context = (plan: Plan = aPlan()): Context => ({
    plan,
    clients: current().clients.clients,
    signal: new AbortController().signal,
  })
  return { current, context }
}

const start = async (): Promise<{ readonly server: Loopback; readonly service: LoopbackService }> => {
  const server = await serve(async (request) => {
    const answer = answerTo(service, request)
    if (service.delayMs > 0) await setTimeout(service.delayMs)
    return answer
  })
  const clients = clientsOf(server.url)
  const service: LoopbackService = {
    operations: {},
    ec2: () => '',
    rest: inOrder(),
    asked: [],
    delayMs: 0,
    busiest: server.busiest,
    clients,
    withoutPace: () => {
      clients.clients.serviceQuotas.config.requestHandler = clients.clients.sageMaker.config.requestHandler
    },
  }
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

const answerTo = (service: LoopbackService, request: HttpRequest): HttpAnswer => {
  const target = request.headers['x-amz-target']
  if (typeof target === 'string') return jsonAnswer(service, target.replace(/^.*\./, ''), JSON.parse(request.body.toString('utf8')))
  if (request.headers['content-type'] === 'application/x-www-form-urlencoded') return queryAnswer(service, request.body.toString('utf8'))
  service.asked.push(`${request.method} ${request.url}`)
  return service.rest(request)
}

const jsonAnswer = (service: LoopbackService, operation: string, input: Input): HttpAnswer => {
  const words = [operation, input['QuotaCode'] ?? input['ClusterName'] ?? input['NextToken']]
  service.asked.push(words.filter((word) => word !== undefined).join(' '))
  const answer = service.operations[operation]?.(input) ?? 'NotExpected'
  const headers = { 'content-type': 'application/x-amz-json-1.1' }
  return typeof answer === 'string'
    ? { status: 400, headers, body: JSON.stringify({ __type: answer, message: 'refused' }) }
    : { headers, body: JSON.stringify(answer) }
}

const queryAnswer = (service: LoopbackService, form: string): HttpAnswer => {
  service.asked.push(form)
  const answer = service.ec2(new URLSearchParams(form))
  return { headers: { 'content-type': 'text/xml' }, ...(typeof answer === 'string' ? { body: answer } : answer) }
}

/** What IAM answers to a call, given the members of its result; null is the answer that there is no such thing. */
export const iamAnswer = (form: URLSearchParams, result: string | null): QueryAnswer => {
  const action = form.get('Action')
  return result === null
    ? {
        status: 404,
        body: '<ErrorResponse><Error><Type>Sender</Type><Code>NoSuchEntity</Code><Message>not found</Message></Error></ErrorResponse>',
      }
    : `<${action}Response><${action}Result>${result}</${action}Result></${action}Response>`
}

/** Answers calls by method and path one after the other; what comes after the last was not expected. */
export const inOrder = (...answers: readonly HttpAnswer[]): LoopbackService['rest'] => {
  const left = [...answers]
  return () => left.shift() ?? { status: 500, body: 'not expected' }
}

/** What EKS answers. */
export const eksAnswer = (value: object): HttpAnswer => ({ headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) })

/** How EKS says that it does not do what it is asked. */
export const eksError = (status: number, errorType: string, message: string): HttpAnswer => ({
  status,
  headers: { 'content-type': 'application/json', 'x-amzn-errortype': errorType },
  body: JSON.stringify({ message }),
})
