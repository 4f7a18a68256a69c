import type { Fact } from '../../model/fact.ts'
import type { Role, RolePolicy } from '../../model/facts/iam.ts'
import type { Facts } from '../../model/facts.ts'
import type { Outcome } from '../../model/finding.ts'
import type { Plan, PlannedRole } from '../../model/plan.ts'
import { entry, keyed } from '../../semantics/fact.ts'
import { readRole, roleSubject } from '../../semantics/policies/planned-role.ts'
import { given, reported } from '../engine/outcome.ts'

/**
 * Judges a role of the plan where it is the one that was found. A role that is absent, or another than the plan's ARN names, is skipped:
 * iam/execution-role-exists reports it. `judge` is handed what findings call the role.
 */
export const givenRole = (
  planned: PlannedRole,
  plan: Plan,
  roles: Facts['roles'],
  judge: (role: Role, subject: string) => Outcome | readonly Outcome[],
): readonly Outcome[] => {
  const at = { location: planned.location }
  const subject = roleSubject(planned, plan)
  return given(
    entry(roles, planned.name),
    subject,
    (found) => {
      const reading = readRole(planned, found)
      if (reading.kind === 'absent') return reported(subject, `${subject} does not exist`, 'iam/execution-role-exists', at)
      if (reading.kind === 'other') {
        return reported(subject, `${planned.arn ?? planned.name} is not a role of this account`, 'iam/execution-role-exists', at)
      }
      return judge(reading.role, subject)
    },
    at,
  )
}

/** The policies of a role of the plan. A role that was found and of which IAM lists none has changed meanwhile: that is a gap. */
export const policiesOf = (rolePolicies: Fact<Facts['rolePolicies']>, { name }: PlannedRole): Fact<readonly RolePolicy[]> => {
  const policies = keyed(rolePolicies, name)
  if (!policies.ok) return policies
  if (policies.value !== null) return { ok: true, value: policies.value }
  const message = `iam:GetRole found ${name}, iam:ListRolePolicies did not: it changed while it was read`
  return { ok: false, gap: { reason: 'unexpected', action: 'iam:ListRolePolicies', message } }
}

/** Why the rules about execution roles do not apply to a plan without one. */
export const noExecutionRole =
  'The plan names no execution role: give execution-role, or ExecutionRole in each instance group of the request.'
