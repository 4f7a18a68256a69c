import type { Fix, Outcome } from '../../model/finding.ts'
import type { InstanceGroup, Plan } from '../../model/plan.ts'
import { type MultiHeadProblem, multiHeadProblems } from '../../semantics/lifecycle/multi-head.ts'
import { namedGroups } from '../../semantics/lifecycle/provisioning-parameters.ts'
import { provisioningParametersFile as file } from '../../semantics/plan/lifecycle-folders.ts'
import type { JsonDocument } from '../../semantics/text/json-document.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, reported, skip } from '../engine/outcome.ts'
import { corrected, givenProvisioningFile, subjectAt, whyNoProvisioningParameters } from '../shared/provisioning-file.ts'
import { eachScriptFolder, type JudgedFolder } from '../shared/script-folders.ts'

export const controller = defineRule({
  id: 'slurm/controller',
  title: 'The cluster has one controller node, or several with the settings that they share',
  why: 'Slurm is run by its controller. Without a node for it no node joins. Several controller nodes work only where they share a database, its credentials and a directory, which provisioning_parameters.json names under `slurm_configurations`; SlurmConfig of the request has no place for that.',
  severity: 'error',
  otherSeverities: ['warning'],
  checklist: '9',
  checklistDiffers: 'The checklist does not mention the controller.',
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-slurm-api-config-migration.html',
    'https://github.com/awslabs/awsome-distributed-ai/tree/main/1.architectures/5.sagemaker-hyperpod/LifecycleScripts/base-config/multi_headnode_setup',
  ],
  needs: [],
  uses: ['repositoryScripts', 'bucketScripts'],
  applies: (plan) => {
    const { orchestrator, request, instanceGroups } = plan
    if (orchestrator.kind === 'eks') return 'The cluster is orchestrated by EKS: there is no Slurm controller.'
    if (request === null) return 'Without a request file (cluster-config) the instance groups are not known.'
    if (instanceGroups.length === 0) return 'The request has no instance group.'
    return (orchestrator.kind === 'slurm' && orchestrator.configuration === 'api') || (whyNoProvisioningParameters(plan) ?? true)
  },
  evaluate: (facts, plan) => {
    if (plan.orchestrator.kind === 'slurm' && plan.orchestrator.configuration === 'api') return inRequest(plan)
    return eachScriptFolder(facts, plan, (judged) =>
      givenProvisioningFile(
        judged,
        (document) => [inFile(judged, document, plan)],
        () => skip(judged.nameOf(file), `${judged.nameOf(file)} does not exist: lifecycle/provisioning-parameters judges that`),
      ),
    )
  },
})

/** SlurmConfig. How many groups are of type Controller is judged by plan/slurm-groups. */
const inRequest = ({ instanceGroups }: Plan): readonly Outcome[] => {
  const controllers = instanceGroups.filter(({ slurmNodeType }) => slurmNodeType === 'Controller')
  if (controllers.length === 0) return [reported('Controller', 'no group has NodeType Controller', 'plan/slurm-groups')]
  return controllers.map((group) => {
    const { name, instanceCount, location } = group
    const details = { location, evidence: { instanceCount } }
    if (instanceCount === 0) return noNode(group)
    if (instanceCount === 1) return pass(name, `${name} has the one controller node`, details)
    const text = `Set InstanceCount of ${name} to 1. A cluster of several head nodes is configured by ${file}, without SlurmConfig.`
    return fail(name, `${name} has ${instanceCount} controller nodes, SlurmConfig makes clusters of one`, { text, commands: [] }, details)
  })
}

const noNode = ({ name, location }: InstanceGroup): Outcome =>
  fail(
    name,
    `${name} is the controller group and has InstanceCount 0: no node runs Slurm's controller`,
    { text: `Set InstanceCount of ${name} to 1.`, commands: [] },
    { location, evidence: { instanceCount: 0 } },
  )

const inFile = (judged: JudgedFolder, document: JsonDocument, plan: Plan): Outcome => {
  const subject = judged.nameOf(file)
  if (document.kind === 'malformed') return reported(subject, `${subject} is not JSON`, 'lifecycle/provisioning-parameters')
  const named = namedGroups(document.value).find(({ path }) => path[0] === 'controller_group')
  if (named === undefined) return reported(subject, `${subject} names no controller_group`, 'lifecycle/provisioning-parameters')
  const group = plan.instanceGroups.find(({ name }) => name === named.name)
  if (group === undefined)
    return reported(subject, `${subject} names ${named.name}, which is no group of the request`, 'lifecycle/provisioning-groups')
  if (group.instanceCount === 0) return noNode(group)
  if (group.instanceCount === 1) return pass(subject, `${group.name}, which ${subject} names, has the one controller node`)
  return severalHeads(judged, document, group, plan)
}

const severalHeads = (
  judged: JudgedFolder,
  document: Extract<JsonDocument, { kind: 'json' }>,
  { name, instanceCount }: InstanceGroup,
  { region }: Plan,
): Outcome => {
  const problems = multiHeadProblems(document.value, region)
  const path = problems === null ? ['controller_group'] : ['slurm_configurations']
  const subject = subjectAt(judged, path)
  const details = { location: judged.locationOf(file, document.placeOf(path)), evidence: { instanceCount } }
  if (problems === null) {
    const message = `${name} has ${instanceCount} controller nodes, and ${judged.nameOf(file)} has no slurm_configurations for them to share`
    return fail(subject, message, oneOrSettings(judged, name), details)
  }
  if (problems.length === 0)
    return pass(subject, `${name} has ${instanceCount} controller nodes, with the settings that they share`, details)
  const severity = problems.some(({ required }) => required) ? undefined : ('warning' as const)
  const message = `${name} has ${instanceCount} controller nodes, and of slurm_configurations in ${judged.nameOf(file)} ${inWords(problems)}`
  return fail(subject, message, oneOrSettings(judged, name), { ...details, severity })
}

const inWords = (problems: readonly MultiHeadProblem[]): string => problems.map(({ name, problem }) => `${name} ${problem}`).join(', ')

const oneOrSettings = (judged: JudgedFolder, name: string): Fix =>
  corrected(
    judged,
    `Set InstanceCount of ${name} to 1; or name the database (slurm_database_endpoint, slurm_database_user, slurm_database_secret_arn), the shared directory (slurm_shared_directory) and the topic (slurm_sns_arn) under slurm_configurations.`,
  )
