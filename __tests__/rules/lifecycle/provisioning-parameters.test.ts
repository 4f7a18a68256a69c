import { describe, expect, test } from '@jest/globals'
import type { Orchestrator, Plan } from '../../../src/model/plan.ts'
import { provisioningParameters as rule } from '../../../src/rules/lifecycle/provisioning-parameters.ts'
import {
  aGroup,
  aPlan,
  aRequest,
  aScriptedGroup,
  bucketScriptsOf,
  denied,
  findingsOf,
  known,
  repositoryScriptsOf,
  statuses,
} from '../../builders.ts'

const uri = 's3://sagemaker-lifecycle/hyperpod/'
const file = `${uri}provisioning_parameters.json`
const good = `{
  "version": "1.0.0",
  "workload_manager": "slurm",
  "controller_group": "controller",
  "worker_groups": [
    { "instance_group_name": "worker-1", "partition_name": "dev" }
  ]
}
`
const legacy: Orchestrator = { kind: 'slurm', configuration: 'legacy' }
const source = { bucket: 'sagemaker-lifecycle', prefix: 'hyperpod/', location: { path: 'cluster.json', line: 11, column: 9 } }
const legacyPlan = aPlan({ orchestrator: legacy, request: aRequest(), instanceGroups: [aScriptedGroup()], lifecycleSources: [source] })
const inBucket = (text: string | null, plan: Plan = legacyPlan) =>
  findingsOf(rule, plan, {
    repositoryScripts: null,
    bucketScripts: bucketScriptsOf({ 'on_create.sh': '', ...(text !== null && { 'provisioning_parameters.json': text }) }),
  })

describe('lifecycle/provisioning-parameters', () => {
  test('a good file passes', () => {
    expect(statuses(inBucket(good))).toEqual([`pass ${file}`])
  })

  test('every place is a finding of its own, with line and column', () => {
    const text = good
      .replace(', "partition_name": "dev"', '')
      .replace('"slurm"', '"pbs"')
      .replace('"1.0.0",', '"1.0.0",\n  "fsx_dns_name": "fs-0a.fsx",')
    const findings = findingsOf(rule, aPlan({ ...legacyPlan, lifecycleScripts: 'scripts', lifecycleSources: [] }), {
      repositoryScripts: repositoryScriptsOf({ 'on_create.sh': '', 'provisioning_parameters.json': text }),
      bucketScripts: {},
    })
    expect(
      findings.map(({ status, severity, subject, location }) => [status, severity, subject, location?.line, location?.column]),
    ).toEqual([
      ['fail', 'error', 'scripts/provisioning_parameters.json#/workload_manager', 4, 23],
      ['fail', 'error', 'scripts/provisioning_parameters.json#/worker_groups/0/partition_name', 7, 5],
      ['fail', 'error', 'scripts/provisioning_parameters.json#/fsx_dns_name', 3, 19],
    ])
    expect(findings[1]?.message).toBe('scripts/provisioning_parameters.json, line 7: worker_groups[0].partition_name is missing')
    expect(findings[1]?.location?.path).toBe('scripts/provisioning_parameters.json')
    expect(findings[1]?.fix).toEqual({
      text: 'Correct worker_groups[0].partition_name in provisioning_parameters.json.',
      commands: ['python3 -m json.tool scripts/provisioning_parameters.json'],
    })
  })

  test('what is not JSON is said with its place', () => {
    const [finding, ...others] = inBucket('{\n  "version": "1.0.0",\n}\n')
    expect(others).toEqual([])
    expect(finding).toMatchObject({
      status: 'fail',
      severity: 'error',
      subject: file,
      message: `${file} is not JSON: line 3, column 1: a name in double quotes is expected there, not }`,
      evidence: { line: 3, column: 1 },
      location: { path: 'cluster.json', line: 11, column: 9 },
    })
  })

  test.each<[string, Partial<Plan>, string]>([
    ['a legacy request', {}, 'error'],
    ['Slurm, no request', { orchestrator: { kind: 'slurm', configuration: 'unstated' }, request: null }, 'warning'],
    ['no orchestrator', { orchestrator: { kind: 'unstated' }, request: null }, 'warning'],
    [
      'a legacy request whose scripts only extend the AMI',
      {
        instanceGroups: [
          aGroup({
            lifecycle: {
              mode: 'extension',
              source: { bucket: 'sagemaker-lifecycle', prefix: 'hyperpod/', location: null },
              script: 'on_create.sh',
              location: null,
            },
          }),
        ],
      },
      'warning',
    ],
  ])('absent: %s', (_, changes, severity) => {
    const findings = inBucket(null, { ...legacyPlan, ...changes })
    expect(findings).toMatchObject([{ status: 'fail', severity, subject: file }])
    expect(findings[0]?.fix?.commands).toEqual([`aws s3 cp ./provisioning_parameters.json ${file} --region us-west-2`])
  })

  test.each<[string, Partial<Plan>]>([
    ['EKS', { orchestrator: { kind: 'eks', cluster: null } }],
    ['SlurmConfig', { orchestrator: { kind: 'slurm', configuration: 'api' } }],
    ['AMI-based', { instanceGroups: [aGroup()], lifecycleSources: [] }],
  ])('%s skips it', (_, changes) => {
    expect(statuses(inBucket('{', { ...legacyPlan, ...changes }))).toEqual(['skipped plan'])
  })

  test('repository and bucket are judged each for itself', () => {
    const findings = findingsOf(
      rule,
      { ...legacyPlan, lifecycleScripts: 'scripts' },
      {
        repositoryScripts: repositoryScriptsOf({ 'provisioning_parameters.json': good }),
        bucketScripts: { [uri]: denied('s3:GetObject') },
      },
    )
    expect(statuses(findings)).toEqual(['pass scripts/provisioning_parameters.json', `unknown ${uri}`])
  })

  test('absent in the repository is an error where there is no copy in S3, else a warning', () => {
    const facts = { repositoryScripts: repositoryScriptsOf({ 'on_create.sh': '' }) }
    const alone = { ...legacyPlan, lifecycleScripts: 'scripts', lifecycleSources: [] }
    expect(findingsOf(rule, alone, { ...facts, bucketScripts: {} })).toMatchObject([{ status: 'fail', severity: 'error' }])
    const both = { ...legacyPlan, lifecycleScripts: 'scripts' }
    const bucketScripts = bucketScriptsOf({ 'provisioning_parameters.json': good })
    expect(findingsOf(rule, both, { ...facts, bucketScripts })).toMatchObject([{ status: 'fail', severity: 'warning' }, { status: 'pass' }])
  })

  test('an absent bucket is skipped, a refused file unknown', () => {
    expect(statuses(findingsOf(rule, legacyPlan, { repositoryScripts: null, bucketScripts: { [uri]: known(null) } }))).toEqual([
      `skipped ${uri}`,
    ])
    const bucketScripts = bucketScriptsOf({ 'provisioning_parameters.json': { refused: 'it is not UTF-8 text' } })
    expect(statuses(findingsOf(rule, legacyPlan, { repositoryScripts: null, bucketScripts }))).toEqual([`unknown ${file}`])
  })
})
