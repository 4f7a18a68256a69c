import { describe, expect, test } from '@jest/globals'
import type { Plan } from '../../../src/model/plan.ts'
import { reachOf } from '../../../src/semantics/ways/reach.ts'
import { waysOf } from '../../../src/semantics/ways/ways.ts'
import {
  aHostedZone,
  anEksCluster,
  aPermission,
  aRoute,
  aRouteTable,
  aSecurityGroup,
  aVpc,
  denied,
  someDhcpOptions,
} from '../../builders.ts'
import { anInterface, eksPlan, factsOf, type Given, https, s3Gateway, slurmPlan, toS3Gateway, waysIn } from './network.ts'

const required = ['ec2', 'ecr.api', 'ecr.dkr', 'sts', 'logs', 'monitoring'] as const
const useful = ['ssm', 'ssmmessages', 'ec2messages', 'eks-auth'] as const
/** No way to the internet: an endpoint for everything. */
const closedNetwork: Given = {
  routeTables: [aRouteTable({ routes: [toS3Gateway] })],
  vpcEndpoints: [s3Gateway, ...[...required, ...useful].map((service) => anInterface(service))],
}
const openNetwork: Given = {}
const bothNetwork: Given = { vpcEndpoints: [s3Gateway, anInterface('sts')] }
const servers = (...addresses: readonly string[]): Given => ({ dhcpOptions: { ...someDhcpOptions(), domainNameServers: addresses } })
const httpsOnly: Given = {
  securityGroups: { 'sg-0aaaaaaa': aSecurityGroup({ egress: [aPermission({ ...https, ipv4Ranges: ['0.0.0.0/0'] })] }) },
}
const shutEndpoint: Given = {
  endpointSecurityGroups: { 'sg-0endpoint': aSecurityGroup({ securityGroupId: 'sg-0endpoint', ingress: [] }) },
}
const privateOnly: Given = { eksCluster: anEksCluster({ endpointPrivateAccess: true, endpointPublicAccess: false }) }
const bothEndpoints: Given = {
  eksCluster: anEksCluster({ endpointPrivateAccess: true, endpointPublicAccess: true, publicAccessCidrs: ['0.0.0.0/0'] }),
}

/** What the ways to sts (by an endpoint or the internet), S3 (by its gateway endpoint) and the API server come to. */
const states = (given: Given, plan: Plan = eksPlan()): string =>
  ['sts', 'S3', 'EKS API server'].map((to) => waysIn(plan, given)[to] ?? 'none').join(' | ')

