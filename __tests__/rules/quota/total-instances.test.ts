import { describe, expect, test } from '@jest/globals'
import { quotaNames } from '../../../src/catalog/quotas.ts'
import { totalInstances as rule } from '../../../src/rules/quota/total-instances.ts'
import { aGroup, aPlan, aQuota, aUsage, denied, findingsOf, known, quotasOf } from '../../builders.ts'

const name = quotaNames.totalInstances
const limit = (value: number) => quotasOf(aQuota({ name, quotaCode: 'L-3308CCC7', value }))
const spot = aGroup({ name: 'spot', capacity: 'spot', instanceCount: 3 })
const usage = aUsage({ instances: 6, byInstanceType: { 'ml.m5.xlarge': 6 }, spotByInstanceType: { 'ml.g5.xlarge': 2 } })
const usageDenied = denied('sagemaker:DescribeCluster')

describe('quota/total-instances', () => {
  test.each([
    ['fits exactly, Spot nodes in use counted', [aGroup()], 12, usage, 'pass', 'error'],
    ['too many only with the Spot nodes in use', [aGroup()], 11, usage, 'fail', 'warning'],
    ['too many only with planned Spot nodes', [aGroup(), spot], 12, usage, 'fail', 'warning'],
    ['too many without them', [aGroup()], 9, usage, 'fail', 'error'],
    ['use not known, the plan alone fits', [aGroup()], 4, usageDenied, 'unknown', 'error'],
    ['use not known, the plan alone is too large', [aGroup()], 3, usageDenied, 'fail', 'error'],
  ] as const)('%s', (_, instanceGroups, value, hyperPodUsage, status, severity) => {
    expect(findingsOf(rule, aPlan({ instanceGroups }), { quotas: limit(value), hyperPodUsage })).toMatchObject([{ status, severity }])
  })

  test('a failure carries the numbers and the request', () => {
    expect(findingsOf(rule, aPlan(), { quotas: limit(9), hyperPodUsage: usage })).toMatchObject([
      {
        message: `"${name}" is 9, 8 in use, this plan needs 4: 3 short`,
        evidence: { quota: 9, inUse: 8, need: 4, shortfall: 3, quotaCode: 'L-3308CCC7' },
        fix: { commands: [expect.stringContaining('--quota-code L-3308CCC7 --desired-value 12')] },
      },
    ])
  })

  test.each([
    ['no such quota', known(null), 'unknown'],
    ['denied', denied('servicequotas:GetServiceQuota'), 'unknown'],
  ])('%s', (_, quota, status) => {
    expect(findingsOf(rule, aPlan(), { quotas: { [name]: quota }, hyperPodUsage: usage })).toMatchObject([{ status, subject: name }])
  })

  test('without groups it is skipped', () => {
    expect(findingsOf(rule, aPlan({ instanceGroups: [] }), {})).toMatchObject([{ status: 'skipped', subject: 'plan' }])
  })
})
