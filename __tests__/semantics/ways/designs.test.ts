import { describe, expect, test } from '@jest/globals'
import type { Route } from '../../../src/model/facts/network.ts'
import type { Plan } from '../../../src/model/plan.ts'
import { waysOf } from '../../../src/semantics/ways/ways.ts'
import {
  aNatGateway,
  aNetworkAcl,
  anAclEntry,
  anEksCluster,
  aPermission,
  aRoute,
  aRouteTable,
  aSecurityGroup,
  aSubnet,
} from '../../builders.ts'
import { anInterface, eksPlan, endpointSubnet, factsOf, type Given, nodeSubnet, s3Gateway, slurmPlan, toS3Gateway } from './network.ts'

const to = (kind: Route['target']['kind'], id: string, changes: Partial<Route> = {}): Route => aRoute({ target: { kind, id }, ...changes })
const tables = (...routes: readonly Route[]): Given => ({ routeTables: [aRouteTable({ routes })] })
const trusting = (id: string, plan: Plan = eksPlan()): Plan => ({
  ...plan,
  trustedTargets: [{ id, reason: 'egress VPC', owner: 'network team' }],
})
const groups = (...egress: readonly Parameters<typeof aPermission>[0][]): Given => ({
  securityGroups: { 'sg-0aaaaaaa': aSecurityGroup({ egress: egress.map((each) => aPermission(each)) }) },
})
const services = ['ec2', 'ecr.api', 'ecr.dkr', 'sts', 'logs', 'monitoring', 'ssm', 'ssmmessages', 'ec2messages', 'eks-auth']
const closedNetwork: Given = { ...tables(toS3Gateway), vpcEndpoints: [s3Gateway, ...services.map((service) => anInterface(service))] }
const without = (service: string): Given => ({
  vpcEndpoints: [s3Gateway, ...services.filter((each) => each !== service).map((each) => anInterface(each))],
})

/** The heaviest that the ways of a plan to what it requires come to. */
const outcome = (plan: Plan, given: Given): string => {
  const states = waysOf(plan, factsOf(given)).flatMap(({ demand: { need }, state }) => (need === 'required' ? [state] : []))
  if (states.includes('closed')) return 'closed'
  return states.includes('undecided') ? 'undecided' : 'open'
}

const zonal = aNatGateway({ subnetId: 'subnet-0public0' })
const publicTable = (...routes: readonly Route[]) =>
  aRouteTable({ routeTableId: 'rtb-0public0', isMain: false, subnetIds: ['subnet-0public0'], routes })
const igw = to('internet-gateway', 'igw-0aaaaaaa')
const natPerZone = (...beyond: readonly Route[]): Given => ({
  routeTables: [aRouteTable({ routes: [toS3Gateway, aRoute()] }), publicTable(...beyond)],
  natGateways: [zonal],
})
const tcp443 = { protocol: '6', fromPort: 443, toPort: 443 }
const answers = { protocol: '6', fromPort: 1024, toPort: 65_535 }
const listed = (...entries: readonly Parameters<typeof anAclEntry>[0][]): Given => ({
  networkAcls: [
    aNetworkAcl({
      subnetIds: ['subnet-0aaaaaaa', 'subnet-0bbbbbbb'],
      entries: entries.map((entry, index) => anAclEntry({ ruleNumber: 100 + index, ...entry })),
    }),
  ],
})
const listOfAll = [
  { direction: 'egress', ...tcp443 },
  { direction: 'egress', ...answers },
  { direction: 'ingress', ...answers },
  { direction: 'ingress', ...tcp443 },
] as const
const publicOnly = (...publicAccessCidrs: readonly string[]) =>
  anEksCluster({ endpointPrivateAccess: false, endpointPublicAccess: true, publicAccessCidrs })
const noApi = { eksCluster: anEksCluster({ endpointPrivateAccess: false, endpointPublicAccess: false }) }
const secondary = aSubnet({ cidrBlock: '100.64.0.0/18' })
const dual = { ...nodeSubnet, ipv6CidrBlocks: ['2600:1f14:1:2::/64'] }
const toEveryIpv6 = to('egress-only-internet-gateway', 'eigw-0aaaaaaa', { destination: '::/0' })
const perimeter = (statement: object): Given => ({
  vpcEndpoints: [
    {
      ...s3Gateway,
      policyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: '*', Resource: '*', ...statement }],
      }),
    },
  ],
})

