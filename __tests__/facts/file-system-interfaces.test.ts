import { describe, expect, test } from '@jest/globals'
import { eksSecurityGroups } from '../../src/facts/eks.ts'
import { fileSystemInterfaces, fileSystemSecurityGroups } from '../../src/facts/fsx.ts'
import { attempt } from '../../src/facts/gap.ts'
import type { EksCluster, Fact, FactId, Facts, FileSystem } from '../../src/model/facts.ts'
import type { PlannedFileSystem } from '../../src/model/plan.ts'
import { aFileSystem, aNetworkInterface, anEksCluster, aPlan, aSecurityGroup } from '../builders.ts'
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

const collectInterfaces = (wanted: readonly PlannedFileSystem[], fileSystems: readonly FileSystem[]) =>
  attempt(() => fileSystemInterfaces.collect(loopback.context(aPlan({ fileSystems: wanted })), having({ fileSystems })))

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
    ['a plan without a file system', [], {}, {}],
    ['an absent file system', [planned('fs-9')], { fileSystems: [aFileSystem()] }, {}],
    [
      'a file system without an interface',
      [planned('fs-1')],
      { fileSystems: [aFileSystem({ fileSystemId: 'fs-1', networkInterfaceIds: [] })] },
      { 'fs-1': [] },
    ],
  ])('no call for %s', async (_, wanted, facts, value) => {
    const learned = await attempt(() => fileSystemInterfaces.collect(loopback.context(aPlan({ fileSystems: wanted })), having(facts)))
    expect(learned).toEqual({ ok: true, value })
    expect(loopback.current().asked).toEqual([])
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
