import type { VpcDns } from '../../model/facts/network.ts'
import type { Outcome, Severity } from '../../model/finding.ts'
import { plannedSubnets } from '../../semantics/plan/placement.ts'
import { wayFacts } from '../../semantics/ways/network.ts'
import { isLayer, readLayers, waysOf } from '../../semantics/ways/ways.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, reported } from '../engine/outcome.ts'
import { withoutFacts } from '../shared/ways.ts'

export const dns = defineRule({
  id: 'network/dns',
  title: 'DNS hostnames and DNS support of the VPC are on',
  why: 'Without DNS support nothing in the VPC resolves a name through the Amazon DNS server; without DNS hostnames as well, private DNS names of interface endpoints do not work, and AWS asks for both where an S3 gateway endpoint is used. Nodes then do not find S3, ECR, SSM or the file system, and their set-up fails.',
  severity: 'error',
  checklist: '3',
  checklistDiffers:
    'The checklist asks for DNS hostnames alone. They only work together with DNS support (`enableDnsSupport`), so both attributes are judged. Without DNS support nothing resolves: an error. DNS hostnames are an error on EKS, whose nodes cannot join without them, and where nodes reach something that they need by a private name, such as that of an interface endpoint; else they are a warning, since public names are resolved without them.',
  sources: [
    'https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html',
    'https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcAttribute.html',
    'https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html',
    'https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html',
  ],
  needs: [],
  uses: wayFacts,
  applies: (plan) =>
    plan.vpcId !== null || plannedSubnets(plan).length > 0 || 'The plan names no VPC and no subnet: give vpc-id, subnet-ids or VpcConfig.',
  evaluate: (facts, plan) => {
    const { vpcId, region, orchestrator } = plan
    if (!facts.vpcDns.ok) return withoutFacts([facts.vpcDns])
    const vpcDns = facts.vpcDns.value
    if (vpcDns !== null) {
      const { closed } = readLayers(waysOf(plan, facts), isLayer('name'))
      const hostnames = orchestrator.kind === 'eks' || closed === 'required' ? 'error' : 'warning'
      return [judge(vpcDns, 'enableDnsSupport', 'error', region), judge(vpcDns, 'enableDnsHostnames', hostnames, region)]
    }
    return vpcId === null
      ? [reported('vpc', `none of the plan's subnets exists in ${region}, so its VPC is not known`, 'network/subnets')]
      : [reported(vpcId, `${vpcId} does not exist in ${region}`, 'network/vpc')]
  },
})

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
