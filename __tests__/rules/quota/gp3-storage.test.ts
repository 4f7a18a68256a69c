import { describe, expect, test } from '@jest/globals'
import { quotaNames } from '../../../src/catalog/quotas.ts'
import { gp3Storage as rule } from '../../../src/rules/quota/gp3-storage.ts'
import { aGroup, aPlan, aQuota, denied, findingsOf, known, quotasOf } from '../../builders.ts'

const name = quotaNames.gp3Storage
const limit = (value: number) => quotasOf(aQuota({ name, serviceCode: 'ebs', quotaCode: 'L-7A658B76', value }))
const stated = aGroup({
  name: 'large',
  instanceCount: 2,
  ebsVolumes: [{ kind: 'secondary', sizeGb: 1024, kmsKeyId: null, location: null }],
})

describe('quota/gp3-storage', () => {
  test.each([
    ['500 GB a node', [aGroup()], 2, 'pass', 1.96],
    ['more than the quota', [aGroup()], 1.9, 'fail', 1.96],
    ['the size that the group states', [stated], 2, 'pass', 2],
    ['both', [aGroup(), stated], 3.95, 'fail', 3.96],
  ] as const)('%s', (_, instanceGroups, value, status, needTib) => {
    expect(findingsOf(rule, aPlan({ instanceGroups }), { quotas: limit(value) })).toMatchObject([
      { status, severity: 'notice', subject: name, evidence: { quotaTib: value, needTib } },
    ])
  })

  test('a failure compares in TiB, asks for whole ones and says that it may not matter', () => {
    expect(findingsOf(rule, aPlan({ instanceGroups: [aGroup({ instanceCount: 128 })] }), { quotas: limit(50) })).toMatchObject([
      {
        message: `128 nodes have 64000 GB (62.5 TiB) of volumes; "${name}" is 50`,
        evidence: { shortfallTib: 12.5 },
        fix: {
          text: expect.stringContaining('AWS does not list this quota for HyperPod'),
          commands: [expect.stringContaining('--service-code ebs --quota-code L-7A658B76 --desired-value 63')],
        },
      },
    ])
  })

  test.each([
    ['no such quota', known(null), 'unknown'],
    ['denied', denied('servicequotas:GetServiceQuota'), 'unknown'],
  ])('%s', (_, quota, status) => {
    expect(findingsOf(rule, aPlan(), { quotas: { [name]: quota } })).toMatchObject([{ status, severity: 'notice' }])
  })

  test('without groups it is skipped', () => {
    expect(findingsOf(rule, aPlan({ instanceGroups: [] }), {})).toMatchObject([{ status: 'skipped', subject: 'plan' }])
  })
})
