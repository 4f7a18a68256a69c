import type { WholeAnswer } from '../loopback/server.ts'

/** An answer that the loopback gives in the place of moto. */
export interface Answer {
  readonly status: number
  readonly type: string
  readonly body: string
  /** Where JSON services name the error beside its body. */
  readonly errorType?: string
}

export const json = (status: number, value: object): Answer => ({
  status,
  type: 'application/x-amz-json-1.1',
  body: JSON.stringify(value),
})

/** As it goes over the wire. */
export const onWire = ({ status, type, body, errorType }: Answer): WholeAnswer => ({
  status,
  headers: { 'content-type': type, 'x-amzn-requestid': 'loopback', ...(errorType !== undefined && { 'x-amzn-errortype': errorType }) },
  body: Buffer.from(body),
})
