import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { FileSystem } from '../../../src/model/facts/fsx.ts'
import type { Finding } from '../../../src/model/finding.ts'
import type { Plan } from '../../../src/model/plan.ts'
import type { Snapshot } from '../../../src/model/snapshot.ts'
import { makeReport } from '../../../src/report/report.ts'
import { topologyOf } from '../../../src/report/topology/topology.ts'
import {
  aFileSystem,
  aGroup,
  anEksCluster,
  aPlan,
  aRoute,
  aRouteTable,
  aSecurityGroup,
  aSnapshot,
  aSubnet,
  aTool,
  aVpcEndpoint,
  denied,
  known,
} from '../../builders.ts'
import { aFinding, anUnknown, aWaiver } from '../builders.ts'
import { drawnEdges, largeSnapshot, longId, marked, nodeOf, oneSubnet, smallFacts, smallTopology } from '../networks.ts'

const tablesWith = (...routes: Parameters<typeof aRoute>[0][]) => known([aRouteTable({ routes: routes.map(aRoute) })])

describe('what is drawn', () => {
  test('the way of the plan through its network, in a stable order', () => {
    const topology = smallTopology()
    expect(topology.nodes.map(({ id, kind }) => `${kind} ${id}`)).toEqual([
      'vpc vpc-0a1b2c3d',
      'instance-groups instance-groups/1',
      'subnet subnet-0aaaaaaa',
      'route-table rtb-0aaaaaaa',
      'nat-gateway nat-0aaaaaaa',
      'gateway-endpoint vpce-0aaaaaaa',
      'security-group sg-0aaaaaaa',
      'bucket s3://sagemaker-lifecycle',
      'internet internet',
    ])
    expect(drawnEdges(topology)).toEqual([
      'instance-groups/1 > subnet-0aaaaaaa',
      'instance-groups/1 > sg-0aaaaaaa',
      'subnet-0aaaaaaa > rtb-0aaaaaaa',
      'rtb-0aaaaaaa > nat-0aaaaaaa 0.0.0.0/0',
      'nat-0aaaaaaa > internet',
      'rtb-0aaaaaaa > vpce-0aaaaaaa',
      'vpce-0aaaaaaa > s3://sagemaker-lifecycle',
    ])
    expect(nodeOf(topology, 'subnet-0aaaaaaa')).toEqual({
      id: 'subnet-0aaaaaaa',
      kind: 'subnet',
      label: 'subnet-0aaaaaaa',
      detail: '10.0.0.0/22, 1019 free',
      zone: 'us-west-2a',
      state: 'ok',
      rules: [],
    })
    expect(topology.unread).toEqual([])
  })

  test('nothing of the VPC that the plan does not touch', () => {
    const topology = smallTopology({
      facts: {
        routeTables: known([
          aRouteTable({ routes: [aRoute()] }),
          aRouteTable({
            routeTableId: 'rtb-0other00',
            isMain: false,
            subnetIds: ['subnet-0other0'],
            routes: [aRoute({ target: { kind: 'transit-gateway', id: 'tgw-0other00' } })],
          }),
        ]),
        vpcEndpoints: known([
          aVpcEndpoint({
            vpcEndpointId: 'vpce-0dynamo0',
            serviceName: 'com.amazonaws.us-west-2.dynamodb',
            routeTableIds: ['rtb-0aaaaaaa'],
          }),
          aVpcEndpoint({ vpcEndpointId: 'vpce-0vendor0', type: 'Interface', serviceName: 'com.vendor.us-west-2.vpce-svc-1' }),
        ]),
        fileSystems: known([aFileSystem()]),
      },
    })
    expect(topology.nodes.map(({ id }) => id).filter((id) => /other|dynamo|vendor|^fs-/.test(id))).toEqual([])
  })

  test.each([
    ['internet-gateway', 'igw-0aaaaaaa', ['rtb-0aaaaaaa > igw-0aaaaaaa 0.0.0.0/0', 'igw-0aaaaaaa > internet']],
    ['transit-gateway', 'tgw-0aaaaaaa', ['rtb-0aaaaaaa > tgw-0aaaaaaa 0.0.0.0/0']],
    ['peering', 'pcx-0aaaaaaa', ['rtb-0aaaaaaa > pcx-0aaaaaaa 0.0.0.0/0']],
  ] as const)('%s: only what reaches the internet leads there', (kind, id, edges) => {
    const topology = smallTopology({ facts: { routeTables: tablesWith({ target: { kind, id } }), vpcEndpoints: known([]) } })
    expect(drawnEdges(topology).slice(3)).toEqual(edges)
    expect(nodeOf(topology, id)?.kind).toBe(kind)
  })

  test('a private NAT gateway and one that is gone lead nowhere', () => {
    const state = {
      natGatewayId: 'nat-0aaaaaaa',
      vpcId: 'vpc-0a1b2c3d',
      subnetId: null,
      state: 'failed',
      connectivityType: 'private',
      publicIps: [],
    } as const
    const isPrivate = smallTopology({ facts: { natGateways: known([state]) } })
    expect(nodeOf(isPrivate, 'nat-0aaaaaaa')?.detail).toBe('private, failed')
    expect(nodeOf(isPrivate, 'internet')).toBeUndefined()
    const gone = smallTopology({ facts: { routeTables: tablesWith({ state: 'blackhole' }) } })
    expect(drawnEdges(gone)).toContain('rtb-0aaaaaaa > nat-0aaaaaaa 0.0.0.0/0 (blackhole)')
    expect(nodeOf(gone, 'internet')).toBeUndefined()
  })

  test('many routes to one target are one way, the default ones first', () => {
    const routes = ['10.9.0.0/16', '10.8.0.0/16', '::/0', '0.0.0.0/0'].map((destination) => ({ destination }))
    expect(drawnEdges(smallTopology({ facts: { routeTables: tablesWith(...routes) } }))).toContain(
      'rtb-0aaaaaaa > nat-0aaaaaaa 0.0.0.0/0, ::/0 and 2 more',
    )
  })

  test('groups that are placed alike are one node, others have their own', () => {
    const elsewhere = { subnetIds: ['subnet-0bbbbbbb'], securityGroupIds: ['sg-0bbbbbbb'], location: null }
    const topology = smallTopology({
      plan: {
        instanceGroups: [aGroup(), aGroup({ name: 'worker-2', overrideVpcConfig: elsewhere }), aGroup({ name: 'login', instanceCount: 1 })],
      },
      facts: { subnets: known({ 'subnet-0aaaaaaa': aSubnet(), 'subnet-0bbbbbbb': null }) },
    })
    const groups = topology.nodes.filter(({ kind }) => kind === 'instance-groups')
    expect(groups.map(({ label, detail }) => `${label}: ${detail}`)).toEqual([
      'instance groups worker-1, login: 4 × ml.p5.48xlarge, 1 × ml.p5.48xlarge',
      'instance group worker-2: 4 × ml.p5.48xlarge',
    ])
    expect(nodeOf(topology, 'subnet-0bbbbbbb')?.detail).toBe('not found')
    expect(drawnEdges(topology)).toContain('instance-groups/2 > subnet-0bbbbbbb')
  })

  test('the file system and the control plane, from the security groups of the nodes', () => {
    const cluster = { name: 'prod', arn: null, region: null, account: null, location: null }
    const topology = smallTopology({
      plan: {
        orchestrator: { kind: 'eks', cluster },
        fileSystems: [
          { type: 'lustre', fileSystemId: 'fs-0123456789abcdef0', dnsName: null, mountName: null, instanceGroups: [], location: null },
        ],
      },
      facts: { fileSystems: known([aFileSystem({ lifecycle: 'FAILED' })]), eksCluster: known(anEksCluster()) },
    })
    expect(nodeOf(topology, 'fs-0123456789abcdef0')).toMatchObject({
      label: 'FSx for Lustre fs-0123456789abcdef0',
      detail: 'FAILED',
    })
    expect(nodeOf(topology, 'eks/prod')).toMatchObject({ label: 'EKS control plane prod', detail: 'Kubernetes 1.33' })
    expect(drawnEdges(topology)).toEqual(expect.arrayContaining(['sg-0aaaaaaa > fs-0123456789abcdef0', 'sg-0aaaaaaa > eks/prod']))
  })

  const planned = (changes: Partial<Plan['fileSystems'][number]>): Plan['fileSystems'][number] => ({
    type: 'lustre',
    fileSystemId: 'fs-0123456789abcdef0',
    dnsName: null,
    mountName: null,
    instanceGroups: [],
    location: null,
    ...changes,
  })
  const fileSystemsOf = (plan: Partial<Plan>, found: readonly FileSystem[] | null) =>
    smallTopology({ plan, facts: { fileSystems: found === null ? denied('fsx:DescribeFileSystems') : known(found) } })
      .nodes.filter(({ kind }) => kind === 'file-system')
      .map(({ id, label, detail }) => `${id} | ${label} | ${detail ?? '-'}`)

  test.each<readonly [string, Partial<Plan['fileSystems'][number]>, readonly FileSystem[] | null, readonly string[]]>([
    ['there', {}, [aFileSystem()], ['fs-0123456789abcdef0 | FSx for Lustre fs-0123456789abcdef0 | -']],
    [
      'among others',
      {},
      [aFileSystem({ fileSystemId: 'fs-1', type: 'ONTAP' }), aFileSystem()],
      ['fs-0123456789abcdef0 | FSx for Lustre fs-0123456789abcdef0 | -'],
    ],
    [
      'of another type than planned',
      {},
      [aFileSystem({ type: 'OPENZFS' })],
      ['fs-0123456789abcdef0 | FSx for OpenZFS fs-0123456789abcdef0 | -'],
    ],
    ['not there', {}, [], ['fs-0123456789abcdef0 | FSx for Lustre fs-0123456789abcdef0 | not found']],
    ['not read', {}, null, ['fs-0123456789abcdef0 | FSx for Lustre fs-0123456789abcdef0 | -']],
    ['not read, for OpenZFS', { type: 'openzfs' }, null, ['fs-0123456789abcdef0 | FSx for OpenZFS fs-0123456789abcdef0 | -']],
    [
      'by its name',
      { fileSystemId: null, dnsName: 'FS-0123456789ABCDEF0.fsx.us-west-2.amazonaws.com' },
      [aFileSystem()],
      ['fs-0123456789abcdef0 | FSx for Lustre fs-0123456789abcdef0 | -'],
    ],
    ['by no name at all', { fileSystemId: null }, [aFileSystem()], []],
    ['by an empty name', { fileSystemId: null, dnsName: '' }, [aFileSystem()], []],
  ])('a file system that is %s', (_, changes, found, expected) => {
    expect(fileSystemsOf({ fileSystems: [planned(changes)] }, found)).toEqual(expected)
  })

  test('a file system is led to from the groups that mount it, once, and findings know it by its name', () => {
    const two = {
      instanceGroups: [
        aGroup(),
        aGroup({ name: 'login', overrideVpcConfig: { ...oneSubnet, securityGroupIds: ['sg-0bbbbbbb', 'sg-0ccccccc'] } }),
        aGroup({ name: 'login-2', overrideVpcConfig: { ...oneSubnet, securityGroupIds: ['sg-0bbbbbbb'] } }),
      ],
    }
    const leading = (...all: readonly Plan['fileSystems'][number][]) =>
      drawnEdges(smallTopology({ plan: { ...two, fileSystems: all } })).filter((edge) => edge.includes('> fs-'))
    expect(leading(planned({ instanceGroups: ['login', 'login-2'] }))).toEqual([
      'sg-0bbbbbbb > fs-0123456789abcdef0',
      'sg-0ccccccc > fs-0123456789abcdef0',
    ])
    expect(leading(planned({}), planned({ instanceGroups: ['login-2'] }))).toEqual([
      'sg-0aaaaaaa > fs-0123456789abcdef0',
      'sg-0bbbbbbb > fs-0123456789abcdef0',
      'sg-0ccccccc > fs-0123456789abcdef0',
    ])
    const dnsName = 'fs-0123456789abcdef0.fsx.us-west-2.amazonaws.com'
    const findings = [aFinding({ rule: 'network/dns-name', subject: dnsName })]
    expect(marked(smallTopology({ findings, plan: { fileSystems: [planned({ dnsName })] } }))).toEqual([
      'fs-0123456789abcdef0 broken network/dns-name',
    ])
  })

  test('the control plane: its version, its state where it is not active, and the names that findings call it by', () => {
    const arn = 'arn:aws:eks:us-west-2:123456789012:cluster/prod'
    const cluster = { name: 'prod', arn: null, region: null, account: null, location: null }
    const planOf = (changes: object) => ({ orchestrator: { kind: 'eks' as const, cluster: { ...cluster, ...changes } } })
    const detail = (changes: object, found: Snapshot['facts']['eksCluster']) =>
      nodeOf(smallTopology({ plan: planOf(changes), facts: found === undefined ? {} : { eksCluster: found } }), 'eks/prod')?.detail
    expect(detail({}, known(anEksCluster()))).toBe('Kubernetes 1.33')
    expect(detail({}, known(anEksCluster({ status: 'UPDATING' })))).toBe('Kubernetes 1.33, UPDATING')
    expect(detail({}, denied('eks:DescribeCluster'))).toBeUndefined()
    const markedBy = (subject: string, changes: object, facts: Snapshot['facts'] = { eksCluster: known(anEksCluster({ arn })) }) =>
      marked(smallTopology({ plan: planOf(changes), facts, findings: [aFinding({ rule: 'eks/any', subject })] }))
    expect(markedBy('prod', {})).toEqual(['eks/prod broken eks/any'])
    expect(markedBy(arn, {})).toEqual(['eks/prod broken eks/any'])
    expect(markedBy(arn, { arn }, {})).toEqual(['eks/prod broken eks/any'])
  })

  test('a plan without groups is one node of all that it names', () => {
    const topology = smallTopology({ plan: { instanceGroups: [], fileSystems: [planned({})] } })
    expect(topology.nodes.filter(({ kind }) => kind === 'instance-groups')).toEqual([
      { id: 'instance-groups/1', kind: 'instance-groups', label: 'nodes of the cluster', state: 'ok', rules: [] },
    ])
    expect(drawnEdges(topology)).toEqual(
      expect.arrayContaining([
        'instance-groups/1 > subnet-0aaaaaaa',
        'instance-groups/1 > sg-0aaaaaaa',
        'sg-0aaaaaaa > fs-0123456789abcdef0',
      ]),
    )
  })

  test('a subnet of another VPC says so, and has no route table here', () => {
    const both = { ...oneSubnet, subnetIds: ['subnet-0aaaaaaa', 'subnet-0bbbbbbb', 'subnet-0aaaaaaa'] }
    const topology = smallTopology({
      plan: { vpcConfig: both },
      facts: {
        subnets: known({
          'subnet-0aaaaaaa': aSubnet(),
          'subnet-0bbbbbbb': aSubnet({ subnetId: 'subnet-0bbbbbbb', vpcId: 'vpc-0other00' }),
        }),
      },
    })
    expect(nodeOf(topology, 'subnet-0bbbbbbb')?.detail).toBe('10.0.0.0/22, 1019 free, in vpc-0other00')
    expect(drawnEdges(topology).filter((edge) => edge.includes('subnet'))).toEqual([
      'instance-groups/1 > subnet-0aaaaaaa',
      'instance-groups/1 > subnet-0bbbbbbb',
      'subnet-0aaaaaaa > rtb-0aaaaaaa',
    ])
  })

  test('route tables and security groups say what they are', () => {
    expect(nodeOf(smallTopology(), 'rtb-0aaaaaaa')).toMatchObject({ label: 'route table rtb-0aaaaaaa', detail: 'main' })
    expect(nodeOf(smallTopology(), 'sg-0aaaaaaa')).toMatchObject({ label: 'security group sg-0aaaaaaa', detail: aSecurityGroup().name })
    const gone = smallTopology({ facts: { securityGroups: known({ 'sg-0aaaaaaa': null }) } })
    expect(nodeOf(gone, 'sg-0aaaaaaa')?.detail).toBe('not found')
    const own = smallTopology({ facts: { routeTables: known([aRouteTable({ isMain: false, subnetIds: ['subnet-0aaaaaaa'] })]) } })
    expect(nodeOf(own, 'rtb-0aaaaaaa')?.detail).toBeUndefined()
  })

  test('S3 as such where the plan names no bucket', () => {
    const topology = smallTopology({ plan: { lifecycleSources: [] } })
    expect(drawnEdges(topology)).toContain('vpce-0aaaaaaa > s3')
    expect(nodeOf(smallTopology({ plan: { lifecycleSources: [] }, facts: { vpcEndpoints: known([]) } }), 's3')).toBeUndefined()
  })

  test('every edge leads from a node to a node, and no two nodes have one id', () => {
    for (const topology of [smallTopology(), topologyOf(largeSnapshot(), [])]) {
      const ids = topology?.nodes.map(({ id }) => id) ?? []
      expect(new Set(ids).size).toBe(ids.length)
      expect(topology?.edges.flatMap(({ from, to }) => [from, to]).filter((id) => !ids.includes(id))).toEqual([])
    }
  })
})

