import { describe, expect, test } from '@jest/globals'
import { efaUse, onTcpPort, securityGroupPlacements } from '../../../src/semantics/network/security-groups.ts'
import { aGap, aGroup, anInstanceType, aPermission, aPlan, known } from '../../builders.ts'

const config = (...securityGroupIds: readonly string[]) => ({ subnetIds: ['subnet-0aaaaaaa'], securityGroupIds, location: null })

describe('securityGroupPlacements', () => {
  test.each([
    ['one group of nodes', aPlan(), ['sg-0aaaaaaa: worker-1']],
    ['no instance group: the cluster’s own', aPlan({ instanceGroups: [] }), ['sg-0aaaaaaa: ']],
    ['nothing named', aPlan({ vpcConfig: null }), []],
    ['an empty list', aPlan({ vpcConfig: config() }), []],
    [
      'an override beside the cluster’s',
      aPlan({ instanceGroups: [aGroup(), aGroup({ name: 'b', overrideVpcConfig: config('sg-0bbbbbbb') })] }),
      ['sg-0aaaaaaa: worker-1', 'sg-0bbbbbbb: b'],
    ],
    [
      'overrides everywhere: no node carries the cluster’s',
      aPlan({ instanceGroups: [aGroup({ overrideVpcConfig: config('sg-0bbbbbbb') })] }),
      ['sg-0bbbbbbb: worker-1'],
    ],
    [
      'the same set in another order, and a doubled id, are one placement',
      aPlan({
        vpcConfig: config('sg-1', 'sg-2', 'sg-1'),
        instanceGroups: [aGroup(), aGroup({ name: 'b', overrideVpcConfig: config('sg-2', 'sg-1') })],
      }),
      ['sg-1, sg-2: worker-1 b'],
    ],
  ])('%s', (_, plan, expected) => {
    const placements = securityGroupPlacements(plan)
    expect(placements.map((placement) => `${placement.subject}: ${placement.instanceGroups.map(({ name }) => name).join(' ')}`)).toEqual(
      expected,
    )
  })
})

describe('efaUse', () => {
  const cpu = anInstanceType({ name: 'ml.m5.xlarge', efaSupported: false })
  const types = known({ 'ml.p5.48xlarge': anInstanceType(), 'ml.m5.xlarge': cpu, 'ml.new.1xlarge': null })
  const use = (groups: readonly ReturnType<typeof aGroup>[], facts: Parameters<typeof efaUse>[1] = types) => {
    const [placement] = securityGroupPlacements(aPlan({ instanceGroups: groups }))
    if (placement === undefined) throw new Error('the plan has a placement')
    return efaUse(placement, facts)
  }
  test.each([
    ['a type with EFA', [aGroup()], 'yes'],
    ['one of several groups with EFA', [aGroup({ instanceTypes: ['ml.m5.xlarge'] }), aGroup({ name: 'b' })], 'yes'],
    ['one of several types of a group', [aGroup({ instanceTypes: ['ml.m5.xlarge', 'ml.p5.48xlarge'] })], 'yes'],
    ['no type with EFA', [aGroup({ instanceTypes: ['ml.m5.xlarge'] })], 'no'],
    ['a type that nobody knows', [aGroup({ instanceTypes: ['ml.new.1xlarge'] })], 'unknown'],
    ['an EFA interface on a type that nobody knows', [aGroup({ instanceTypes: ['ml.new.1xlarge'], interfaceType: 'efa-only' })], 'yes'],
    ['no group at all', [], 'unstated'],
  ] as const)('%s', (_, groups, kind) => expect(use(groups).kind).toBe(kind))

  test('types that could not be learned leave it unknown, with the gap', () => {
    expect(use([aGroup()], { ok: false, gap: aGap() })).toMatchObject({ kind: 'unknown', gap: aGap() })
  })
})

describe('onTcpPort', () => {
  test.each([
    ['all traffic', aPermission(), true],
    ['the port alone', aPermission({ protocol: 'tcp', fromPort: 443, toPort: 443 }), true],
    ['a range that ends at it', aPermission({ protocol: 'tcp', fromPort: 80, toPort: 443 }), true],
    ['TCP by number', aPermission({ protocol: '6', fromPort: 0, toPort: 65535 }), true],
    ['UDP', aPermission({ protocol: 'udp', fromPort: 443, toPort: 443 }), false],
    ['the port below', aPermission({ protocol: 'tcp', fromPort: 442, toPort: 442 }), false],
    ['the port above', aPermission({ protocol: 'tcp', fromPort: 444, toPort: 65535 }), false],
  ])('%s', (_, permission, expected) => expect(onTcpPort([permission], 443)).toEqual(expected ? [permission] : []))
})
