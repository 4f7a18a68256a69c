import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { PlannedFileSystem } from '../../../src/model/plan.ts'
import { fileSystemZones, nodeZones } from '../../../src/semantics/network/file-system-zones.ts'
import { findFileSystem, namedBy, namedFileSystems, plannedMentions, shareGroups } from '../../../src/semantics/plan/file-systems.ts'
import { aFileSystem, aGroup, aNetworkInterface, aPlan, aRequest, aSubnet } from '../../builders.ts'

const planned = (
  fileSystemId: string | null,
  dnsName: string | null = null,
  changes: Partial<PlannedFileSystem> = {},
): PlannedFileSystem => ({
  type: 'unstated',
  fileSystemId,
  dnsName,
  mountName: null,
  instanceGroups: [],
  location: null,
  ...changes,
})
const dns = (id: string): string => `${id}.fsx.us-west-2.amazonaws.com`
const mentionsOf = (...fileSystems: readonly PlannedFileSystem[]) => plannedMentions(aPlan({ fileSystems }))
const one = aFileSystem({ fileSystemId: 'fs-0000000001' })
const two = aFileSystem({ fileSystemId: 'fs-0000000002' })

describe('findFileSystem', () => {
  test.each<readonly [string, PlannedFileSystem, string | null]>([
    ['by id', planned('fs-0000000002'), 'fs-0000000002'],
    ['by DNS name', planned(null, dns('fs-0000000002')), 'fs-0000000002'],
    ['by DNS name in capitals', planned(null, 'FS-0000000002.FSX.US-WEST-2.AMAZONAWS.COM.'), 'fs-0000000002'],
    ['by a DNS name that does not begin with the id', planned(null, 'Storage.corp.example.'), 'fs-0000000003'],
    ['the id goes before the DNS name', planned('fs-0000000001', dns('fs-0000000002')), 'fs-0000000001'],
    ['an id that begins alike is another', planned('fs-000000000'), null],
    ['a file cache', planned(null, dns('fc-0000000002')), null],
    ['neither id nor name', planned(null), null],
  ])('%s', (_, wanted, id) => {
    const named = aFileSystem({ fileSystemId: 'fs-0000000003', dnsName: 'storage.corp.example' })
    const [mention] = mentionsOf(wanted)
    expect(mention === undefined ? undefined : (findFileSystem(mention, [one, two, named])?.fileSystemId ?? null)).toBe(id)
  })
})

describe('namedFileSystems', () => {
  test('each once, in the order of the mentions, with all that name it; the id is the subject wherever there is one', () => {
    const mentions = mentionsOf(
      planned(null, dns('fs-0000000002'), { instanceGroups: ['a'] }),
      planned('fs-0000000009'),
      planned('fs-0000000002', null, { instanceGroups: ['b'] }),
      planned(null, 'storage.corp.example'),
    )
    expect(namedFileSystems(mentions, [one, two])).toMatchObject([
      { subject: 'fs-0000000002', found: two, mentions: [mentions[0], mentions[2]], instanceGroups: ['a', 'b'] },
      { subject: 'fs-0000000009', found: null, mentions: [mentions[1]] },
      { subject: 'storage.corp.example', found: null },
    ])
  })

  test('by name and by id it is one, even where none of the Region is known', () => {
    const mentions = mentionsOf(planned('fs-0000000002'), planned(null, dns('fs-0000000002')))
    expect(namedFileSystems(mentions, [])).toMatchObject([{ subject: 'fs-0000000002', found: null, mentions }])
  })

  test('no mention is lost and none is told twice, whatever exists', () => {
    const ids = fc.constantFrom('fs-0000000001', 'fs-0000000002', 'fs-0000000003')
    const mention = fc.oneof(
      ids.map((id) => planned(id)),
      ids.map((id) => planned(null, dns(id))),
      ids.map((id) => planned(id, dns(id).toUpperCase())),
    )
    fc.assert(
      fc.property(fc.array(mention), fc.subarray([one, two]), (wanted, found) => {
        const mentions = mentionsOf(...wanted)
        const named = namedFileSystems(mentions, found)
        expect(new Set(named.map(({ subject }) => subject)).size).toBe(named.length)
        expect(new Set(named.flatMap((fileSystem) => fileSystem.mentions))).toEqual(new Set(mentions))
        expect(named.reduce((total, fileSystem) => total + fileSystem.mentions.length, 0)).toBe(mentions.length)
      }),
    )
  })
})

