import type { Fact } from '../../../model/fact.ts'
import type { Quota, QuotaRequest } from '../../../model/facts/capacity.ts'
import type { Fix } from '../../../model/finding.ts'
import { command } from '../../engine/command.ts'

/** A quota that has to be raised. */
export interface QuotaIncrease {
  readonly quota: Quota
  /** The value that it needs. */
  readonly desired: number
  readonly region: string
  /** Requests that were made already; a gap only leaves them out of the advice. */
  readonly requests: Fact<readonly QuotaRequest[]>
  /** What the user is to do, instead of the plain advice to request the increase. */
  readonly text?: string
  /** What else there is to say. */
  readonly advice?: string
}

/** How a quota is raised, with the ready command where AWS lets it be raised that way. It asks for no less than what is pending. */
export const quotaIncrease = ({ quota, desired, region, requests, text, advice }: QuotaIncrease): Fix => {
  const sentences = (...parts: readonly (string | undefined)[]): string => parts.filter((part) => part !== undefined).join(' ')
  if (!quota.adjustable) {
    return { text: sentences(text ?? `AWS does not let "${quota.name}" be raised by request: ask AWS Support.`, advice), commands: [] }
  }
  const pending = pendingIncrease(quota, requests)
  const value = Math.max(desired, pending?.desiredValue ?? 0)
  return {
    text:
      pending === null
        ? sentences(text ?? `Request an increase of "${quota.name}" to ${desired} and wait until it is approved.`, advice)
        : sentences(text, whilePending(quota, pending, desired), advice),
    commands: [
      command(
        ...['aws', 'service-quotas', 'request-service-quota-increase', '--region', region, '--service-code', quota.serviceCode],
        ...['--quota-code', quota.quotaCode, '--desired-value', value],
      ),
    ],
  }
}

/** AWS keeps one open request for a quota and refuses another: https://github.com/hashicorp/terraform-provider-aws/issues/19657 */
const whilePending = ({ name }: Quota, { desiredValue }: QuotaRequest, desired: number): string =>
  desiredValue >= desired
    ? `An increase of "${name}" to ${desiredValue} is already pending, which is enough: wait until it is approved, and request it again only if it is closed without.`
    : `An increase of "${name}" to ${desiredValue} is already pending, which is not enough: ask for ${desired} in its support case, or request it when that case is closed, because AWS refuses a second open request for a quota.`

/** The request for this quota that still counts; null where there is none, or where it is not known. */
export const requestOf = (quota: Quota, requests: readonly QuotaRequest[]): QuotaRequest | null =>
  requests.find(({ serviceCode, quotaCode }) => serviceCode === quota.serviceCode && quotaCode === quota.quotaCode) ?? null

const pendingIncrease = (quota: Quota, requests: Fact<readonly QuotaRequest[]>): QuotaRequest | null => {
  const request = requests.ok ? requestOf(quota, requests.value) : null
  return request?.outcome === 'pending' ? request : null
}
