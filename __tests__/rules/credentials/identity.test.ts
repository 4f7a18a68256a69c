import { describe, expect, test } from '@jest/globals'
import { identity as rule } from '../../../src/rules/credentials/identity.ts'
import { aPlan, denied, findingsOf } from '../../builders.ts'

const arn = 'arn:aws:sts::111122223333:assumed-role/preflight/run-7'
const refused = (code: string, message = 'The security token included in the request is invalid.') =>
  findingsOf(rule, aPlan(), { identity: { kind: 'refused', code, message } })[0]

describe('credentials/identity', () => {
  test('valid credentials are named by account and ARN', () => {
    const [finding] = findingsOf(rule, aPlan(), { identity: { kind: 'caller', account: '111122223333', arn, partition: 'aws' } })
    expect(finding).toMatchObject({
      status: 'pass',
      message: `valid for account 111122223333 as ${arn}`,
      evidence: { account: '111122223333', arn },
    })
  })

  test.each([
    ['ExpiredToken', 'past their time'],
    ['RequestExpired', 'past their time'],
    ['SignatureDoesNotMatch', 'does not belong to the access key id'],
    ['InvalidClientTokenId', 'has not enabled us-west-2'],
  ])('%s fails and says what it means', (code, meaning) => {
    const finding = refused(code)
    expect(finding).toMatchObject({ status: 'fail', severity: 'error', evidence: { code } })
    expect(finding?.message).toBe(`AWS refuses these credentials: ${code}, The security token included in the request is invalid`)
    expect(finding?.fix?.text).toContain(meaning)
    expect(finding?.fix?.text).toContain('aws-actions/configure-aws-credentials')
    expect(finding?.fix?.text).toContain('id-token: write')
  })

  test('a refusal without words still reads well', () => {
    expect(refused('ExpiredToken', '')?.message).toBe('AWS refuses these credentials: ExpiredToken')
  })

  test('a call that got no answer is unknown', () => {
    expect(findingsOf(rule, aPlan(), { identity: denied('sts:GetCallerIdentity') })).toMatchObject([
      { status: 'unknown', severity: 'error' },
    ])
  })
})
