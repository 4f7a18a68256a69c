import { describe, expect, test } from '@jest/globals'
import { attempt } from '../../../src/facts/engine/gap.ts'
import { identity } from '../../../src/facts/iam/identity.ts'
import { iamAnswer, type QueryAnswer, useLoopbackService } from '../loopback-service.ts'

const service = useLoopbackService()
const nothing = () => Promise.reject(new Error('builds on no fact'))

describe('identity', () => {
  const ask = () => attempt(() => identity.collect(service.context(), nothing))
  const refusal = (code: string, message: string): QueryAnswer => ({
    status: 403,
    body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
  })

  test('the caller, with the partition of the ARN', async () => {
    const arn = 'arn:aws-cn:sts::111122223333:assumed-role/preflight/run'
    service.current().ec2 = (form) => iamAnswer(form, `<Arn>${arn}</Arn><Account>111122223333</Account>`)
    expect(await ask()).toEqual({ ok: true, value: { kind: 'caller', account: '111122223333', arn, partition: 'aws-cn' } })
  })

  test.each(['ExpiredToken', 'InvalidClientTokenId', 'UnrecognizedClientException'])('%s is an answer', async (code) => {
    service.current().ec2 = () => refusal(code, 'The security token included in the request is invalid.')
    expect(await ask()).toMatchObject({
      ok: true,
      value: { kind: 'refused', code, message: 'The security token included in the request is invalid.' },
    })
  })

  test('what a signature error repeats of the request, token and all, is not kept', async () => {
    const message =
      'The signature we calculated does not match. Check your key.\n\nThe Canonical String was\nx-amz-security-token:SECRETTOKEN'
    service.current().ec2 = () => refusal('SignatureDoesNotMatch', message)
    const fact = await ask()
    expect(fact).toMatchObject({ ok: true, value: { kind: 'refused', message: 'The signature we calculated does not match.' } })
  })

  test('another refusal is a gap', async () => {
    service.current().ec2 = () => refusal('AccessDenied', 'endpoint policy')
    expect(await ask()).toMatchObject({ ok: false, gap: { reason: 'denied', action: 'sts:GetCallerIdentity' } })
  })
})
