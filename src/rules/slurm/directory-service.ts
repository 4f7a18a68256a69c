import type { Outcome } from '../../model/finding.ts'
import { type OpenSetting, sssdSettings } from '../../semantics/lifecycle/sssd-settings.ts'
import { whyNoScripts } from '../../semantics/plan/lifecycle-folders.ts'
import { placeAt } from '../../semantics/text/place.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, skip } from '../engine/outcome.ts'
import { eachScriptFolder, givenText, type JudgedFolder } from '../shared/script-folders.ts'

/** Where AWS's base scripts keep their settings. */
const file = 'config.py'

export const directoryService = defineRule({
  id: 'slurm/directory-service',
  title: 'Where the scripts set up SSSD, its settings are those of a directory of yours',
  why: "AWS's base scripts join nodes to LDAP or Active Directory where `enable_sssd = True` stands in `config.py`, with the settings of `SssdConfig` beside it. With the example values that the file comes with, SSSD asks a server that does not exist: the script fails, or nobody of the directory can log in.",
  severity: 'warning',
  checklist: '9',
  checklistDiffers:
    'The checklist asks for a configuration of LDAP or AD without naming it. What can be read is whether the settings of the base scripts were filled in; the directory itself is not asked. A value is never repeated here: one of them is a password.',
  sources: [
    'https://github.com/awslabs/awsome-distributed-ai/blob/main/1.architectures/5.sagemaker-hyperpod/LifecycleScripts/base-config/config.py',
  ],
  needs: [],
  uses: ['repositoryScripts', 'bucketScripts'],
  applies: (plan) =>
    plan.orchestrator.kind === 'eks' ? 'The cluster is orchestrated by EKS: SSSD is for Slurm.' : (whyNoScripts(plan) ?? true),
  evaluate: (facts, plan) =>
    eachScriptFolder(facts, plan, (judged) => {
      if (judged.folder.paths.includes(file)) return givenText(judged, file, (text) => judge(judged, text))
      return [skip(judged.nameOf(file), `${judged.folder.name} has no ${file}: its scripts are not those that set up SSSD by it`)]
    }),
})

const judge = (judged: JudgedFolder, text: string): Outcome => {
  const subject = judged.nameOf(file)
  const settings = sssdSettings(text)
  if (settings.kind === 'off') return skip(subject, `${subject} does not turn SSSD on`)
  const [first, ...others] = settings.open
  const evidence = { openSettings: settings.open.map(({ name }) => name) }
  const start = placeAt(text, first?.offset ?? 0)
  if (first === undefined) {
    const message = `${subject} turns SSSD on, and no setting of SssdConfig is empty or an example`
    return pass(subject, message, { location: judged.locationOf(file, start), evidence })
  }
  const named = [first, ...others].map((setting) => inWords(setting, text)).join(', ')
  const turnsOn = settings.certain ? 'turns SSSD on' : 'may turn SSSD on (its enable_sssd is not simply True or False)'
  return fail(
    subject,
    `${subject} ${turnsOn}, and in SssdConfig ${named}`,
    {
      text: `Put the values of your own directory into ${subject}; ldap_default_authtok is the obfuscated password. Or set enable_sssd = False.`,
      commands: [],
    },
    { location: judged.locationOf(file, start), evidence },
  )
}

const inWords = ({ name, problem, offset }: OpenSetting, text: string): string =>
  `${name} (line ${placeAt(text, offset).line}) ${problem === 'empty' ? 'is empty' : 'is still the example'}`
