import { describe, expect, test } from '@jest/globals'
import type { FileSystem } from '../../../../src/model/facts/fsx.ts'
import {
  disagreements,
  durabilityProblems,
  isLeftUnmounted,
  nameProblems,
  rivalProblems,
  stateProblems,
  typeProblems,
  unmountedProblems,
  versionProblems,
  vpcProblems,
  zoneProblems,
} from '../../../../src/rules/slurm/file-systems/file-system-problems.ts'
import type { FileSystemMention, NamedFileSystem, StatedName } from '../../../../src/semantics/plan/file-systems.ts'
import { aFileSystem } from '../../../builders.ts'

const id = 'fs-0123456789abcdef0'
const dnsName = `${id}.fsx.us-west-2.amazonaws.com`
const inParameters = 'scripts/provisioning_parameters.json, line 7'
const stated = (field: string, value: string, place = 'the request'): StatedName => ({ field, value, place, location: null })
const mention = (changes: Partial<FileSystemMention> = {}): FileSystemMention => ({
  by: 'request',
  type: 'lustre',
  fileSystemId: id,
  dnsName: stated('DnsName', dnsName),
  mountName: stated('MountName', 'fsxmount'),
  instanceGroups: [],
  unmounted: null,
  location: null,
  ...changes,
})
const provisioned = (changes: Partial<FileSystemMention> = {}): FileSystemMention =>
  mention({
    by: 'parameters',
    dnsName: stated('fsx_dns_name', dnsName, inParameters),
    mountName: stated('fsx_mountname', 'fsxmount', inParameters),
    ...changes,
  })
const named = (mentions: readonly FileSystemMention[], subject = id, found: FileSystem | null = null): NamedFileSystem => ({
  subject,
  found,
  mentions,
  instanceGroups: [],
  location: null,
})

