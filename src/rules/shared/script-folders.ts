import type { Fact, Gap, Keyed } from '../../model/fact.ts'
import type { Machine } from '../../model/facts/machine.ts'
import type { ScriptFolder } from '../../model/facts/scripts.ts'
import type { Outcome, Severity } from '../../model/finding.ts'
import type { Location, Plan } from '../../model/plan.ts'
import { keyed } from '../../semantics/fact.ts'
import { type EntryPoint, lifecycleFolders, repositoryEntryPoints, repositoryPath } from '../../semantics/plan/lifecycle-folders.ts'
import type { Place } from '../../semantics/text/place.ts'
import { command } from '../engine/command.ts'
import { reported, skip, unknown } from '../engine/outcome.ts'
import { type Edit, editCommand } from './edit-commands.ts'

/** The facts that rules about the text of scripts read. */
export interface ScriptFacts {
  readonly repositoryScripts: Fact<ScriptFolder | null>
  readonly bucketScripts: Fact<Keyed<ScriptFolder | null>>
  /** For rules whose fixes change files. */
  readonly machine?: Fact<Machine>
}

/** A folder of scripts that was read: the repository's, or one of the plan in S3. */
export interface JudgedFolder {
  readonly folder: ScriptFolder
  readonly entryPoints: readonly EntryPoint[]
  /** How reports name a file of it: `scripts/on_create.sh`, `s3://bucket/prefix/on_create.sh`. */
  nameOf(path: string): string
  /** In the repository the place in the file; in S3 the place in the request that names the folder. */
  locationOf(path: string, place: Place): Location | null
  /**
   * Commands that change a file where it is kept: the repository's copy itself; an object by way of the repository's copy, or of a
   * download where the repository has none.
   */
  mend(path: string, edit: (file: string) => readonly string[]): readonly string[]
  /** The same for a change in place, by a program that the user's machine has. */
  edit(path: string, edit: Edit): readonly string[]
}

export const startOfFile: Place = { line: 1, column: 1 }

/**
 * Judges the repository's folder first, then each folder in S3. A folder that could not be read is unknown and leaves the others
 * alone; a bucket that does not exist is skipped: `s3/bucket` reports it.
 */
export const eachScriptFolder = (
  facts: ScriptFacts,
  plan: Plan,
  judge: (folder: JudgedFolder) => readonly Outcome[],
): readonly Outcome[] => [...judgeRepository(facts, plan, judge), ...judgeBuckets(facts, plan, judge)]

const judgeRepository = (
  { repositoryScripts: fact, machine }: ScriptFacts,
  plan: Plan,
  judge: (folder: JudgedFolder) => readonly Outcome[],
): readonly Outcome[] => {
  const name = plan.lifecycleScripts
  if (name === null) return []
  if (!fact.ok) return [unknown(name, fact.gap)]
  if (fact.value === null) return [folderNotRead(name, name)]
  return judge(repositoryFolder(fact.value, plan, machine))
}

const judgeBuckets = (
  { bucketScripts: fact, repositoryScripts, machine }: ScriptFacts,
  plan: Plan,
  judge: (folder: JudgedFolder) => readonly Outcome[],
): readonly Outcome[] =>
  lifecycleFolders(plan).flatMap(({ uri, source, entryPoints }) => {
    if (entryPoints.length === 0) return [unusedFolder(uri, source.location)]
    const scripts = keyed(fact, uri)
    if (!scripts.ok) return [unknown(uri, scripts.gap, { location: source.location })]
    if (scripts.value === null) return [absentBucket(uri, source.bucket, source.location)]
    const repository = repositoryScripts.ok ? repositoryScripts.value : null
    const mend: JudgedFolder['mend'] = (path, edit) => mendObject(`${uri}${path}`, path, repository, edit)
    return judge({
      folder: scripts.value,
      entryPoints,
      nameOf: (path) => `${uri}${path}`,
      locationOf: () => source.location,
      mend,
      edit: (path, edit) => mend(path, (file) => [editCommand(machine, file, edit)]),
    })
  })

export const repositoryFolder = (folder: ScriptFolder, plan: Plan, machine?: Fact<Machine>): JudgedFolder => {
  const nameOf = (path: string): string => repositoryPath(folder.name, path)
  return {
    folder,
    entryPoints: repositoryEntryPoints(plan),
    nameOf,
    locationOf: (path, place) => ({ path: nameOf(path), ...place }),
    mend: (path, edit) => edit(nameOf(path)),
    edit: (path, edit) => [editCommand(machine, nameOf(path), edit)],
  }
}

/** The repository's folder is named by the plan, and what was learned has none: `subject` is what the rule judges by it. */
export const folderNotRead = (subject: string, name: string, severity?: Severity): Outcome => {
  const message = `${name} was not read: the snapshot was taken without it, or was edited`
  return unknown(subject, { reason: 'unexpected', action: 'none', message }, { severity })
}

export const unusedFolder = (uri: string, location: Location | null): Outcome =>
  skip(uri, `no instance group of the request runs a script from ${uri}`, { location })

export const absentBucket = (uri: string, bucket: string, location: Location | null): Outcome =>
  reported(uri, `bucket ${bucket} does not exist`, 's3/bucket', { location })

const mendObject = (
  uri: string,
  path: string,
  repository: ScriptFolder | null,
  edit: (file: string) => readonly string[],
): readonly string[] => {
  if (repository?.paths.includes(path) === true) {
    const file = repositoryPath(repository.name, path)
    return [...edit(file), command('aws', 's3', 'cp', file, uri)]
  }
  const file = `./${path.slice(path.lastIndexOf('/') + 1)}`
  return [command('aws', 's3', 'cp', uri, file), ...edit(file), command('aws', 's3', 'cp', file, uri)]
}

/** Judges the text of one file. A file that is not there is skipped; one that was not read is unknown, and says why. */
export const givenText = (
  judged: JudgedFolder,
  path: string,
  judge: (text: string, executable: boolean | null) => Outcome | readonly Outcome[],
): readonly Outcome[] => {
  const subject = judged.nameOf(path)
  const location = judged.locationOf(path, startOfFile)
  const file = Object.hasOwn(judged.folder.files, path) ? judged.folder.files[path] : undefined
  if (file?.kind === 'text') return [judge(file.text, file.executable)].flat()
  if (file === undefined && !judged.folder.paths.includes(path)) {
    return [reported(subject, `${subject} does not exist`, 'lifecycle/entry-point')]
  }
  return [notRead(subject, file?.reason ?? 'the snapshot is older than this rule, or was edited', location)]
}

const notRead = (subject: string, reason: string, location: Location | null): Outcome => {
  const gap: Gap = { reason: 'unsupported', action: 'none', message: `${subject} was not read: ${reason}` }
  return {
    status: 'unknown',
    subject,
    message: gap.message,
    gap,
    fix: { text: `Check ${subject} by hand, or make it a regular UTF-8 text file of at most 1 MiB.`, commands: [] },
    ...(location !== null && { location }),
  }
}

/** Judges the text of every entry point of the folder. */
export const eachEntryPoint = (
  judged: JudgedFolder,
  judge: (text: string, entryPoint: EntryPoint) => Outcome | readonly Outcome[],
): readonly Outcome[] => judged.entryPoints.flatMap((entryPoint) => givenText(judged, entryPoint.script, (text) => judge(text, entryPoint)))
