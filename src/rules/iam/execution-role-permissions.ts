import type { Fact, Gap } from '../../model/fact.ts'
import type { Role } from '../../model/facts/iam.ts'
import type { Facts } from '../../model/facts.ts'
import type { Evidence, Outcome } from '../../model/finding.ts'
import type { Plan, PlannedRole } from '../../model/plan.ts'
import { keyed } from '../../semantics/fact.ts'
import { type RequiredAction, requiredActions } from '../../semantics/policies/execution-role.ts'
import { statementName } from '../../semantics/policies/iam-policy.ts'
import {
  isDenied,
  isOpen,
  ownBuckets,
  type Permission,
  type ProvenPermission,
  permissionTitle,
  policyTitle,
  provePermissions,
  type RoleKnowledge,
} from '../../semantics/policies/role-permissions.ts'
import { enumerate, reasons } from '../../semantics/text/enumerate.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, unknown } from '../engine/outcome.ts'
import { missingPermissionsFix } from '../shared/missing-permissions.ts'
import { givenRole, noExecutionRole, policiesOf } from '../shared/planned-role.ts'

export const executionRolePermissions = defineRule({
  id: 'iam/execution-role-permissions',
  title: 'Every execution role is allowed what its nodes do',
  why: "Under the execution role nodes write their logs, open Session Manager channels, download lifecycle scripts and, in a VPC of the account, manage network interfaces; on EKS also the addresses of pods and the images of add-ons. What is missing shows up late: nodes that fail without a log, `AccessDenied` in a lifecycle script, `You are not authorized to perform this operation`, or `aws-node` in a crash loop. AWS's own policy simulation is asked about each action on the resources of the plan, which covers the role's policies, its permissions boundary and, as far as AWS tells, the service control policies (SCP) of the organisation; bucket policies are read beside it, because AWS does not simulate them for roles. Where the simulation cannot be asked or lacks a condition key, the documents of the policies are evaluated as AWS does it. Resource control policies (RCP) are in neither and can only take away. What a KMS key needs is judged by iam/kms, because a key policy can grant it alone.",
  severity: 'error',
  checklist: '2',
  checklistDiffers:
    'The checklist only looks whether the role exists, and its companion policies are those of a plain EC2 cluster (`ec2:RunInstances`). The actions judged here are those that AWS documents for HyperPod, by orchestrator, VPC and bucket; `iam/kms` judges the keys.',
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites-iam.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-eks-prerequisites.html',
    'https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html',
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html',
  ],
  needs: ['roles'],
  uses: ['rolePolicies', 'roleSimulations', 'bucketPolicies'],
  applies: (plan) => plan.executionRoles.length > 0 || noExecutionRole,
  evaluate: (facts, plan) =>
    plan.executionRoles.flatMap((planned) =>
      givenRole(planned, facts.roles, (role) => {
        const policies = policiesOf(facts.rolePolicies, planned)
        const simulation = keyed(facts.roleSimulations, planned.name)
        const unasked = !simulation.ok || simulation.value === null
        if (!policies.ok && unasked) return unknown(planned.name, policies.gap, { location: planned.location })
        return judge(planned, { role, policies, simulation, bucketPolicies: facts.bucketPolicies }, plan)
      }),
    ),
})

const judge = (planned: PlannedRole, known: RoleKnowledge, plan: Plan): Outcome => {
  const { role, bucketPolicies } = known
  const required = requiredActions(planned, role, plan, ownBuckets(bucketPolicies))
  const permissions = provePermissions(required, known)
  const missing = permissions.filter(isDenied)
  const open = permissions.filter(isOpen)
  // Where nobody says which orchestrator it will be, what only EKS needs blocks nobody. On which conditions an SCP denies is not told by
  // the simulation, so they may explain it.
  const onlyEks = ({ required: { demand } }: Permission): boolean => demand === 'eks' && plan.orchestrator.kind === 'unstated'
  const blocks = (list: readonly Permission[]): boolean =>
    list.some((permission) => !onlyEks(permission) && permission.decision.kind !== 'organization-deny')
  const evidence = evidenceOf(permissions, missing, open, known)
  if (missing.length > 0 && (blocks(missing) || !blocks(open))) {
    const message = missingMessage(role.name, missing, permissions, missing.every(onlyEks))
    const fix = missingPermissionsFix(role, known.policies.ok ? known.policies.value : null, missing)
    return fail(role.name, message, fix, { location: planned.location, evidence, severity: blocks(missing) ? undefined : 'warning' })
  }
  if (open.length > 0) return undecided(planned, role, open, evidence, blocks(open))
  return pass(role.name, allowedMessage(role.name, permissions, bucketPolicies), { location: planned.location, evidence })
}

