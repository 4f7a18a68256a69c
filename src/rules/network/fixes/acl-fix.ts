import type { NetworkAcl } from '../../../model/facts/network.ts'
import type { Fix } from '../../../model/finding.ts'
import type { AclFault } from '../../../semantics/network/acl-demands.ts'
import { command } from '../../engine/command.ts'

/** Highest and lowest number that a rule of one's own may have: https://docs.aws.amazon.com/vpc/latest/userguide/nacl-basics.html */
const highest = 32_766
const lowest = 1

/**
 * Rules that let through what is denied, numbered so that they go before the entries that deny it. The numbers are given out once for all
 * faults of a plan, so that the commands of several findings can be run one after the other.
 */
export const aclFixes = (all: readonly AclFault[], region: string): ((faults: readonly AclFault[]) => Fix) => {
  const taken = new Map<string, Set<number>>()
  const commands = new Map<string, string | null>()
  for (const fault of all) {
    const key = keyOf(fault)
    if (!commands.has(key)) commands.set(key, allowing(fault, taken, region))
  }
  return (faults) => {
    const lines = [...new Set(faults.flatMap((fault) => commands.get(keyOf(fault)) ?? []))]
    const acls = [...new Set(faults.map(({ demand }) => demand.acl.networkAclId))]
    const listed =
      lines.length > 0 ? lines : [command('aws', 'ec2', 'describe-network-acls', '--region', region, '--network-acl-ids', ...acls)]
    return {
      text: `Add rules to ${acls.join(' and ')} that go before the ones that deny this, in both directions: a network ACL does not remember connections. AWS advises to allow answers on all of TCP 1024-65535.`,
      commands: listed,
    }
  }
}

const keyOf = ({ demand: { acl, traffic } }: AclFault): string =>
  [acl.networkAclId, traffic.direction, traffic.peer, traffic.protocol, traffic.ports.from, traffic.ports.to].join(' ')

/** The rule's command; null where no number is left before the entry that denies. */
const allowing = ({ demand: { acl, traffic }, denying }: AclFault, taken: Map<string, Set<number>>, region: string): string | null => {
  const place = `${acl.networkAclId} ${traffic.direction}`
  const used = taken.get(place) ?? usedNumbers(acl, traffic.direction)
  taken.set(place, used)
  const before = denying[0]?.ruleNumber ?? highest + 1
  const number = before > highest ? numberAtEnd(used) : freeNumber(used, before)
  if (number === null) return null
  used.add(number)
  const { from, to } = traffic.ports
  return command(
    'aws',
    'ec2',
    'create-network-acl-entry',
    '--region',
    region,
    '--network-acl-id',
    acl.networkAclId,
    traffic.direction === 'egress' ? '--egress' : '--ingress',
    '--rule-number',
    number,
    '--protocol',
    traffic.protocol,
    ...(traffic.protocol === '-1' ? [] : ['--port-range', `From=${from},To=${to}`]),
    '--cidr-block',
    traffic.peer,
    '--rule-action',
    'allow',
  )
}

const usedNumbers = (acl: NetworkAcl, direction: 'egress' | 'ingress'): Set<number> =>
  new Set(acl.entries.filter((entry) => entry.direction === direction).map(({ ruleNumber }) => ruleNumber))

/** Room for rules between two that are made one after the other, as AWS's console leaves it. */
const step = 10

/** A number behind all others: where nothing but the last entry denies, nothing has to be overtaken. */
const numberAtEnd = (used: ReadonlySet<number>): number | null => {
  const last = Math.max(90, ...[...used].filter((number) => number <= highest))
  return last + step <= highest ? last + step : freeNumber(used, highest + 1)
}

/** The highest number below `before` that is free, so that as few rules as possible are overtaken. */
const freeNumber = (used: ReadonlySet<number>, before: number): number | null => {
  for (let number = before - 1; number >= lowest; number -= 1) if (!used.has(number)) return number
  return null
}
