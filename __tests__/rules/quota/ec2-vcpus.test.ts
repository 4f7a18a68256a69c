import { describe, expect, test } from '@jest/globals'
import { quotaNames } from '../../../src/catalog/quotas.ts'
import { ec2Vcpus as rule } from '../../../src/rules/quota/ec2-vcpus.ts'
import { aGroup, aPlan, aQuota, denied, findingsOf, known, quotasOf, sizesOf, statuses } from '../../builders.ts'

const { onDemandP, onDemandTrn } = quotaNames
const quotas = (p: number, trn: number) =>
  quotasOf(
    aQuota({ name: onDemandP, serviceCode: 'ec2', quotaCode: 'L-417A185B', value: p }),
    aQuota({ name: onDemandTrn, serviceCode: 'ec2', quotaCode: 'L-2C3B7624', value: trn }),
  )
const instanceTypes = {
  ...sizesOf('ml.p5.48xlarge', 'ml.p4d.24xlarge', 'ml.p6-b200.48xlarge', 'ml.trn1.32xlarge', 'ml.m5.xlarge'),
  'ml.p9.48xlarge': null,
}
const group = (type: string, instanceCount: number) => aGroup({ name: type, instanceTypes: [type], instanceCount })

describe('quota/ec2-vcpus', () => {
  test.each([
    ['p5 has 192', [group('ml.p5.48xlarge', 4)], 768, 0, [`pass ${onDemandP}`]],
    ['p5, one vCPU too few', [group('ml.p5.48xlarge', 4)], 767, 0, [`fail ${onDemandP}`]],
    ['p4d has 96, and p6 is a P type', [group('ml.p4d.24xlarge', 1), group('ml.p6-b200.48xlarge', 1)], 288, 0, [`pass ${onDemandP}`]],
    ['trn1 has 128', [group('ml.trn1.32xlarge', 2)], 0, 256, [`pass ${onDemandTrn}`]],
    [
      'each family by itself',
      [group('ml.p5.48xlarge', 1), group('ml.trn1.32xlarge', 1)],
      192,
      0,
      [`pass ${onDemandP}`, `fail ${onDemandTrn}`],
    ],
    ['other types do not count', [group('ml.p5.48xlarge', 1), group('ml.m5.xlarge', 99)], 192, 0, [`pass ${onDemandP}`]],
    [
      'of several types the largest counts',
      [aGroup({ instanceTypes: ['ml.p4d.24xlarge', 'ml.p5.48xlarge'] })],
      767,
      0,
      [`fail ${onDemandP}`],
    ],
    ['a size that is not known', [group('ml.p9.48xlarge', 1)], 768, 0, [`unknown ${onDemandP}`]],
  ] as const)('%s', (_, instanceGroups, p, trn, expected) => {
    const findings = findingsOf(rule, aPlan({ instanceGroups }), { quotas: quotas(p, trn), instanceTypes })
    expect(statuses(findings)).toEqual(expected)
    for (const { severity } of findings) expect(severity).toBe('notice')
  })

  test('a failure counts vCPUs and says that HyperPod does not need them', () => {
    expect(findingsOf(rule, aPlan(), { quotas: quotas(32, 0), instanceTypes })).toMatchObject([
      {
        message: `"${onDemandP}" is 32 vCPUs, the plan has 768 (4 × ml.p5.48xlarge at 192): 736 short`,
        evidence: { quotaVcpus: 32, needVcpus: 768, shortfallVcpus: 736 },
        fix: {
          text: expect.stringContaining('HyperPod needs no increase'),
          commands: [expect.stringContaining('--service-code ec2 --quota-code L-417A185B --desired-value 768')],
        },
      },
    ])
  })

  test.each([
    ['no such quota', known(null), 'unknown'],
    ['denied', denied('servicequotas:GetServiceQuota'), 'unknown'],
  ])('%s', (_, quota, status) => {
    expect(findingsOf(rule, aPlan(), { quotas: { [onDemandP]: quota }, instanceTypes })).toMatchObject([{ status }])
  })

  test.each([
    ['without groups', []],
    ['without P and Trn types', [group('ml.m5.xlarge', 1)]],
    ['with Spot nodes only', [aGroup({ capacity: 'spot' })]],
  ])('%s it is skipped', (_, instanceGroups) => {
    expect(findingsOf(rule, aPlan({ instanceGroups }), {})).toMatchObject([{ status: 'skipped', subject: 'plan' }])
  })
})
