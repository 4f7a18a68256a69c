import type { Rule } from '../model/rule.ts'
import { subnets } from './network/subnets.ts'

/** Every rule, in the order in which reports list them. */
export const rules: readonly Rule[] = [subnets]
