import ipaddr from 'ipaddr.js'
import type { Fact, Gap } from '../../model/fact.ts'
import type { EksCluster } from '../../model/facts/eks.ts'
import type { NatGateway, Subnet } from '../../model/facts/network.ts'
import type { Evidence, Fix, Outcome } from '../../model/finding.ts'
import type { Location, Plan } from '../../model/plan.ts'
import { type InternetAccess, internetAccess, type Routing } from '../../semantics/network/internet-access.ts'
import { routeTableOf } from '../../semantics/network/routes.ts'
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
      return isForEverybody(cluster)
        ? unknown(id, unseenWay(given, access), { ...details, fix: vouchFix([access.route.target.id]) })
        : unknown(id, unseenAddress(given, access), details)
    case 'open':
      return letIn(given, access, routing.value, details)
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

/** Whether the public addresses of the NAT gateway are among those that the endpoint lets in. */
const letIn = (given: Case, access: Extract<InternetAccess, { kind: 'open' }>, routing: Routing, details: Details): Outcome => {
  const { cluster, subnet } = given
  const id = subnet.subnetId
  if (isForEverybody(cluster))
    return pass(id, `nodes in ${id} reach the public endpoint of ${cluster.name} through ${access.text}`, details)
  const natGateway = natGatewayOf(access.route.target.id, routing)
  if (natGateway === null || natGateway.publicIps.length === 0) return unknown(id, unseenAddress(given, access), details)
  const shutOut = natGateway.publicIps.filter((address) => !cluster.publicAccessCidrs.some((block) => holds(block, address)))
  const evidence = { ...details.evidence, natGatewayId: natGateway.natGatewayId, publicIps: natGateway.publicIps }
  if (shutOut.length === 0) {
    const message = `nodes in ${id} reach the public endpoint of ${cluster.name} through ${natGateway.natGatewayId}, whose addresses it lets in`
    return pass(id, message, { ...details, evidence })
  }
  const message = `the public endpoint of ${cluster.name} lets in ${cluster.publicAccessCidrs.join(', ') || 'nobody'}, and nodes in ${id} come from ${shutOut.join(', ')} (${natGateway.natGatewayId})`
  return fail(id, message, privateAccess(given), { ...details, evidence })
}

const natGatewayOf = (id: string, { natGateways }: Routing): NatGateway | null =>
  natGateways.ok ? (natGateways.value.find(({ natGatewayId }) => natGatewayId === id) ?? null) : null

const isForEverybody = ({ publicAccessCidrs }: EksCluster): boolean => publicAccessCidrs.includes('0.0.0.0/0')

/** Blocks of the other address family, and what is no block, hold no address. */
const holds = (block: string, address: string): boolean => {
  if (!ipaddr.isValidCIDR(block) || !ipaddr.isValid(address)) return false
  const [parsed, range] = [ipaddr.parse(address), ipaddr.parseCIDR(block)]
  return parsed.kind() === range[0].kind() && parsed.match(range)
}

const unseenAddress = ({ cluster, subnet }: Case, { text }: InternetAccess): Gap => ({
  reason: 'unexpected',
  action: 'ec2:DescribeNatGateways',
  message: `the public endpoint of ${cluster.name} lets in ${cluster.publicAccessCidrs.join(', ') || 'nobody'}, and with which address nodes in ${subnet.subnetId} come there is not known: ${text}`,
})

const privateAccess = ({ cluster: { name }, plan }: Case): Fix => ({
  text: `Turn private access of ${name} on: nodes in its VPC then need no way to the internet for it.`,
  commands: [
    command(
      ...['aws', 'eks', 'update-cluster-config', '--region', plan.region, '--name', name],
      ...['--resources-vpc-config', 'endpointPrivateAccess=true'],
    ),
  ],
})
