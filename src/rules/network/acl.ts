import { type Need, needs } from '../../catalog/node-demands.ts'
import type { Gap } from '../../model/fact.ts'
import type { NetworkAcl, Subnet } from '../../model/facts/network.ts'
import type { Outcome, Severity } from '../../model/finding.ts'
import type { Location } from '../../model/plan.ts'
import { type AclDemand, type AclFault, faultsIn, openIssue } from '../../semantics/network/acl-demands.ts'
import { networkAclOf } from '../../semantics/network/network-acl.ts'
import { innerWayFacts, innerWaysOf, isBetweenNodes } from '../../semantics/ways/inner-ways.ts'
import type { Step } from '../../semantics/ways/step.ts'
import { type Way, waysOf } from '../../semantics/ways/ways.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, skip, unknown } from '../engine/outcome.ts'
import { eachSubnet, namesSubnet, subnetsInVpc } from '../shared/each-subnet.ts'
import { severityByNeed, withoutFacts } from '../shared/ways.ts'
import { aclFixes } from './fixes/acl-fix.ts'

export const acl = defineRule({
  id: 'network/acl',
  title: 'Network ACLs let nodes reach each other and AWS, and let the answers back in',
  why: 'A network ACL filters what enters and leaves a subnet, by rule number, and keeps no state: a rule that lets HTTPS out is of no use without one that lets the answers in, on the ports that connections start from. What is dropped leaves no trace on the node: lifecycle scripts and agents just time out. Traffic inside one subnet is not filtered, so only what crosses a border is judged, over IPv4: to the internet, to S3 through a gateway endpoint, to interface endpoints and file systems, at their subnets and at that of the NAT gateway, and between subnets of the plan. What closes the only way to something that nodes need to come up is an error.',
  severity: 'warning',
  otherSeverities: ['error'],
  sources: [
    'https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html',
    'https://docs.aws.amazon.com/vpc/latest/userguide/nacl-basics.html',
    'https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html#nacl-ephemeral-ports',
  ],
  needs: [],
  uses: innerWayFacts,
  applies: namesSubnet,
  evaluate: (facts, plan) => {
    const { routeTables, networkAcls } = facts
    if (!facts.subnets.ok || !routeTables.ok || !networkAcls.ok) return withoutFacts([facts.subnets, routeTables, networkAcls])
    const ways = [...waysOf(plan, facts), ...innerWaysOf(plan, facts)]
    const judged = new Map(subnetsInVpc(plan, facts.subnets.value).map((subnet) => [subnet.subnetId, demandsIn(subnet, ways)]))
    const fixes = aclFixes(
      [...judged.values()].flatMap((demands) => faultsIn(demands.map(({ demand }) => demand))),
      plan.region,
    )
    return eachSubnet(plan, facts.subnets.value, (subnet, location) => {
      const own = networkAclOf(subnet.subnetId, networkAcls.value)
      if (!own.ok) return unknown(subnet.subnetId, own.gap, { location, severity: 'error' })
      const open = ways.find(({ placement, steps }) => placement.subnet.subnetId === subnet.subnetId && gapsIn(steps).length > 0)
      const gap = open === undefined ? null : (gapsIn(open.steps)[0] ?? null)
      return judge({ subnet, acl: own.value, asked: judged.get(subnet.subnetId) ?? [], gap, fixes, location })
    })
  },
})

/** Traffic that crosses an ACL, and how much depends on it. */
interface Asked {
  readonly demand: AclDemand
  readonly need: Need
}

interface Case {
  readonly subnet: Subnet
  readonly acl: NetworkAcl
  readonly asked: readonly Asked[]
  /** Why it is not known by which way the nodes go, and so what crosses the ACL; null where it is. */
  readonly gap: Gap | null
  readonly fixes: ReturnType<typeof aclFixes>
  readonly location: Location | null
}

/** What crosses an ACL on the ways of a subnet's nodes, each once and by the heaviest need. */
const demandsIn = (subnet: Subnet, ways: readonly Way[]): readonly Asked[] => {
  const asked = new Map<string, Asked>()
  const add = (demand: AclDemand, need: Need): void => {
    const key = `${demand.acl.networkAclId} ${demand.text}`
    const known = asked.get(key)
    if (known === undefined || weight(need) < weight(known.need)) asked.set(key, { demand, need })
  }
  for (const way of ways) {
    if (way.placement.subnet.subnetId !== subnet.subnetId) continue
    for (const step of way.steps) {
      // What the other subnet's ACL says to this one's nodes is said there.
      if (step.layer !== 'network-acl' || (isBetweenNodes(way) && step.at !== subnet.subnetId)) continue
      for (const demand of step.demands) add(demand, way.demand.need)
    }
  }
  return [...asked.values()]
}

const weight = (need: Need): number => needs.indexOf(need)

const gapsIn = (steps: readonly Step[]): readonly Gap[] =>
  steps.flatMap((step) => (step.layer === 'route' && step.state === 'undecided' ? [step.gap] : []))

const severityOf = (asked: readonly Asked[]): Severity => {
  const need = needs.find((candidate) => asked.some((each) => each.need === candidate))
  return severityByNeed[need ?? 'useful']
}

const judge = ({ subnet: { subnetId: id }, acl: { networkAclId }, asked, gap, fixes, location }: Case): Outcome => {
  const evidence = { networkAclId }
  const demands = asked.map(({ demand }) => demand)
  const faults = faultsIn(demands)
  if (faults.length > 0) {
    const message = `${id}: ${[...new Set(faults.map(faultText))].join('; ')}`
    const denied = [...new Set(faults.map(({ demand }) => `${demand.acl.networkAclId} ${demand.text}`))]
    const severity = severityOf(asked.filter(({ demand }) => faults.some((fault) => fault.demand === demand)))
    return fail(id, message, fixes(faults), { severity, evidence: { ...evidence, denied }, location })
  }
  const open = openIssue(demands)
  if (open !== null) {
    const message = `whether ${open.demand.acl.networkAclId} lets through ${open.demand.text} is not known: ${open.gap.message}`
    const severity = severityOf(asked.filter(({ demand }) => demand.gap !== null))
    return unknown(id, { ...open.gap, message }, { severity, evidence, location })
  }
  if (gap !== null) return unknown(id, gap, { severity: 'warning', evidence, location })
  if (demands.length === 0) {
    return skip(id, `${id} is the only subnet of the plan and has no way out: nothing that nodes need crosses ${networkAclId}`, {
      evidence,
      location,
    })
  }
  const acls = [...new Set(demands.map((demand) => demand.acl.networkAclId))]
  const apart = demands.flatMap(({ exceptions }) => exceptions)
  const rest = apart.length === 0 ? '' : `; apart from parts of the internet (${[...new Set(apart)].join(', ')})`
  const verb = acls.length === 1 ? 'lets' : 'let'
  return pass(
    id,
    `${acls.join(' and ')} ${verb} through what nodes in ${id} need: ${[...new Set(demands.map(({ text }) => text))].join(', ')}${rest}`,
    {
      evidence,
      location,
    },
  )
}

const faultText = ({ demand, decision, denying }: AclFault): string => {
  const what = decision === 'denied' ? demand.text : `a part of ${demand.text}`
  const by = denying.map((entry) => (entry === null || entry.ruleNumber === 32_767 ? 'no rule allows it' : `rule ${entry.ruleNumber}`))
  return `${demand.acl.networkAclId} denies ${what} (${[...new Set(by)].join(', ')})`
}
