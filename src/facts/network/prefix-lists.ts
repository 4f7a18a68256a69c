import { paginateDescribeManagedPrefixLists, paginateGetManagedPrefixListEntries } from '@aws-sdk/client-ec2'
import type { PrefixList } from '../../model/facts/network.ts'
import type { Facts } from '../../model/facts.ts'
import { readItems } from '../../semantics/fact.ts'
import { cidr, field, matching, pages } from '../engine/answer.ts'
import type { Clients } from '../engine/clients.ts'
import { type Context, defineCollector, type Get } from '../engine/collect.ts'
import { attempt, attemptEach } from '../engine/gap.ts'

/** Facts whose rules or routes name prefix lists. */
const naming = [
  'securityGroups',
  'endpointSecurityGroups',
  'fileSystemSecurityGroups',
  'eksSecurityGroups',
  'routeTables',
] as const satisfies readonly (keyof Facts)[]

type Naming = (typeof naming)[number]

/**
 * The prefix lists that rules and routes name. Both calls know lists of AWS's (`com.amazonaws.us-west-2.s3`) and of the user's alike;
 * ec2:DescribePrefixLists knows only those of services with a gateway endpoint.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeManagedPrefixLists.html
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetManagedPrefixListEntries.html
 */
export const prefixLists = defineCollector({
  id: 'prefixLists',
  needs: naming,
  actions: ['ec2:DescribeManagedPrefixLists', 'ec2:GetManagedPrefixListEntries'],
  collect: async ({ clients }: Context, get) => {
    const ids = await namedPrefixLists(get)
    if (ids.length === 0) return {}
    const names = await namesOf(ids, clients)
    return attemptEach(
      ids,
      async (id): Promise<PrefixList | null> => {
        const name = names.get(id)
        return name === undefined ? null : { prefixListId: id, name, cidrBlocks: await entriesOf(id, clients) }
      },
      'ec2:GetManagedPrefixListEntries',
    )
  },
})

/** Ids by all facts that are known: whoever reads one that is a gap is told so, and loses nothing here. */
const namedPrefixLists = async (get: Get<Naming>): Promise<readonly string[]> => {
  const known = async <I extends Naming>(id: I, idsIn: (value: Facts[I]) => readonly string[]): Promise<readonly string[]> => {
    const fact = await attempt(() => get(id))
    return fact.ok ? idsIn(fact.value) : []
  }
  const ids = await Promise.all([
    known('securityGroups', inRules),
    known('endpointSecurityGroups', inRules),
    known('fileSystemSecurityGroups', inRules),
    known('eksSecurityGroups', inRules),
    known('routeTables', inRoutes),
  ])
  return [...new Set(ids.flat())].sort()
}

const inRules = (groups: Facts['securityGroups']): readonly string[] =>
  readItems(groups, Object.keys(groups)).flatMap((group) =>
    [...group.ingress, ...group.egress].flatMap(({ prefixListIds }) => prefixListIds),
  )

const inRoutes = (tables: Facts['routeTables']): readonly string[] =>
  tables.flatMap(({ routes }) => routes.map(({ destination }) => destination)).filter((destination) => destination.startsWith('pl-'))

/** Asked by filter and not by id: one list that the account cannot see would otherwise hide the others. */
const namesOf = async (ids: readonly string[], { ec2 }: Clients): Promise<ReadonlyMap<string, string>> => {
  const found = await pages(
    paginateDescribeManagedPrefixLists({ client: ec2 }, { Filters: [{ Name: 'prefix-list-id', Values: [...ids] }] }),
    'PrefixLists',
  )
  return new Map(found.map((list) => [matching(list, 'PrefixListId', /^pl-./), field(list, 'PrefixListName')]))
}

const entriesOf = async (id: string, { ec2 }: Clients): Promise<readonly string[]> => {
  const entries = await pages(paginateGetManagedPrefixListEntries({ client: ec2 }, { PrefixListId: id }), 'Entries')
  return entries.map((entry) => cidr(entry, 'Cidr'))
}
