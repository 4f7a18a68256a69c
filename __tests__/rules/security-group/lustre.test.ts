import { describe, expect, test } from '@jest/globals'
import type { FileSystem } from '../../../src/model/facts/fsx.ts'
import type { NetworkInterface, SecurityGroup, SecurityGroupPermission } from '../../../src/model/facts/network.ts'
import type { Facts } from '../../../src/model/facts.ts'
import type { Plan, PlannedFileSystem } from '../../../src/model/plan.ts'
import { lustre as rule } from '../../../src/rules/security-group/lustre.ts'
import {
  aFileSystem,
  aGroup,
  aNetworkInterface,
  anEksCluster,
  anInstanceType,
  aPermission,
  aPlan,
  aSecurityGroup,
  aSubnet,
  bucketScriptsOf,
  denied,
  findingsOf,
  sizesOf,
  statuses,
} from '../../builders.ts'
import { expectInFull } from '../in-full.ts'

const id = 'fs-0123456789abcdef0'
const location = { path: 'cluster.json', line: 20, column: 9 }
const planned = (changes: Partial<PlannedFileSystem> = {}): PlannedFileSystem => ({
  type: 'lustre',
  fileSystemId: id,
  dnsName: `${id}.fsx.us-west-2.amazonaws.com`,
  mountName: 'fsxmount',
  instanceGroups: [],
  location,
  ...changes,
})
const plan = (changes: Partial<Plan> = {}): Plan => aPlan({ fileSystems: [planned()], ...changes })

const tcp = (fromPort: number, toPort: number, changes: Partial<SecurityGroupPermission>): SecurityGroupPermission =>
  aPermission({ protocol: 'tcp', fromPort, toPort, ...changes })
const ofNodes = { securityGroupIds: ['sg-0aaaaaaa'] }
const ofServers = { securityGroupIds: ['sg-0fffffff'] }
const everywhere = { ipv4Ranges: ['0.0.0.0/0'] }
const documented = (other: Partial<SecurityGroupPermission>) => [tcp(988, 988, other), tcp(1018, 1023, other)]

const nodes = (changes: Partial<SecurityGroup> = {}): SecurityGroup =>
  aSecurityGroup({ ingress: documented(ofServers), egress: [aPermission(everywhere)], ...changes })
const servers = (changes: Partial<SecurityGroup> = {}): SecurityGroup =>
  aSecurityGroup({ securityGroupId: 'sg-0fffffff', ingress: documented(ofNodes), egress: [aPermission(everywhere)], ...changes })

interface World {
  readonly fileSystem?: Partial<FileSystem>
  readonly interfaces?: readonly NetworkInterface[]
  readonly nodes?: SecurityGroup | null
  readonly servers?: SecurityGroup | null
  readonly prefixLists?: Facts['prefixLists']
  readonly instanceTypes?: Facts['instanceTypes']
  /** Text of provisioning_parameters.json in S3. */
  readonly parameters?: string
}
/** The file system has a group of its own unless the test says otherwise. */
const world = (given: World = {}) => ({
  fileSystems: [aFileSystem(given.fileSystem)],
  fileSystemInterfaces: { [id]: given.interfaces ?? [aNetworkInterface(ofServers)] },
  fileSystemSecurityGroups: { 'sg-0fffffff': given.servers === undefined ? servers() : given.servers, 'sg-0aaaaaaa': aSecurityGroup() },
  securityGroups: { 'sg-0aaaaaaa': given.nodes === undefined ? nodes() : given.nodes },
  subnets: {
    'subnet-0aaaaaaa': aSubnet(),
    'subnet-0bbbbbbb': aSubnet({ subnetId: 'subnet-0bbbbbbb', cidrBlock: '10.0.4.0/22' }),
  },
  prefixLists: given.prefixLists ?? {},
  instanceTypes: given.instanceTypes ?? sizesOf('ml.p5.48xlarge'),
  repositoryScripts: null,
  bucketScripts: bucketScriptsOf(given.parameters === undefined ? {} : { 'provisioning_parameters.json': given.parameters }),
})
const judged = (given: World = {}, changes: Partial<Plan> = {}) => findingsOf(rule, plan(changes), world(given))

