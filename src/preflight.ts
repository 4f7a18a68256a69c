import { createHash } from 'node:crypto'
import packageJson from '../package.json' with { type: 'json' }
import { writeTextFile } from './disk/write.ts'
import { makeClients } from './facts/engine/clients.ts'
import { actionsOf, type Collectors, collect, type Progress, withoutCredentials } from './facts/engine/collect.ts'
import { environmentRegion, findCredentials } from './facts/engine/credentials.ts'
import { collectors } from './facts/index.ts'
import { savedCollectors } from './facts/saved/saved-account.ts'
import { diagnosedPlan } from './inputs/existing/diagnosed-plan.ts'
import { settledPlan } from './inputs/existing/settled-plan.ts'
import { inputPathFaults } from './inputs/output-paths.ts'
import { planUnder, readPolicyFile } from './inputs/policy-file.ts'
import { isOffline, readPlan } from './inputs/read-plan.ts'
import { type Selection, selectionOf } from './inputs/selection.ts'
import { readSnapshot } from './inputs/snapshot.ts'
import { defaultPolicyFile, type InputFor, type Inputs, inputsFor } from './inputs/table.ts'
import { readWorkflow } from './inputs/workflow.ts'
import type { FactId } from './model/facts.ts'
import type { Checked, Fault } from './model/fault.ts'
import type { Plan } from './model/plan.ts'
import type { Policy, PolicyFile } from './model/policy.ts'
import type { Snapshot } from './model/snapshot.ts'
import { renderHtml } from './report/html/document.ts'
import { renderJson } from './report/json.ts'
import { renderJunit } from './report/junit.ts'
import { makeReport } from './report/report.ts'
import { rulePage } from './report/rule-page.ts'
import { codeScanningLimits, renderSarif, type SarifContext } from './report/sarif.ts'
import type { Report } from './report/schema/report.ts'
import { demandedFacts, judge, type LeftOut } from './rules/engine/judge.ts'
import { rules } from './rules/index.ts'
import { type Deadline, inTime, startDeadline } from './run/deadline.ts'
import type { Secrets } from './run/secrets.ts'
import { diagnosisFacts } from './semantics/diagnosis/diagnosis-facts.ts'
import { isOfFile } from './semantics/plan/request-part.ts'
import { noRegion, statedRegion } from './semantics/plan/stated-region.ts'
import { errorMessage } from './semantics/text/error-message.ts'

/** Name and version of this program, as reports, snapshots and the user agent state them. */
export const tool = { name: packageJson.name, version: packageJson.version }

/** What differs between the two faces of the program. */
export interface Face {
  readonly now: Date
  /** The workflow's OIDC token for an audience; rejects where there is no workflow. */
  readonly idToken: (audience: string) => Promise<string>
  /**
   * Why this run cannot have credentials, as a workflow for the pull request of a fork cannot; null where it should have some. Asked only
   * where there are none.
   */
  readonly noCredentialsBecause: () => Promise<string | null>
  readonly progress: Progress
  /** The credentials of the run, which nothing that it writes shows. */
  readonly secrets: Secrets
  /** Milliseconds that the whole run may take; a minute where not given. */
  readonly timeMs?: number
}

/** A run that came to a verdict. */
export interface Preflight {
  readonly report: Report
  /** Files that could not be written. They are bad input; the verdict is there all the same. */
  readonly unwritten: readonly Fault[]
}

/**
 * The whole way from inputs to a report: a snapshot is taken (or read), judged, and written where the inputs ask for it.
 * Faults are what keeps the run from starting; everything learned or not learned after that is in the report.
 */
export const preflight = async (inputs: Inputs, face: Face): Promise<Checked<Preflight>> => {
  const paths = inputPathFaults(inputs)
  const selected = selectionOf(inputs, ruleIds)
  if (!selected.ok || paths.length > 0) return { ok: false, faults: [...paths, ...faultsOf([selected])] }
  const deadline = startDeadline(face.timeMs)
  try {
    const snapshot =
      inputs.snapshot === null ? await takeSnapshot(inputs, face, deadline) : await savedSnapshot(inputs.snapshot, inputs, face, deadline)
    if (!snapshot.ok) return snapshot
    const leftOut = leftOutOf(selected.value, snapshot.value.plan)
    return { ok: true, value: await judged(snapshot.value, leftOut, inputs, face, deadline) }
  } finally {
    deadline.stop()
  }
}

/** Of the rules that apply to the plan. */
const leftOutOf = (isSelected: Selection, plan: Plan): LeftOut =>
  new Set(rules.filter((rule) => !isSelected(rule.id) && rule.applies(plan) === true).map(({ id }) => id))

