import type { Fact, Gap } from '../../model/fact.ts'
import type { PolicyStatement, RolePolicy, SimulatedAction } from '../../model/facts/iam.ts'
import { reasons } from '../text/enumerate.ts'
import type { CallingEntity, CreationAction } from './cluster-creation.ts'
import { type Decision, decide, type Policy, statementName } from './iam-policy.ts'
import { missingKeys, simulatedFor } from './policy-simulation.ts'
import { policyTitle } from './role-permissions.ts'

/** Whether the caller may do one thing, and what decides it in words. */
export interface Right {
  readonly needed: CreationAction
  readonly decision: 'allowed' | 'explicit-deny' | 'implicit-deny' | 'undecided'
  /** Which of the layers of IAM decides; null for an allowed action. */
  readonly layer: 'identity' | 'boundary' | 'organization' | 'deny' | null
  /** Empty for an allowed action. */
  readonly because: string
  /** Why it is undecided, where a fact could not be had. */
  readonly gap: Gap | null
}

/** What is known of the caller: the answers of the policy engine, and the policies themselves. Null where neither can be had of such a caller. */
export interface Evidence {
  readonly simulation: Fact<readonly SimulatedAction[] | null>
  readonly policies: Fact<readonly RolePolicy[] | null>
}

/** Decides each of the actions: by the policy engine of AWS, and where that is a gap or leaves it open, by the documents. */
export const callerRights = (caller: CallingEntity, needed: readonly CreationAction[], evidence: Evidence): readonly Right[] =>
  needed.map((action) => {
    const simulated = bySimulation(action, evidence.simulation)
    // A statement about some clusters only, or some access entries, may miss the one that the policy engine was asked about.
    const certain = simulated.decision !== 'undecided' && (simulated.decision !== 'implicit-deny' || action.sample === null)
    if (certain) return simulated
    const read = byDocuments(caller, action, evidence.policies)
    if (read === null) return simulated
    return read.decision === 'undecided' && simulated.decision === 'undecided' ? simulated : mostTold(read, simulated)
  })

/** Policies of the organisation are in the simulation alone: what it does not allow there, documents cannot allow. */
const mostTold = (read: Right, simulated: Right): Right => {
  if (read.decision === 'allowed' && simulated.decision !== 'undecided') return simulated
  return read
}

const bySimulation = (needed: CreationAction, simulation: Evidence['simulation']): Right => {
  const undecided = (because: string, gap: Gap | null = null): Right => ({ needed, decision: 'undecided', layer: null, because, gap })
  if (!simulation.ok) return undecided(simulation.gap.message, simulation.gap)
  const answer = simulation.value === null ? null : simulatedFor(needed, simulation.value)
  if (answer === null) return undecided('iam:SimulatePrincipalPolicy gave no answer about it')
  const missing = missingKeys(needed, answer)
  if (missing.length > 0) return undecided(`it depends on ${missing.join(', ')}, which only the call itself has`)
  if (answer.decision === 'allowed') return { needed, decision: 'allowed', layer: null, because: '', gap: null }
  const denied = (decision: Right['decision'], layer: Right['layer'], because: string): Right => ({
    needed,
    decision,
    layer,
    because,
    gap: null,
  })
  const kind = answer.decision === 'explicitDeny' ? 'explicit-deny' : 'implicit-deny'
  if (answer.allowedByOrganizations === false) return denied(kind, 'organization', 'a policy of the organisation does not allow it')
  const policies = answer.matchedPolicies.join(', ')
  if (kind === 'explicit-deny') return denied(kind, 'deny', policies === '' ? 'a policy denies it' : `a statement of ${policies} denies it`)
  if (answer.allowedByPermissionsBoundary === false) return denied(kind, 'boundary', 'the permissions boundary does not allow it')
  return denied(kind, 'identity', 'no policy allows it')
}

/** Null where the documents are not there to be read. */
const byDocuments = (caller: CallingEntity, needed: CreationAction, policies: Evidence['policies']): Right | null => {
  if (!policies.ok || policies.value === null || caller.kind !== 'role') return null
  const own: readonly Policy[] = policies.value.map(({ kind, name, document }) => ({ kind, name: policyTitle({ kind, name }), document }))
  const { action, resource, context } = needed
  return rightOf(needed, decide(own, { action, resource, context, principal: { kind: 'role', arn: caller.arn } }))
}

const rightOf = (needed: CreationAction, decision: Decision): Right => {
  switch (decision.kind) {
    case 'allowed':
      return { needed, decision: 'allowed', layer: null, because: '', gap: null }
    case 'explicit-deny':
      return { needed, decision: 'explicit-deny', layer: 'deny', because: `${statementName(decision.by)} denies it`, gap: null }
    case 'implicit-deny': {
      const because = decision.layer === 'boundary' ? 'the permissions boundary does not allow it' : 'no policy allows it'
      return { needed, decision: 'implicit-deny', layer: decision.layer, because, gap: null }
    }
    case 'undecided': {
      const doubts = decision.because.map(
        ({ statement, policy, reason }) => `${statement === null ? policy : statementName(statement)}: ${reason}`,
      )
      return { needed, decision: 'undecided', layer: null, because: reasons(doubts), gap: null }
    }
  }
}

/** Statements that grant exactly these actions, one for those that are granted on the same resource. */
export const grantStatements = (needed: readonly CreationAction[]): readonly PolicyStatement[] => {
  const statements = new Map<string, PolicyStatement>()
  for (const { action, grantOn, grantUnder } of needed) {
    const under = JSON.stringify(grantUnder)
    // iam:PassRole on several roles is one statement with several resources; the others are several actions on one resource.
    const key = action === 'iam:PassRole' ? `${action} ${under}` : `${grantOn} ${under}`
    const before = statements.get(key)
    statements.set(key, {
      sid: null,
      effect: 'Allow',
      actions: { form: 'Action', patterns: [...new Set([...(before?.actions.patterns ?? []), action])] },
      resources: { form: 'Resource', patterns: [...new Set([...(before?.resources?.patterns ?? []), grantOn])] },
      principals: null,
      conditions: grantUnder,
    })
  }
  return [...statements.values()]
}
