import type { Fact, Gap } from '../../model/fact.ts'
import { everyAddress } from '../network/cidr-cover.ts'
import { type Resolver, resolverOf } from '../network/resolver.ts'
import { letsOut, type Traffic } from '../network/security-graph.ts'
import { conjunction } from '../text/enumerate.ts'
import { internetPath } from './internet-path.ts'
import { groupsSubject, type Network, nodesOf, trustedIn } from './network.ts'
import type { Placement } from './placements.ts'
import { closed, inSeries, open, type State, type Step, undecided, unseenBehind } from './step.ts'

/**
 * Who answers the nodes of the VPC. Snapshots that were taken before DHCP options were read have no id of them: nodes are then taken to
 * ask the Amazon DNS server, as they were when the snapshot was taken.
 */
export const resolverIn = ({ plan, facts: { dhcpOptions, vpc } }: Network): Fact<Resolver> => {
  const id = vpc.ok ? vpc.value?.dhcpOptionsId : undefined
  if ((vpc.ok && id === undefined) || (id !== undefined && trustedIn(plan).includes(id))) return { ok: true, value: { kind: 'amazon' } }
  if (!dhcpOptions.ok) return dhcpOptions
  return vpc.ok || dhcpOptions.value === null ? { ok: true, value: resolverOf(dhcpOptions.value, vpc.ok ? vpc.value : null) } : vpc
}

/**
 * Whether nodes are answered with private names: those of interface endpoints, hosted zones and the private endpoint of an EKS cluster.
 * The Amazon DNS server does so where both DNS attributes are on; other servers only if they pass the question on to it.
 * https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html
 */
export const privateNames = (placement: Placement, network: Network): readonly Step[] => {
  const resolver = resolverIn(network)
  if (resolver.ok && resolver.value.kind === 'amazon') return amazonNames(network, ['enableDnsSupport', 'enableDnsHostnames'])
  const asked = askedServers(placement, network, resolver)
  return asked.state === 'closed' ? [asked] : [unseenNames(network, resolver, 'private names')]
}

/** Whether nodes are answered with public names. */
export const publicNames = (placement: Placement, network: Network): readonly Step[] => {
  const resolver = resolverIn(network)
  if (resolver.ok && resolver.value.kind === 'amazon') return amazonNames(network, ['enableDnsSupport'])
  const asked = askedServers(placement, network, resolver)
  if (asked.state === 'closed') return [asked]
  const out = wayOut(placement, network)
  if (resolver.ok && resolver.value.kind === 'public') {
    const who = `${serversText(resolver.value.addresses)}, which ${optionsText(network)} name,`
    if (out === 'closed')
      return [closed('name', optionsId(network), `${who} are on the internet, to which ${placement.subnet.subnetId} has no way`)]
    return out === 'open'
      ? [asked]
      : [
          undecided(
            'name',
            optionsId(network),
            unseenGap(`${who} are on the internet, and whether ${placement.subnet.subnetId} has a way there is not known`),
          ),
        ]
  }
  if (
    asked.state === 'open' &&
    out === 'open' &&
    (resolver.ok || amazonNames(network, ['enableDnsSupport']).every(({ state }) => state === 'open'))
  )
    return [asked]
  return [unseenNames(network, resolver, 'names')]
}

type Attribute = 'enableDnsSupport' | 'enableDnsHostnames'

const amazonNames = ({ facts: { vpcDns } }: Network, attributes: readonly Attribute[]): readonly Step[] => {
  if (!vpcDns.ok) return [undecided('name', 'vpc', vpcDns.gap)]
  if (vpcDns.value === null) return []
  const { vpcId } = vpcDns.value
  const values = vpcDns.value
  const off = attributes.filter((attribute) => !values[attribute])
  if (off.length === 0) return [open('name', vpcId)]
  const what = attributes.length === 1 ? 'its DNS server answers nothing' : 'private names are not answered'
  return [closed('name', vpcId, `${conjunction(off)} of ${vpcId} ${off.length === 1 ? 'is' : 'are'} off, so ${what}`)]
}

/** Where routes to the internet lead; what stands before and behind them is judged with the way itself. */
const wayOut = ({ subnet }: Placement, network: Network): State =>
  inSeries(internetPath(subnet, network).steps.filter(({ layer }) => layer === 'route' || layer === 'target')).state

const lookUp: Traffic = { protocol: 'udp', fromPort: 53, toPort: 53 }

/**
 * Whether the outbound rules of the nodes let questions out to servers other than Amazon's own, which they do not hold for. Of servers
 * that are not known, rules for all addresses alone hold.
 * https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html
 */
const askedServers = (placement: Placement, network: Network, resolver: Fact<Resolver>): Step => {
  const at = optionsId(network)
  const read = nodesOf(placement, network)
  if (!read.ok) return undecided('name', at, read.gap)
  const nodes = read.value
  if (nodes === null) return open('name', at)
  const addresses = resolver.ok && resolver.value.kind !== 'amazon' ? resolver.value.addresses : []
  const known = addresses.length > 0 ? addresses.map(blockOf) : [everyAddress.ipv4]
  const reached = known.map((block) =>
    letsOut(nodes, { name: block, securityGroups: [], unread: [], cidrBlocks: [block] }, lookUp, network.facts.prefixLists),
  )
  if (reached.some(({ kind }) => kind === 'open')) return open('name', at)
  if (addresses.length > 0 && reached.every(({ kind }) => kind === 'closed')) {
    const groups = groupsSubject(placement)
    const has = placement.securityGroupIds.length === 1 ? 'has' : 'have'
    return closed(
      'name',
      at,
      `${groups} ${has} no outbound rule that allows UDP 53 to ${conjunction(addresses)}, the DNS servers that ${optionsText(network)} name`,
    )
  }
  return undecided('name', at, unseenGap(`whether the nodes of ${placement.subnet.subnetId} may ask their DNS servers is not known`))
}

const blockOf = (address: string): string => `${address}/${address.includes(':') ? 128 : 32}`

const unseenNames = (network: Network, resolver: Fact<Resolver>, what: string): Step => {
  const at = optionsId(network)
  if (!resolver.ok) return undecided('name', at, resolver.gap)
  const addresses = resolver.value.kind === 'amazon' ? [] : resolver.value.addresses
  const who =
    addresses.length === 0
      ? `${optionsText(network)} name no DNS server`
      : `${optionsText(network)} name ${serversText(addresses)} instead of AmazonProvidedDNS`
  return unseenBehind(at, 'name', at, unseenGap(`${who}, and whether nodes are answered with ${what} of AWS cannot be seen from here`))
}

const unseenGap = (message: string): Gap => ({ reason: 'unsupported', action: 'none', message })

const optionsId = ({ facts: { vpc } }: Network): string => (vpc.ok ? vpc.value?.dhcpOptionsId : undefined) ?? 'vpc'
const optionsText = (network: Network): string => `the DHCP options ${optionsId(network)}`
const serversText = (addresses: readonly string[]): string =>
  `${addresses.length === 1 ? 'the DNS server' : 'the DNS servers'} ${conjunction(addresses)}`
