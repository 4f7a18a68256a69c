import type { Fact } from '../../model/fact.ts'
import type { RouteTable, Subnet, VpcEndpoint } from '../../model/facts/network.ts'
import type { Evidence, Outcome, Severity } from '../../model/finding.ts'
import type { Location, Plan } from '../../model/plan.ts'
import { exitText, type Fault, type InternetAccess, internetAccess, type Routing } from '../../semantics/network/internet-access.ts'
import { routeTableOf } from '../../semantics/network/routes.ts'
import { type MissingService, missingServices } from '../../semantics/ways/missing-services.ts'
import { routingOf, wayFacts } from '../../semantics/ways/network.ts'
import { isLayer, readLayers, type Way, waysOf } from '../../semantics/ways/ways.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, unknown } from '../engine/outcome.ts'
import { eachSubnet, namesSubnet, subnetsInVpc } from '../shared/each-subnet.ts'
import { severityByNeed, vouchFix, withoutFacts } from '../shared/ways.ts'
import { egressFix } from './fixes/egress-fix.ts'

export const egress = defineRule({
  id: 'network/egress',
  title: 'Every subnet leads to the AWS services that nodes call, through a NAT gateway or interface endpoints',
  why: 'Nodes have no public address. Without a NAT gateway that works, or interface endpoints for what they call, agents and lifecycle scripts hang until they time out: "Lifecycle scripts execution timed out", "Instance bootstrap failed due to network misconfiguration", or EKS nodes that never become ready. A default route is not enough: its NAT gateway may be gone, failed, private, or stand in a subnet that has no route to an internet gateway itself. The way to S3 is judged by `network/s3-route`; zones and security groups of the endpoints by `network/endpoints-usable`.',
  severity: 'error',
  otherSeverities: ['warning', 'notice'],
  checklist: '3',
  checklistDiffers:
    "The checklist asks for a NAT gateway or VPC endpoints and does not say which endpoints. What counts is whether nodes reach each service that they call. On EKS these are the services of AWS's own template for closed networks: a closed way to `ec2`, `ecr.api`, `ecr.dkr`, `sts`, `logs` or `monitoring` (with restricted instance groups also `lambda` and `sqs`) is an error; to `ssm`, `ssmmessages` and `eks-auth` a warning, since nodes come up without them; to `ec2messages` a notice, since only older agents ask for it. For Slurm AWS names no list: a closed way to `logs`, `monitoring`, `ssm` or `ssmmessages` is a warning. If the plan names no orchestrator, what only EKS needs is a warning. What a transit gateway, another network or an endpoint of another account does cannot be seen from the VPC: the way is then unknown.",
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites.html',
    'https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html',
    'https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html',
    'https://docs.aws.amazon.com/eks/latest/userguide/private-clusters.html',
    'https://github.com/awslabs/awsome-distributed-ai/blob/main/1.architectures/7.sagemaker-hyperpod-eks/terraform-modules/hyperpod-eks-tf/modules/vpc_endpoints/main.tf',
  ],
  needs: [],
  uses: wayFacts,
  applies: namesSubnet,
  evaluate: (facts, plan) => {
    const routing = routingOf({ plan, facts })
    if (!facts.subnets.ok || !routing.ok) return withoutFacts([facts.subnets, routing])
    const ways = waysOf(plan, facts).filter(({ demand: { service } }) => service !== null && service !== 's3')
    const subnets = subnetsInVpc(plan, facts.subnets.value)
    return eachSubnet(plan, facts.subnets.value, (subnet, location) => {
      const table = routeTableOf(subnet, routing.value.routeTables)
      if (!table.ok) return unknown(subnet.subnetId, table.gap, { location })
      const here = ways.filter(({ placement }) => placement.subnet.subnetId === subnet.subnetId)
      return judge({
        subnet,
        subnets,
        location,
        table: table.value,
        routing: routing.value,
        ways: here,
        endpoints: facts.vpcEndpoints,
        plan,
      })
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
  /** Those of the subnet's nodes to services that have no rule of their own. */
  readonly ways: readonly Way[]
  readonly endpoints: Fact<readonly VpcEndpoint[]>
  readonly plan: Plan
}

const judge = (given: Case): Outcome => {
  const { subnet, location, table, routing, ways, endpoints, plan } = given
  const id = subnet.subnetId
  const access = internetAccess(table, routing, subnet)
  const reading = readLayers(ways, isLayer('route', 'target'))
  const missing = endpoints.ok ? missingServices(ways, plan, endpoints.value) : []
  const evidence = evidenceOf(given, access, missing)
  if (reading.closed !== null) return closed(given, access, missing, severityByNeed[reading.closed])
  if (reading.undecided !== null && reading.gap !== null) {
    return unknown(id, reading.gap, { severity: severityByNeed[reading.undecided], evidence, location, fix: vouchFix(reading.unseen) })
  }
  if (isBroken(access)) return closed(given, access, missing, 'warning')
  if (access.kind === 'open') {
    return pass(id, `${id} reaches the internet through ${exitText(access.route, table)}`, { evidence, location })
  }
  const unnamed = readLayers(ways.filter(isUnnamed), isLayer('name'))
  if (unnamed.undecided !== null && unnamed.gap !== null) {
    const message = `${id} has no way to the internet, and where names of what its nodes call lead is not known: ${unnamed.gap.message}`
    return unknown(id, { ...unnamed.gap, message }, { severity: severityByNeed[unnamed.undecided], location, evidence })
  }
  return pass(id, `${id} needs no way to the internet: ${servedText(ways)}`, { evidence, location })
}

/** Whether it is not known where the name of something leads that no endpoint is known to answer for. */
const isUnnamed = ({ vpcEndpointId, state, steps }: Way): boolean =>
  vpcEndpointId === null && state === 'undecided' && steps.some((step) => step.layer === 'name' && step.state === 'undecided')

const servedText = (ways: readonly Way[]): string => {
  const served = servedBy(ways)
  return served.length === 0 ? 'its nodes call no service that takes one' : `interface endpoints answer for ${served.join(', ')}`
}

/** Services that interface endpoints take the requests for. */
const servedBy = (ways: readonly Way[]): readonly string[] => [
  ...new Set(ways.flatMap(({ vpcEndpointId, demand }) => (vpcEndpointId === null ? [] : [demand.to]))),
]

const closed = (given: Case, access: InternetAccess, missing: readonly MissingService[], severity: Severity): Outcome => {
  const { subnet, subnets, location, table, routing, plan, ways } = given
  const id = subnet.subnetId
  const message = `${id} has no way to the internet: ${access.text}; ${lackText(missing, servedBy(ways), subnet.vpcId, plan)}`
  const fix = egressFix({ subnet, subnets, table, access, routing, missing, plan })
  return fail(id, message, fix, { severity, evidence: evidenceOf(given, access, missing), location })
}

/** A default route that is meant to lead out and does not: a fault of its own, whatever endpoints there are. */
const isBroken = (access: InternetAccess): boolean => access.kind === 'closed' && broken.has(access.fault.kind)

const broken: ReadonlySet<Fault['kind']> = new Set(['blackhole', 'nat-not-available', 'nat-without-address', 'nat-enclosed'])

const lackText = (missing: readonly MissingService[], served: readonly string[], vpcId: string, { orchestrator }: Plan): string => {
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

const evidenceOf = ({ table, ways }: Case, access: InternetAccess, missing: readonly MissingService[]): Evidence => {
  const dropped = table.routes.filter(({ state }) => state === 'blackhole').map(({ destination }) => destination)
  return {
    routeTableId: table.routeTableId,
    wayOut: access.kind,
    ...(access.kind !== 'open' && { servedByEndpoints: servedBy(ways), missingEndpoints: missing.map(({ service }) => service) }),
    ...(dropped.length > 0 && { blackholeRoutes: dropped }),
  }
}
