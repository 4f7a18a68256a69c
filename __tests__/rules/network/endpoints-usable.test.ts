import { describe, expect, test } from '@jest/globals'
import type { VpcDns, VpcEndpoint } from '../../../src/model/facts/network.ts'
import type { Plan } from '../../../src/model/plan.ts'
import { endpointsUsable as rule } from '../../../src/rules/network/endpoints-usable.ts'
import { aHostedZone, aPermission, aPlan, aSecurityGroup, aSubnet, aVpcEndpoint, denied, findingsOf, statuses } from '../../builders.ts'

type Given = Parameters<typeof findingsOf>[2]

const west2a = aSubnet()
const west2b = aSubnet({
  subnetId: 'subnet-0bbbbbbb',
  cidrBlock: '10.0.4.0/22',
  availabilityZone: 'us-west-2b',
  availabilityZoneId: 'usw2-az2',
})
const byName: VpcEndpoint = aVpcEndpoint({
  vpcEndpointId: 'vpce-0sts0000',
  type: 'Interface',
  serviceName: 'com.amazonaws.us-west-2.sts',
  subnetIds: ['subnet-0aaaaaaa', 'subnet-0bbbbbbb'],
  securityGroupIds: ['sg-0endpoint'],
  privateDnsEnabled: true,
})
const s3 = { ...byName, vpcEndpointId: 'vpce-0s300000', serviceName: 'com.amazonaws.us-west-2.s3' }
const gateway = aVpcEndpoint({ routeTableIds: ['rtb-0other00'] })

const dns: VpcDns = { vpcId: 'vpc-0a1b2c3d', enableDnsHostnames: true, enableDnsSupport: true }
const https = (changes: Parameters<typeof aPermission>[0]) => aPermission({ protocol: 'tcp', fromPort: 443, toPort: 443, ...changes })
const endpointGroup = (...ingress: readonly ReturnType<typeof aPermission>[]) =>
  aSecurityGroup({ securityGroupId: 'sg-0endpoint', ingress, egress: [] })

const factsOf = (vpcEndpoints: readonly VpcEndpoint[], changes: Given = {}): Given => ({
  subnets: { 'subnet-0aaaaaaa': west2a, 'subnet-0bbbbbbb': west2b },
  vpcEndpoints,
  endpointSubnets: { 'subnet-0aaaaaaa': west2a, 'subnet-0bbbbbbb': west2b },
  vpcDns: dns,
  securityGroups: { 'sg-0aaaaaaa': aSecurityGroup() },
  endpointSecurityGroups: { 'sg-0endpoint': endpointGroup(https({ ipv4Ranges: ['10.0.0.0/16'] })) },
  prefixLists: {},
  ...changes,
})
const linesOf = (given: Given, plan: Partial<Plan> = {}): readonly string[] =>
  findingsOf(rule, aPlan(plan), given).map(({ status, severity, subject, message }) => `${status} ${severity} [${subject}] ${message}`)

const closed = { 'sg-0endpoint': endpointGroup(https({ securityGroupIds: ['sg-0other00'] })) }
const isolated = { 'sg-0aaaaaaa': aSecurityGroup({ egress: [aPermission({ securityGroupIds: ['sg-0aaaaaaa'] })] }) }
const modify = (words: string, id = 'vpce-0sts0000') => `aws ec2 modify-vpc-endpoint --region us-west-2 --vpc-endpoint-id ${id} ${words}`
const into = (side: string, group: string, peer: string) =>
  `aws ec2 authorize-security-group-${side} --region us-west-2 --group-id ${group} --ip-permissions 'IpProtocol=tcp,FromPort=443,ToPort=443,UserIdGroupPairs=[{GroupId=${peer}}]'`

const off = 'its private DNS is off, so unless a private hosted zone of yours answers for sts, its name leads to public addresses'
const outside =
  'it has no network interface in us-west-2b, so nodes in subnet-0bbbbbbb reach it across zones, which works as long as the other zone does'

