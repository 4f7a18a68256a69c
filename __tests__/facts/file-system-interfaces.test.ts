import { describe, expect, test } from '@jest/globals'
import { eksSecurityGroups } from '../../src/facts/eks/eks.ts'
import { attempt, GapError } from '../../src/facts/engine/gap.ts'
import { fileSystemInterfaces, fileSystemSecurityGroups, fileSystems } from '../../src/facts/fsx.ts'
import type { Fact } from '../../src/model/fact.ts'
import type { EksCluster } from '../../src/model/facts/eks.ts'
import type { FileSystem } from '../../src/model/facts/fsx.ts'
import type { FactId, Facts } from '../../src/model/facts.ts'
import type { Plan, PlannedFileSystem } from '../../src/model/plan.ts'
import { aFileSystem, aNetworkInterface, anEksCluster, aPlan, aSecurityGroup, bucketScriptsOf, repositoryScriptsOf } from '../builders.ts'
import { useLoopbackService } from './loopback-service.ts'

const loopback = useLoopbackService()

/** Facts that a collector builds on; asking for another fails the test. */
const having =
  (facts: Partial<Facts>) =>
  async <I extends FactId>(id: I): Promise<Facts[I]> => {
    const value = facts[id]
    if (value === undefined) throw new Error(`${id} was not to be asked for`)
    return value as Facts[I]
  }

const planned = (fileSystemId: string): PlannedFileSystem => ({
  type: 'lustre',
  fileSystemId,
  dnsName: null,
  mountName: null,
  instanceGroups: [],
  location: null,
})
const byName = (dnsName: string): PlannedFileSystem => ({ ...planned(''), fileSystemId: null, dnsName })

/** The values of the one filter that a call to EC2 has. */
const values = (form: URLSearchParams): readonly string[] =>
  [...form].filter(([name]) => name.startsWith('Filter.1.Value.')).map(([, value]) => value)
const askedForms = () => loopback.current().asked.map((form) => new URLSearchParams(form))

const interfaceItem = (id: string): string =>
  `<item><networkInterfaceId>${id}</networkInterfaceId><subnetId>subnet-1</subnetId><vpcId>vpc-1</vpcId><availabilityZone>us-west-2a</availabilityZone>
   <privateIpAddressesSet><item><privateIpAddress>10.0.0.10</privateIpAddress></item><item><privateIpAddress>10.0.0.11</privateIpAddress></item></privateIpAddressesSet>
   <ipv6AddressesSet><item><ipv6Address>2600:1f14::1</ipv6Address></item></ipv6AddressesSet>
   <groupSet><item><groupId>sg-1</groupId><groupName>a</groupName></item><item><groupId>sg-2</groupId><groupName>b</groupName></item></groupSet></item>`

/** An account that sees every interface but those of `hidden`, one page an interface. */
const interfaces = (hidden: readonly string[] = []) => {
  loopback.current().ec2 = (form) => {
    const seen = values(form).filter((id) => !hidden.includes(id))
    const at = Number(form.get('NextToken') ?? 0)
    const next = at + 1 < seen.length ? `<nextToken>${at + 1}</nextToken>` : ''
    const item = seen[at] === undefined ? '' : interfaceItem(seen[at])
    return `<DescribeNetworkInterfacesResponse><networkInterfaceSet>${item}</networkInterfaceSet>${next}</DescribeNetworkInterfacesResponse>`
  }
}

const parameters = 'provisioning_parameters.json'
const unread: Partial<Facts> = { repositoryScripts: null, bucketScripts: {} }
const collectInterfaces = (wanted: readonly PlannedFileSystem[], fileSystems: readonly FileSystem[]) =>
  attempt(() => fileSystemInterfaces.collect(loopback.context(aPlan({ fileSystems: wanted })), having({ ...unread, fileSystems })))

