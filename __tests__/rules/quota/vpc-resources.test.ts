import { describe, expect, test } from '@jest/globals'
import { quotaNames } from '../../../src/catalog/quotas.ts'
import { vpcResources as rule } from '../../../src/rules/quota/vpc-resources.ts'
import { aPlan, aQuota, denied, findingsOf, known, quotasOf, statuses } from '../../builders.ts'

const { vpcs, subnetsPerVpc, elasticIps } = quotaNames
const quotas = quotasOf(
  aQuota({ name: vpcs, serviceCode: 'vpc', quotaCode: 'L-F678F1CE', value: 5 }),
  aQuota({ name: subnetsPerVpc, serviceCode: 'vpc', quotaCode: 'L-407747CB', value: 200 }),
  aQuota({ name: elasticIps, serviceCode: 'ec2', quotaCode: 'L-0263D0A3', value: 5 }),
)
const inUse = (vpcCount: number, subnetsInVpc: number | null, addresses: number) => ({
  vpcs: vpcCount,
  subnetsInVpc,
  elasticIps: addresses,
})

describe('quota/vpc-resources', () => {
  test.each([
    ['room for one of each', inUse(4, 198, 4), ['pass', 'pass', 'pass']],
    ['no VPC left', inUse(5, 198, 4), ['fail', 'pass', 'pass']],
    ['one subnet left, two are needed', inUse(4, 199, 4), ['pass', 'fail', 'pass']],
    ['no address left', inUse(4, 198, 5), ['pass', 'pass', 'fail']],
    ['no VPC yet, so no subnets', inUse(0, null, 0), ['pass', 'pass', 'pass']],
  ])('%s', (_, vpcResources, expected) => {
    const findings = findingsOf(rule, aPlan(), { quotas, vpcResources })
    expect(findings.map(({ status }) => status)).toEqual(expected)
    expect(findings.map(({ subject }) => subject)).toEqual([vpcs, subnetsPerVpc, elasticIps])
    for (const { severity } of findings) expect(severity).toBe('notice')
  })

  test('a failure says that an existing network is not concerned, and asks the right service', () => {
    const [, , finding] = findingsOf(rule, aPlan(), { quotas, vpcResources: inUse(0, 0, 6) })
    expect(finding).toMatchObject({
      message: '"EC2-VPC Elastic IPs" is 5, 6 in use: no room for the address of a new NAT gateway',
      evidence: { quota: 5, inUse: 6, need: 1, shortfall: 2, quotaCode: 'L-0263D0A3' },
      fix: {
        text: expect.stringContaining('Nothing has to change where the network of the cluster exists already.'),
        commands: [expect.stringContaining('--service-code ec2 --quota-code L-0263D0A3 --desired-value 7')],
      },
    })
  })

  test('each quota stands for itself', () => {
    const partly = { ...quotas, [vpcs]: known(null), [subnetsPerVpc]: denied('servicequotas:GetServiceQuota') }
    expect(statuses(findingsOf(rule, aPlan(), { quotas: partly, vpcResources: inUse(0, 0, 0) }))).toEqual([
      `unknown ${vpcs}`,
      `unknown ${subnetsPerVpc}`,
      `pass ${elasticIps}`,
    ])
  })

  test('what is in use is not known', () => {
    expect(findingsOf(rule, aPlan(), { quotas, vpcResources: denied('ec2:DescribeAddresses') })).toMatchObject([
      { status: 'unknown', severity: 'notice', gap: { action: 'ec2:DescribeAddresses' } },
    ])
  })

  test('it is judged without instance groups too', () => {
    expect(findingsOf(rule, aPlan({ instanceGroups: [] }), { quotas, vpcResources: inUse(0, 0, 0) })).toHaveLength(3)
  })
})
