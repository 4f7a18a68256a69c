import * as v from 'valibot'
import { catalogInstanceType } from '../catalog/instance-types.ts'
import type { Fact } from '../model/fact.ts'
import type { Checked, Fault } from '../model/fault.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { readText } from './read-plan.ts'
import { type Inputs, inputNames, inputTable } from './table.ts'

const expected = 'a file that save-snapshot wrote'

const fact = v.union([
  v.looseObject({ ok: v.literal(true), value: v.unknown() }),
  v.looseObject({ ok: v.literal(false), gap: v.looseObject({ reason: v.string(), action: v.string(), message: v.string() }) }),
])

const location = v.looseObject({ path: v.string(), line: v.number(), column: v.number() })

/** The engine itself reads it, so all of it has to be there. */
const policy = v.looseObject({
  path: v.string(),
  failOn: v.nullable(v.picklist(['error', 'warning', 'never'])),
  onUnknown: v.nullable(v.picklist(['fail', 'warn'])),
  rules: v.record(v.string(), v.looseObject({ severity: v.picklist(['error', 'warning', 'notice', 'off']), location })),
  waivers: v.array(
    v.looseObject({
      rule: v.string(),
      subject: v.string(),
      reason: v.string(),
      owner: v.string(),
      expires: v.pipe(v.string(), v.isoDate()),
      location,
    }),
  ),
})

const vpcConfig = v.nullable(v.looseObject({ subnetIds: v.array(v.string()), securityGroupIds: v.array(v.string()) }))

/**
 * The outer shape of a snapshot, with the parts of the plan that reports are made of. What is inside the facts, and the rest of the
 * plan, is not checked here: a rule that stumbles over an edited or an older snapshot is reported as unknown by the engine, never as a
 * pass.
 */
const snapshotShape = v.looseObject({
  schemaVersion: v.literal(1),
  tool: v.looseObject({ name: v.string(), version: v.string() }),
  takenAt: v.pipe(v.string(), v.isoTimestamp()),
  plan: v.looseObject({
    region: v.string(),
    clusterName: v.nullable(v.string()),
    orchestrator: v.looseObject({ kind: v.picklist(['slurm', 'eks', 'unstated']) }),
    vpcId: v.nullable(v.string()),
    vpcConfig,
    instanceGroups: v.array(
      v.looseObject({
        name: v.string(),
        instanceTypes: v.array(v.string()),
        instanceCount: v.number(),
        overrideVpcConfig: vpcConfig,
      }),
    ),
    lifecycleSources: v.array(v.looseObject({ bucket: v.string(), prefix: v.string() })),
  }),
  policy: v.optional(policy),
  facts: v.record(v.string(), fact),
  calls: v.looseObject({
    total: v.number(),
    retries: v.number(),
    throttles: v.number(),
    durationMs: v.number(),
    byOperation: v.record(v.string(), v.number()),
  }),
})

/** Reads a saved snapshot, with the what-if that the inputs ask for. */
export const readSnapshot = async (path: string, inputs: Inputs): Promise<Checked<Snapshot>> => {
  const text = await readText(path, 'snapshot', expected)
  const faults = [...(text.ok ? [] : text.faults), ...meaningless(inputs)]
  return text.ok && faults.length === 0 ? parseSnapshot(path, text.value, inputs) : { ok: false, faults }
}

/** Parses a saved snapshot, with the what-if that the inputs ask for. */
export const parseSnapshot = (path: string, text: string, inputs: Inputs): Checked<Snapshot> => {
  const refused = (problem: string): Checked<never> => ({
    ok: false,
    faults: [{ source: 'snapshot', problem: `${path}: ${problem}`, expected }],
  })
  try {
    const value: unknown = JSON.parse(text)
    const parsed = v.safeParse(snapshotShape, value)
    if (!parsed.success) return refused(notAsExpected(parsed.issues[0]))
    return whatIf(value as Snapshot, inputs)
  } catch {
    return refused('is not valid JSON')
  }
}

/** The library's own words quote the value, and what is no snapshot may be anything. */
const notAsExpected = (issue: v.BaseIssue<unknown>): string =>
  `${v.getDotPath(issue) ?? 'the file'} is not as expected: it has to be ${issue.expected ?? 'otherwise'}`

/** Inputs that mean nothing where the plan is the snapshot's and nobody is asked. */
const refusedInputs = inputNames.filter((name) => {
  const { use, withSnapshot = use === 'plan' ? 'refused' : 'taken' } = inputTable[name]
  return withSnapshot === 'refused'
})

const meaningless = (inputs: Inputs): readonly Fault[] =>
  refusedInputs
    .filter((name) => inputs[name] !== null)
    .map((name) => ({
      source: name,
      problem: `${name} is given with snapshot, which brings its own plan`,
      expected: 'either snapshot or this input; only instance-count and instance-type ask what if',
    }))

/**
 * The same account, with another size or type of the plan's only group. Facts are keyed by type, never by count, so they hold for any
 * count; of a type that the snapshot was not taken for, what was not learned is unknown.
 */
const whatIf = (snapshot: Snapshot, inputs: Inputs): Checked<Snapshot> => {
  const count = inputs['instance-count']
  const type = inputs['instance-type']
  const plan = { ...snapshot.plan, ...(inputs['required-tools'] !== null && { requiredTools: inputs['required-tools'] }) }
  if (count === null && type === null) return { ok: true, value: { ...snapshot, plan } }
  const [group, ...others] = plan.instanceGroups
  if (group === undefined || others.length > 0) {
    const problem = `the snapshot's plan has ${plan.instanceGroups.length} instance groups`
    return {
      ok: false,
      faults: [{ source: count === null ? 'instance-type' : 'instance-count', problem, expected: 'a snapshot with one instance group' }],
    }
  }
  const facts = type === null ? snapshot.facts : knownFor(type, snapshot.facts)
  const changed = { ...group, instanceCount: count ?? group.instanceCount, instanceTypes: type === null ? group.instanceTypes : [type] }
  return { ok: true, value: { ...snapshot, plan: { ...plan, instanceGroups: [changed] }, facts } }
}

/**
 * The facts as they are for a type that the snapshot may not have been taken for. Its size is the catalog's, where that has it. What
 * EC2 was not asked becomes a gap: in these facts a type that is missing is one that EC2 does not have.
 */
const knownFor = (type: string, facts: Snapshot['facts']): Snapshot['facts'] => {
  const { instanceTypes, instanceTypeOfferings } = facts
  const size = catalogInstanceType(type)
  return {
    ...facts,
    ...(instanceTypes?.ok === true &&
      !Object.hasOwn(instanceTypes.value, type) && {
        instanceTypes:
          size === null ? notAsked(type, 'ec2:DescribeInstanceTypes') : { ok: true, value: { ...instanceTypes.value, [type]: size } },
      }),
    ...(instanceTypeOfferings?.ok === true &&
      !Object.hasOwn(instanceTypeOfferings.value, type) && { instanceTypeOfferings: notAsked(type, 'ec2:DescribeInstanceTypeOfferings') }),
  }
}

const notAsked = (type: string, action: string): Fact<never> => ({
  ok: false,
  gap: { reason: 'unexpected', action, message: `${action} was not asked about ${type}: the snapshot was taken for another type` },
})
