import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { collect } from '../../src/facts/engine/collect.ts'
import { collectors } from '../../src/facts/index.ts'
import type { FactId } from '../../src/model/facts.ts'
import { aPlan, aSnapshot } from '../builders.ts'
import { useLoopbackService } from '../facts/loopback-service.ts'
import { type Edit, edited, type Path, pathsOf, reported, runs, testTimeMs } from './runs.ts'

const { current, context } = useLoopbackService()

/** What a request in order is answered, by operation: JSON for some services, the members of an XML answer for EC2. */
const answers: Readonly<Record<string, object>> = {
  ListClusters: { ClusterSummaries: [{ ClusterName: 'research' }] },
  DescribeCluster: {
    ClusterName: 'research',
    ClusterStatus: 'InService',
    InstanceGroups: [{ InstanceGroupName: 'a', InstanceType: 'ml.p5.48xlarge', CurrentCount: 2, TargetCount: 2 }],
  },
  DescribeVpcs: {
    vpcSet: {
      item: [{ vpcId: 'vpc-0a1b2c3d', state: 'available', cidrBlock: '10.0.0.0/16', isDefault: false, dhcpOptionsId: 'dopt-0aaaaaaa' }],
    },
  },
  DescribeSubnets: {
    subnetSet: {
      item: ['subnet-0aaaaaaa', 'subnet-0bbbbbbb'].map((subnetId, at) => ({
        subnetId,
        vpcId: 'vpc-0a1b2c3d',
        state: 'available',
        cidrBlock: `10.0.${at * 4}.0/22`,
        availabilityZone: 'us-west-2a',
        availabilityZoneId: 'usw2-az1',
        availableIpAddressCount: 1019,
        mapPublicIpOnLaunch: false,
      })),
    },
  },
  DescribeRouteTables: {
    routeTableSet: {
      item: [
        {
          routeTableId: 'rtb-0aaaaaaa',
          vpcId: 'vpc-0a1b2c3d',
          associationSet: { item: [{ routeTableId: 'rtb-0aaaaaaa', main: true }] },
          routeSet: {
            item: [
              { destinationCidrBlock: '10.0.0.0/16', gatewayId: 'local', state: 'active', origin: 'CreateRouteTable' },
              { destinationCidrBlock: '0.0.0.0/0', natGatewayId: 'nat-0aaaaaaa', state: 'active', origin: 'CreateRoute' },
            ],
          },
        },
      ],
    },
  },
  DescribeNatGateways: {
    natGatewaySet: {
      item: [
        {
          natGatewayId: 'nat-0aaaaaaa',
          vpcId: 'vpc-0a1b2c3d',
          subnetId: 'subnet-0bbbbbbb',
          state: 'available',
          connectivityType: 'public',
          natGatewayAddressSet: { item: [{ publicIp: '203.0.113.10' }] },
        },
      ],
    },
  },
  DescribeSecurityGroups: {
    securityGroupInfo: {
      item: [
        {
          groupId: 'sg-0aaaaaaa',
          groupName: 'hyperpod',
          vpcId: 'vpc-0a1b2c3d',
          ipPermissions: { item: [{ ipProtocol: '-1', groups: { item: [{ groupId: 'sg-0aaaaaaa' }] } }] },
          ipPermissionsEgress: { item: [{ ipProtocol: '-1', ipRanges: { item: [{ cidrIp: '0.0.0.0/0' }] } }] },
        },
      ],
    },
  },
  DescribeNetworkAcls: {
    networkAclSet: {
      item: [
        {
          networkAclId: 'acl-0aaaaaaa',
          vpcId: 'vpc-0a1b2c3d',
          default: true,
          associationSet: { item: [{ subnetId: 'subnet-0aaaaaaa' }] },
          entrySet: { item: [{ ruleNumber: 100, protocol: '-1', ruleAction: 'allow', egress: false, cidrBlock: '0.0.0.0/0' }] },
        },
      ],
    },
  },
}

const asked: readonly FactId[] = ['hyperPodUsage', 'vpcs', 'vpc', 'subnets', 'routeTables', 'natGateways', 'networkAcls', 'securityGroups']

const xml = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return String(value)
  return Object.entries(value)
    .flatMap(([tag, item]) => (Array.isArray(item) ? item : [item]).map((one) => `<${tag}>${xml(one)}</${tag}>`))
    .join('')
}

const learn = async (given: Readonly<Record<string, object>>) => {
  const service = current()
  service.operations = Object.fromEntries(Object.entries(given).map(([operation, answer]) => [operation, () => answer]))
  service.ec2 = (form) => {
    const action = form.get('Action') ?? ''
    return `<${action}Response>${xml(given[action] ?? {})}</${action}Response>`
  }
  return collect(asked, collectors, context())
}

/** Members of the answers, not the operations themselves. */
const members: readonly Path[] = pathsOf(answers).filter((path) => path.length > 1)

test('the whole answers are facts, so that a part of them says something', async () => {
  const facts = await learn(answers)
  expect(asked.filter((id) => facts[id]?.ok !== true)).toEqual([])
})

test(
  'whatever members an answer lacks: each fact is known or a gap that names its call, and the report can be written',
  async () => {
    const removals = fc.array(fc.constantFrom(...members), { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(removals, async (paths) => {
        const facts = await learn(
          edited(
            answers,
            paths.map((path): Edit => ({ kind: 'removed', path })),
          ),
        )
        for (const id of asked) {
          const fact = facts[id]
          expect(fact?.ok === true || (fact?.ok === false && fact.gap.message !== '' && /^[\w-]+:\w+$/.test(fact.gap.action))).toBe(true)
        }
        expect(reported({ ...aSnapshot(aPlan()), facts }).verdict).not.toBe('ready')
      }),
      runs(40),
    )
  },
  testTimeMs,
)
