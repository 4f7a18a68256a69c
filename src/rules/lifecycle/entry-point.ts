import type { BucketFolder } from '../../model/facts/s3.ts'
import type { ScriptFolder } from '../../model/facts/scripts.ts'
import type { Facts } from '../../model/facts.ts'
import type { Fix, Outcome, Severity } from '../../model/finding.ts'
import type { Plan } from '../../model/plan.ts'
import type { Readable } from '../../model/rule.ts'
import { keyed } from '../../semantics/fact.ts'
import {
  type EntryPoint,
  type LifecycleFolder,
  lifecycleFolders,
  repositoryEntryPoints,
  repositoryPath,
  whyNoScripts,
} from '../../semantics/plan/lifecycle-folders.ts'
import { enumerate } from '../../semantics/text/enumerate.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, unknown } from '../engine/outcome.ts'
import { absentBucket, unusedFolder } from '../shared/script-folders.ts'

export const entryPoint = defineRule({
  id: 'lifecycle/entry-point',
  title: 'Every entry point is in its folder, under exactly its name',
  why: 'HyperPod downloads the folder of the group to each node and starts the file that OnCreate or OnInitComplete names. Names in S3 are case-sensitive. A missing one fails every node of the group after some fifteen minutes: "Ensure the scripts exist in provided S3 path, are accessible, and run without errors".',
  severity: 'error',
  otherSeverities: ['warning'],
  checklist: '6',
  checklistDiffers:
    'The checklist requires `on_create.sh`. The name is free: OnCreate or OnInitComplete says it, and Slurm groups may have neither. `on_create.sh` is looked for only where the plan names no script.',
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ClusterLifeCycleConfig.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-slurm-api-config-migration.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-eks-operate-cli-command-create-cluster.html',
  ],
  needs: [],
  uses: ['repositoryScripts', 'bucketFolders'],
  applies: (plan) => whyNoScripts(plan) ?? true,
  evaluate: (facts, plan) => [...inRepository(facts, plan), ...lifecycleFolders(plan).flatMap((folder) => inBucket(folder, facts, plan))],
})

type Known = Readable<never, 'repositoryScripts' | 'bucketFolders'>

const inRepository = ({ repositoryScripts: fact }: Known, plan: Plan): readonly Outcome[] => {
  const name = plan.lifecycleScripts
  if (name === null) return []
  // One folder of the repository, several in S3: which of them it is uploaded to is not known.
  const severity: Severity | undefined = plan.lifecycleSources.length > 1 ? 'warning' : undefined
  return repositoryEntryPoints(plan).map((wanted) => {
    const subject = repositoryPath(name, wanted.script)
    if (!fact.ok) return unknown(subject, fact.gap, { location: wanted.location, severity })
    const paths = fact.value?.paths ?? []
    if (paths.includes(wanted.script)) return pass(subject, `${name} holds ${wanted.script}`, { location: wanted.location })
    return fail(
      subject,
      `${wanted.script} is not in ${name}${asWhat(wanted)}${instead(wanted.script, paths)}`,
      inRepositoryFix(name, wanted, nearest(wanted.script, paths)),
      { location: wanted.location, severity, evidence: { files: paths.length } },
    )
  })
}

const inRepositoryFix = (folder: string, wanted: EntryPoint, near: string | null): Fix =>
  near === null
    ? { text: `Add ${wanted.script} to ${folder}, or ${namedOtherwise(wanted)}.`, commands: [command('git', 'ls-files', '--', folder)] }
    : {
        text: `Rename ${near}, or ${namedOtherwise(wanted)}.`,
        commands: [command('git', 'mv', '--', repositoryPath(folder, near), repositoryPath(folder, wanted.script))],
      }

