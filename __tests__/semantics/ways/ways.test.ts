import { describe, expect, test } from '@jest/globals'
import type { Route, VpcEndpoint } from '../../../src/model/facts/network.ts'
import { reachOf } from '../../../src/semantics/ways/reach.ts'
import { waysOf } from '../../../src/semantics/ways/ways.ts'
import {
  aGroup,
  aNatGateway,
  aNetworkAcl,
  anAclEntry,
  anEksCluster,
  aPermission,
  aRoute,
  aRouteTable,
  aSecurityGroup,
  aSubnet,
  denied,
  known,
} from '../../builders.ts'
import {
  anInterface,
  eksPlan,
  endpointSubnet,
  factsOf,
  type Given,
  https,
  nodeSubnet,
  s3Gateway,
  slurmPlan,
  toS3Gateway,
  waysIn,
} from './network.ts'

const eksServices = ['ec2', 'ecr.api', 'ecr.dkr', 'sts', 'logs', 'monitoring', 'ssm', 'ssmmessages', 'ec2messages', 'eks-auth']
const allEks = ['S3', 'S3 image layers', 'EKS API server', ...eksServices]
const allOf = (names: readonly string[], state: string) => Object.fromEntries(names.map((name) => [name, state]))
/** The network of AWS's own template without a way to the internet. */
const closedNetwork = (changes: Given = {}): Given => ({
  routeTables: [aRouteTable({ routes: [toS3Gateway] })],
  vpcEndpoints: [s3Gateway, ...eksServices.map((service) => anInterface(service))],
  ...changes,
})
const only = (service: string, changes: Partial<VpcEndpoint>): Given =>
  closedNetwork({ vpcEndpoints: [s3Gateway, ...eksServices.map((each) => anInterface(each, each === service ? changes : {}))] })
const tables = (...routes: readonly Route[]): Given => ({ routeTables: [aRouteTable({ routes })] })
const to = (kind: Route['target']['kind'], id: string, changes: Partial<Route> = {}): Route => aRoute({ target: { kind, id }, ...changes })
const policy = (...statements: readonly object[]): string => JSON.stringify({ Version: '2012-10-17', Statement: statements })

describe('ways of sound networks are open', () => {
  test('NAT gateway and S3 gateway endpoint', () => {
    expect(waysIn(eksPlan())).toEqual(allOf(allEks, 'open'))
    expect(waysIn(slurmPlan())).toEqual(allOf(['S3', 'logs', 'monitoring', 'ssm', 'ssmmessages'], 'open'))
  })

  test('NAT gateway alone', () => {
    expect(waysIn(eksPlan(), { ...tables(aRoute()), vpcEndpoints: [] })).toEqual(allOf(allEks, 'open'))
  })

  test('NAT gateway in a public subnet of its own', () => {
    const open = aRouteTable({
      routeTableId: 'rtb-0public0',
      isMain: false,
      subnetIds: ['subnet-0public0'],
      routes: [to('internet-gateway', 'igw-0aaaaaaa')],
    })
    const given = {
      routeTables: [aRouteTable({ routes: [toS3Gateway, aRoute()] }), open],
      natGateways: [aNatGateway({ subnetId: 'subnet-0public0' })],
    }
    expect(waysIn(eksPlan(), given)).toEqual(allOf(allEks, 'open'))
  })

  test('endpoints for everything and no way to the internet', () => {
    expect(waysIn(eksPlan(), closedNetwork())).toEqual(allOf(allEks, 'open'))
  })

  test('S3 by its interface endpoint', () => {
    const given = closedNetwork({ ...tables(), vpcEndpoints: [...eksServices, 's3'].map((service) => anInterface(service)) })
    expect(waysIn(eksPlan(), given)).toEqual(allOf(allEks, 'open'))
  })

  test('Slurm nodes that are set up by their AMI call no S3', () => {
    expect(waysIn(slurmPlan({ lifecycleSources: [] }))).toEqual(allOf(['logs', 'monitoring', 'ssm', 'ssmmessages'], 'open'))
  })
})

