import { policySchemaUrl } from '../../catalog/links.ts'
import type { Gap } from '../../model/fact.ts'
import type { Outcome } from '../../model/finding.ts'
import type { Plan, TrustedTarget } from '../../model/plan.ts'
import { plural } from '../../semantics/text/enumerate.ts'
import { type WayFacts, wayFacts } from '../../semantics/ways/network.ts'
import { type Way, waysOf } from '../../semantics/ways/ways.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, unknown } from '../engine/outcome.ts'

export const unusedTrustedTarget = defineRule({
  id: 'policy/unused-trusted-target',
  title: 'Every trusted target of the policy file is one that nodes depend on',
  why: 'A trusted target is something that this account cannot look behind, and somebody answers for: a way through it counts as open. One that no way of the nodes uses is a leftover, or its id is misspelt. A leftover would vouch for the next route that leads there, which nobody agreed on. A policy file that many clusters share may turn this off.',
  severity: 'notice',
  sources: [policySchemaUrl],
  needs: [],
  uses: wayFacts,
  applies: ({ trustedTargets = [] }) => trustedTargets.length > 0 || 'The policy file trusts no target.',
  evaluate: (facts, plan) => {
    const { trustedTargets = [] } = plan
    const ways = waysOf(plan, facts)
    return trustedTargets.map((target) => judge(target, ways, facts, plan))
  },
})

const judge = (target: TrustedTarget, ways: readonly Way[], facts: WayFacts, plan: Plan): Outcome => {
  const { id } = target
  const through = usersOf(target, ways, facts, plan)
  if (through.length > 0) return pass(id, `${plural(through.length, 'way')} of the nodes ${through.length === 1 ? 'rests' : 'rest'} on it`)
  const gap = unreadIn(ways, facts)
  if (gap !== null) return unknown(id, gap)
  return fail(id, `the policy file trusts ${id}, and no way of the nodes leads through it or rests on it`, {
    text: `Remove ${id} from trusted-targets of the policy file, or correct it: findings name the ids that they cannot look behind.`,
    commands: [],
  })
}

/** The ways that are judged otherwise without this target. */
const usersOf = ({ id }: TrustedTarget, ways: readonly Way[], facts: WayFacts, plan: Plan): readonly Way[] => {
  const others = (plan.trustedTargets ?? []).filter((target) => target.id !== id)
  const without = waysOf({ ...plan, trustedTargets: others }, facts)
  return ways.filter(({ steps }, index) => JSON.stringify(steps) !== JSON.stringify(without[index]?.steps))
}

/** Why a way may use a target that it is not seen to use: something of it could not be read. */
const unreadIn = (ways: readonly Way[], { subnets }: WayFacts): Gap | null => {
  if (!subnets.ok) return subnets.gap
  const gaps = ways.flatMap(({ steps }) => steps.flatMap((step) => (step.state === 'undecided' ? [step.gap] : [])))
  return gaps.find(({ reason }) => reason !== 'unsupported') ?? null
}
