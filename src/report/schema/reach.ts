import * as v from 'valibot'
import { described, type Frozen } from './member.ts'

/** Whether the nodes of one instance group in one subnet reach something that they call. */
export const reachSchema = v.object({
  group: described(v.string(), 'The instance group; `nodes` where the plan names none.'),
  subnet: v.string(),
  to: described(v.string(), 'What is reached: a service as its endpoint is named, the API server, a file system, other nodes.'),
  need: described(v.picklist(['required', 'useful']), '`required`: without it nodes do not come up.'),
  state: v.picklist(['open', 'closed', 'undecided']),
  layer: described(
    v.nullable(v.picklist(['name', 'security-group-out', 'network-acl', 'route', 'target', 'endpoint-policy', 'security-group-in'])),
    'The first layer that closes the way, or leaves it undecided; `null` where it is open.',
  ),
  via: described(v.string(), 'What the way leads through, in words.'),
})

export type Reach = Frozen<v.InferOutput<typeof reachSchema>>
