import type { KeptCredential } from '../../model/facts/scripts.ts'
import type { Outcome } from '../../model/finding.ts'
import type { Location, Plan } from '../../model/plan.ts'
import { provisioningParametersFile, whyNoScripts } from '../../semantics/plan/lifecycle-folders.ts'
import { isUsedAsKey, keyByName } from '../../semantics/scripts/key-files.ts'
import { type FoundPlaceholder, placeholderOf, placeholdersIn } from '../../semantics/scripts/placeholders.ts'
import { pythonAssignments, settingsOf } from '../../semantics/scripts/python/settings.ts'
import { knownScripts } from '../../semantics/scripts/script-language.ts'
import { type ScriptReferences, scriptReferences } from '../../semantics/scripts/script-references.ts'
import { secretsIn } from '../../semantics/scripts/secrets.ts'
import { enumerate, plural } from '../../semantics/text/enumerate.ts'
import { openValue } from '../../semantics/text/open-value.ts'
import { type Place, placeAt } from '../../semantics/text/place.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, skip, unknown } from '../engine/outcome.ts'
import { eachScriptFolder, type JudgedFolder, startOfFile } from '../shared/script-folders.ts'
import { doubtOutcome, unreadOutcome, unreadScripts } from './unread/unread-scripts.ts'

export const placeholders = defineRule({
  id: 'lifecycle/placeholders',
  title: 'No script has a value left open, and no file a credential',
  why: "What an example leaves open (`fs-xxxxx`, `<your-bucket>`, `REPLACE_ME`, the account 123456789012) fails on the node, or mounts and reaches nothing. In AWS's base scripts, `enable_mount_s3 = True` with an empty `s3_bucket` ends in a `ValueError`. A credential in a script is in the repository, in the bucket and on every node, readable by every job.",
  severity: 'warning',
  otherSeverities: ['error'],
  checklist: '6',
  checklistDiffers:
    'The checklist does not ask for it. Values left open are looked for in what scripts on the way from an entry point hand to commands, in config.py and in provisioning_parameters.json; not in comments, here-documents, messages and tests. A credential is an error wherever it stands in a script, a comment included; the finding never repeats it. Files that are no scripts are looked through, up to 256 KiB each, for private keys, AWS access keys and tokens whose form is fixed by their issuer. An AWS access key id without its secret is a warning. The placeholders of SssdConfig are not judged here.',
  sources: [
    'https://github.com/awslabs/awsome-distributed-ai/blob/main/1.architectures/5.sagemaker-hyperpod/LifecycleScripts/base-config/config.py',
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html',
    'https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github#githubs-token-formats',
  ],
  needs: [],
  uses: ['repositoryScripts', 'bucketScripts'],
  applies: (plan) => whyNoScripts(plan) ?? true,
  evaluate: (facts, plan) => eachScriptFolder(facts, plan, (judged) => judge(judged, plan)),
})

/** Something that stands in a file, in words. */
interface Found {
  readonly what: string
  readonly place: Place
  readonly kind: 'secret' | 'setting' | 'placeholder' | 'key-id'
}

/** Of one kind, in one file. */
const maxFound = 100

const judge = (judged: JudgedFolder, plan: Plan): readonly Outcome[] => {
  const { folder, entryPoints } = judged
  const location = folder.origin === 'bucket' ? judged.locationOf('', startOfFile) : null
  const texts = Object.entries(folder.files).flatMap(([path, file]) => (file.kind === 'text' ? [{ path, text: file.text }] : []))
  const references = scriptReferences(folder, entryPoints)
  const reached = new Set(references.reached)
  const languages = new Map(knownScripts(folder, entryPoints).map(({ path, language }) => [path, language]))
  const failures: Outcome[] = texts.flatMap(({ path, text }) => {
    const language = languages.get(path)
    const found: Found[] = secretsIn(text)
      .slice(0, maxFound)
      .map(({ what, offset, certain }) => ({
        what,
        place: placeAt(text, offset),
        kind: certain ? 'secret' : 'key-id',
      }))
    if (path === 'config.py') {
      for (const empty of emptySettings(text)) found.push(empty)
    }
    const open =
      path === provisioningParametersFile
        ? inParameters(text, plan)
        : language !== undefined && reached.has(path)
          ? placeholdersIn(text, language).filter((each) => path !== 'config.py' || isInUse(text, each))
          : []
    found.push(
      ...open.slice(0, maxFound).map(({ value, offset }) => ({ what: value, place: placeAt(text, offset), kind: 'placeholder' as const })),
    )
    return found.length === 0 ? [] : [outcomeOf(judged, path, found)]
  })
  const keys = judgeOthers(judged, references)
  failures.push(...keys.failures)
  const unread = unreadScripts(folder, Object.keys(folder.files))
  if (unread.length > 0) return [...failures, unreadOutcome(folder, unread, 'what stands in them', location)]
  const { doubtful } = references
  if (doubtful.length > 0) return [...failures, doubtOutcome(folder, doubtful, 'what stands in them', location)]
  if (keys.unread.length > 0) return [...failures, keysUnread(judged, keys.unread, location)]
  if (failures.length > 0) return failures
  const count = texts.length + keys.read
  if (count === 0) return [skip(folder.name, `${folder.name} holds no script`, { location })]
  const message = `none of the ${plural(count, 'file')} read from ${folder.name} holds a value left open or a credential`
  return [pass(folder.name, message, { evidence: { files: count }, location })]
}