/** What is learned is judged as it is, and shown without the secrets of this run. */
const judged = async (
  learned: Snapshot,
  leftOut: LeftOut,
  inputs: Inputs,
  { secrets }: Face,
  { judging, writing }: Deadline,
): Promise<Preflight> => {
  const findings = judge(rules, learned, judging, leftOut)
  const snapshot = secrets.hideIn(learned)
  const saved = await writeText('save-snapshot', inputs['save-snapshot'], () => `${JSON.stringify(snapshot, null, 2)}\n`)
  const { policy } = snapshot
  const options = {
    failOn: inputs['fail-on'] ?? policy?.failOn ?? 'error',
    onUnknown: inputs['on-unknown'] ?? policy?.onUnknown ?? 'fail',
  }
  const report = secrets.hideIn(writing(() => makeReport({ tool, snapshot, findings, leftOut, ...options })))
  const texts: Readonly<Record<(typeof reportFiles)[number], () => string>> = {
    'json-file': () => renderJson(report),
    'sarif-file': () => renderSarif(report, sarifContext(snapshot)),
    'junit-file': () => renderJunit(report, options),
    'html-file': () => renderHtml(report),
  }
  const written = [saved]
  for (const name of reportFiles) written.push(await writeText(name, inputs[name], () => writing(texts[name])))
  return { report, unwritten: faultsOf(written) }
}

/** Inputs for files of the report. */
const reportFiles = inputsFor('output').filter((name) => name !== 'save-snapshot')

const ruleIds = rules.map(({ id }) => id)

/**
 * A saved account is judged under the policy file that the inputs name, else under the one that it was saved with. For another plan than
 * the one that it was saved for, it answers what it was asked.
 */
const savedSnapshot = async (path: string, inputs: Inputs, face: Face, deadline: Deadline): Promise<Checked<Snapshot>> => {
  const [account, file] = await Promise.all([
    readSnapshot(path, inputs),
    inputs['policy-file'] === null ? null : readPolicyFile(inputs['policy-file'], ruleIds),
  ])
  if (!account.ok || file?.ok === false) return { ok: false, faults: faultsOf(file === null ? [account] : [account, file]) }
  const { snapshot, plan: stated, asks } = account.value
  const under = (plan: Plan): Plan => (file === null ? plan : planUnder(file.value, plan, inputs))
  const policy = file === null ? snapshot.policy : file.value?.policy
  const judged = { ...snapshot, ...(policy !== undefined && { policy }) }
  if (asks === 'same') return { ok: true, value: { ...judged, plan: under(stated) } }
  const collectorsFor = (plan: Plan): Collectors => savedCollectors(collectors, snapshot, plan)
  const answers = await learned({ stated, inputs, under, policy, credentials: none, collectorsFor, progress: face.progress }, deadline)
  return answers.ok ? { ok: true, value: { ...judged, plan: answers.value.plan, facts: answers.value.facts } } : answers
}

const none = (): Promise<never> => Promise.reject(new Error('there are no credentials'))

const takeSnapshot = async (inputs: Inputs, face: Face, deadline: Deadline): Promise<Checked<Snapshot>> => {
  const { askingEnds: signal } = deadline
  const { idToken, noCredentialsBecause, secrets } = face
  const configured: Checked<string | null> = inputs.region === null ? await regionInTime(signal) : { ok: true, value: inputs.region }
  if (!configured.ok) return configured
  const region = configured.value
  if (isOffline(inputs)) return offlineSnapshot(inputs, region, face, deadline)
  const source = { region: region ?? 'us-east-1', roleToAssume: inputs['role-to-assume'], idToken, signal, onSecret: secrets.add }
  const [read, file, credentials] = await Promise.all([
    readPlan(inputs, region),
    readPolicyFile(inputs['policy-file'], ruleIds),
    findCredentials(source),
  ])
  const excuse = credentials.ok ? null : await noCredentialsBecause()
  // Where there cannot be credentials, their absence is no fault.
  if (!read.ok || !file.ok || (!credentials.ok && excuse === null))
    return { ok: false, faults: faultsOf(excuse === null ? [read, file, credentials] : [read, file]) }
  const possible = excuse === null ? collectors : withoutCredentials(collectors, excuse)
  return asked(read.value, file.value, inputs, credentials.ok ? credentials.value : none, possible, face, deadline)
}

/** The request and the scripts, and what this machine knows of them. */
const offlineSnapshot = async (inputs: Inputs, region: string | null, face: Face, deadline: Deadline): Promise<Checked<Snapshot>> => {
  const [read, file] = await Promise.all([readPlan(inputs, region ?? noRegion), readPolicyFile(inputs['policy-file'], ruleIds)])
  if (!read.ok || !file.ok) return { ok: false, faults: faultsOf([read, file]) }
  const stated = read.value.region === noRegion ? { ...read.value, region: statedRegion(read.value) } : read.value
  return asked(stated, file.value, inputs, none, withoutCredentials(collectors, 'the run is offline'), face, deadline)
}

