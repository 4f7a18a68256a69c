import * as v from 'valibot'
import { evidenceSchema } from './finding.ts'
import { described, type Frozen } from './member.ts'

/** A whole number that is not negative. */
export const count = v.pipe(v.number(), v.integer(), v.minValue(0))

const limit = v.object({
  rule: described(v.string(), 'Id of the rule that judges the same limit.'),
  subject: described(v.string(), 'What limits, as the findings of the rule name it.'),
  possible: count,
  evidence: described(evidenceSchema, 'The numbers that the limit was made of.'),
  caveat: described(v.exactOptional(v.string()), 'Why the limit may turn out wider than it is stated.'),
})

/** How many nodes of an instance group can come up, and what limits them. */
export const headroomSchema = v.object({
  group: v.string(),
  instanceType: described(v.string(), 'The first type of the group, which it prefers.'),
  wanted: described(count, 'Nodes.'),
  possible: described(
    v.nullable(count),
    'Nodes that the group can have while all other groups get what they want: the least of `limits`, which may be more than is wanted. An upper bound where `unknown` is not empty; `null` where no limit is known.',
  ),
  limits: described(v.array(limit), 'Ascending: the first one binds, the next one is behind it.'),
  instanceTypes: described(v.array(v.string()), 'All types that the group can take.'),
  unknown: described(
    v.array(v.object({ rule: v.string(), subject: v.string() })),
    'Limits that could not be known, wholly or in part: each could lower `possible`.',
  ),
  existing: described(v.exactOptional(count), 'In an update: nodes that the group has already.'),
})

export type Headroom = Frozen<v.InferOutput<typeof headroomSchema>>
export type HeadroomLimit = Headroom['limits'][number]
