import type { Role } from '../../model/facts/iam.ts'
import type { BucketPrefix, InstanceGroup, Plan, PlannedRole } from '../../model/plan.ts'

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

/** Partition and account of an ARN. */
export const ownerOf = (arn: string): { readonly partition: string; readonly account: string } => {
  const [, partition = 'aws', , , account = ''] = arn.split(':')
  return { partition, account }
}

/** Groups that run under the role: those that name it, or every group of a plan where none names a role. */
export const groupsOf = (role: PlannedRole, plan: Plan): readonly InstanceGroup[] => {
  const naming = plan.instanceGroups.filter(({ executionRole }) => executionRole === role.name)
  return naming.length > 0 ? naming : plan.instanceGroups.filter(({ executionRole }) => executionRole === null)
}

/** Folders of lifecycle scripts that nodes under the role read: those of its groups, and those that no group names. */
export const foldersOf = (role: PlannedRole, plan: Plan): readonly BucketPrefix[] => {
  const groups = groupsOf(role, plan)
  return plan.lifecycleSources.filter((source) => {
    const reads = ({ lifecycle }: InstanceGroup): boolean =>
      lifecycle.mode !== 'ami' && lifecycle.source?.bucket === source.bucket && lifecycle.source.prefix === source.prefix
    return groups.some(reads) || !plan.instanceGroups.some(reads)
  })
}
