import type { Fact, Gap } from '../../model/fact.ts'
import type { InstanceType } from '../../model/facts/capacity.ts'
import type { SecurityGroupPermission } from '../../model/facts/network.ts'
import type { InstanceGroup, Location, Plan, VpcConfig } from '../../model/plan.ts'
import { placementOf } from '../plan/placement.ts'

/**
 * The security groups that one node carries together, and the instance groups whose nodes do. Rules of several groups on one network
 * interface are additive, so traffic is judged by placement and not by security group.
 * https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html
 */
export interface SecurityGroupPlacement {
  /** The ids, joined: how findings name the placement. */
  readonly subject: string
  readonly securityGroupIds: readonly string[]
  /** Empty where the plan names no instance group at all. */
  readonly instanceGroups: readonly InstanceGroup[]
  readonly location: Location | null
}

/** Every placement of the plan that names a security group, once, in the order of the plan. */
export const securityGroupPlacements = (plan: Plan): readonly SecurityGroupPlacement[] => {
  const placements = new Map<string, SecurityGroupPlacement & { readonly instanceGroups: InstanceGroup[] }>()
  const add = (config: VpcConfig | null, groups: readonly InstanceGroup[]): void => {
    const ids = [...new Set(config?.securityGroupIds ?? [])]
    if (config === null || ids.length === 0) return
    const key = ids.toSorted().join(' ')
    const known = placements.get(key)
    if (known !== undefined) known.instanceGroups.push(...groups)
    else placements.set(key, { subject: ids.join(', '), securityGroupIds: ids, instanceGroups: [...groups], location: config.location })
  }
  if (plan.instanceGroups.length === 0) add(plan.vpcConfig, [])
  for (const group of plan.instanceGroups) add(placementOf(group, plan), [group])
  return [...placements.values()]
}

/** Whether nodes of a placement talk over EFA, and what says so. `reason` completes a sentence about the placement. */
export type EfaUse =
  | { readonly kind: 'yes' | 'no' | 'unstated'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly gap: Gap; readonly reason: string }

/** One instance group with an EFA type, or with an EFA interface in the request, is enough. */
export const efaUse = (
  { instanceGroups }: SecurityGroupPlacement,
  instanceTypes: Fact<Readonly<Record<string, InstanceType | null>>>,
): EfaUse => {
  if (instanceGroups.length === 0)
    return { kind: 'unstated', reason: 'the plan names no instance type, so whether EFA is used is not known' }
  const asked = instanceGroups.find((group) => group.interfaceType !== null)
  if (asked !== undefined) return { kind: 'yes', reason: `${asked.name} asks for ${asked.interfaceType} interfaces` }
  if (!instanceTypes.ok) {
    return { kind: 'unknown', gap: instanceTypes.gap, reason: 'whether its instance types have EFA is not known' }
  }
  const types = instanceGroups.flatMap((group) => group.instanceTypes.map((type) => ({ group: group.name, type })))
  const efa = types.find(({ type }) => instanceTypes.value[type]?.efaSupported === true)
  if (efa !== undefined) return { kind: 'yes', reason: `${efa.group} (${efa.type}) uses EFA` }
  const unheard = types.find(({ type }) => (instanceTypes.value[type] ?? null) === null)
  if (unheard !== undefined) {
    const message = `neither the catalog nor EC2 knows the instance type ${unheard.type}`
    const gap: Gap = { reason: 'unsupported', action: 'ec2:DescribeInstanceTypes', message }
    return { kind: 'unknown', gap, reason: `whether ${unheard.type} of ${unheard.group} has EFA is not known` }
  }
  return { kind: 'no', reason: 'none of its instance types has EFA' }
}

const allTraffic = ({ protocol }: SecurityGroupPermission): boolean => protocol === '-1'

/**
 * Security groups that all traffic is allowed from (of inbound permissions) or to (of outbound ones). AWS merges rules of one protocol
 * into one permission with several pairs, and may answer several permissions of one protocol: all of them are read.
 */
export const allTrafficPeers = (permissions: readonly SecurityGroupPermission[]): readonly string[] =>
  permissions.filter(allTraffic).flatMap(({ securityGroupIds }) => securityGroupIds)

/** Address ranges that all traffic is allowed from or to. */
export const allTrafficRanges = (permissions: readonly SecurityGroupPermission[]): readonly string[] =>
  permissions.filter(allTraffic).flatMap(({ ipv4Ranges, ipv6Ranges }) => [...ipv4Ranges, ...ipv6Ranges])

/** `6` is the protocol number of TCP, which the API takes for its name. */
const tcp = new Set(['tcp', '6'])

/** Permissions that let TCP through on this port. */
export const onTcpPort = (permissions: readonly SecurityGroupPermission[], port: number): readonly SecurityGroupPermission[] =>
  permissions.filter(
    (permission) =>
      allTraffic(permission) ||
      (tcp.has(permission.protocol) && (permission.fromPort ?? 0) <= port && port <= (permission.toPort ?? Number.POSITIVE_INFINITY)),
  )
