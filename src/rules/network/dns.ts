import type { VpcDns } from '../../model/facts/network.ts'
import type { Outcome, Severity } from '../../model/finding.ts'
import type { Plan } from '../../model/plan.ts'
import { vpcIdOf } from '../../semantics/network/vpc.ts'
import { plannedSubnets } from '../../semantics/plan/placement.ts'
import { resolverIn } from '../../semantics/ways/name-layer.ts'
import { type WayFacts, wayFacts } from '../../semantics/ways/network.ts'
import { readLayers, type Way, waysOf } from '../../semantics/ways/ways.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, reported } from '../engine/outcome.ts'
import { withoutFacts } from '../shared/ways.ts'
import { resolverOutcome } from './names/resolver-outcome.ts'
import { zoneOutcomes } from './names/zone-outcomes.ts'

export const dns = defineRule({
  id: 'network/dns',
  title:
    'Nodes are answered with the names that they call: DNS support and DNS hostnames are on, and DHCP options and hosted zones do not stand in the way',
  why: 'Without DNS support nothing in the VPC resolves a name through the Amazon DNS server; without DNS hostnames as well, private DNS names of interface endpoints do not work, and AWS asks for both where an S3 gateway endpoint is used. Nodes then do not find S3, ECR, SSM or the file system, and their set-up fails. DHCP options that name other servers than AmazonProvidedDNS hand all names over to these, and a private hosted zone of the VPC with the name of a service, or above it, takes the name over: nodes then go where its records lead, whatever NAT gateway there is.',
  severity: 'error',
  otherSeverities: ['warning', 'notice'],
  checklist: '3',
  checklistDiffers:
    'The checklist asks for DNS hostnames alone. They only work together with DNS support (`enableDnsSupport`), so both attributes are judged. Without DNS support nothing resolves: an error. DNS hostnames are an error on EKS, whose nodes cannot join without them, and where nodes reach something that they need by a private name, such as that of an interface endpoint; else they are a warning, since public names are resolved without them. DHCP options and hosted zones are beyond the checklist. Servers that DHCP options name instead of AmazonProvidedDNS may pass private names on to Amazon or not: where nodes need one, that is unknown; well-known servers of the internet know none. Records of a hosted zone are not read: what rests on them is unknown. Zones that a Route 53 Profile brings, and rules of the Route 53 Resolver, are not seen.',
  sources: [
    'https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html',
    'https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcAttribute.html',
    'https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html',
    'https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html',
    'https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html',
    'https://docs.aws.amazon.com/vpc/latest/userguide/DHCPOptionSetConcepts.html',
    'https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html',
    'https://docs.aws.amazon.com/whitepapers/latest/building-scalable-secure-multi-vpc-network-infrastructure/centralized-access-to-vpc-private-endpoints.html',
  ],
  needs: [],
  uses: wayFacts,
  applies: (plan) =>
    plan.vpcId !== null || plannedSubnets(plan).length > 0 || 'The plan names no VPC and no subnet: give vpc-id, subnet-ids or VpcConfig.',
  evaluate: (facts, plan) => {
    const { vpcId, region } = plan
    if (facts.vpcDns.ok && facts.vpcDns.value === null) {
      return vpcId === null
        ? [reported('vpc', `none of the plan's subnets exists in ${region}, so its VPC is not known`, 'network/subnets')]
        : [reported(vpcId, `${vpcId} does not exist in ${region}`, 'network/vpc')]
    }
    const ways = waysOf(plan, facts)
    const found =
      (facts.vpcDns.ok ? facts.vpcDns.value?.vpcId : undefined) ?? (facts.subnets.ok ? vpcIdOf(plan, facts.subnets.value) : vpcId)
    const attributes = attributeOutcomes(ways, facts, plan)
    return found === null
      ? attributes
      : [...attributes, ...resolverOutcome(found, ways, facts, plan), ...zoneOutcomes(found, ways, facts, plan)]
  },
})

const attributeOutcomes = (ways: readonly Way[], facts: WayFacts, plan: Plan): readonly Outcome[] => {
  const { vpcDns } = facts
  if (!vpcDns.ok) return withoutFacts([vpcDns])
  if (vpcDns.value === null) return []
  const { vpcId } = vpcDns.value
  const { closed } = readLayers(ways, ({ layer, at }) => layer === 'name' && at === vpcId)
  const needed = plan.orchestrator.kind === 'eks' || closed === 'required'
  const resolver = resolverIn({ plan, facts })
  const asked = resolver.ok && resolver.value.kind === 'amazon'
  return [
    judge(vpcDns.value, 'enableDnsSupport', needed || asked ? 'error' : 'warning', plan.region),
    judge(vpcDns.value, 'enableDnsHostnames', needed ? 'error' : 'warning', plan.region),
  ]
}

const options = { enableDnsSupport: '--enable-dns-support', enableDnsHostnames: '--enable-dns-hostnames' } as const

const judge = (found: VpcDns, attribute: 'enableDnsHostnames' | 'enableDnsSupport', severity: Severity, region: string): Outcome => {
  const { vpcId } = found
  const subject = `${vpcId} ${attribute}`
  const evidence = { [attribute]: found[attribute] }
  if (found[attribute]) return pass(subject, `${attribute} of ${vpcId} is on`, { evidence })
  return fail(
    subject,
    `${attribute} of ${vpcId} is off, and it must be on`,
    {
      text: `Turn ${attribute} of ${vpcId} on.`,
      commands: [
        command('aws', 'ec2', 'modify-vpc-attribute', '--region', region, '--vpc-id', vpcId, options[attribute], '{"Value":true}'),
      ],
    },
    { severity, evidence },
  )
}
