import type { FactId } from '../../model/facts.ts'
import type { Rule } from '../../model/rule.ts'

/** Binds what `evaluate` may read to `needs` and `uses`: reading an undeclared fact is a compile error. */
export const defineRule = <const N extends FactId = never, const U extends FactId = never>(rule: Rule<N, U>): Rule<N, U> => rule
