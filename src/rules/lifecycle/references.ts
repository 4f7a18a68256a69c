import type { Outcome, Severity } from '../../model/finding.ts'
import { whyNoScripts } from '../../semantics/plan/lifecycle-folders.ts'
import { type MissingScript, scriptReferences } from '../../semantics/scripts/script-references.ts'
import { conjunction } from '../../semantics/text/enumerate.ts'
import { type Place, placeAt } from '../../semantics/text/place.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, reported } from '../engine/outcome.ts'
import { eachScriptFolder, type JudgedFolder, startOfFile } from '../shared/script-folders.ts'
import { missingFix, nearestPath, nearText } from './missing/missing-file.ts'
import { doubtOutcome, unreadOutcome, unreadScripts } from './unread/unread-scripts.ts'

export const references = defineRule({
  id: 'lifecycle/references',
  title: 'Every script that a lifecycle script calls is in the folder',
  why: "Entry points rarely do the work themselves: AWS's `on_create.sh` starts `lifecycle_script.py`, which runs some twenty scripts of the folder by relative paths. One that was not uploaded, or whose name differs in case, ends in `No such file or directory` on every node, ten minutes after CreateCluster.",
  severity: 'error',
  otherSeverities: ['warning'],
  checklist: '6',
  checklistDiffers:
    'The checklist asks for the scripts by name. Judged are the calls themselves: `bash`, `sh`, `source`, `.`, `python3` and direct calls in shell, `subprocess` and `os` in Python, with the functions, classes and modules of the folder that lead to them, followed from the entry points, which HyperPod starts in the folder. It is an error on the way of every node; a warning where a condition decides, a Python script goes on though the call fails (no `check=True`), or no entry point leads to the caller. Not judged: paths with variables that the text does not fix, whole paths, calls after `cd` to elsewhere, files that a script tests for, makes or unpacks, and calls that `|| true`, `try`, or a switch of config.py provides for.',
  sources: [
    'https://github.com/awslabs/awsome-distributed-ai/tree/main/1.architectures/5.sagemaker-hyperpod/LifecycleScripts/base-config',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ClusterLifeCycleConfig.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-ref.html',
  ],
  needs: [],
  uses: ['repositoryScripts', 'bucketScripts'],
  applies: (plan) => whyNoScripts(plan) ?? true,
  evaluate: (facts, plan) =>
    eachScriptFolder(facts, plan, (judged) => {
      const repository = facts.repositoryScripts.ok ? facts.repositoryScripts.value : null
      return judge(judged, repository?.paths ?? [], plan.region)
    }),
})

const judge = (judged: JudgedFolder, inRepository: readonly string[], region: string): readonly Outcome[] => {
  const { folder, entryPoints } = judged
  const { missing, reached, called, doubtful } = scriptReferences(folder, entryPoints)
  const byPath = new Map<string, readonly MissingScript[]>()
  for (const call of missing) byPath.set(call.path, [...(byPath.get(call.path) ?? []), call])
  const inUse = new Set([...called, ...reached])
  const lacking = [...byPath].map(([path, calls]) => lacks(judged, path, calls, { inUse, inRepository, region }))
  const location = folder.origin === 'bucket' ? judged.locationOf('', startOfFile) : null
  const unread = unreadScripts(folder, reached)
  if (unread.length > 0) return [...lacking, unreadOutcome(folder, unread, 'which scripts they call', location)]
  if (doubtful.length > 0) return [...lacking, doubtOutcome(folder, doubtful, 'which scripts they call', location)]
  if (lacking.length > 0) return lacking
  if (reached.length === 0) return [reported(folder.name, `no entry point is in ${folder.name}`, 'lifecycle/entry-point', { location })]
  const message =
    called.length === 0
      ? `no script of ${folder.name} calls another one`
      : `${called.length === 1 ? 'the 1 script' : `all ${called.length} scripts`} that scripts of ${folder.name} call ${called.length === 1 ? 'is' : 'are'} there`
  return [pass(folder.name, message, { evidence: { called: called.length }, location })]
}

interface Surroundings {
  /** Scripts that are run under their own names. */
  readonly inUse: ReadonlySet<string>
  /** Paths of the repository's folder. */
  readonly inRepository: readonly string[]
  readonly region: string
}

const lacks = (
  judged: JudgedFolder,
  path: string,
  calls: readonly MissingScript[],
  { inUse, inRepository, region }: Surroundings,
): Outcome => {
  const worst = calls.reduce((one, other) => (order.indexOf(other.kind) < order.indexOf(one.kind) ? other : one))
  const { folder } = judged
  const subject = judged.nameOf(path)
  const near = nearestPath(path, folder.paths, inUse)
  const callers = [...new Set(calls.map((call) => `${judged.nameOf(call.caller)} line ${placeOf(judged, call).line}`))]
  const severity: Severity | undefined = worst.kind === 'certain' ? undefined : 'warning'
  return fail(
    subject,
    `${path} is not in ${folder.name}, ${conjunction(callers, 3)} ${callers.length === 1 ? 'calls' : 'call'} it${reasons[worst.kind]}${nearText(path, near)}`,
    missingFix(judged, path, near, { isInRepository: inRepository.includes(path), region, naming: 'call' }),
    { severity, evidence: { calledBy: callers.slice(0, 10) }, location: judged.locationOf(worst.caller, placeOf(judged, worst)) },
  )
}

const order: readonly MissingScript['kind'][] = ['certain', 'conditional', 'unheeded', 'unused']

const reasons: Readonly<Record<MissingScript['kind'], string>> = {
  certain: '',
  conditional: ' under a condition',
  unheeded: ' and goes on where that fails',
  unused: ', which no entry point leads to',
}

const placeOf = ({ folder }: JudgedFolder, { caller, offset }: MissingScript): Place => {
  const file = folder.files[caller]
  return file?.kind === 'text' ? placeAt(file.text, offset) : startOfFile
}
