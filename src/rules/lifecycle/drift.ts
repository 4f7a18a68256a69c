import type { Fact, Gap } from '../../model/fact.ts'
import type { BucketFolder } from '../../model/facts/s3.ts'
import type { RefusalCause, ScriptFolder } from '../../model/facts/scripts.ts'
import type { Facts } from '../../model/facts.ts'
import type { Fix, Outcome } from '../../model/finding.ts'
import type { Plan } from '../../model/plan.ts'
import type { Readable } from '../../model/rule.ts'
import { entry, keyed } from '../../semantics/fact.ts'
import {
  type CopyComparison,
  compareCopies,
  convertedPaths,
  excludePatterns,
  withEndingsOfGit,
} from '../../semantics/lifecycle/folder-copies.ts'
import { type LifecycleFolder, lifecycleFolders, repositoryPath, whyNoScripts } from '../../semantics/plan/lifecycle-folders.ts'
import { enumerate, enumerateLines, plural } from '../../semantics/text/enumerate.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, given, pass, skip, unknown } from '../engine/outcome.ts'
import { absentBucket, folderNotRead, startOfFile, unusedFolder } from '../shared/script-folders.ts'

export const drift = defineRule({
  id: 'lifecycle/drift',
  title: 'The bucket holds the scripts that the repository holds',
  why: 'Nodes run the copy in S3. A fix that was merged and not uploaded is not on any node, and an object that was changed by hand, or that the repository no longer has, runs on every new one: also months later, when HyperPod replaces a failed node.\n\nFiles are compared by content: an ETag that is the MD5 of the file, or of its parts under the customary part sizes, proves that both are the same. Under SSE-KMS an ETag says nothing, then objects up to 1 MiB are read and hashed. What version control, editors and Python leave beside scripts (`.git`, `.gitignore`, `node_modules`, `__pycache__`, `.DS_Store`, swap files …) is left aside on both sides.',
  severity: 'warning',
  checklist: '6',
  sources: [
    'https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html',
    'https://docs.aws.amazon.com/cli/latest/reference/s3/sync.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ClusterLifeCycleConfig.html',
  ],
  needs: ['repositoryScripts', 'bucketFolders'],
  uses: ['repositoryDigests', 'objectDigests', 'bucketScripts'],
  applies: (plan) => {
    if (plan.lifecycleScripts === null) return 'No folder of the repository is named (lifecycle-scripts), so there is nothing to compare.'
    if (plan.lifecycleSources.length === 0) return 'The plan names no folder in S3, so there is nothing to compare.'
    return whyNoScripts(plan) ?? true
  },
  evaluate: (facts, plan) => {
    const repository = facts.repositoryScripts
    const name = plan.lifecycleScripts ?? 'lifecycle-scripts'
    if (repository === null) return [folderNotRead(name, name)]
    return lifecycleFolders(plan).flatMap((folder) => inFolder(folder, repository, facts, plan))
  },
})

type Known = Readable<'repositoryScripts' | 'bucketFolders', 'repositoryDigests' | 'objectDigests' | 'bucketScripts'>

/** The two copies that are compared, and what came of it. */
interface Compared {
  readonly folder: LifecycleFolder
  readonly repository: ScriptFolder
  readonly copies: CopyComparison
  readonly region: string
}

const inFolder = (folder: LifecycleFolder, repository: ScriptFolder, facts: Known, plan: Plan): readonly Outcome[] => {
  const { uri, source, entryPoints } = folder
  const { location } = source
  if (entryPoints.length === 0) return [unusedFolder(uri, location)]
  return given(
    entry(facts.bucketFolders, uri),
    uri,
    (listing) => {
      if (listing === null) return absentBucket(uri, source.bucket, location)
      const objectDigests = keyed(facts.objectDigests, uri)
      const bucket = keyed(facts.bucketScripts, uri)
      const byBytes = compare(listing, repository, facts.repositoryDigests, objectDigests, nestedIn(folder, plan))
      const copies = withEndingsOfGit(byBytes, repository, bucket.ok ? bucket.value : null)
      const compared: Compared = { folder, repository, copies, region: plan.region }
      if (isAnothers(compared, plan)) return skip(uri, `no file of ${repository.name} is in ${uri}: it holds other scripts`, { location })
      const gap = [facts.repositoryDigests, objectDigests].flatMap((fact) => (fact.ok ? [] : [fact.gap]))[0] ?? null
      return [inStep(compared, gap), onlyThere(compared)]
    },
    { location },
  )
}

