import { quotaReference } from '../../../catalog/quotas.ts'
import type { Gap } from '../../../model/fact.ts'
import type { Outcome, Severity } from '../../../model/finding.ts'
import { command } from '../../engine/command.ts'

/**
 * What cannot be judged because Service Quotas does not list the quota: AWS may have renamed it, or count such nodes by nothing in this
 * Region. `subject` is what the rule judges by it, by default the quota; `severity` is the most that a failure would have been.
 */
export const noQuota = (quotaName: string, region: string, subject: string = quotaName, severity?: Severity): Outcome => {
  const message = `Service Quotas has no "${quotaName}" in ${region}: whether the plan is within it is not known`
  const gap: Gap = { reason: 'unsupported', action: 'servicequotas:ListServiceQuotas', message }
  const list = ['aws', 'service-quotas', 'list-service-quotas', '--region', region, '--service-code', quotaReference(quotaName).serviceCode]
  return {
    status: 'unknown',
    subject,
    message,
    gap,
    fix: {
      text: 'See whether the command lists the quota under another name, and compare its value with the plan by hand.',
      commands: [command(...list, '--query', 'sort_by(Quotas, &QuotaName)[].[QuotaName,Value,QuotaCode]', '--output', 'table')],
    },
    ...(severity !== undefined && { severity }),
  }
}
