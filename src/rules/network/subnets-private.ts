import type { Fact } from '../../model/fact.ts'
import type { Route, RouteTable, Subnet } from '../../model/facts/network.ts'
import type { Outcome, Severity } from '../../model/finding.ts'
import type { Location, Plan } from '../../model/plan.ts'
import {
  type PrefixListBlocks,
  perhapsPublicRoutes,
  prefixListBlocks,
  publicRoutes,
  routeTableOf,
  targetText,
} from '../../semantics/network/routes.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, unknown } from '../engine/outcome.ts'
import { eachSubnet, namesSubnet } from '../shared/each-subnet.ts'

export const subnetsPrivate = defineRule({
  id: 'network/subnets-private',
  title: 'Every subnet is private: no default route to an internet gateway, no public addresses on launch',
  why: "HyperPod on EKS takes private subnets only. On Slurm too, nodes get no public address: behind an internet gateway alone they have no way out, and lifecycle scripts that install packages hang. AWS's own validation script treats `MapPublicIpOnLaunch` as a cluster that will not come up.",
  severity: 'error',
  otherSeverities: ['warning'],
  checklist: '3',
  checklistDiffers:
    "The checklist asks for private subnets without saying what makes one. This rule reads the route table that the subnet uses (its own, else the main one) and the subnet's `MapPublicIpOnLaunch`. It is an error on EKS; on Slurm, and where the plan does not say which, a warning.",
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-eks-prerequisites.html',
    'https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html',
    'https://github.com/awslabs/awsome-distributed-ai/blob/main/1.architectures/5.sagemaker-hyperpod/validate-config.py',
  ],
  needs: ['subnets'],
  uses: ['routeTables', 'prefixLists'],
  applies: namesSubnet,
  evaluate: (facts, plan) =>
    eachSubnet(plan, facts.subnets, (subnet, location) =>
      judge({ subnet, table: tableOf(subnet, facts.routeTables), blocks: prefixListBlocks(facts.prefixLists), location, plan }),
    ),
})

const tableOf = (subnet: Subnet, tables: Fact<readonly RouteTable[]>): Fact<RouteTable> =>
  tables.ok ? routeTableOf(subnet, tables.value) : tables

interface Case {
  readonly subnet: Subnet
  readonly table: Fact<RouteTable>
  readonly blocks: PrefixListBlocks
  readonly location: Location | null
  readonly plan: Plan
}

const judge = ({ subnet, table, blocks, location, plan }: Case): Outcome => {
  const { subnetId: id, mapPublicIpOnLaunch } = subnet
  const severity: Severity = plan.orchestrator.kind === 'eks' ? 'error' : 'warning'
  // Public addresses on launch make the subnet public whatever its routes are; without them the routes decide.
  if (!table.ok && !mapPublicIpOnLaunch) return unknown(id, table.gap, { severity, location })
  const routes = table.ok ? publicRoutes(table.value, blocks) : []
  const evidence = { mapPublicIpOnLaunch, ...(table.ok && { routeTableId: table.value.routeTableId }) }
  if (table.ok && routes.length === 0 && !mapPublicIpOnLaunch) {
    const [open] = perhapsPublicRoutes(table.value, blocks)
    if (open !== undefined) return unknown(id, open.gap, { severity, evidence, location })
    return pass(id, `${id} is private: no default route of ${table.value.routeTableId} leads to an internet gateway`, {
      evidence,
      location,
    })
  }
  const reasons = [
    ...(mapPublicIpOnLaunch ? ['maps public addresses on launch'] : []),
    ...(table.ok ? routes.map((route) => `routes ${route.destination} to ${targetText(route.target)} (${table.value.routeTableId})`) : []),
  ]
  return fail(id, `${id} ${reasons.join(' and ')}: ${needOf(plan)}`, fixOf(subnet, routes, plan.region), { severity, evidence, location })
}

const needOf = ({ orchestrator }: Plan): string => {
  if (orchestrator.kind === 'eks') return 'HyperPod on EKS needs private subnets'
  if (orchestrator.kind === 'slurm') return 'nodes get no public address, so they belong in a private subnet'
  return 'HyperPod on EKS needs private subnets, and the plan does not say whether it is EKS'
}

const fixOf = ({ subnetId, vpcId }: Subnet, routes: readonly Route[], region: string) => {
  const unmap = command(
    'aws',
    'ec2',
    'modify-subnet-attribute',
    '--region',
    region,
    '--subnet-id',
    subnetId,
    '--no-map-public-ip-on-launch',
  )
  if (routes.length === 0) return { text: `Stop mapping public addresses on launch in ${subnetId}.`, commands: [unmap] }
  return {
    text: `Place the cluster in a subnet of ${vpcId} whose route table has no default route to an internet gateway; for a way out, it leads to a NAT gateway. Changing the routes of ${subnetId} would cut off what is public in it.`,
    commands: [command('aws', 'ec2', 'describe-route-tables', '--region', region, '--filters', `Name=vpc-id,Values=${vpcId}`)],
  }
}
