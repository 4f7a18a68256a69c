import { describe, expect, test } from '@jest/globals'
import type { EksCluster } from '../../../src/model/facts/eks.ts'
import type { SecurityGroup, SecurityGroupPermission } from '../../../src/model/facts/network.ts'
import type { Facts } from '../../../src/model/facts.ts'
import type { Plan } from '../../../src/model/plan.ts'
import { eksControlPlane as rule } from '../../../src/rules/security-group/eks-control-plane.ts'
import { aGroup, anEksCluster, aPermission, aPlan, aSecurityGroup, aSubnet, aVpc, denied, findingsOf, statuses } from '../../builders.ts'
import { expectInFull } from '../in-full.ts'

const orchestrator = {
  kind: 'eks',
  cluster: { name: 'prod', arn: anEksCluster().arn, region: 'us-west-2', account: '111122223333', location: null },
} as const
const location = { path: 'cluster.json', line: 3, column: 3 }
const plan = (changes: Partial<Plan> = {}): Plan =>
  aPlan({
    orchestrator,
    vpcConfig: { subnetIds: ['subnet-0aaaaaaa', 'subnet-0bbbbbbb'], securityGroupIds: ['sg-0aaaaaaa'], location },
    ...changes,
  })

const tcp = (port: number, changes: Partial<SecurityGroupPermission>): SecurityGroupPermission =>
  aPermission({ protocol: 'tcp', fromPort: port, toPort: port, ...changes })
const ofNodes = { securityGroupIds: ['sg-0aaaaaaa'] }
const ofCluster = { securityGroupIds: ['sg-0eeeeeee'] }
const range = (...ipv4Ranges: readonly string[]) => ({ ipv4Ranges })

/** As EKS makes it: all from itself, all to everywhere. */
const clusterGroup = (changes: Partial<SecurityGroup> = {}): SecurityGroup =>
  aSecurityGroup({ securityGroupId: 'sg-0eeeeeee', name: 'eks-cluster-sg-prod-1234', ...changes })
const nodeGroup = (changes: Partial<SecurityGroup> = {}): SecurityGroup => aSecurityGroup(changes)

/** EKS's own small subnets, which the plan does not name, as AWS's templates have them. */
const eksSubnets = ['subnet-0eeeeee1', 'subnet-0eeeeee2']

interface World {
  readonly cluster?: Partial<EksCluster> | null
  readonly node?: SecurityGroup | null
  readonly eks?: SecurityGroup | null
  readonly vpc?: Parameters<typeof aVpc>[0]
  readonly prefixLists?: Facts['prefixLists']
}
const world = (given: World = {}) => {
  const node = given.node === undefined ? nodeGroup() : given.node
  return {
    eksCluster: given.cluster === null ? null : anEksCluster({ subnetIds: eksSubnets, ...given.cluster }),
    eksSecurityGroups: { 'sg-0eeeeeee': given.eks === undefined ? clusterGroup() : given.eks, 'sg-0aaaaaaa': node },
    securityGroups: { 'sg-0aaaaaaa': node },
    subnets: {
      'subnet-0aaaaaaa': aSubnet({ cidrBlock: '10.1.0.0/16' }),
      'subnet-0bbbbbbb': aSubnet({ subnetId: 'subnet-0bbbbbbb', cidrBlock: '10.2.0.0/16' }),
    },
    vpc: aVpc({ cidrBlocks: ['10.192.0.0/16', '10.1.0.0/16', '10.2.0.0/16'], ...given.vpc }),
    prefixLists: given.prefixLists ?? {},
  }
}
const judged = (given: World = {}, changes: Partial<Plan> = {}) => findingsOf(rule, plan(changes), world(given))
/** What becomes of TCP 443 to the API server, then of TCP 10250 to the kubelets. */
const both = (given: World) => {
  const found = judged(given)
  return ['sg-0aaaaaaa to prod', 'prod to sg-0aaaaaaa'].map((subject) => found.find((finding) => finding.subject === subject)?.status)
}

