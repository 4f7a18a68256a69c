import { describe, expect, test } from '@jest/globals'
import { quotaNames } from '../../../src/catalog/quotas.ts'
import type { EbsVolume } from '../../../src/model/plan.ts'
import { ebsVolumeSize as rule } from '../../../src/rules/quota/ebs-volume-size.ts'
import { aGroup, aPlan, aQuota, denied, findingsOf, known, quotasOf } from '../../builders.ts'

const name = quotaNames.ebsVolumeSize
const limit = (value: number) => quotasOf(aQuota({ name, quotaCode: 'L-E13DF72A', value, unit: 'Gigabytes' }))
const location = { path: 'cluster.json', line: 12, column: 9 }
const secondary = (sizeGb: number): EbsVolume => ({ kind: 'secondary', sizeGb, kmsKeyId: null, location })
const root: EbsVolume = { kind: 'root', sizeGb: null, kmsKeyId: 'alias/key', location: null }

describe('quota/ebs-volume-size', () => {
  test.each([
    ['exactly the quota', [secondary(1024)], 1024, 'pass', 'error'],
    ['one GB more', [secondary(1025)], 1024, 'fail', 'error'],
    ['the largest counts', [root, secondary(100), secondary(2000)], 1024, 'fail', 'error'],
    ['none stated, 500 GB would fit', [], 500, 'pass', 'error'],
    ['none stated, 500 GB would not fit', [], 499, 'fail', 'notice'],
    ['a root volume has no size of its own', [root], 499, 'fail', 'notice'],
  ] as const)('%s', (_, ebsVolumes, value, status, severity) => {
    const plan = aPlan({ instanceGroups: [aGroup({ ebsVolumes })] })
    expect(findingsOf(rule, plan, { quotas: limit(value) })).toMatchObject([{ status, severity, subject: 'worker-1' }])
  })

  test('a failure names the group and where it asks for the volume, and gives both ways out', () => {
    const plan = aPlan({ instanceGroups: [aGroup({ name: 'controller' }), aGroup({ ebsVolumes: [secondary(2000)] })] })
    const [controller, finding] = findingsOf(rule, plan, { quotas: limit(1024) })
    expect(controller?.status).toBe('pass')
    expect(finding).toMatchObject({
      message: `worker-1 asks for an EBS volume of 2000 GB; "${name}" is 1024: 976 GB short`,
      evidence: { quotaGb: 1024, needGb: 2000, shortfallGb: 976, quotaCode: 'L-E13DF72A' },
      location,
      fix: {
        text: expect.stringContaining('Or ask for 1024 GB at most in worker-1.'),
        commands: [expect.stringContaining('--quota-code L-E13DF72A --desired-value 2000')],
      },
    })
  })

  test.each([
    ['no such quota', [secondary(1)], known(null), 'unknown', 'error'],
    ['no such quota, and no volume stated', [], known(null), 'unknown', 'notice'],
    ['denied', [secondary(1)], denied('servicequotas:GetServiceQuota'), 'unknown', 'error'],
    ['denied, and no volume stated', [], denied('servicequotas:GetServiceQuota'), 'unknown', 'notice'],
  ] as const)('%s', (_, ebsVolumes, quota, status, severity) => {
    const plan = aPlan({ instanceGroups: [aGroup({ ebsVolumes })] })
    expect(findingsOf(rule, plan, { quotas: { [name]: quota } })).toMatchObject([{ status, severity }])
  })

  test('without groups it is skipped', () => {
    expect(findingsOf(rule, aPlan({ instanceGroups: [] }), {})).toMatchObject([{ status: 'skipped', subject: 'plan' }])
  })
})
