import { describe, expect, test } from '@jest/globals'
import { addresses } from './addresses.ts'
import { buckets } from './buckets.ts'
import { capacity } from './capacity.ts'
import { closedNetworks } from './closed-networks.ts'
import { type Design, outcomeOf, verdictOf } from './design.ts'
import { eksClusters } from './eks-clusters.ts'
import { internet } from './internet.ts'
import { keys } from './keys.ts'
import { lifecycles } from './lifecycles.ts'
import { roles } from './roles.ts'
import { trafficRules } from './traffic-rules.ts'
import { updates } from './updates.ts'

/**
 * Whole accounts, each built to one design that works and then with one part of it taken away. Whole, it is ready; without the part, it is
 * blocked, and by no other rules than those that say so: nothing that is proved is missed, and one fault is told once.
 */
const subjects: readonly (readonly [string, readonly Design[]])[] = [
  ['ways to the internet', internet],
  ['closed networks', closedNetworks],
  ['traffic rules', trafficRules],
  ['addresses, zones and owners', addresses],
  ['execution roles', roles],
  ['buckets', buckets],
  ['keys', keys],
  ['capacity', capacity],
  ['EKS clusters', eksClusters],
  ['lifecycles', lifecycles],
  ['updates', updates],
]

describe.each(subjects)('%s', (_, designs) => {
  describe.each(designs)('$name', ({ plan, given, open = [], without }) => {
    test('whole', () => {
      expect(outcomeOf(plan, given)).toEqual({ verdict: verdictOf(open), against: open })
    })

    test.each(without)('without $part', (lesser) => {
      const { against } = lesser
      expect(outcomeOf(lesser.plan ?? plan, { ...given, ...lesser.given })).toEqual({ verdict: verdictOf(against), against })
    })
  })
})
