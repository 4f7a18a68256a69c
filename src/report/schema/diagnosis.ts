import * as v from 'valibot'
import type { DiagnosedAnswer, Diagnosis, DiagnosisSource, Explanation, NextStep } from '../../model/diagnosis.ts'
import type { LifecycleLog } from '../../model/facts/diagnosis.ts'
import { gapSchema } from './finding.ts'
import { count } from './headroom.ts'
import { described, type SchemasOf } from './member.ts'

const explanation = v.object({
  rule: described(v.string(), 'Id of the rule that foresees the message.'),
  subject: described(v.string(), 'As the finding of the rule names it.'),
  message: v.string(),
  certainty: described(
    v.picklist(['explains', 'may-explain']),
    '`explains`: what the rule checks is wrong. `may-explain`: it is doubtful, or could not be checked.',
  ),
} satisfies SchemasOf<Explanation>)

const answer = v.object({
  source: described(
    v.picklist(['cluster', 'event', 'node', 'log']),
    'Where it was said: DescribeCluster, an event of the cluster, a node, the log of a lifecycle script.',
  ),
  message: described(v.string(), 'In the words of AWS, or of the script.'),
  about: described(v.nullable(v.string()), 'The instance group, and the node if it is about one; `null` if it is about the cluster.'),
  time: described(v.nullable(v.string()), 'When it was said, last: ISO 8601, UTC; `null` if the source does not say.'),
  count: described(count, 'How often it was said.'),
  conclusion: described(
    v.picklist(['explained', 'possible', 'not-found', 'unforeseen', 'unknown']),
    '`explained`: something is wrong that leads to this message. `possible`: something doubtful or unchecked may lead to it. `not-found`: what leads to it was checked and is in order now. `unforeseen`: no check foresees it. `unknown`: the message is not known.',
  ),
  cause: described(v.nullable(v.string()), 'What is behind such a message; `null` if it is not known.'),
  unforeseen: described(v.nullable(v.string()), 'What no check can see of the cause; `null` if nothing.'),
  explanations: described(v.array(explanation), 'The surest first, then the likeliest.'),
} satisfies SchemasOf<DiagnosedAnswer>)

const nextStep = v.object({
  text: v.string(),
  commands: described(v.array(v.string()), 'For a POSIX shell.'),
} satisfies SchemasOf<NextStep>)

const source = v.object({
  what: v.picklist(['cluster', 'nodes', 'events', 'event-details', 'logs']),
  found: described(v.string(), 'What was read, or why it was not.'),
  gap: described(v.exactOptional(gapSchema), 'Only if it could not be read.'),
} satisfies SchemasOf<DiagnosisSource>)

const log = v.object({
  stream: described(v.string(), 'The stream of CloudWatch Logs: `LifecycleConfig/<instance group>/<instance id>`.'),
  lines: described(v.array(v.string()), 'The last ones, in the order of time. A line with what looks like a credential is replaced.'),
} satisfies SchemasOf<LifecycleLog>)

/** Why a cluster failed, as far as it can be known. */
export const diagnosisSchema = v.object({
  cluster: described(v.string(), 'Name of the cluster.'),
  status: described(v.nullable(v.string()), 'That of DescribeCluster; `null` if it is not known.'),
  conclusion: described(
    v.picklist(['explained', 'possible', 'not-found', 'unforeseen', 'unknown', 'no-failure']),
    'The best that an answer comes to; `no-failure` if AWS tells of none.',
  ),
  answers: described(v.array(answer), 'What AWS said; what is explained comes first.'),
  next: described(v.array(nextStep), 'What to do, in this order.'),
  sources: described(v.array(source), 'What the diagnosis rests on, and what could not be read.'),
  logs: described(v.array(log), 'The last lines that lifecycle scripts printed.'),
} satisfies SchemasOf<Diagnosis>)
