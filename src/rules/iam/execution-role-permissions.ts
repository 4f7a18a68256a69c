import { executionRoleActions } from '../../catalog/execution-role-actions.ts'
import type { Gap } from '../../model/fact.ts'
import type { Role } from '../../model/facts/iam.ts'
import type { Evidence, Outcome } from '../../model/finding.ts'
import type { Plan, PlannedRole } from '../../model/plan.ts'
import { keyed, knownValue } from '../../semantics/fact.ts'
import { statementName } from '../../semantics/policies/iam-policy.ts'
import { type RequiredAction, requiredActions } from '../../semantics/policies/required-actions.ts'
import {
  isDenied,
  isOpen,
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

const named = (actions: readonly string[]): string => [...new Set(actions)].map((action) => `\`${action}\``).join(', ')

const requiredBy = (cluster: 'every-cluster' | 'eks'): string =>
  named(executionRoleActions.flatMap(({ action, doneBy, requiredBy }) => (requiredBy === cluster && doneBy !== 'scripted' ? [action] : [])))

export const executionRolePermissions = defineRule({
  id: 'iam/execution-role-permissions',
  title: 'Every execution role is allowed what its nodes do',
  why: `Under the execution role nodes write their logs, open Session Manager channels and, in a VPC of the account, manage network interfaces; on EKS also the addresses of pods and the images of add-ons. What is missing shows up late: nodes that fail without a log, \`You are not authorized to perform this operation\`, or \`aws-node\` in a crash loop. The severity follows the consequence. Nodes do not come up without ${requiredBy('every-cluster')}; on EKS they also need ${requiredBy('eks')}. If one of these is missing, it is an error. The other actions that AWS lists are warnings. AWS's own policy simulation is asked about each action on the resources of the plan. It covers the role's policies, its permissions boundary and the service control policies (SCP) of the organization. If the organization denies an action only because the simulation had no value of a condition key, the result is \`unknown\`. A subnet that another account shares is asked for by the ARN of its owner. Where the simulation cannot be asked or lacks a condition key, the documents of the policies are evaluated as AWS does it. Resource control policies (RCP) are in neither and can only take away. \`s3/role-access\` judges what the bucket of the lifecycle scripts needs, and \`iam/kms\` what a KMS key needs, because their own policies have a say in it.`,
  severity: 'error',
  otherSeverities: ['warning'],
  checklist: '2',
  checklistDiffers:
    'The checklist only looks whether the role exists, and its companion policies are those of a plain EC2 cluster (`ec2:RunInstances`). The actions judged here are those that AWS documents for HyperPod, by orchestrator and VPC; `s3/role-access` judges the bucket and `iam/kms` the keys.',
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites-iam.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-eks-prerequisites.html',
    'https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html',
    'https://docs.aws.amazon.com/IAM/latest/APIReference/API_EvaluationResult.html',
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html',
  ],
  needs: ['roles'],
  uses: ['rolePolicies', 'roleSimulations', 'subnets'],
  applies: (plan) => plan.executionRoles.length > 0 || noExecutionRole,
  evaluate: (facts, plan) =>
    plan.executionRoles.flatMap((planned) =>
      givenRole(planned, plan, facts.roles, (role, subject) => {
        const policies = policiesOf(facts.rolePolicies, planned)
        const simulation = keyed(facts.roleSimulations, planned.name)
        const unasked = !simulation.ok || simulation.value === null
        if (!policies.ok && unasked) return unknown(subject, policies.gap, { location: planned.location })
        const required = requiredActions(planned, role, plan, knownValue(facts.subnets) ?? {})
        return judge(planned, subject, required, { role, policies, simulation, bucketPolicy: null }, plan)
      }),
    ),
})

const judge = (planned: PlannedRole, subject: string, required: readonly RequiredAction[], known: RoleKnowledge, plan: Plan): Outcome => {
  const { role } = known
  const { location } = planned
  const permissions = provePermissions(required, known)
  const missing = worstFirst(permissions.filter(isDenied))
  const open = worstFirst(permissions.filter(isOpen))
  const evidence = evidenceOf(permissions, missing, open, known)
  // What is proved comes first, unless something worse is open.
  if (missing.length > 0 && (blocks(missing) || !blocks(open))) {
    const fix = missingPermissionsFix(role, known.policies.ok ? known.policies.value : null, missing)
    return fail(subject, missingMessage(role.name, missing, permissions, plan), fix, {
      location,
      evidence,
      severity: blocks(missing) ? undefined : 'warning',
    })
  }
  if (open.length > 0) return undecided(planned, subject, role, open, missing, evidence)
  return pass(subject, allowedMessage(role.name, permissions), { location, evidence })
}

const blocks = (list: readonly Permission[]): boolean => list.some(isBlocking)
const isBlocking = ({ required }: Permission): boolean => required.severity === 'error'

const worstFirst = <P extends Permission>(list: readonly P[]): readonly P[] => [
  ...list.filter(isBlocking),
  ...list.filter((permission) => !isBlocking(permission)),
]