/** What proved it, and what was not part of the proof. */
const allowedMessage = (name: string, permissions: readonly ProvenPermission[], bucketPolicies: Fact<Facts['bucketPolicies']>): string => {
  const actionsOf = (list: readonly Permission[]): ReadonlySet<string> => new Set(list.map(({ required }) => required.action))
  const byDocuments = actionsOf(permissions.filter(({ by }) => by === 'documents'))
  const all = actionsOf(permissions)
  const simulated = all.size - byDocuments.size
  const proof =
    byDocuments.size === 0
      ? "as AWS's policy simulation says"
      : simulated === 0
        ? 'as the documents of its policies say'
        : `as AWS's policy simulation says of ${simulated} and the documents of its policies say of ${byDocuments.size}`
  const organization = byDocuments.size === 0 ? 'resource control policies (RCP)' : 'policies of the organisation (SCP, RCP)'
  const unread = unreadBuckets(
    permissions.map(({ required }) => required),
    bucketPolicies,
  )
  const apart = [organization, ...unread.map((bucket) => `the policy of bucket ${bucket}`)].join(' and ')
  return `${name} is allowed the ${all.size} actions of its nodes, ${proof}, apart from ${apart}, which were not read`
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
  all: readonly ProvenPermission[],
  missing: readonly Permission[],
  open: readonly Permission[],
  { policies, bucketPolicies, simulation }: RoleKnowledge,
): Evidence => {
  const denied = missing.filter(({ decision: { kind } }) => kind === 'explicit-deny' || kind === 'simulated-deny')
  return {
    needed: [...new Set(all.map(({ required }) => required.action))],
    missing: titles(missing, all),
    explicitlyDenied: titles(denied, all),
    deniedByOrganization: titles(missing.filter(fromOrganization), all),
    undecided: titles(open, all),
    decidedByDocuments: titles(
      all.filter(({ by }) => by === 'documents'),
      all,
    ),
    simulationAgainstDocuments: titles(
      all.filter(({ contradicted }) => contradicted),
      all,
    ),
    policies: policies.ok ? policies.value.map(policyTitle) : policies.gap.message,
    ...(!simulation.ok && { simulation: simulation.gap.message }),
    bucketPoliciesNotRead: unreadBuckets(
      all.map(({ required }) => required),
      bucketPolicies,
    ),
  }
}

const fromOrganization = ({ decision }: Permission): boolean => decision.kind === 'organization-deny'

const mostNames = 8

const list = (names: readonly string[]): string => enumerate(names, mostNames)

const missingMessage = (name: string, missing: readonly Permission[], all: readonly Permission[], onlyEks: boolean): string => {
  const needed = new Set(all.map(({ required }) => required.action)).size
  const lacking = new Set(missing.map(({ required }) => required.action)).size
  const denies = missing.flatMap(({ decision }) => (decision.kind === 'explicit-deny' ? [statementName(decision.by)] : []))
  const simulated = missing.filter(({ decision }) => decision.kind === 'simulated-deny')
  const bounded = missing.some(({ decision }) => decision.kind === 'implicit-deny' && decision.layer === 'boundary')
  const organization = missing.filter(fromOrganization)
  return [
    `${name} lacks ${lacking} of the ${needed} actions of its nodes: ${list(titles(missing, all))}`,
    ...(denies.length > 0 ? [`denied by ${[...new Set(denies)].join(', ')}`] : []),
    ...(simulated.length > 0 ? [`AWS's policy simulation finds a Deny${policyNames(simulated)}`] : []),
    ...(bounded ? ['the permissions boundary does not allow all of them'] : []),
    ...(organization.length > 0
      ? [
          `service control policies (SCP) of the organisation deny ${list(titles(organization, all))}, on which conditions AWS's policy simulation does not tell`,
        ]
      : []),
    ...(onlyEks ? ['they are needed on EKS only, and the plan does not say which orchestrator it will be'] : []),
  ].join('; ')
}

/** Policies that the simulation blames, as IAM names them. */
const policyNames = (simulated: readonly Permission[]): string => {
  const names = simulated.flatMap(({ decision }) => (decision.kind === 'simulated-deny' ? decision.policies : []))
  return names.length === 0 ? '' : ` in ${list([...new Set(names)])}`
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
      text: `${gap.reason === 'denied' ? `Allow ${gap.action} for the role that runs this check, or ask` : 'Ask'} IAM about these actions with the values of the condition keys that nodes will have.`,
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
  const doubts = open.flatMap(({ decision }) => (decision.kind === 'undecided' ? decision.because : []))
  const described = doubts.map(({ statement, policy, reason }) => `${statement === null ? policy : statementName(statement)}: ${reason}`)
  const because = reasons([...described, ...(unread === undefined ? [] : [unread.message])])
  return {
    reason: unread?.reason ?? 'unsupported',
    action: unread?.action ?? 'iam:SimulatePrincipalPolicy',
    message: `whether ${role.name} may do ${names} cannot be told: ${because}`,
  }
}
