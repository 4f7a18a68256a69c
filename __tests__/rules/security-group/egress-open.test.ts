import { describe, expect, test } from '@jest/globals'
import type { Route, VpcEndpoint } from '../../../src/model/facts/network.ts'
import type { Plan } from '../../../src/model/plan.ts'
import { egressOpen as rule } from '../../../src/rules/security-group/egress-open.ts'
import {
  aGroup,
  aNatGateway,
  aPermission,
  aPlan,
  aRoute,
  aRouteTable,
  aSecurityGroup,
  aSubnet,
  aVpcEndpoint,
  denied,
  findingsOf,
  known,
} from '../../builders.ts'

type Permission = ReturnType<typeof aPermission>
const gateway = aVpcEndpoint({ vpcEndpointId: 'vpce-0gateway', routeTableIds: ['rtb-0aaaaaaa'] })
const toGateway: Route = aRoute({ destination: 'pl-68a54001', target: { kind: 'vpc-endpoint', id: 'vpce-0gateway' } })
const byName = (service: string): VpcEndpoint =>
  aVpcEndpoint({
    vpcEndpointId: `vpce-${service}`,
    type: 'Interface',
    serviceName: `com.amazonaws.us-west-2.${service}`,
    privateDnsEnabled: true,
    subnetIds: ['subnet-0aaaaaaa'],
    securityGroupIds: ['sg-0endpoint'],
  })
const list = (prefixListId: string, name: string, ...cidrBlocks: readonly string[]) => known({ prefixListId, name, cidrBlocks })
const prefixLists = {
  'pl-68a54001': list('pl-68a54001', 'com.amazonaws.us-west-2.s3', '3.5.76.0/22', '52.218.128.0/17'),
  'pl-office': list('pl-office', 'office', '192.168.0.0/24'),
  'pl-all': list('pl-all', 'everybody', '0.0.0.0/1', '128.0.0.0/1'),
  'pl-copy': list('pl-copy', 'our own list of S3', '3.5.0.0/16', '52.218.0.0/16'),
  'pl-refused': denied('ec2:GetManagedPrefixListEntries'),
}
const https = (changes: Partial<Permission>) => aPermission({ protocol: 'tcp', fromPort: 443, toPort: 443, ...changes })
const location = { path: 'cluster.json', line: 4, column: 5 }
const plan = aPlan({ vpcConfig: { subnetIds: ['subnet-0aaaaaaa'], securityGroupIds: ['sg-0aaaaaaa'], location } })
const aws = {
  subnets: { 'subnet-0aaaaaaa': aSubnet() },
  natGateways: [aNatGateway()],
  endpointSubnets: { 'subnet-0aaaaaaa': aSubnet() },
  prefixLists,
}
/** A subnet with both ways: a gateway endpoint for S3, a NAT gateway for the rest. */
const open = { ...aws, routeTables: [aRouteTable({ routes: [toGateway, aRoute()] })], vpcEndpoints: [gateway] }
/** A subnet that has the gateway endpoint, and interface endpoints for all else that Slurm nodes call. */
const closed = {
  ...aws,
  routeTables: [aRouteTable({ routes: [toGateway] })],
  vpcEndpoints: [gateway, ...['logs', 'monitoring', 'ssm', 'ssmmessages'].map(byName)],
  endpointSecurityGroups: {
    'sg-0endpoint': aSecurityGroup({ securityGroupId: 'sg-0endpoint', ingress: [https({ ipv4Ranges: ['10.0.0.0/16'] })] }),
  },
}
const judged = (egress: readonly Permission[], facts: Parameters<typeof findingsOf>[2] = open, changes: Partial<Plan> = {}) =>
  findingsOf(rule, { ...plan, ...changes }, { ...facts, securityGroups: { 'sg-0aaaaaaa': aSecurityGroup({ egress }) } })
const words = (...given: Parameters<typeof judged>) =>
  judged(...given).map(({ status, severity }) => (status === 'pass' ? status : `${status} ${severity}`))

