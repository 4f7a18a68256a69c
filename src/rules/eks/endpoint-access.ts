import type { Fact, Gap } from '../../model/fact.ts'
import type { EksCluster } from '../../model/facts/eks.ts'
import type { RouteTable, Subnet } from '../../model/facts/network.ts'
import type { Evidence, Fix, Outcome } from '../../model/finding.ts'
import type { Location, Plan } from '../../model/plan.ts'
import { blocksText, exitAddresses, outsideOf } from '../../semantics/network/exit-addresses.ts'
import { exitText, type InternetAccess, internetAccess, type Routing } from '../../semantics/network/internet-access.ts'
import { routeTableOf } from '../../semantics/network/routes.ts'
import { conjunction } from '../../semantics/text/enumerate.ts'
import { routingFacts, routingOf } from '../../semantics/ways/network.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, reported, unknown } from '../engine/outcome.ts'
import { eachSubnet, namesSubnet } from '../shared/each-subnet.ts'
import { vouchFix } from '../shared/ways.ts'
import { givenEksCluster, namesEksCluster } from './cluster-given/given-eks-cluster.ts'

export const endpointAccess = defineRule({
  id: 'eks/endpoint-access',
  title: 'Nodes in every subnet reach the API server of the EKS cluster, by its private endpoint or through a NAT gateway that it lets in',
  why: 'A node joins by calling the Kubernetes API server. With private access on, its name leads to network interfaces in the VPC. Without, it leads to public addresses: nodes then need a NAT gateway, and the public address of that NAT gateway has to be among the CIDR blocks that the endpoint lets in. Otherwise nodes wait until the cluster is rolled back.',
  severity: 'error',
  checklist: '8',
  checklistDiffers: 'The checklist asks for kubectl to be configured and does not mention how the nodes themselves reach the API server.',
  sources: [
    'https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-eks-prerequisites.html',
    'https://github.com/awslabs/awsome-distributed-ai/tree/main/1.architectures/7.sagemaker-hyperpod-eks/terraform-modules/hyperpod-eks-tf',
  ],
  needs: ['eksCluster', 'subnets'],
  uses: routingFacts,
  applies: (plan) => (namesEksCluster(plan) === true ? namesSubnet(plan) : namesEksCluster(plan)),
  evaluate: (facts, plan) =>
    givenEksCluster(plan, facts.eksCluster, (cluster) =>
      eachSubnet(plan, facts.subnets, (subnet, location) => {
        if (cluster.vpcId !== null && cluster.vpcId !== subnet.vpcId) {
          const message = `${subnet.subnetId} is not in ${cluster.vpcId}, the VPC of ${cluster.name}`
          return reported(subnet.subnetId, message, 'eks/network', { location })
        }
        return judge({ cluster, subnet, location, routing: routingOf({ plan, facts }), plan })
      }),
    ),
})

interface Case {
  readonly cluster: EksCluster
  readonly subnet: Subnet
  readonly location: Location | null
  readonly routing: Fact<Routing>
  readonly plan: Plan
}

const judge = (given: Case): Outcome => {
  const { cluster, subnet, location } = given
  const id = subnet.subnetId
  const { name, endpointPrivateAccess, endpointPublicAccess } = cluster
  if (endpointPrivateAccess === true) {
    return pass(id, `nodes in ${id} reach ${name} by its private endpoint`, { location, evidence: { endpointPrivateAccess } })
  }
  if (endpointPrivateAccess === null || (endpointPublicAccess === null && endpointPrivateAccess === false)) {
    const message = `eks:DescribeCluster does not say which endpoints ${name} has`
    return unknown(id, { reason: 'unexpected', action: 'eks:DescribeCluster', message }, { location })
  }
  if (endpointPublicAccess === false) {
    const message = `${name} has neither private nor public access to its API server`
    return fail(id, message, privateAccess(given), { location, evidence: { endpointPrivateAccess, endpointPublicAccess } })
  }
  return judgePublic(given)
}

/** Nodes have no public address: they reach public ones through a NAT gateway alone, and appear with its address. */
const judgePublic = (given: Case): Outcome => {
  const { cluster, subnet, location, routing } = given
  const id = subnet.subnetId
  const evidence = { endpointPrivateAccess: false, publicAccessCidrs: cluster.publicAccessCidrs }
  if (!routing.ok) return unknown(id, routing.gap, { location, evidence })
  const table = routeTableOf(subnet, routing.value.routeTables)
  if (!table.ok) return unknown(id, table.gap, { location, evidence })
  const access = internetAccess(table.value, routing.value, subnet)
  const details = { location, evidence: { ...evidence, routeTableId: table.value.routeTableId } }
  switch (access.kind) {
    case 'closed':
      return fail(
        id,
        `${cluster.name} has a public endpoint only, and ${id} has no way to it: ${access.text}`,
        privateAccess(given),
        details,
      )
    case 'undecided':
      return unknown(id, { ...access.gap, message: `${access.text}; ${access.gap.message}` }, details)
    case 'forwarded':
      return (
        shutOut(given, access, table.value, routing.value, details) ??
        unknown(id, unseenWay(given, access), { ...details, fix: vouchFix([access.route.target.id]) })
      )
    case 'open': {
      const through = exitText(access.route, table.value)
      const message = `nodes in ${id} reach the public endpoint of ${cluster.name} through ${through}`
      return shutOut(given, access, table.value, routing.value, details) ?? pass(id, message, details)
    }
  }
}

interface Details {
  readonly location: Location | null
  readonly evidence: Evidence
}

const unseenWay = ({ cluster, subnet }: Case, { text }: InternetAccess): Gap => ({
  reason: 'unsupported',
  action: 'none',
  message: `whether nodes in ${subnet.subnetId} reach the public endpoint of ${cluster.name} cannot be seen from this VPC: ${text}`,
})

type Exit = Extract<InternetAccess, { readonly kind: 'open' | 'forwarded' }>

/** What is wrong with the addresses that nodes come from; null where the endpoint lets in all of them. */
const shutOut = (given: Case, { route }: Exit, table: RouteTable, routing: Routing, details: Details): Outcome | null => {
  const { cluster, subnet } = given
  if (cluster.publicAccessCidrs.includes('0.0.0.0/0')) return null
  const id = subnet.subnetId
  const lets = `the public endpoint of ${cluster.name} lets in ${blocksText(cluster.publicAccessCidrs)}`
  const addresses = exitAddresses(table, routing)
  if (!addresses.ok) {
    const { gap } = addresses
    // Where a call failed, allowing it is the way on.
    const fix = gap.action === 'none' ? privateAccess(given) : undefined
    return unknown(id, { ...gap, message: `${lets}; ${gap.message}` }, { ...details, fix })
  }
  const outside = outsideOf(cluster.publicAccessCidrs, addresses.value)
  if (outside.length === 0) return null
  const message = `${lets}, and nodes in ${id} come from ${conjunction(outside)} (${route.target.id})`
  return fail(id, message, privateAccess(given), { ...details, evidence: { ...details.evidence, publicIps: addresses.value } })
}

const privateAccess = ({ cluster: { name }, plan }: Case): Fix => ({
  text: `Turn private access of ${name} on: nodes in its VPC then need no way to the internet for it.`,
  commands: [
    command(
      ...['aws', 'eks', 'update-cluster-config', '--region', plan.region, '--name', name],
      ...['--resources-vpc-config', 'endpointPrivateAccess=true'],
    ),
  ],
})
