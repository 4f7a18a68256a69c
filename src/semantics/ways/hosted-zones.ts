import type { Fact, Gap } from '../../model/fact.ts'
import type { HostedZone } from '../../model/facts/network.ts'
import { answersFor } from '../network/resolver.ts'
import { resolverIn } from './name-layer.ts'
import { type Network, trustedIn } from './network.ts'
import type { Placement } from './placements.ts'
import { toUnknown } from './security-group-layer.ts'
import { inSeries, open, type Step, unseenBehind } from './step.ts'

/** A way in words and steps. */
interface NamedWay {
  readonly via: string
  readonly steps: readonly Step[]
}

/**
 * A way by a public name, as private hosted zones of the VPC leave it. A zone that answers for the name takes it over: where the name
 * leads then is in its records, which are not read. `byAws`: whether zones that AWS services made for themselves count, as those of
 * endpoints that this account does not see.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html
 */
export const underZones = <W extends NamedWay>(way: W, host: string, byAws: boolean, placement: Placement, network: Network): W => {
  const resolver = resolverIn(network)
  if (resolver.ok && resolver.value.kind === 'public') return way
  const zone = answeringZone(host, byAws, placement.subnet.vpcId, network)
  if (!zone.ok) {
    const { vpcId } = placement.subnet
    const name = unseenBehind(vpcId, 'name', vpcId, zone.gap)
    const rest = inSeries(way.steps).state === 'open' ? way.steps : toUnknown(placement, network)
    return { ...way, steps: [name, ...rest] }
  }
  if (zone.value === null) return way
  const { hostedZoneId, name } = zone.value
  const via = `hosted zone ${name} (${hostedZoneId})`
  const beyond = toUnknown(placement, network)
  return trustedIn(network.plan).includes(hostedZoneId)
    ? { ...way, via, steps: [open('name', hostedZoneId), ...beyond, open('route', placement.subnet.subnetId)] }
    : { ...way, via, steps: [unseenBehind(hostedZoneId, 'name', hostedZoneId, unreadRecords(zone.value, placement)), ...beyond] }
}

const unreadRecords = ({ hostedZoneId, name }: HostedZone, { subnet: { vpcId } }: Placement): Gap => ({
  reason: 'unsupported',
  action: 'none',
  message: `private hosted zone ${name} (${hostedZoneId}) answers for it in ${vpcId}, and where its records lead is not read`,
})

/**
 * The private hosted zone of the VPC that answers for a host name: the most specific one. Null where none does, and in snapshots of
 * versions that did not read zones. `byAws` as in {@link underZones}.
 */
export const answeringZone = (host: string, byAws: boolean, vpcId: string, { plan, facts }: Network): Fact<HostedZone | null> => {
  const { hostedZones, vpc } = facts
  if (!hostedZones.ok) {
    const older = vpc.ok && vpc.value?.dhcpOptionsId === undefined
    return older || trustedIn(plan).includes(vpcId) ? { ok: true, value: null } : hostedZones
  }
  const answering = hostedZones.value.filter((zone) => answersFor(zone, host) && (byAws || zone.owningService === null))
  return { ok: true, value: answering.toSorted((a, b) => b.name.length - a.name.length)[0] ?? null }
}
