import type { Fact, Facts, Gap, Role, RolePolicy } from '../../model/facts.ts'
import type { Evidence, Outcome } from '../../model/finding.ts'
import type { Plan, PlannedRole } from '../../model/plan.ts'
import { type RequiredAction, requiredActions } from '../../semantics/execution-role.ts'
import { statementName } from '../../semantics/iam-policy.ts'
import { ownBuckets, type Permission, permissionTitle, policyTitle, readPermissions } from '../../semantics/role-permissions.ts'
import { command } from '../command.ts'
import { defineRule } from '../define.ts'
import { missingPermissionsFix } from '../missing-permissions.ts'
import { entry, fail, given, pass } from '../outcome.ts'
import { givenRole, noExecutionRole } from '../planned-role.ts'

export const executionRolePermissions = defineRule({
  id: 'iam/execution-role-permissions',
  title: 'Every execution role is allowed what its nodes do',
  why: 'Under the execution role nodes write their logs, open Session Manager channels, download lifecycle scripts and, in a VPC of the account, manage network interfaces; on EKS also the addresses of pods and the images of add-ons. What is missing shows up late: nodes that fail without a log, `AccessDenied` in a lifecycle script, `You are not authorized to perform this operation`, or `aws-node` in a crash loop. All attached and inline policies, the permissions boundary and the bucket policy are evaluated as AWS does it; policies of the organisation (SCP, RCP) are not part of it and can only take away.',
  severity: 'error',
  checklist: '2',
  checklistDiffers:
    'The checklist only looks whether the role exists, and its companion policies are those of a plain EC2 cluster (`ec2:RunInstances`). The actions judged here are those that AWS documents for HyperPod, by orchestrator, VPC and bucket.',
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites-iam.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-eks-prerequisites.html',
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html',
  ],
  needs: ['roles', 'rolePolicies'],
  uses: ['bucketPolicies'],
  applies: (plan) => plan.executionRoles.length > 0 || noExecutionRole,
  evaluate: (facts, plan) =>
    plan.executionRoles.flatMap((planned) =>
      givenRole(planned, facts.roles, (role) =>
        given(
          entry(facts.rolePolicies, planned.name),
          planned.name,
          (policies) => judge(planned, role, policies, facts.bucketPolicies, plan),
          {
            location: planned.location,
          },
        ),
      ),
    ),
})

const judge = (
  planned: PlannedRole,
  role: Role,
  policies: readonly RolePolicy[] | null,
  bucketPolicies: Fact<Facts['bucketPolicies']>,
  plan: Plan,
): Outcome => {
  const { name } = role
  const at = { location: planned.location }
  if (policies === null) return vanished(planned)
  const required = requiredActions(planned, role, plan, ownBuckets(bucketPolicies))
  const permissions = readPermissions(required, role, policies, bucketPolicies)
  const missing = permissions.filter(({ decision }) => decision.kind === 'explicit-deny' || decision.kind === 'implicit-deny')
  const open = permissions.filter(({ decision }) => decision.kind === 'undecided' || decision.kind === 'unread')
  // Where nobody says which orchestrator it will be, what only EKS needs blocks nobody.
  const advisory = ({ required: { demand } }: Permission): boolean => demand === 'eks' && plan.orchestrator.kind === 'unstated'
  const blocks = (list: readonly Permission[]): boolean => list.some((permission) => !advisory(permission))
  const evidence = evidenceOf(permissions, missing, open, policies, bucketPolicies)
  if (missing.length > 0 && (blocks(missing) || !blocks(open))) {
    const severity = blocks(missing) ? undefined : 'warning'
    const message = missingMessage(name, missing, permissions, severity === 'warning')
    return fail(name, message, missingPermissionsFix(role, policies, missing), { ...at, evidence, severity })
  }
  if (open.length > 0) return undecided(planned, role, open, evidence, blocks(open))
  const count = new Set(required.map(({ action }) => action)).size
  const unread = unreadBuckets(required, bucketPolicies)
  const apart = ['policies of the organisation (SCP)', ...unread.map((bucket) => `the policy of bucket ${bucket}`)].join(' and ')
  return pass(name, `${name} is allowed the ${count} actions of its nodes apart from ${apart}, which were not read`, {
    ...at,
    evidence,
  })
}

/** Buckets whose policy has a say in a required action and could not be read. */
const unreadBuckets = (required: readonly RequiredAction[], bucketPolicies: Fact<Facts['bucketPolicies']>): readonly string[] => {
  const read = ownBuckets(bucketPolicies)
  return [...new Set(required.flatMap(({ bucket }) => (bucket === null || read.has(bucket) ? [] : [bucket])))]
}

