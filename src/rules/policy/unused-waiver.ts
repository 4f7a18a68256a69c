import { policySchemaUrl } from '../../catalog/links.ts'
import { plural } from '../../semantics/text/enumerate.ts'
import { fail, pass, reported, skip } from '../engine/outcome.ts'
import { defineWaiverRule, waiverName, waiverPlace, waiverSubject } from './waivers/waiver-rule.ts'

export const unusedWaiver = defineWaiverRule(
  {
    id: 'policy/unused-waiver',
    title: 'Every waiver of the policy file excuses something',
    why: 'A waiver that is for no finding is a leftover, or its subject is misspelt. A leftover would excuse the next failure of the same kind, which nobody agreed on. It says nothing where the rule was skipped, or could not be judged in a part that the waiver does not name. A policy file that many clusters share may turn it off.',
    severity: 'notice',
    sources: [policySchemaUrl],
  },
  ({ waiver, daysLeft, findings, judged }) => {
    const subject = waiverSubject(waiver)
    const { location } = waiver
    if (daysLeft < 0) return reported(subject, 'it has expired', 'policy/expired-waiver', { location })
    if (findings.length > 0) return pass(subject, `it excuses ${plural(findings.length, 'finding')}`, { location })
    if (!judged) return skip(subject, `${waiver.rule} was not judged in full, so what it would excuse is not known`, { location })
    return fail(
      subject,
      `${waiverName(waiver)} excuses nothing: no finding of ${waiver.rule} about ${waiver.subject} fails or is unknown`,
      { text: `Remove it from ${waiverPlace(waiver)}, or correct its subject: reports name the subject of each finding.`, commands: [] },
      { location },
    )
  },
)
