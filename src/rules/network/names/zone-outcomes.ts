import type { HostedZone } from '../../../model/facts/network.ts'
import type { Outcome } from '../../../model/finding.ts'
import type { Plan } from '../../../model/plan.ts'
import { readItems } from '../../../semantics/fact.ts'
import { conjunction } from '../../../semantics/text/enumerate.ts'
import { trustedIn, type WayFacts } from '../../../semantics/ways/network.ts'
import { readLayers, type Way } from '../../../semantics/ways/ways.ts'
import { command } from '../../engine/command.ts'
import { pass, unknown } from '../../engine/outcome.ts'
import { severityByNeed, vouchFix, vouchText } from '../../shared/ways.ts'

/** The private hosted zones that take names of the nodes over. None for snapshots of versions that did not read them. */
export const zoneOutcomes = (vpcId: string, ways: readonly Way[], facts: WayFacts, plan: Plan): readonly Outcome[] => {
  const { hostedZones, vpc } = facts
  if (vpc.ok && vpc.value?.dhcpOptionsId === undefined) return []
  const subject = `${vpcId} hosted zones`
  if (!hostedZones.ok) {
    if (trustedIn(plan).includes(vpcId)) return [pass(subject, `the policy file trusts the names of ${vpcId}`)]
    const { undecided, unseen } = readLayers(ways, (step) => step.layer === 'name' && step.state === 'undecided' && step.unseen === vpcId)
    // Where nothing rests on it, endpoints answer for all that nodes call.
    const severity = undecided === null ? 'notice' : severityByNeed[undecided]
    return [unknown(subject, hostedZones.gap, { severity, fix: isShared(facts) ? vouchFix(unseen) : undefined })]
  }
  const met = hostedZones.value.filter(({ hostedZoneId }) =>
    ways.some(({ steps }) => steps.some(({ layer, at }) => layer === 'name' && at === hostedZoneId)),
  )
  if (met.length === 0) return [pass(subject, `no private hosted zone of ${vpcId} answers for what nodes call by public names`)]
  return met.map((zone) => judge(zone, vpcId, ways, plan))
}

/** Only the account that owns a VPC may list its zones: with what it shares there is nothing to allow here. */
const isShared = ({ subnets, identity }: WayFacts): boolean => {
  const account = identity.ok && identity.value.kind === 'caller' ? identity.value.account : undefined
  if (!subnets.ok || account === undefined) return false
  const ids = Object.keys(subnets.value)
  return readItems(subnets.value, ids).some(({ ownerId }) => ownerId !== undefined && ownerId !== account)
}

const judge = ({ hostedZoneId, name }: HostedZone, vpcId: string, ways: readonly Way[], plan: Plan): Outcome => {
  const subject = `${name} (${hostedZoneId})`
  const reading = readLayers(ways, ({ layer, at }) => layer === 'name' && at === hostedZoneId)
  const here = ways.filter(({ steps }) => steps.some(({ layer, at }) => layer === 'name' && at === hostedZoneId))
  const names = [...new Set(here.map(({ demand: { to } }) => to))]
  const evidence = { hostedZoneId, answersFor: names }
  if (reading.undecided === null || reading.gap === null) {
    return pass(subject, `private hosted zone ${name} answers for ${conjunction(names)}, and the policy file trusts it`, { evidence })
  }
  const message = `private hosted zone ${name} (${hostedZoneId}) answers in ${vpcId} for ${conjunction(names)}, and where its records lead is not read`
  const fix = {
    text: `Look where its records lead: to interface endpoints that the nodes reach. ${vouchText([hostedZoneId])}`,
    commands: [command('aws', 'route53', 'list-resource-record-sets', '--region', plan.region, '--hosted-zone-id', hostedZoneId)],
  }
  return unknown(subject, { ...reading.gap, message }, { severity: severityByNeed[reading.undecided], evidence, fix })
}