describe('fileSystemInterfaces', () => {
  test('those of the file systems that the plan names, all pages, in one question', async () => {
    interfaces()
    const found = [
      aFileSystem({ fileSystemId: 'fs-1', networkInterfaceIds: ['eni-1', 'eni-2'] }),
      aFileSystem({ fileSystemId: 'fs-2', networkInterfaceIds: ['eni-3'] }),
      aFileSystem({ fileSystemId: 'fs-3', networkInterfaceIds: ['eni-4'] }),
    ]
    const learned = await collectInterfaces([planned('fs-1'), byName('FS-2.fsx.us-west-2.amazonaws.com'), planned('fs-2')], found)
    const read = (networkInterfaceId: string) => ({
      networkInterfaceId,
      subnetId: 'subnet-1',
      vpcId: 'vpc-1',
      availabilityZone: 'us-west-2a',
      addresses: ['10.0.0.10', '10.0.0.11', '2600:1f14::1'],
      securityGroupIds: ['sg-1', 'sg-2'],
    })
    expect(learned).toEqual({ ok: true, value: { 'fs-1': [read('eni-1'), read('eni-2')], 'fs-2': [read('eni-3')] } })
    expect(askedForms().map(values)).toEqual(Array(3).fill(['eni-1', 'eni-2', 'eni-3']))
    expect(askedForms()[0]?.get('Filter.1.Name')).toBe('network-interface-id')
  })

  test('one that the account cannot see is missing, and hides no other', async () => {
    interfaces(['eni-1'])
    const learned = await collectInterfaces(
      [planned('fs-1')],
      [aFileSystem({ fileSystemId: 'fs-1', networkInterfaceIds: ['eni-1', 'eni-2'] })],
    )
    expect(learned).toMatchObject({ ok: true, value: { 'fs-1': [{ networkInterfaceId: 'eni-2' }] } })
  })

  test('at most 200 values a filter', async () => {
    loopback.current().ec2 = () => '<DescribeNetworkInterfacesResponse><networkInterfaceSet/></DescribeNetworkInterfacesResponse>'
    const fileSystems = Array.from({ length: 9 }, (_, at) =>
      aFileSystem({
        fileSystemId: `fs-${at}`,
        networkInterfaceIds: Array.from({ length: 50 }, (_interface, index) => `eni-${at}-${index}`),
      }),
    )
    await collectInterfaces(
      fileSystems.map(({ fileSystemId }) => planned(fileSystemId)),
      fileSystems,
    )
    const sizes = askedForms().map((form) => values(form).length)
    expect(sizes.toSorted((a, b) => b - a)).toEqual([200, 200, 50])
  })

  test.each<readonly [string, readonly PlannedFileSystem[], Partial<Facts>, Facts['fileSystemInterfaces']]>([
    ['a Region without one', [planned('fs-9')], { fileSystems: [] }, {}],
    ['an absent file system', [planned('fs-9')], { ...unread, fileSystems: [aFileSystem()] }, {}],
    [
      'a file system without an interface',
      [planned('fs-1')],
      { ...unread, fileSystems: [aFileSystem({ fileSystemId: 'fs-1', networkInterfaceIds: [] })] },
      { 'fs-1': [] },
    ],
  ])('no call for %s', async (_, wanted, facts, value) => {
    const learned = await attempt(() => fileSystemInterfaces.collect(loopback.context(aPlan({ fileSystems: wanted })), having(facts)))
    expect(learned).toEqual({ ok: true, value })
    expect(loopback.current().asked).toEqual([])
  })
})

describe('fileSystemInterfaces of what provisioning_parameters.json names', () => {
  const id = 'fs-0123456789abcdef0'
  const dnsName = `${id}.fsx.us-west-2.amazonaws.com`
  const found = [aFileSystem(), aFileSystem({ fileSystemId: 'fs-1', networkInterfaceIds: ['eni-1'] })]
  const collected = (facts: Partial<Facts>, changes: Partial<Plan> = {}) =>
    attempt(() => fileSystemInterfaces.collect(loopback.context(aPlan(changes)), having({ fileSystems: found, ...facts })))
  const text = JSON.stringify({ fsx_dns_name: dnsName, fsx_mountname: 'fsxmount' })

  test.each<readonly [string, Partial<Facts>, Partial<Plan>]>([
    ['in S3', { ...unread, bucketScripts: bucketScriptsOf({ [parameters]: text }) }, {}],
    [
      'in the repository',
      { ...unread, repositoryScripts: repositoryScriptsOf({ [parameters]: text }) },
      { lifecycleScripts: 'scripts', lifecycleSources: [] },
    ],
  ])('%s', async (_, facts, changes) => {
    interfaces()
    expect(await collected(facts, changes)).toMatchObject({ ok: true, value: { [id]: [{ networkInterfaceId: 'eni-0aaaaaaa' }] } })
    expect(askedForms().map(values)).toEqual([['eni-0aaaaaaa']])
  })

  test('scripts that cannot be read leave those of the plan', async () => {
    interfaces()
    const get = having({ fileSystems: found, repositoryScripts: null })
    const refusing: typeof get = (fact) =>
      fact === 'bucketScripts' ? Promise.reject(new GapError({ reason: 'denied', action: 's3:ListBucket', message: 'no' })) : get(fact)
    const context = loopback.context(aPlan({ fileSystems: [planned('fs-1')] }))
    expect(await attempt(() => fileSystemInterfaces.collect(context, refusing))).toMatchObject({
      ok: true,
      value: { 'fs-1': [{ networkInterfaceId: 'eni-1' }] },
    })
  })

  test('scripts are not waited for where they may name none', async () => {
    interfaces()
    const orchestrator = { kind: 'slurm', configuration: 'api' } as const
    expect(await collected({}, { orchestrator, fileSystems: [planned('fs-1')] })).toMatchObject({ ok: true })
    expect(await collected({ fileSystems: found }, { orchestrator })).toEqual({ ok: true, value: {} })
    expect(askedForms()).toHaveLength(1)
  })
})