describe('who answers, by the DHCP options of the VPC', () => {
  const unsure = 'undecided: name'
  test.each<[string, Given, Given, string]>([
    ['the Amazon DNS server', closedNetwork, servers('AmazonProvidedDNS'), 'open | open | open'],
    ['the same by its address in every VPC', closedNetwork, servers('169.254.169.253'), 'open | open | open'],
    ['the same by its address in this VPC', closedNetwork, servers('10.0.0.2'), 'open | open | open'],
    ['the same, and others after it', closedNetwork, servers('AmazonProvidedDNS', '10.0.0.10'), 'open | open | open'],
    ['a VPC without options', closedNetwork, { dhcpOptions: null, vpc: aVpc({ dhcpOptionsId: 'default' }) }, 'open | open | open'],
    ['own servers, closed network', closedNetwork, servers('10.0.0.10'), `${unsure} | ${unsure} | ${unsure}`],
    ['own servers before the Amazon one', closedNetwork, servers('10.0.0.10', 'AmazonProvidedDNS'), `${unsure} | ${unsure} | ${unsure}`],
    ['a set that names none', closedNetwork, servers(), `${unsure} | ${unsure} | ${unsure}`],
    ['own servers, open network', openNetwork, servers('10.0.0.10'), `open | open | ${unsure}`],
    ['own servers, an endpoint and a NAT gateway', bothNetwork, servers('10.0.0.10'), `open | open | ${unsure}`],
    [
      'own servers, an endpoint that is shut and a NAT gateway',
      { ...bothNetwork, ...shutEndpoint },
      servers('10.0.0.10'),
      `${unsure} | open | ${unsure}`,
    ],
    [
      'servers of the internet, closed network',
      closedNetwork,
      servers('8.8.8.8', '1.1.1.1'),
      'closed: name route | closed: name | closed: name',
    ],
    ['servers of the internet, open network', openNetwork, servers('8.8.8.8'), 'open | open | open'],
    [
      'servers of the internet, an endpoint that is shut and a NAT gateway',
      { ...bothNetwork, ...shutEndpoint },
      servers('8.8.8.8'),
      'open | open | open',
    ],
    ['servers of the internet and own ones', openNetwork, servers('8.8.8.8', '10.0.0.10'), `open | open | ${unsure}`],
    [
      'servers that outbound rules do not lead to',
      { ...openNetwork, ...httpsOnly },
      servers('10.0.0.10'),
      'closed: name | closed: name | closed: name',
    ],
    ['the Amazon DNS server needs no rule', { ...openNetwork, ...httpsOnly }, servers('AmazonProvidedDNS'), 'open | open | open'],
    ['options that are not read, open network', openNetwork, { dhcpOptions: denied('ec2:DescribeDhcpOptions') }, `open | open | ${unsure}`],
    [
      'options that are not read, closed network',
      closedNetwork,
      { dhcpOptions: denied('ec2:DescribeDhcpOptions') },
      `${unsure} | ${unsure} | ${unsure}`,
    ],
    [
      'options that are not read, HTTPS alone',
      { ...openNetwork, ...httpsOnly },
      { dhcpOptions: denied('ec2:DescribeDhcpOptions') },
      `${unsure} | ${unsure} | ${unsure}`,
    ],
  ])('%s', (_, network, resolver, expected) => {
    expect(states({ ...network, ...privateOnly, ...resolver })).toBe(expected)
  })

  test('servers of the internet answer with the public addresses of an API server that has both endpoints', () => {
    expect(states({ ...openNetwork, ...bothEndpoints, ...servers('8.8.8.8') })).toBe('open | open | open')
    const narrow = anEksCluster({ endpointPrivateAccess: true, endpointPublicAccess: true, publicAccessCidrs: ['198.51.100.0/24'] })
    expect(waysIn(eksPlan(), { eksCluster: narrow, ...servers('8.8.8.8') })).toMatchObject({ 'EKS API server': 'closed: target' })
    expect(waysIn(eksPlan(), { eksCluster: narrow, ...servers('AmazonProvidedDNS') })).toMatchObject({ 'EKS API server': 'open' })
  })

  test('DNS support of the VPC says nothing where others answer', () => {
    const off: Given = { vpcDns: { vpcId: 'vpc-0a1b2c3d', enableDnsHostnames: false, enableDnsSupport: false } }
    expect(waysIn(slurmPlan(), off)).toMatchObject({ S3: 'closed: name', logs: 'closed: name' })
    expect(waysIn(slurmPlan(), { ...off, ...servers('10.0.0.10') })).toMatchObject({ S3: 'open', logs: 'open' })
    expect(waysIn(slurmPlan(), { ...off, dhcpOptions: denied('ec2:DescribeDhcpOptions') })).toMatchObject({ S3: 'undecided: name' })
  })

  test('somebody vouches for the options', () => {
    const trusting = eksPlan({ trustedTargets: [{ id: 'dopt-0aaaaaaa', reason: 'forwards to Route 53', owner: 'network team' }] })
    expect(states({ ...closedNetwork, ...privateOnly, ...servers('10.0.0.10') }, trusting)).toBe('open | open | open')
  })

  test('a snapshot from before they were read is judged as it was then', () => {
    const { dhcpOptionsId: _, ...vpc } = aVpc()
    const older: Given = { vpc, dhcpOptions: denied('none'), hostedZones: denied('none') }
    expect(states({ ...closedNetwork, ...privateOnly, ...older })).toBe('open | open | open')
    expect(states({ ...openNetwork, ...privateOnly, ...older })).toBe('open | open | open')
  })
})

