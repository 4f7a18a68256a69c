import type { Fact, Gap } from '../../model/fact.ts'
import type { Route, RouteTable, Subnet, VpcEndpoint } from '../../model/facts/network.ts'
import type { Fix, Outcome, Severity } from '../../model/finding.ts'
import type { Location, Plan } from '../../model/plan.ts'
import {
  type GatewayAccess,
  gatewayAccess,
  type InterfaceAccess,
  interfaceAccess,
  unreadEndpointOf,
} from '../../semantics/network/endpoints.ts'
import { exitText, type InternetAccess, internetAccess } from '../../semantics/network/internet-access.ts'
import { routeTableOf } from '../../semantics/network/routes.ts'
import { fetchesScripts } from '../../semantics/plan/fetched-scripts.ts'
import { plannedSubnets } from '../../semantics/plan/placement.ts'
import { routingOf, trustedIn, wayFacts } from '../../semantics/ways/network.ts'
import { isLayer, type LayerReading, readLayers, type Way, waysOf } from '../../semantics/ways/ways.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, skip, unknown } from '../engine/outcome.ts'
import { eachSubnet, namesSubnet, subnetsInVpc } from '../shared/each-subnet.ts'
import { severityByNeed, vouchText, withoutFacts } from '../shared/ways.ts'

export const s3Route = defineRule({
  id: 'network/s3-route',
  title: 'Every subnet reaches S3 through a gateway endpoint that is associated with its route table',
  why: 'Nodes fetch their lifecycle scripts from S3. Without a way there the fetch times out, and the cluster fails with "Lifecycle scripts did not run successfully". A gateway endpoint serves only the route tables that it is associated with; one on other tables of the VPC does nothing for the subnet.',
  severity: 'error',
  otherSeverities: ['warning'],
  checklist: '3',
  checklistDiffers:
    "The checklist requires an S3 gateway endpoint in the VPC. What nodes need is a way to S3 from their own subnet: an endpoint that is not associated with the subnet's route table gives none, and a NAT gateway that works does. NAT alone is a warning (it works, costs per GB and depends on the NAT gateway), no way at all is an error, and a way that cannot be seen, such as one through a transit gateway, is unknown. An S3 *interface* endpoint alone is a warning if its private DNS answers inside the VPC; otherwise it does not count, since nodes use S3's ordinary names. Slurm groups that are set up by their AMI fetch nothing from S3.",
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites.html',
    'https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html',
    'https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html',
    'https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-slurm-api-config-migration.html',
  ],
  needs: [],
  uses: wayFacts,
  applies: (plan) =>
    namesSubnet(plan) === true && plannedSubnets(plan).every(({ id }) => fetchesNothing(plan, id))
      ? 'Every group is set up by its AMI, and no bucket is given: nothing is fetched from S3.'
      : namesSubnet(plan),
  evaluate: (facts, plan) => {
    const { subnets, vpcEndpoints: endpoints } = facts
    const routing = routingOf({ plan, facts })
    if (!subnets.ok || !routing.ok) return withoutFacts([subnets, routing])
    const { routeTables } = routing.value
    const ways = waysOf(plan, facts).filter(({ demand: { service } }) => service === 's3')
    const fetching = subnetsInVpc(plan, subnets.value).filter(({ subnetId }) => !fetchesNothing(plan, subnetId))
    const tables = endpoints.ok ? tablesWithout(fetching, routeTables, endpoints.value, plan.region) : []
    return eachSubnet(plan, subnets.value, (subnet, location) => {
      if (fetchesNothing(plan, subnet.subnetId))
        return skip(subnet.subnetId, 'no group in this subnet runs lifecycle scripts: nothing is fetched from S3', { location })
      const table = routeTableOf(subnet, routeTables)
      if (!table.ok) return unknown(subnet.subnetId, table.gap, { location })
      const here = ways.filter(({ placement }) => placement.subnet.subnetId === subnet.subnetId)
      return judge({
        subnet,
        location,
        table: table.value,
        access: internetAccess(table.value, routing.value, subnet),
        ways: here,
        endpoints,
        tables,
        plan,
      })
    })
  },
})

