import type { PolicyDocument, Role } from '../../model/facts/iam.ts'
import type { Fix, Outcome } from '../../model/finding.ts'
import type { Location } from '../../model/plan.ts'
import { decideTrust, servicePrincipal, trustStatement } from '../../semantics/policies/execution-role.ts'
import { statementName } from '../../semantics/policies/iam-policy.ts'
import { policyJson } from '../../semantics/policies/policy-document.ts'
import { enumerate } from '../../semantics/text/enumerate.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass } from '../engine/outcome.ts'
import { givenRole, noExecutionRole } from '../shared/planned-role.ts'

export const executionRoleTrust = defineRule({
  id: 'iam/execution-role-trust',
  title: 'SageMaker may assume every execution role',
  why: 'SageMaker assumes the execution role for each node. A trust policy that does not let `sagemaker.amazonaws.com` call `sts:AssumeRole` (the usual case: a role made for EC2 instances) makes CreateCluster fail.',
  severity: 'error',
  checklist: '2',
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites-iam.html',
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html',
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html',
  ],
  needs: ['roles'],
  uses: [],
  applies: (plan) => plan.executionRoles.length > 0 || noExecutionRole,
  evaluate: (facts, plan) =>
    plan.executionRoles.flatMap((planned) =>
      givenRole(planned, plan, facts.roles, (role, subject) => judge(role, subject, plan.region, planned.location)),
    ),
})

const judge = (role: Role, subject: string, region: string, location: Location | null): Outcome => {
  const { name } = role
  const decision = decideTrust(role, region, servicePrincipal)
  const evidence = { principals: principalsOf(role.trustPolicy) }
  switch (decision.kind) {
    case 'allowed':
      return pass(subject, `${servicePrincipal} may assume ${name}`, { location, evidence })
    case 'explicit-deny':
      return fail(
        subject,
        `${statementName(decision.by)} of ${name} denies ${servicePrincipal} to assume it`,
        { text: `Take ${servicePrincipal} out of the Deny statement of the trust policy of ${name}.`, commands: [showRole(name)] },
        { location, evidence },
      )
    case 'implicit-deny':
      return fail(subject, refusal(role, region), addTrust(role), { location, evidence })
    case 'undecided': {
      const reasons = decision.because.map(({ statement, reason }) =>
        statement === null ? reason : `${statementName(statement)}: ${reason}`,
      )
      const message = `whether ${servicePrincipal} may assume ${name} cannot be told: ${reasons.join('; ')}`
      return {
        status: 'unknown',
        subject,
        message,
        evidence,
        gap: { reason: 'unsupported', action: 'none', message },
        fix: {
          text: `Read the trust policy of ${name} by hand: it must let ${servicePrincipal} call sts:AssumeRole.`,
          commands: [showRole(name)],
        },
        ...(location !== null && { location }),
      }
    }
  }
}

const showRole = (name: string): string =>
  command('aws', 'iam', 'get-role', '--role-name', name, '--query', 'Role.AssumeRolePolicyDocument')

/** Everybody whom an Allow statement names. */
const principalsOf = (trust: PolicyDocument | null): readonly string[] => [
  ...new Set(
    (trust?.statements ?? [])
      .filter(({ effect, principals }) => effect === 'Allow' && principals?.form === 'Principal')
      .flatMap(({ principals }) => Object.values(principals?.values ?? {}).flat()),
  ),
]

/** Why no statement lets SageMaker in: the conditions of the one that would, or that there is none. */
const refusal = (role: Role, region: string): string => {
  const statements = role.trustPolicy?.statements ?? []
  const without = (index: number): Role => ({
    ...role,
    trustPolicy: { statements: statements.map((statement, at) => (at === index ? { ...statement, conditions: {} } : statement)) },
  })
  const barred = statements.find(
    ({ effect }, index) => effect === 'Allow' && decideTrust(without(index), region, servicePrincipal).kind === 'allowed',
  )
  if (barred !== undefined) {
    return `${role.name} trusts ${servicePrincipal} only under a condition that a cluster of this account in ${region} does not meet: ${JSON.stringify(barred.conditions)}`
  }
  const trusted = principalsOf(role.trustPolicy)
  return `${role.name} is trusted by ${trusted.length > 0 ? enumerate(trusted, 3) : 'nobody'}, not by ${servicePrincipal}`
}

const addTrust = ({ name, trustPolicy }: Role): Fix => ({
  text: `Let ${servicePrincipal} assume ${name}. The command writes the whole trust policy: the statements that it has now, and the one that is missing.`,
  commands: [
    command(
      'aws',
      'iam',
      'update-assume-role-policy',
      '--role-name',
      name,
      '--policy-document',
      policyJson({ statements: [...(trustPolicy?.statements ?? []), trustStatement] }),
    ),
  ],
})
