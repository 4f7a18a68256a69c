import type { Fact, Gap } from '../../model/fact.ts'
import type { Route, RouteTable, Subnet, VpcEndpoint } from '../../model/facts/network.ts'
import type { Evidence, Outcome, Severity } from '../../model/finding.ts'
import type { Location, Plan } from '../../model/plan.ts'
import { exitText, type InternetAccess, internetAccess, type Routing } from '../../semantics/network/internet-access.ts'
import { type ServiceGap, serviceGap } from '../../semantics/network/node-services.ts'
import { prefixListBlocks, routeTableOf, targetText } from '../../semantics/network/routes.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, unknown } from '../engine/outcome.ts'
import { eachSubnet, namesSubnet, subnetsInVpc } from '../shared/each-subnet.ts'
import { egressFix } from './fixes/egress-fix.ts'

export const egress = defineRule({
  id: 'network/egress',
  title: 'Every subnet leads to the AWS services that nodes call, through a NAT gateway or interface endpoints',
  why: 'Nodes have no public address. Without a NAT gateway that works, or interface endpoints for what they call, agents and lifecycle scripts hang until they time out: "Lifecycle scripts execution timed out", "Instance bootstrap failed due to network misconfiguration", or EKS nodes that never become ready. A default route is not enough: its NAT gateway may be gone, failed, private, or stand in a subnet that has no route to an internet gateway itself. The way to S3 is judged by `network/s3-route`; zones and security groups of the endpoints by `network/endpoints-usable`.',
  severity: 'error',
  checklist: '3',
  checklistDiffers:
    "The checklist asks for a NAT gateway or VPC endpoints and does not say which endpoints. On EKS these are the ones of AWS's own template for closed networks: `ec2`, `ecr.api`, `ecr.dkr`, `sts`, `logs` and `monitoring` (with restricted instance groups also `lambda` and `sqs`) are an error; `ssm`, `ssmmessages` and `eks-auth` alone are a warning, since nodes come up without them; `ec2messages` alone is a notice, since only older agents ask for it. For Slurm AWS names no list: with no endpoint at all it is an error where nodes fetch lifecycle scripts and a warning where every group is set up by its AMI; with some, missing `logs`, `monitoring`, `ssm` or `ssmmessages` is a warning. Where the plan names no orchestrator, what only EKS needs is a warning. Endpoints of another VPC, which private hosted zones can make nodes use, are not seen: where other networks are reached by route, what is missing is a warning.",
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites.html',
    'https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html',
    'https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html',
    'https://docs.aws.amazon.com/eks/latest/userguide/private-clusters.html',
    'https://github.com/awslabs/awsome-distributed-ai/blob/main/1.architectures/7.sagemaker-hyperpod-eks/terraform-modules/hyperpod-eks-tf/modules/vpc_endpoints/main.tf',
  ],
  needs: ['subnets', 'routeTables'],
  uses: ['natGateways', 'vpcEndpoints', 'prefixLists'],
  applies: namesSubnet,
  evaluate: (facts, plan) => {
    const { routeTables, natGateways, vpcEndpoints: endpoints } = facts
    const routing = { routeTables, natGateways, prefixLists: prefixListBlocks(facts.prefixLists) }
    const subnets = subnetsInVpc(plan, facts.subnets)
    return eachSubnet(plan, facts.subnets, (subnet, location) => {
      const table = routeTableOf(subnet, routeTables)
      return table.ok
        ? judge({ subnet, subnets, location, table: table.value, routing, endpoints, plan })
        : unknown(subnet.subnetId, table.gap, { location })
    })
  },
})

interface Case {
  readonly subnet: Subnet
  /** All of the plan: endpoints are created for them together. */
  readonly subnets: readonly Subnet[]
  readonly location: Location | null
  readonly table: RouteTable
  readonly routing: Routing
  readonly endpoints: Fact<readonly VpcEndpoint[]>
  readonly plan: Plan
}

const judge = (given: Case): Outcome => {
  const { subnet, location, table, routing, endpoints } = given
  const id = subnet.subnetId
  const access = internetAccess(table, routing)
  if (access.kind === 'open') {
    const message = `${id} reaches the internet through ${exitText(access.route, table)}`
    return pass(id, message, { evidence: evidenceOf(given, access), location })
  }
  if (access.kind === 'forwarded') {
    const message = `${id} has a way out if what it hands on to has one, which is not seen from here: ${access.text}`
    return pass(id, message, { evidence: evidenceOf(given, access), location })
  }
  if (!endpoints.ok) return unsettled(given, access, endpoints.gap, serviceGap(given.plan, id, []))
  const unlisted = unlistedEndpoint(table, endpoints.value)
  if (unlisted !== null) return unsettled(given, access, unlisted, serviceGap(given.plan, id, []))
  const gap = serviceGap(given.plan, id, endpoints.value)
  if (gap.severity !== null && access.kind === 'undecided') return unsettled(given, access, access.gap, gap)
  return withoutInternet(given, access, gap)
}

