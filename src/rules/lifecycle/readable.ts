import type { RefusalCause, ScriptFile } from '../../model/facts/scripts.ts'
import type { Fix, Outcome } from '../../model/finding.ts'
import type { Plan } from '../../model/plan.ts'
import { provisioningParametersFile, whyNoScripts } from '../../semantics/plan/lifecycle-folders.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, unknown } from '../engine/outcome.ts'
import { whyNoProvisioningParameters } from '../shared/provisioning-file.ts'
import { eachScriptFolder, type JudgedFolder, startOfFile } from '../shared/script-folders.ts'

export const readable = defineRule({
  id: 'lifecycle/readable',
  title: 'Every script is a regular text file of its folder',
  why: 'What cannot be read is not checked: a file beyond 1 MiB, one that is not UTF-8 text, a link that leaves the folder, a pipe. `aws s3 sync` follows links, so a link out of the folder puts whatever it leads to on the machine of the upload (a credential file, say) into the bucket and on every node; a link that leads nowhere and a pipe are left out of the upload, with a warning that is easily missed.',
  severity: 'error',
  otherSeverities: ['warning'],
  checklist: '6',
  sources: [
    'https://docs.aws.amazon.com/cli/latest/reference/s3/sync.html',
    'https://github.com/aws/aws-cli/blob/v2/awscli/customizations/s3/filegenerator.py',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ClusterLifeCycleConfig.html',
  ],
  needs: [],
  uses: ['repositoryScripts', 'bucketScripts'],
  applies: (plan) => whyNoScripts(plan) ?? true,
  evaluate: (facts, plan) => eachScriptFolder(facts, plan, (judged) => judge(judged, plan)),
})

type Refused = Extract<ScriptFile, { kind: 'refused' }>

const judge = (judged: JudgedFolder, plan: Plan): readonly Outcome[] => {
  const { folder, entryPoints } = judged
  const refused = Object.entries(folder.files).flatMap(([path, file]) => (file.kind === 'refused' ? [{ path, file }] : []))
  const location = folder.origin === 'bucket' ? judged.locationOf('', startOfFile) : null
  if (refused.length === 0) {
    const count = Object.keys(folder.files).length
    return [pass(folder.name, `all ${count} scripts of ${folder.name} could be read`, { evidence: { scripts: count }, location })]
  }
  const mustRead = new Set(entryPoints.map(({ script }) => script))
  if (whyNoProvisioningParameters(plan) === null) mustRead.add(provisioningParametersFile)
  const beyond = refused.filter(({ path, file }) => file.cause === 'bound' && !mustRead.has(path))
  return [
    ...refused.filter((each) => !beyond.includes(each)).map(({ path, file }) => judgeFile(judged, path, file, mustRead.has(path))),
    ...(beyond.length === 0 ? [] : [unreadOnes(judged, beyond)]),
  ]
}

const judgeFile = (judged: JudgedFolder, path: string, { cause, reason }: Refused, mustRead: boolean): Outcome => {
  const subject = judged.nameOf(path)
  const details = { location: judged.locationOf(path, startOfFile), severity: mustRead ? undefined : ('warning' as const) }
  const message = `${subject} was not checked: ${reason}${consequences[cause] ?? ''}`
  // What this machine would not open, or did not come to, may well be right.
  if (cause === 'access' || cause === 'bound') return unknown(subject, { reason: 'unsupported', action: 'none', message }, details)
  return fail(subject, message, fixOf(judged, path, cause), details)
}

const consequences: { readonly [K in RefusalCause]?: string } = {
  'link-outside': '; aws s3 sync follows it and uploads what it leads to',
  'link-broken': '; aws s3 sync leaves it out',
  'link-loop': '; aws s3 sync follows it over and over',
  kind: '; aws s3 sync leaves it out',
}

const fixOf = (judged: JudgedFolder, path: string, cause: RefusalCause): Fix => {
  const file = judged.nameOf(path)
  const look = (...words: readonly string[]): readonly string[] =>
    judged.folder.origin === 'bucket' ? [command('aws', 's3', 'ls', file)] : [command(...words, file)]
  switch (cause) {
    case 'link-outside':
    case 'link-broken':
    case 'link-loop':
      return {
        text: 'Put a regular file in its place, or take the link out of the folder; an upload with --no-follow-symlinks leaves links out.',
        commands: [...look('ls', '-l', '--'), command('git', 'rm', '--', file)],
      }
    case 'size':
      return {
        text: 'Keep data and archives out of the script: a file of its own beside it, which the script reads, is uploaded just the same.',
        commands: look('ls', '-l', '--'),
      }
    case 'encoding':
      return {
        text: 'Save it as UTF-8 text; a compiled program belongs under a name of its own that a script starts.',
        commands: look('file', '--'),
      }
    default:
      return { text: 'Put a regular file with a name in UTF-8 in its place.', commands: look('ls', '-l', '--') }
  }
}

/** Scripts beyond what is read of one folder. */
const unreadOnes = (judged: JudgedFolder, refused: readonly { readonly path: string; readonly file: Refused }[]): Outcome => {
  const { name } = judged.folder
  const [first] = refused
  const message = `${refused.length} scripts of ${name} were not checked, the first is ${first?.path}: ${first?.file.reason}`
  return unknown(
    name,
    { reason: 'unsupported', action: 'none', message },
    { severity: 'warning', evidence: { notRead: refused.length }, location: judged.locationOf(first?.path ?? '', startOfFile) },
  )
}