describe('what is wrong with a file system', () => {
  test.each<readonly [string | null, string, string]>([
    ['CREATING', 'error', `Wait until ${id} is AVAILABLE.`],
    ['UPDATING', 'warning', `Wait until ${id} is AVAILABLE.`],
    ['FAILED', 'error', `Take another file system, or mend ${id}.`],
  ])('state %s', (lifecycle, severity, fix) => {
    expect(stateProblems(aFileSystem({ lifecycle }))).toEqual([{ severity, message: `${id} is ${lifecycle}, it must be AVAILABLE`, fix }])
  })

  test('none in a state that serves, or that nobody knows', () => {
    expect([null, 'AVAILABLE'].flatMap((lifecycle) => stateProblems(aFileSystem({ lifecycle })))).toEqual([])
  })

  test.each<readonly [string, FileSystemMention['type'], string, Partial<FileSystemMention>, string, string]>([
    ['LUSTRE', 'openzfs', 'OPENZFS', {}, 'the request', `Mount ${id} as LUSTRE.`],
    [
      'WINDOWS',
      'lustre',
      'LUSTRE',
      { by: 'input', dnsName: null },
      'fsx-file-system-id',
      "Take a file system of type LUSTRE: neither HyperPod nor AWS's scripts mount WINDOWS.",
    ],
    ['OPENZFS', 'lustre', 'LUSTRE', { dnsName: null }, 'the request', `Mount ${id} as OPENZFS.`],
    ['OPENZFS', 'lustre', 'LUSTRE', { dnsName: stated('fsx_dns_name', dnsName, inParameters) }, inParameters, `Mount ${id} as OPENZFS.`],
  ])('of type %s, mounted as %s', (type, mountedAs, title, changes, place, fix) => {
    const message = `${id} is of type ${type}, ${place} mounts it as ${title}`
    expect(typeProblems(aFileSystem({ type }), [mention({ type: mountedAs, ...changes })])).toEqual([{ severity: 'error', message, fix }])
  })

  test('of a type that nobody mounts, where nobody says how it is mounted', () => {
    const unstated = [mention({ type: 'unstated' })]
    expect(typeProblems(aFileSystem({ type: 'ONTAP' }), unstated)).toEqual([
      {
        severity: 'warning',
        message: `${id} is of type ONTAP: HyperPod and AWS's scripts mount LUSTRE and OPENZFS only`,
        fix: `Take a file system of one of these types, or mount ${id} in a lifecycle script of your own.`,
      },
    ])
    expect(typeProblems(aFileSystem(), unstated)).toEqual([])
    expect(typeProblems(aFileSystem(), [mention()])).toEqual([])
  })

  test('names that are not its own; case and a last dot of a DNS name do not matter', () => {
    const mentions = [
      mention({ dnsName: stated('DnsName', `${dnsName.toUpperCase()}.`), mountName: stated('MountName', 'FSXMOUNT') }),
      provisioned({ dnsName: stated('fsx_dns_name', 'fs-1.fsx.us-west-2.amazonaws.com', inParameters) }),
    ]
    expect(nameProblems(aFileSystem(), mentions)).toEqual([
      { severity: 'error', message: `the mount name of ${id} is fsxmount, the request says FSXMOUNT`, fix: 'Set MountName to fsxmount.' },
      {
        severity: 'error',
        message: `the DNS name of ${id} is ${dnsName}, ${inParameters} says fs-1.fsx.us-west-2.amazonaws.com`,
        fix: `Set fsx_dns_name to ${dnsName}.`,
      },
    ])
    expect(nameProblems(aFileSystem({ mountName: null, dnsName: null }), mentions)).toEqual([])
    expect(nameProblems(aFileSystem(), [mention({ dnsName: null, mountName: null })])).toEqual([])
  })

  test('another VPC', () => {
    expect(vpcProblems(aFileSystem(), 'vpc-0bbbbbbb')).toEqual([
      {
        severity: 'error',
        message: `${id} is in vpc-0a1b2c3d, the cluster is in vpc-0bbbbbbb`,
        fix: 'Take a file system in vpc-0bbbbbbb, or put the cluster into vpc-0a1b2c3d.',
      },
    ])
    expect([...vpcProblems(aFileSystem(), null), ...vpcProblems(aFileSystem({ vpcId: null }), 'vpc-0bbbbbbb')]).toEqual([])
  })

  test.each<readonly [readonly string[], string]>([
    [[], 'the nodes'],
    [['a'], 'the nodes of a'],
    [['a', 'b', 'c'], 'the nodes of a, b, c'],
    [['a', 'b', 'c', 'd', 'e'], 'the nodes of a, b, c and 2 more groups'],
  ])('another zone than nodes of %j', (instanceGroups, nodes) => {
    const zones = ['us-west-2a', 'us-west-2b']
    const elsewhere = { instanceGroups, zones: ['us-west-2c', 'us-west-2d'] }
    const half = { instanceGroups: ['half'], zones: ['us-west-2b', 'us-west-2c'] }
    const message = `${id} is in us-west-2a, us-west-2b, ${nodes} in us-west-2c, us-west-2d: traffic between zones is slower and is charged`
    const fix = 'Take a file system in a zone of the nodes, or place the nodes in a subnet in us-west-2a, us-west-2b.'
    expect(zoneProblems(aFileSystem(), zones, [half, elsewhere])).toEqual([{ severity: 'warning', message, fix }])
    expect(zoneProblems(aFileSystem({ efaEnabled: true }), zones, [elsewhere])).toEqual([
      { severity: 'warning', message: `${message}, and its EFA does not work between zones`, fix },
    ])
    expect(zoneProblems(aFileSystem(), [], [elsewhere])).toEqual([])
  })

  test('an old version, and data on one server only', () => {
    expect(versionProblems(aFileSystem({ lustreVersion: '2.10' }))).toMatchObject([
      {
        severity: 'warning',
        fix: `Update ${id} to Lustre 2.12 or 2.15, or make sure that the kernel of the nodes takes a Lustre 2.12 client.`,
      },
    ])
    expect(versionProblems(aFileSystem({ lustreVersion: '2.12' }))).toEqual([])
    expect(durabilityProblems(aFileSystem({ deploymentType: 'SCRATCH_2' }))).toMatchObject([
      { severity: 'notice', message: `${id} is SCRATCH_2: its data is not replicated and is lost where a file server fails` },
    ])
    expect([null, 'PERSISTENT_2'].flatMap((deploymentType) => durabilityProblems(aFileSystem({ deploymentType })))).toEqual([])
  })
})