describe('what the policy file vouches for', () => {
  const vouched = (id: string) => eksPlan({ trustedTargets: [{ id, reason: 'egress VPC', owner: 'network team' }] })
  const tgw = to('transit-gateway', 'tgw-0aaaaaaa')
  const pcx = to('peering', 'pcx-0aaaaaaa', { destination: '10.9.0.0/16' })
  const natElsewhere = { ...tables(toS3Gateway, to('nat-gateway', 'nat-0elsewhere')) }
  const privateNat: Given = {
    routeTables: [
      aRouteTable({ routes: [toS3Gateway, aRoute()] }),
      aRouteTable({ routeTableId: 'rtb-0private', isMain: false, subnetIds: ['subnet-0private'], routes: [tgw] }),
    ],
    natGateways: [aNatGateway({ connectivityType: 'private', subnetId: 'subnet-0private', publicIps: [] })],
    networkAcls: [aNetworkAcl({ subnetIds: ['subnet-0aaaaaaa', 'subnet-0private'] })],
  }
  const cases: readonly (readonly [string, string, Given, string])[] = [
    ['a transit gateway', 'tgw-0aaaaaaa', tables(toS3Gateway, tgw), 'open'],
    ['another one than the route leads to', 'tgw-0bbbbbbb', tables(toS3Gateway, tgw), 'undecided: target'],
    ['a virtual private gateway', 'vgw-0aaaaaaa', tables(toS3Gateway, to('virtual-private-gateway', 'vgw-0aaaaaaa')), 'open'],
    ['a firewall endpoint', 'vpce-0firewal', tables(toS3Gateway, to('vpc-endpoint', 'vpce-0firewal')), 'open'],
    ['a NAT instance', 'i-0aaaaaaa', tables(toS3Gateway, to('instance', 'i-0aaaaaaa')), 'open'],
    ['an interface of an appliance', 'eni-0aaaaaaa', tables(toS3Gateway, to('network-interface', 'eni-0aaaaaaa')), 'open'],
    ['a NAT gateway of the account that shares the VPC', 'nat-0elsewhere', natElsewhere, 'open'],
    ['a private NAT gateway before another router', aNatGateway().natGatewayId, privateNat, 'open'],
    ['a peering connection to central endpoints', 'pcx-0aaaaaaa', tables(toS3Gateway, pcx), 'open'],
    [
      'a peering connection as the default route, to endpoints behind it',
      'pcx-0bbbbbbb',
      tables(toS3Gateway, to('peering', 'pcx-0bbbbbbb')),
      'open',
    ],
    ['an internet gateway', 'igw-0aaaaaaa', tables(toS3Gateway, to('internet-gateway', 'igw-0aaaaaaa')), 'closed: route'],
    ['a route that is gone', 'tgw-0aaaaaaa', tables(toS3Gateway, { ...tgw, state: 'blackhole' }), 'closed: route'],
    ['a NAT gateway that failed', aNatGateway().natGatewayId, { natGateways: [aNatGateway({ state: 'failed' })] }, 'closed: target'],
    [
      'nothing for the outbound rules before it',
      'tgw-0aaaaaaa',
      { ...tables(toS3Gateway, tgw), securityGroups: { 'sg-0aaaaaaa': aSecurityGroup({ egress: [] }) } },
      'closed: security-group-out',
    ],
  ]

  test.each(cases)('%s', (_, id, given, state) => {
    expect(waysIn(vouched(id), given)).toMatchObject(allOf(eksServices, state))
  })

  test('the endpoint of an account that shares the VPC may be that of S3', () => {
    const given = {
      ...tables(aRoute({ destination: 'pl-68a54001', target: { kind: 'vpc-endpoint', id: 'vpce-0elsewh' } }), aRoute()),
      vpcEndpoints: [],
    }
    expect(waysIn(eksPlan(), given)).toMatchObject({ S3: 'undecided: route' })
    expect(waysIn(vouched('vpce-0elsewh'), given)).toMatchObject({ S3: 'open', 'S3 image layers': 'open' })
  })
})

/** The control plane's interfaces are where the nodes are: no ACL is between them. */
const inNodeSubnet = anEksCluster({ subnetIds: ['subnet-0aaaaaaa'] })

