import type { Fix, Outcome } from '../../model/finding.ts'
import type { Plan } from '../../model/plan.ts'
import { pointer } from '../../semantics/lifecycle/provisioning-parameters.ts'
import { provisioningParametersFile, whyNoScripts } from '../../semantics/plan/lifecycle-folders.ts'
import { type JsonDocument, type JsonPath, readJson } from '../../semantics/text/json-document.ts'
import { command } from '../engine/command.ts'
import { givenText, type JudgedFolder } from './script-folders.ts'

/** Why provisioning_parameters.json means nothing for a plan; null where it may mean something. */
export const whyNoProvisioningParameters = (plan: Plan): string | null => {
  if (plan.orchestrator.kind === 'eks') return `The cluster is orchestrated by EKS: ${provisioningParametersFile} means nothing there.`
  if (plan.orchestrator.kind === 'slurm' && plan.orchestrator.configuration === 'api') {
    return `Slurm is configured in the request (SlurmConfig), which forbids ${provisioningParametersFile}: lifecycle/provisioning-conflict judges that.`
  }
  return whyNoScripts(plan)
}

/** The file's name, with the JSON pointer of a value in it as the fragment. */
export const subjectAt = (judged: JudgedFolder, path: JsonPath): string =>
  `${judged.nameOf(provisioningParametersFile)}${path.length === 0 ? '' : `#${pointer(path)}`}`

/** Judges the folder's file where it has one, or what its absence means. */
export const givenProvisioningFile = (
  judged: JudgedFolder,
  judge: (document: JsonDocument) => Outcome | readonly Outcome[],
  absent: () => Outcome,
): readonly Outcome[] =>
  judged.folder.paths.includes(provisioningParametersFile)
    ? givenText(judged, provisioningParametersFile, (text) => judge(readJson(text)))
    : [absent()]

/** What to correct by hand, and the commands around it: fetch where it is in S3 alone, check, store. */
export const corrected = (judged: JudgedFolder, text: string): Fix => ({
  text: judged.folder.origin === 'bucket' ? `${text} Do so before the last command stores it.` : text,
  commands: judged.mend(provisioningParametersFile, (copy) => [command('python3', '-m', 'json.tool', copy)]),
})
