import {
  type EvaluationResult,
  type IAMClient,
  InvalidInputException,
  PolicyEvaluationDecisionType,
  paginateSimulatePrincipalPolicy,
  type ResourceSpecificResult,
} from '@aws-sdk/client-iam'
import type { SimulatedAction } from '../../model/facts/iam.ts'
import { type SimulationCall, type SimulationRequest, simulationCalls, splitCall } from '../../semantics/policies/policy-simulation.ts'
import { field, oneOf, pages } from '../engine/answer.ts'

const decisions = Object.values(PolicyEvaluationDecisionType)

/** Most items of a page that the API gives. */
const pageSize = 1_000

/**
 * Asks AWS's policy engine what a role or user of the account may do.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
 */
export const simulate = async (
  iam: IAMClient,
  sourceArn: string,
  requests: readonly SimulationRequest[],
): Promise<readonly SimulatedAction[]> => {
  const answers = await Promise.all(simulationCalls(requests).map((call) => simulateCall(iam, sourceArn, call)))
  return answers.flat()
}

const simulateCall = async (iam: IAMClient, sourceArn: string, call: SimulationCall): Promise<readonly SimulatedAction[]> => {
  try {
    const input = {
      PolicySourceArn: sourceArn,
      ActionNames: [...call.actions],
      ResourceArns: [...call.resources],
      ContextEntries: call.context.map(({ name, type, values }) => ({
        ContextKeyName: name,
        ContextKeyType: type,
        ContextKeyValues: [...values],
      })),
    }
    const results = await pages(paginateSimulatePrincipalPolicy({ client: iam, pageSize }, input), 'EvaluationResults')
    return results.flatMap((result) => readResult(result, call))
  } catch (error) {
    const parts = error instanceof InvalidInputException ? splitCall(call, error.message) : null
    if (parts === null) throw error
    return (await Promise.all(parts.map((part) => simulateCall(iam, sourceArn, part)))).flat()
  }
}

/**
 * One result is about one action. With ARNs, the decisions are in the results for each resource, and EvalResourceName of the whole is
 * but a template; without, the whole is the decision.
 */
const readResult = (result: EvaluationResult, { resources }: SimulationCall): readonly SimulatedAction[] => {
  const action = field(result, 'EvalActionName')
  const specific = result.ResourceSpecificResults ?? []
  const [only] = resources
  if (specific.length > 0) return specific.map((each) => readSpecific(action, result, each))
  if (only === undefined || resources.length > 1) throw new Error(`the answer for ${action} tells no resource from the others`)
  return [
    {
      action,
      resource: only,
      decision: oneOf(result, 'EvalDecision', decisions),
      missingContextValues: result.MissingContextValues ?? [],
      allowedByOrganizations: result.OrganizationsDecisionDetail?.AllowedByOrganizations ?? null,
      allowedByPermissionsBoundary: result.PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary ?? null,
      matchedPolicies: policiesOf(result),
    },
  ]
}

const readSpecific = (action: string, whole: EvaluationResult, specific: ResourceSpecificResult): SimulatedAction => {
  const decision = oneOf(specific, 'EvalResourceDecision', decisions)
  return {
    action,
    resource: field(specific, 'EvalResourceName'),
    decision,
    missingContextValues: specific.MissingContextValues ?? [],
    allowedByOrganizations: organizations(decision, whole),
    allowedByPermissionsBoundary: specific.PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary ?? null,
    matchedPolicies: policiesOf(specific),
  }
}

/**
 * The API tells what the organization says for all resources of an action together: false is about at least one of them. A resource that
 * is allowed is not that one.
 */
const organizations = (decision: SimulatedAction['decision'], whole: EvaluationResult): boolean | null => {
  const allowed = whole.OrganizationsDecisionDetail?.AllowedByOrganizations ?? null
  return allowed === false && decision === 'allowed' ? true : allowed
}

const policiesOf = ({ MatchedStatements }: Pick<EvaluationResult, 'MatchedStatements'>): readonly string[] => [
  ...new Set((MatchedStatements ?? []).flatMap(({ SourcePolicyId }) => SourcePolicyId ?? [])),
]
