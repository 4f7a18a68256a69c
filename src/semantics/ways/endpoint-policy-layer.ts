import { endpointActions } from '../../catalog/endpoint-actions.ts'
import { imageLayers } from '../../catalog/node-demands.ts'
import type { Gap } from '../../model/fact.ts'
import type { VpcEndpoint } from '../../model/facts/network.ts'
import type { BucketPrefix, InstanceGroup, Plan, PlannedRole } from '../../model/plan.ts'
import { keyed, knownValue } from '../fact.ts'
import {
  decideThrough,
  endpointPolicyName,
  imageLayersThrough,
  type Origin,
  type Reader,
  type ReadFolder,
  readThrough,
} from '../policies/endpoint-policy.ts'
import { type Decision, statementName } from '../policies/iam-policy.ts'
import { foldersOf, groupsOf, isOf, readRole } from '../policies/planned-role.ts'
import { unknownPart } from '../policies/policy-text.ts'
import { ownBuckets } from '../policies/role-permissions.ts'
import { conjunction, reasons } from '../text/enumerate.ts'
import type { Network } from './network.ts'
import type { Demand, Placement } from './placements.ts'
import { closed, open, type Step, undecided } from './step.ts'

/**
 * What the policy of an endpoint says to what the nodes of a placement ask through it. An endpoint whose policy allows everything needs no
 * look at who asks.
 */
export const throughPolicy = (endpoint: VpcEndpoint, demand: Demand, placement: Placement, network: Network): Step => {
  const at = endpoint.vpcEndpointId
  const { identity } = network.facts
  if (endpoint.policyDocument === null) return open('endpoint-policy', at)
  if (!identity.ok) return undecided('endpoint-policy', at, identity.gap)
  if (identity.value.kind === 'refused') return undecided('endpoint-policy', at, refusedCredentials)
  const { account, partition } = identity.value
  const origin: Origin = { region: network.plan.region, partition, account, vpcId: placement.subnet.vpcId }
  const asked =
    demand.service === 's3' ? askS3(endpoint, demand, placement, origin, network) : askService(endpoint, demand, placement, origin, network)
  return stepOf(endpoint, asked)
}

const refusedCredentials: Gap = {
  reason: 'unexpected',
  action: 'sts:GetCallerIdentity',
  message: 'AWS refuses the credentials of this run, so the account of the nodes is not known',
}

interface Asked {
  readonly action: string
  readonly decision: Decision
}

const stepOf = (endpoint: VpcEndpoint, asked: readonly Asked[]): Step => {
  const at = endpoint.vpcEndpointId
  const name = endpointPolicyName(endpoint)
  const denied = asked.filter(({ decision: { kind } }) => kind === 'implicit-deny' || kind === 'explicit-deny')
  if (denied.length > 0) {
    const refused = denied.flatMap(({ action, decision }) =>
      decision.kind === 'explicit-deny' ? [`${statementName(decision.by)} denies ${action}`] : [],
    )
    const lacking = [...new Set(denied.flatMap(({ action, decision }) => (decision.kind === 'implicit-deny' ? [action] : [])))]
    return closed(
      'endpoint-policy',
      at,
      reasons([...refused, ...(lacking.length === 0 ? [] : [`${name} does not allow ${conjunction(lacking)}`])]),
    )
  }
  const doubts = asked.flatMap(({ decision }) => (decision.kind === 'undecided' ? decision.because : []))
  const [doubt] = doubts
  if (doubt === undefined) return open('endpoint-policy', at)
  const where = doubt.statement === null ? doubt.policy : statementName(doubt.statement)
  return undecided('endpoint-policy', at, { reason: 'unsupported', action: 'none', message: `${where}: ${doubt.reason}` })
}

