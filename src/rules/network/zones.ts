import type { Subnet } from '../../model/facts/network.ts'
import type { Outcome } from '../../model/finding.ts'
import type { Plan } from '../../model/plan.ts'
import { readItems, unreadGap } from '../../semantics/fact.ts'
import { vpcIdOf } from '../../semantics/network/vpc.ts'
import { plannedSubnetIds, plannedSubnets } from '../../semantics/plan/placement.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, reported, unknown } from '../engine/outcome.ts'
import { namesSubnet } from '../shared/each-subnet.ts'

export const zones = defineRule({
  id: 'network/zones',
  title: 'The subnets of the plan are in more than one Availability Zone',
  why: 'HyperPod takes one of the subnets for all groups without an override, so capacity can only come from the zones that the plan has subnets in. With a single zone there is nowhere to go when it runs out of the instance type.',
  severity: 'notice',
  checklist: '3',
  checklistDiffers:
    'The checklist recommends private subnets in several zones. EFA traffic cannot leave a zone, and HyperPod puts all groups without an `OverrideVpcConfig` into one subnet: several zones give a choice, they do not spread one training job. So a single zone is a notice and never blocks.',
  sources: [
    'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/efa.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites.html',
  ],
  needs: ['subnets'],
  uses: [],
  applies: namesSubnet,
  evaluate: ({ subnets }, plan) => {
    const ids = plannedSubnetIds(plan)
    const found = readItems(subnets, ids)
    const names = [...new Set(found.map(({ availabilityZone, availabilityZoneId }) => `${availabilityZone} (${availabilityZoneId})`))]
    const [zone] = names
    const gap = names.length > 1 ? null : unreadGap(subnets, ids)
    if (gap !== null) return [unknown('subnets', gap, { location: plannedSubnets(plan)[0]?.location })]
    if (zone === undefined) return [reported('subnets', `none of the plan's subnets exists in ${plan.region}`, 'network/subnets')]
    const details = { evidence: { subnets: found.length, zones: names }, location: plannedSubnets(plan)[0]?.location }
    if (names.length > 1) return [pass('subnets', `the plan's ${found.length} subnets are in ${names.join(', ')}`, details)]
    return [oneZone(zone, found, vpcIdOf(plan, subnets), plan, details)]
  },
})

const oneZone = (
  zone: string,
  found: readonly Subnet[],
  vpcId: string | null,
  { region }: Plan,
  details: Parameters<typeof fail>[3],
): Outcome =>
  fail(
    'subnets',
    found.length === 1
      ? `${found[0]?.subnetId}, the plan's only subnet, is in ${zone}`
      : `all ${found.length} subnets of the plan are in ${zone}: ${found.map(({ subnetId }) => subnetId).join(', ')}`,
    {
      text: 'Nothing has to change for a job over EFA, which stays in one zone. For capacity in another zone, add a subnet there, or place a group in one through OverrideVpcConfig.',
      commands: [
        command(
          ...['aws', 'ec2', 'describe-subnets', '--region', region],
          ...(vpcId === null ? [] : ['--filters', `Name=vpc-id,Values=${vpcId}`]),
          ...['--query', 'Subnets[].[SubnetId,AvailabilityZone,AvailableIpAddressCount]', '--output', 'table'],
        ),
      ],
    },
    details,
  )