describe('places that do not agree', () => {
  test('on the mount name', () => {
    const other = provisioned({ mountName: stated('fsx_mountname', 'other', inParameters) })
    expect(disagreements(named([mention(), mention(), other]))).toEqual([
      {
        severity: 'error',
        message: `the request says mount name fsxmount of ${id}, ${inParameters} says other`,
        fix: `Set both to the mount name of ${id}.`,
      },
    ])
    expect(disagreements(named([mention({ mountName: null }), other]))).toEqual([])
    expect(disagreements(named([mention({ mountName: null })]))).toEqual([])
  })

  const second = 'fs-0fedcba9876543210'
  const rivals = (mine: readonly FileSystemMention[], theirs: readonly FileSystemMention[], found: FileSystem | null = null) => {
    const one = named(mine)
    return rivalProblems(one, [one, named(theirs, second, found)])
  }
  const rival = {
    severity: 'warning',
    message: `${inParameters} names ${id}, the request names ${second}`,
    fix: 'Name one of the two in both places, unless the nodes are to mount both.',
  }

  test.each<readonly [string, readonly FileSystemMention[], readonly FileSystemMention[], readonly object[]]>([
    ['two of a type, for all nodes', [provisioned()], [mention()], [rival]],
    [
      'for the same group',
      [provisioned({ instanceGroups: ['a'] })],
      [mention({ instanceGroups: ['b'] }), mention({ instanceGroups: ['a'] })],
      [rival],
    ],
    ['for other groups', [provisioned({ instanceGroups: ['a'] })], [mention({ instanceGroups: ['b'] })], []],
    ['of another type', [provisioned()], [mention({ type: 'openzfs' })], []],
    ['both named by the parameters', [provisioned()], [provisioned()], []],
    ['the request names the first as well', [provisioned(), mention()], [mention()], []],
    ['the parameters do not name the first', [mention({ by: 'input' })], [mention()], []],
  ])('on the file system: %s', (_, mine, theirs, expected) => {
    expect(rivals(mine, theirs)).toEqual(expected)
  })

  test('the type is what FSx says of it, before what the mention says', () => {
    expect(rivals([provisioned()], [mention({ type: 'openzfs' })], aFileSystem({ fileSystemId: second }))).toEqual([rival])
    expect(rivals([provisioned()], [mention()], aFileSystem({ fileSystemId: second, type: 'OPENZFS' }))).toEqual([])
  })
})

describe('named, and mounted by nobody', () => {
  const off = 'enable_fsx_openzfs is False in config.py'
  const left = provisioned({ type: 'openzfs', unmounted: off })

  test('only where every mention is left', () => {
    expect(isLeftUnmounted(named([left, left]))).toBe(true)
    expect(isLeftUnmounted(named([left, mention()]))).toBe(false)
    expect(unmountedProblems(named([left]))).toEqual([
      {
        severity: 'warning',
        message: `${inParameters} names ${id}, and ${off}: AWS's scripts do not mount it`,
        fix: 'Set enable_fsx_openzfs to True in config.py, or take fsx_dns_name out of provisioning_parameters.json.',
      },
    ])
    expect(unmountedProblems(named([left, mention()]))).toEqual([])
    expect(unmountedProblems(named([mention()]))).toEqual([])
  })
})
