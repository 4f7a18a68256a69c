import { describe, expect, test } from '@jest/globals'
import { quotaNames } from '../../../src/catalog/quotas.ts'
import { instancesPerCluster as rule } from '../../../src/rules/quota/instances-per-cluster.ts'
import { aGroup, aPlan, aQuota, denied, findingsOf, known, quotasOf } from '../../builders.ts'

const name = quotaNames.instancesPerCluster
const limit = (value: number) => quotasOf(aQuota({ name, quotaCode: 'L-2CE978FC', value }))
const controller = aGroup({ name: 'controller', instanceCount: 1 })
const spot = aGroup({ name: 'spot', capacity: 'spot', instanceCount: 3 })

describe('quota/instances-per-cluster', () => {
  test.each([
    ['all groups fit exactly', [controller, aGroup()], 5, 'pass', 'error'],
    ['one node too many', [controller, aGroup()], 4, 'fail', 'error'],
    ['Spot nodes fit too', [aGroup(), spot], 7, 'pass', 'error'],
    ['only with Spot nodes it is too many', [aGroup(), spot], 6, 'fail', 'warning'],
    ['also without Spot nodes', [aGroup(), spot], 3, 'fail', 'error'],
  ] as const)('%s', (_, instanceGroups, value, status, severity) => {
    expect(findingsOf(rule, aPlan({ instanceGroups }), { quotas: limit(value) })).toMatchObject([{ status, severity, subject: name }])
  })

  test('a failure carries the numbers and the request', () => {
    expect(findingsOf(rule, aPlan({ instanceGroups: [controller, aGroup({ instanceCount: 24 })] }), { quotas: limit(20) })).toMatchObject([
      {
        message: `"${name}" is 20, the 2 groups ask for 25: 5 short`,
        evidence: { quota: 20, need: 25, shortfall: 5, quotaCode: 'L-2CE978FC' },
        fix: {
          commands: [
            'aws service-quotas request-service-quota-increase --region us-west-2 --service-code sagemaker --quota-code L-2CE978FC --desired-value 25',
          ],
        },
      },
    ])
  })

  test.each([
    ['no such quota', { [name]: known(null) }, 'unknown'],
    ['denied', { [name]: denied('servicequotas:GetServiceQuota') }, 'unknown'],
    ['not in the snapshot', {}, 'unknown'],
  ])('%s', (_, quotas, status) => expect(findingsOf(rule, aPlan(), { quotas })).toMatchObject([{ status }]))

  test('without groups it is skipped', () => {
    expect(findingsOf(rule, aPlan({ instanceGroups: [] }), {})).toMatchObject([{ status: 'skipped', subject: 'plan' }])
  })
})
