import { describe, expect, test } from '@jest/globals'
import type { Facts } from '../../src/model/facts.ts'
import type { Rule } from '../../src/model/rule.ts'
import { judge } from '../../src/rules/engine/judge.ts'
import { rules } from '../../src/rules/index.ts'
import { subnetCapacity } from '../../src/rules/network/subnet-capacity.ts'
import {
  aNatGateway,
  aNetworkAcl,
  aPlan,
  aRoute,
  aRouteTable,
  aSecurityGroup,
  aSnapshot,
  aSubnet,
  aVpc,
  aVpcEndpoint,
  findingsOf,
  known,
  sizesOf,
  statuses,
} from '../builders.ts'

const good = aSubnet()
const ipv6Only = aSubnet({
  subnetId: 'subnet-0bbbbbbb',
  cidrBlock: null,
  availableIpAddressCount: 0,
  ipv6CidrBlocks: ['2600:1f13:cfe:3660::/64'],
})
const facts = {
  subnets: { 'subnet-0aaaaaaa': good, 'subnet-0bbbbbbb': ipv6Only },
  instanceTypes: { ...sizesOf('ml.p5.48xlarge'), 'ml.p9.48xlarge': null },
  instanceTypeOfferings: { 'ml.p5.48xlarge': ['usw2-az1'] },
  vpc: aVpc(),
  routeTables: [aRouteTable({ routes: [aRoute()] })],
  natGateways: [aNatGateway()],
  networkAcls: [aNetworkAcl()],
  vpcEndpoints: [aVpcEndpoint({ routeTableIds: ['rtb-0aaaaaaa'] })],
  endpointSubnets: {},
  prefixLists: {},
  securityGroups: { 'sg-0aaaaaaa': aSecurityGroup() },
  endpointSecurityGroups: {},
} satisfies Partial<Facts>

describe('a subnet of IPv6 addresses alone', () => {
  const networkRules = rules.filter(({ id }) => /^(?:network|security-group)\//.test(id))

  test('leaves what every network rule says of the others as it is, and makes none of them unknown', () => {
    const judged = (rule: Rule, subnetIds: readonly string[]) => {
      const plan = aPlan({ vpcConfig: { subnetIds, securityGroupIds: ['sg-0aaaaaaa'], location: null } })
      const collected = Object.fromEntries(Object.entries(facts).map(([id, value]) => [id, known(value)]))
      return judge([rule], aSnapshot(plan, collected)).filter(({ subject }) => subject !== 'subnet-0bbbbbbb')
    }
    const alone = networkRules.map((rule) => statuses(judged(rule, ['subnet-0aaaaaaa'])))
    const beside = networkRules.map((rule) => statuses(judged(rule, ['subnet-0aaaaaaa', 'subnet-0bbbbbbb'])))
    expect(alone.flat().filter((line) => line.startsWith('pass')).length).toBeGreaterThan(8)
    expect(beside).toEqual(alone)
  })

  test('has room for no node: an error where the plan places some', () => {
    const [first, second] = findingsOf(subnetCapacity, aPlan(), facts)
    expect(first?.status).toBe('pass')
    expect(second).toMatchObject({
      status: 'fail',
      severity: 'error',
      message:
        'subnet-0bbbbbbb has no IPv4 CIDR block, and so no address for a node, worker-1 (4 × ml.p5.48xlarge at 32) needs 128 on Slurm: 128 short, an empty /24 is the smallest that fits',
      evidence: { free: 0, need: 128, shortfall: 128 },
    })
  })
})