describe('where there is nothing to draw', () => {
  test.each([
    ['no subnet is named', aPlan({ vpcConfig: null }), smallFacts],
    ['none of the subnets exists', aPlan({ vpcConfig: oneSubnet }), { ...smallFacts, subnets: known({ 'subnet-0aaaaaaa': null }) }],
    ['nothing was asked about subnets', aPlan({ vpcConfig: oneSubnet }), {}],
  ])('%s', (_, plan, facts) => {
    expect(topologyOf(aSnapshot(plan, facts), [aFinding()])).toBeNull()
  })
})

describe('what could not be read', () => {
  test('is named, and its parts are missing', () => {
    const topology = smallTopology({
      facts: {
        routeTables: denied('ec2:DescribeRouteTables'),
        vpcEndpoints: denied('ec2:DescribeVpcEndpoints'),
        securityGroups: denied('ec2:DescribeSecurityGroups'),
      },
    })
    expect(topology.unread).toEqual(['ec2:DescribeRouteTables', 'ec2:DescribeVpcEndpoints', 'ec2:DescribeSecurityGroups'])
    expect(topology.nodes.map(({ id }) => id)).toEqual([
      'vpc-0a1b2c3d',
      'instance-groups/1',
      'subnet-0aaaaaaa',
      'sg-0aaaaaaa',
      's3://sagemaker-lifecycle',
    ])
    expect(nodeOf(topology, 'sg-0aaaaaaa')?.detail).toBeUndefined()
  })

  test('subnets: those of the plan stay, without what they are', () => {
    const topology = smallTopology({ facts: { subnets: denied('ec2:DescribeSubnets') } })
    expect(topology.unread).toEqual(['ec2:DescribeSubnets'])
    expect(nodeOf(topology, 'subnet-0aaaaaaa')).toEqual({
      id: 'subnet-0aaaaaaa',
      kind: 'subnet',
      label: 'subnet-0aaaaaaa',
      state: 'ok',
      rules: [],
    })
  })

  test('NAT gateways and file systems count only where they would be drawn', () => {
    const gaps = { natGateways: denied('ec2:DescribeNatGateways'), fileSystems: denied('fsx:DescribeFileSystems') }
    expect(smallTopology({ facts: gaps }).unread).toEqual(['ec2:DescribeNatGateways'])
    expect(smallTopology({ facts: { ...gaps, routeTables: tablesWith() } }).unread).toEqual([])
    const lustre = { type: 'lustre' as const, fileSystemId: 'fs-1', dnsName: null, mountName: null, instanceGroups: [], location: null }
    expect(smallTopology({ facts: gaps, plan: { fileSystems: [lustre] } }).unread).toEqual([
      'ec2:DescribeNatGateways',
      'fsx:DescribeFileSystems',
    ])
    const routes = known([aRouteTable(), aRouteTable({ routeTableId: 'rtb-0bbbbbbb', routes: [aRoute()] })])
    expect(smallTopology({ facts: { ...gaps, routeTables: routes } }).unread).toEqual(['ec2:DescribeNatGateways'])
  })

  test('security groups and the EKS cluster count only where the plan names some', () => {
    const facts = { securityGroups: denied('ec2:DescribeSecurityGroups'), eksCluster: denied('eks:DescribeCluster') }
    expect(smallTopology({ facts }).unread).toEqual(['ec2:DescribeSecurityGroups'])
    expect(smallTopology({ facts, plan: { vpcConfig: { ...oneSubnet, securityGroupIds: [] } } }).unread).toEqual([])
    const cluster = { name: 'prod', arn: null, region: null, account: null, location: null }
    const unread = (orchestrator: Plan['orchestrator']) => smallTopology({ facts, plan: { orchestrator } }).unread
    expect(unread({ kind: 'eks', cluster })).toEqual(['ec2:DescribeSecurityGroups', 'eks:DescribeCluster'])
    expect(unread({ kind: 'eks', cluster: null })).toEqual(['ec2:DescribeSecurityGroups'])
  })
})