const inBucket = (folder: LifecycleFolder, facts: Known, plan: Plan): readonly Outcome[] => {
  const { uri, source, entryPoints } = folder
  if (entryPoints.length === 0) return [unusedFolder(uri, source.location)]
  const listing = keyed(facts.bucketFolders, uri)
  if (listing.ok && listing.value === null) return [absentBucket(uri, source.bucket, source.location)]
  const repository = facts.repositoryScripts.ok ? facts.repositoryScripts.value : null
  return entryPoints.map((wanted) => {
    if (!listing.ok) return unknown(`${uri}${wanted.script}`, listing.gap, { location: wanted.location })
    return judgeObject(uri, wanted, listing.value?.objects ?? {}, repository, plan)
  })
}

const judgeObject = (
  uri: string,
  wanted: EntryPoint,
  objects: BucketFolder['objects'],
  repository: Facts['repositoryScripts'],
  plan: Plan,
): Outcome => {
  const subject = `${uri}${wanted.script}`
  const { location } = wanted
  const found = Object.hasOwn(objects, wanted.script) ? objects[wanted.script] : undefined
  if (found !== undefined) return pass(subject, `${subject} exists`, { location, evidence: { sizeBytes: found.size } })
  const keys = Object.keys(objects)
  const empty = keys.length === 0 ? ': nothing is stored under it' : ''
  return fail(
    subject,
    `${wanted.script} is not in ${uri}${asWhat(wanted)}${empty}${instead(wanted.script, keys)}`,
    inBucketFix(uri, wanted, nearest(wanted.script, keys), repository, plan),
    { location, evidence: { objects: keys.length } },
  )
}

const inBucketFix = (uri: string, wanted: EntryPoint, near: string | null, repository: ScriptFolder | null, plan: Plan): Fix => {
  if (repository?.paths.includes(wanted.script) === true) {
    return {
      text: `Upload ${repository.name}: it holds ${wanted.script}.`,
      commands: [command('aws', 's3', 'sync', repository.name, uri, '--region', plan.region)],
    }
  }
  if (near !== null) {
    return {
      text: `Move the object to the name that is asked for, or ${namedOtherwise(wanted)}.`,
      commands: [command('aws', 's3', 'mv', `${uri}${near}`, `${uri}${wanted.script}`, '--region', plan.region)],
    }
  }
  return {
    text: `Upload the folder of your lifecycle scripts, with ${wanted.script} directly in it, or ${namedOtherwise(wanted)}.`,
    commands: [
      command('aws', 's3', 'cp', `./${wanted.script}`, `${uri}${wanted.script}`, '--region', plan.region),
      command('aws', 's3', 'ls', '--recursive', uri, '--region', plan.region),
    ],
  }
}

/** Who asks for the script. */
const asWhat = ({ hook, instanceGroups }: EntryPoint): string => {
  if (hook === null) return ' (the plan names no script, so the customary name is looked for)'
  return `, ${hook} of ${instanceGroups.join(', ')} asks for it`
}

const namedOtherwise = ({ hook }: EntryPoint): string =>
  hook === null ? 'give the request file, which names the script' : `correct ${hook} in the request`

/** A file that is probably meant: another spelling directly in the folder, or the same name deeper in it. */
const nearest = (script: string, paths: readonly string[]): string | null => {
  const normal = (path: string): string => path.trim().toLowerCase()
  const base = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
  return (
    paths.find((path) => normal(path) === normal(script)) ??
    paths.find((path) => base(path) === base(script)) ??
    paths.find((path) => normal(base(path)) === normal(base(script))) ??
    null
  )
}

const instead = (script: string, paths: readonly string[]): string => {
  const near = nearest(script, paths)
  if (near !== null) return `; there is ${near.trim()}${differenceOf(near, script)}`
  const scripts = paths.filter((path) => !path.includes('/') && /\.(?:sh|bash|py)$/.test(path))
  return scripts.length === 0 ? '' : `; there are ${enumerate(scripts, 5)}`
}

const differenceOf = (near: string, script: string): string => {
  if (near.toLowerCase() === script.toLowerCase()) return ', names are case-sensitive'
  return near.trim().toLowerCase() === script.trim().toLowerCase() ? ', and spaces around a name belong to it' : ''
}
