import { describe, expect, test } from '@jest/globals'
import { fail, pass, skip, unknown } from '../../../src/rules/engine/outcome.ts'
import { eachSubnet } from '../../../src/rules/shared/each-subnet.ts'
import { aGroup, aPlan, aSubnet } from '../../builders.ts'

const unused = 'subnet-0bbbbbbb'
const subnets = { 'subnet-0aaaaaaa': aSubnet(), [unused]: aSubnet({ subnetId: unused }) }
const override = { subnetIds: ['subnet-0aaaaaaa'], securityGroupIds: [], location: null }
const plan = aPlan({ instanceGroups: [aGroup({ overrideVpcConfig: override })] })
const fix = { text: 'Mend it.', commands: [] }
const gap = { reason: 'denied' as const, action: 'ec2:DescribeRouteTables', message: 'not known' }

describe('a subnet of VpcConfig in which no node is placed', () => {
  const judged = (judge: Parameters<typeof eachSubnet>[2], of = plan) =>
    eachSubnet(of, subnets, judge).map((outcome) => ('severity' in outcome ? outcome.severity : outcome.status))

  test.each<[string, Parameters<typeof eachSubnet>[2], readonly (string | undefined)[]]>([
    ['a pass stays', ({ subnetId }) => pass(subnetId, 'good'), ['pass', 'pass']],
    ['skipped stays', ({ subnetId }) => skip(subnetId, 'not for it'), ['skipped', 'skipped']],
    ['an error is a warning', ({ subnetId }) => fail(subnetId, 'bad', fix, { severity: 'error' }), ['error', 'warning']],
    ["the rule's own severity is a warning", ({ subnetId }) => fail(subnetId, 'bad', fix), ['fail', 'warning']],
    ['a notice stays', ({ subnetId }) => fail(subnetId, 'bad', fix, { severity: 'notice' }), ['notice', 'notice']],
    ['unknown weighs no more', ({ subnetId }) => unknown(subnetId, gap, { severity: 'error' }), ['error', 'warning']],
  ])('%s', (_, judge, expected) => {
    expect(judged(judge)).toEqual(expected)
  })

  test('the message says why; where a group goes by VpcConfig, every subnet of it counts', () => {
    const bad: Parameters<typeof eachSubnet>[2] = ({ subnetId }) => fail(subnetId, 'bad', fix)
    expect(eachSubnet(plan, subnets, bad).map(({ message }) => message)).toEqual([
      'bad',
      `bad; every group has an OverrideVpcConfig, so no node is placed in ${unused}`,
    ])
    expect(judged(bad, aPlan({ instanceGroups: [aGroup({ overrideVpcConfig: override }), aGroup({ name: 'login' })] }))).toEqual([
      'fail',
      'fail',
    ])
  })
})