/** Slurm groups alone can do without S3. */
const fetchesNothing = (plan: Plan, subnetId: string): boolean => plan.orchestrator.kind === 'slurm' && !fetchesScripts(plan, subnetId)

/** Route tables of the plan's subnets that no S3 gateway endpoint is associated with: one command mends them all. */
const tablesWithout = (
  subnets: readonly Subnet[],
  routeTables: readonly RouteTable[],
  endpoints: readonly VpcEndpoint[],
  region: string,
): readonly string[] => [
  ...new Set(
    subnets.flatMap((subnet) => {
      const table = routeTableOf(subnet, routeTables)
      if (!table.ok) return []
      const { kind } = gatewayAccess('s3', region, table.value, endpoints)
      return kind === 'none' || kind === 'other-tables' ? [table.value.routeTableId] : []
    }),
  ),
]

interface Case {
  readonly subnet: Subnet
  readonly location: Location | null
  readonly table: RouteTable
  readonly access: InternetAccess
  /** Those of the subnet's nodes to S3. */
  readonly ways: readonly Way[]
  readonly endpoints: Fact<readonly VpcEndpoint[]>
  readonly tables: readonly string[]
  readonly plan: Plan
}

const judge = (given: Case): Outcome => {
  const { subnet, location, table, ways, endpoints, plan } = given
  const id = subnet.subnetId
  if (!endpoints.ok) return unknown(id, endpoints.gap, { location })
  const reading = readLayers(ways, isLayer('route', 'target'))
  const unread = unreadEndpointOf('s3', plan.region, endpoints.value)
  if (unread !== null) return unknown(id, unread, { location })
  const gateway = gatewayAccess('s3', plan.region, table, endpoints.value)
  if (gateway.kind === 'unlisted') return unlisted(given, gateway.route)
  const byInterface = interfaceAccess('s3', plan.region, endpoints.value)
  if (gateway.kind === 'associated') {
    const evidence = { routeTableId: table.routeTableId, vpcEndpointId: gateway.endpoint.vpcEndpointId }
    return pass(id, `${id} reaches S3 through gateway endpoint ${evidence.vpcEndpointId}, associated with ${evidence.routeTableId}`, {
      evidence,
      location,
    })
  }
  return withoutGateway(given, reading, gateway, byInterface)
}

/** The endpoint of another account's VPC is not listed: only that account can say whether it is the one for S3. */
const unlisted = ({ subnet, location, table, plan }: Case, { destination, target }: Route): Outcome => {
  if (trustedIn(plan).includes(target.id)) {
    const evidence = { routeTableId: table.routeTableId, vpcEndpointId: target.id }
    return pass(subnet.subnetId, `${subnet.subnetId} reaches S3 through endpoint ${target.id}, which the policy file trusts`, {
      evidence,
      location,
    })
  }
  const message = `ec2:DescribeVpcEndpoints does not list ${target.id}, which ${destination} in ${table.routeTableId} leads to: it may be the one for S3`
  const fix = {
    text: `Look at ${target.id} with an identity of the account that owns ${subnet.vpcId}: endpoints of another account are not listed. ${vouchText([target.id])}`,
    commands: [command('aws', 'ec2', 'describe-vpc-endpoints', '--region', plan.region, '--vpc-endpoint-ids', target.id)],
  }
  const gap = { reason: 'unexpected', action: 'ec2:DescribeVpcEndpoints', message } as const
  return unsettled(subnet.subnetId, gap, fix, { severity: 'error', location })
}

/** Unknown, with a way out of its own: allowing the call that is missing would not be enough. */
const unsettled = (
  subject: string,
  gap: Gap,
  fix: Fix,
  { severity, location }: { readonly severity: Severity; readonly location: Location | null },
): Outcome => ({ status: 'unknown', subject, message: gap.message, gap, fix, severity, ...(location !== null && { location }) })

type Lacking = Exclude<GatewayAccess, { readonly kind: 'associated' | 'unlisted' }>

