import { policySchemaUrl } from '../../catalog/links.ts'
import { thresholdOf } from '../../semantics/plan/thresholds.ts'
import { plural } from '../../semantics/text/enumerate.ts'
import { fail, pass, reported } from '../engine/outcome.ts'
import { defineWaiverRule, waiverName, waiverPlace, waiverSubject } from './waivers/waiver-rule.ts'

export const lapsingWaiver = defineWaiverRule(
  {
    id: 'policy/lapsing-waiver',
    title: 'No waiver of the policy file is about to expire',
    why: 'What a waiver excuses counts again from the day after its last one, and may block a cluster that came up the day before. Two weeks are time to mend it, or to agree anew. The threshold `waiver-notice-days` of the policy file makes it more or less.',
    severity: 'notice',
    sources: [policySchemaUrl],
  },
  ({ waiver, daysLeft }, plan) => {
    const subject = waiverSubject(waiver)
    const { expires, location } = waiver
    if (daysLeft < 0) return reported(subject, 'it has expired', 'policy/expired-waiver', { location })
    if (daysLeft > thresholdOf(plan, 'waiver-notice-days')) return pass(subject, `it holds through ${expires}`, { location })
    const when = daysLeft === 0 ? 'today' : `in ${plural(daysLeft, 'day')}`
    return fail(
      subject,
      `${waiverName(waiver)} holds through ${expires}, its last day is ${when}`,
      { text: `Mend what it excuses, or agree on a new day: ${waiverPlace(waiver)}.`, commands: [] },
      { location, evidence: { expires, daysLeft } },
    )
  },
)
