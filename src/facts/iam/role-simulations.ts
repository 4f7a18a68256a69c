import type { IAMClient } from '@aws-sdk/client-iam'
import type { Fact } from '../../model/fact.ts'
import type { Role, SimulatedAction } from '../../model/facts/iam.ts'
import type { Plan, PlannedRole } from '../../model/plan.ts'
import { knownValue } from '../../semantics/fact.ts'
import { type OriginFacts, possibleOrigin, s3Origins } from '../../semantics/network/request-origin.ts'
import { vpcIdOf } from '../../semantics/network/vpc.ts'
import { foldersOf, ownerOf, readersSubnets, readRole } from '../../semantics/policies/planned-role.ts'
import { missingKeys, type SimulationRequest, simulatedFor } from '../../semantics/policies/policy-simulation.ts'
import type { RequestContext } from '../../semantics/policies/policy-text.ts'
import { requiredActions, scriptActions } from '../../semantics/policies/required-actions.ts'
import { ownBuckets } from '../../semantics/policies/role-permissions.ts'
import { type Context, defineCollector } from '../engine/collect.ts'
import { attempt, attemptEach, GapError } from '../engine/gap.ts'
import { simulate } from './policy-simulation.ts'

/** What is known when IAM is asked. A gap in it is no reason not to ask: the request then carries less. */
interface Known extends OriginFacts {
  readonly ownBuckets: ReadonlySet<string>
}

/** Prefix lists wait for most other facts. A way that needs one to be known is left open here; the documents are read with it. */
const notWaitedFor: Fact<never> = {
  ok: false,
  gap: { reason: 'not-attempted', action: 'none', message: 'the simulation does not wait for prefix lists' },
}

/**
 * What AWS answers about everything that the nodes of each execution role do. A role that the plan's ARN does not name is not asked about.
 */
export const roleSimulations = defineCollector({
  id: 'roleSimulations',
  needs: ['roles', 'bucketPolicies', 'subnets', 'routeTables', 'vpcEndpoints', 'natGateways'],
  actions: ['iam:SimulatePrincipalPolicy'],
  collect: async ({ plan, clients: { iam } }: Context, get) => {
    if (plan.executionRoles.length === 0) return {}
    const [roles, bucketPolicies, subnets, routeTables, vpcEndpoints, natGateways] = await Promise.all([
      get('roles'),
      attempt(() => get('bucketPolicies')),
      attempt(() => get('subnets')),
      attempt(() => get('routeTables')),
      attempt(() => get('vpcEndpoints')),
      attempt(() => get('natGateways')),
    ])
    const known: Known = {
      ownBuckets: ownBuckets(bucketPolicies),
      subnets,
      routeTables,
      vpcEndpoints,
      natGateways,
      prefixLists: notWaitedFor,
    }
    return attemptEach(
      plan.executionRoles.map(({ name }) => name),
      async (name) => {
        const found = roles[name]
        if (found?.ok === false) throw new GapError(found.gap)
        const role = found?.value ?? null
        const planned = plan.executionRoles.find((candidate) => candidate.name === name && readRole(candidate, role).kind === 'found')
        return role === null || planned === undefined ? null : simulateRole(iam, planned, role, plan, known)
      },
      'iam:SimulatePrincipalPolicy',
    )
  },
})

const simulateRole = async (
  iam: IAMClient,
  planned: PlannedRole,
  role: Role,
  plan: Plan,
  known: Known,
): Promise<readonly SimulatedAction[]> => {
  const subnets = knownValue(known.subnets) ?? {}
  const requests = [...requiredActions(planned, role, plan, subnets), ...scriptRequests(planned, role, plan, known)]
  const answers = await simulate(iam, role.arn, requests)
  const possible = (action: string): RequestContext => ({
    ...possibleOrigin(action, vpcIdOf(plan, subnets), plan.region, known),
    ...Object.fromEntries(Object.entries(role.tags ?? {}).map(([key, value]) => [`aws:PrincipalTag/${key}`, [value]])),
  })
  return askedAgain(iam, role, requests, answers, possible)
}

/** One request cannot be asked about under two contexts, so the network is left open where the role's nodes take several ways to S3. */
const scriptRequests = (planned: PlannedRole, role: Role, plan: Plan, known: Known): readonly SimulationRequest[] => {
  const folders = foldersOf(planned, plan)
  const origins = folders.flatMap((folder) =>
    s3Origins(readersSubnets(planned, folder, plan), plan.region, ownerOf(role.arn).account, known).map(({ context }) => context),
  )
  const [only = {}, ...others] = new Map(origins.map((context) => [JSON.stringify(context), context])).values()
  const network = others.length > 0 ? {} : only
  return folders
    .flatMap((folder) => scriptActions(planned, role, plan, folder, known.ownBuckets.has(folder.bucket)))
    .map((request) => ({ ...request, context: { ...request.context, ...network } }))
}

/**
 * AWS evaluates service control policies with the values of condition keys that it is given, and does not name those that it lacks. So what
 * the organization denies is asked about once more, with values that the request may carry: what it allows then hangs on them.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_EvaluationResult.html
 */
const askedAgain = async (
  iam: IAMClient,
  role: Role,
  requests: readonly SimulationRequest[],
  answers: readonly SimulatedAction[],
  possible: (action: string) => RequestContext,
): Promise<readonly SimulatedAction[]> => {
  const again = requests.flatMap((request) => {
    const answer = simulatedFor(request, answers)
    const context = { ...possible(request.action), ...request.context }
    const more = Object.keys(context).filter((key) => !Object.hasOwn(request.context, key))
    if (answer === null || !deniedByOrganization(answer) || missingKeys(request, answer).length > 0 || more.length === 0) return []
    return [{ request: { ...request, context }, answer, more }]
  })
  if (again.length === 0) return answers
  const second = await simulate(
    iam,
    role.arn,
    again.map(({ request }) => request),
  )
  const lifted = new Map(
    again.flatMap(({ request, answer, more }) => {
      const other = simulatedFor(request, second)
      return other === null || deniedByOrganization(other) ? [] : [[answer, more] as const]
    }),
  )
  return answers.map((answer) => ({ ...answer, missingContextValues: [...answer.missingContextValues, ...(lifted.get(answer) ?? [])] }))
}

const deniedByOrganization = ({ decision, allowedByOrganizations }: SimulatedAction): boolean =>
  allowedByOrganizations === false && decision !== 'allowed'
