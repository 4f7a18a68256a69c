import type { NetworkAcl, Subnet } from '../../model/facts/network.ts'
import type { Outcome } from '../../model/finding.ts'
import type { Location } from '../../model/plan.ts'
import { type AclDemand, type AclFault, aclDemands, faultsIn, openIssue } from '../../semantics/network/acl-demands.ts'
import { networkAclOf } from '../../semantics/network/network-acl.ts'
import { prefixListBlocks } from '../../semantics/network/routes.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, skip, unknown } from '../engine/outcome.ts'
import { eachSubnet, namesSubnet, subnetsInVpc } from '../shared/each-subnet.ts'
import { aclFixes } from './fixes/acl-fix.ts'

export const acl = defineRule({
  id: 'network/acl',
  title: 'Network ACLs let nodes reach each other and AWS, and let the answers back in',
  why: 'A network ACL filters what enters and leaves a subnet, by rule number, and keeps no state: a rule that lets HTTPS out is of no use without one that lets the answers in, on the ports that connections start from. What is dropped leaves no trace on the node: lifecycle scripts and agents just time out. Traffic inside one subnet is not filtered, so only what crosses a border is judged: between subnets of the plan, to the internet (IPv4), to S3 through a gateway endpoint, and at the subnet of the NAT gateway.',
  severity: 'warning',
  sources: [
    'https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html',
    'https://docs.aws.amazon.com/vpc/latest/userguide/nacl-basics.html',
    'https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html#nacl-ephemeral-ports',
  ],
  needs: ['subnets', 'routeTables', 'networkAcls'],
  uses: ['natGateways', 'prefixLists'],
  applies: namesSubnet,
  evaluate: (facts, plan) => {
    const { routeTables, natGateways, networkAcls, prefixLists } = facts
    const subnets = subnetsInVpc(plan, facts.subnets)
    const network = { subnets, routing: { routeTables, natGateways, prefixLists: prefixListBlocks(prefixLists) }, networkAcls, prefixLists }
    const judged = new Map(subnets.map((subnet) => [subnet.subnetId, aclDemands(subnet, network)]))
    const fixes = aclFixes(
      [...judged.values()].flatMap((demands) => faultsIn(demands)),
      plan.region,
    )
    return eachSubnet(plan, facts.subnets, (subnet, location) => {
      const own = networkAclOf(subnet.subnetId, networkAcls)
      if (!own.ok) return unknown(subnet.subnetId, own.gap, { location })
      return judge({ subnet, acl: own.value, demands: judged.get(subnet.subnetId) ?? [], fixes, location })
    })
  },
})

interface Case {
  readonly subnet: Subnet
  readonly acl: NetworkAcl
  readonly demands: readonly AclDemand[]
  readonly fixes: ReturnType<typeof aclFixes>
  readonly location: Location | null
}

const judge = ({ subnet: { subnetId: id }, acl: { networkAclId }, demands, fixes, location }: Case): Outcome => {
  const evidence = { networkAclId }
  const faults = faultsIn(demands)
  if (faults.length > 0) {
    const message = `${id}: ${[...new Set(faults.map(faultText))].join('; ')}`
    const denied = [...new Set(faults.map(({ demand }) => `${demand.acl.networkAclId} ${demand.text}`))]
    return fail(id, message, fixes(faults), { evidence: { ...evidence, denied }, location })
  }
  const open = openIssue(demands)
  if (open !== null) {
    const message = `whether ${open.demand.acl.networkAclId} lets through ${open.demand.text} is not known: ${open.gap.message}`
    return unknown(id, { ...open.gap, message }, { evidence, location })
  }
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
