import { describe, expect, test } from '@jest/globals'
import { attempt, GapError } from '../../../src/facts/engine/gap.ts'
import { prefixLists } from '../../../src/facts/network/prefix-lists.ts'
import type { Fact } from '../../../src/model/fact.ts'
import type { Facts } from '../../../src/model/facts.ts'
import { aGap, aPermission, aRoute, aRouteTable, aSecurityGroup, denied, known } from '../../builders.ts'
import { useLoopbackService } from '../loopback-service.ts'

type Need = (typeof prefixLists)['needs'][number]

const loopback = useLoopbackService()
type Given = { readonly [I in Need]: Fact<Facts[I]> }
const nothing: Given = {
  securityGroups: known({}),
  endpointSecurityGroups: known({}),
  fileSystemSecurityGroups: known({}),
  eksSecurityGroups: known({}),
  routeTables: known([]),
}
const collected = (changes: Partial<Given> = {}) => {
  const facts: Given = { ...nothing, ...changes }
  const get = async <I extends Need>(id: I): Promise<Facts[I]> => {
    const fact: Fact<Facts[I]> = facts[id]
    if (!fact.ok) throw new GapError(fact.gap)
    return fact.value
  }
  return attempt(() => prefixLists.collect(loopback.context(), get))
}
const naming = (...prefixListIds: readonly string[]) =>
  known({ 'sg-0aaaaaaa': aSecurityGroup({ ingress: [aPermission({ prefixListIds })] }) })

/** The lists that the account can see: each by its name and its pages of entries. */
const account = (lists: Readonly<Record<string, { readonly name: string; readonly pages: readonly (readonly string[])[] }>>) => {
  loopback.current().ec2 = (form) => {
    if (form.get('Action') === 'DescribeManagedPrefixLists') {
      const wanted = [...form].filter(([key]) => key.startsWith('Filter.1.Value.')).map(([, value]) => value)
      const items = Object.entries(lists)
        .filter(([id]) => wanted.includes(id))
        .map(([id, { name }]) => `<item><prefixListId>${id}</prefixListId><prefixListName>${name}</prefixListName></item>`)
      return `<DescribeManagedPrefixListsResponse><prefixListSet>${items.join('')}</prefixListSet></DescribeManagedPrefixListsResponse>`
    }
    const page = Number(form.get('NextToken') ?? 0)
    const entries = lists[form.get('PrefixListId') ?? '']?.pages ?? []
    const items = (entries[page] ?? []).map((cidr) => `<item><cidr>${cidr}</cidr></item>`)
    const next = page + 1 < entries.length ? `<nextToken>${page + 1}</nextToken>` : ''
    return `<GetManagedPrefixListEntriesResponse><entrySet>${items.join('')}</entrySet>${next}</GetManagedPrefixListEntriesResponse>`
  }
}
const actions = () =>
  loopback
    .current()
    .asked.map((form) => new URLSearchParams(form).get('Action'))
    .sort()

describe('prefixLists', () => {
  test('lists of rules and of routes, once each, with all pages of their entries', async () => {
    account({
      'pl-68a54001': { name: 'com.amazonaws.us-west-2.s3', pages: [['3.5.76.0/22', '18.34.0.0/19'], ['52.218.128.0/17']] },
      'pl-office': { name: 'office', pages: [['192.0.2.0/24']] },
    })
    const group = aSecurityGroup({ egress: [aPermission({ prefixListIds: ['pl-68a54001'] })] })
    const routeTables = known([aRouteTable({ routes: [aRoute({ destination: 'pl-68a54001' })] })])
    const facts = await collected({
      securityGroups: naming('pl-office'),
      endpointSecurityGroups: known({ 'sg-0endpoint': group, 'sg-0gone': null }),
      routeTables,
    })
    expect(facts).toEqual(
      known({
        'pl-68a54001': known({
          prefixListId: 'pl-68a54001',
          name: 'com.amazonaws.us-west-2.s3',
          cidrBlocks: ['3.5.76.0/22', '18.34.0.0/19', '52.218.128.0/17'],
        }),
        'pl-office': known({ prefixListId: 'pl-office', name: 'office', cidrBlocks: ['192.0.2.0/24'] }),
      }),
    )
    expect(actions()).toEqual([
      'DescribeManagedPrefixLists',
      'GetManagedPrefixListEntries',
      'GetManagedPrefixListEntries',
      'GetManagedPrefixListEntries',
    ])
  })

  test.each(['fileSystemSecurityGroups', 'eksSecurityGroups'] as const)('lists that %s name', async (id) => {
    account({ 'pl-office': { name: 'office', pages: [[]] } })
    expect(await collected({ [id]: naming('pl-office') })).toMatchObject({ value: { 'pl-office': { value: { cidrBlocks: [] } } } })
  })

  test('a list that the account does not see is null, and its entries are not asked for', async () => {
    account({ 'pl-office': { name: 'office', pages: [['192.0.2.0/24']] } })
    expect(await collected({ securityGroups: naming('pl-gone', 'pl-office') })).toMatchObject({
      value: { 'pl-gone': known(null), 'pl-office': { value: { name: 'office' } } },
    })
    expect(actions()).toEqual(['DescribeManagedPrefixLists', 'GetManagedPrefixListEntries'])
  })

  test('where no list is named nothing is asked', async () => {
    expect(await collected({ securityGroups: known({ 'sg-0aaaaaaa': aSecurityGroup() }), routeTables: known([aRouteTable()]) })).toEqual(
      known({}),
    )
    expect(loopback.current().asked).toEqual([])
  })

  test('a gap in one of the facts that name lists hides nothing of the others', async () => {
    account({ 'pl-office': { name: 'office', pages: [['192.0.2.0/24']] } })
    const gaps = {
      routeTables: denied('ec2:DescribeRouteTables'),
      eksSecurityGroups: denied('eks:DescribeCluster'),
      endpointSecurityGroups: { ok: false, gap: aGap() },
    } as const
    expect(await collected({ ...gaps, securityGroups: naming('pl-office') })).toMatchObject({
      ok: true,
      value: { 'pl-office': { ok: true } },
    })
  })

  test('a list whose entries cannot be read is a gap of its own', async () => {
    account({ 'pl-office': { name: 'office', pages: [['192.0.2.0/24']] }, 'pl-odd': { name: 'odd', pages: [] } })
    const { ec2 } = loopback.current()
    loopback.current().ec2 = (form) =>
      form.get('PrefixListId') === 'pl-odd'
        ? '<GetManagedPrefixListEntriesResponse><entrySet><item></item></entrySet></GetManagedPrefixListEntriesResponse>'
        : ec2(form)
    const facts = await collected({ securityGroups: naming('pl-odd', 'pl-office') })
    expect(facts).toMatchObject({ value: { 'pl-office': { ok: true }, 'pl-odd': { ok: false } } })
  })
})