/** A design, whole, and with essential parts taken away, each with what is left of the ways that nodes need. */
type Design = readonly [string, Plan, Given, readonly (readonly [string, Given, 'closed' | 'undecided', Plan?])[]]

const failed = { natGateways: [aNatGateway({ state: 'failed' })] }
const noRoute = tables(toS3Gateway)
const designs: readonly Design[] = [
  [
    'a regional NAT gateway',
    eksPlan(),
    {},
    [
      ['the gateway', failed, 'closed'],
      ['the route', noRoute, 'closed'],
    ],
  ],
  [
    'a NAT gateway per zone',
    eksPlan(),
    natPerZone(igw),
    [
      ['its way on', natPerZone(), 'closed'],
      ['its address', { natGateways: [{ ...zonal, publicIps: [] }] }, 'closed'],
    ],
  ],
  [
    'NAT without a gateway endpoint',
    eksPlan(),
    { ...tables(aRoute()), vpcEndpoints: [] },
    [
      ['the route', tables(), 'closed'],
      ['the gateway', failed, 'closed'],
    ],
  ],
  [
    'NAT behind a firewall endpoint',
    trusting('nat-0aaaaaaa'),
    natPerZone(to('vpc-endpoint', 'vpce-0firewal')),
    [
      ['the trust', {}, 'undecided', eksPlan()],
      ['the firewall', natPerZone({ ...to('vpc-endpoint', 'vpce-0firewal'), state: 'blackhole' }), 'closed'],
    ],
  ],
  [
    'a transit gateway to an egress VPC',
    trusting('tgw-1'),
    tables(toS3Gateway, to('transit-gateway', 'tgw-1')),
    [
      ['the trust', {}, 'undecided', eksPlan()],
      ['the attachment', tables(toS3Gateway, to('transit-gateway', 'tgw-1', { state: 'blackhole' })), 'closed'],
    ],
  ],
  [
    'an inspection VPC',
    trusting('vpce-0firewal'),
    tables(toS3Gateway, to('vpc-endpoint', 'vpce-0firewal')),
    [
      ['the trust', {}, 'undecided', eksPlan()],
      ['outbound rules', groups(), 'closed'],
    ],
  ],
  [
    'a NAT instance',
    trusting('i-1'),
    tables(toS3Gateway, to('instance', 'i-1')),
    [
      ['the trust', {}, 'undecided', eksPlan()],
      ['the instance', tables(toS3Gateway, to('instance', 'i-1', { state: 'blackhole' })), 'closed'],
    ],
  ],
  [
    'an appliance by its interface',
    trusting('eni-1'),
    tables(toS3Gateway, to('network-interface', 'eni-1')),
    [
      ['the trust', {}, 'undecided', eksPlan()],
      ['the route', noRoute, 'closed'],
    ],
  ],
  [
    'a VPN to the company',
    trusting('vgw-1'),
    tables(toS3Gateway, to('virtual-private-gateway', 'vgw-1', { propagated: true })),
    [
      ['the trust', {}, 'undecided', eksPlan()],
      ['the route', noRoute, 'closed'],
    ],
  ],
  [
    'peering to central endpoints',
    trusting('pcx-1'),
    tables(toS3Gateway, to('peering', 'pcx-1', { destination: '10.9.0.0/16' })),
    [
      ['the trust', {}, 'undecided', eksPlan()],
      ['the route', noRoute, 'closed'],
    ],
  ],
  [
    'a shared VPC with the NAT of its owner',
    trusting('nat-0owner'),
    tables(toS3Gateway, to('nat-gateway', 'nat-0owner')),
    [
      ['the trust', {}, 'undecided', eksPlan()],
      ['the route', noRoute, 'closed'],
    ],
  ],
  [
    'a closed network',
    eksPlan(),
    closedNetwork,
    [
      ['the endpoint of sts', without('sts'), 'closed'],
      ['DNS hostnames', { vpcDns: { vpcId: 'vpc-0a1b2c3d', enableDnsHostnames: false, enableDnsSupport: true } }, 'closed'],
    ],
  ],
  [
    'a closed network with an S3 interface endpoint',
    eksPlan(),
    { ...closedNetwork, ...tables(), vpcEndpoints: [...services, 's3'].map((each) => anInterface(each)) },
    [
      ['the one of S3', { vpcEndpoints: services.map((each) => anInterface(each)) }, 'closed'],
      [
        'inbound rules',
        { endpointSecurityGroups: { 'sg-0endpoint': aSecurityGroup({ securityGroupId: 'sg-0endpoint', ingress: [] }) } },
        'closed',
      ],
    ],
  ],
  [
    'a secondary CIDR block',
    eksPlan(),
    {
      subnets: { 'subnet-0aaaaaaa': secondary },
      eksSecurityGroups: {
        'sg-0eeeeeee': aSecurityGroup({ securityGroupId: 'sg-0eeeeeee', ingress: [aPermission({ ipv4Ranges: ['100.64.0.0/16'] })] }),
      },
    },
    [
      [
        'the rule for its block',
        {
          eksSecurityGroups: {
            'sg-0eeeeeee': aSecurityGroup({ securityGroupId: 'sg-0eeeeeee', ingress: [aPermission({ ipv4Ranges: ['10.0.0.0/16'] })] }),
          },
        },
        'closed',
      ],
      ['the gateway', failed, 'closed'],
    ],
  ],
  [
    'dual stack',
    eksPlan(),
    { subnets: { 'subnet-0aaaaaaa': dual }, ...tables(toS3Gateway, aRoute(), toEveryIpv6) },
    [
      ['the way over IPv4', tables(toS3Gateway, toEveryIpv6), 'closed'],
      ['outbound rules for IPv4', groups({ ipv6Ranges: ['::/0'] }), 'closed'],
    ],
  ],
  [
    'a public API server that lets the NAT gateway in',
    eksPlan(),
    { eksCluster: publicOnly('203.0.113.10/32') },
    [
      ['its address in the list', { eksCluster: publicOnly('198.51.100.0/24') }, 'closed'],
      ['both endpoints', noApi, 'closed'],
    ],
  ],
  [
    'allow-list ACLs',
    eksPlan(),
    listed(...listOfAll),
    [
      ['answers', listed(listOfAll[0], listOfAll[1]), 'closed'],
      ['HTTPS out', listed(...listOfAll.slice(1)), 'closed'],
    ],
  ],
  [
    'outbound rules for HTTPS alone',
    eksPlan(),
    groups({ ...tcp443, protocol: 'tcp', ipv4Ranges: ['0.0.0.0/0'] }),
    [
      ['all but S3', groups({ prefixListIds: ['pl-68a54001'] }), 'closed'],
      ['all but SSH', groups({ protocol: 'tcp', fromPort: 22, toPort: 22, ipv4Ranges: ['0.0.0.0/0'] }), 'closed'],
    ],
  ],
  [
    'a data perimeter at the S3 endpoint',
    slurmPlan(),
    perimeter({ Action: 's3:*' }),
    [
      ['reading', perimeter({ Action: 's3:PutObject' }), 'closed'],
      ['the own bucket', perimeter({ Action: 's3:*', Resource: 'arn:aws:s3:::elsewhere/*' }), 'closed'],
    ],
  ],
  [
    'Slurm on S3 alone',
    slurmPlan(),
    { ...tables(toS3Gateway) },
    [
      ['the association', { ...tables(), vpcEndpoints: [{ ...s3Gateway, routeTableIds: [] }] }, 'closed'],
      ['the rule for S3', groups(), 'closed'],
    ],
  ],
  [
    'endpoints in a subnet of their own',
    eksPlan(),
    { ...closedNetwork, endpointSubnets: { 'subnet-0endpnt0': endpointSubnet } },
    [
      [
        'its ACL',
        {
          networkAcls: [
            aNetworkAcl({ subnetIds: ['subnet-0aaaaaaa', 'subnet-0bbbbbbb'] }),
            aNetworkAcl({ networkAclId: 'acl-0shut', isDefault: false, subnetIds: ['subnet-0endpnt0'], entries: [] }),
          ],
        },
        'closed',
      ],
      ['outbound rules', groups(), 'closed'],
    ],
  ],
]

describe('designs', () => {
  describe.each(designs)('%s', (_, plan, whole, lesser) => {
    test('whole', () => {
      expect(outcome(plan, whole)).toBe('open')
    })

    for (const [part, given, expected, other = plan] of lesser) {
      test(`without ${part}`, () => {
        expect(outcome(other, { ...whole, ...given })).toBe(expected)
      })
    }
  })
})
