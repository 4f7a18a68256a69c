import type { Fact, Gap } from '../../model/fact.ts'
import type { Caller, RolePolicy } from '../../model/facts/iam.ts'
import type { Facts } from '../../model/facts.ts'
import type { Evidence, Fix, Outcome } from '../../model/finding.ts'
import type { Plan } from '../../model/plan.ts'
import { callerRights, grantStatements, type Right } from '../../semantics/policies/caller-rights.ts'
import { type CallingEntity, creationActions, serviceRoleName } from '../../semantics/policies/cluster-creation.ts'
import { ownerOf } from '../../semantics/policies/planned-role.ts'
import { policyJson } from '../../semantics/policies/policy-document.ts'
import { policyTitle } from '../../semantics/policies/role-permissions.ts'
import { enumerate, reasons } from '../../semantics/text/enumerate.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, unknown } from '../engine/outcome.ts'

export const caller = defineRule({
  id: 'iam/caller',
  title: 'The credentials of this check could create the cluster',
  why: `CreateCluster takes more than \`sagemaker:CreateCluster\`: \`iam:PassRole\` to \`sagemaker.amazonaws.com\` on every execution role, \`sagemaker:AddTags\` for a request with tags, rights to make access entries on the EKS cluster, and, for the first cluster of an account, \`iam:CreateServiceLinkedRole\`. What is missing is refused at the call, or fails the cluster minutes later. Whoever runs this check is often not who creates the cluster: credentials that nothing allows \`sagemaker:CreateCluster\`, and nothing denies it either, are taken for such read-only ones, and the finding is a notice that lists what the creating role needs. Where the call itself is allowed and something else lacks, or where a Deny statement or the organisation stands against one of the actions, it is a warning. It never blocks. AWS's policy simulator is asked first; where it cannot be called, or leaves something open, the policies of the role are read. Session policies are in neither.`,
  severity: 'warning',
  otherSeverities: ['notice'],
  checklist: '2',
  checklistDiffers:
    'The checklist lets roles be passed to `ec2.amazonaws.com`. HyperPod takes the execution roles as `sagemaker.amazonaws.com`, so `iam:PassedToService` must have that value.',
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites-iam.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-eks-prerequisites.html',
    'https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html',
    'https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html',
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html',
  ],
  needs: ['caller', 'roles'],
  uses: ['callerPolicies', 'callerSimulation', 'hyperPodServiceRole'],
  applies: () => true,
  evaluate: (facts, plan) => [judge(facts.caller, facts, plan)],
})

interface Known {
  readonly roles: Facts['roles']
  readonly callerPolicies: Fact<Facts['callerPolicies']>
  readonly callerSimulation: Fact<Facts['callerSimulation']>
  readonly hyperPodServiceRole: Fact<boolean>
}

const judge = (who: Caller, known: Known, plan: Plan): Outcome => {
  switch (who.kind) {
    case 'root':
      return pass('root', `${who.arn} is the root user: policies of the account do not bind it, those of the organisation (SCP) may`)
    case 'unreadable': {
      const message = `what ${who.arn} may do cannot be told: ${who.reason}`
      return unknown(who.arn, { reason: 'unsupported', action: 'iam:SimulatePrincipalPolicy', message })
    }
    default:
      return judgeEntity(who, known, plan)
  }
}

const judgeEntity = (who: CallingEntity, known: Known, plan: Plan): Outcome => {
  const served = known.hyperPodServiceRole.ok && known.hyperPodServiceRole.value
  const needed = creationActions(plan, who, known.roles).filter(({ action }) => !(served && action === 'iam:CreateServiceLinkedRole'))
  const rights = callerRights(who, needed, { simulation: known.callerSimulation, policies: known.callerPolicies })
  const missing = rights.filter(({ decision }) => decision === 'explicit-deny' || decision === 'implicit-deny')
  const open = rights.filter(({ decision }) => decision === 'undecided')
  const evidence = evidenceOf(who, rights, missing, open)
  const policies = known.callerPolicies.ok ? known.callerPolicies.value : null
  const readOnly =
    missing.some(({ needed: { action } }) => action === 'sagemaker:CreateCluster') &&
    missing.every(({ decision, layer }) => decision === 'implicit-deny' && layer !== 'organization')
  if (readOnly) {
    const message = `${who.name} may not call sagemaker:CreateCluster, as a role that only checks need not: the one that creates the cluster needs ${list(rights)}`
    return fail(who.name, message, creatingPolicy(who, rights), { evidence, severity: 'notice' })
  }
  if (missing.length > 0) return fail(who.name, missingMessage(who, missing, known), missingFix(who, missing, policies), { evidence })
  if (open.length > 0) return undecided(who, open, evidence)
  return pass(who.name, `${who.name} may create the cluster: it is allowed ${list(rights)}`, { evidence })
}

const evidenceOf = (who: CallingEntity, all: readonly Right[], missing: readonly Right[], open: readonly Right[]): Evidence => ({
  caller: who.arn,
  needed: titles(all),
  missing: titles(missing),
  undecided: titles(open),
})

const titles = (rights: readonly Right[]): readonly string[] => rights.map(({ needed }) => needed.title)

const mostNames = 12

const list = (rights: readonly Right[]): string => enumerate(titles(rights), mostNames)