describe('fileSystems', () => {
  const lustre = {
    FileSystemId: 'fs-1',
    FileSystemType: 'LUSTRE',
    FileSystemTypeVersion: '2.15',
    Lifecycle: 'AVAILABLE',
    LustreConfiguration: { MountName: 'fsxmount', DeploymentType: 'PERSISTENT_2', EfaEnabled: true },
  }
  const zfs = { FileSystemId: 'fs-2', FileSystemType: 'OPENZFS', OpenZFSConfiguration: { DeploymentType: 'MULTI_AZ_1' } }
  const ask = (changes: Partial<Plan>) => attempt(() => fileSystems.collect(loopback.context(aPlan(changes)), having({})))

  test('deployment type, Lustre version and EFA, as far as the answer says them', async () => {
    loopback.current().operations = { DescribeFileSystems: () => ({ FileSystems: [lustre, zfs] }) }
    expect(await ask({})).toMatchObject({
      ok: true,
      value: [
        { deploymentType: 'PERSISTENT_2', lustreVersion: '2.15', efaEnabled: true },
        { deploymentType: 'MULTI_AZ_1', lustreVersion: null, efaEnabled: null },
      ],
    })
  })

  test.each<readonly [string, Partial<Plan>, number]>([
    ['Slurm with a folder of scripts', {}, 1],
    ['legacy Slurm', { orchestrator: { kind: 'slurm', configuration: 'legacy' } }, 1],
    ['an unstated orchestrator', { orchestrator: { kind: 'unstated' } }, 1],
    ['a folder of the repository alone', { lifecycleScripts: 'scripts', lifecycleSources: [] }, 1],
    ['a file system by id, whatever else', { orchestrator: { kind: 'eks', cluster: null }, fileSystems: [planned('fs-1')] }, 1],
    ['no scripts', { lifecycleSources: [] }, 0],
    ['Slurm in the request', { orchestrator: { kind: 'slurm', configuration: 'api' } }, 1],
    ['EKS', { orchestrator: { kind: 'eks', cluster: null } }, 0],
  ])('%s', async (_, changes, calls) => {
    loopback.current().operations = { DescribeFileSystems: () => ({ FileSystems: [] }) }
    expect(await ask(changes)).toEqual({ ok: true, value: [] })
    expect(loopback.current().asked).toHaveLength(calls)
  })
})

/** An account that has every security group but those of `hidden`. */
const securityGroups = (hidden: readonly string[] = []) => {
  loopback.current().ec2 = (form) => {
    const items = values(form)
      .filter((id) => !hidden.includes(id))
      .map((id) => `<item><groupId>${id}</groupId><groupName>${id}</groupName><vpcId>vpc-1</vpcId></item>`)
    return `<DescribeSecurityGroupsResponse><securityGroupInfo>${items.join('')}</securityGroupInfo></DescribeSecurityGroupsResponse>`
  }
}
const group = (securityGroupId: string) => ({ securityGroupId, name: securityGroupId, vpcId: 'vpc-1', ingress: [], egress: [] })
const ofPlan = { 'sg-1': aSecurityGroup({ securityGroupId: 'sg-1' }), 'sg-gone': null }

describe.each<readonly [string, (ids: readonly string[]) => Promise<Fact<Facts['fileSystemSecurityGroups']>>]>([
  [
    'fileSystemSecurityGroups',
    (securityGroupIds) =>
      attempt(() =>
        fileSystemSecurityGroups.collect(
          loopback.context(),
          having({ fileSystemInterfaces: { 'fs-1': [aNetworkInterface({ securityGroupIds })] }, securityGroups: ofPlan }),
        ),
      ),
  ],
  ['eksSecurityGroups', ([clusterSecurityGroupId = null, ...securityGroupIds]) => eksGroups({ clusterSecurityGroupId, securityGroupIds })],
])('%s', (_, collect) => {
  test('groups of the plan are not asked for again', async () => {
    securityGroups(['sg-3'])
    expect(await collect(['sg-1', 'sg-2', 'sg-3', 'sg-gone'])).toEqual({
      ok: true,
      value: { 'sg-1': ofPlan['sg-1'], 'sg-2': group('sg-2'), 'sg-3': null, 'sg-gone': null },
    })
    expect(askedForms().map(values)).toEqual([['sg-2', 'sg-3']])
  })

  test('no call where the plan has them all, or there is none', async () => {
    expect(await collect(['sg-1'])).toEqual({ ok: true, value: { 'sg-1': ofPlan['sg-1'] } })
    expect(await collect([])).toEqual({ ok: true, value: {} })
    expect(loopback.current().asked).toEqual([])
  })
})

const eksGroups = (changes: Partial<EksCluster>) =>
  attempt(() => eksSecurityGroups.collect(loopback.context(), having({ eksCluster: anEksCluster(changes), securityGroups: ofPlan })))

test('eksSecurityGroups: no call without an EKS cluster', async () => {
  const learned = await attempt(() => eksSecurityGroups.collect(loopback.context(), having({ eksCluster: null })))
  expect(learned).toEqual({ ok: true, value: {} })
  expect(loopback.current().asked).toEqual([])
})