const compare = (
  listing: BucketFolder,
  repository: ScriptFolder,
  digests: Fact<Facts['repositoryDigests']>,
  objectDigests: Fact<Readonly<Record<string, string>>>,
  nested: readonly string[],
): CopyComparison =>
  compareCopies(repository, listing, digests.ok ? (digests.value ?? {}) : {}, objectDigests.ok ? objectDigests.value : {}, nested)

/** Prefixes of other folders of the plan inside this one, relative to it. */
const nestedIn = ({ source: { bucket, prefix } }: LifecycleFolder, { lifecycleSources }: Plan): readonly string[] =>
  lifecycleSources
    .filter((other) => other.bucket === bucket && other.prefix !== prefix && other.prefix.startsWith(prefix))
    .map((other) => other.prefix.slice(prefix.length))

const hasNothingInCommon = ({ copies: { same, changed, undecided } }: Compared): boolean =>
  same.length + changed.length + undecided.length === 0

/** One folder of the repository, several in S3: one with nothing of it belongs to other scripts. */
const isAnothers = (compared: Compared, plan: Plan): boolean =>
  plan.lifecycleSources.length > 1 && hasNothingInCommon(compared) && compared.copies.onlyThere.length > 0

/** Whether what the repository holds is in the bucket as it is. */
const inStep = (compared: Compared, gap: Gap | null): Outcome => {
  const { folder, repository, copies } = compared
  const { same, changed, onlyHere, undecided } = copies
  const { uri, source } = folder
  const [first] = [...changed.map(({ path }) => path), ...onlyHere]
  if (first !== undefined) {
    const undone = undecided.length === 0 ? '' : `; ${undecided.length} could not be compared (${some(undecided)})`
    return fail(uri, `${uri} is not what ${repository.name} holds: ${differences(copies)}${undone}`, uploadFix(compared), {
      location: { path: repositoryPath(repository.name, first), ...startOfFile },
      evidence: {
        same: same.length,
        changed: listed(changed.map(({ path }) => path)),
        onlyHere: listed(onlyHere),
        notCompared: listed(undecided),
      },
    })
  }
  if (undecided.length > 0) {
    return unknown(uri, gap ?? undecidable(uri, undecided), { location: source.location, evidence: { notCompared: listed(undecided) } })
  }
  if (same.length === 0) return skip(uri, `${repository.name} holds no file to compare`, { location: source.location })
  return pass(uri, `${uri} holds what ${repository.name} holds: ${plural(same.length, 'file')} compared by content`, {
    location: source.location,
    evidence: { same: same.length },
  })
}

const differences = ({ changed, onlyHere }: CopyComparison): string =>
  [
    ...(changed.length === 0
      ? []
      : [`${changed.length} changed (${some(changed.map(({ path, here, there }) => `${path}: ${sizes(here, there)}`))})`]),
    ...(onlyHere.length === 0 ? [] : [`${onlyHere.length} only here (${some(onlyHere)})`]),
  ].join(', ')

const sizes = (here: number, there: number): string =>
  here === there ? `other content in the same ${here} bytes` : `${here} bytes here, ${there} there`

const undecidable = (uri: string, undecided: readonly string[]): Gap => ({
  reason: 'unsupported',
  action: 'none',
  message: `${plural(undecided.length, 'file')} of ${uri} could not be compared: nothing that S3 says proves the same content or another (${some(undecided)})`,
})

/** Files beyond these are counted in messages, and not named. */
const named = 5
/** Names of one list that the evidence keeps. */
const kept = 100

const some = (names: readonly string[]): string => enumerate(names, named)
const listed = (names: readonly string[]): readonly string[] => enumerateLines(names, kept)

const refusedAs = ({ files }: ScriptFolder, cause: RefusalCause): readonly string[] =>
  Object.entries(files).flatMap(([path, file]) => (file.kind === 'refused' && file.cause === cause ? [path] : []))

const excluding = (patterns: readonly string[]): readonly string[] => patterns.flatMap((pattern) => ['--exclude', pattern])

/**
 * A link out of the folder must not be uploaded: `aws s3 sync` would follow it; nor what a checkout on Windows put carriage returns
 * into.
 */
