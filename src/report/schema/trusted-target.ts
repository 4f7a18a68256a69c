import * as v from 'valibot'
import type { TrustedTarget } from '../../model/plan.ts'
import { described, type SchemasOf } from './member.ts'

/** What a route leads to, and somebody answers for what is behind it. */
export const trustedTargetSchema = v.object({
  id: described(v.string(), "AWS's own id."),
  reason: v.string(),
  owner: v.string(),
} satisfies SchemasOf<TrustedTarget>)