test('plannedMentions: each name with its place in the request', () => {
  const DnsName = dns('fs-0000000001')
  const request = aRequest({
    value: { InstanceGroups: [{ InstanceStorageConfigs: [{ FsxLustreConfig: { DnsName, MountName: 'abc' } }] }] },
    positions: {
      '/InstanceGroups/0/InstanceStorageConfigs/0/FsxLustreConfig': { line: 5, column: 9 },
      '/InstanceGroups/0/InstanceStorageConfigs/0/FsxLustreConfig/DnsName': { line: 6, column: 20 },
      '/InstanceGroups/0/InstanceStorageConfigs/0/FsxLustreConfig/MountName': { line: 7, column: 22 },
    },
  })
  const fileSystems = [planned('fs-0000000001', DnsName, { type: 'lustre', mountName: 'abc' }), planned('fs-0000000002')]
  expect(plannedMentions(aPlan({ request, fileSystems }))).toMatchObject([
    {
      by: 'request',
      dnsName: { field: 'DnsName', value: DnsName, location: { path: 'cluster.json', line: 6, column: 20 } },
      mountName: { field: 'MountName', value: 'abc', location: { path: 'cluster.json', line: 7, column: 22 } },
    },
    { by: 'input', dnsName: null, mountName: null },
  ])
})

test.each([
  [dns('fs-0123456789abcdef0'), 'file-system'],
  [dns('FS-0123456789ABCDEF0'), 'file-system'],
  [dns('fc-0123456789abcdef0'), 'file-cache'],
  ['10.0.0.10', 'other'],
  ['storage.corp.example', 'other'],
  ['fs-xxxx.fsx.us-west-2.amazonaws.com', 'other'],
])('namedBy: %s is a %s', (name, kind) => {
  expect(namedBy(name)).toBe(kind)
})

test.each<readonly [readonly string[], readonly string[], boolean]>([
  [[], ['a'], true],
  [['a'], [], true],
  [['a', 'b'], ['b'], true],
  [['a'], ['b'], false],
])('shareGroups: %j and %j', (some, others, shared) => {
  const [first, second] = mentionsOf(planned('fs-1', null, { instanceGroups: some }), planned('fs-2', null, { instanceGroups: others }))
  expect(first !== undefined && second !== undefined && shareGroups(first, second)).toBe(shared)
})

describe('zones', () => {
  const subnets = {
    'subnet-0aaaaaaa': aSubnet(),
    'subnet-0bbbbbbb': aSubnet({ availabilityZone: 'us-west-2b' }),
    'subnet-gone': null,
  }
  const placed = (name: string, ...subnetIds: readonly string[]) =>
    aGroup({ name, overrideVpcConfig: { subnetIds, securityGroupIds: [], location: null } })

  test('of nodes, by placement', () => {
    const instanceGroups = [aGroup(), placed('one', 'subnet-0bbbbbbb'), placed('two', 'subnet-0bbbbbbb'), placed('gone', 'subnet-gone')]
    const plan = aPlan({ instanceGroups })
    expect(nodeZones(plan, [], subnets)).toEqual([
      { instanceGroups: ['worker-1'], zones: ['us-west-2a', 'us-west-2b'] },
      { instanceGroups: ['one', 'two'], zones: ['us-west-2b'] },
    ])
    expect(nodeZones(plan, ['two'], subnets)).toEqual([{ instanceGroups: ['two'], zones: ['us-west-2b'] }])
    expect(nodeZones(aPlan({ instanceGroups: [] }), [], subnets)).toEqual([{ instanceGroups: [], zones: ['us-west-2a', 'us-west-2b'] }])
    expect(nodeZones(aPlan({ vpcConfig: null }), [], subnets)).toEqual([])
  })

  test('of a file system, by interfaces and subnets', () => {
    expect(fileSystemZones(aFileSystem(), [], subnets)).toEqual(['us-west-2a'])
    expect(fileSystemZones(aFileSystem(), [aNetworkInterface({ availabilityZone: 'us-west-2c' })], {})).toEqual(['us-west-2c'])
    expect(fileSystemZones(aFileSystem(), [], {})).toEqual([])
  })
})