describe('security-group/lustre', () => {
  const cases: readonly (readonly [string, World, string, string])[] = [
    ['a group that both carry, open to itself', { nodes: aSecurityGroup(), interfaces: [aNetworkInterface()] }, 'pass', 'error'],
    ['two groups as AWS documents them', {}, 'pass', 'error'],
    [
      'by the addresses of subnets and interface',
      {
        nodes: nodes({ ingress: documented({ ipv4Ranges: ['10.0.0.10/32'] }), egress: documented({ ipv4Ranges: ['10.0.0.0/28'] }) }),
        servers: servers({ ingress: documented({ ipv4Ranges: ['10.0.0.0/21'] }) }),
      },
      'pass',
      'error',
    ],
    ['by half of the addresses', { servers: servers({ ingress: documented({ ipv4Ranges: ['10.0.0.0/22'] }) }) }, 'fail', 'error'],
    ['988 closed', { servers: servers({ ingress: [tcp(1018, 1023, ofNodes)] }) }, 'fail', 'error'],
    ['1018-1023 closed', { servers: servers({ ingress: [tcp(988, 988, ofNodes)] }) }, 'fail', 'error'],
    [
      '988 by UDP only',
      { servers: servers({ ingress: [aPermission({ ...ofNodes, protocol: 'udp', fromPort: 988, toPort: 1023 })] }) },
      'fail',
      'error',
    ],
    [
      '988 and 1021-1023, as older guides say',
      { servers: servers({ ingress: [tcp(988, 988, ofNodes), tcp(1021, 1023, ofNodes)] }) },
      'fail',
      'warning',
    ],
    ['no way out of the nodes', { nodes: nodes({ egress: [] }) }, 'fail', 'error'],
    ['no way back to the nodes', { nodes: nodes({ ingress: [] }) }, 'fail', 'warning'],
    ['no way out of the file system', { servers: servers({ egress: [] }) }, 'fail', 'warning'],
    [
      'no rule about each other, each open to itself',
      { nodes: aSecurityGroup(), servers: aSecurityGroup({ securityGroupId: 'sg-0fffffff' }) },
      'fail',
      'error',
    ],
    ['rules of the file system that cannot be read', { servers: null }, 'unknown', 'error'],
  ]
  test.each(cases)('%s', (_, given, status, severity) => {
    expect(judged(given)).toMatchObject([{ status, severity, subject: `sg-0aaaaaaa to ${id}`, location }])
  })

  test('in full', () => {
    expectInFull(
      'security-group-lustre.yaml',
      cases.map(([name, given]) => [name, judged(given)]),
    )
  })

  test('what is closed, where, and the rules that open just that', () => {
    const [finding] = judged({
      nodes: nodes({ egress: documented(ofServers), ingress: [] }),
      servers: servers({ ingress: [tcp(1018, 1023, ofNodes)] }),
    })
    expect(finding?.message).toBe(
      `the nodes of worker-1 cannot reach ${id} on TCP 988: sg-0fffffff has no inbound rule for it; ${id} cannot reach the nodes of worker-1 on TCP 988, 1018-1023: sg-0aaaaaaa has no inbound rule for it`,
    )
    expect(finding?.fix).toEqual({
      text: 'Allow TCP 988 into sg-0fffffff from sg-0aaaaaaa; allow TCP 988 and TCP 1018-1023 into sg-0aaaaaaa from sg-0fffffff.',
      commands: [
        "aws ec2 authorize-security-group-ingress --region us-west-2 --group-id sg-0fffffff --ip-permissions 'IpProtocol=tcp,FromPort=988,ToPort=988,UserIdGroupPairs=[{GroupId=sg-0aaaaaaa}]'",
        "aws ec2 authorize-security-group-ingress --region us-west-2 --group-id sg-0aaaaaaa --ip-permissions 'IpProtocol=tcp,FromPort=988,ToPort=988,UserIdGroupPairs=[{GroupId=sg-0fffffff}]' 'IpProtocol=tcp,FromPort=1018,ToPort=1023,UserIdGroupPairs=[{GroupId=sg-0fffffff}]'",
      ],
    })
    expect(finding?.evidence).toEqual({
      type: 'LUSTRE',
      nodeSecurityGroupIds: ['sg-0aaaaaaa'],
      fileSystemSecurityGroupIds: ['sg-0fffffff'],
    })
  })

  test('the ports that are in dispute are named alone', () => {
    const [finding] = judged({ servers: servers({ ingress: [tcp(988, 988, ofNodes), tcp(1021, 1023, ofNodes)] }) })
    expect(finding?.message).toBe(`the nodes of worker-1 cannot reach ${id} on TCP 1018-1020: sg-0fffffff has no inbound rule for it`)
  })

  test('a prefix list that cannot be read decides: unknown, an error where it may keep the nodes from mounting, else a warning', () => {
    const listed = { prefixListIds: ['pl-0aaaaaaa'] }
    const prefixLists = { 'pl-0aaaaaaa': denied('ec2:GetManagedPrefixListEntries') }
    const gap = { action: 'ec2:GetManagedPrefixListEntries' }
    expect(judged({ servers: servers({ ingress: documented(listed) }), prefixLists })).toMatchObject([
      { status: 'unknown', severity: 'error', gap },
    ])
    expect(judged({ nodes: nodes({ ingress: documented(listed) }), prefixLists })).toMatchObject([
      { status: 'unknown', severity: 'warning', gap },
    ])
    const older = [tcp(988, 988, ofNodes), tcp(1021, 1023, listed)]
    expect(judged({ servers: servers({ ingress: older }), prefixLists })).toMatchObject([{ status: 'unknown', severity: 'error', gap }])
  })

  test('interfaces with groups of their own are all judged', () => {
    const interfaces = [aNetworkInterface(ofServers), aNetworkInterface({ networkInterfaceId: 'eni-0bbbbbbb' })]
    const fileSystem = { networkInterfaceIds: ['eni-0aaaaaaa', 'eni-0bbbbbbb'] }
    const [finding, ...others] = judged({
      fileSystem,
      interfaces,
      nodes: nodes({ ingress: [...documented(ofServers), ...documented(ofNodes)] }),
    })
    expect(others).toEqual([])
    expect(finding).toMatchObject({ status: 'pass' })
    const [failing] = judged({ fileSystem, interfaces, nodes: aSecurityGroup(), servers: servers({ ingress: [] }) })
    expect(failing?.message).toContain(`the nodes of worker-1 cannot reach eni-0aaaaaaa of ${id} on TCP 988, 1018-1023`)
    expect(failing?.message).not.toContain('eni-0bbbbbbb')
  })

  describe('interfaces that cannot be seen', () => {
    const others: readonly (readonly [string, World, string])[] = [
      ['none is listed', { interfaces: [] }, 'ec2:DescribeNetworkInterfaces'],
      ['one of two is listed', { fileSystem: { networkInterfaceIds: ['eni-0aaaaaaa', 'eni-0bbbbbbb'] } }, 'ec2:DescribeNetworkInterfaces'],
      ['in another VPC', { interfaces: [aNetworkInterface({ ...ofServers, vpcId: 'vpc-0other00' })] }, 'ec2:DescribeVpcPeeringConnections'],
      ['the file system has none', { fileSystem: { networkInterfaceIds: [] }, interfaces: [] }, 'fsx:DescribeFileSystems'],
    ]
    test.each(others)('%s', (_, given, action) => {
      expect(judged(given)).toMatchObject([{ status: 'unknown', severity: 'error', gap: { action } }])
    })

    test('in full', () => {
      expectInFull(
        'security-group-lustre-2.yaml',
        others.map(([name, given]) => [name, judged(given)]),
      )
    })

    test('what is closed at the others is closed', () => {
      const fileSystem = { networkInterfaceIds: ['eni-0aaaaaaa', 'eni-0bbbbbbb'] }
      expect(judged({ fileSystem, servers: servers({ ingress: [] }) })).toMatchObject([{ status: 'fail', severity: 'error' }])
    })
  })

  describe('which nodes', () => {
    const override = { subnetIds: ['subnet-0aaaaaaa'], securityGroupIds: ['sg-0ccccccc'], location: null }
    const groups = [aGroup(), aGroup({ name: 'login', overrideVpcConfig: override })]
    const facts = {
      ...world(),
      securityGroups: { 'sg-0aaaaaaa': nodes(), 'sg-0ccccccc': aSecurityGroup({ securityGroupId: 'sg-0ccccccc' }) },
    }
    const subjects = (...fileSystems: readonly PlannedFileSystem[]) =>
      statuses(findingsOf(rule, plan({ instanceGroups: groups, fileSystems }), facts))

    test('each placement that mounts it', () => {
      expect(subjects(planned())).toEqual([`pass sg-0aaaaaaa to ${id}`, `fail sg-0ccccccc to ${id}`])
      expect(subjects(planned({ instanceGroups: ['worker-1'] }))).toEqual([`pass sg-0aaaaaaa to ${id}`])
    })

    test('a file system that the plan names twice is judged once, for all that mount it', () => {
      const mounts = ['worker-1', 'login'].map((name) => planned({ instanceGroups: [name], mountName: name }))
      expect(subjects(...mounts)).toEqual([`pass sg-0aaaaaaa to ${id}`, `fail sg-0ccccccc to ${id}`])
      expect(subjects(planned({ instanceGroups: ['worker-1'] }), planned())).toHaveLength(2)
    })

    test('a flat plan, by its security groups alone', () => {
      expect(judged({}, { instanceGroups: [] })).toMatchObject([{ status: 'pass', subject: `sg-0aaaaaaa to ${id}` }])
    })
  })

  test('OpenZFS: TCP 2049 towards the file system, a warning', () => {
    const fileSystem = { type: 'OPENZFS', mountName: null }
    const open = servers({ ingress: [tcp(2049, 2049, ofNodes)], egress: [] })
    expect(judged({ fileSystem, servers: open, nodes: nodes({ ingress: [] }) })).toMatchObject([
      { status: 'pass', message: `security groups let TCP 2049 through from the nodes of worker-1 to ${id}` },
    ])
    expect(judged({ fileSystem })).toMatchObject([
      {
        status: 'fail',
        severity: 'warning',
        message: `the nodes of worker-1 cannot reach ${id} on TCP 2049: sg-0fffffff has no inbound rule for it`,
      },
    ])
  })

  describe('named in provisioning_parameters.json alone', () => {
    const parameters = JSON.stringify({ fsx_dns_name: `${id}.fsx.us-west-2.amazonaws.com`, fsx_mountname: 'fsxmount' })
    const unplanned = { fileSystems: [] }

    test('is judged as any other', () => {
      expect(judged({ parameters }, unplanned)).toMatchObject([{ status: 'pass', subject: `sg-0aaaaaaa to ${id}` }])
      expect(judged({ parameters, servers: servers({ ingress: [] }) }, unplanned)).toMatchObject([{ status: 'fail', severity: 'error' }])
    })

    test('once, where the plan names it too', () => {
      expect(judged({ parameters })).toHaveLength(1)
    })

    test('not where the file could not be read; what the plan names is judged all the same', () => {
      const facts = { ...world(), bucketScripts: denied('s3:GetObject') }
      const unread = { status: 'unknown', gap: { action: 's3:GetObject' } }
      expect(findingsOf(rule, plan(unplanned), facts)).toMatchObject([unread])
      expect(findingsOf(rule, plan(), facts)).toMatchObject([{ status: 'pass' }, unread])
    })
  })

  test('nothing of FSx needs to be known where no file system is named', () => {
    const facts = { ...world(), fileSystems: denied('fsx:DescribeFileSystems'), fileSystemInterfaces: denied('fsx:DescribeFileSystems') }
    expect(findingsOf(rule, plan({ fileSystems: [] }), facts)).toMatchObject([{ status: 'skipped', subject: 'plan' }])
  })

  describe('EFA-enabled', () => {
    const fileSystem = { efaEnabled: true }
    const all = (...securityGroupIds: readonly string[]) => [aPermission({ securityGroupIds })]
    const open = { ingress: all('sg-0fffffff', 'sg-0aaaaaaa'), egress: all('sg-0fffffff', 'sg-0aaaaaaa') }

    const withEfa: readonly (readonly [string, World, string, string])[] = [
      ['a group that both carry, open to itself', { nodes: aSecurityGroup(), interfaces: [aNetworkInterface()] }, 'pass', 'error'],
      ['two groups open to each other and themselves', { nodes: nodes(open), servers: servers(open) }, 'pass', 'error'],
      ['the ports of Lustre alone', {}, 'fail', 'warning'],
      [
        'all addresses, in and out',
        {
          nodes: nodes({ ingress: [aPermission(everywhere)], egress: [aPermission(everywhere)] }),
          servers: servers({ ingress: [aPermission(everywhere)], egress: [aPermission(everywhere)] }),
        },
        'fail',
        'warning',
      ],
      ['not within the file system', { nodes: nodes(open), servers: servers({ ...open, ingress: all('sg-0aaaaaaa') }) }, 'fail', 'warning'],
      ['nodes without EFA', { instanceTypes: { 'ml.p5.48xlarge': anInstanceType({ efaSupported: false }) } }, 'pass', 'error'],
      ['the mount itself is closed', { servers: servers({ ingress: [] }) }, 'fail', 'error'],
    ]
    test.each(withEfa)('%s', (_, given, status, severity) => {
      expect(judged({ fileSystem, ...given })).toMatchObject([{ status, severity, subject: `sg-0aaaaaaa to ${id}` }])
    })

    test('in full', () => {
      expectInFull(
        'security-group-lustre-efa.yaml',
        withEfa.map(([name, given]) => [name, judged({ fileSystem, ...given })]),
      )
    })

    test('what is missing, and the rules that open it', () => {
      const [finding] = judged({ fileSystem, nodes: nodes(open), servers: servers({ ...open, ingress: all('sg-0aaaaaaa') }) })
      expect(finding?.message).toBe(
        `${id} is EFA-enabled, and no security group rules that name groups allow all traffic within ${id}: nodes can mount it over TCP, not over EFA`,
      )
      expect(finding?.fix?.commands).toEqual([
        "aws ec2 authorize-security-group-ingress --region us-west-2 --group-id sg-0fffffff --ip-permissions 'IpProtocol=-1,UserIdGroupPairs=[{GroupId=sg-0fffffff}]'",
      ])
    })

    test('asked of no other file system', () => {
      expect(judged({ fileSystem: { efaEnabled: null } })).toMatchObject([{ status: 'pass' }])
    })
  })

  test('on EKS pods mount it: at most a warning', () => {
    const { name, arn } = anEksCluster()
    const orchestrator = { kind: 'eks', cluster: { name, arn, region: 'us-west-2', account: null, location: null } } as const
    expect(judged({ servers: servers({ ingress: [] }) }, { orchestrator })).toMatchObject([{ status: 'fail', severity: 'warning' }])
    expect(judged({ interfaces: [] }, { orchestrator })).toMatchObject([{ status: 'unknown', severity: 'warning' }])
  })

  const skipped: readonly (readonly [string, World, Partial<Plan>, string])[] = [
    ['no file system', {}, { fileSystems: [], lifecycleSources: [] }, 'The plan names no FSx file system'],
    ['nor one in the parameters', {}, { fileSystems: [] }, 'The plan names no FSx file system'],
    ['no security group', {}, { vpcConfig: null }, 'The plan names no security group'],
    ['absent', { fileSystem: { fileSystemId: 'fs-0fffffff' } }, {}, 'slurm/file-system reports it'],
    ['another type', { fileSystem: { type: 'ONTAP' } }, {}, 'is of type ONTAP'],
    ['the security group does not exist', { nodes: null }, {}, 'security-group/exists reports it'],
  ]
  test.each(skipped)('skipped: %s', (_, given, changes, message) => {
    expect(judged(given, changes)).toMatchObject([{ status: 'skipped', message: expect.stringContaining(message) }])
  })

  test('in full', () => {
    expectInFull(
      'security-group-lustre-skipped.yaml',
      skipped.map(([name, given, changes]) => [name, judged(given, changes)]),
    )
  })

  test('what could not be asked', () => {
    expect(findingsOf(rule, plan(), { ...world(), fileSystemInterfaces: denied('ec2:DescribeNetworkInterfaces') })).toMatchObject([
      { status: 'unknown', gap: { action: 'ec2:DescribeNetworkInterfaces' } },
    ])
    const subnets = denied('ec2:DescribeSubnets')
    expect(findingsOf(rule, plan(), { ...world(), subnets })).toMatchObject([{ status: 'pass' }])
    const byRange = world({ servers: servers({ ingress: documented({ ipv4Ranges: ['10.0.0.0/8'] }) }) })
    expect(findingsOf(rule, plan(), { ...byRange, subnets })).toMatchObject([{ status: 'unknown', gap: { action: 'ec2:DescribeSubnets' } }])
  })
})
