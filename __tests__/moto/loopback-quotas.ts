import { type Answer, json } from './loopback-answer.ts'

/** Values of quotas by code. A code that is not listed does not exist. */
export type Quotas = Readonly<Record<string, { readonly serviceCode: string; readonly name: string; readonly value: number }>>

export interface QuotaRequest {
  readonly ServiceCode: string
  readonly QuotaCode: string
  readonly DesiredValue: number
}

/** Service Quotas, of which moto has no more than the values of the VPC service. */
export interface LoopbackQuotas {
  /** Null where moto can answer. */
  answer(operation: string, body: string): Answer | null
  /** Grants all requests that are open, as AWS does hours or days later. */
  approve(): void
}

export const loopbackQuotas = (initial: Quotas, requests: readonly QuotaRequest[] = []): LoopbackQuotas => {
  const values = new Map(Object.entries(initial))
  const changes = requests.map((request, index) => opened(request, index))
  const shaped = (serviceCode: string): readonly Quota[] =>
    [...values].flatMap(([code, quota]) => (quota.serviceCode === serviceCode ? [shape(code, quota)] : []))

  const request = (asked: QuotaRequest, quota: Quota): Answer => {
    if (asked.DesiredValue <= quota.Value) {
      const Message = 'The desired value must be greater than the current value of the quota.'
      return json(400, { __type: 'IllegalArgumentException', Message })
    }
    const change = { ...opened(asked, changes.length), QuotaName: quota.QuotaName }
    changes.push(change)
    return json(200, { RequestedQuota: change })
  }

  const answer = (operation: string, body: string): Answer | null => {
    if (!operation.startsWith('servicequotas:')) return null
    const asked = JSON.parse(body) as Partial<QuotaRequest>
    const { ServiceCode = '', QuotaCode = '', DesiredValue = 0 } = asked
    const quota = shaped(ServiceCode).find((candidate) => candidate.QuotaCode === QuotaCode)
    switch (operation.slice('servicequotas:'.length)) {
      case 'ListRequestedServiceQuotaChangeHistory':
        return json(200, { RequestedQuotas: changes })
      case 'ListServiceQuotas':
      case 'ListAWSDefaultServiceQuotas':
        return json(200, { Quotas: shaped(ServiceCode) })
      case 'GetServiceQuota':
        if (ServiceCode === 'vpc') return null
        return quota === undefined ? noSuchQuota : json(200, { Quota: quota })
      case 'RequestServiceQuotaIncrease':
        return quota === undefined ? noSuchQuota : request({ ServiceCode, QuotaCode, DesiredValue }, quota)
      default:
        return noSuchQuota
    }
  }

  const approve = (): void => {
    for (const change of changes) {
      const quota = values.get(change.QuotaCode)
      if (change.Status !== 'PENDING' || quota === undefined) continue
      change.Status = 'APPROVED'
      values.set(change.QuotaCode, { ...quota, value: change.DesiredValue })
    }
  }
  return { answer, approve }
}

const noSuchQuota = json(400, {
  __type: 'NoSuchResourceException',
  Message: 'The request failed because the specified quota does not exist.',
})

interface Quota {
  readonly ServiceCode: string
  readonly QuotaCode: string
  readonly QuotaName: string
  readonly Value: number
  readonly Unit: 'None'
  readonly Adjustable: true
}

const shape = (QuotaCode: string, { serviceCode, name, value }: Quotas[string]): Quota => ({
  ServiceCode: serviceCode,
  QuotaCode,
  QuotaName: name,
  Value: value,
  Unit: 'None',
  Adjustable: true,
})

interface Change extends QuotaRequest {
  readonly Id: string
  readonly Created: number
  Status: 'PENDING' | 'APPROVED'
}

const opened = (request: QuotaRequest, index: number): Change => ({
  Id: `request-${index}`,
  Status: 'PENDING',
  Created: 1_795_000_000,
  ...request,
})
