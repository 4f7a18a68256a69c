import { toJsonSchema } from '@valibot/to-json-schema'
import * as v from 'valibot'
import { reportSchemaUrl } from '../catalog/links.ts'

const described = <const S extends v.GenericSchema>(schema: S, text: string) => v.pipe(schema, v.description(text))

const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const severity = v.picklist(['error', 'warning', 'notice'])

const gap = v.object({
  reason: v.picklist(['denied', 'throttled', 'timeout', 'unreachable', 'unsupported', 'unexpected', 'not-attempted']),
  action: described(v.string(), 'The IAM action that allows the call; `none` where no AWS call is to blame.'),
  message: v.string(),
})

const evidence = v.record(v.string(), v.union([v.string(), v.number(), v.boolean(), v.array(v.string())]))

const finding = v.object({
  rule: described(v.string(), 'Id of the rule: `<area>/<name>`.'),
  status: v.picklist(['pass', 'fail', 'unknown', 'skipped']),
  severity: described(severity, 'Of the rule, or of this one judgement where the case is milder; an `error` that fails blocks.'),
  subject: described(v.string(), 'What was judged: a resource id, an instance group, a file.'),
  message: described(v.string(), 'What is so, measured against what is needed.'),
  evidence: described(v.exactOptional(evidence), 'Measured and needed values by name.'),
  fix: described(
    v.exactOptional(v.object({ text: v.string(), commands: v.array(v.string()) })),
    'The way out; there is one on every failure and every unknown. Commands are for a POSIX shell.',
  ),
  docs: described(v.string(), 'Web address of the page of the rule.'),
  location: described(
    v.exactOptional(v.object({ path: v.string(), line: v.number(), column: v.number() })),
    'The place in a file of the user; line and column count from 1.',
  ),
  gap: described(
    v.exactOptional(gap),
    'Why it is unknown. Every unknown has one, and so has what was skipped because the run could not ask.',
  ),
  waiver: described(
    v.exactOptional(v.object({ reason: v.string(), owner: v.string(), expires: v.string() })),
    'The agreed exception that keeps this finding from counting; `expires` is a date, YYYY-MM-DD.',
  ),
})

const headroom = v.object({
  group: v.string(),
  instanceType: described(v.string(), 'The first type of the group, which it prefers.'),
  wanted: described(count, 'Nodes.'),
  possible: described(
    v.nullable(count),
    'Nodes that the group can have while all other groups get what they want: the least of `limits`, which may be more than is wanted. An upper bound where `unknown` is not empty; `null` where no limit is known.',
  ),
  limits: described(
    v.array(
      v.object({
        rule: described(v.string(), 'Id of the rule that judges the same limit.'),
        subject: described(v.string(), 'What limits, as the findings of the rule name it.'),
        possible: count,
        evidence: described(evidence, 'The numbers that the limit was made of.'),
        caveat: described(v.exactOptional(v.string()), 'Why the limit may turn out wider than it is stated.'),
      }),
    ),
    'Ascending: the first one binds, the next one is behind it.',
  ),
  instanceTypes: described(v.array(v.string()), 'All types that the group can take.'),
  unknown: described(
    v.array(v.object({ rule: v.string(), subject: v.string() })),
    'Limits that could not be known, wholly or in part: each could lower `possible`.',
  ),
})

const topologyMark = {
  state: described(
    v.picklist(['ok', 'warning', 'broken', 'unknown']),
    'The worst that the findings say about it: `broken` for a failing error, `warning` for a failing warning, `unknown` where it could not be judged; `ok` where no such finding names it. Notices and waived findings do not count.',
  ),
  rules: described(v.array(v.string()), 'Ids of the rules whose findings say so; empty where the state is `ok`.'),
}