describe('security-group/egress-open', () => {
  const self = aPermission({ securityGroupIds: ['sg-0aaaaaaa'] })
  const s3List = https({ prefixListIds: ['pl-68a54001'] })
  const inVpc = https({ ipv4Ranges: ['10.0.0.0/16'] })

  test.each<[string, readonly Permission[]]>([
    ['all traffic to 0.0.0.0/0', [self, aPermission({ ipv4Ranges: ['0.0.0.0/0'] })]],
    ['TCP 443 to 0.0.0.0/0', [https({ ipv4Ranges: ['0.0.0.0/0'] })]],
    ['halves of everything', [https({ ipv4Ranges: ['0.0.0.0/1', '128.0.0.0/1'] })]],
    ['a prefix list that holds everything', [https({ prefixListIds: ['pl-all'] })]],
  ])('%s passes, whatever the ways are', (_, egress) => {
    for (const facts of [open, closed, { prefixLists }]) {
      expect(judged(egress, facts)).toMatchObject([{ status: 'pass', message: 'sg-0aaaaaaa allows TCP 443 to 0.0.0.0/0', location }])
    }
  })

  test.each<[string, readonly Permission[], string]>([
    ['nothing', [], 'fail error'],
    ['the self rule only', [self], 'fail error'],
    ['TCP 80 to 0.0.0.0/0', [https({ fromPort: 80, toPort: 80, ipv4Ranges: ['0.0.0.0/0'] })], 'fail error'],
    ['IPv6 only', [aPermission({ ipv6Ranges: ['::/0'] })], 'fail error'],
    ['the addresses of the VPC', [inVpc], 'fail error'],
    ['a private prefix list', [https({ prefixListIds: ['pl-office'] })], 'fail error'],
    // S3 is reached, what is only useful is not.
    ['the prefix list of S3', [s3List], 'fail warning'],
    ['ranges that hold the prefix list of S3', [https({ ipv4Ranges: ['3.5.0.0/16', '52.218.0.0/16'] })], 'unknown warning'],
    ['a list of one’s own that holds it', [https({ prefixListIds: ['pl-copy'] })], 'unknown warning'],
    ['the prefix list of S3, on another port', [{ ...s3List, fromPort: 80, toPort: 80 }], 'fail error'],
    ['some of the internet, and not S3', [https({ ipv4Ranges: ['192.0.0.0/8'] })], 'unknown error'],
    ['a part of the prefix list of S3', [https({ ipv4Ranges: ['3.5.0.0/16'] })], 'unknown error'],
    ['a prefix list that cannot be read', [https({ prefixListIds: ['pl-refused'] })], 'unknown error'],
    ['a prefix list that cannot be read, beside that of S3', [https({ prefixListIds: ['pl-refused', 'pl-68a54001'] })], 'unknown warning'],
  ])('with a NAT gateway and rules for %s', (_, egress, expected) => {
    expect(words(egress)).toEqual([expected])
  })

  test.each<[string, readonly Permission[], string]>([
    ['S3 and the VPC', [s3List, inVpc], 'pass'],
    ['S3 and the endpoints’ group', [s3List, https({ securityGroupIds: ['sg-0endpoint'] })], 'pass'],
    ['S3 and the subnet of the endpoints', [s3List, https({ ipv4Ranges: ['10.0.0.0/22'] })], 'pass'],
    ['S3 and another subnet', [s3List, https({ ipv4Ranges: ['10.0.4.0/22'] })], 'fail warning'],
    ['S3 alone', [s3List], 'fail warning'],
    ['the VPC alone', [inVpc], 'fail error'],
  ])('in a closed network with rules for %s', (_, egress, expected) => {
    expect(words(egress, closed)).toEqual([expected])
  })

  test('says what the nodes cannot reach, and the command', () => {
    const [finding] = judged([inVpc], closed)
    expect(finding).toMatchObject({
      message: 'sg-0aaaaaaa has no outbound rule that allows TCP 443 to public addresses: nodes cannot reach S3 (for lifecycle scripts)',
      fix: {
        commands: [
          "aws ec2 authorize-security-group-egress --region us-west-2 --group-id sg-0aaaaaaa --ip-permissions 'IpProtocol=-1,IpRanges=[{CidrIp=0.0.0.0/0}]'",
        ],
      },
    })
  })

  test('nodes that fetch no scripts come up without', () => {
    expect(words([], open, { lifecycleSources: [] })).toEqual(['fail warning'])
  })

  test('EKS nodes need more than S3', () => {
    expect(words([s3List], open, { orchestrator: { kind: 'eks', cluster: null } })).toEqual(['fail error'])
  })

  test('each placement is judged by what its own nodes call', () => {
    const override = { subnetIds: ['subnet-0aaaaaaa'], securityGroupIds: ['sg-0bbbbbbb'], location: null }
    const groups = [
      { ...plan.instanceGroups[0], name: 'a' },
      { ...plan.instanceGroups[0], name: 'b', overrideVpcConfig: override },
    ]
    const both = {
      ...open,
      securityGroups: { 'sg-0aaaaaaa': aSecurityGroup(), 'sg-0bbbbbbb': aSecurityGroup({ securityGroupId: 'sg-0bbbbbbb', egress: [] }) },
    }
    const findings = findingsOf(rule, aPlan({ ...plan, instanceGroups: groups.map((group) => aGroup(group)) }), both)
    expect(findings.map(({ status, subject }) => `${status} ${subject}`)).toEqual(['pass sg-0aaaaaaa', 'fail sg-0bbbbbbb'])
  })

  test('what cannot be known', () => {
    expect(words([], { ...open, vpcEndpoints: denied('ec2:DescribeVpcEndpoints') })).toEqual(['pass'])
    expect(words([https({ ipv4Ranges: ['10.0.0.0/16'] })], {})).toEqual(['fail warning'])
    expect(findingsOf(rule, plan, { ...open, securityGroups: denied('ec2:DescribeSecurityGroups') })).toMatchObject([
      { status: 'unknown', severity: 'error', gap: { action: 'ec2:DescribeSecurityGroups' } },
    ])
  })

  test('a group that does not exist is left to security-group/exists, a plan without any is skipped', () => {
    expect(findingsOf(rule, plan, { ...open, securityGroups: { 'sg-0aaaaaaa': null } })).toMatchObject([{ status: 'skipped' }])
    const none = aPlan({ vpcConfig: { subnetIds: ['subnet-0aaaaaaa'], securityGroupIds: [], location: null } })
    expect(findingsOf(rule, none, open)).toMatchObject([{ status: 'skipped', subject: 'plan' }])
  })
})
