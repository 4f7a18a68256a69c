import type { Finding } from '../src/model/finding.ts'
import type { Thresholds } from '../src/model/plan.ts'
import type { PolicyWaiver } from '../src/model/policy.ts'
import type { Rule } from '../src/model/rule.ts'
import { defineRule } from '../src/rules/engine/define.ts'
import { judge } from '../src/rules/engine/judge.ts'
import { fail, pass, skip } from '../src/rules/engine/outcome.ts'
import { aPlan, aPolicyWaiver, aSnapshot, aTeamPolicy } from './builders.ts'

/** What the rule that is waived says of its bucket. */
export type Waived = 'fails' | 'is a notice' | 'passes' | 'is skipped'

const outcomes = {
  fails: fail('sagemaker-lifecycle', 'public', { text: 'Close it.', commands: [] }),
  'is a notice': fail('sagemaker-lifecycle', 'public', { text: 'Close it.', commands: [] }, { severity: 'notice' }),
  passes: pass('sagemaker-lifecycle', 'closed'),
  'is skipped': skip('plan', 'no bucket'),
} as const

const exposure = (waived: Waived): Rule<never, never> =>
  defineRule({
    id: 's3/exposure',
    title: 'T',
    why: 'W.',
    severity: 'error',
    sources: ['https://docs.aws.amazon.com/'],
    needs: [],
    uses: [],
    applies: () => true,
    evaluate: () => [outcomes[waived]],
  })

/** Findings of a rule about waivers, through the engine, on 23 November 2026. No waiver: no policy file. */
export const waiverFindings = (
  rule: Rule,
  waiver: Partial<PolicyWaiver> | null,
  waived: Waived = 'fails',
  thresholds: Thresholds = {},
): readonly Finding[] => {
  const snapshot = aSnapshot(aPlan({ thresholds }))
  const policy = waiver === null ? {} : { policy: aTeamPolicy({ waivers: [aPolicyWaiver(waiver)] }) }
  return judge([rule, exposure(waived)], { ...snapshot, ...policy }).filter((finding) => finding.rule === rule.id)
}
