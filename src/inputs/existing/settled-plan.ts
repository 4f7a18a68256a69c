import type { Fact } from '../../model/fact.ts'
import type { ExistingCluster } from '../../model/facts/cluster.ts'
import type { Checked, Fault } from '../../model/fault.ts'
import type { Plan, RequestDocument } from '../../model/plan.ts'
import { isLeftover, isOnlyUpdate, updatedRequest } from '../../semantics/plan/update.ts'
import { nearestName } from '../../semantics/text/nearest-name.ts'
import { planFromRequest } from '../plan.ts'
import type { Inputs } from '../table.ts'

/** Whether nothing but a cluster that exists makes sense of the plan. */
const mustExist = ({ operation }: Plan, request: RequestDocument): boolean =>
  operation === 'update' || (operation !== 'create' && isOnlyUpdate(request))

/**
 * The plan, once it is known whether its cluster exists: that of an update is the request laid over the cluster. `names` are those of the
 * clusters of the account, null if they are not known; they are asked for only if the cluster of an update was not found.
 *
 * A plan that is settled already, as that of a saved account is, stays as it is. A plan without a request describes a new cluster, whatever exists: `plan/cluster-name` tells that its name is taken.
 */
export const settledPlan = async (
  stated: Plan,
  inputs: Inputs,
  found: Fact<ExistingCluster | null>,
  names: () => Promise<readonly string[] | null>,
): Promise<Checked<Plan>> => {
  const { request } = stated
  if (stated.existing !== undefined || stated.change !== undefined) return { ok: true, value: stated }
  const isUpdate = request !== null && mustExist(stated, request)
  if (isUpdate && stated.clusterName === null) return { ok: false, faults: [noName] }
  const listed = isUpdate && (!found.ok || found.value === null) ? await names() : null
  if (isUpdate && isMissing(stated.clusterName ?? '', found, listed))
    return { ok: false, faults: [notThere(stated.clusterName ?? '', stated.region, listed ?? [])] }
  if (!found.ok) return { ok: true, value: isUpdate ? unreadUpdate(stated, request) : stated }
  const existing = found.value
  if (existing === null) return { ok: true, value: stated }
  if (request === null || stated.operation === 'create' || (!isUpdate && isLeftover(existing)))
    return { ok: true, value: { ...stated, existing } }
  const plan = planFromRequest(updatedRequest(request, existing), { ...inputs, region: stated.region })
  return { ok: true, value: { ...plan, change: request, existing } }
}

/** A cluster that could not be read does not exist if the list of all clusters lacks its name. */
const isMissing = (name: string, found: Fact<ExistingCluster | null>, listed: readonly string[] | null): boolean =>
  found.ok ? found.value === null : listed !== null && !name.startsWith('arn:') && !listed.includes(name)

/** What the cluster would add is not known, so that neither its groups as they are to be nor where they are can be judged. */
const unreadUpdate = (stated: Plan, request: RequestDocument): Plan => ({
  ...stated,
  orchestrator: { kind: 'unstated' },
  instanceGroups: [],
  change: request,
})

const noName: Fault = {
  source: 'cluster-name',
  problem: 'the request changes a cluster and does not name it',
  expected: 'ClusterName in the request, or input cluster-name',
}

const notThere = (name: string, region: string, names: readonly string[]): Fault => {
  const nearest = nearestName(name, names)
  const others = names.length === 0 ? '' : `; clusters in ${region}: ${names.slice(0, 10).join(', ')}${names.length > 10 ? ', …' : ''}`
  return {
    source: 'cluster-name',
    problem: `there is no cluster ${name} in ${region} to update${nearest === null ? '' : `: did you mean ${nearest}?`}`,
    expected: `the name of a cluster that exists${others}; or operation create for a new one`,
  }
}
