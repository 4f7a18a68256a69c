import type { VpcEndpoint } from '../../model/facts/network.ts'
import type { Plan } from '../../model/plan.ts'
import { type InterfaceAccess, interfaceAccess } from '../network/endpoints.ts'
import type { Way } from './ways.ts'

/** A service that no interface endpoint of the VPC answers for, with what there is instead. */
export interface MissingService {
  readonly service: string
  /** What nodes use it for, to be read after "for". */
  readonly purpose: string
  readonly access: Exclude<InterfaceAccess, { readonly kind: 'by-name' }>
}

/** The services of these ways that no interface endpoint takes the requests for, each once. */
export const missingServices = (ways: readonly Way[], { region }: Plan, endpoints: readonly VpcEndpoint[]): readonly MissingService[] => {
  const missing = ways.flatMap(({ demand: { service, purpose } }): readonly MissingService[] => {
    if (service === null) return []
    const access = interfaceAccess(service, region, endpoints)
    return access.kind === 'by-name' ? [] : [{ service, purpose, access }]
  })
  return [...new Map(missing.map((each) => [each.service, each])).values()]
}
