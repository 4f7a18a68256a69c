import type { Outcome } from '../../model/finding.ts'
import type { Plan } from '../../model/plan.ts'
import { dotted, type NamedGroup, namedGroups } from '../../semantics/lifecycle/provisioning-parameters.ts'
import { provisioningParametersFile as file } from '../../semantics/plan/lifecycle-folders.ts'
import type { JsonDocument } from '../../semantics/text/json-document.ts'
import { nearestName } from '../../semantics/text/nearest-name.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, reported, skip } from '../engine/outcome.ts'
import { corrected, givenProvisioningFile, subjectAt, whyNoProvisioningParameters } from '../shared/provisioning-file.ts'
import { eachScriptFolder, type JudgedFolder } from '../shared/script-folders.ts'

export const provisioningGroups = defineRule({
  id: 'lifecycle/provisioning-groups',
  title: 'provisioning_parameters.json and the request name the same instance groups',
  why: 'Each node looks itself up by the name of its instance group. A name in the file that is no group of the request leaves Slurm without that controller or those workers; a group of the request that the file leaves out stops with "This instance not found in resource config". A `login_group` that is no group is a warning: AWS\'s own examples ship one, and nodes come up without it. So is the controller or login group among the workers: Slurm then sends jobs to nodes that run none.',
  severity: 'error',
  otherSeverities: ['warning'],
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-ref.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/smcluster-getting-started-slurm-cli.html',
    'https://github.com/awslabs/awsome-distributed-ai/blob/main/1.architectures/5.sagemaker-hyperpod/LifecycleScripts/base-config/lifecycle_script.py',
  ],
  needs: [],
  uses: ['repositoryScripts', 'bucketScripts'],
  applies: (plan) => {
    if (plan.request === null) return 'Without a request file (cluster-config) the names of the instance groups are not known.'
    if (plan.instanceGroups.length === 0) return 'The request has no instance group.'
    return whyNoProvisioningParameters(plan) ?? true
  },
  evaluate: (facts, plan) =>
    eachScriptFolder(facts, plan, (judged) => {
      const subject = judged.nameOf(file)
      return givenProvisioningFile(
        judged,
        (document) => judge(judged, document, plan),
        () => skip(subject, `${subject} does not exist: lifecycle/provisioning-parameters judges that`),
      )
    }),
})

const judge = (judged: JudgedFolder, document: JsonDocument, plan: Plan): readonly Outcome[] => {
  const subject = judged.nameOf(file)
  if (document.kind === 'malformed') return [reported(subject, `${subject} is not JSON`, 'lifecycle/provisioning-parameters')]
  const planned = plan.instanceGroups.map(({ name }) => name)
  const named = namedGroups(document.value)
  if (named.length === 0) return [reported(subject, `${subject} names no instance group`, 'lifecycle/provisioning-parameters')]
  const names = new Set(named.map(({ name }) => name))
  const foreign = named.filter(({ name }) => !planned.includes(name)).map((group) => foreignGroup(judged, document, group, planned))
  const forgotten = planned.filter((name) => !names.has(name))
  const outcomes = [
    ...foreign,
    ...(forgotten.length === 0 ? [] : [forgottenGroups(judged, document, forgotten)]),
    ...workingGroups(judged, document, named),
  ]
  return outcomes.length > 0
    ? outcomes
    : [pass(subject, `${subject} names exactly the instance groups of the request: ${planned.join(', ')}`)]
}

type ReadDocument = Extract<JsonDocument, { kind: 'json' }>

const foreignGroup = (judged: JudgedFolder, document: ReadDocument, { path, name }: NamedGroup, planned: readonly string[]): Outcome => {
  const near = nearestName(name, planned)
  const meant = near === null ? '' : `; ${near} is near`
  const place = document.placeOf(path)
  return fail(
    subjectAt(judged, path),
    `${judged.nameOf(file)}, line ${place.line}: ${dotted(path)} is "${name}", which is no instance group of the request${meant}`,
    corrected(judged, `Write the name of one of the request's groups: ${planned.join(', ')}.`),
    {
      location: judged.locationOf(file, place),
      evidence: { named: name, instanceGroups: planned },
      ...(path[0] === 'login_group' && { severity: 'warning' as const }),
    },
  )
}

/** Groups of the controller or of logins that are among the workers too. Their nodes come up, as what their first name makes of them. */
const workingGroups = (judged: JudgedFolder, document: ReadDocument, named: readonly NamedGroup[]): readonly Outcome[] => {
  const heads = named.filter(({ path }) => path[0] !== 'worker_groups')
  return named
    .filter(({ path }) => path[0] === 'worker_groups')
    .flatMap(({ path, name }) => {
      const head = heads.find((group) => group.name === name)
      if (head === undefined) return []
      const place = document.placeOf(path)
      return [
        fail(
          subjectAt(judged, path),
          `${judged.nameOf(file)}, line ${place.line}: ${name} is ${dotted(head.path)} and a worker group too: its nodes run no jobs`,
          corrected(judged, `Remove ${name} from worker_groups, or name another group as ${dotted(head.path)}.`),
          { location: judged.locationOf(file, place), evidence: { named: name }, severity: 'warning' },
        ),
      ]
    })
}

const forgottenGroups = (judged: JudgedFolder, document: ReadDocument, forgotten: readonly string[]): Outcome => {
  const subject = judged.nameOf(file)
  const several = forgotten.length > 1
  return fail(
    subject,
    `${subject} does not name ${forgotten.join(', ')}, ${several ? 'instance groups' : 'an instance group'} of the request`,
    corrected(
      judged,
      `Name ${several ? 'each of them' : 'it'} as controller_group, as login_group, or with its partition in worker_groups.`,
    ),
    { location: judged.locationOf(file, document.placeOf(['worker_groups'])), evidence: { missing: forgotten } },
  )
}
