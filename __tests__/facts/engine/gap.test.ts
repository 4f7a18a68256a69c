import { describe, expect, test } from '@jest/globals'
import { attemptEach, gapFrom, noteOperation } from '../../../src/facts/engine/gap.ts'

const failure = (name: string, status?: number, message = 'as AWS words it'): Error =>
  Object.assign(new Error(message), { name, ...(status !== undefined && { $metadata: { httpStatusCode: status } }) })
const network = (code: string): Error => Object.assign(new Error(`connect ${code}`), { code })

describe('a gap says why something is not known', () => {
  test.each([
    ['AccessDenied', failure('AccessDenied', 403), 'denied'],
    ['AccessDeniedException', failure('AccessDeniedException', 400), 'denied'],
    ['UnauthorizedOperation', failure('UnauthorizedOperation', 403), 'denied'],
    ['a bare 403', failure('UnknownError', 403), 'denied'],
    ['ExpiredToken', failure('ExpiredTokenException', 403), 'denied'],
    ['ThrottlingException', failure('ThrottlingException', 400), 'throttled'],
    ['RequestLimitExceeded', failure('RequestLimitExceeded', 503), 'throttled'],
    ['TooManyRequestsException', failure('TooManyRequestsException', 429), 'throttled'],
    ['a time-out of the SDK', failure('TimeoutError'), 'timeout'],
    ['a call cut off at the deadline', failure('AbortError'), 'timeout'],
    ['ETIMEDOUT', network('ETIMEDOUT'), 'timeout'],
    ['ECONNREFUSED', network('ECONNREFUSED'), 'unreachable'],
    ['ENOTFOUND', network('ENOTFOUND'), 'unreachable'],
    ['an endpoint without the operation', failure('UnknownOperationException', 404), 'unsupported'],
    ['not implemented', failure('NotImplemented', 501), 'unsupported'],
    ['a fault of the service', failure('InternalFailure', 500), 'unexpected'],
    ['something that is no error at all', 'odd', 'unexpected'],
  ])('%s', (_, error, reason) => {
    expect(gapFrom(error, 'ec2:DescribeVpcs').reason).toBe(reason)
  })

  test('it names the call that failed and the IAM action that allows it, which may differ', () => {
    const error = failure('Forbidden', 403, 'no   access\n\nx-amz-security-token:secret')
    noteOperation(error, { name: 's3:HeadBucket', action: 's3:ListBucket' })
    expect(gapFrom(error, 'ignored')).toEqual({
      reason: 'denied',
      action: 's3:ListBucket',
      message: 's3:HeadBucket answered Forbidden (HTTP 403): no access',
    })
  })

  test('one entry that fails leaves its neighbours alone', async () => {
    const entries = await attemptEach(['a', 'b', 'a'], async (key) => {
      if (key === 'b') throw failure('AccessDenied', 403)
      return key.toUpperCase()
    })
    expect(entries).toMatchObject({ a: { ok: true, value: 'A' }, b: { ok: false, gap: { reason: 'denied' } } })
    expect(Object.keys(entries)).toEqual(['a', 'b'])
  })
})
