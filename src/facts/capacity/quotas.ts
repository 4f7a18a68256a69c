import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  paginateListAWSDefaultServiceQuotas,
  paginateListServiceQuotas,
  type ServiceQuota,
  type ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas'
import { demandedQuotas, type QuotaReference, quotaReference } from '../../catalog/quotas.ts'
import type { Fact, Gap } from '../../model/fact.ts'
import type { Quota } from '../../model/facts/capacity.ts'
import { amount, field, matching, pages } from '../engine/answer.ts'
import { type Context, defineCollector } from '../engine/collect.ts'
import { attempt, attemptEach, GapError } from '../engine/gap.ts'

/**
 * The quotas that the rules read for this plan. Each is asked for by its code; the lists of a service (SageMaker's has about 1,500
 * quotas) are paged through only for a quota whose code is not known, does not exist in the Region, or has another name there. Where
 * the lists do not have the name either, AWS has renamed the quota: the code then counts, under the name that AWS gives it.
 * https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_GetServiceQuota.html
 */
export const quotas = defineCollector({
  id: 'quotas',
  needs: [],
  actions: [
    'servicequotas:GetServiceQuota',
    'servicequotas:GetAWSDefaultServiceQuota',
    'servicequotas:ListServiceQuotas',
    'servicequotas:ListAWSDefaultServiceQuotas',
  ],
  collect: async ({ plan, clients }: Context) => {
    const names = demandedQuotas(plan).map(({ quotaName }) => quotaName)
    const lists = quotaLists(clients.serviceQuotas)
    return attemptEach(names, async (name) => {
      const reference = quotaReference(name)
      if (onePageServices.includes(reference.serviceCode)) {
        const listed = await attempt(() => lists.applied(reference))
        if (listed.ok && listed.value !== null) return listed.value
      }
      const coded = await attempt(() => byCode(clients.serviceQuotas, reference))
      const renamed = coded.ok ? coded.value : null
      if (renamed?.name === name) return renamed
      const named = await attempt(async () => (await lists.applied(reference)) ?? (await lists.defaults(reference)))
      if (named.ok && named.value !== null) return named.value
      if (renamed !== null || (named.ok && coded.ok)) return renamed
      // What the code was refused for says more than what the list was.
      throw new GapError(firstGap(coded, named))
    })
  },
})

const firstGap = (...facts: readonly Fact<unknown>[]): Gap =>
  facts.flatMap((fact) => (fact.ok ? [] : [fact.gap]))[0] ?? {
    reason: 'unexpected',
    action: 'servicequotas:GetServiceQuota',
    message: 'the quota was not found',
  }

/** Services whose whole list is one page: one request gives all of their quotas, where a code gives one. */
const onePageServices: readonly string[] = ['vpc']

/** The quota of this code, whatever its name; null where there is none. */
const byCode = async (client: ServiceQuotasClient, { serviceCode, quotaCode }: QuotaReference): Promise<Quota | null> => {
  if (quotaCode === null) return null
  const key = { ServiceCode: serviceCode, QuotaCode: quotaCode }
  const applied = await unlessAbsent(client.send(new GetServiceQuotaCommand(key)))
  if (applied !== null) return toQuota(field(applied, 'Quota'), serviceCode, 'applied')
  const byDefault = await unlessAbsent(client.send(new GetAWSDefaultServiceQuotaCommand(key)))
  return byDefault === null ? null : toQuota(field(byDefault, 'Quota'), serviceCode, 'default')
}

interface QuotaLists {
  readonly applied: (reference: QuotaReference) => Promise<Quota | null>
  readonly defaults: (reference: QuotaReference) => Promise<Quota | null>
}

/** Looks quotas up by name. Each list is read when it is first needed, and once however many names ask for it. */
const quotaLists = (client: ServiceQuotasClient): QuotaLists => {
  const applied = once((ServiceCode) => pages(paginateListServiceQuotas({ client, pageSize: 100 }, { ServiceCode }), 'Quotas'))
  const defaults = once((ServiceCode) => pages(paginateListAWSDefaultServiceQuotas({ client, pageSize: 100 }, { ServiceCode }), 'Quotas'))
  return {
    applied: async (reference) => among(await applied(reference.serviceCode), reference, 'applied'),
    defaults: async (reference) => among(await defaults(reference.serviceCode), reference, 'default'),
  }
}

const among = (list: readonly ServiceQuota[], { serviceCode, quotaName }: QuotaReference, source: Quota['source']): Quota | null => {
  const found = list.find((quota) => quota.QuotaName === quotaName)
  return found === undefined ? null : toQuota(found, serviceCode, source)
}

const toQuota = (quota: ServiceQuota, serviceCode: string, source: Quota['source']): Quota => ({
  serviceCode,
  quotaCode: matching(quota, 'QuotaCode', /^L-./),
  name: field(quota, 'QuotaName'),
  value: amount(quota, 'Value'),
  unit: quota.Unit ?? 'None',
  adjustable: quota.Adjustable ?? true,
  source,
})

/** `NoSuchResourceException` is knowledge: no quota of this code, or no value of its own in this account. */
const unlessAbsent = async <T>(answer: Promise<T>): Promise<T | null> => {
  try {
    return await answer
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchResourceException') return null
    throw error
  }
}

const once = <T>(read: (key: string) => Promise<T>): ((key: string) => Promise<T>) => {
  const reads = new Map<string, Promise<T>>()
  return (key) => {
    const already = reads.get(key)
    if (already !== undefined) return already
    const started = read(key)
    reads.set(key, started)
    return started
  }
}
