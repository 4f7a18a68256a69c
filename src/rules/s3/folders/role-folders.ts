import type { Fact } from '../../../model/fact.ts'
import type { Role, RolePolicy } from '../../../model/facts/iam.ts'
import type { Facts } from '../../../model/facts.ts'
import type { Outcome } from '../../../model/finding.ts'
import type { BucketPrefix, Plan, PlannedRole } from '../../../model/plan.ts'
import { foldersOf, roleSubject } from '../../../semantics/policies/planned-role.ts'
import { skip } from '../../engine/outcome.ts'
import { givenRole, noExecutionRole, policiesOf } from '../../shared/planned-role.ts'
import { noLifecycleBucket } from './lifecycle-buckets.ts'

/** An execution role beside a folder of lifecycle scripts that nodes under it read. */
export interface RoleFolder {
  readonly planned: PlannedRole
  readonly role: Role
  readonly policies: Fact<readonly RolePolicy[]>
  readonly folder: BucketPrefix
}

/** Judges every execution role of the plan with every folder that its groups read. A role whose groups read none is skipped. */
export const eachRoleFolder = (
  plan: Plan,
  { roles, rolePolicies }: { readonly roles: Facts['roles']; readonly rolePolicies: Fact<Facts['rolePolicies']> },
  judge: (pair: RoleFolder) => Outcome | readonly Outcome[],
): readonly Outcome[] =>
  plan.executionRoles.flatMap((planned) => {
    const folders = foldersOf(planned, plan)
    if (folders.length === 0)
      return [
        skip(roleSubject(planned, plan), `no group of ${roleSubject(planned, plan)} fetches anything from S3`, {
          location: planned.location,
        }),
      ]
    return givenRole(planned, plan, roles, (role) =>
      folders.flatMap((folder) => judge({ planned, role, policies: policiesOf(rolePolicies, planned), folder })),
    )
  })

/** Why a rule about roles and their folders does not apply, or `true`. */
export const hasRoleFolder = (plan: Plan): true | string =>
  plan.executionRoles.length === 0 ? noExecutionRole : plan.lifecycleSources.length > 0 || noLifecycleBucket
