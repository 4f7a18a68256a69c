import type { Outcome } from '../../model/finding.ts'
import type { Plan } from '../../model/plan.ts'
import type { Readable } from '../../model/rule.ts'
import { keyed } from '../../semantics/fact.ts'
import {
  provisioningParametersFile as file,
  lifecycleFolders,
  repositoryPath,
  whyNoScripts,
} from '../../semantics/plan/lifecycle-folders.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, given, pass } from '../engine/outcome.ts'
import { absentBucket, folderNotRead, startOfFile, unusedFolder } from '../shared/script-folders.ts'

export const provisioningConflict = defineRule({
  id: 'lifecycle/provisioning-conflict',
  title: 'Slurm is configured in one place only',
  why: 'With SlurmConfig or Orchestrator.Slurm in the request, a `provisioning_parameters.json` under the folder of any group is refused: "The LifeCycleConfig cannot include both a SLURM Orchestrator Config and a provisioning_parameters.json file simultaneously."',
  severity: 'error',
  otherSeverities: ['warning'],
  checklist: '6',
  checklistDiffers: 'The checklist requires `provisioning_parameters.json`. A request that configures Slurm itself forbids it.',
  sources: ['https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-slurm-api-config-migration.html'],
  needs: [],
  uses: ['repositoryScripts', 'bucketFolders'],
  applies: (plan) =>
    plan.orchestrator.kind !== 'slurm' || plan.orchestrator.configuration !== 'api'
      ? 'The request does not configure Slurm (no SlurmConfig, no Orchestrator.Slurm).'
      : (whyNoScripts(plan) ?? true),
  evaluate: (facts, plan) => [...inRepository(facts, plan), ...inBuckets(facts, plan)],
})

type Known = Readable<never, 'repositoryScripts' | 'bucketFolders'>

/** Not yet in S3, and perhaps left out when the folder is uploaded: a warning. */
const inRepository = ({ repositoryScripts: fact }: Known, plan: Plan): readonly Outcome[] => {
  const name = plan.lifecycleScripts
  if (name === null) return []
  const subject = repositoryPath(name, file)
  return given(
    fact,
    subject,
    (folder) => {
      if (folder === null) return folderNotRead(subject, name, 'warning')
      if (!folder.paths.includes(file)) return pass(subject, `${name} holds no ${file}`)
      return fail(
        subject,
        `${subject} will be uploaded with the folder, and the request configures Slurm itself: HyperPod refuses both together`,
        {
          text: 'Remove the file from the folder, or leave it out when you upload the folder.',
          commands: [command('git', 'rm', '--', subject)],
        },
        { severity: 'warning', location: { path: subject, ...startOfFile } },
      )
    },
    { severity: 'warning' },
  )
}

const inBuckets = ({ bucketFolders }: Known, plan: Plan): readonly Outcome[] =>
  lifecycleFolders(plan).flatMap(({ uri, source, entryPoints }) => {
    const { location } = source
    if (entryPoints.length === 0) return [unusedFolder(uri, location)]
    const subject = `${uri}${file}`
    return given(
      keyed(bucketFolders, uri),
      subject,
      (folder) => {
        if (folder === null) return absentBucket(uri, source.bucket, location)
        if (!Object.hasOwn(folder.objects, file)) return pass(subject, `${uri} holds no ${file}`, { location })
        return fail(
          subject,
          `${subject} exists and the request configures Slurm itself: HyperPod refuses both together`,
          {
            text: "Remove the object, and take an entry point that does not read it (AWS's base scripts do); or take SlurmConfig and Orchestrator.Slurm out of the request.",
            commands: [command('aws', 's3', 'rm', subject, '--region', plan.region)],
          },
          { location },
        )
      },
      { location },
    )
  })