const marksOf = (...findings: readonly Finding[]): readonly string[] => marked(smallTopology({ findings }))

describe('findings mark the parts that they are about', () => {
  test.each([
    ['a subnet', 'network/subnet-capacity', 'subnet-0aaaaaaa', ['subnet-0aaaaaaa broken network/subnet-capacity']],
    ['a rule that nobody wrote yet', 'network/mtu', 'rtb-0aaaaaaa', ['rtb-0aaaaaaa broken network/mtu']],
    ['the VPC', 'network/dns', 'vpc-0a1b2c3d enableDnsSupport', ['vpc-0a1b2c3d broken network/dns']],
    ['groups in a list', 'security-group/self-ingress', 'sg-0bbbbbbb, sg-0aaaaaaa', ['sg-0aaaaaaa broken security-group/self-ingress']],
    ['a bucket by name', 's3/exposure', 'sagemaker-lifecycle', ['s3://sagemaker-lifecycle broken s3/exposure']],
    [
      'a bucket by a folder in it',
      's3/encryption',
      's3://sagemaker-lifecycle/hyperpod/ for HyperPodExecutionRole',
      ['s3://sagemaker-lifecycle broken s3/encryption'],
    ],
    ['an instance group by name', 'network/type-offered', 'worker-1', ['instance-groups/1 broken network/type-offered']],
    ['a role that is called as a group is', 'iam/kms', 'worker-1', []],
    ['something else', 'tools/helm', 'helm', []],
    ['part of an id', 'network/subnets', 'subnet-0aaaaaaa0', []],
  ])('%s', (_, rule, subject, expected) => {
    expect(marksOf(aFinding({ rule, subject }))).toEqual(expected)
  })

  test('failing errors are broken, failing warnings warnings; notices, passes, skips and waived ones mark nothing', () => {
    expect(marksOf(aFinding({ severity: 'warning' }))).toEqual(['subnet-0aaaaaaa warning network/subnets'])
    expect(marksOf(anUnknown({ subject: 'subnet-0aaaaaaa' }))).toEqual(['subnet-0aaaaaaa unknown network/subnets'])
    expect(
      marksOf(
        aFinding({ severity: 'notice' }),
        anUnknown({ severity: 'notice', subject: 'subnet-0aaaaaaa' }),
        aFinding({ status: 'pass' }),
        aFinding({ status: 'skipped' }),
        aFinding({ waiver: aWaiver }),
      ),
    ).toEqual([])
  })

  test('the worst counts, and every rule is named once', () => {
    const findings = [
      anUnknown({ rule: 'network/acl', subject: 'subnet-0aaaaaaa' }),
      aFinding({ rule: 'network/subnet-capacity' }),
      aFinding({ rule: 'network/acl', severity: 'warning' }),
    ]
    fc.assert(
      fc.property(fc.shuffledSubarray(findings, { minLength: 3 }), (shuffled) => {
        const [mark = ''] = marksOf(...shuffled)
        expect(mark).toMatch(/^subnet-0aaaaaaa broken /)
        expect(mark.split(' ').slice(2).sort()).toEqual(['network/acl', 'network/subnet-capacity'])
      }),
    )
  })

  test.each([
    ['network/subnet-capacity', ['subnet-0aaaaaaa unknown network/subnet-capacity']],
    ['network/vpc', ['vpc-0a1b2c3d unknown network/vpc']],
    ['security-group/exists', ['sg-0aaaaaaa unknown security-group/exists']],
    ['s3/bucket', ['s3://sagemaker-lifecycle unknown s3/bucket']],
    ['quota/spot', []],
  ])('%s that could not be judged at all marks all that it is about', (rule, expected) => {
    expect(marksOf(anUnknown({ rule }))).toEqual(expected)
  })
})

