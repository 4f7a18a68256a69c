import * as v from 'valibot'
import type { CallStatistics } from '../../model/snapshot.ts'
import { diagnosisSchema } from './diagnosis.ts'
import { findingSchema } from './finding.ts'
import { count, headroomSchema } from './headroom.ts'
import { addition, described, type Frozen, member, type SchemasOf } from './member.ts'
import { each, first, firstKnown, inputsFirst, labelled, latest, listed, longest, ofOne, shared, sum, sums, worst } from './merging.ts'
import { reachSchema } from './reach.ts'
import { topologySchema } from './topology.ts'
import { trustedTargetSchema } from './trusted-target.ts'

const ifShared = member(v.nullable(v.string()), shared)

const target = v.object({
  account: ifShared,
  region: member(v.string(), listed),
  clusterName: ifShared,
  orchestrator: member(v.nullable(v.picklist(['slurm', 'eks'])), shared),
  vpcId: ifShared,
})

const counted = member(count, sum)

const counts = v.object({
  pass: counted,
  fail: counted,
  unknown: counted,
  skipped: counted,
  waived: counted,
  errors: counted,
  warnings: counted,
})

const calls = v.object({
  total: member(described(count, 'Calls made, each counted once however often it was retried.'), sum),
  retries: counted,
  throttles: counted,
  durationMs: member(v.number(), longest),
  byOperation: member(described(v.record(v.string(), count), 'Keyed by service and operation: `ec2:DescribeSubnets`.'), sums),
} satisfies SchemasOf<CallStatistics>)

/**
 * The report, and the only place that says its shape. The type, the JSON file with the order of its keys, its published schema, its reader
 * and the merging of reports all follow from here: a new part of the report is an `addition` here, and a value in `makeReport`.
 */
export const reportSchema = v.object({
  schemaVersion: member(v.literal(1), first),
  tool: member(v.object({ name: v.string(), version: v.string() }), first),
  takenAt: member(described(v.string(), 'When the facts were collected: ISO 8601, UTC.'), latest),
  verdict: member(
    described(
      v.picklist(['ready', 'blocked', 'unproven']),
      'What was found, whatever fail-on and on-unknown say. `blocked`: something must change. `unproven`: nothing that blocks was found, but a rule that could block was not judged, or the account was not.',
    ),
    worst(['blocked', 'unproven', 'ready']),
  ),
  target: member(described(target, 'What was judged. Every key is there; `null` where it is not known.'), each(target.entries)),
  counts: member(
    described(
      counts,
      'Every finding is counted once: as waived, or else by its status. `errors` and `warnings` are those of the failing ones.',
    ),
    each(counts.entries),
  ),
  findings: member(
    described(
      v.array(findingSchema),
      'Failing first, the worst first; then unknown, waived, passed, skipped; within these in the order of the rules. A key that does not apply to a finding is left out.',
    ),
    labelled('subject'),
  ),
  headroom: member(
    described(
      v.array(headroomSchema),
      'How many nodes are possible, and what limits them: one entry an instance group, in the order of the plan.',
    ),
    labelled('group'),
  ),
  calls: member(described(calls, 'Network calls that the facts took.'), each(calls.entries)),
  clusterHeadroom: addition(
    described(
      v.nullable(headroomSchema),
      'All groups together, under the quotas that count nodes of every type alike; `null` where the plan has no group.',
    ),
    null,
    ofOne,
  ),
  leftOpen: addition(
    described(
      v.array(v.string()),
      'What the verdict does not rest on: names of inputs that were not given (none with a request file), then ids of rules that were not judged, or not in full, because evidence is missing, the policy file turns them off, or they were not attempted.',
    ),
    [],
    inputsFirst,
  ),
  staticOnly: addition(
    described(
      v.nullable(v.string()),
      'Why only the rules that need no account were judged: the pull request of a fork has no credentials. `null` where all were.',
    ),
    null,
    firstKnown,
  ),
  topology: addition(
    described(
      v.nullable(topologySchema),
      'The network of the plan: what it names, and what its subnets lead to. `null` where the plan names no subnet, or none that exists.',
    ),
    null,
    ofOne,
  ),
  reach: addition(
    described(v.array(reachSchema), 'What the nodes of each instance group reach from each of its subnets, judged layer by layer.'),
    [],
    labelled('group'),
  ),
  trustedTargets: addition(
    described(
      v.array(trustedTargetSchema),
      'What the policy file vouches for because this account cannot look behind it: ways through it count as open where nothing read says otherwise.',
    ),
    [],
    labelled('id'),
  ),
  operation: addition(
    described(
      v.nullable(v.picklist(['create', 'update'])),
      'What was judged: the creation of a cluster, or an update of one that exists. `null` if merged reports differ.',
    ),
    'create',
    shared,
  ),
  diagnosis: addition(
    described(
      v.nullable(diagnosisSchema),
      'Why a cluster failed: what AWS answered, what explains it, and what to do next. `null` unless a cluster was diagnosed.',
    ),
    null,
    ofOne,
  ),
})

/** How a run ends. */
export interface Exit {
  /** The verdict's own is 0 for ready, 1 for blocked, 3 for unproven. */
  readonly exitCode: 0 | 1 | 3
  /** The setting that makes it another one than the verdict's own; null for the verdict's own. */
  readonly exitBecause: 'fail-on is never' | 'fail-on is warning' | 'on-unknown is warn' | null
}

/** A report with how its run ends, which is not in the file. */
export type Report = Frozen<v.InferOutput<typeof reportSchema>> & Exit

export type Verdict = Report['verdict']
export type Counts = Report['counts']
