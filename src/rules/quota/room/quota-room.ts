import type { Fact } from '../../../model/fact.ts'
import type { Quota, QuotaRequest } from '../../../model/facts/capacity.ts'
import type { Outcome } from '../../../model/finding.ts'
import type { Location } from '../../../model/plan.ts'
import { fail, pass, unknown } from '../../engine/outcome.ts'
import { quotaIncrease } from './quota-increase.ts'

/** What a plan asks of a quota beside what is in use of it, in the quota's own unit. */
export interface QuotaRoom {
  readonly subject: string
  readonly quota: Quota
  readonly need: number
  /** What the account uses; where it is a gap, only a plan that is too large by itself is judged. Null where nothing else counts. */
  readonly inUse: Fact<number> | null
  readonly region: string
  readonly requests: Fact<readonly QuotaRequest[]>
  /** Whether what falls short certainly counts against the quota. `doubt` says why not, and the outcome is a warning. */
  readonly certain: boolean
  readonly doubt: string
  /** What else helps, where the use is known; and what is to be said where it is not. */
  readonly advice?: string
  readonly unreadUse: string
  readonly location?: Location | null
}

/** Whether the quota has room for the plan beside what is in use: says value, use, need and what is short. */
export const judgeRoom = ({ subject, quota, need, inUse, location, ...room }: QuotaRoom): Outcome => {
  const used = inUse?.ok === true ? inUse.value : 0
  const shortfall = need + used - quota.value
  const evidence = { quota: quota.value, need, quotaCode: quota.quotaCode, ...(inUse?.ok === true && { inUse: used }) }
  if (inUse?.ok === false && (shortfall <= 0 || !room.certain)) return unknown(subject, inUse.gap, { location, evidence })

  const measured = `"${quota.name}" is ${quota.value}, ${measuredUse(inUse)} ${need}`
  if (shortfall <= 0) return pass(subject, `${measured}: ${-shortfall} left`, { location, evidence })
  const advice = inUse?.ok === false ? room.unreadUse : room.advice
  return fail(
    subject,
    `${measured}: ${shortfall} short${room.certain ? '' : `; ${room.doubt}`}`,
    quotaIncrease({
      ...{ quota, desired: need + used, region: room.region, requests: room.requests },
      ...(advice !== undefined && { advice }),
    }),
    { location, severity: room.certain ? undefined : 'warning', evidence: { ...evidence, shortfall } },
  )
}

const measuredUse = (inUse: QuotaRoom['inUse']): string => {
  if (inUse === null) return 'this plan needs'
  return inUse.ok ? `${inUse.value} in use, this plan needs` : 'this plan alone needs'
}
