import type { Fact } from '../../model/fact.ts'
import type { ExistingCluster } from '../../model/facts/cluster.ts'
import type { Checked, Fault } from '../../model/fault.ts'
import type { Plan } from '../../model/plan.ts'
import { nearestName } from '../../semantics/text/nearest-name.ts'
import { planFromRequest } from '../plan.ts'
import { type InputName, type Inputs, inputNames } from '../table.ts'

/** Inputs that say what is to be, or that nobody is asked, while a diagnosis asks what is: it does not take them. */
export const inputsOfOtherPlans: readonly InputName[] = [
  'cluster-config',
  'cluster-name',
  'operation',
  'instance-type',
  'instance-count',
  'training-plan',
  'offline',
]

/** Inputs that a diagnosis does not take. */
export const notDiagnosed = (inputs: Inputs): readonly Fault[] =>
  inputs.diagnose === null
    ? []
    : inputNames
        .filter((name) => inputsOfOtherPlans.includes(name) && inputs[name] !== null && inputs[name] !== false)
        .map((name) => ({
          source: name,
          problem: `${name} is given with diagnose, which checks the cluster as it is`,
          expected: 'either diagnose or this input',
        }))

/**
 * The plan of a diagnosis: the cluster as it is, as an update that changes nothing, so that what it has already is no use of others.
 * Without the cluster's own answer there is nothing to check, and what else AWS says of the cluster is all that the diagnosis rests on.
 * `names` are those of the clusters of the account, null if they are not known; they are asked for only if none has the name.
 */
export const diagnosedPlan = async (
  stated: Plan,
  inputs: Inputs,
  found: Fact<ExistingCluster | null>,
  names: () => Promise<readonly string[] | null>,
): Promise<Checked<Plan>> => {
  if (!found.ok) return { ok: true, value: { ...stated, orchestrator: { kind: 'unstated' }, executionRoles: [], nodeRole: null } }
  const existing = found.value
  if (existing === null) return { ok: false, faults: [notThere(stated, (await names()) ?? [])] }
  const request = { path: `cluster ${existing.name}`, value: existing.request, positions: {} }
  const plan = planFromRequest(request, { ...inputs, region: stated.region })
  return { ok: true, value: { ...plan, change: request, existing } }
}

/** Clusters of the account that are named. */
const mostNames = 10

const notThere = ({ clusterName, region }: Plan, names: readonly string[]): Fault => {
  const nearest = nearestName(clusterName ?? '', names)
  const others = `${names.slice(0, mostNames).join(', ')}${names.length > mostNames ? ', …' : ''}`
  return {
    source: 'diagnose',
    problem: `there is no cluster ${clusterName ?? ''} in ${region}${nearest === null ? '' : `: did you mean ${nearest}?`}`,
    expected: names.length === 0 ? 'the name of a cluster of this account and Region' : `the name of a cluster in ${region}: ${others}`,
  }
}
