import {
  eksNodeServices,
  type NodeService,
  nodeServiceLists,
  restrictedNodeServices,
  slurmNodeServices,
} from '../../catalog/node-services.ts'
import type { VpcEndpoint } from '../../model/facts/network.ts'
import type { Severity } from '../../model/finding.ts'
import type { Plan } from '../../model/plan.ts'
import { fetchesScripts } from '../plan/fetched-scripts.ts'
import { placementOf } from '../plan/placement.ts'
import { type InterfaceAccess, interfaceAccess } from './endpoints.ts'

/** A service that no interface endpoint of the VPC answers for, with what there is instead. */
export interface MissingService extends NodeService {
  readonly access: Exclude<InterfaceAccess, { readonly kind: 'by-name' }>
}

/** What nodes without a way to the internet lack. */
export interface ServiceGap {
  readonly missing: readonly MissingService[]
  /** How much that matters; null where nothing is missing. */
  readonly severity: Severity | null
  /** Services that endpoints do answer for, of those wanted. */
  readonly served: readonly string[]
}

/**
 * What nodes in a subnet would lack that have nothing but the VPC's interface endpoints. Where the plan names no orchestrator, the
 * services of EKS are wanted, and what only EKS needs is a warning.
 */
export const serviceGap = (plan: Plan, subnetId: string, endpoints: readonly VpcEndpoint[]): ServiceGap => {
  const { kind } = plan.orchestrator
  const eks = kind === 'slurm' ? null : gapOf(eksServices(plan, subnetId), plan, endpoints, eksSeverity)
  const slurm =
    kind === 'eks'
      ? null
      : gapOf(slurmNodeServices.services, plan, endpoints, () =>
          bare(plan, endpoints) && fetchesScripts(plan, subnetId) ? 'error' : 'warning',
        )
  const gap = eks ?? slurm ?? { missing: [], severity: null, served: [] }
  return gap.severity === 'error' && slurm !== null && slurm.severity !== 'error' ? { ...gap, severity: 'warning' } : gap
}

const eksServices = (plan: Plan, subnetId: string): readonly NodeService[] => {
  const restricted = plan.instanceGroups.some(
    (group) => group.kind === 'restricted' && placementOf(group, plan)?.subnetIds.includes(subnetId),
  )
  return [...eksNodeServices.services, ...(restricted ? restrictedNodeServices.services : [])]
}

const gapOf = (
  services: readonly NodeService[],
  { region }: Plan,
  endpoints: readonly VpcEndpoint[],
  severityOf: (missing: readonly NodeService[]) => Severity,
): ServiceGap => {
  const missing = services.flatMap((service): readonly MissingService[] => {
    const access = interfaceAccess(service.service, region, endpoints)
    return access.kind === 'by-name' ? [] : [{ ...service, access }]
  })
  const names = new Set(missing.map(({ service }) => service))
  return {
    missing,
    severity: missing.length === 0 ? null : severityOf(missing),
    served: services.map(({ service }) => service).filter((service) => !names.has(service)),
  }
}

const eksSeverity = (missing: readonly NodeService[]): Severity => {
  if (missing.some(({ need }) => need === 'create')) return 'error'
  return missing.some(({ need }) => need === 'operate') ? 'warning' : 'notice'
}

/** Whether no endpoint of the VPC answers for any service that nodes are known to call. */
const bare = ({ region }: Plan, endpoints: readonly VpcEndpoint[]): boolean =>
  nodeServiceLists
    .flatMap(({ services }) => services)
    .every(({ service }) => interfaceAccess(service, region, endpoints).kind !== 'by-name')
