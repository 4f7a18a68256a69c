import {
  paginateListRequestedServiceQuotaChangeHistory,
  type RequestedServiceQuotaChange,
  RequestStatus,
} from '@aws-sdk/client-service-quotas'
import { demandedQuotas, type QuotaReference } from '../../catalog/quotas.ts'
import type { QuotaRequest } from '../../model/facts/capacity.ts'
import type { Facts } from '../../model/facts.ts'
import { type QuotaNeed, quotaNeeds } from '../../semantics/capacity/quota-needs.ts'
import { amount, field, matching, oneOf, pages, timeOrNull } from '../engine/answer.ts'
import { type Context, defineCollector } from '../engine/collect.ts'
import { attempt } from '../engine/gap.ts'

/**
 * Requests to raise the quotas of the plan that are pending or were denied. Service Quotas answers few requests a second: the history
 * is asked for only where a quota may fall short, and that of all services is one listing.
 * https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListRequestedServiceQuotaChangeHistory.html
 */
export const quotaRequests = defineCollector({
  id: 'quotaRequests',
  needs: ['quotas', 'hyperPodUsage', 'networkInterfaceCount', 'instanceTypes'],
  actions: ['servicequotas:ListRequestedServiceQuotaChangeHistory'],
  collect: async ({ plan, clients }: Context, get) => {
    const [quotas, usage, interfaces, types] = await Promise.all([
      get('quotas'),
      attempt(() => get('hyperPodUsage')),
      attempt(() => get('networkInterfaceCount')),
      attempt(() => get('instanceTypes')),
    ])
    if (!quotaNeeds(plan, { usage, interfaces, types }).some((need) => mayFallShort(need, quotas))) return []
    const wanted = demandedQuotas(plan)
    const history = await pages(
      paginateListRequestedServiceQuotaChangeHistory({ client: clients.serviceQuotas, pageSize: 100 }, {}),
      'RequestedQuotas',
    )
    return standing(history.filter((change) => wanted.some((quota) => isOf(quota, change))))
  },
})

/** What is not known may be too little. */
const mayFallShort = ({ quotaName, planned, inUse }: QuotaNeed, quotas: Facts['quotas']): boolean => {
  const quota = quotas[quotaName]
  if (quota === undefined || !quota.ok || !inUse.ok) return true
  return quota.value !== null && quota.value.value < planned + inUse.value
}

/** By code where the lists have it, else by name. */
const isOf = ({ serviceCode, quotaCode, quotaName }: QuotaReference, change: RequestedServiceQuotaChange): boolean =>
  field(change, 'ServiceCode') === serviceCode &&
  (matching(change, 'QuotaCode', /^L-./) === quotaCode || field(change, 'QuotaName') === quotaName)

/** What a status says; null where nothing is left of the request: the value of the quota tells what came of it. */
const outcomes = {
  PENDING: 'pending',
  CASE_OPENED: 'pending',
  APPROVED: null,
  CASE_CLOSED: null,
  DENIED: 'denied',
  NOT_APPROVED: 'denied',
  INVALID_REQUEST: 'denied',
} as const satisfies Readonly<Record<RequestStatus, QuotaRequest['outcome'] | null>>

/** Of each quota the open request, else the newest one if it was denied. */
const standing = (history: readonly RequestedServiceQuotaChange[]): readonly QuotaRequest[] => {
  const newestFirst = history
    .map((change) => ({ change, outcome: outcomes[oneOf(change, 'Status', Object.values(RequestStatus))] }))
    .sort((a, b) => field(b.change, 'Created').getTime() - field(a.change, 'Created').getTime())
  const quotaOf = ({ ServiceCode, QuotaCode }: RequestedServiceQuotaChange): string => `${ServiceCode} ${QuotaCode}`
  const newest = new Map<string, (typeof newestFirst)[number]>()
  for (const request of newestFirst) {
    const quota = quotaOf(request.change)
    const before = newest.get(quota)
    if (before === undefined || (request.outcome === 'pending' && before.outcome !== 'pending')) newest.set(quota, request)
  }
  return [...newest.values()].flatMap(({ change, outcome }) => (outcome === null ? [] : [toQuotaRequest(change, outcome)]))
}

const toQuotaRequest = (change: RequestedServiceQuotaChange, outcome: QuotaRequest['outcome']): QuotaRequest => ({
  id: field(change, 'Id'),
  serviceCode: field(change, 'ServiceCode'),
  quotaCode: field(change, 'QuotaCode'),
  desiredValue: amount(change, 'DesiredValue'),
  outcome,
  status: field(change, 'Status'),
  created: timeOrNull(change, 'Created') ?? field(change, 'Created').toISOString(),
})
