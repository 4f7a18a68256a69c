import type { Fix, Outcome } from '../../../model/finding.ts'
import type { Plan } from '../../../model/plan.ts'
import { conjunction } from '../../../semantics/text/enumerate.ts'
import { resolverIn } from '../../../semantics/ways/name-layer.ts'
import { trustedIn, type WayFacts } from '../../../semantics/ways/network.ts'
import { readLayers, type Way } from '../../../semantics/ways/ways.ts'
import { command } from '../../engine/command.ts'
import { fail, pass, unknown } from '../../engine/outcome.ts'
import { severityByNeed, vouchText } from '../../shared/ways.ts'

/** Who answers the nodes by the DHCP options of the VPC. None for snapshots of versions that did not read them. */
export const resolverOutcome = (vpcId: string, ways: readonly Way[], facts: WayFacts, plan: Plan): readonly Outcome[] => {
  const subject = `${vpcId} DHCP options`
  const id = facts.vpc.ok ? facts.vpc.value?.dhcpOptionsId : undefined
  if (facts.vpc.ok && id === undefined) return []
  const resolver = resolverIn({ plan, facts })
  const reading = readLayers(ways, ({ layer, at }) => layer === 'name' && at === (id ?? 'vpc'))
  if (!resolver.ok) {
    // Where nothing rests on it, the nodes are answered whatever the options say.
    const severity = reading.undecided === null ? 'notice' : severityByNeed[reading.undecided]
    return [unknown(subject, resolver.gap, { severity })]
  }
  if (resolver.value.kind === 'amazon') {
    const trusted = id !== undefined && trustedIn(plan).includes(id)
    return [pass(subject, trusted ? `the policy file trusts the DNS servers of ${id}` : `nodes in ${vpcId} ask the Amazon DNS server`)]
  }
  const { addresses } = resolver.value
  const evidence = { ...(id !== undefined && { dhcpOptionsId: id }), domainNameServers: addresses }
  if (reading.closed !== null) {
    return [fail(subject, reading.whys.join('; '), amazonFix(vpcId, plan), { severity: severityByNeed[reading.closed], evidence })]
  }
  if (reading.undecided !== null && reading.gap !== null) {
    const { text, commands } = amazonFix(vpcId, plan)
    const fix = reading.unseen.length === 0 ? { text, commands } : { text: `${text} ${vouchText(reading.unseen)}`, commands }
    return [unknown(subject, reading.gap, { severity: severityByNeed[reading.undecided], evidence, fix })]
  }
  return [pass(subject, `nodes in ${vpcId} ask ${conjunction(addresses)}, and all that they call has public names`, { evidence })]
}

const amazonFix = (vpcId: string, { region }: Plan): Fix => ({
  text: `Let nodes ask the Amazon DNS server: create DHCP options that name AmazonProvidedDNS first, and associate them with ${vpcId} (aws ec2 associate-dhcp-options).`,
  commands: [
    command(
      ...['aws', 'ec2', 'create-dhcp-options', '--region', region],
      ...['--dhcp-configurations', 'Key=domain-name-servers,Values=AmazonProvidedDNS'],
    ),
  ],
})
