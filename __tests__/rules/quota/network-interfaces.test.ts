import { describe, expect, test } from '@jest/globals'
import { quotaNames } from '../../../src/catalog/quotas.ts'
import type { Plan } from '../../../src/model/plan.ts'
import { networkInterfaces as rule } from '../../../src/rules/quota/network-interfaces.ts'
import { aGroup, anInstanceType, aPlan, aQuota, aQuotaRequest, denied, findingsOf, known, quotasOf, sizesOf } from '../../builders.ts'

const name = quotaNames.networkInterfaces
const code = { name, serviceCode: 'vpc', quotaCode: 'L-DF5E4CA3' }
const limit = (value: number) => quotasOf(aQuota({ ...code, value }))
const types = ['ml.p5.48xlarge', 'ml.p4d.24xlarge', 'ml.m5.xlarge', 'ml.p9.48xlarge']
const controller = aGroup({ name: 'controller', instanceTypes: ['ml.m5.xlarge'], instanceCount: 1 })
const judged = (value: number, inUse: number | null | ReturnType<typeof denied>, changes: Partial<Plan> = {}) =>
  findingsOf(rule, aPlan(changes), {
    quotas: limit(value),
    networkInterfaceCount: inUse,
    instanceTypes: sizesOf(...types),
    quotaRequests: [],
  })
const countDenied = denied('ec2:DescribeNetworkInterfaces')

describe('quota/network-interfaces', () => {
  test.each<readonly [string, number, number, Partial<Plan>, string]>([
    ['four P5 nodes have 32 each', 128, 0, {}, 'pass'],
    ['one short', 127, 0, {}, 'fail'],
    ['those that are there count', 128, 1, {}, 'fail'],
    ['a type without EFA has one', 129, 0, { instanceGroups: [controller, aGroup()] }, 'pass'],
    ['… and not none', 128, 0, { instanceGroups: [controller, aGroup()] }, 'fail'],
    ['EKS makes no difference', 128, 0, { orchestrator: { kind: 'eks', cluster: null } }, 'pass'],
    ['EFA-only interfaces count too', 127, 0, { instanceGroups: [aGroup({ interfaceType: 'efa-only' })] }, 'fail'],
    ['Spot nodes too', 127, 0, { instanceGroups: [aGroup({ capacity: 'spot' })] }, 'fail'],
    [
      'of several types the one with most',
      127,
      0,
      { instanceGroups: [aGroup({ instanceTypes: ['ml.m5.xlarge', 'ml.p5.48xlarge'] })] },
      'fail',
    ],
    [
      'a group with its own VPC configuration',
      127,
      0,
      { vpcId: null, vpcConfig: null, instanceGroups: [aGroup({ overrideVpcConfig: aPlan().vpcConfig })] },
      'fail',
    ],
    [
      '… which the others are without',
      128,
      0,
      { vpcId: null, vpcConfig: null, instanceGroups: [controller, aGroup({ overrideVpcConfig: aPlan().vpcConfig })] },
      'pass',
    ],
  ])('%s', (_, value, inUse, changes, status) => {
    expect(judged(value, inUse, changes)).toMatchObject([{ status, severity: 'warning', subject: name }])
  })

  test('a failure carries the numbers and the request, to the VPC service', () => {
    expect(judged(5000, 4900)).toMatchObject([
      {
        message: '"Network interfaces per Region" is 5000, 4900 in use, this plan needs 128: 28 short',
        evidence: { quota: 5000, inUse: 4900, need: 128, shortfall: 28, quotaCode: 'L-DF5E4CA3' },
        fix: { commands: [expect.stringContaining('--service-code vpc --quota-code L-DF5E4CA3 --desired-value 5028')] },
      },
    ])
  })

  test('an increase that is pending is told', () => {
    const request = aQuotaRequest({ serviceCode: 'vpc', quotaCode: 'L-DF5E4CA3', desiredValue: 6000 })
    const given = { quotas: limit(5000), networkInterfaceCount: 4900, instanceTypes: sizesOf(...types) }
    expect(findingsOf(rule, aPlan(), { ...given, quotaRequests: [request] })[0]?.fix?.text).toContain(
      'to 6000 is already pending, which is enough',
    )
    expect(findingsOf(rule, aPlan(), { ...given, quotaRequests: denied('servicequotas:x') })).toMatchObject([{ status: 'fail' }])
  })

  test.each([
    ['not counted: unknown where the quota might do', 128, countDenied, 'unknown'],
    ['not counted: the plan alone is too large', 127, countDenied, 'fail'],
    ['a snapshot that did not count them', 5000, null, 'unknown'],
  ] as const)('%s', (_, value, inUse, status) => expect(judged(value, inUse)).toMatchObject([{ status, severity: 'warning' }]))

  test('the size of a type is not known', () => {
    expect(judged(5000, 0, { instanceGroups: [aGroup({ instanceTypes: ['ml.p9.48xlarge'] })] })).toMatchObject([
      { status: 'unknown', message: expect.stringContaining('ml.p9.48xlarge') },
    ])
  })

  test('the size that EC2 tells counts', () => {
    const given = {
      quotas: limit(67),
      networkInterfaceCount: 0,
      quotaRequests: [],
      instanceTypes: { 'ml.p5.48xlarge': anInstanceType({ networkCards: 17 }) },
    }
    expect(findingsOf(rule, aPlan(), given)).toMatchObject([{ status: 'fail', evidence: { need: 68 } }])
  })

  test.each([
    ['no such quota', known(null), 'unknown'],
    ['denied', denied('servicequotas:GetServiceQuota'), 'unknown'],
  ])('%s', (_, quota, status) => {
    const given = { quotas: { [name]: quota }, networkInterfaceCount: 0, quotaRequests: [], instanceTypes: sizesOf(...types) }
    expect(findingsOf(rule, aPlan(), given)).toMatchObject([{ status, subject: name }])
  })

  test.each<readonly [string, Partial<Plan>]>([
    ['without groups', { instanceGroups: [] }],
    ['where nothing is placed in a VPC', { vpcId: null, vpcConfig: null }],
    ['without nodes', { instanceGroups: [aGroup({ instanceCount: 0 })] }],
  ])('%s it is skipped', (_, changes) => {
    expect(findingsOf(rule, aPlan(changes), {})).toMatchObject([{ status: 'skipped', subject: 'plan' }])
  })
})
