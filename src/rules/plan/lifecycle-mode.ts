import type { Outcome } from '../../model/finding.ts'
import type { Plan } from '../../model/plan.ts'
import { type GroupPart, type Part, requestGroups } from '../../semantics/plan/request-part.ts'
import { folderUri, parseS3Folder } from '../../semantics/plan/s3-uri.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, unknown } from '../engine/outcome.ts'

export const lifecycleMode = defineRule({
  id: 'plan/lifecycle-mode',
  title: 'The lifecycle configuration of every instance group is one of the modes that HyperPod has',
  why: 'HyperPod has three modes: no LifeCycleConfig (the AMI sets up Slurm), SourceS3Uri with OnInitComplete (a script after that), SourceS3Uri with OnCreate (the script does everything). EKS takes the last one only, on every group. What states a half, or both scripts, is refused.',
  severity: 'error',
  checklist: '6',
  checklistDiffers:
    'The checklist requires `on_create.sh` and knows `on_start.sh`. The name of the entry point is free, a Slurm group can do without one, and there is no hook for the start of a node.',
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-slurm-api-config-migration.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-eks-operate-cli-command-create-cluster.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ClusterLifeCycleConfig.html',
    'https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html',
  ],
  needs: [],
  uses: [],
  applies: (plan) => {
    if (plan.request === null) return 'There is no request file: what the groups run is not stated.'
    return standardGroups(plan).length > 0 || 'The request has no instance group that takes a LifeCycleConfig.'
  },
  evaluate: (_, plan) => standardGroups(plan).map((group) => judge(group, plan)),
})

/** Restricted groups have no LifeCycleConfig. */
const standardGroups = ({ request }: Plan): readonly GroupPart[] =>
  request === null ? [] : requestGroups(request).filter(({ kind }) => kind === 'standard')

const judge = ({ name, part }: GroupPart, plan: Plan): Outcome => {
  const config = part.at('LifeCycleConfig')
  const isEks = plan.orchestrator.kind === 'eks'
  const problem = problemOf(config, isEks)
  if (problem === null && config.at('SourceS3Uri').stated && isUnread(config.at('SourceS3Uri')))
    return unread(name, config.at('SourceS3Uri'))
  if (problem === null) return pass(name, `${name} ${modeOf(config)}`, { location: config.location })
  return fail(name, `${name} ${problem.says}`, { text: fixText(config, isEks, plan), commands: [] }, { location: problem.at.location })
}

const isUnread = ({ text }: Part): boolean => text === null || parseS3Folder(text) === null

/** Buckets of us-east-1 from before 2018 may have other names, access points have names of their own: AWS says not what HyperPod takes. */
const unread = (name: string, source: Part): Outcome => {
  const stated = source.text === null ? 'that is no text' : JSON.stringify(source.text)
  const message = `${name} has a SourceS3Uri ${stated}, which names no bucket by today's naming rules: its scripts, and the way to them, were not judged`
  const text =
    'Name the folder as s3://bucket/prefix/, without blanks: a bucket has 3 to 63 small letters, digits, dots and hyphens. Access points are not read here.'
  const gap = { reason: 'unsupported' as const, action: 'none', message }
  return unknown(name, gap, { location: source.location, fix: { text, commands: [] } })
}

const modeOf = (config: Part): string => {
  if (!config.stated) return 'has no LifeCycleConfig: its AMI sets up Slurm, which HyperPod AMIs of January 2026 and newer do'
  const hook = config.at('OnCreate').stated ? 'OnCreate' : 'OnInitComplete'
  const when = hook === 'OnCreate' ? '' : " after the AMI's own set-up"
  return `runs ${config.at(hook).text ?? 'a script'} of ${config.at('SourceS3Uri').text ?? 'a folder'}${when} (${hook})`
}

interface Problem {
  readonly says: string
  readonly at: Part
}

const problemOf = (config: Part, isEks: boolean): Problem | null => {
  const [source, create, complete] = [config.at('SourceS3Uri'), config.at('OnCreate'), config.at('OnInitComplete')]
  if (!config.stated)
    return isEks ? { says: 'has no LifeCycleConfig, EKS requires SourceS3Uri and OnCreate on every group', at: config } : null
  if (create.stated && complete.stated) return { says: 'has both OnCreate and OnInitComplete, which exclude each other', at: complete }
  if (!create.stated && !complete.stated) {
    return source.stated
      ? { says: 'has SourceS3Uri but neither OnCreate nor OnInitComplete: the configuration is incomplete', at: config }
      : { says: 'has a LifeCycleConfig that contains no configuration', at: config }
  }
  const script = create.stated ? create : complete
  if (!source.stated) {
    return { says: `has ${create.stated ? 'OnCreate' : 'OnInitComplete'} but no SourceS3Uri: the configuration is incomplete`, at: script }
  }
  return isEks && !create.stated ? { says: 'has OnInitComplete, which EKS does not take: it requires OnCreate', at: complete } : null
}

/** The name that AWS's own scripts have; the API leaves it free. */
const customaryEntryPoint = 'on_create.sh'

const fixText = (config: Part, isEks: boolean, plan: Plan): string => {
  const [folder] = plan.lifecycleSources
  const source = config.at('SourceS3Uri').text ?? (folder === undefined ? null : folderUri(folder))
  const create = config.at('OnCreate').text
  const complete = config.at('OnInitComplete').text
  if (!isEks && create !== null && complete !== null) {
    return `Keep OnCreate (${create}) if the script sets up everything, Slurm included; keep OnInitComplete (${complete}) if it comes after the AMI's own set-up.`
  }
  const hook = !isEks && complete !== null ? 'OnInitComplete' : 'OnCreate'
  const script = create ?? complete ?? customaryEntryPoint
  const remove = isEks ? '' : ' A Slurm group whose AMI sets it up can do without LifeCycleConfig: then remove the key.'
  if (source === null) return `State SourceS3Uri, the s3:// folder of the scripts, and ${hook}, the entry point in it (${script}).${remove}`
  return `Write: "LifeCycleConfig": ${JSON.stringify({ SourceS3Uri: source, [hook]: script })}.${remove}`
}