describe('security-group/eks-control-plane', () => {
  describe("AWS's own set-ups come out clean", () => {
    test('the templates of HyperPod on EKS: the control plane carries the group of the nodes too', () => {
      expect(both({ cluster: { securityGroupIds: ['sg-0aaaaaaa'], endpointPublicAccess: true } })).toEqual(['pass', 'pass'])
    })

    test('an EKS cluster of their default, public endpoint alone', () => {
      const cluster = { securityGroupIds: ['sg-0aaaaaaa'], endpointPublicAccess: true, endpointPrivateAccess: false }
      expect(both({ cluster })).toEqual(['pass', 'pass'])
    })

    test('an existing EKS cluster: the nodes carry its own group', () => {
      const vpcConfig = { subnetIds: ['subnet-0aaaaaaa'], securityGroupIds: ['sg-0eeeeeee'], location }
      const facts = { ...world(), securityGroups: { 'sg-0eeeeeee': clusterGroup() } }
      expect(statuses(findingsOf(rule, plan({ vpcConfig }), facts))).toEqual(['pass sg-0eeeeeee to prod', 'pass prod to sg-0eeeeeee'])
    })

    test('least rules between two groups', () => {
      const node = nodeGroup({ ingress: [tcp(10_250, ofCluster)], egress: [tcp(443, ofCluster)] })
      const eks = clusterGroup({ ingress: [tcp(443, ofNodes)], egress: [tcp(10_250, ofNodes)] })
      expect(both({ node, eks })).toEqual(['pass', 'pass'])
    })
  })

  test('two groups that know nothing of each other', () => {
    const [api, kubelet] = judged()
    expect(api).toMatchObject({
      status: 'fail',
      severity: 'error',
      subject: 'sg-0aaaaaaa to prod',
      message: 'the nodes of worker-1 cannot reach the control plane of prod on TCP 443: sg-0eeeeeee has no inbound rule for it',
      fix: {
        text: 'Allow TCP 443 into sg-0eeeeeee from sg-0aaaaaaa.',
        commands: [
          "aws ec2 authorize-security-group-ingress --region us-west-2 --group-id sg-0eeeeeee --ip-permissions 'IpProtocol=tcp,FromPort=443,ToPort=443,UserIdGroupPairs=[{GroupId=sg-0aaaaaaa}]'",
        ],
      },
      location,
      evidence: { clusterSecurityGroupId: 'sg-0eeeeeee', securityGroupIds: [], endpointPrivateAccess: true, endpointPublicAccess: false },
    })
    expect(kubelet).toMatchObject({
      status: 'fail',
      severity: 'error',
      subject: 'prod to sg-0aaaaaaa',
      message: 'the control plane of prod cannot reach the nodes of worker-1 on TCP 10250: sg-0aaaaaaa has no inbound rule for it',
      fix: {
        commands: [
          "aws ec2 authorize-security-group-ingress --region us-west-2 --group-id sg-0aaaaaaa --ip-permissions 'IpProtocol=tcp,FromPort=10250,ToPort=10250,UserIdGroupPairs=[{GroupId=sg-0eeeeeee}]'",
        ],
      },
    })
  })

  test('closed at both ends: a rule for each', () => {
    const [api] = judged({ node: nodeGroup({ egress: [] }) })
    expect(api?.message).toBe(
      'the nodes of worker-1 cannot reach the control plane of prod on TCP 443: sg-0aaaaaaa has no outbound rule for it and sg-0eeeeeee has no inbound rule for it',
    )
    expect(api?.fix?.commands.map((line) => line.split(' ')[2])).toEqual([
      'authorize-security-group-egress',
      'authorize-security-group-ingress',
    ])
  })

  describe('rules for address ranges', () => {
    const open = nodeGroup({ ingress: [aPermission(ofCluster)] })
    const cases: readonly (readonly [string, World, readonly string[]])[] = [
      [
        '443 from the subnets of the nodes',
        { node: open, eks: clusterGroup({ ingress: [tcp(443, range('10.1.0.0/16', '10.2.0.0/16'))] }) },
        ['pass', 'pass'],
      ],
      [
        '443 from one of their two subnets',
        { node: open, eks: clusterGroup({ ingress: [tcp(443, range('10.1.0.0/16'))] }) },
        ['fail', 'pass'],
      ],
      ['443 from another network', { node: open, eks: clusterGroup({ ingress: [tcp(443, range('172.16.0.0/12'))] }) }, ['fail', 'pass']],
      ['443 from everywhere', { node: open, eks: clusterGroup({ ingress: [tcp(443, range('0.0.0.0/0'))] }) }, ['pass', 'pass']],
      [
        '10250 from every block of the VPC',
        {
          node: nodeGroup({ ingress: [tcp(10_250, range('10.192.0.0/16', '10.0.0.0/14'))] }),
          eks: clusterGroup({ ingress: [tcp(443, ofNodes)] }),
        },
        ['pass', 'pass'],
      ],
      [
        "10250 from a part of the VPC, which may hold EKS's subnets or not",
        { node: nodeGroup({ ingress: [tcp(10_250, range('10.192.7.0/24'))] }), eks: clusterGroup({ ingress: [tcp(443, ofNodes)] }) },
        ['pass', 'unknown'],
      ],
      [
        "10250 from EKS's subnets, which the plan names",
        {
          cluster: { subnetIds: ['subnet-0aaaaaaa', 'subnet-0bbbbbbb'] },
          node: nodeGroup({ ingress: [tcp(10_250, range('10.1.0.0/16', '10.2.0.0/16'))] }),
          eks: clusterGroup({ ingress: [tcp(443, ofNodes)] }),
        },
        ['pass', 'pass'],
      ],
      [
        "10250 from one of EKS's subnets, which the plan names",
        {
          cluster: { subnetIds: ['subnet-0aaaaaaa', 'subnet-0bbbbbbb'] },
          node: nodeGroup({ ingress: [tcp(10_250, range('10.1.0.0/16'))] }),
          eks: clusterGroup({ ingress: [tcp(443, ofNodes)] }),
        },
        ['pass', 'fail'],
      ],
    ]
    test.each(cases)('%s', (_, given, expected) => {
      expect(both(given)).toEqual(expected)
    })

    test('in full', () => {
      expectInFull(
        'security-group-eks-control-plane.yaml',
        cases.map(([name, given]) => [name, judged(given)]),
      )
    })

    test('where it is not known, the finding says which subnets to look at', () => {
      const given = { node: nodeGroup({ ingress: [tcp(10_250, range('10.192.7.0/24'))] }) }
      expect(judged(given).find(({ status }) => status === 'unknown')).toMatchObject({
        severity: 'error',
        message: expect.stringContaining(
          'whether the control plane of prod can reach the nodes of worker-1 on TCP 10250 is not known: the addresses of the control plane of prod are not known',
        ),
        fix: { commands: ['aws ec2 describe-subnets --region us-west-2 --subnet-ids subnet-0eeeeee1 subnet-0eeeeee2'] },
      })
    })
  })

  describe('no private endpoint: nodes go to public addresses', () => {
    const cluster = { endpointPublicAccess: true, endpointPrivateAccess: false }
    test.each<readonly [string, readonly SecurityGroupPermission[], string]>([
      ['all traffic out', [aPermission(range('0.0.0.0/0'))], 'pass'],
      ['TCP 443 out', [tcp(443, range('0.0.0.0/0'))], 'pass'],
      ['out to the cluster group only', [aPermission(ofCluster)], 'fail'],
      ['out on another port', [tcp(80, range('0.0.0.0/0'))], 'fail'],
      ['out to some public addresses', [tcp(443, range('52.0.0.0/8'))], 'unknown'],
    ])('%s', (_, egress, status) => {
      const found = judged({ cluster, node: nodeGroup({ egress }) })
      expect(found.find(({ subject }) => subject === 'sg-0aaaaaaa to prod')).toMatchObject({ status, severity: 'error' })
    })

    test('either way out', () => {
      const [api] = judged({ cluster, node: nodeGroup({ egress: [] }) })
      expect(api).toMatchObject({
        message:
          'prod has no private endpoint; the nodes of worker-1 cannot reach the public endpoint of prod on TCP 443: sg-0aaaaaaa has no outbound rule for it',
        fix: {
          commands: [
            'aws eks update-cluster-config --region us-west-2 --name prod --resources-vpc-config endpointPrivateAccess=true',
            "aws ec2 authorize-security-group-egress --region us-west-2 --group-id sg-0aaaaaaa --ip-permissions 'IpProtocol=tcp,FromPort=443,ToPort=443,IpRanges=[{CidrIp=0.0.0.0/0}]'",
          ],
        },
      })
    })
  })

  test('each placement by itself', () => {
    const override = { subnetIds: ['subnet-0aaaaaaa'], securityGroupIds: ['sg-0ccccccc'], location: null }
    const instanceGroups = [aGroup(), aGroup({ name: 'cpu', overrideVpcConfig: override })]
    const facts = world({ cluster: { securityGroupIds: ['sg-0aaaaaaa'] } })
    const securityGroups = { ...facts.securityGroups, 'sg-0ccccccc': aSecurityGroup({ securityGroupId: 'sg-0ccccccc' }) }
    expect(statuses(findingsOf(rule, plan({ instanceGroups }), { ...facts, securityGroups }))).toEqual([
      'pass sg-0aaaaaaa to prod',
      'pass prod to sg-0aaaaaaa',
      'fail sg-0ccccccc to prod',
      'fail prod to sg-0ccccccc',
    ])
  })

  describe('what is not known is neither a pass nor a fail', () => {
    const others: readonly (readonly [string, World, readonly string[]])[] = [
      ['the cluster group cannot be read', { eks: null, node: nodeGroup({ ingress: [aPermission(ofCluster)] }) }, ['unknown', 'unknown']],
      ['the answer names no group', { cluster: { clusterSecurityGroupId: null } }, ['unknown', 'unknown']],
      [
        'the answer names no endpoint',
        { cluster: { endpointPrivateAccess: null, securityGroupIds: ['sg-0aaaaaaa'] } },
        ['unknown', 'pass'],
      ],
      ['EKS is in another VPC: eks/network says so', { cluster: { vpcId: 'vpc-0other00' } }, ['skipped', 'skipped']],
    ]
    test.each(others)('%s', (_, given, expected) => {
      expect(both(given)).toEqual(expected)
    })

    test('in full', () => {
      expectInFull(
        'security-group-eks-control-plane-2.yaml',
        others.map(([name, given]) => [name, judged(given)]),
      )
    })

    test('calls that were denied', () => {
      expect(findingsOf(rule, plan(), { ...world(), eksSecurityGroups: denied('ec2:DescribeSecurityGroups') })).toMatchObject([
        { status: 'unknown', gap: { action: 'ec2:DescribeSecurityGroups' } },
      ])
      const shared = world({ cluster: { securityGroupIds: ['sg-0aaaaaaa'] } })
      const gaps = {
        subnets: denied('ec2:DescribeSubnets'),
        vpc: denied('ec2:DescribeVpcs'),
        prefixLists: denied('ec2:DescribeManagedPrefixLists'),
      }
      expect(statuses(findingsOf(rule, plan(), { ...shared, ...gaps }))).toEqual(['pass sg-0aaaaaaa to prod', 'pass prod to sg-0aaaaaaa'])
      const byRange = world({ eks: clusterGroup({ ingress: [tcp(443, range('10.0.0.0/8'))] }) })
      const [unknown] = findingsOf(rule, plan(), { ...byRange, ...gaps }).filter(({ status }) => status === 'unknown')
      expect(unknown).toMatchObject({ subject: 'sg-0aaaaaaa to prod', gap: { action: 'ec2:DescribeSubnets' } })
    })
  })

  const skipped: readonly (readonly [string, World, Partial<Plan>, string])[] = [
    ['Slurm', {}, { orchestrator: { kind: 'slurm', configuration: 'api' } }, 'The plan is for Slurm'],
    ['no EKS cluster named', {}, { orchestrator: { kind: 'eks', cluster: null } }, 'The plan names no EKS cluster'],
    ['no security group named', {}, { vpcConfig: null }, 'The plan names no security group'],
    ['the EKS cluster does not exist', { cluster: null }, {}, 'eks/cluster reports it'],
    ['the security group does not exist', { node: null }, {}, 'security-group/exists reports it'],
  ]
  test.each(skipped)('skipped: %s', (_, given, changes, message) => {
    const found = judged(given, changes)
    expect(found.length).toBeGreaterThan(0)
    for (const finding of found) expect(finding).toMatchObject({ status: 'skipped', message: expect.stringContaining(message) })
  })

  test('in full', () => {
    expectInFull(
      'security-group-eks-control-plane-skipped.yaml',
      skipped.map(([name, given, changes]) => [name, judged(given, changes)]),
    )
  })
})
