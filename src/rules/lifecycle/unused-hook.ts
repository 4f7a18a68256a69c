import type { ScriptFile } from '../../model/facts/scripts.ts'
import type { Outcome } from '../../model/finding.ts'
import type { Location, Plan } from '../../model/plan.ts'
import type { Readable } from '../../model/rule.ts'
import { keyed } from '../../semantics/fact.ts'
import { lifecycleFolders, repositoryEntryPoints, repositoryPath, whyNoScripts } from '../../semantics/plan/lifecycle-folders.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, given, pass } from '../engine/outcome.ts'
import { absentBucket, folderNotRead, startOfFile } from '../shared/script-folders.ts'

/** The hook that HyperPod does not have. */
const hook = 'on_start.sh'

export const unusedHook = defineRule({
  id: 'lifecycle/unused-hook',
  title: 'No script waits for a hook that HyperPod does not have',
  why: 'LifeCycleConfig has OnCreate and OnInitComplete, and no OnStart: nothing calls `on_start.sh`, not at boot and not at a restart. What it does is silently missing.',
  severity: 'notice',
  checklist: '6',
  checklistDiffers:
    'The checklist lists `on_start.sh` as an optional script that runs at each node boot. The API has no such hook. OnCreate runs when a node is created or replaced and at UpdateClusterSoftware, and not at a reboot.',
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ClusterLifeCycleConfig.html',
    'https://github.com/awslabs/awsome-distributed-ai/blob/main/1.architectures/5.sagemaker-hyperpod/tools/devops-agent/docs/hyperpod-mental-model.md',
  ],
  needs: [],
  uses: ['repositoryScripts', 'bucketFolders', 'bucketScripts'],
  applies: (plan) => whyNoScripts(plan) ?? true,
  evaluate: (facts, plan) => [...inRepository(facts, plan), ...inBuckets(facts, plan)],
})

type Known = Readable<never, 'repositoryScripts' | 'bucketFolders' | 'bucketScripts'>
type Files = Readonly<Record<string, ScriptFile>>

const inRepository = ({ repositoryScripts: fact }: Known, plan: Plan): readonly Outcome[] => {
  const name = plan.lifecycleScripts
  if (name === null) return []
  const file = repositoryPath(name, hook)
  return given(fact, file, (folder) => {
    if (folder === null) return folderNotRead(file, name)
    const isEntryPoint = repositoryEntryPoints(plan).some(({ script }) => script === hook)
    return judge(file, folder.paths.includes(hook), isEntryPoint, folder.files, {
      removal: command('git', 'rm', '--', file),
      location: { path: file, ...startOfFile },
    })
  })
}

const inBuckets = ({ bucketFolders, bucketScripts }: Known, plan: Plan): readonly Outcome[] =>
  lifecycleFolders(plan).flatMap(({ uri, source, entryPoints }) => {
    const subject = `${uri}${hook}`
    const { location } = source
    const listing = keyed(bucketFolders, uri)
    const texts = keyed(bucketScripts, uri)
    return given(
      listing,
      subject,
      (folder) => {
        if (folder === null) return absentBucket(uri, source.bucket, location)
        const isEntryPoint = entryPoints.some(({ script }) => script === hook)
        const files = texts.ok ? (texts.value?.files ?? {}) : {}
        return judge(subject, Object.hasOwn(folder.objects, hook), isEntryPoint, files, {
          removal: command('aws', 's3', 'rm', subject, '--region', plan.region),
          location,
        })
      },
      { location },
    )
  })

const judge = (
  subject: string,
  exists: boolean,
  isEntryPoint: boolean,
  files: Files,
  { removal, location }: { readonly removal: string; readonly location: Location | null },
): Outcome => {
  if (!exists) return pass(subject, `there is no ${subject}`)
  if (isEntryPoint) return pass(subject, `${subject} is an entry point of the plan`, { location })
  const caller = Object.entries(files).find(([path, file]) => path !== hook && file.kind === 'text' && mentions(file.text))?.[0]
  if (caller !== undefined) return pass(subject, `${subject} is called by ${caller}`, { location })
  return fail(
    subject,
    `${subject} is never run: HyperPod has no such hook`,
    {
      text: 'Move what it does into the entry point; for work at every boot let the entry point install a systemd unit. Then remove the file.',
      commands: [removal],
    },
    { location },
  )
}

/** Named outside of comments. */
const mentions = (text: string): boolean => text.split('\n').some((line) => line.includes(hook) && !/^\s*#/.test(line))