/** What proved it, and what was not part of the proof. */
const allowedMessage = (name: string, permissions: readonly ProvenPermission[]): string => {
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
  const apart = byDocuments.size === 0 ? 'resource control policies (RCP)' : 'policies of the organization (SCP, RCP)'
  return `${name} is allowed the ${all.size} actions of its nodes, ${proof}, apart from ${apart}, which were not read`
}

const titles = (list: readonly Permission[], all: readonly Permission[]): readonly string[] => [
  ...new Set(list.map(({ required }) => permissionTitle(required, onlySplit(required, list, all)))),
]

/** A permission is named with its resource only if others of the same action are decided differently. */
const onlySplit = ({ action }: RequiredAction, list: readonly Permission[], all: readonly Permission[]): readonly RequiredAction[] => {
  const sameAction = all.filter(({ required }) => required.action === action)
  return sameAction.every((permission) => list.includes(permission)) ? [] : sameAction.map(({ required }) => required)
}

const evidenceOf = (
  all: readonly ProvenPermission[],
  missing: readonly Permission[],
  open: readonly Permission[],
  { policies, simulation }: RoleKnowledge,
): Evidence => {
  const denied = missing.filter(({ decision: { kind } }) => kind === 'explicit-deny' || kind === 'simulated-deny')
  return {
    needed: [...new Set(all.map(({ required }) => required.action))],
    missing: titles(missing, all),
    blocking: titles(missing.filter(isBlocking), all),
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
  }
}

const fromOrganization = ({ decision }: Permission): boolean => decision.kind === 'organization-deny'

const list = (names: readonly string[]): string => enumerate(names, 8)

const missingMessage = (name: string, missing: readonly Permission[], all: readonly Permission[], plan: Plan): string => {
  const actions = (permissions: readonly Permission[]): number => new Set(permissions.map(({ required }) => required.action)).size
  const denies = missing.flatMap(({ decision }) => (decision.kind === 'explicit-deny' ? [statementName(decision.by)] : []))
  const simulated = missing.filter(({ decision }) => decision.kind === 'simulated-deny')
  const bounded = missing.some(({ decision }) => decision.kind === 'implicit-deny' && decision.layer === 'boundary')
  const organization = missing.filter(fromOrganization)
  return [
    `${name} lacks ${actions(missing)} of the ${actions(all)} actions of its nodes: ${byConsequence(missing, all, plan)}`,
    ...(denies.length > 0 ? [`denied by ${[...new Set(denies)].join(', ')}`] : []),
    ...(simulated.length > 0 ? [`AWS's policy simulation finds a Deny${policyNames(simulated)}`] : []),
    ...(bounded ? ['the permissions boundary does not allow all of them'] : []),
    ...(organization.length > 0
      ? [`service control policies (SCP) of the organization deny ${list(titles(organization, all))}, as AWS's policy simulation says`]
      : []),
  ].join('; ')
}

/** What blocks first; then what does not, and why. */
const byConsequence = (missing: readonly Permission[], all: readonly Permission[], { orchestrator }: Plan): string => {
  const minor = missing.filter((permission) => !isBlocking(permission))
  const blocking = list(titles(missing.filter(isBlocking), all))
  if (minor.length === 0) return blocking
  const onlyEks = minor.every(({ required }) => required.demand === 'eks') && orchestrator.kind === 'unstated'
  const why = onlyEks
    ? 'which only EKS needs, and the plan does not say which orchestrator it will be'
    : 'which nodes are not known to need to come up'
  return blocking === '' ? `${list(titles(minor, all))}, ${why}` : `${blocking}; and ${enumerate(titles(minor, all), 3)}, ${why}`
}

/** Policies that the simulation blames, as IAM names them. */
const policyNames = (simulated: readonly Permission[]): string => {
  const names = simulated.flatMap(({ decision }) => (decision.kind === 'simulated-deny' ? decision.policies : []))
  return names.length === 0 ? '' : ` in ${list([...new Set(names)])}`
}

const undecided = (
  planned: PlannedRole,
  subject: string,
  role: Role,
  open: readonly Permission[],
  missing: readonly Permission[],
  evidence: Evidence,
): Outcome => {
  const gap = gapOf(role, open, missing)
  const first = open[0]?.required
  return {
    status: 'unknown',
    subject,
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
    ...(!blocks(open) && { severity: 'warning' as const }),
  }
}

const gapOf = (role: Role, open: readonly Permission[], missing: readonly Permission[]): Gap => {
  const unread = open.flatMap(({ decision }) => (decision.kind === 'unread' ? [decision.gap] : []))[0]
  const doubts = open.flatMap(({ decision }) => (decision.kind === 'undecided' ? decision.because : []))
  const described = doubts.map(({ statement, policy, reason }) => `${statement === null ? policy : statementName(statement)}: ${reason}`)
  const because = reasons([...described, ...(unread === undefined ? [] : [unread.message])])
  const lacks = missing.length === 0 ? '' : `; it lacks ${list(titles(missing, missing))}`
  return {
    reason: unread?.reason ?? 'unsupported',
    action: unread?.action ?? 'iam:SimulatePrincipalPolicy',
    message: `it is not known whether ${role.name} may do ${list(titles(open, open))}: ${because}${lacks}`,
  }
}
