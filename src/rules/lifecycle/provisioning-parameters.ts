import type { Outcome, Severity } from '../../model/finding.ts'
import type { Plan } from '../../model/plan.ts'
import { dotted, parameterIssues } from '../../semantics/lifecycle/provisioning-parameters.ts'
import { provisioningParametersFile as file } from '../../semantics/plan/lifecycle-folders.ts'
import type { JsonDocument } from '../../semantics/text/json-document.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass } from '../engine/outcome.ts'
import { corrected, givenProvisioningFile, subjectAt, whyNoProvisioningParameters } from '../shared/provisioning-file.ts'
import { eachScriptFolder, type JudgedFolder, startOfFile } from '../shared/script-folders.ts'

export const provisioningParameters = defineRule({
  id: 'lifecycle/provisioning-parameters',
  title: 'provisioning_parameters.json is there, is JSON and has every field that Slurm is set up from',
  why: "Where the request does not configure Slurm, HyperPod and AWS's scripts read `provisioning_parameters.json` beside the entry point to tell the controller from the workers. A missing file, a trailing comma or a worker group without partition_name fails every node, after all of them have been launched.",
  severity: 'error',
  otherSeverities: ['warning'],
  checklist: '6',
  checklistDiffers:
    'The checklist requires the file always. It is read by Slurm clusters in the legacy configuration only: with SlurmConfig in the request it is forbidden (`lifecycle/provisioning-conflict`), and on EKS it means nothing. Where the plan does not say which of these it is, an absent file is a warning.',
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-ref.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/smcluster-getting-started-slurm-cli.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-slurm-api-config-migration.html',
  ],
  needs: [],
  uses: ['repositoryScripts', 'bucketScripts'],
  applies: (plan) => whyNoProvisioningParameters(plan) ?? true,
  evaluate: (facts, plan) =>
    eachScriptFolder(facts, plan, (judged) =>
      givenProvisioningFile(
        judged,
        (document) => judge(judged, document),
        () => absent(judged, plan),
      ),
    ),
})

const judge = (judged: JudgedFolder, document: JsonDocument): readonly Outcome[] => {
  const subject = judged.nameOf(file)
  if (document.kind === 'malformed') {
    const { line, column } = document.place
    return [
      fail(
        subject,
        `${subject} is not JSON: line ${line}, column ${column}: ${document.message}`,
        corrected(judged, 'Correct the file; it is read as strict JSON, without comments and trailing commas.'),
        { location: judged.locationOf(file, document.place), evidence: { line, column } },
      ),
    ]
  }
  const issues = parameterIssues(document.value)
  if (issues.length === 0) {
    return [pass(subject, `${subject} has every required field`, { location: judged.locationOf(file, document.placeOf([])) })]
  }
  return issues.map(({ path, message }) => {
    const place = document.placeOf(path)
    return fail(
      subjectAt(judged, path),
      `${subject}, line ${place.line}: ${message}`,
      corrected(judged, `Correct ${path.length === 0 ? 'the document' : dotted(path)} in ${file}.`),
      { location: judged.locationOf(file, place), evidence: { line: place.line, column: place.column } },
    )
  })
}

const absent = (judged: JudgedFolder, plan: Plan): Outcome => {
  const subject = judged.nameOf(file)
  const isLegacy = plan.orchestrator.kind === 'slurm' && plan.orchestrator.configuration === 'legacy'
  // OnInitComplete adds to what the AMI sets up; no source says that it needs the file.
  const isExtension = judged.entryPoints.every(({ hook }) => hook === 'OnInitComplete')
  const isBucket = judged.folder.origin === 'bucket'
  // What counts is the copy in S3, judged for itself: the repository need not hold a file that is made at upload.
  const isSecondCopy = !isBucket && plan.lifecycleSources.length > 0
  const severity: Severity = isLegacy && !isExtension && !isSecondCopy ? 'error' : 'warning'
  const doubt = isLegacy ? '' : ' (needed only where Slurm is not configured in the request, which the plan does not say)'
  return fail(
    subject,
    `${subject} does not exist: Slurm is set up from it${doubt}`,
    {
      text: `Put ${file} beside the entry point with version, workload_manager, controller_group and worker_groups, or configure Slurm in the request (SlurmConfig).`,
      commands: isBucket ? [command('aws', 's3', 'cp', `./${file}`, subject, '--region', plan.region)] : [],
    },
    { severity, location: isBucket ? judged.locationOf(file, startOfFile) : null },
  )
}
