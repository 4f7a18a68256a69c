import type { Socket } from 'node:net'
import { errorAnswer, refusal } from '../__tests__/moto/aws-protocol.ts'
import { onWire } from '../__tests__/moto/loopback-answer.ts'
import type { Asked, Recorded, Wire } from './recorded-aws.ts'

/** Something that goes wrong with every request for one operation. */
export interface Fault {
  readonly name: string
  /**
   * `recovers`: the run must come to the same findings. `unknown`: no evidence comes through, so exactly what a denied call leaves unknown
   * must be unknown. `either`: a part of the answer may be left, from which a rule may or may not be judged, but never otherwise.
   */
  readonly outcome: 'recovers' | 'unknown' | 'either'
  /** Whether runs wait more than they work: many of them can then be made at the same time. */
  readonly waits: boolean
  /** Whether it is wrong with every operation at the same time, as a clock is. */
  readonly everywhere?: true
  /** What is wrong, for the document. */
  readonly description: string
  readonly wire: (asked: Asked, connection: Socket) => Promise<Recorded | 'left-alone'>
}

/** Milliseconds: well below the time that a try may take. */
const slowMs = 3_000
/** Milliseconds that the clock of AWS is ahead. Up to five minutes are let pass. */
const skewMs = 3_600_000

const failing =
  (status: number, codes: { readonly xml: string; readonly json: string; readonly s3?: string }, message: string) =>
  async ({ operation }: Asked): Promise<Recorded> => {
    const [service] = operation.split(':')
    const code =
      service === 's3' ? (codes.s3 ?? codes.xml) : ['ec2', 'iam', 'route53', 'sts'].includes(service ?? '') ? codes.xml : codes.json
    return onWire(errorAnswer(operation, { status, code, message }))
  }

const throttled = async (asked: Asked): Promise<Recorded> => {
  const code = asked.operation.startsWith('ec2:') ? 'RequestLimitExceeded' : 'Throttling'
  const codes = { xml: code, json: 'ThrottlingException', s3: 'SlowDown' }
  return failing(asked.operation.startsWith('s3:') || asked.operation.startsWith('ec2:') ? 503 : 400, codes, 'Rate exceeded')(asked)
}

const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** The time of a signature: `20261124T101112Z`. */
const signedAt = ({ headers }: Asked): number => {
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(String(headers['x-amz-date'])) ?? []
  return Date.UTC(Number(y), Number(mo) - 1, Number(d), Number(h), Number(mi), Number(s))
}

const skewed = async (asked: Asked): Promise<Recorded> => {
  const now = Date.now() + skewMs
  const date = new Date(now).toUTCString()
  const isFresh = Math.abs(now - signedAt(asked)) < 300_000
  const codes = { xml: 'RequestExpired', json: 'InvalidSignatureException', s3: 'RequestTimeTooSkewed' }
  const message = 'Signature expired: the difference between the request time and the current time is too large.'
  const answer = isFresh ? await asked.answer() : await failing(403, codes, message)(asked)
  return { ...answer, headers: { ...answer.headers, date } }
}

/** A well-formed answer in which nothing stands. */
const hollow = async ({ operation, answer }: Asked): Promise<Recorded> => {
  const { status, headers, body } = await answer()
  const [service, name] = operation.split(':')
  const text = body.toString('utf8').trimStart()
  if (service === 's3' && !text.startsWith('<')) return { status, headers, body: Buffer.alloc(0) }
  if (!text.startsWith('<')) return { status, headers, body: Buffer.from('{}') }
  const root = /<([A-Za-z]+)[\s>]/.exec(text.replace(/^<\?xml[^>]*>/, ''))?.[1] ?? `${name}Response`
  return { status, headers, body: Buffer.from(`<${root}></${root}>`) }
}

/** Names of the member that asks for the next page, by service: in answers of JSON, and in those of XML with what else says it. */
const jsonTokens: Readonly<Record<string, readonly (readonly [string, unknown])[]>> = {
  eks: [['nextToken', 'loop']],
  kms: [
    ['NextMarker', 'loop'],
    ['Truncated', true],
  ],
}
const xmlTokens: Readonly<Record<string, string>> = {
  ec2: '<nextToken>loop</nextToken>',
  route53: '<NextToken>loop</NextToken>',
  s3: '<NextContinuationToken>loop</NextContinuationToken><IsTruncated>true</IsTruncated>',
}

