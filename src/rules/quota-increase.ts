import type { Quota } from '../model/facts.ts'
import type { Fix } from '../model/finding.ts'
import { command } from './command.ts'

/** How a quota is raised to `desired`, with the ready command where AWS lets it be raised that way. */
export const quotaIncrease = (quota: Quota, desired: number, region: string, advice = ''): Fix => {
  const more = advice === '' ? '' : ` ${advice}`
  if (!quota.adjustable) return { text: `AWS does not let "${quota.name}" be raised by request: ask AWS Support.${more}`, commands: [] }
  return {
    text: `Request an increase of "${quota.name}" to ${desired} and wait until it is approved.${more}`,
    commands: [
      command(
        ...['aws', 'service-quotas', 'request-service-quota-increase', '--region', region, '--service-code', quota.serviceCode],
        ...['--quota-code', quota.quotaCode, '--desired-value', desired],
      ),
    ],
  }
}
