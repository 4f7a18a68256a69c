import type { Outcome } from '../../model/finding.ts'
import { isLeftAside } from '../../semantics/lifecycle/folder-copies.ts'
import { whyNoScripts } from '../../semantics/plan/lifecycle-folders.ts'
import { fileReferences, type MissingFile } from '../../semantics/scripts/file-references.ts'
import { scriptReferences } from '../../semantics/scripts/script-references.ts'
import { conjunction, plural } from '../../semantics/text/enumerate.ts'
import { type Place, placeAt } from '../../semantics/text/place.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, reported } from '../engine/outcome.ts'
import { eachScriptFolder, type JudgedFolder, startOfFile } from '../shared/script-folders.ts'
import { missingFix, nearestPath, nearText } from './missing/missing-file.ts'
import { doubtOutcome, unreadOutcome, unreadScripts } from './unread/unread-scripts.ts'

export const files = defineRule({
  id: 'lifecycle/files',
  title: 'Every file that lifecycle scripts open or hand on is in the folder',
  why: 'Scripts bring settings, packages and keys with them: `cp ./enroot.conf /etc/enroot/`, `python3 ./setup.py -pp ./provisioning_parameters.json`. HyperPod copies to the node what is in the folder in S3, and nothing else. A file that was not uploaded, or whose name differs in case, ends in `No such file or directory` on every node, ten minutes after CreateCluster.\n\nJudged are files that commands on the way from an entry point name by a path below the folder: what `cp`, `mv`, `install`, `cat`, `tar`, `unzip`, `chmod`, `sed -i`, `dpkg`, `pip install -r`, `aws s3 cp` and `<` open, and what other scripts of the folder are given. It is an error where every node comes by the command and the script ends with its failure (`set -e`, `|| exit 1`); else a warning. Files that a script makes, unpacks or tests for are not judged.',
  severity: 'error',
  otherSeverities: ['warning'],
  checklist: '6',
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ClusterLifeCycleConfig.html',
    'https://github.com/awslabs/awsome-distributed-ai/tree/main/1.architectures/5.sagemaker-hyperpod/LifecycleScripts/base-config',
    'https://www.gnu.org/software/bash/manual/html_node/The-Set-Builtin.html',
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
  const references = scriptReferences(folder, entryPoints)
  const { reached, doubtful } = references
  const { missing, found } = fileReferences(folder, references)
  const byPath = new Map<string, readonly MissingFile[]>()
  const looked = missing.filter(({ path }) => !path.split('/').some(isLeftAside))
  for (const use of looked) byPath.set(use.path, [...(byPath.get(use.path) ?? []), use])
  const inUse = new Set([...found, ...reached])
  const lacking = [...byPath].map(([path, uses]) => {
    const near = nearestPath(path, folder.paths, inUse)
    const fix = missingFix(judged, path, near, { isInRepository: inRepository.includes(path), region, naming: 'command' })
    return fail(judged.nameOf(path), messageOf(judged, path, uses, near), fix, detailsOf(judged, uses))
  })
  const location = folder.origin === 'bucket' ? judged.locationOf('', startOfFile) : null
  const unread = unreadScripts(folder, reached)
  if (unread.length > 0) return [...lacking, unreadOutcome(folder, unread, 'which files they open', location)]
  if (doubtful.length > 0) return [...lacking, doubtOutcome(folder, doubtful, 'which files they open', location)]
  if (lacking.length > 0) return lacking
  if (reached.length === 0) return [reported(folder.name, `no entry point is in ${folder.name}`, 'lifecycle/entry-point', { location })]
  const message =
    found.length === 0
      ? `no script of ${folder.name} opens another file of it by its path`
      : `${plural(found.length, 'file')} that scripts of ${folder.name} open or hand on ${found.length === 1 ? 'is' : 'are'} in it`
  return [pass(folder.name, message, { evidence: { files: found.length }, location })]
}

const messageOf = (judged: JudgedFolder, path: string, uses: readonly MissingFile[], near: string | null): string => {
  const places = [...new Set(uses.map((use) => `${judged.nameOf(use.script)} line ${placeOf(judged, use).line}`))]
  const isOne = places.length === 1
  const opens = isOne ? 'opens it' : 'open it'
  const does = uses.some(({ how }) => how === 'opened') ? opens : isOne ? 'hands it to a script' : 'hand it to scripts'
  const ends = uses.some(({ kind }) => kind === 'certain') ? ' and ends with a failure without it' : ''
  return `${path} is not in ${judged.folder.name}: ${conjunction(places, 3)} ${does}${ends}${nearText(path, near)}`
}

const detailsOf = (judged: JudgedFolder, uses: readonly MissingFile[]) => {
  const certain = uses.find(({ kind }) => kind === 'certain')
  const [first = certain] = uses
  const shown = certain ?? first
  return {
    severity: certain === undefined ? ('warning' as const) : undefined,
    evidence: { namedIn: uses.slice(0, 10).map((use) => `${judged.nameOf(use.script)} line ${placeOf(judged, use).line}`) },
    location: shown === undefined ? null : judged.locationOf(shown.script, placeOf(judged, shown)),
  }
}

const placeOf = ({ folder }: JudgedFolder, { script, offset }: MissingFile): Place => {
  const file = folder.files[script]
  return file?.kind === 'text' ? placeAt(file.text, offset) : startOfFile
}
