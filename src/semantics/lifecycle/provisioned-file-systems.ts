import type { Fact, Gap } from '../../model/fact.ts'
import type { ScriptFile, ScriptFolder } from '../../model/facts/scripts.ts'
import type { Json, Location, Plan } from '../../model/plan.ts'
import type { Readable } from '../../model/rule.ts'
import { keyed } from '../fact.ts'
import { type FileSystemMention, plannedMentions, type StatedName } from '../plan/file-systems.ts'
import {
  type EntryPoint,
  provisioningParametersFile as file,
  lifecycleFolders,
  repositoryEntryPoints,
  repositoryPath,
  whyNoScripts,
} from '../plan/lifecycle-folders.ts'
import { isObject } from '../plan/request-part.ts'
import { pythonAssignments } from '../scripts/python/settings.ts'
import { readJson } from '../text/json-document.ts'
import type { Place } from '../text/place.ts'
import { scriptedMentions, type Telling } from './scripted-file-systems.ts'

/** The facts that hold the texts of provisioning_parameters.json. */
export type ParameterFacts = Readable<never, 'repositoryScripts' | 'bucketScripts'>

/** A provisioning_parameters.json that may name a file system but was not read; `gap` is null where it is not JSON. */
export interface UnreadParameters {
  /** The file, or the folder where not even the file is known. */
  readonly subject: string
  readonly gap: Gap | null
  readonly location: Location | null
}

export interface FileSystemMentions {
  readonly mentions: readonly FileSystemMention[]
  readonly unread: readonly UnreadParameters[]
}

/**
 * Whether provisioning_parameters.json may name file systems for this plan: it means nothing on EKS, and the request forbids it where it
 * configures Slurm itself. Said by the plan alone, so that file systems can be asked for before any file was read.
 */
export const mayProvisionFileSystems = (plan: Plan): boolean =>
  plan.orchestrator.kind !== 'eks' &&
  !(plan.orchestrator.kind === 'slurm' && plan.orchestrator.configuration === 'api') &&
  whyNoScripts(plan) === null

/** Whether lifecycle scripts may mount file systems by themselves: on EKS pods do, by a CSI driver. */
export const mayScriptFileSystems = (plan: Plan): boolean => plan.orchestrator.kind !== 'eks' && whyNoScripts(plan) === null

/** Whether anything of the plan can name a file system. */
export const mayNameFileSystems = (plan: Plan): boolean => plan.fileSystems.length > 0 || mayScriptFileSystems(plan)

/**
 * Every place that names a file system: request and inputs first, then provisioning_parameters.json of the repository, then those in S3,
 * then the scripts themselves.
 */
export const fileSystemMentions = (plan: Plan, facts: ParameterFacts): FileSystemMentions => {
  const planned = plannedMentions(plan)
  if (!mayScriptFileSystems(plan)) return { mentions: planned, unread: [] }
  const copies = [...repositoryCopy(plan, facts), ...bucketCopies(plan, facts)]
  const read = mayProvisionFileSystems(plan) ? copies.map(mentionsIn) : []
  const scripted = copies.flatMap(({ folder, entryPoints, telling }) =>
    folder.ok && folder.value !== null ? scriptedMentions(folder.value, entryPoints, telling) : [],
  )
  return {
    mentions: [...planned, ...read.flatMap(({ mentions }) => mentions), ...scripted],
    unread: read.flatMap(({ unread }) => unread),
  }
}

/** A folder that provisioning_parameters.json may be in, with what is known of it. */
interface Copy {
  readonly folder: Fact<ScriptFolder | null>
  readonly folderName: string
  readonly fileName: string
  readonly entryPoints: readonly EntryPoint[]
  readonly instanceGroups: readonly string[]
  readonly folderLocation: Location | null
  readonly locationOf: (place: Place) => Location | null
  readonly telling: Telling
}

const repositoryCopy = (plan: Plan, { repositoryScripts }: ParameterFacts): readonly Copy[] => {
  const folderName = plan.lifecycleScripts
  if (folderName === null) return []
  const nameOf = (path: string): string => repositoryPath(folderName, path)
  const fileName = nameOf(file)
  const entryPoints = repositoryEntryPoints(plan)
  return [
    {
      folder: repositoryScripts,
      folderName,
      fileName,
      entryPoints,
      instanceGroups: groupsOf(entryPoints),
      telling: { nameOf, locationOf: (path, place) => ({ path: nameOf(path), ...place }) },
      folderLocation: null,
      locationOf: (place) => ({ path: fileName, ...place }),
    },
  ]
}

