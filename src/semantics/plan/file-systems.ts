import type { Gap } from '../../model/fact.ts'
import type { FileSystem } from '../../model/facts/fsx.ts'
import type { Location, Plan, PlannedFileSystem } from '../../model/plan.ts'
import { type Part, requestPart } from './request-part.ts'

/** A name of a file system as somebody wrote it. */
export interface StatedName {
  /** The field that it stands in: `MountName`, `fsx_mountname`. */
  readonly field: string
  readonly value: string
  /** Where it stands, as part of a sentence: `the request`, `scripts/provisioning_parameters.json, line 7`. */
  readonly place: string
  readonly location: Location | null
}

/** One place that names a file system for the nodes to mount, and what is said there. */
export interface FileSystemMention {
  /** `parameters`: provisioning_parameters.json, in the repository or in S3; `script`: a command of a lifecycle script. */
  readonly by: 'request' | 'input' | 'parameters' | 'script'
  readonly type: PlannedFileSystem['type']
  readonly fileSystemId: string | null
  readonly dnsName: StatedName | null
  readonly mountName: StatedName | null
  /** The instance groups that mount it; empty for all. */
  readonly instanceGroups: readonly string[]
  /** Why the scripts beside the mention leave it unmounted, as a clause; null where nothing says so. */
  readonly unmounted: string | null
  /** Where a script names it, as part of a sentence; absent elsewhere. */
  readonly place?: string
  readonly location: Location | null
}

/** A file system once, with everybody who names it. */
export interface NamedFileSystem {
  /** How findings name it: the id wherever there is one. */
  readonly subject: string
  /** Null where it is not among those of the Region. */
  readonly found: FileSystem | null
  /** At least one. */
  readonly mentions: readonly FileSystemMention[]
  /** The instance groups that mount it; empty for all. */
  readonly instanceGroups: readonly string[]
  readonly location: Location | null
}

/** What the request and the inputs name, in the order of the plan. */
export const plannedMentions = (plan: Plan): readonly FileSystemMention[] =>
  plan.fileSystems.map((planned) => plannedMention(planned, plan))

/** Only the input names a file system by its id alone. */
const plannedMention = (planned: PlannedFileSystem, plan: Plan): FileSystemMention => {
  const { type, fileSystemId, instanceGroups, location } = planned
  const part = storagePart(planned, plan)
  const stated = (field: string, value: string | null): StatedName | null =>
    value === null ? null : { field, value, place: 'the request', location: part?.at(field).location ?? location }
  return {
    by: planned.dnsName === null ? 'input' : 'request',
    type,
    fileSystemId,
    dnsName: stated('DnsName', planned.dnsName),
    mountName: stated('MountName', planned.mountName),
    instanceGroups,
    unmounted: null,
    location,
  }
}

/** The first storage configuration of the request that says what the plan says of the file system. */
const storagePart = ({ type, dnsName, mountName }: PlannedFileSystem, { request }: Plan): Part | null => {
  if (request === null || dnsName === null) return null
  const member = type === 'openzfs' ? 'FsxOpenZfsConfig' : 'FsxLustreConfig'
  const mounts = requestPart(request)
    .at('InstanceGroups')
    .items.flatMap((group) => group.at('InstanceStorageConfigs').items)
    .map((storage) => storage.at(member))
  return mounts.find((mount) => mount.at('DnsName').text === dnsName && mount.at('MountName').text === mountName) ?? null
}

/** Every file system that is named, once, in the order of the mentions. `found` are those of the Region; none where they are not known. */
export const namedFileSystems = (mentions: readonly FileSystemMention[], found: readonly FileSystem[]): readonly NamedFileSystem[] => {
  const named = new Map<string, NamedFileSystem>()
  for (const mention of mentions) {
    const match = findFileSystem(mention, found)
    const key = keyOf(mention, match)
    const known = named.get(key)
    named.set(key, {
      subject: known?.subject ?? subjectOf(mention, match),
      found: match,
      mentions: [...(known?.mentions ?? []), mention],
      instanceGroups: known === undefined ? mention.instanceGroups : union(known.instanceGroups, mention.instanceGroups),
      location: known?.location ?? mention.location,
    })
  }
  return [...named.values()]
}

const union = (some: readonly string[], others: readonly string[]): readonly string[] =>
  some.length === 0 || others.length === 0 ? [] : [...new Set([...some, ...others])]

/** Whether two mentions are for nodes that both reach: no instance groups stands for all. */
export const shareGroups = (one: FileSystemMention, other: FileSystemMention): boolean =>
  one.instanceGroups.length === 0 ||
  other.instanceGroups.length === 0 ||
  one.instanceGroups.some((name) => other.instanceGroups.includes(name))

type Named = Pick<FileSystemMention, 'fileSystemId' | 'dnsName'>

/** The file system that is named by id or DNS name; null where it is not among those given. */
export const findFileSystem = ({ fileSystemId, dnsName }: Named, fileSystems: readonly FileSystem[]): FileSystem | null => {
  if (fileSystemId !== null) return fileSystems.find((candidate) => candidate.fileSystemId === fileSystemId) ?? null
  if (dnsName === null) return null
  const name = plainName(dnsName.value)
  const isNamed = ({ fileSystemId: id, dnsName: own }: FileSystem): boolean =>
    namedBy(name) === 'other' ? own !== null && plainName(own) === name : id === firstLabel(name)
  return fileSystems.find(isNamed) ?? null
}

const subjectOf = ({ fileSystemId, dnsName }: Named, found: FileSystem | null): string =>
  fileSystemId ?? found?.fileSystemId ?? dnsName?.value ?? 'file system'

/** The same for every mention of a file system, by id or by a name that FSx gives. */
const keyOf = ({ fileSystemId, dnsName }: Named, found: FileSystem | null): string => {
  const name = plainName(dnsName?.value ?? '')
  return fileSystemId ?? found?.fileSystemId ?? (namedBy(name) === 'other' ? name : firstLabel(name))
}

/** Names in DNS have no case, and may end in a dot. */
export const plainName = (dnsName: string): string => dnsName.toLowerCase().replace(/\.$/, '')

/** The first label of the DNS name of a file system is its id. */
const firstLabel = (dnsName: string): string => dnsName.split('.')[0] ?? ''

/** What a DNS name names: names that FSx gives begin with the id, other names lead to a file system by records that are not read here. */
export const namedBy = (dnsName: string): 'file-system' | 'file-cache' | 'other' => {
  const [, kind] = /^(fs|fc)i?-[0-9a-f]{8,}\./.exec(plainName(dnsName)) ?? []
  if (kind === undefined) return 'other'
  return kind === 'fc' ? 'file-cache' : 'file-system'
}

/** Why nothing is said of the ports of a file system: they hang on its type. */
export const typeUnsaid = (fileSystemId: string): Gap => ({
  reason: 'unexpected',
  action: 'fsx:DescribeFileSystems',
  message: `fsx:DescribeFileSystems did not answer the type of ${fileSystemId}`,
})
