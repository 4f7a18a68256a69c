import * as v from 'valibot'
import type { Gap } from '../../model/fact.ts'
import type { Finding, Fix, Waiver } from '../../model/finding.ts'
import type { Location } from '../../model/plan.ts'
import { described, type SchemasOf } from './member.ts'

/** Measured and needed values by name. */
export const evidenceSchema = v.record(v.string(), v.union([v.string(), v.number(), v.boolean(), v.array(v.string())]))

const fix = v.object({ text: v.string(), commands: v.array(v.string()) } satisfies SchemasOf<Fix>)

const location = v.object({ path: v.string(), line: v.number(), column: v.number() } satisfies SchemasOf<Location>)

/** Why something could not be learned. */
export const gapSchema = v.object({
  reason: v.picklist(['denied', 'throttled', 'timeout', 'unreachable', 'unsupported', 'unexpected', 'not-attempted', 'not-saved']),
  action: described(v.string(), 'The IAM action that allows the call; `none` where no AWS call is to blame.'),
  message: v.string(),
} satisfies SchemasOf<Gap>)

const waiver = v.object({ reason: v.string(), owner: v.string(), expires: v.string() } satisfies SchemasOf<Waiver>)

/** A finding with the page of its rule. */
export const findingSchema = v.object({
  rule: described(v.string(), 'Id of the rule: `<area>/<name>`.'),
  status: v.picklist(['pass', 'fail', 'unknown', 'skipped']),
  severity: described(
    v.picklist(['error', 'warning', 'notice']),
    'Of the rule, or of this one judgement where the case is milder; an `error` that fails blocks.',
  ),
  subject: described(v.string(), 'What was judged: a resource id, an instance group, a file.'),
  message: described(v.string(), 'What is so, measured against what is needed.'),
  evidence: described(v.exactOptional(evidenceSchema), 'Measured and needed values by name.'),
  fix: described(v.exactOptional(fix), 'The way out; there is one on every failure and every unknown. Commands are for a POSIX shell.'),
  docs: described(v.string(), 'Web address of the page of the rule.'),
  location: described(v.exactOptional(location), 'The place in a file of the user; line and column count from 1.'),
  gap: described(
    v.exactOptional(gapSchema),
    'Why it is unknown. Every unknown has one, and so has what was skipped because the run could not ask.',
  ),
  waiver: described(
    v.exactOptional(waiver),
    'The agreed exception that keeps this finding from counting; `expires` is a date, YYYY-MM-DD.',
  ),
} satisfies SchemasOf<Finding & { readonly docs: string }>)