const bucketCopies = (plan: Plan, { bucketScripts }: ParameterFacts): readonly Copy[] =>
  lifecycleFolders(plan)
    .filter(({ entryPoints }) => entryPoints.length > 0)
    .map(({ uri, source, entryPoints }) => ({
      folder: keyed(bucketScripts, uri),
      folderName: uri,
      fileName: `${uri}${file}`,
      entryPoints,
      telling: { nameOf: (path) => `${uri}${path}`, locationOf: () => source.location },
      instanceGroups: groupsOf(entryPoints),
      folderLocation: source.location,
      locationOf: () => source.location,
    }))

const groupsOf = (entryPoints: readonly { readonly instanceGroups: readonly string[] }[]): readonly string[] => [
  ...new Set(entryPoints.flatMap(({ instanceGroups }) => instanceGroups)),
]

const nothing: FileSystemMentions = { mentions: [], unread: [] }

/** A folder, or a bucket, that does not exist holds no file; other rules report it. */
const mentionsIn = (copy: Copy): FileSystemMentions => {
  const { folder, folderName, fileName, folderLocation } = copy
  const unread = (subject: string, gap: Gap | null): FileSystemMentions => ({
    mentions: [],
    unread: [{ subject, gap, location: folderLocation }],
  })
  if (!folder.ok) return unread(folderName, folder.gap)
  const found = folder.value === null ? undefined : fileOf(folder.value, file)
  if (folder.value === null || (found === undefined && !folder.value.paths.includes(file))) return nothing
  if (found?.kind !== 'text') return unread(fileName, notRead(fileName, found?.reason))
  const document = readJson(found.text)
  if (document.kind === 'malformed') return unread(fileName, null)
  const { value, placeOf } = document
  const unmounted = openZfsIsOff(folder.value) ? 'config.py beside it has enable_fsx_openzfs = False' : null
  return { mentions: mentionsOf(value, (field) => placeOf([field]), copy, unmounted), unread: [] }
}

const fileOf = ({ files }: ScriptFolder, path: string): ScriptFile | undefined => (Object.hasOwn(files, path) ? files[path] : undefined)

const notRead = (fileName: string, reason = 'the snapshot is older than this rule, or was edited'): Gap => ({
  reason: 'unsupported',
  action: 'none',
  message: `${fileName} was not read: ${reason}`,
})

/**
 * What AWS's lifecycle_script.py mounts: Lustre by fsx_dns_name at /fsx, OpenZFS by fsx_openzfs_dns_name at /home. To it a field that is
 * empty is absent, and a mount name without a DNS name says nothing.
 * https://github.com/awslabs/awsome-distributed-ai/blob/main/1.architectures/5.sagemaker-hyperpod/LifecycleScripts/base-config/lifecycle_script.py
 */
const mentionsOf = (value: Json, placeOf: (field: string) => Place, copy: Copy, unmounted: string | null): readonly FileSystemMention[] => {
  const stated = (field: string): StatedName | null => {
    const text = isObject(value) && Object.hasOwn(value, field) ? value[field] : undefined
    if (typeof text !== 'string' || text === '') return null
    const place = placeOf(field)
    return { field, value: text, place: `${copy.fileName}, line ${place.line},`, location: copy.locationOf(place) }
  }
  const mention = (type: 'lustre' | 'openzfs', dnsName: StatedName | null, mountName: StatedName | null): readonly FileSystemMention[] =>
    dnsName === null
      ? []
      : [
          {
            by: 'parameters',
            type,
            fileSystemId: idIn(dnsName.value),
            dnsName,
            mountName,
            instanceGroups: copy.instanceGroups,
            unmounted: type === 'openzfs' ? unmounted : null,
            location: dnsName.location,
          },
        ]
  return [
    ...mention('lustre', stated('fsx_dns_name'), stated('fsx_mountname')),
    ...mention('openzfs', stated('fsx_openzfs_dns_name'), null),
  ]
}

const idIn = (dnsName: string): string | null => /^fs-[0-9a-f]{8,}(?=\.|$)/.exec(dnsName.toLowerCase())?.[0] ?? null

/** AWS's scripts mount OpenZFS only where their config.py turns it on. */
const openZfsIsOff = (folder: ScriptFolder): boolean => {
  const config = fileOf(folder, 'config.py')
  if (config?.kind !== 'text') return false
  return pythonAssignments(config.text).some(({ name, value }) => name === 'enable_fsx_openzfs' && value === false)
}