const titles = (list: readonly Permission[], all: readonly Permission[]): readonly string[] => [
  ...new Set(list.map(({ required }) => permissionTitle(required, onlySplit(required, list, all)))),
]

/** A permission is named with its resource only where others of the same action stand differently. */
const onlySplit = ({ action }: RequiredAction, list: readonly Permission[], all: readonly Permission[]): readonly RequiredAction[] => {
  const sameAction = all.filter(({ required }) => required.action === action)
  return sameAction.every((permission) => list.includes(permission)) ? [] : sameAction.map(({ required }) => required)
}

const evidenceOf = (
  all: readonly Permission[],
  missing: readonly Permission[],
  open: readonly Permission[],
  policies: readonly RolePolicy[],
  bucketPolicies: Fact<Facts['bucketPolicies']>,
): Evidence => {
  const denied = missing.filter(({ decision }) => decision.kind === 'explicit-deny')
  return {
    needed: [...new Set(all.map(({ required }) => required.action))],
    missing: titles(missing, all),
    explicitlyDenied: titles(denied, all),
    undecided: titles(open, all),
    policies: policies.map(policyTitle),
    bucketPoliciesNotRead: unreadBuckets(
      all.map(({ required }) => required),
      bucketPolicies,
    ),
  }
}

const mostNames = 8

const list = (names: readonly string[]): string =>
  names.length > mostNames ? `${names.slice(0, mostNames).join(', ')} and ${names.length - mostNames} more` : names.join(', ')

const missingMessage = (name: string, missing: readonly Permission[], all: readonly Permission[], onlyEks: boolean): string => {
  const needed = new Set(all.map(({ required }) => required.action)).size
  const lacking = new Set(missing.map(({ required }) => required.action)).size
  const denies = missing.flatMap(({ decision }) => (decision.kind === 'explicit-deny' ? [statementName(decision.by)] : []))
  const bounded = missing.some(({ decision }) => decision.kind === 'implicit-deny' && decision.layer === 'boundary')
  return [
    `${name} lacks ${lacking} of the ${needed} actions of its nodes: ${list(titles(missing, all))}`,
    ...(denies.length > 0 ? [`denied by ${[...new Set(denies)].join(', ')}`] : []),
    ...(bounded ? ['the permissions boundary does not allow all of them'] : []),
    ...(onlyEks ? ['they are needed on EKS only, and the plan does not say which orchestrator it will be'] : []),
  ].join('; ')
}

const undecided = (planned: PlannedRole, role: Role, open: readonly Permission[], evidence: Evidence, blocks: boolean): Outcome => {
  const gap = gapOf(role, open)
  const first = open[0]?.required
  return {
    status: 'unknown',
    subject: role.name,
    message: gap.message,
    gap,
    evidence,
    fix: {
      text: `${gap.action === 's3:GetBucketPolicy' ? 'Allow s3:GetBucketPolicy for the role that runs this check, or ask' : 'Ask'} IAM about these actions with the values of the condition keys that nodes will have.`,
      commands: [
        command(
          ...['aws', 'iam', 'simulate-principal-policy', '--policy-source-arn', role.arn, '--action-names'],
          ...new Set(open.filter(({ required }) => required.resource === first?.resource).map(({ required }) => required.action)),
          ...['--resource-arns', first?.grantOn ?? '*'],
        ),
      ],
    },
    ...(planned.location !== null && { location: planned.location }),
    ...(!blocks && { severity: 'warning' as const }),
  }
}

const gapOf = (role: Role, open: readonly Permission[]): Gap => {
  const names = list(titles(open, open))
  const unread = open.flatMap(({ decision }) => (decision.kind === 'unread' ? [decision.gap] : []))[0]
  const reasons = open.flatMap(({ decision }) => (decision.kind === 'undecided' ? decision.because : []))
  const described = reasons.map(({ statement, policy, reason }) => `${statement === null ? policy : statementName(statement)}: ${reason}`)
  const because = [...new Set([...described, ...(unread === undefined ? [] : [unread.message])])]
  return {
    reason: unread?.reason ?? 'unsupported',
    action: unread?.action ?? 'iam:SimulatePrincipalPolicy',
    message: `whether ${role.name} may do ${names} cannot be told: ${because.slice(0, 3).join('; ')}${because.length > 3 ? ` and ${because.length - 3} more reasons` : ''}`,
  }
}

const vanished = ({ name, location }: PlannedRole): Outcome => {
  const message = `iam:GetRole found ${name}, iam:ListRolePolicies did not: it changed while it was read`
  return {
    status: 'unknown',
    subject: name,
    message,
    gap: { reason: 'unexpected', action: 'iam:ListRolePolicies', message },
    ...(location !== null && { location }),
  }
}
