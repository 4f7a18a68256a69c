import type { FileSystem } from '../model/facts.ts'
import type { Plan, PlannedFileSystem } from '../model/plan.ts'

/** The file system that the plan names by id or DNS name; null where it is not among those of the Region. */
export const findFileSystem = (planned: PlannedFileSystem, fileSystems: readonly FileSystem[]): FileSystem | null =>
  fileSystems.find((candidate) => isPlanned(planned, candidate)) ?? null

const isPlanned = ({ fileSystemId, dnsName }: PlannedFileSystem, found: FileSystem): boolean =>
  fileSystemId === null ? dnsName !== null && idOf(dnsName) === found.fileSystemId : fileSystemId === found.fileSystemId

/** The first label of the DNS name of a file system is its id. */
const idOf = (dnsName: string): string => dnsName.toLowerCase().split('.')[0] ?? ''

/** How findings name a file system of the plan, found or not. */
export const fileSystemSubject = ({ fileSystemId, dnsName }: PlannedFileSystem, found: FileSystem | null): string =>
  fileSystemId ?? found?.fileSystemId ?? dnsName ?? 'file system'

/** Every file system of the Region that the plan names, once, in the order of the plan. */
export const plannedFileSystems = ({ fileSystems }: Plan, found: readonly FileSystem[]): readonly FileSystem[] => [
  ...new Set(fileSystems.flatMap((planned) => findFileSystem(planned, found) ?? [])),
]
