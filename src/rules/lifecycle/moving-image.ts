import type { Outcome } from '../../model/finding.ts'
import type { Plan } from '../../model/plan.ts'
import { type MovingStep, movingSteps } from '../../semantics/lifecycle/moving-image.ts'
import { whyNoScripts } from '../../semantics/plan/lifecycle-folders.ts'
import { scriptReferences } from '../../semantics/scripts/script-references.ts'
import { enumerate, plural } from '../../semantics/text/enumerate.ts'
import { type Place, placeAt } from '../../semantics/text/place.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, reported } from '../engine/outcome.ts'
import { eachScriptFolder, type JudgedFolder, startOfFile } from '../shared/script-folders.ts'
import { doubtOutcome, unreadOutcome, unreadScripts } from './unread/unread-scripts.ts'

export const movingImage = defineRule({
  id: 'lifecycle/moving-image',
  title: 'No step of the scripts depends on one version of the image',
  why: 'HyperPod starts nodes from its newest image unless the request names another, so scripts that worked last month meet another Ubuntu, driver and kernel, also months later when a failed node is replaced. In 2026 clusters failed by `pip install` into the system\'s Python, which Ubuntu 24.04 refuses (`externally-managed-environment`), and by exact versions of NVIDIA packages that are no longer in the repository (`Version … was not found`). A kernel that was taken off hold is upgraded under the drivers that were built for it.\n\nA loop over `group["Instances"]` of the resource configuration ends in a `KeyError` or `TypeError` where a group of the plan has no nodes; AWS\'s own scripts write `group.get("Instances") or []`.\n\nThe first two are not judged where every group that runs the scripts names its own image.',
  severity: 'warning',
  sources: [
    'https://github.com/awslabs/awsome-distributed-ai/pull/1118',
    'https://github.com/awslabs/awsome-distributed-ai/pull/1121',
    'https://github.com/aws-samples/sample-physical-ai-scaffolding-kit/pull/27',
    'https://peps.python.org/pep-0668/',
    'https://github.com/awslabs/awsome-distributed-ai/blob/main/1.architectures/5.sagemaker-hyperpod/LifecycleScripts/base-config/lifecycle_script.py',
  ],
  needs: [],
  uses: ['repositoryScripts', 'bucketScripts'],
  applies: (plan) => whyNoScripts(plan) ?? true,
  evaluate: (facts, plan) => eachScriptFolder(facts, plan, (judged) => judge(judged, plan)),
})

const judge = (judged: JudgedFolder, { instanceGroups }: Plan): readonly Outcome[] => {
  const { folder, entryPoints } = judged
  const references = scriptReferences(folder, entryPoints)
  const { reached, doubtful } = references
  const runs = new Set(entryPoints.flatMap(({ instanceGroups: names }) => names))
  const running = instanceGroups.filter(({ name }) => runs.has(name))
  const isPinned = running.length > 0 && running.every(({ imageId }) => imageId !== null)
  const isEmpty = instanceGroups.some(({ instanceCount }) => instanceCount === 0)
  const steps = movingSteps(folder, references, isEmpty).filter(({ kind }) => !isPinned || kind === 'kernel' || kind === 'no-nodes')
  const failures = reached.flatMap((script) => {
    const own = steps.filter((step) => step.script === script)
    return own.length === 0 ? [] : [outcomeOf(judged, script, own)]
  })
  const location = folder.origin === 'bucket' ? judged.locationOf('', startOfFile) : null
  const unread = unreadScripts(folder, reached)
  if (unread.length > 0) return [...failures, unreadOutcome(folder, unread, 'what they depend on', location)]
  if (doubtful.length > 0) return [...failures, doubtOutcome(folder, doubtful, 'what they depend on', location)]
  if (failures.length > 0) return failures
  if (reached.length === 0) return [reported(folder.name, `no entry point is in ${folder.name}`, 'lifecycle/entry-point', { location })]
  return [pass(folder.name, `no step of ${folder.name} depends on one version of the image`, { location })]
}

const outcomeOf = (judged: JudgedFolder, script: string, steps: readonly MovingStep[]): Outcome => {
  const subject = judged.nameOf(script)
  const placeOf = ({ offset }: MovingStep): Place => {
    const file = judged.folder.files[script]
    return file?.kind === 'text' ? placeAt(file.text, offset) : startOfFile
  }
  const kinds = [...new Set(steps.map(({ kind }) => kind))]
  const named = steps.map((step) => `${says[step.kind]} in line ${placeOf(step).line} (${step.written})`)
  const [first] = steps
  return fail(
    subject,
    `${subject} has ${plural(steps.length, 'step')} that may fail on a new node: ${enumerate(named, 5)}`,
    { text: kinds.map((kind) => fixes[kind]).join(' '), commands: [] },
    {
      evidence: { lines: steps.slice(0, 20).map((step) => String(placeOf(step).line)) },
      location: judged.locationOf(script, first === undefined ? startOfFile : placeOf(first)),
    },
  )
}

const says: Readonly<Record<MovingStep['kind'], string>> = {
  pip: "pip installs into the system's Python",
  pin: 'apt is asked for one exact version',
  kernel: 'the kernel is taken off hold',
  'no-nodes': 'a loop needs every group to have nodes, and the plan has one with 0,',
}

const fixes: Readonly<Record<MovingStep['kind'], string>> = {
  pip: 'Install into a virtual environment (python3 -m venv /opt/tools, then /opt/tools/bin/pip install …), or add --break-system-packages.',
  pin: 'Leave the version out, or end it with * (package=570.*), so that apt takes what fits the image; or name an image in ImageId.',
  kernel: 'Leave the kernel on hold: the drivers of the image are built for it.',
  'no-nodes': 'Write group.get("Instances") or [] in its place.',
}