const withoutTheUnfit = (repository: ScriptFolder): readonly string[] =>
  excluding([...refusedAs(repository, 'link-outside').flatMap(excludePatterns), ...excludedConversions(repository)])

const excludedConversions = (repository: ScriptFolder): readonly string[] =>
  convertedPaths(repository).flatMap((path) => excludePatterns(path).slice(0, 1))

/** What has to be said of files that the commands leave out. */
const endingsNote = (repository: ScriptFolder): string => {
  const converted = convertedPaths(repository)
  return converted.length === 0
    ? ''
    : ` ${plural(converted.length, 'file')} of this checkout (${some(converted)}) ${converted.length === 1 ? 'has' : 'have'} Windows line endings that git does not have, and ${converted.length === 1 ? 'is' : 'are'} left out: convert them first, as lifecycle/line-endings says, or upload from a checkout without them.`
}

/** `aws s3 sync` goes round in a link to a folder that holds it, excluded or not: it must be gone first. */
const removedLoops = (repository: ScriptFolder): readonly string[] =>
  refusedAs(repository, 'link-loop').map((path) => command('git', 'rm', '--', repositoryPath(repository.name, path)))

const uploadFix = (compared: Compared): Fix => {
  const { folder, repository, copies, region } = compared
  const sync = ['aws', 's3', 'sync', repository.name, folder.uri, '--region', region, ...withoutTheUnfit(repository)]
  const converted = new Set(convertedPaths(repository))
  const sameSize = copies.changed.filter(({ path, here, there }) => here === there && !converted.has(path)).map(({ path }) => path)
  const passedOver =
    sameSize.length === 0
      ? ''
      : ' A sync passes over a file of the same size that is not newer than the object, so the last commands copy anew.'
  return {
    text: `Upload ${repository.name}; the command with --dryrun only says what would be uploaded.${passedOver}${endingsNote(repository)} Where the bucket holds the right copy, bring that into the repository instead.`,
    commands: [...removedLoops(repository), command(...sync, '--dryrun'), command(...sync), ...copyCommands(compared, sameSize)],
  }
}

/** Copies by name, whatever is newer; of many files, of the folder as a whole. */
const copyCommands = ({ folder, repository, region }: Compared, paths: readonly string[]): readonly string[] =>
  paths.length > named
    ? [command('aws', 's3', 'cp', repository.name, folder.uri, '--recursive', '--region', region, ...withoutTheUnfit(repository))]
    : paths.map((path) => command('aws', 's3', 'cp', repositoryPath(repository.name, path), `${folder.uri}${path}`, '--region', region))

/** Whether the bucket holds nothing that the repository does not. */
const onlyThere = (compared: Compared): Outcome => {
  const { folder, repository, copies } = compared
  const subject = `${folder.uri} only there`
  const { location } = folder.source
  const count = copies.onlyThere.length
  if (count === 0) return pass(subject, `${folder.uri} holds nothing that ${repository.name} does not`, { location })
  return fail(
    subject,
    `${plural(count, 'object')} of ${folder.uri} ${count === 1 ? 'is' : 'are'} not in ${repository.name}: ${some(copies.onlyThere)}`,
    onlyThereFix(compared),
    { location, evidence: { onlyThere: listed(copies.onlyThere) } },
  )
}

const onlyThereFix = (compared: Compared): Fix => {
  const { folder, repository, copies, region } = compared
  const { uri } = folder
  if (hasNothingInCommon(compared)) {
    return {
      text: `Check that ${repository.name} and ${uri} are copies of the same scripts: they have no file in common.`,
      commands: [command('aws', 's3', 'ls', '--recursive', uri, '--region', region)],
    }
  }
  const count = copies.onlyThere.length
  const sync = [
    'aws',
    's3',
    'sync',
    repository.name,
    uri,
    '--region',
    region,
    '--delete',
    ...excluding([...copies.unspoken, ...excludedConversions(repository)]),
  ]
  return {
    text: `Add what belongs to the scripts to ${repository.name}. The last command uploads ${repository.name} and deletes ${plural(count, 'object')} that it does not hold (${some(copies.onlyThere)}); the one before it only says so.${endingsNote(repository)}`,
    commands: [...removedLoops(repository), command(...sync, '--dryrun'), command(...sync)],
  }
}
