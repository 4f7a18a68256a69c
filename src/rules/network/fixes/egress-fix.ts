import type { Route, RouteTable, Subnet } from '../../../model/facts/network.ts'
import type { Fix } from '../../../model/finding.ts'
import type { Plan } from '../../../model/plan.ts'
import { type Fault, type InternetAccess, type Routing, workingNatGateway } from '../../../semantics/network/internet-access.ts'
import { plannedSecurityGroupIds } from '../../../semantics/plan/placement.ts'
import type { MissingService } from '../../../semantics/ways/missing-services.ts'
import { command } from '../../engine/command.ts'
import { routerFix } from './router-fix.ts'

interface Closed {
  readonly subnet: Subnet
  /** Subnets of the plan: endpoints are created for all of them. */
  readonly subnets: readonly Subnet[]
  readonly table: RouteTable
  readonly access: InternetAccess
  readonly routing: Routing
  readonly missing: readonly MissingService[]
  readonly plan: Plan
}

/** How a subnet without a way to the internet gets one, or what stands in for it. */
export const egressFix = (given: Closed): Fix => {
  const { access, subnet, table, routing, plan } = given
  const ec2 = ec2In(plan.region)
  if (access.kind !== 'closed') return endpointsFix(given)
  const { fault } = access
  const natGateway = workingNatGateway(routing)
  switch (fault.kind) {
    case 'no-route':
      return natGateway === null
        ? endpointsFix(given)
        : {
            text: `Give ${table.routeTableId} a default route to NAT gateway ${natGateway.natGatewayId}; it then holds for every subnet of that table. Interface endpoints for ${servicesOf(given.missing)} do as well.`,
            commands: [ec2('create-route', ...defaultRoute(table), '--nat-gateway-id', natGateway.natGatewayId)],
          }
    case 'blackhole':
    case 'nat-not-available':
    case 'nat-without-address':
      return natGateway === null ? targetFix(fault, given) : rerouteFix(fault.route, table, natGateway.natGatewayId, plan.region)
    case 'nat-enclosed':
      return enclosedFix(fault, given)
    case 'transit-not-available':
    case 'transit-zone':
    case 'transit-no-route':
    case 'source-dest-check':
    case 'appliance-enclosed':
    case 'endpoint-not-available':
      return routerFix(fault, subnet, plan.region)
    default:
      return endpointsFix(
        given,
        `Changing ${fault.route.destination} in ${table.routeTableId} would touch every subnet of ${subnet.vpcId} that uses it.`,
      )
  }
}

const ec2In =
  (region: string) =>
  (operation: string, ...words: readonly string[]): string =>
    command('aws', 'ec2', operation, '--region', region, ...words)

const defaultRoute = ({ routeTableId }: RouteTable): readonly string[] => [
  '--route-table-id',
  routeTableId,
  '--destination-cidr-block',
  '0.0.0.0/0',
]

const destinationOf = ({ destination }: Route): readonly string[] => [
  destination.startsWith('pl-') ? '--destination-prefix-list-id' : '--destination-cidr-block',
  destination,
]

const rerouteFix = (route: Route, { routeTableId }: RouteTable, natGatewayId: string, region: string): Fix => ({
  text: `Lead ${route.destination} in ${routeTableId} to NAT gateway ${natGatewayId}, which works.`,
  commands: [ec2In(region)('replace-route', '--route-table-id', routeTableId, ...destinationOf(route), '--nat-gateway-id', natGatewayId)],
})

type Dead = Extract<Fault, { readonly kind: 'blackhole' | 'nat-not-available' | 'nat-without-address' }>

/** No other NAT gateway of the VPC is known to work. */
const targetFix = (fault: Dead, { subnet, table, plan }: Closed): Fix => {
  const ec2 = ec2In(plan.region)
  if (fault.kind === 'nat-without-address') {
    const { natGatewayId } = fault.natGateway
    return {
      text: `Create a public NAT gateway with an Elastic IP address in a subnet with a route to an internet gateway, and lead ${fault.route.destination} in ${table.routeTableId} to it instead of ${natGatewayId}.`,
      commands: [ec2('describe-nat-gateways', '--nat-gateway-ids', natGatewayId)],
    }
  }
  if (fault.kind === 'nat-not-available') {
    const { natGatewayId, state } = fault.natGateway
    return {
      text:
        state === 'pending'
          ? `Wait until ${natGatewayId} is available.`
          : `Create a public NAT gateway in a subnet with a route to an internet gateway, and lead ${fault.route.destination} in ${table.routeTableId} to it instead of ${natGatewayId}; the command says why that one is ${state}.`,
      commands: [ec2('describe-nat-gateways', '--nat-gateway-ids', natGatewayId)],
    }
  }
  return {
    text: `Lead ${fault.route.destination} in ${table.routeTableId} to a NAT gateway that exists, with aws ec2 replace-route; the command lists those of ${subnet.vpcId}. If none is there, create one in a subnet with a route to an internet gateway.`,
    commands: [ec2('describe-nat-gateways', '--filter', `Name=vpc-id,Values=${subnet.vpcId}`)],
  }
}