const withoutGateway = (
  { subnet, location, table, tables, access, ways, plan }: Case,
  reading: LayerReading,
  gateway: Lacking,
  byInterface: InterfaceAccess,
): Outcome => {
  const { subnetId: id, vpcId } = subnet
  const lack = [lackText(gateway, vpcId), ...uselessInterface(byInterface)].join('; ')
  const fix = fixOf(gateway, vpcId, tables, plan.region)
  const evidence = { routeTableId: table.routeTableId, wayOut: access.kind }
  const named = readLayers(ways, isLayer('name'))
  const weak = { severity: 'warning', evidence, location } as const

  if (byInterface.kind === 'by-name') {
    const { vpcEndpointId } = byInterface.endpoint
    return fail(id, `${id} reaches S3 only through the private DNS of interface endpoint ${vpcEndpointId}: ${lack}`, fix, weak)
  }
  if (reading.closed !== null) {
    return fail(id, `${id} has no way to S3: ${access.text}; ${lack}`, fix, {
      severity: severityByNeed[reading.closed],
      evidence,
      location,
    })
  }
  if (reading.undecided !== null && reading.gap !== null) {
    const gap = { ...reading.gap, message: `${reading.gap.message}; ${lack}` }
    const vouched = reading.unseen.length === 0 ? fix : { ...fix, text: `${fix.text} ${vouchText(reading.unseen)}` }
    return unsettled(id, gap, vouched, { severity: severityByNeed[reading.undecided], location })
  }
  if (access.kind === 'closed' && named.undecided !== null && named.gap !== null) {
    const message = `${id} has no way to the internet, and where the name of S3 leads is not known: ${named.gap.message}`
    return unknown(id, { ...named.gap, message }, { severity: severityByNeed[named.undecided], location, evidence })
  }
  const exit = 'route' in access ? exitText(access.route, table) : access.text
  return fail(id, `${id} reaches S3 only through ${exit}: ${lack}`, fix, weak)
}

const lackText = (gateway: Lacking, vpcId: string): string => {
  if (gateway.kind === 'none') return `${vpcId} has no gateway endpoint for S3`
  const { vpcEndpointId, state, routeTableIds } = gateway.endpoint
  if (gateway.kind === 'not-available') return `its gateway endpoint ${vpcEndpointId} is ${state}`
  const others = routeTableIds.length === 0 ? 'no route table' : `other route tables only (${routeTableIds.join(', ')})`
  return `gateway endpoint ${vpcEndpointId} is associated with ${others}`
}

const uselessInterface = (access: InterfaceAccess): readonly string[] => {
  if (access.kind === 'none' || access.kind === 'by-name') return []
  const { vpcEndpointId, state } = access.endpoint
  return access.kind === 'not-available'
    ? [`interface endpoint ${vpcEndpointId} is ${state}`]
    : [`interface endpoint ${vpcEndpointId} does not count, S3's ordinary names do not lead to it from inside the VPC`]
}

const fixOf = (gateway: Lacking, vpcId: string, tables: readonly string[], region: string): Fix => {
  const ec2 = (operation: string, ...words: readonly string[]): string => command('aws', 'ec2', operation, '--region', region, ...words)
  if (gateway.kind === 'not-available') {
    const id = gateway.endpoint.vpcEndpointId
    return {
      text: `Wait until ${id} is available; if it failed, delete it and create it again.`,
      commands: [ec2('describe-vpc-endpoints', '--vpc-endpoint-ids', id)],
    }
  }
  if (gateway.kind === 'other-tables') {
    const id = gateway.endpoint.vpcEndpointId
    return {
      text: `Associate ${id} with ${tables.join(', ')}. It is free of charge.`,
      commands: [ec2('modify-vpc-endpoint', '--vpc-endpoint-id', id, '--add-route-table-ids', ...tables)],
    }
  }
  const service = ['--vpc-endpoint-type', 'Gateway', '--service-name', `com.amazonaws.${region}.s3`]
  return {
    text: `Create an S3 gateway endpoint in ${vpcId} for ${tables.join(', ')}. It is free of charge.`,
    commands: [ec2('create-vpc-endpoint', '--vpc-id', vpcId, ...service, '--route-table-ids', ...tables)],
  }
}
