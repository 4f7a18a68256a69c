import type { Fact } from '../../model/fact.ts'
import type { Identity } from '../../model/facts/iam.ts'
import type { Fix, Outcome } from '../../model/finding.ts'
import type { PlannedRole } from '../../model/plan.ts'
import { entry } from '../../semantics/fact.ts'
import { trustStatement } from '../../semantics/policies/execution-role.ts'
import { ownerOf, type RoleReading, readRole, roleSubject } from '../../semantics/policies/planned-role.ts'
import { policyJson } from '../../semantics/policies/policy-document.ts'
import { managedPolicyName } from '../../semantics/policies/required-actions.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, given, pass } from '../engine/outcome.ts'
import { noExecutionRole } from '../shared/planned-role.ts'

export const executionRoleExists = defineRule({
  id: 'iam/execution-role-exists',
  title: 'Every execution role of the plan exists in the account of the cluster',
  why: 'SageMaker assumes the execution role of each instance group to set its nodes up. Without the role, or with one of another account, CreateCluster is refused: `iam:PassRole` does not cross accounts.',
  severity: 'error',
  otherSeverities: ['warning'],
  checklist: '2',
  checklistDiffers:
    'The checklist looks for one role with the fixed name `HyperPodExecutionRole`. Each instance group names the ARN of its own execution role, so these are looked for; where nobody named one, the name of the checklist is tried and its absence is a warning.',
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites-iam.html',
    'https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html',
  ],
  needs: ['roles'],
  uses: ['identity'],
  applies: (plan) => plan.executionRoles.length > 0 || noExecutionRole,
  evaluate: (facts, plan) =>
    plan.executionRoles.flatMap((planned) =>
      given(
        entry(facts.roles, planned.name),
        roleSubject(planned, plan),
        (found) => judge(planned, roleSubject(planned, plan), readRole(planned, found), facts.identity),
        // A name that nobody gave blocks nobody, whether it is absent or cannot be looked for.
        { location: planned.location, severity: severityOf(planned) },
      ),
    ),
})

const severityOf = ({ origin }: PlannedRole): 'warning' | undefined => (origin === 'default' ? 'warning' : undefined)

const judge = (planned: PlannedRole, subject: string, reading: RoleReading, identity: Fact<Identity>): Outcome => {
  const { name, arn, location } = planned
  const caller = identity.ok && identity.value.kind === 'caller' ? identity.value : null
  if (reading.kind === 'found') return pass(subject, `${reading.role.arn} exists`, { location, evidence: { arn: reading.role.arn } })
  if (arn !== null && caller !== null && ownerOf(arn).account !== caller.account) {
    return fail(
      subject,
      `${arn} is in account ${ownerOf(arn).account}, the cluster would be in ${caller.account}: a role cannot be passed to another account`,
      createRole(
        planned,
        caller.partition,
        `Create the role in account ${caller.account} and name that one, or run with credentials of account ${ownerOf(arn).account}.`,
      ),
      { location, evidence: { arn, roleAccount: ownerOf(arn).account, account: caller.account } },
    )
  }
  if (reading.kind === 'other') {
    return fail(
      subject,
      `the plan names ${arn ?? name}, the role of that name in this account is ${reading.role.arn}`,
      {
        text: `Write ${reading.role.arn} instead: an ARN holds the path of the role.`,
        commands: [command('aws', 'iam', 'get-role', '--role-name', name)],
      },
      { location, evidence: { planned: arn ?? name, arn: reading.role.arn } },
    )
  }
  const partition = arn !== null ? ownerOf(arn).partition : (caller?.partition ?? 'aws')
  const named = planned.origin === 'default' ? ' (the name of the checklist: the plan names no execution role)' : ''
  const text =
    planned.origin === 'default' ? 'Name your own role with execution-role, or create this one.' : `Create ${name}, or correct the name.`
  return fail(
    subject,
    `the role ${arn ?? name} does not exist${caller === null ? '' : ` in account ${caller.account}`}${named}`,
    createRole(planned, partition, text),
    {
      location,
      severity: severityOf(planned),
    },
  )
}

const createRole = ({ name, arn }: PlannedRole, partition: string, text: string): Fix => {
  const path = arn === null ? '/' : arn.slice(arn.indexOf('/'), arn.lastIndexOf('/') + 1)
  const trust = policyJson({ statements: [trustStatement] })
  return {
    text: `${text} The commands give it the trust and the managed policy that every cluster needs; iam/execution-role-permissions says what this plan needs beside them.`,
    commands: [
      command(
        'aws',
        'iam',
        'create-role',
        ...(path === '/' ? [] : ['--path', path]),
        '--role-name',
        name,
        '--assume-role-policy-document',
        trust,
      ),
      command(
        'aws',
        'iam',
        'attach-role-policy',
        '--role-name',
        name,
        '--policy-arn',
        `arn:${partition}:iam::aws:policy/${managedPolicyName}`,
      ),
    ],
  }
}
