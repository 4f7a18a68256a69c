import { GetRoleCommand, type IAMClient } from '@aws-sdk/client-iam'
import type { Caller } from '../../model/facts/iam.ts'
import { creationActions, serviceRoleName } from '../../semantics/policies/cluster-creation.ts'
import { field, forms, matching } from '../engine/answer.ts'
import { type Context, defineCollector } from '../engine/collect.ts'
import { GapError } from '../engine/gap.ts'
import { managedDocuments, nullWhereAbsent, policiesOf } from './iam.ts'
import { simulate } from './policy-simulation.ts'

/**
 * The IAM role or user behind the credentials. The ARN of a session has the name of its role and not its path, so IAM is asked for it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns
 */
export const caller = defineCollector({
  id: 'caller',
  needs: ['identity'],
  actions: ['iam:GetRole'],
  collect: async ({ clients }: Context, get): Promise<Caller> => {
    const identity = await get('identity')
    if (identity.kind === 'refused') {
      const message = `AWS refuses these credentials: ${identity.code}`
      throw new GapError({ reason: 'denied', action: 'sts:GetCallerIdentity', message })
    }
    return behind(clients.iam, identity.arn)
  },
})

const behind = async (iam: IAMClient, arn: string): Promise<Caller> => {
  const [kind = '', ...path] = arn.split(':').slice(5).join(':').split('/')
  const name = path.at(kind === 'assumed-role' ? 0 : -1) ?? ''
  switch (kind) {
    case 'root':
      return { kind: 'root', arn }
    case 'user':
      return { kind: 'user', name, arn }
    case 'assumed-role':
      return roleBehind(iam, name, arn)
    case 'federated-user':
      return { kind: 'unreadable', arn, reason: 'a federated user has the permissions of its session, which IAM tells nobody' }
    default:
      return { kind: 'unreadable', arn, reason: 'it is neither a role nor a user of IAM' }
  }
}

const roleBehind = async (iam: IAMClient, name: string, arn: string): Promise<Caller> => {
  const role = await nullWhereAbsent(async () => field(await iam.send(new GetRoleCommand({ RoleName: name })), 'Role'))
  if (role === null) return { kind: 'unreadable', arn, reason: `iam:GetRole answered that the role ${name} does not exist` }
  const permissionsBoundaryArn = role.PermissionsBoundary?.PermissionsBoundaryArn ?? null
  return { kind: 'role', name, arn: matching(role, 'Arn', forms.arn), permissionsBoundaryArn }
}

/** Null too for a role that was deleted since: nothing is left of its policies. */
export const callerPolicies = defineCollector({
  id: 'callerPolicies',
  needs: ['caller'],
  actions: ['iam:ListAttachedRolePolicies', 'iam:ListRolePolicies', 'iam:GetRolePolicy', 'iam:GetPolicy', 'iam:GetPolicyVersion'],
  collect: async ({ clients: { iam } }: Context, get) => {
    const who = await get('caller')
    return who.kind === 'role' ? policiesOf(iam, who.name, Promise.resolve(who.permissionsBoundaryArn), managedDocuments(iam)) : null
  },
})

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html */
export const callerSimulation = defineCollector({
  id: 'callerSimulation',
  needs: ['caller', 'roles'],
  actions: ['iam:SimulatePrincipalPolicy'],
  collect: async ({ plan, clients: { iam } }: Context, get) => {
    const who = await get('caller')
    if (who.kind !== 'role' && who.kind !== 'user') return null
    return simulate(iam, who.arn, creationActions(plan, who, await get('roles')))
  },
})

/** https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites-iam.html */
export const hyperPodServiceRole = defineCollector({
  id: 'hyperPodServiceRole',
  needs: [],
  actions: ['iam:GetRole'],
  collect: async ({ clients: { iam } }: Context) =>
    (await nullWhereAbsent(() => iam.send(new GetRoleCommand({ RoleName: serviceRoleName })))) !== null,
})
