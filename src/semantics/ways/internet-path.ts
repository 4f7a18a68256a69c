import type { Gap } from '../../model/fact.ts'
import type { Subnet } from '../../model/facts/network.ts'
import { exitText, type Fault, type InternetAccess, internetAccess, type Routing } from '../network/internet-access.ts'
import { routeTableOf } from '../network/routes.ts'
import { type Network, routingOf } from './network.ts'
import { outToInternet, throughNatSubnet } from './network-acl-layer.ts'
import { closed, open, type Step, undecided, unseenBehind } from './step.ts'

/** The way of a subnet to public addresses, by its default route. `via` names what it leads through. */
export interface InternetPath {
  readonly via: string
  readonly steps: readonly Step[]
}

/** Nodes have no public address: a NAT gateway, or whatever a route hands on to, has to stand in for them. */
export const internetPath = (subnet: Subnet, network: Network): InternetPath => {
  const routing = routingOf(network)
  if (!routing.ok) return { via: 'the route table', steps: [undecided('route', subnet.subnetId, routing.gap)] }
  const table = routeTableOf(subnet, routing.value.routeTables)
  if (!table.ok) return { via: 'the route table', steps: [undecided('route', subnet.subnetId, table.gap)] }
  const access = internetAccess(table.value, routing.value, subnet)
  const via = 'route' in access ? exitText(access.route, table.value) : access.text
  return { via, steps: [routeStep(subnet, access), ...aclSteps(subnet, access, routing.value, network)] }
}

const routeFaults: ReadonlySet<Fault['kind']> = new Set(['no-route', 'no-exit', 'blackhole'])

/** Faults of the route itself, and of what it leads to, are told apart by the layer. */
const routeStep = ({ subnetId }: Subnet, access: InternetAccess): Step => {
  switch (access.kind) {
    case 'open':
      return open('route', subnetId)
    case 'closed': {
      const { kind } = access.fault
      const layer = routeFaults.has(kind) ? 'route' : 'target'
      return closed(layer, subnetId, access.text)
    }
    case 'undecided': {
      const gap = { ...access.gap, message: `${access.text}; ${access.gap.message}` }
      return access.unseen === undefined ? undecided('route', subnetId, gap) : unseenBehind(access.unseen, 'route', subnetId, gap)
    }
    case 'forwarded':
      return unseenBehind(access.route.target.id, 'target', subnetId, unseenOnward(access.text))
  }
}

/** What another router does is not in any answer of EC2 about this VPC. */
export const unseenOnward = (text: string): Gap => ({
  reason: 'unsupported',
  action: 'none',
  message: `${text}, and whether that leads to the internet cannot be seen from this VPC`,
})

const aclSteps = (subnet: Subnet, access: InternetAccess, { natGateways }: Routing, network: Network): readonly Step[] => {
  if (access.kind !== 'open' && access.kind !== 'forwarded') return []
  const { target } = access.route
  const natGateway = natGateways.ok ? natGateways.value.find(({ natGatewayId }) => natGatewayId === target.id) : undefined
  const natSubnetId = natGateway?.subnetId ?? null
  return [outToInternet(subnet, network), ...(natSubnetId === null ? [] : throughNatSubnet(subnet, natSubnetId, network))]
}
