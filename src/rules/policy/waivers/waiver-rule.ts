import type { Outcome } from '../../../model/finding.ts'
import type { Plan } from '../../../model/plan.ts'
import type { PolicyWaiver, WaiverUse } from '../../../model/policy.ts'
import type { Rule, RuleMeta } from '../../../model/rule.ts'
import { skip } from '../../engine/outcome.ts'

/** A rule that judges each waiver of the policy file by what came of it; skipped where there is none. */
export const defineWaiverRule = (meta: RuleMeta, judge: (use: WaiverUse, plan: Plan) => Outcome): Rule<never, never> => ({
  ...meta,
  needs: [],
  uses: [],
  judges: 'waivers',
  applies: () => true,
  evaluate: (_, plan, waivers) =>
    waivers.length === 0 ? [skip('plan', 'There is no policy file with waivers.')] : waivers.map((use) => judge(use, plan)),
})

/** What a waiver is for, as findings about it name it. */
export const waiverSubject = ({ rule, subject }: PolicyWaiver): string => `${rule} ${subject}`

export const waiverName = ({ rule, subject, owner }: PolicyWaiver): string => `the waiver of ${rule} for ${subject} (owner: ${owner})`

export const waiverPlace = ({ location }: PolicyWaiver): string => `${location.path}:${location.line}`
