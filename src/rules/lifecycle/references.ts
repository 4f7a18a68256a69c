import type { Fix, Outcome, Severity } from '../../model/finding.ts'
import { whyNoScripts } from '../../semantics/plan/lifecycle-folders.ts'
import { type MissingScript, scriptReferences } from '../../semantics/scripts/script-references.ts'
import { conjunction } from '../../semantics/text/enumerate.ts'
import { nearestName } from '../../semantics/text/nearest-name.ts'
import { type Place, placeAt } from '../../semantics/text/place.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, reported } from '../engine/outcome.ts'
import { eachScriptFolder, type JudgedFolder, startOfFile } from '../shared/script-folders.ts'
import { doubtOutcome, unreadOutcome, unreadScripts } from './unread/unread-scripts.ts'

export const references = defineRule({
  id: 'lifecycle/references',
  title: 'Every script that a lifecycle script calls is in the folder',
  why: "Entry points rarely do the work themselves: AWS's `on_create.sh` starts `lifecycle_script.py`, which runs some twenty scripts of the folder by relative paths. One that was not uploaded, or whose name differs in case, ends in `No such file or directory` on every node, ten minutes after CreateCluster.",
  severity: 'error',
  checklist: '6',
  checklistDiffers:
    'The checklist asks for the scripts by name. Judged are the calls themselves: `bash`, `sh`, `source`, `.`, `python3` and direct calls in shell, `ExecuteBashScript(…)` and `subprocess` in Python, followed from the entry points, which HyperPod starts in the folder. It is an error on the way of every node; a warning where a condition decides, or no entry point leads to the caller. Not judged: paths with variables that the text does not fix, whole paths, calls after `cd` to elsewhere, files that a script tests for, makes or unpacks, and calls that `|| true`, `try`, or a switch of config.py provides for.',
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
  const lacking = [...byPath].map(([path, calls]) => lacks(judged, path, calls, inRepository, region))
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

const lacks = (
  judged: JudgedFolder,
  path: string,
  calls: readonly MissingScript[],
  inRepository: readonly string[],
  region: string,
): Outcome => {
  const worst = calls.reduce((one, other) => (order.indexOf(other.kind) < order.indexOf(one.kind) ? other : one))
  const { folder } = judged
  const subject = judged.nameOf(path)
  const near = nearestPath(path, folder.paths, new Set(calls.map(({ caller }) => caller)))
  const callers = [...new Set(calls.map((call) => `${judged.nameOf(call.caller)} line ${placeOf(judged, call).line}`))]
  const severity: Severity | undefined = worst.kind === 'certain' ? undefined : 'warning'
  return fail(
    subject,
    `${path} is not in ${folder.name}, ${conjunction(callers, 3)} ${callers.length === 1 ? 'calls' : 'call'} it${reasons[worst.kind]}${nearText(path, near)}`,
    fixOf(judged, path, near, inRepository.includes(path), region),
    { severity, evidence: { calledBy: callers.slice(0, 10) }, location: judged.locationOf(worst.caller, placeOf(judged, worst)) },
  )
}

const order: readonly MissingScript['kind'][] = ['certain', 'conditional', 'unused']

const reasons: Readonly<Record<MissingScript['kind'], string>> = {
  certain: '',
  conditional: ' under a condition',
  unused: ', which no entry point leads to',
}

const placeOf = ({ folder }: JudgedFolder, { caller, offset }: MissingScript): Place => {
  const file = folder.files[caller]
  return file?.kind === 'text' ? placeAt(file.text, offset) : startOfFile
}

const nearText = (path: string, near: string | null): string => {
  if (near === null) return ''
  return `; there is ${near}${near.toLowerCase() === path.toLowerCase() ? ', names are case-sensitive' : ''}`
}

/** Another spelling, the same name in another folder, or a name like it; none of its callers, which would then call themselves. */
const nearestPath = (path: string, all: readonly string[], callers: ReadonlySet<string>): string | null => {
  const paths = all.filter((each) => !callers.has(each))
  const base = (each: string): string => each.slice(each.lastIndexOf('/') + 1)
  return (
    paths.find((each) => each.toLowerCase() === path.toLowerCase()) ??
    paths.find((each) => base(each) === base(path)) ??
    nearestName(
      path,
      paths.filter((each) => base(each).replace(/^.*\./, '') === base(path).replace(/^.*\./, '')),
    )
  )
}

const fixOf = (judged: JudgedFolder, path: string, near: string | null, isInRepository: boolean, region: string): Fix => {
  const { folder } = judged
  const target = judged.nameOf(path)
  if (folder.origin === 'bucket') {
    const list = command('aws', 's3', 'ls', '--recursive', folder.name, '--region', region)
    if (near === null) {
      return {
        text: isInRepository
          ? 'Upload the folder of the repository, which holds the file.'
          : 'Upload the file with the others, or correct the path of the call.',
        commands: [list],
      }
    }
    return {
      text: `Store the file under the name that is called, or correct the path of the call to ${near}.`,
      commands: [command('aws', 's3', 'cp', judged.nameOf(near), target, '--region', region)],
    }
  }
  if (near === null) {
    return { text: `Add ${target}, or correct the path of the call.`, commands: [command('git', 'ls-files', '--', folder.name)] }
  }
  return {
    text: `Correct the path of the call to ${near}, or rename the file if nothing else calls it.`,
    commands: [command('git', 'grep', '-n', '-F', '--', path.slice(path.lastIndexOf('/') + 1), folder.name)],
  }
}
