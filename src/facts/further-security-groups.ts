import type { Facts, SecurityGroup } from '../model/facts.ts'
import type { Clients } from './clients.ts'
import { securityGroupsById } from './security-groups.ts'

/**
 * Security groups by id, null for those that this account cannot see. `planned` is asked only where there are ids; the groups that it
 * has are not asked for again.
 */
export const furtherSecurityGroups = async (
  clients: Clients,
  ids: readonly string[],
  planned: () => Promise<Facts['securityGroups']>,
): Promise<Readonly<Record<string, SecurityGroup | null>>> => {
  const distinct = [...new Set(ids)]
  if (distinct.length === 0) return {}
  const known = await planned()
  const others = await securityGroupsById(
    clients,
    distinct.filter((id) => !Object.hasOwn(known, id)),
  )
  return Object.fromEntries(distinct.map((id) => [id, known[id] ?? others[id] ?? null]))
}