describe('network ACLs on the way to the control plane', () => {
  const apart = {
    subnets: { 'subnet-0aaaaaaa': nodeSubnet, 'subnet-0bbbbbbb': aSubnet({ subnetId: 'subnet-0bbbbbbb', cidrBlock: '10.0.4.0/22' }) },
  }
  const nodesAcl = aNetworkAcl({ subnetIds: ['subnet-0aaaaaaa'] })
  const acl = (id: string, subnetIds: readonly string[], ...allowed: readonly Parameters<typeof anAclEntry>[0][]) =>
    aNetworkAcl({
      networkAclId: id,
      isDefault: false,
      subnetIds,
      entries: allowed.map((entry, index) => anAclEntry({ ruleNumber: 100 + index, ...entry })),
    })
  const answering = [
    { protocol: '6', fromPort: 443, toPort: 443, cidrBlock: '10.0.0.0/22' },
    { direction: 'egress', protocol: '6', fromPort: 1024, toPort: 65_535, cidrBlock: '10.0.0.0/22' },
  ] as const
  const elsewhere = anEksCluster({ subnetIds: ['subnet-0bbbbbbb'] })
  const both = anEksCluster()
  const cases: readonly (readonly [string, Given, string])[] = [
    ['let everything through', { eksCluster: elsewhere }, 'open'],
    [
      'a list of what nodes call',
      { ...apart, eksCluster: elsewhere, networkAcls: [nodesAcl, acl('acl-1', ['subnet-0bbbbbbb'], ...answering)] },
      'open',
    ],
    [
      'no answers',
      { ...apart, eksCluster: elsewhere, networkAcls: [nodesAcl, acl('acl-1', ['subnet-0bbbbbbb'], answering[0])] },
      'closed: network-acl',
    ],
    [
      'nothing out of the nodes',
      {
        ...apart,
        eksCluster: elsewhere,
        networkAcls: [acl('acl-1', ['subnet-0aaaaaaa']), aNetworkAcl({ subnetIds: ['subnet-0bbbbbbb'] })],
      },
      'closed: network-acl',
    ],
    [
      'shut in a subnet that the plan does not name',
      { eksCluster: elsewhere, networkAcls: [nodesAcl, acl('acl-1', ['subnet-0bbbbbbb'])] },
      'closed: network-acl',
    ],
    [
      'shut in one of two subnets',
      { eksCluster: both, networkAcls: [nodesAcl, acl('acl-1', ['subnet-0bbbbbbb'])] },
      'undecided: network-acl',
    ],
    ['shut between other subnets', { eksCluster: inNodeSubnet, networkAcls: [acl('acl-1', ['subnet-0aaaaaaa'])] }, 'open'],
    ['not read', { eksCluster: elsewhere, networkAcls: denied('ec2:DescribeNetworkAcls') }, 'undecided: network-acl'],
  ]

  test.each(cases)('%s', (_, given, expected) => {
    expect(waysIn(eksPlan(), given)['EKS API server']).toBe(expected)
  })
})