/** What lacks, by what decides it. */
const missingMessage = (who: CallingEntity, missing: readonly Right[], { hyperPodServiceRole }: Known): string => {
  const reasons = [...new Set(missing.map(({ because }) => because))]
  const parts = reasons.map((because) => `${list(missing.filter((right) => right.because === because))} (${because})`)
  const first = missing.some(({ needed }) => needed.action === 'iam:CreateServiceLinkedRole')
  const serviceRole = hyperPodServiceRole.ok ? `; ${serviceRoleName} does not exist yet` : ''
  return `${who.name} could not create the cluster: it lacks ${parts.join(', ')}${first ? serviceRole : ''}`
}

const documentOf = (rights: readonly Right[]): string => policyJson({ statements: grantStatements(rights.map(({ needed }) => needed)) })

const policyName = 'HyperPodClusterCreation'

/** For a caller that only checks: a policy for the role that creates, attached to nobody. */
const creatingPolicy = (who: CallingEntity, rights: readonly Right[]): Fix => ({
  text: `Where another role creates the cluster, nothing has to change for ${who.name}. The command makes a policy of all that creating takes; attach it to the role that does.`,
  commands: [createPolicy(rights)],
})

const createPolicy = (rights: readonly Right[]): string =>
  command('aws', 'iam', 'create-policy', '--policy-name', policyName, '--policy-document', documentOf(rights))

const missingFix = (who: CallingEntity, missing: readonly Right[], policies: readonly RolePolicy[] | null): Fix => {
  const ungranted = missing.filter(({ layer }) => layer === 'identity')
  const of = (layer: Right['layer']): boolean => missing.some((right) => right.layer === layer)
  const boundary = policies?.find(({ kind }) => kind === 'boundary')
  const granting = ungranted.length > 0 ? granted(who, ungranted, policies) : { text: '', commands: [] }
  return {
    text: [
      granting.text,
      of('deny') ? 'Take the actions out of the Deny statements: no other policy can undo a Deny.' : '',
      of('boundary') ? 'Allow the actions in the permissions boundary too.' : '',
      of('organization') ? 'Ask those who manage the organisation to allow the actions in its policies.' : '',
    ]
      .filter((sentence) => sentence !== '')
      .join(' '),
    commands: [
      ...granting.commands,
      ...(of('deny') ? denials(who, missing, policies ?? []) : []),
      ...(of('boundary') && boundary?.arn != null ? [command('aws', 'iam', 'get-policy', '--policy-arn', boundary.arn)] : []),
    ],
  }
}

/** IAM Identity Center keeps these roles, and lets nobody else change them. */
const isPermissionSet = ({ name }: CallingEntity): boolean => name.startsWith('AWSReservedSSO_')

const granted = (who: CallingEntity, rights: readonly Right[], policies: readonly RolePolicy[] | null): Fix => {
  if (isPermissionSet(who)) {
    return {
      text: `${who.name} belongs to IAM Identity Center, which alone can change it: add this as inline policy of its permission set: ${documentOf(rights)}`,
      commands: [command('aws', 'sso-admin', 'list-instances')],
    }
  }
  if (who.kind === 'role' && policies !== null) {
    const words = ['aws', 'iam', 'put-role-policy', '--role-name', who.name, '--policy-name', freeName(policies)]
    return {
      text: `Put the missing actions into an inline policy of ${who.name}.`,
      commands: [command(...words, '--policy-document', documentOf(rights))],
    }
  }
  const { partition, account } = ownerOf(who.arn)
  const arn = `arn:${partition}:iam::${account}:policy/${policyName}`
  return {
    text: `Make a policy of the missing actions and attach it to ${who.name}.`,
    commands: [
      createPolicy(rights),
      command('aws', 'iam', `attach-${who.kind}-policy`, `--${who.kind}-name`, who.name, '--policy-arn', arn),
    ],
  }
}

/** put-role-policy replaces an inline policy of the same name: the name must be a new one. */
const freeName = (policies: readonly RolePolicy[]): string => {
  const taken = new Set(policies.filter(({ kind }) => kind === 'inline').map(({ name }) => name))
  let name = policyName
  for (let number = 2; taken.has(name); number += 1) name = `${policyName}${number}`
  return name
}

/** Commands that show the policies which deny; the lists of the caller's policies where it is not known which. */
const denials = (who: CallingEntity, missing: readonly Right[], policies: readonly RolePolicy[]): readonly string[] => {
  const reasons = missing.filter(({ layer }) => layer === 'deny').map(({ because }) => because)
  const named = policies.filter((policy) => reasons.some((because) => because.includes(policyTitle(policy))))
  if (named.length === 0) {
    return [`list-attached-${who.kind}-policies`, `list-${who.kind}-policies`].map((verb) =>
      command('aws', 'iam', verb, `--${who.kind}-name`, who.name),
    )
  }
  return named.map(({ arn, name }) =>
    arn === null
      ? command('aws', 'iam', 'get-role-policy', '--role-name', who.name, '--policy-name', name)
      : command('aws', 'iam', 'get-policy', '--policy-arn', arn),
  )
}

const undecided = (who: CallingEntity, open: readonly Right[], evidence: Evidence): Outcome => {
  const blamed = open.find(({ gap }) => gap !== null)?.gap ?? null
  const gap: Gap = {
    reason: blamed?.reason ?? 'unsupported',
    action: blamed?.action ?? 'iam:SimulatePrincipalPolicy',
    message: `whether ${who.name} may do ${list(open)} cannot be told: ${reasons(open.map(({ because }) => because))}`,
  }
  return unknown(who.name, gap, { evidence })
}
