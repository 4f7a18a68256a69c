import * as v from 'valibot'
import type { Checked, Fault } from '../model/fault.ts'
import type { Plan } from '../model/plan.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { readPlan, readText } from './read-plan.ts'
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

/** A saved account, and the plan to judge on it: the one that it was saved for, that one in another size, or another request. */
export interface SavedAccount {
  readonly snapshot: Snapshot
  readonly plan: Plan
  /** `same`: everything that is asked about the plan was asked for the snapshot's; facts know types, and no counts. */
  readonly asks: 'same' | 'others'
}

/** Reads a saved snapshot, with the request or the what-if that the inputs ask for. */
export const readSnapshot = async (path: string, inputs: Inputs): Promise<Checked<SavedAccount>> => {
  const text = await readText(path, 'snapshot', expected)
  const snapshot = text.ok ? parseSnapshot(path, text.value) : text
  if (inputs['cluster-config'] !== null) return withRequest(snapshot, inputs)
  const faults = [...(snapshot.ok ? [] : snapshot.faults), ...meaningless(inputs)]
  if (!snapshot.ok || faults.length > 0) return { ok: false, faults }
  const plan = whatIf(snapshot.value.plan, inputs)
  if (!plan.ok) return plan
  const typesOf = ({ instanceGroups }: Plan) => JSON.stringify(instanceGroups.map(({ instanceTypes }) => instanceTypes))
  const asks = typesOf(plan.value) === typesOf(snapshot.value.plan) ? 'same' : 'others'
  return { ok: true, value: { snapshot: snapshot.value, plan: plan.value, asks } }
}

/** Parses a saved snapshot. */
export const parseSnapshot = (path: string, text: string): Checked<Snapshot> => {
  const refused = (problem: string): Checked<never> => ({
    ok: false,
    faults: [{ source: 'snapshot', problem: `${path}: ${problem}`, expected }],
  })
  try {
    const value: unknown = JSON.parse(text)
    const parsed = v.safeParse(snapshotShape, value)
    return parsed.success ? { ok: true, value: value as Snapshot } : refused(notAsExpected(parsed.issues[0]))
  } catch {
    return refused('is not valid JSON')
  }
}

/** Another request, read as without a snapshot: the inputs complete it. What was learned is learned of one Region. */
const withRequest = async (snapshot: Checked<Snapshot>, inputs: Inputs): Promise<Checked<SavedAccount>> => {
  const region = snapshot.ok ? snapshot.value.plan.region : null
  const plan = await readPlan(inputs, region)
  const faults = [
    ...(snapshot.ok ? [] : snapshot.faults),
    // Without a snapshot nothing says the Region, and that is the snapshot's fault.
    ...(plan.ok ? [] : plan.faults.filter(({ source }) => snapshot.ok || source !== 'region')),
    ...(region === null || inputs.region === null || inputs.region === region
      ? []
      : [{ source: 'region', problem: `${inputs.region} is not the Region of the snapshot`, expected: region }]),
  ]
  return snapshot.ok && plan.ok && faults.length === 0
    ? { ok: true, value: { snapshot: snapshot.value, plan: plan.value, asks: 'others' } }
    : { ok: false, faults }
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
      expected: 'either snapshot or this input; instance-count and instance-type ask what if, and cluster-config judges another request',
    }))

/** The snapshot's plan with another size or type of its only group. */
const whatIf = (saved: Plan, inputs: Inputs): Checked<Plan> => {
  const count = inputs['instance-count']
  const type = inputs['instance-type']
  const tools = inputs['required-tools']
  const plan = tools === null ? saved : { ...saved, requiredTools: tools }
  if (count === null && type === null) return { ok: true, value: plan }
  const [group, ...others] = plan.instanceGroups
  if (group === undefined || others.length > 0) {
    const problem = `the snapshot's plan has ${plan.instanceGroups.length} instance groups`
    return {
      ok: false,
      faults: [{ source: count === null ? 'instance-type' : 'instance-count', problem, expected: 'a snapshot with one instance group' }],
    }
  }
  const changed = { ...group, instanceCount: count ?? group.instanceCount, instanceTypes: type === null ? group.instanceTypes : [type] }
  return { ok: true, value: { ...plan, instanceGroups: [changed] } }
}
