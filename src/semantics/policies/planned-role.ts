import type { Role } from '../../model/facts/iam.ts'
import type { BucketPrefix, InstanceGroup, Plan, PlannedRole } from '../../model/plan.ts'
import { placementOf } from '../plan/placement.ts'
import { folderUri } from '../plan/s3-uri.ts'

/**
 * A role of the plan beside the role of that name in the caller's account. `other`: the plan's ARN has another account or path than the
 * role that was found, so it names a different role. iam:GetRole takes a name, not an ARN.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html
 */
export type RoleReading =
  | { readonly kind: 'found'; readonly role: Role }
  | { readonly kind: 'absent' }
  | { readonly kind: 'other'; readonly role: Role }

export const readRole = (planned: PlannedRole, found: Role | null): RoleReading => {
  if (found === null) return { kind: 'absent' }
  return planned.arn === null || planned.arn === found.arn ? { kind: 'found', role: found } : { kind: 'other', role: found }
}

/** What findings call a role: its name, or its ARN where another role of the plan has the same name, in another account or path. */
export const roleSubject = ({ name, arn }: PlannedRole, { executionRoles }: Pick<Plan, 'executionRoles'>): string =>
  arn !== null && executionRoles.some((other) => other.name === name && other.arn !== arn) ? arn : name

/** Partition and account of an ARN. */
export const ownerOf = (arn: string): { readonly partition: string; readonly account: string } => {
  const [, partition = 'aws', , , account = ''] = arn.split(':')
  return { partition, account }
}

/** Whether the group names the role, by its ARN where both have one: a name alone is that of several roles in accounts and paths. */
export const isOf = ({ executionRole, executionRoleArn }: InstanceGroup, { name, arn }: PlannedRole): boolean =>
  executionRole === name && (executionRoleArn === undefined || arn === null || executionRoleArn === arn)

/** Looks for each role of a plan once: rules ask once a folder, and a plan of many roles has as many folders. */
const onceForEachRole = <T>(find: (role: PlannedRole, plan: Plan) => T): ((role: PlannedRole, plan: Plan) => T) => {
  const found = new WeakMap<Plan, Map<PlannedRole, T>>()
  return (role, plan) => {
    const ofPlan = found.get(plan) ?? new Map<PlannedRole, T>()
    found.set(plan, ofPlan)
    const value = ofPlan.get(role) ?? find(role, plan)
    ofPlan.set(role, value)
    return value
  }
}

/** Groups that run under the role: those that name it, or every group of a plan where none names a role. */
export const groupsOf = onceForEachRole((role, plan): readonly InstanceGroup[] => {
  const naming = plan.instanceGroups.filter((group) => isOf(group, role))
  return naming.length > 0 ? naming : plan.instanceGroups.filter(({ executionRole }) => executionRole === null)
})

/** Folders of lifecycle scripts that nodes under the role read: those of its groups, and those that no group names. */
export const foldersOf = onceForEachRole((role, plan): readonly BucketPrefix[] => {
  const [own, all] = [groupsOf(role, plan), plan.instanceGroups].map(readBy)
  return plan.lifecycleSources.filter((source) => own?.has(folderUri(source)) === true || all?.has(folderUri(source)) !== true)
})

/** Folders that groups name, as URIs. */
const readBy = (groups: readonly InstanceGroup[]): ReadonlySet<string> =>
  new Set(groups.flatMap(({ lifecycle }) => (lifecycle.mode === 'ami' || lifecycle.source === null ? [] : folderUri(lifecycle.source))))

const reads = ({ lifecycle }: InstanceGroup, { bucket, prefix }: BucketPrefix): boolean =>
  lifecycle.mode !== 'ami' && lifecycle.source?.bucket === bucket && lifecycle.source.prefix === prefix

/** Subnets that nodes under the role are in; null where they are in no VPC of the account: HyperPod then uses one of its own. */
export const subnetsOf = (role: PlannedRole, plan: Plan): readonly string[] | null => placedIn(groupsOf(role, plan), plan)

/** Of those, the subnets of the nodes that read a folder; of all where no group is known to. */
export const readersSubnets = (role: PlannedRole, folder: BucketPrefix, plan: Plan): readonly string[] => {
  const groups = groupsOf(role, plan)
  const readers = groups.filter((group) => reads(group, folder))
  return placedIn(readers.length > 0 ? readers : groups, plan) ?? []
}

const placedIn = (groups: readonly InstanceGroup[], plan: Plan): readonly string[] | null => {
  const placements = groups.length > 0 ? groups.map((group) => placementOf(group, plan)) : [plan.vpcConfig]
  const configs = placements.filter((config) => config !== null)
  if (configs.length === 0 && plan.vpcId === null) return null
  return [...new Set(configs.flatMap(({ subnetIds }) => subnetIds))]
}