/** A snapshot for a plan, of what this run asks. */
const asked = async (
  stated: Plan,
  file: PolicyFile | null,
  inputs: Inputs,
  credentials: Asking['credentials'],
  possible: Collectors,
  { now, progress }: Face,
  deadline: Deadline,
): Promise<Checked<Snapshot>> => {
  const policy = file?.policy
  const under = (plan: Plan): Plan => planUnder(file, plan, inputs)
  const answers = await learned({ stated, inputs, under, policy, credentials, collectorsFor: () => possible, progress }, deadline)
  if (!answers.ok) return answers
  const takenAt = now.toISOString()
  return { ok: true, value: { schemaVersion: 1, tool, takenAt, ...(policy !== undefined && { policy }), ...answers.value } }
}

/** The plan, settled by what is there already, with what the rules that apply to it demand, and how it was asked. */
const learned = async (
  { stated, inputs, under, policy, credentials, collectorsFor, progress }: Asking,
  { firstAskingEnds, askingEnds: signal }: Deadline,
): Promise<Checked<Pick<Snapshot, 'plan' | 'facts' | 'calls'>>> => {
  const userAgent = `${tool.name}/${tool.version}`
  const { clients, statistics, close } = makeClients({ region: stated.region, credentials, signal, userAgent })
  const about = { plan: stated, clients, signal }
  try {
    const first = await collect(clusterFacts(stated), collectorsFor(stated), { ...about, signal: firstAskingEnds })
    const names = async (): Promise<readonly string[] | null> =>
      clusterNames(await collect(['hyperPodUsage'], collectorsFor(stated), about))
    const settle = inputs.diagnose === null ? settledPlan : diagnosedPlan
    const settled = await settle(stated, inputs, first.namedCluster ?? { ok: true, value: null }, names)
    if (!settled.ok) return settled
    const plan = under(settled.value)
    const demanded = [...demandedFacts(rules, plan, policy), ...(inputs.diagnose === null ? [] : diagnosisFacts)]
    const facts = await collect(demanded, collectorsFor(plan), { ...about, plan }, progress, first)
    return { ok: true, value: { plan, facts, calls: statistics() } }
  } finally {
    close()
  }
}

interface Asking {
  /** The plan as the inputs and the request say it. */
  readonly stated: Plan
  readonly inputs: Inputs
  /** The plan with what the policy file says about it. */
  readonly under: (plan: Plan) => Plan
  readonly policy: Policy | undefined
  readonly credentials: Parameters<typeof makeClients>[0]['credentials']
  readonly collectorsFor: (plan: Plan) => Collectors
  readonly progress: Progress
}

/** What has to be known before there is a plan: that of an update is made of the cluster as it is. */
const clusterFacts = ({ clusterName }: Plan): readonly FactId[] => (clusterName === null ? [] : ['namedCluster'])

const clusterNames = ({ hyperPodUsage }: Snapshot['facts']): readonly string[] | null =>
  hyperPodUsage?.ok === true ? hyperPodUsage.value.clusters : null

/** The Region may stand in a configuration file of the SDK's, which may be anything that the environment names. */
const regionInTime = async (signal: AbortSignal): Promise<Checked<string | null>> => {
  try {
    return { ok: true, value: await inTime(environmentRegion(), signal, () => 'the AWS configuration (AWS_CONFIG_FILE, ~/.aws/config)') }
  } catch (error) {
    const problem = errorMessage(error)
    return { ok: false, faults: [{ source: 'region', problem, expected: 'an AWS Region, as input region or in AWS_REGION' }] }
  }
}

const faultsOf = (parts: readonly Checked<unknown>[]): readonly Fault[] => parts.flatMap((part) => (part.ok ? [] : part.faults))

const sarifContext = ({ plan }: Snapshot): SarifContext => {
  const { job, file, repositoryPath } = readWorkflow(process.env, process.cwd())
  return {
    rules: rules.map((rule) => ({ meta: rule, page: rulePage(rule, actionsOf([...rule.needs, ...rule.uses], collectors)) })),
    job,
    // A plan without a file and no workflow is shown where a waiver would be written.
    planFile: plan.request === null || !isOfFile(plan.request) ? (file ?? defaultPolicyFile) : repositoryPath(plan.request.path),
    repositoryPath,
    digest: (text) => createHash('sha256').update(text).digest('hex').slice(0, 32),
    limits: codeScanningLimits,
  }
}

/** Writes a file where a path for it is given. */
export const writeText = async (name: InputFor<'output'>, path: string | null, text: () => string): Promise<Checked<null>> => {
  if (path === null) return { ok: true, value: null }
  try {
    await writeTextFile(path, text())
    return { ok: true, value: null }
  } catch (error) {
    const problem = `${path} cannot be written: ${errorMessage(error)}`
    return { ok: false, faults: [{ source: name, problem, expected: 'a path that can be written' }] }
  }
}