/** The NAT gateway is given a way out of its own subnet, unless that has the nodes' own route table: then it stands in the wrong one. */
const enclosedFix = (fault: Extract<Fault, { readonly kind: 'nat-enclosed' }>, { subnet, table, routing, plan }: Closed): Fix => {
  const ec2 = ec2In(plan.region)
  const { natGatewayId, subnetId } = fault.natGateway
  const other = workingNatGateway(routing)
  if (other !== null) return rerouteFix(fault.route, table, other.natGatewayId, plan.region)
  const gateways = ec2('describe-internet-gateways', '--filters', `Name=attachment.vpc-id,Values=${subnet.vpcId}`)
  if (fault.table.routeTableId === table.routeTableId) {
    return {
      text: `Create a public NAT gateway in a subnet whose own route table leads to an internet gateway, and lead ${fault.route.destination} in ${table.routeTableId} to it: ${natGatewayId} stands in ${subnetId}, which uses the same route table as the nodes. The commands list route tables and internet gateways of ${subnet.vpcId}.`,
      commands: [ec2('describe-route-tables', '--filters', `Name=vpc-id,Values=${subnet.vpcId}`), gateways],
    }
  }
  const internetGateway = routing.routeTables
    .flatMap(({ routes }) => routes)
    .find(({ state, target }) => state === 'active' && target.kind === 'internet-gateway')
  const text = `Give ${fault.table.routeTableId}, the route table of ${subnetId}, a default route to the internet gateway of ${subnet.vpcId}, so that ${natGatewayId} can get out.`
  const taken = fault.table.routes.some(({ destination }) => destination === '0.0.0.0/0')
  return {
    text,
    commands: [
      internetGateway === undefined
        ? gateways
        : ec2(taken ? 'replace-route' : 'create-route', ...defaultRoute(fault.table), '--gateway-id', internetGateway.target.id),
    ],
  }
}

const servicesOf = (missing: readonly MissingService[]): string => missing.map(({ service }) => service).join(', ')

const endpointsFix = ({ subnet, subnets, missing, plan }: Closed, caution = ''): Fix => {
  const groups = plannedSecurityGroupIds(plan)
  const admit =
    groups.length === 0
      ? '; their security groups must take TCP 443 from the nodes'
      : `, with ${groups.join(', ')} if these take TCP 443 from the nodes`
  const way = `Create interface endpoints with private DNS for ${servicesOf(missing)}${admit}.`
  const instead = `Or place the cluster in a subnet whose default route leads to a NAT gateway.${caution === '' ? '' : ` ${caution}`}`
  return {
    text: `${way} ${instead}`,
    commands: missing.map((service) => mend(service, subnet.vpcId, onePerZone(subnets), groups, plan.region)),
  }
}

const mend = (
  { service, access }: MissingService,
  vpcId: string,
  subnetIds: readonly string[],
  securityGroupIds: readonly string[],
  region: string,
): string => {
  const ec2 = ec2In(region)
  if (access.kind === 'not-available') return ec2('describe-vpc-endpoints', '--vpc-endpoint-ids', access.endpoint.vpcEndpointId)
  if (access.kind === 'own-names-only') {
    return ec2('modify-vpc-endpoint', '--vpc-endpoint-id', access.endpoint.vpcEndpointId, '--private-dns-enabled')
  }
  return ec2(
    'create-vpc-endpoint',
    '--vpc-id',
    vpcId,
    '--vpc-endpoint-type',
    'Interface',
    '--service-name',
    `com.amazonaws.${region}.${service}`,
    '--subnet-ids',
    ...subnetIds,
    ...(securityGroupIds.length > 0 ? ['--security-group-ids', ...securityGroupIds] : []),
    '--private-dns-enabled',
  )
}

/**
 * An interface endpoint takes one subnet in each zone.
 * https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
 */
const onePerZone = (subnets: readonly Subnet[]): readonly string[] =>
  subnets
    .filter(({ availabilityZoneId }, index) => subnets.findIndex((other) => other.availabilityZoneId === availabilityZoneId) === index)
    .map(({ subnetId }) => subnetId)