/** What is known of the files that are no scripts. */
interface Others {
  readonly failures: readonly Outcome[]
  /** Files that may hold a credential, and were not looked through. */
  readonly unread: readonly string[]
  readonly read: number
}

/** Files that are no scripts: by what was found in them or, where they were not looked through, by their names and what scripts do with them. */
const judgeOthers = (judged: JudgedFolder, { reached, steps }: ScriptReferences): Others => {
  const { paths, files, others = {} } = judged.folder
  const commands = reached.flatMap((path) => steps[path]?.commands ?? [])
  const failures: Outcome[] = []
  const unread: string[] = []
  let read = 0
  for (const path of paths) {
    const file = Object.hasOwn(others, path) ? others[path] : undefined
    if (file?.kind === 'read') {
      read += 1
      if (file.credentials.length > 0) failures.push(holdsCredentials(judged, path, file.credentials))
    } else if (!Object.hasOwn(files, path) || files[path]?.kind === 'refused') {
      const named = keyByName(path)
      if (named === 'key' || isUsedAsKey(path, commands)) failures.push(namedLikeKey(judged, path))
      else if (named === 'perhaps' || file !== undefined) unread.push(path)
    }
  }
  return { failures, unread, read }
}

const holdsCredentials = (judged: JudgedFolder, path: string, credentials: readonly KeptCredential[]): Outcome =>
  outcomeOf(
    judged,
    path,
    credentials.map(({ what, line, certain }) => ({ what, place: { line, column: 1 }, kind: certain ? 'secret' : 'key-id' })),
  )

const namedLikeKey = (judged: JudgedFolder, path: string): Outcome => {
  const subject = judged.nameOf(path)
  return fail(
    subject,
    `${subject} is a private key or a file of credentials, as its name and the scripts say; its content was not read`,
    { text: secretFix, commands: [] },
    { severity: 'error', location: judged.locationOf(path, startOfFile) },
  )
}

const keysUnread = ({ folder }: JudgedFolder, paths: readonly string[], location: Location | null): Outcome => {
  const message = `${enumerate(paths, 3)} of ${folder.name} ${paths.length === 1 ? 'was' : 'were'} not read: whether a credential is in ${paths.length === 1 ? 'it' : 'them'} is not known`
  return unknown(folder.name, { reason: 'unsupported', action: 'none', message }, { location, severity: 'warning' })
}

const outcomeOf = (judged: JudgedFolder, path: string, found: readonly Found[]): Outcome => {
  const subject = judged.nameOf(path)
  const sorted = [...found].sort((a, b) => rank(a.kind) - rank(b.kind) || a.place.line - b.place.line)
  const [first] = sorted
  const isError = first?.kind === 'secret' || first?.kind === 'setting'
  const named = sorted.map(({ what, place }) => `${what} in line ${place.line}`)
  const secret = found.some(({ kind }) => kind === 'secret' || kind === 'key-id')
  return fail(
    subject,
    `${subject} holds ${enumerate(named, 5)}`,
    {
      text: secret ? secretFix : 'Put the value of your own account there.',
      commands: [],
    },
    {
      severity: isError ? 'error' : undefined,
      evidence: { lines: sorted.slice(0, 20).map(({ place }) => String(place.line)) },
      location: judged.locationOf(path, first?.place ?? startOfFile),
    },
  )
}

const secretFix =
  'Revoke the credential, since it is in the history of the repository or the versions of the bucket; let the script read the new one from AWS Secrets Manager, with the execution role.'

const rank = (kind: Found['kind']): number => ['secret', 'setting', 'key-id', 'placeholder'].indexOf(kind)

/** Settings of AWS's config.py that need a value where their switch is on. */
const emptySettings = (text: string): readonly Found[] => {
  const settings = settingsOf(text)
  if (settings.get('Config.enable_mount_s3') !== true || settings.get('Config.s3_bucket') !== '') return []
  return pythonAssignments(text)
    .filter(({ owner, name }) => owner === 'Config' && name === 's3_bucket')
    .map(({ offset }) => ({
      what: 'enable_mount_s3 = True with an empty s3_bucket, which raises a ValueError,',
      place: placeAt(text, offset),
      kind: 'setting',
    }))
}

/** The example values of a class of config.py are read only where its switch is on. */
const isInUse = (text: string, { offset }: FoundPlaceholder): boolean => {
  const owner = [...text.slice(0, offset).matchAll(/^class\s+(\w+)/gm)].at(-1)?.[1]
  return owner !== 'ObservabilityConfig' || settingsOf(text).get('Config.enable_observability') !== false
}

/** For EKS, and with SlurmConfig in the request, nothing reads the file. */
const inParameters = (text: string, { orchestrator }: Plan): readonly FoundPlaceholder[] => {
  if (orchestrator.kind === 'eks' || (orchestrator.kind === 'slurm' && orchestrator.configuration === 'api')) return []
  return [...text.matchAll(/:\s*"((?:[^"\\\n]|\\.)*)"/g)].flatMap(({ 0: all, 1: written = '', index }) => {
    const value = placeholderOf(written) ?? openValue(written)
    return value === null ? [] : [{ value, offset: index + all.indexOf(value) }]
  })
}