describe('each layer closes what goes through it', () => {
  const network: readonly (readonly [string, Given, readonly string[], string])[] = [
    ['DNS support off', { vpcDns: { vpcId: 'vpc-0a1b2c3d', enableDnsHostnames: true, enableDnsSupport: false } }, allEks, 'closed: name'],
    ['no outbound rule', { securityGroups: { 'sg-0aaaaaaa': aSecurityGroup({ egress: [] }) } }, allEks, 'closed: security-group-out'],
    [
      'outbound rules for the VPC alone',
      { securityGroups: { 'sg-0aaaaaaa': aSecurityGroup({ egress: [https] }) } },
      allEks.filter((name) => name !== 'EKS API server'),
      'closed: security-group-out',
    ],
    [
      'outbound rules for the VPC and S3',
      { securityGroups: { 'sg-0aaaaaaa': aSecurityGroup({ egress: [https, aPermission({ prefixListIds: ['pl-68a54001'] })] }) } },
      eksServices,
      'closed: security-group-out',
    ],
    [
      'an ACL without a rule',
      { networkAcls: [aNetworkAcl({ entries: [] })] },
      allEks.filter((name) => name !== 'EKS API server'),
      'closed: network-acl',
    ],
    ['no default route', tables(toS3Gateway), eksServices, 'closed: route'],
    ['a default route that is gone', tables(toS3Gateway, aRoute({ state: 'blackhole' })), eksServices, 'closed: route'],
    ['an internet gateway', tables(toS3Gateway, to('internet-gateway', 'igw-0aaaaaaa')), eksServices, 'closed: route'],
    ['a NAT gateway that failed', { natGateways: [aNatGateway({ state: 'failed' })] }, eksServices, 'closed: target'],
    [
      'a NAT gateway in a subnet without a way out',
      { natGateways: [aNatGateway({ subnetId: 'subnet-0aaaaaaa' })] },
      eksServices,
      'closed: target',
    ],
    ['a transit gateway', tables(toS3Gateway, to('transit-gateway', 'tgw-0aaaaaaa')), eksServices, 'undecided: target'],
    [
      'another network behind a route',
      tables(toS3Gateway, to('peering', 'pcx-1', { destination: '10.9.0.0/16' })),
      eksServices,
      'undecided: route',
    ],
    [
      'endpoints that are not known',
      { vpcEndpoints: denied('ec2:DescribeVpcEndpoints') },
      allEks.filter((name) => name !== 'EKS API server'),
      'undecided: route',
    ],
    [
      'the endpoint not associated, no way to the internet',
      closedNetwork({
        ...tables(),
        vpcEndpoints: [{ ...s3Gateway, routeTableIds: [] }, ...eksServices.map((service) => anInterface(service))],
      }),
      ['S3', 'S3 image layers'],
      'closed: route',
    ],
    [
      'an endpoint policy for other buckets',
      {
        vpcEndpoints: [
          { ...s3Gateway, policyDocument: policy({ Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: 'arn:aws:s3:::other/*' }) },
        ],
      },
      ['S3', 'S3 image layers'],
      'closed: endpoint-policy',
    ],
    [
      'an API server without any endpoint',
      { eksCluster: anEksCluster({ endpointPrivateAccess: false }) },
      ['EKS API server'],
      'closed: target',
    ],
    [
      'a control plane that shuts nodes out',
      { eksSecurityGroups: { 'sg-0eeeeeee': aSecurityGroup({ securityGroupId: 'sg-0eeeeeee' }) } },
      ['EKS API server'],
      'closed: security-group-in',
    ],
    [
      'a public API server that lets others in',
      { eksCluster: anEksCluster({ endpointPrivateAccess: false, endpointPublicAccess: true, publicAccessCidrs: ['198.51.100.0/24'] }) },
      ['EKS API server'],
      'closed: target',
    ],
  ]
  test.each(network)('%s', (_, given, names, expected) => {
    const ways = waysIn(eksPlan(), { eksCluster: inNodeSubnet, ...given })
    expect(Object.fromEntries(Object.entries(ways).filter(([, state]) => state !== 'open'))).toEqual(allOf(names, expected))
  })

  const closedOne: readonly (readonly [string, Given, string])[] = [
    ['security group of the endpoint', only('sts', { securityGroupIds: ['sg-0other00'] }), 'undecided: security-group-in'],
    ['endpoint pending', only('sts', { state: 'pending' }), 'closed: route'],
    ['private DNS off', only('sts', { privateDnsEnabled: false }), 'closed: route'],
    [
      'policy that allows nothing',
      only('sts', { policyDocument: policy({ Effect: 'Deny', Principal: '*', Action: '*', Resource: '*' }) }),
      'closed: endpoint-policy',
    ],
    [
      'policy for another role',
      only('sts', {
        policyDocument: policy({ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::999999999999:root' }, Action: '*', Resource: '*' }),
      }),
      'closed: endpoint-policy',
    ],
    [
      'policy with a condition that cannot be evaluated',
      only('sts', {
        policyDocument: policy({
          Effect: 'Allow',
          Principal: '*',
          Action: '*',
          Resource: '*',
          Condition: { StringEquals: { 'aws:PrincipalTag/team': 'ml' } },
        }),
      }),
      'undecided: endpoint-policy',
    ],
  ]
  test.each(closedOne)('one endpoint: %s', (_, given, expected) => {
    const ways = waysIn(eksPlan(), given)
    expect(Object.entries(ways).filter(([, state]) => state !== 'open')).toEqual([['sts', expected]])
  })

  test('an endpoint that shuts nodes out takes the name over, whatever NAT gateway is beside it', () => {
    const given = {
      vpcEndpoints: [s3Gateway, anInterface('sts')],
      endpointSecurityGroups: { 'sg-0endpoint': aSecurityGroup({ securityGroupId: 'sg-0endpoint', ingress: [] }) },
    }
    expect(waysIn(eksPlan(), given)['sts']).toBe('closed: security-group-in')
  })

  test("an endpoint's subnet behind an ACL that does not let its answers out", () => {
    const shut = aNetworkAcl({ networkAclId: 'acl-0endpnt0', subnetIds: ['subnet-0endpnt0'], entries: [anAclEntry()] })
    const networkAcls = [aNetworkAcl({ subnetIds: ['subnet-0aaaaaaa'] }), shut]
    expect(waysIn(eksPlan(), closedNetwork({ networkAcls }))['logs']).toBe('closed: network-acl')
  })

  test('of an endpoint in two subnets, one that is open is enough', () => {
    const second = aSubnet({ subnetId: 'subnet-0second0', cidrBlock: '10.0.9.0/24' })
    const given = closedNetwork({
      vpcEndpoints: [s3Gateway, anInterface('logs', { subnetIds: ['subnet-0endpnt0', 'subnet-0second0'] })],
      endpointSubnets: { 'subnet-0endpnt0': endpointSubnet, 'subnet-0second0': second },
      networkAcls: [
        aNetworkAcl({ subnetIds: ['subnet-0aaaaaaa', 'subnet-0second0'] }),
        aNetworkAcl({ networkAclId: 'acl-0shut000', subnetIds: ['subnet-0endpnt0'], entries: [] }),
      ],
    })
    expect(waysIn(eksPlan(), given)['logs']).toBe('open')
  })

  test('all closed layers are told, not the first alone', () => {
    const given = { networkAcls: [aNetworkAcl({ entries: [] })], securityGroups: { 'sg-0aaaaaaa': aSecurityGroup({ egress: [] }) } }
    expect(waysIn(slurmPlan(), given)['S3']).toBe('closed: security-group-out network-acl')
  })
})

describe('what depends on a way', () => {
  const needs = (plan: Parameters<typeof waysOf>[0], given: Given = {}) =>
    Object.fromEntries(
      waysOf(plan, factsOf(given)).map(({ demand, placement }) => [`${placement.subnet.subnetId} ${demand.to}`, demand.need]),
    )

  test('is useful at most where no group may land, or where the orchestrator is not stated', () => {
    const override = { subnetIds: ['subnet-0bbbbbbb'], securityGroupIds: ['sg-0aaaaaaa'], location: null }
    const subnets = { 'subnet-0aaaaaaa': nodeSubnet, 'subnet-0bbbbbbb': aSubnet({ subnetId: 'subnet-0bbbbbbb', cidrBlock: '10.0.4.0/22' }) }
    const plan = eksPlan({ instanceGroups: [aGroup({ overrideVpcConfig: override })] })
    expect(needs(plan, { subnets })).toMatchObject({ 'subnet-0aaaaaaa S3': 'useful', 'subnet-0bbbbbbb S3': 'required' })
    expect(needs(eksPlan({ orchestrator: { kind: 'unstated' } }))).toMatchObject({
      'subnet-0aaaaaaa S3': 'required',
      'subnet-0aaaaaaa sts': 'useful',
    })
  })

  test('is more in the subnets of restricted groups', () => {
    expect(needs(eksPlan({ instanceGroups: [aGroup({ kind: 'restricted' })] }))).toMatchObject({ 'subnet-0aaaaaaa lambda': 'required' })
  })
})

test('the matrix has a row for each instance group and thing, with the layer that stops it', () => {
  const plan = slurmPlan({ instanceGroups: [aGroup({ name: 'a' }), aGroup({ name: 'b' })] })
  const ways = waysOf(plan, factsOf({ ...tables(toS3Gateway), networkAcls: known([aNetworkAcl()]) }))
  expect(reachOf(ways).filter(({ to: destination }) => destination === 'S3' || destination === 'logs')).toEqual([
    {
      group: 'a',
      subnet: 'subnet-0aaaaaaa',
      to: 'S3',
      need: 'required',
      state: 'open',
      layer: null,
      via: 'gateway endpoint vpce-0gateway',
    },
    {
      group: 'b',
      subnet: 'subnet-0aaaaaaa',
      to: 'S3',
      need: 'required',
      state: 'open',
      layer: null,
      via: 'gateway endpoint vpce-0gateway',
    },
    {
      group: 'a',
      subnet: 'subnet-0aaaaaaa',
      to: 'logs',
      need: 'useful',
      state: 'closed',
      layer: 'route',
      via: 'rtb-0aaaaaaa has no default route',
    },
    {
      group: 'b',
      subnet: 'subnet-0aaaaaaa',
      to: 'logs',
      need: 'useful',
      state: 'closed',
      layer: 'route',
      via: 'rtb-0aaaaaaa has no default route',
    },
  ])
})