/** A route to an endpoint that is not listed: the VPC is another account's, which alone sees all its endpoints. */
const unlistedEndpoint = ({ routes, routeTableId }: RouteTable, endpoints: readonly VpcEndpoint[]): Gap | null => {
  const route = routes.find(
    ({ state, target }) =>
      state === 'active' && target.kind === 'vpc-endpoint' && !endpoints.some(({ vpcEndpointId }) => vpcEndpointId === target.id),
  )
  if (route === undefined) return null
  const message = `ec2:DescribeVpcEndpoints does not list ${route.target.id}, which ${route.destination} in ${routeTableId} leads to: endpoints of another account are not seen`
  return { reason: 'unexpected', action: 'ec2:DescribeVpcEndpoints', message }
}

const withoutInternet = (given: Case, access: InternetAccess, gap: ServiceGap): Outcome => {
  const { subnet, subnets, location, table, routing, plan } = given
  const id = subnet.subnetId
  const evidence = evidenceOf(given, access, gap)
  const broken = isBroken(access)
  if (gap.severity === null && !broken) {
    const message = `${id} needs no way to the internet: interface endpoints answer for ${gap.served.join(', ')}`
    return pass(id, message, { evidence, location })
  }
  const elsewhere = otherNetworks(table)
  const severity = severityOf(gap, broken, elsewhere.length > 0)
  const unseen = gap.severity !== null && !broken && elsewhere.length > 0 ? unseenText(elsewhere) : ''
  const message = `${id} has no way to the internet: ${access.text}; ${lackText(gap, subnet.vpcId, plan)}${unseen}`
  const fix = egressFix({ subnet, subnets, table, access, routing, gap, plan })
  return fail(id, message, fix, { severity, evidence, location })
}

/** A default route that is meant to lead out and does not: a fault of its own, whatever endpoints there are. */
const isBroken = (access: InternetAccess): boolean =>
  access.kind === 'closed' &&
  (access.fault.kind === 'blackhole' || access.fault.kind === 'nat-not-available' || access.fault.kind === 'nat-enclosed')

const severityOf = (gap: ServiceGap, broken: boolean, reachesOthers: boolean): Severity => {
  if (gap.severity === null) return 'warning'
  if (broken) return 'error'
  return reachesOthers && gap.severity === 'error' ? 'warning' : gap.severity
}

const lackText = ({ missing, served }: ServiceGap, vpcId: string, { orchestrator }: Plan): string => {
  if (missing.length === 0) return `interface endpoints answer for what nodes need (${served.join(', ')}), all else is dropped`
  const what = missing.map(({ service, purpose }) => `${service} (for ${purpose})`)
  const open = orchestrator.kind === 'unstated' ? ', which EKS asks for, and the plan names no orchestrator' : ''
  const stuck = missing.flatMap(({ access }) => {
    if (access.kind === 'none') return []
    const { vpcEndpointId, state } = access.endpoint
    return access.kind === 'not-available'
      ? [`${vpcEndpointId} is ${state}`]
      : [`${vpcEndpointId} does not count, the service's ordinary names do not lead to it`]
  })
  return [
    `${vpcId} has no interface endpoint that answers for ${what.join(', ')}${open}`,
    ...stuck,
    'S3 is judged by network/s3-route',
  ].join('; ')
}

/** Routes to other networks, whose endpoints nodes may be made to use by private hosted zones. */
const otherNetworks = ({ routes }: RouteTable): readonly Route[] =>
  routes.filter(({ state, target }) => state === 'active' && networks.has(target.kind))

const networks: ReadonlySet<Route['target']['kind']> = new Set(['transit-gateway', 'peering', 'virtual-private-gateway', 'core-network'])

const unseenText = (routes: readonly Route[]): string => {
  const ways = routes.map(({ destination, target }) => `${destination} through ${targetText(target)}`)
  return `; endpoints of other networks (${ways.join(', ')}) are not seen from here`
}

const evidenceOf = ({ table }: Case, access: InternetAccess, gap?: ServiceGap): Evidence => {
  const dropped = table.routes.filter(({ state }) => state === 'blackhole').map(({ destination }) => destination)
  return {
    routeTableId: table.routeTableId,
    wayOut: access.kind,
    ...(gap !== undefined && { servedByEndpoints: gap.served, missingEndpoints: gap.missing.map(({ service }) => service) }),
    ...(dropped.length > 0 && { blackholeRoutes: dropped }),
  }
}

/** Unknown: as severe as it is if the worst is true. */
const unsettled = (given: Case, access: InternetAccess, cause: Gap, worst: ServiceGap): Outcome => {
  const { subnet, location } = given
  const gap = { ...cause, message: `${access.text}; ${cause.message}` }
  const severity = severityOf(worst, isBroken(access), false)
  return unknown(subnet.subnetId, gap, { severity, evidence: evidenceOf(given, access), location })
}
