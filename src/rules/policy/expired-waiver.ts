import { policySchemaUrl } from '../../catalog/links.ts'
import type { WaiverUse } from '../../model/policy.ts'
import { plural } from '../../semantics/text/enumerate.ts'
import { fail, pass } from '../engine/outcome.ts'
import { defineWaiverRule, waiverName, waiverPlace, waiverSubject } from './waivers/waiver-rule.ts'

export const expiredWaiver = defineWaiverRule(
  {
    id: 'policy/expired-waiver',
    title: 'No waiver of the policy file has expired',
    why: 'A waiver is an exception that somebody answers for until a day. It holds through that day in UTC; the day of the snapshot counts, so judging an old snapshot again gives what it gave. From the next day on it excuses nothing: the findings that it was for count again, and block where they are errors. This finding says why they are back, and who agreed on the exception. It is a notice where the waiver has nothing left to excuse.',
    severity: 'warning',
    sources: [policySchemaUrl],
  },
  (use) => {
    const { waiver, daysLeft, findings } = use
    const subject = waiverSubject(waiver)
    const { expires, location } = waiver
    if (daysLeft >= 0) return pass(subject, `it holds through ${expires}`, { location })
    const evidence = { expires, daysPast: -daysLeft, findings: findings.length }
    const fix =
      findings.length === 0
        ? `Remove it from ${waiverPlace(waiver)}.`
        : `Mend what it excused, or agree on the exception anew: a new day in expires, and a reason that still holds, in ${waiverPlace(waiver)}.`
    return fail(
      subject,
      `${waiverName(waiver)} expired on ${expires}, ${plural(-daysLeft, 'day')} ago: ${consequence(use)}`,
      { text: fix, commands: [] },
      { location, evidence, severity: findings.some(({ severity }) => severity !== 'notice') ? 'warning' : 'notice' },
    )
  },
)

const consequence = ({ findings, judged }: WaiverUse): string => {
  if (findings.length > 0)
    return `${plural(findings.length, 'finding')} that it excused ${findings.length === 1 ? 'counts' : 'count'} again`
  return judged ? 'there is nothing left that it would excuse' : 'its rule was not judged in full this time'
}