const topology = v.object({
  vpcId: v.nullable(v.string()),
  nodes: described(
    v.array(
      v.object({
        id: described(
          v.string(),
          "AWS's own id where there is one, else `instance-groups/1`, `s3://bucket`, `eks/name`, `s3`, `internet`. No two nodes have the same.",
        ),
        kind: v.picklist([
          'vpc',
          'instance-groups',
          'subnet',
          'route-table',
          'internet-gateway',
          'egress-only-internet-gateway',
          'nat-gateway',
          'transit-gateway',
          'vpc-endpoint',
          'network-interface',
          'instance',
          'peering',
          'virtual-private-gateway',
          'carrier-gateway',
          'local-gateway',
          'core-network',
          'other',
          'gateway-endpoint',
          'interface-endpoint',
          'security-group',
          'file-system',
          'eks-cluster',
          'bucket',
          's3',
          'internet',
        ]),
        label: v.string(),
        detail: described(v.exactOptional(v.string()), 'What else is known of it, in a few words.'),
        zone: described(v.exactOptional(v.string()), 'Availability Zone of a subnet.'),
        ...topologyMark,
      }),
    ),
    'By kind, in the order of the plan, then by id.',
  ),
  edges: described(
    v.array(v.object({ from: v.string(), to: v.string(), label: v.exactOptional(v.string()), ...topologyMark })),
    'Ways between nodes, by their ids. A marked one need not be there: it is the way that is missed.',
  ),
  unread: described(v.array(v.string()), 'IAM actions of what was not read: the parts that it would show are missing.'),
})

const known = v.nullable(v.string())

/**
 * The JSON report, and the only source of its type and of its published schema. Keys of `target` are always there, `null` where a part
 * is not known; what a finding does not have is left out.
 */
export const jsonReportSchema = v.object({
  schemaVersion: v.literal(1),
  tool: v.object({ name: v.string(), version: v.string() }),
  takenAt: described(v.string(), 'When the facts were collected: ISO 8601, UTC.'),
  verdict: described(
    v.picklist(['ready', 'blocked', 'unproven']),
    'What was found, whatever fail-on and on-unknown say. `blocked`: something must change. `unproven`: nothing that blocks was found, but a rule that could block was not judged, or the account was not.',
  ),
  target: described(
    v.object({
      account: known,
      region: v.string(),
      clusterName: known,
      orchestrator: v.nullable(v.picklist(['slurm', 'eks'])),
      vpcId: known,
    }),
    'What was judged. Every key is there; `null` where it is not known.',
  ),
  counts: described(
    v.object({ pass: count, fail: count, unknown: count, skipped: count, waived: count, errors: count, warnings: count }),
    'Every finding is counted once: as waived, or else by its status. `errors` and `warnings` are those of the failing ones.',
  ),
  findings: described(
    v.array(finding),
    'Failing first, the worst first; then unknown, waived, passed, skipped; within these in the order of the rules. A key that does not apply to a finding is left out.',
  ),
  headroom: described(
    v.array(headroom),
    'How many nodes are possible, and what limits them: one entry an instance group, in the order of the plan.',
  ),
  calls: described(
    v.object({
      total: described(count, 'Calls made, each counted once however often it was retried.'),
      retries: count,
      throttles: count,
      durationMs: v.number(),
      byOperation: described(v.record(v.string(), count), 'Keyed by service and operation: `ec2:DescribeSubnets`.'),
    }),
    'Network calls that the facts took.',
  ),
  clusterHeadroom: described(
    v.nullable(headroom),
    'All groups together, under the quotas that count nodes of every type alike; `null` where the plan has no group.',
  ),
  leftOpen: described(
    v.array(v.string()),
    'What the verdict does not rest on: names of inputs that were not given (none with a request file), then ids of rules that were not judged, or not in full, because evidence is missing, the policy file turns them off, or they were not attempted.',
  ),
  staticOnly: described(
    v.nullable(v.string()),
    'Why only the rules that need no account were judged: the pull request of a fork has no credentials. `null` where all were.',
  ),
  topology: described(
    v.nullable(topology),
    'The network of the plan: what it names, and what its subnets lead to. `null` where the plan names no subnet, or none that exists.',
  ),
})

export type JsonReport = v.InferOutput<typeof jsonReportSchema>

/** The published JSON Schema of the report. It lets unknown keys pass: later versions of the tool may add some. */
export const reportSchema = (): object => ({
  $id: reportSchemaUrl,
  title: 'Report of hyperpod-preflight',
  ...toJsonSchema(jsonReportSchema),
})