describe('network/endpoints-usable', () => {
  test.each<[string, readonly VpcEndpoint[], Given, string]>([
    [
      'all is well',
      [byName],
      {},
      'pass warning [vpce-0sts0000] vpce-0sts0000 (sts) is reached by name and has an interface in every zone of the plan; TCP 443 to it is open',
    ],
    [
      'from the group of the nodes',
      [byName],
      { endpointSecurityGroups: { 'sg-0endpoint': endpointGroup(https({ securityGroupIds: ['sg-0aaaaaaa'] })) } },
      'pass warning [vpce-0sts0000] vpce-0sts0000 (sts) is reached by name and has an interface in every zone of the plan; TCP 443 to it is open',
    ],
    ['private DNS off', [{ ...byName, privateDnsEnabled: false }], {}, `fail warning [vpce-0sts0000] vpce-0sts0000 (sts): ${off}`],
    [
      'a zone without a subnet',
      [{ ...byName, subnetIds: ['subnet-0aaaaaaa'] }],
      {},
      `fail warning [vpce-0sts0000] vpce-0sts0000 (sts): ${outside}`,
    ],
    [
      'a group that takes 443 from others',
      [byName],
      { endpointSecurityGroups: closed },
      'fail warning [vpce-0sts0000] vpce-0sts0000 (sts): its security groups (sg-0endpoint) do not take TCP 443 from the nodes of worker-1 (sg-0aaaaaaa)',
    ],
    [
      'from one subnet of two',
      [byName],
      { endpointSecurityGroups: { 'sg-0endpoint': endpointGroup(https({ ipv4Ranges: ['10.0.0.0/22'] })) } },
      'fail warning [vpce-0sts0000] vpce-0sts0000 (sts): its security groups (sg-0endpoint) do not take TCP 443 from the nodes of worker-1 (sg-0aaaaaaa)',
    ],
    [
      'nodes that may not go out',
      [byName],
      { securityGroups: isolated },
      'fail warning [vpce-0sts0000] vpce-0sts0000 (sts): the security groups of the nodes of worker-1 (sg-0aaaaaaa) do not let TCP 443 out to it (sg-0endpoint)',
    ],
    [
      'DNS of the VPC off',
      [byName],
      { vpcDns: { ...dns, enableDnsHostnames: false } },
      'fail warning [vpce-0sts0000] vpce-0sts0000 (sts): enableDnsHostnames of vpc-0a1b2c3d is off, so its private DNS does not work',
    ],
    [
      'all at once',
      [{ ...byName, privateDnsEnabled: false, subnetIds: ['subnet-0aaaaaaa'] }],
      { endpointSecurityGroups: closed, securityGroups: isolated },
      `fail warning [vpce-0sts0000] vpce-0sts0000 (sts): ${off}; ${outside}; the security groups of the nodes of worker-1 (sg-0aaaaaaa) do not let TCP 443 out to it (sg-0endpoint); its security groups (sg-0endpoint) do not take TCP 443 from the nodes of worker-1 (sg-0aaaaaaa)`,
    ],
    [
      'private DNS off, beside one that is pending',
      [
        { ...byName, vpcEndpointId: 'vpce-0second0', privateDnsEnabled: false },
        { ...byName, state: 'pending' },
      ],
      {},
      `fail warning [vpce-0second0] vpce-0second0 (sts): ${off}`,
    ],
    [
      'S3 beside a gateway',
      [gateway, { ...s3, privateDnsEnabled: false }],
      { endpointSecurityGroups: closed },
      'skipped warning [vpce-0s300000] nodes do not use vpce-0s300000: the VPC has gateway endpoint vpce-0aaaaaaa, which needs no private DNS',
    ],
    [
      'S3 for on-premises names',
      [gateway, { ...s3, privateDnsOnlyForInboundResolverEndpoint: true }],
      {},
      'skipped warning [vpce-0s300000] nodes do not use vpce-0s300000: the VPC has gateway endpoint vpce-0aaaaaaa, which needs no private DNS',
    ],
    [
      'S3 by name, beside a gateway',
      [gateway, s3],
      { endpointSecurityGroups: closed },
      'fail error [vpce-0s300000] vpce-0s300000 (s3): its security groups (sg-0endpoint) do not take TCP 443 from the nodes of worker-1 (sg-0aaaaaaa)',
    ],
    [
      'S3 alone, for on-premises names',
      [{ ...s3, privateDnsOnlyForInboundResolverEndpoint: true }],
      {},
      'fail warning [vpce-0s300000] vpce-0s300000 (s3): its private DNS answers inbound Resolver endpoints only, so unless a private hosted zone of yours answers for s3, its name leads to public addresses',
    ],
    [
      'none for nodes',
      [gateway, { ...byName, serviceName: 'com.amazonaws.us-west-2.athena' }, { ...byName, state: 'failed' }],
      {},
      'skipped warning [vpc-0a1b2c3d] vpc-0a1b2c3d has no interface endpoint in use for a service that nodes use',
    ],
  ])('%s', (_, endpoints, changes, expected) => {
    expect(linesOf(factsOf(endpoints, changes))).toEqual([expected])
  })

  test.each([
    ['ecr.api', 'required on EKS', 'fail error'],
    ['ssm', 'useful', 'fail warning'],
    ['ec2messages', 'for old agents', 'fail notice'],
    ['fsx', 'not among what nodes are known to need', 'fail warning'],
  ])('an endpoint for %s that shuts the nodes out, %s', (service, _, expected) => {
    const endpoint = { ...byName, serviceName: `com.amazonaws.us-west-2.${service}` }
    const findings = findingsOf(
      rule,
      aPlan({ orchestrator: { kind: 'eks', cluster: null } }),
      factsOf([endpoint], { endpointSecurityGroups: closed }),
    )
    expect(findings.map(({ status, severity }) => `${status} ${severity}`)).toEqual([expected])
  })

  test('of two for one service, only the one that names lead to is judged', () => {
    const second = { ...byName, vpcEndpointId: 'vpce-0second0', privateDnsEnabled: false }
    expect(linesOf(factsOf([byName, second])).map((line) => line.split(':')[0])).toEqual([
      'pass warning [vpce-0sts0000] vpce-0sts0000 (sts) is reached by name and has an interface in every zone of the plan; TCP 443 to it is open',
      'skipped warning [vpce-0second0] nodes do not use vpce-0second0',
    ])
  })

  test('private DNS that is off is no fault where a hosted zone answers, or may', () => {
    const endpoint = { ...byName, privateDnsEnabled: false }
    const hostedZones = [aHostedZone({ name: 'sts.us-west-2.amazonaws.com' })]
    expect(linesOf(factsOf([endpoint], { hostedZones }))).toEqual([
      'unknown warning [vpce-0sts0000] whether nodes can use vpce-0sts0000 (sts) is not known: its private DNS does not answer in vpc-0a1b2c3d, private hosted zone sts.us-west-2.amazonaws.com (Z0123456789ABCDEFGHIJ) does, and whether that leads to it is not read',
    ])
    const refused = factsOf([endpoint], { hostedZones: denied('route53:ListHostedZonesByVPC') })
    expect(findingsOf(rule, aPlan(), refused)).toMatchObject([{ status: 'unknown', gap: { action: 'route53:ListHostedZonesByVPC' } }])
  })

  test('subnets of the endpoint that the plan does not name', () => {
    const own = { ...west2b, subnetId: 'subnet-0endpnt0' }
    const endpoint = { ...byName, subnetIds: ['subnet-0aaaaaaa', 'subnet-0endpnt0'] }
    const facts = factsOf([endpoint], { endpointSubnets: { 'subnet-0aaaaaaa': west2a, 'subnet-0endpnt0': own } })
    expect(statuses(findingsOf(rule, aPlan(), facts))).toEqual(['pass vpce-0sts0000'])
  })

  test('the fix has a command for every defect', () => {
    const endpoint = { ...byName, privateDnsEnabled: false, subnetIds: ['subnet-0aaaaaaa'] }
    const [finding] = findingsOf(rule, aPlan(), factsOf([endpoint], { endpointSecurityGroups: closed, securityGroups: isolated }))
    expect(finding?.fix).toEqual({
      text: 'Turn on private DNS of vpce-0sts0000. Give vpce-0sts0000 a subnet in us-west-2b if its service is offered there. Allow TCP 443 out of sg-0aaaaaaa to vpce-0sts0000. Allow TCP 443 from the nodes of worker-1 into sg-0endpoint.',
      commands: [
        modify('--private-dns-enabled'),
        modify('--add-subnet-ids subnet-0bbbbbbb'),
        into('egress', 'sg-0aaaaaaa', 'sg-0endpoint'),
        into('ingress', 'sg-0endpoint', 'sg-0aaaaaaa'),
      ],
    })
  })

  test.each<[string, readonly VpcEndpoint[], Given, readonly string[]]>([
    [
      'DNS attributes',
      [byName],
      { vpcDns: { ...dns, enableDnsSupport: false } },
      [`aws ec2 modify-vpc-attribute --region us-west-2 --vpc-id vpc-0a1b2c3d --enable-dns-support '{"Value":true}'`],
    ],
    [
      'names for others',
      [{ ...s3, privateDnsOnlyForInboundResolverEndpoint: true }],
      {},
      [modify('--dns-options PrivateDnsOnlyForInboundResolverEndpoint=false', 'vpce-0s300000')],
    ],
  ])('the fix of %s', (_, endpoints, changes, commands) => {
    expect(findingsOf(rule, aPlan(), factsOf(endpoints, changes)).map(({ fix }) => fix?.commands)).toEqual([commands])
  })

  describe('what cannot be known', () => {
    test.each<[string, Given, string]>([
      ['subnets of the endpoint', { endpointSubnets: denied('ec2:DescribeSubnets') }, 'ec2:DescribeSubnets'],
      ['a subnet that is not shown', { endpointSubnets: { 'subnet-0aaaaaaa': west2a, 'subnet-0bbbbbbb': null } }, 'ec2:DescribeSubnets'],
      ['DNS of the VPC', { vpcDns: denied('ec2:DescribeVpcAttribute') }, 'ec2:DescribeVpcAttribute'],
      ['groups of the nodes', { securityGroups: denied('ec2:DescribeSecurityGroups') }, 'ec2:DescribeSecurityGroups'],
      ['groups of the endpoint', { endpointSecurityGroups: denied('ec2:DescribeSecurityGroups') }, 'ec2:DescribeSecurityGroups'],
      ['a group that is not shown', { endpointSecurityGroups: { 'sg-0endpoint': null } }, 'ec2:DescribeSecurityGroups'],
      [
        'a prefix list',
        {
          endpointSecurityGroups: { 'sg-0endpoint': endpointGroup(https({ prefixListIds: ['pl-0abc'] })) },
          prefixLists: denied('ec2:GetManagedPrefixListEntries'),
        },
        'ec2:GetManagedPrefixListEntries',
      ],
    ])('%s', (_, changes, action) => {
      expect(findingsOf(rule, aPlan(), factsOf([byName], changes))).toMatchObject([
        {
          status: 'unknown',
          severity: 'warning',
          subject: 'vpce-0sts0000',
          gap: { action },
          message: expect.stringMatching(/^whether nodes can use vpce-0sts0000 \(sts\) is not known: /),
        },
      ])
    })

    test('what is known to be wrong is said all the same', () => {
      const facts = factsOf([byName], { endpointSubnets: denied('ec2:DescribeSubnets'), endpointSecurityGroups: closed })
      expect(statuses(findingsOf(rule, aPlan(), facts))).toEqual(['fail vpce-0sts0000'])
    })

    test('endpoints denied', () => {
      expect(statuses(findingsOf(rule, aPlan(), factsOf([], { vpcEndpoints: denied('ec2:DescribeVpcEndpoints') })))).toEqual([
        'unknown account',
      ])
    })
  })

  test('a plan without security groups is judged by the rest', () => {
    const vpcConfig = { subnetIds: ['subnet-0aaaaaaa'], securityGroupIds: [], location: null }
    expect(linesOf(factsOf([byName], { endpointSecurityGroups: closed }), { vpcConfig })).toEqual([
      'pass warning [vpce-0sts0000] vpce-0sts0000 (sts) is reached by name and has an interface in every zone of the plan; whether TCP 443 to it is open was not judged: the plan names no security group',
    ])
  })

  test.each<[string, Partial<Plan>, Given]>([
    ['no subnet', { vpcConfig: null }, {}],
    ['no subnet that exists', {}, { subnets: { 'subnet-0aaaaaaa': null, 'subnet-0bbbbbbb': null } }],
  ])('%s', (_, plan, changes) => {
    expect(statuses(findingsOf(rule, aPlan(plan), factsOf([byName], changes)))).toEqual(['skipped plan'])
  })
})