/** The page says that another one follows, for ever. */
const looping = async ({ operation, answer }: Asked): Promise<Recorded> => {
  const { status, headers, body } = await answer()
  const [service = ''] = operation.split(':')
  const text = body.toString('utf8')
  if (!text.trimStart().startsWith('<')) {
    const page = JSON.parse(text) as Record<string, unknown>
    const looped = { ...page, ...Object.fromEntries(jsonTokens[service] ?? [['NextToken', 'loop']]) }
    return { status, headers, body: Buffer.from(JSON.stringify(looped)) }
  }
  if (service === 'iam') {
    const once = text.replaceAll(/<IsTruncated>\w+<\/IsTruncated>|<Marker>[^<]*<\/Marker>/g, '')
    const looped = once.replace(/(<\w+Result>)/, '$1<IsTruncated>true</IsTruncated><Marker>loop</Marker>')
    return { status, headers, body: Buffer.from(looped) }
  }
  const stripped = text.replaceAll(/<IsTruncated>\w+<\/IsTruncated>|<nextToken\/>|<nextToken><\/nextToken>/g, '')
  return { status, headers, body: Buffer.from(stripped.replace(/<\/\w+>\s*$/, (end) => `${xmlTokens[service] ?? ''}${end}`)) }
}

const portal = '<!DOCTYPE html><html><head><title>Sign in</title></head><body><form>Sign in to the network</form></body></html>'

/** Half of the answer, as long as it says it is. */
const halved = async ({ answer }: Asked): Promise<Recorded> => {
  const { status, headers, body } = await answer()
  return { status, headers, body: body.subarray(0, Math.floor(body.length / 2)) }
}

/** Half of the answer, and then the end of the connection. */
const brokenOff = async (asked: Asked, connection: Socket): Promise<'left-alone'> => {
  const { status, body } = await asked.answer()
  connection.write(`HTTP/1.1 ${status} OK\r\ncontent-length: ${Math.max(1, body.length)}\r\n\r\n`)
  connection.write(body.subarray(0, Math.floor(body.length / 2)))
  setTimeout(() => connection.destroy(), 20)
  return 'left-alone'
}

export const faults: readonly Fault[] = [
  {
    name: 'denied',
    outcome: 'unknown',
    waits: false,
    description: 'AccessDenied, in the words of the service',
    wire: async ({ operation }) => onWire(refusal(operation)),
  },
  {
    name: 'throttled once',
    outcome: 'recovers',
    waits: false,
    description: 'the first try of each request is throttled',
    wire: (asked) => (asked.before === 0 ? throttled(asked) : asked.answer()),
  },
  { name: 'throttled', outcome: 'unknown', waits: true, description: 'every try is throttled', wire: throttled },
  {
    name: '500',
    outcome: 'unknown',
    waits: true,
    description: 'every try is answered with an internal error',
    wire: failing(500, { xml: 'InternalError', json: 'InternalFailure' }, 'An internal error has occurred'),
  },
  {
    name: '503',
    outcome: 'unknown',
    waits: true,
    description: 'every try is answered with ServiceUnavailable',
    wire: failing(503, { xml: 'ServiceUnavailable', json: 'ServiceUnavailable' }, 'Service is unable to handle request.'),
  },
  {
    name: 'reset',
    outcome: 'unknown',
    waits: true,
    description: 'the connection is reset in the place of an answer',
    wire: async (_, connection) => {
      connection.resetAndDestroy()
      return 'left-alone'
    },
  },
  { name: 'hang', outcome: 'unknown', waits: true, description: 'no answer ever comes', wire: async () => 'left-alone' },
  {
    name: 'slow',
    outcome: 'recovers',
    waits: true,
    description: `each answer takes ${slowMs / 1000} s`,
    wire: async ({ answer }) => {
      await later(slowMs)
      return answer()
    },
  },
  { name: 'half a body', outcome: 'either', waits: true, description: 'the second half of the body is missing', wire: halved },
  { name: 'broken off', outcome: 'either', waits: true, description: 'the connection ends in the middle of the body', wire: brokenOff },
  {
    name: 'wrong type',
    outcome: 'either',
    waits: true,
    description: "200 with the HTML page of a network's sign-in",
    wire: async () => ({ status: 200, headers: { 'content-type': 'text/html' }, body: Buffer.from(portal) }),
  },
  {
    name: 'empty',
    outcome: 'either',
    waits: true,
    description: '200 with no byte in the body',
    wire: async ({ answer }) => ({ ...(await answer()), status: 200, body: Buffer.alloc(0) }),
  },
  { name: 'hollow', outcome: 'either', waits: false, description: 'a well-formed answer in which nothing stands', wire: hollow },
  { name: 'page loop', outcome: 'either', waits: false, description: 'every page says that another one follows', wire: looping },
  {
    name: 'clock skew',
    outcome: 'recovers',
    waits: false,
    everywhere: true,
    description: "AWS's clock is an hour ahead of the machine's, for all operations",
    wire: skewed,
  },
  {
    name: 'expired token',
    outcome: 'unknown',
    waits: false,
    description: 'the session has expired',
    wire: failing(403, { xml: 'ExpiredToken', json: 'ExpiredTokenException' }, 'The security token included in the request is expired'),
  },
]

/** A wire on which this goes wrong with one operation, and nothing with the others. */
export const faultyWire =
  (operation: string, fault: Fault): Wire =>
  (asked, connection) =>
    fault.everywhere === true || asked.operation === operation ? fault.wire(asked, connection) : asked.answer()