const askS3 = (endpoint: VpcEndpoint, demand: Demand, placement: Placement, origin: Origin, network: Network): readonly Asked[] => {
  if (demand.to === imageLayers) return [imageLayersThrough(endpoint, origin)]
  const { plan, facts } = network
  const own = ownBuckets(facts.bucketPolicies)
  return plan.lifecycleSources.flatMap((source) =>
    readersOf(source, placement, network).flatMap(({ reader, groups }) => {
      const folder: ReadFolder = { source, keys: entryPointsOf(source, groups), owner: own.has(source.bucket) ? origin.account : null }
      return readThrough(endpoint, origin, reader, folder)
    }),
  )
}

interface FolderReader {
  readonly reader: Reader
  readonly groups: readonly InstanceGroup[]
}

/** The roles under which nodes of the placement read a folder. */
const readersOf = (source: BucketPrefix, placement: Placement, { plan, facts }: Network): readonly FolderReader[] => {
  if (plan.executionRoles.length === 0) return [{ reader: { name: null, arn: null }, groups: [] }]
  const names = new Set(placement.instanceGroups.map(({ name }) => name))
  return plan.executionRoles.flatMap((role) => {
    if (!foldersOf(role, plan).includes(source)) return []
    const readers = groupsOf(role, plan).filter((group) => reads(group, source))
    const here = readers.filter(({ name }) => names.has(name))
    if (readers.length > 0 && here.length === 0) return []
    return [{ reader: { name: role.name, arn: arnOf(role, facts.roles) }, groups: here }]
  })
}

const reads = ({ lifecycle }: InstanceGroup, { bucket, prefix }: BucketPrefix): boolean =>
  lifecycle.mode !== 'ami' && lifecycle.source?.bucket === bucket && lifecycle.source.prefix === prefix

const entryPointsOf = ({ prefix }: BucketPrefix, groups: readonly InstanceGroup[]): readonly string[] => [
  ...new Set(
    groups.flatMap(({ lifecycle }) => (lifecycle.mode === 'ami' || lifecycle.script === null ? [] : `${prefix}${lifecycle.script}`)),
  ),
]

const arnOf = (planned: PlannedRole, roles: Network['facts']['roles']): string | null => {
  if (planned.arn !== null) return planned.arn
  const reading = readRole(planned, knownValue(keyed(roles, planned.name)) ?? null)
  return reading.kind === 'found' ? reading.role.arn : null
}

/** Each role of the placement asks on its own; `any` takes one action that is not refused. */
const askService = (endpoint: VpcEndpoint, demand: Demand, placement: Placement, origin: Origin, network: Network): readonly Asked[] => {
  const wanted = demand.service === null ? undefined : endpointActions[demand.service]
  if (wanted === undefined) return []
  const readers = rolesOf(placement, network.plan).map((role): Reader => ({ name: role.name, arn: arnOf(role, network.facts.roles) }))
  return (readers.length === 0 ? [{ name: null, arn: null }] : readers).flatMap((reader) => {
    const asked = Object.entries(wanted.actions).map(
      ([action, resource]): Asked => ({
        action,
        decision: decideThrough(endpoint, origin, reader, { action, resource: filled(resource, origin) }),
      }),
    )
    if (wanted.need === 'all') return asked
    const denied = (kind: Decision['kind']): boolean => kind === 'implicit-deny' || kind === 'explicit-deny'
    const possible = asked.filter(({ decision: { kind } }) => !denied(kind))
    return possible.length === 0 ? asked : possible.slice(0, 1)
  })
}

const rolesOf = ({ instanceGroups }: Placement, plan: Plan): readonly PlannedRole[] => {
  const naming = instanceGroups.filter(({ executionRole }) => executionRole !== null)
  return naming.length === 0 ? plan.executionRoles : plan.executionRoles.filter((role) => naming.some((group) => isOf(group, role)))
}

const filled = (resource: string, { partition, region, account }: Origin): string =>
  resource
    .replaceAll('{partition}', partition)
    .replaceAll('{region}', region)
    .replaceAll('{account}', account)
    .replaceAll('{unknown}', unknownPart)
