import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { quotaIncrease } from '../../../../src/rules/quota/room/quota-increase.ts'
import { aQuota, aQuotaRequest, denied, known } from '../../../builders.ts'

const quota = aQuota({ value: 8 })
const increase = (desired: number, ...requests: readonly ReturnType<typeof aQuotaRequest>[]) =>
  quotaIncrease({ quota, desired, region: 'us-west-2', requests: known(requests) })
const command = (value: number) =>
  `aws service-quotas request-service-quota-increase --region us-west-2 --service-code sagemaker --quota-code L-8762A75F --desired-value ${value}`
const plain = 'Request an increase of "ml.p5.48xlarge for cluster usage" to 10 and wait until it is approved.'

describe('quotaIncrease', () => {
  test('asks for the value that is needed', () => expect(increase(10)).toEqual({ text: plain, commands: [command(10)] }))

  test.each([16, 10])('an increase to %i is pending and enough for 10: wait, and never ask for less', (desiredValue) => {
    const fix = increase(10, aQuotaRequest({ desiredValue }))
    expect(fix.text).toMatch(new RegExp(`to ${desiredValue} is already pending, which is enough: wait until it is approved`))
    expect(fix.commands).toEqual([command(desiredValue)])
  })

  test('an increase that is pending and not enough: says what is, and asks for that', () => {
    const fix = increase(10, aQuotaRequest({ desiredValue: 9 }))
    expect(fix.text).toContain('to 9 is already pending, which is not enough: ask for 10 in its support case')
    expect(fix.commands).toEqual([command(10)])
  })

  test.each([
    ['one that was denied', aQuotaRequest({ outcome: 'denied' })],
    ['one for another quota', aQuotaRequest({ quotaCode: 'L-FD431820' })],
    ['one for the same code of another service', aQuotaRequest({ serviceCode: 'ec2' })],
  ])('%s changes nothing', (_, request) => expect(increase(10, request)).toEqual({ text: plain, commands: [command(10)] }))

  test('requests that could not be read change nothing', () => {
    const requests = denied('servicequotas:ListRequestedServiceQuotaChangeHistory')
    expect(quotaIncrease({ quota, desired: 10, region: 'us-west-2', requests })).toEqual(increase(10))
  })

  test('a text of the rule takes the place of the plain advice; what is pending is said all the same', () => {
    const own = { quota, desired: 10, region: 'us-west-2', text: 'Only to be safe.', advice: 'Or take less.' }
    expect(quotaIncrease({ ...own, requests: known([]) }).text).toBe('Only to be safe. Or take less.')
    expect(quotaIncrease({ ...own, requests: known([aQuotaRequest()]) }).text).toMatch(/^Only to be safe\. An increase .* Or take less\.$/)
  })

  test('a quota that AWS does not raise by request has no command', () => {
    const fix = quotaIncrease({
      quota: { ...quota, adjustable: false },
      desired: 10,
      region: 'us-west-2',
      requests: known([aQuotaRequest()]),
    })
    expect(fix).toEqual({
      text: 'AWS does not let "ml.p5.48xlarge for cluster usage" be raised by request: ask AWS Support.',
      commands: [],
    })
  })

  test('the command asks for neither less than is needed nor less than is pending', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9_999 }), fc.integer({ min: 1, max: 9_999 }), (desired, desiredValue) => {
        const [line] = increase(desired, aQuotaRequest({ desiredValue })).commands
        expect(line).toBe(command(Math.max(desired, desiredValue)))
      }),
    )
  })
})