describe('private hosted zones of the VPC', () => {
  const zone = (name: string, owningService: string | null = null): Given => ({ hostedZones: [aHostedZone({ name, owningService })] })
  const noEndpoints: Given = { routeTables: [aRouteTable({ routes: [toS3Gateway] })], vpcEndpoints: [s3Gateway] }
  const privateDnsOff: Given = { ...noEndpoints, vpcEndpoints: [s3Gateway, anInterface('sts', { privateDnsEnabled: false })] }
  const zones = 'sts.us-west-2.amazonaws.com'

  test.each<[string, Given, string, string]>([
    ['no zone: no endpoint is absence', noEndpoints, 'sts', 'closed: route'],
    ['no zone: private DNS off is absence', privateDnsOff, 'sts', 'closed: route'],
    ['a zone with the name of the service', { ...privateDnsOff, ...zone(zones) }, 'sts', 'undecided: name'],
    ['it takes the name over beside a NAT gateway too', zone(zones), 'sts', 'undecided: name'],
    ['a zone above it', { ...noEndpoints, ...zone('amazonaws.com') }, 'sts', 'undecided: name'],
    ['a zone of another name', { ...noEndpoints, ...zone('corp.example.com') }, 'sts', 'closed: route'],
    ['a zone whose name ends alike', { ...noEndpoints, ...zone('ts.us-west-2.amazonaws.com') }, 'sts', 'closed: route'],
    ['the registry has names of its own', { ...noEndpoints, ...zone('dkr.ecr.us-west-2.amazonaws.com') }, 'ecr.dkr', 'undecided: name'],
    ['and so has Pod Identity', { ...noEndpoints, ...zone('eks-auth.us-west-2.api.aws') }, 'eks-auth', 'undecided: name'],
    ['an endpoint answers before a zone', { ...bothNetwork, ...zone(zones) }, 'sts', 'open'],
    ['a zone of S3 goes before the gateway endpoint', zone('s3.us-west-2.amazonaws.com'), 'S3', 'undecided: name'],
    [
      'a zone that AWS made for an endpoint that is not seen',
      { ...noEndpoints, ...zone(zones, 'vpce.amazonaws.com') },
      'sts',
      'undecided: name',
    ],
    [
      'a zone that AWS made for an endpoint that is seen',
      { ...privateDnsOff, ...zone(zones, 'vpce.amazonaws.com') },
      'sts',
      'closed: route',
    ],
    [
      'outbound rules for nothing close it all the same',
      { ...zone(zones), securityGroups: { 'sg-0aaaaaaa': aSecurityGroup({ egress: [] }) } },
      'sts',
      'closed: security-group-out',
    ],
    ['servers of the internet know no zone', { ...zone(zones), ...servers('8.8.8.8') }, 'sts', 'open'],
    [
      'zones that are not read: what is absent may be there',
      { ...noEndpoints, hostedZones: denied('route53:ListHostedZonesByVPC') },
      'sts',
      'undecided: name',
    ],
    [
      'zones that are not read: an endpoint answers',
      { ...bothNetwork, hostedZones: denied('route53:ListHostedZonesByVPC') },
      'sts',
      'open',
    ],
    [
      'zones that are not read: a public name may be taken over',
      { hostedZones: denied('route53:ListHostedZonesByVPC') },
      'sts',
      'undecided: name',
    ],
  ])('%s', (_, given, to, state) => {
    expect(waysIn(eksPlan(), given)[to]).toBe(state)
  })

  test('a zone with the name of a public API server', () => {
    const eksCluster = anEksCluster({
      endpointPrivateAccess: false,
      endpointPublicAccess: true,
      publicAccessCidrs: ['0.0.0.0/0'],
      endpoint: 'https://0A1B.gr7.us-west-2.eks.amazonaws.com',
    })
    expect(waysIn(eksPlan(), { eksCluster })).toMatchObject({ 'EKS API server': 'open' })
    expect(waysIn(eksPlan(), { eksCluster, ...zone('eks.amazonaws.com') })).toMatchObject({ 'EKS API server': 'undecided: name' })
  })

  test('somebody vouches for a zone, or for all of a VPC', () => {
    const trusting = (id: string) => eksPlan({ trustedTargets: [{ id, reason: 'central endpoints', owner: 'network team' }] })
    expect(waysIn(trusting(aHostedZone().hostedZoneId), { ...noEndpoints, ...zone(zones) })).toMatchObject({
      sts: 'open',
      logs: 'closed: route',
    })
    expect(waysIn(trusting('vpc-0a1b2c3d'), { hostedZones: denied('route53:ListHostedZonesByVPC') })).toMatchObject({ sts: 'open' })
  })

  test('the matrix says through which zone', () => {
    const ways = waysOf(eksPlan(), factsOf({ ...noEndpoints, ...zone(zones) }))
    expect(reachOf(ways).find(({ to }) => to === 'sts')).toMatchObject({
      state: 'undecided',
      layer: 'name',
      via: `hosted zone ${zones} (Z0123456789ABCDEFGHIJ)`,
    })
  })

  test('the most specific zone answers', () => {
    const given: Given = {
      hostedZones: [aHostedZone({ name: 'amazonaws.com', hostedZoneId: 'Z0WIDE' }), aHostedZone({ name: zones, hostedZoneId: 'Z0EXACT' })],
    }
    const [step] = waysOf(eksPlan(), factsOf(given)).find(({ demand }) => demand.to === 'sts')?.steps ?? []
    expect(step).toMatchObject({ layer: 'name', at: 'Z0EXACT', unseen: 'Z0EXACT' })
  })
})

test('a route is no help to a name that nobody answers', () => {
  const given: Given = { routeTables: [aRouteTable({ routes: [aRoute()] })], vpcEndpoints: [], ...httpsOnly, ...servers('10.0.0.10') }
  expect(waysIn(slurmPlan(), given)).toMatchObject({ S3: 'closed: name', logs: 'closed: name' })
})
