import type { BucketPrefix, InstanceGroup, Lifecycle, Location, Plan } from '../../model/plan.ts'
import { folderUri } from './s3-uri.ts'

/** The script that HyperPod runs first on each node of the groups that name it. */
export interface EntryPoint {
  readonly script: string
  /** The field of the request that names it; null where nobody does and the customary name stands in. */
  readonly hook: 'OnCreate' | 'OnInitComplete' | null
  readonly instanceGroups: readonly string[]
  readonly location: Location | null
}

/** A folder of the plan in S3, with the entry points that must be in it. None where no group of the request runs anything from it. */
export interface LifecycleFolder {
  /** `s3://bucket/prefix/`: how reports name it, and the key of the facts about it. */
  readonly uri: string
  readonly source: BucketPrefix
  readonly entryPoints: readonly EntryPoint[]
}

/** The name that AWS's examples and the prerequisites checklist use; the API leaves it free. */
const customary: EntryPoint = { script: 'on_create.sh', hook: null, instanceGroups: [], location: null }

/** The file that legacy Slurm clusters are configured with. It must be in the folder of the entry point, under exactly this name. */
export const provisioningParametersFile = 'provisioning_parameters.json'

const hookOf = (lifecycle: Lifecycle, plan: Plan): EntryPoint['hook'] => {
  if (plan.request === null) return null
  if (lifecycle.mode === 'extension') return 'OnInitComplete'
  return lifecycle.mode === 'custom' ? 'OnCreate' : null
}

/** The entry points that these groups name, each script once. */
const namedEntryPoints = (groups: readonly InstanceGroup[], plan: Plan): readonly EntryPoint[] => {
  const byScript = new Map<string, EntryPoint & { readonly instanceGroups: string[] }>()
  for (const { name, lifecycle } of groups) {
    if (lifecycle.mode === 'ami' || lifecycle.script === null) continue
    const { script, location } = lifecycle
    const known = byScript.get(script)
    if (known !== undefined) known.instanceGroups.push(name)
    else byScript.set(script, { script, hook: hookOf(lifecycle, plan), instanceGroups: [name], location })
  }
  return [...byScript.values()]
}

/** The groups of the plan by the folder that they name. */
const groupsByFolder = ({ instanceGroups }: Plan): ReadonlyMap<string, readonly InstanceGroup[]> => {
  const byFolder = new Map<string, InstanceGroup[]>()
  for (const group of instanceGroups) {
    if (group.lifecycle.mode === 'ami' || group.lifecycle.source === null) continue
    const uri = folderUri(group.lifecycle.source)
    const known = byFolder.get(uri)
    if (known === undefined) byFolder.set(uri, [group])
    else known.push(group)
  }
  return byFolder
}

/** A flat plan names no script, and on EKS every group needs one: there the customary name is looked for. */
const orCustomary = (named: readonly EntryPoint[], plan: Plan): readonly EntryPoint[] =>
  named.length === 0 && (plan.request === null || plan.orchestrator.kind === 'eks') ? [customary] : named

/** Every folder of lifecycle scripts of the plan, once, in its order. */
export const lifecycleFolders = (plan: Plan): readonly LifecycleFolder[] => {
  const groups = groupsByFolder(plan)
  return plan.lifecycleSources.map((source) => {
    const uri = folderUri(source)
    return { uri, source, entryPoints: orCustomary(namedEntryPoints(groups.get(uri) ?? [], plan), plan) }
  })
}

/** Every entry point of the plan, each name once: those that the repository's folder should hold. */
export const repositoryEntryPoints = (plan: Plan): readonly EntryPoint[] => orCustomary(namedEntryPoints(plan.instanceGroups, plan), plan)

/** A file of the repository's folder as the user names files: relative to the working folder, without a leading `./`. */
export const repositoryPath = (folder: string, path: string): string => {
  const parts = folder.split('/').filter((part, at) => part !== '.' && (part !== '' || at === 0))
  return [...parts, path].join('/')
}

/** Whether a file is a shell script by its name alone. */
export const isShellScriptName = (path: string): boolean => /\.(?:sh|bash)$/.test(path)

/** Whether a file is a Python script by its name alone: AWS's own scripts do most of their work in Python. */
export const isPythonName = (path: string): boolean => path.endsWith('.py')

/** Why a plan has no lifecycle script to judge; null where it has some. */
export const whyNoScripts = (plan: Plan): string | null => {
  if (plan.lifecycleSources.length === 0 && plan.lifecycleScripts === null) {
    return plan.request === null
      ? 'The plan names no lifecycle scripts: give bucket, lifecycle-scripts, or LifeCycleConfig in the request.'
      : (unreadSources(plan) ?? 'AMI-based: no instance group of the request has a LifeCycleConfig, so no script is run.')
  }
  return repositoryEntryPoints(plan).length === 0 ? 'No instance group of the request names a lifecycle script.' : null
}

/** Groups whose SourceS3Uri names no folder that is read here, as the reason why nothing is said of their scripts; null where there is none. */
const unreadSources = ({ instanceGroups }: Plan): string | null => {
  const unread = instanceGroups.filter(({ lifecycle }) => lifecycle.mode === 'incomplete' && lifecycle.source === null)
  if (unread.length === 0) return null
  return `No folder of lifecycle scripts could be read from the request (${unread.map(({ name }) => name).join(', ')}): plan/lifecycle-mode reports it.`
}