describe('findings about a way mark the way', () => {
  const s3Route = aFinding({ rule: 'network/s3-route' })
  const withTable = (endpoints: readonly Parameters<typeof aVpcEndpoint>[0][], ...routes: Parameters<typeof aRoute>[0][]) =>
    smallTopology({ findings: [s3Route], facts: { vpcEndpoints: known(endpoints.map(aVpcEndpoint)), routeTables: tablesWith(...routes) } })

  test('no way to S3: the missing one is drawn', () => {
    const topology = withTable([])
    expect(marked(topology)).toEqual(['rtb-0aaaaaaa > s3://sagemaker-lifecycle broken network/s3-route'])
    expect(drawnEdges(topology)).toContain('rtb-0aaaaaaa > s3://sagemaker-lifecycle no route to S3')
    expect(drawnEdges(withTable([], {}))).toContain('rtb-0aaaaaaa > s3://sagemaker-lifecycle no gateway endpoint for S3')
  })

  test('an S3 endpoint on other tables, one that is not in use, and one of another account', () => {
    const other = withTable([{ routeTableIds: ['rtb-0other00'] }])
    expect(drawnEdges(other)).toContain('rtb-0aaaaaaa > vpce-0aaaaaaa not associated')
    expect(marked(other)).toEqual(['rtb-0aaaaaaa > vpce-0aaaaaaa broken network/s3-route'])
    const pending = withTable([{ routeTableIds: ['rtb-0aaaaaaa'], state: 'pending' }])
    expect(marked(pending)).toEqual(['rtb-0aaaaaaa > vpce-0aaaaaaa broken network/s3-route'])
    expect(nodeOf(pending, 'vpce-0aaaaaaa')?.detail).toBe('pending')
    const unlisted = withTable([], { destination: 'pl-68a54001', target: { kind: 'vpc-endpoint', id: 'vpce-0other00' } })
    expect(marked(unlisted)).toEqual(['rtb-0aaaaaaa > vpce-0other00 broken network/s3-route'])
    expect(nodeOf(unlisted, 'vpce-0other00')?.kind).toBe('gateway-endpoint')
  })

  test('an endpoint on other tables of which nothing is said stays without a way', () => {
    const quiet = smallTopology({ facts: { vpcEndpoints: known([aVpcEndpoint({ routeTableIds: ['rtb-0other00'] })]) } })
    expect(drawnEdges(quiet).filter((edge) => edge.includes('vpce'))).toEqual([])
  })

  test('what is not known of the endpoints is said of the way to S3', () => {
    const topology = smallTopology({
      findings: [anUnknown({ rule: 'network/s3-route', subject: 'subnet-0aaaaaaa' })],
      facts: { vpcEndpoints: denied('ec2:DescribeVpcEndpoints') },
    })
    expect(marked(topology)).toEqual(['rtb-0aaaaaaa > s3://sagemaker-lifecycle unknown network/s3-route'])
  })

  test.each([
    ['no default route', [], 'rtb-0aaaaaaa > internet no route to the internet'],
    ['a route to something gone', [{ state: 'blackhole' as const }], 'rtb-0aaaaaaa > nat-0aaaaaaa 0.0.0.0/0 (blackhole)'],
    [
      'an internet gateway',
      [{ target: { kind: 'internet-gateway' as const, id: 'igw-0aaaaaaa' } }],
      'rtb-0aaaaaaa > igw-0aaaaaaa 0.0.0.0/0',
    ],
  ])('no way out: %s', (_, routes, edge) => {
    const topology = smallTopology({ findings: [aFinding({ rule: 'network/egress' })], facts: { routeTables: tablesWith(...routes) } })
    expect(drawnEdges(topology)).toContain(edge)
    expect(marked(topology)).toEqual([`${edge.split(' ').slice(0, 3).join(' ')} broken network/egress`])
  })

  test('without a known route table the subnet itself is marked', () => {
    const findings = [anUnknown({ rule: 'network/egress', subject: 'subnet-0aaaaaaa' })]
    expect(marked(smallTopology({ findings, facts: { routeTables: known([]) } }))).toEqual(['subnet-0aaaaaaa unknown network/egress'])
  })

  test('the policy of an S3 endpoint: towards the bucket that it names, else the endpoint', () => {
    const rule = 'network/s3-endpoint-policy'
    expect(marksOf(aFinding({ rule, subject: 'vpce-0aaaaaaa s3://sagemaker-lifecycle/hyperpod/' }))).toEqual([
      `vpce-0aaaaaaa > s3://sagemaker-lifecycle broken ${rule}`,
    ])
    expect(marksOf(aFinding({ rule, subject: 'vpce-0aaaaaaa prod-us-west-2-starport-layer-bucket' }))).toEqual([
      `vpce-0aaaaaaa broken ${rule}`,
    ])
  })

  test('ports between the nodes and the file system, however the subject names the two', () => {
    const plan = {
      fileSystems: [
        {
          type: 'lustre' as const,
          fileSystemId: 'fs-0123456789abcdef0',
          dnsName: null,
          mountName: null,
          instanceGroups: [],
          location: null,
        },
      ],
    }
    for (const subject of [
      'sg-0aaaaaaa',
      'fs-0123456789abcdef0',
      'sg-0aaaaaaa → fs-0123456789abcdef0',
      'worker-1 to fs-0123456789abcdef0',
    ]) {
      const topology = smallTopology({ findings: [aFinding({ rule: 'security-group/lustre', subject })], plan })
      expect(marked(topology)).toEqual(['sg-0aaaaaaa > fs-0123456789abcdef0 broken security-group/lustre'])
    }
    const named = smallTopology({ findings: [aFinding({ rule: 'slurm/file-system', subject: 'fs-0123456789abcdef0' })], plan })
    expect(marked(named)).toEqual(['fs-0123456789abcdef0 broken slurm/file-system'])
  })

  test('rules about EKS mark the control plane, those about its ports the way to it', () => {
    const cluster = { name: 'prod', arn: null, region: null, account: null, location: null }
    const plan = { orchestrator: { kind: 'eks' as const, cluster } }
    const on = (rule: string, subject: string) =>
      marked(smallTopology({ findings: [aFinding({ rule, subject })], plan, facts: { eksCluster: known(anEksCluster()) } }))
    expect(on('eks/vpc-cni', 'vpc-cni')).toEqual(['eks/prod broken eks/vpc-cni'])
    expect(on('eks/version', 'prod')).toEqual(['eks/prod broken eks/version'])
    expect(on('security-group/eks-control-plane', 'sg-0aaaaaaa → prod')).toEqual([
      'sg-0aaaaaaa > eks/prod broken security-group/eks-control-plane',
    ])
  })

  test('of many subnets only the route table of the one that is named', () => {
    const topology = topologyOf(largeSnapshot(), [aFinding({ rule: 'network/egress', subject: longId('subnet', 6) })])
    expect(topology === null ? [] : marked(topology)).toEqual([`${longId('rtb', 2)} > ${longId('nat', 2)} broken network/egress`])
  })
})

test('the report carries it', () => {
  const snapshot = largeSnapshot()
  const findings = [aFinding({ subject: longId('subnet', 0) })]
  const report = makeReport({ tool: aTool, snapshot, findings, failOn: 'error', onUnknown: 'fail' })
  expect(report.topology).toEqual(topologyOf(snapshot, findings))
  expect(report.topology?.nodes.filter(({ kind }) => kind === 'subnet')).toHaveLength(16)
})
