import { describe, expect, test } from '@jest/globals'
import { provisioningConflict as rule } from '../../../src/rules/lifecycle/provisioning-conflict.ts'
import {
  aPlan,
  aRequest,
  aScriptedGroup,
  bucketFoldersOf,
  denied,
  findingsOf,
  known,
  repositoryScriptsOf,
  statuses,
} from '../../builders.ts'

const uri = 's3://sagemaker-lifecycle/hyperpod/'
const file = `${uri}provisioning_parameters.json`
const source = { bucket: 'sagemaker-lifecycle', prefix: 'hyperpod/', location: { path: 'cluster.json', line: 11, column: 9 } }
const plan = aPlan({
  orchestrator: { kind: 'slurm', configuration: 'api' },
  request: aRequest(),
  instanceGroups: [aScriptedGroup()],
  lifecycleSources: [source],
})
const notConfigured = 'The request does not configure Slurm (no SlurmConfig, no Orchestrator.Slurm).'
const none = { repositoryScripts: null }

describe('lifecycle/provisioning-conflict', () => {
  test.each<[string, readonly string[], string]>([
    ['absent', ['on_create.sh'], 'pass'],
    ['present', ['on_create.sh', 'provisioning_parameters.json'], 'fail'],
    ['deeper, where nobody reads it', ['old/provisioning_parameters.json'], 'pass'],
  ])('%s', (_, paths, status) => {
    expect(statuses(findingsOf(rule, plan, { ...none, bucketFolders: bucketFoldersOf(...paths) }))).toEqual([`${status} ${file}`])
  })

  test('names the object, the place of the request and the command that removes it', () => {
    expect(findingsOf(rule, plan, { ...none, bucketFolders: bucketFoldersOf('provisioning_parameters.json') })).toMatchObject([
      {
        severity: 'error',
        message: `${file} exists and the request configures Slurm itself: HyperPod refuses both together`,
        location: source.location,
        fix: {
          text: "Remove the object, and take an entry point that does not read it (AWS's base scripts do); or take SlurmConfig and Orchestrator.Slurm out of the request.",
          commands: [`aws s3 rm ${file} --region us-west-2`],
        },
      },
    ])
    expect(findingsOf(rule, plan, { ...none, bucketFolders: bucketFoldersOf('on_create.sh') })).toMatchObject([
      { status: 'pass', message: `${uri} holds no provisioning_parameters.json`, location: source.location },
    ])
  })

  test('in the repository it is a warning, at the file', () => {
    const inRepository = (scripts: Parameters<typeof repositoryScriptsOf>[0]) =>
      findingsOf(
        rule,
        { ...plan, lifecycleScripts: 'scripts' },
        { repositoryScripts: repositoryScriptsOf(scripts), bucketFolders: bucketFoldersOf('on_create.sh') },
      )
    const subject = 'scripts/provisioning_parameters.json'
    expect(inRepository({ 'provisioning_parameters.json': '{}' })).toMatchObject([
      {
        status: 'fail',
        severity: 'warning',
        subject,
        message: `${subject} will be uploaded with the folder, and the request configures Slurm itself: HyperPod refuses both together`,
        fix: {
          text: 'Remove the file from the folder, or leave it out when you upload the folder.',
          commands: [`git rm -- ${subject}`],
        },
        location: { path: subject, line: 1, column: 1 },
      },
      { status: 'pass', subject: file },
    ])
    expect(inRepository({ 'on_create.sh': '' })).toMatchObject([
      { status: 'pass', subject, message: 'scripts holds no provisioning_parameters.json' },
      { status: 'pass', subject: file },
    ])
  })

  test('a folder from which no group runs anything is skipped', () => {
    const unused = { bucket: 'sagemaker-other', prefix: '', location: source.location }
    expect(findingsOf(rule, { ...plan, lifecycleSources: [unused] }, { ...none, bucketFolders: {} })).toMatchObject([
      {
        status: 'skipped',
        subject: 's3://sagemaker-other/',
        message: 'no instance group of the request runs a script from s3://sagemaker-other/',
        location: source.location,
      },
    ])
  })

  test('denied is unknown, in the repository as a warning; an absent bucket is skipped', () => {
    const given = { repositoryScripts: denied('none'), bucketFolders: { [uri]: denied('s3:ListBucket') } }
    expect(findingsOf(rule, { ...plan, lifecycleScripts: 'scripts' }, given)).toMatchObject([
      { status: 'unknown', severity: 'warning', subject: 'scripts/provisioning_parameters.json' },
      { status: 'unknown', severity: 'error', subject: file, location: source.location },
    ])
    expect(statuses(findingsOf(rule, plan, { ...none, bucketFolders: { [uri]: known(null) } }))).toEqual([`skipped ${uri}`])
  })

  test.each([
    ['legacy Slurm', aPlan({ ...plan, orchestrator: { kind: 'slurm', configuration: 'legacy' } }), notConfigured],
    ['EKS', aPlan({ ...plan, orchestrator: { kind: 'eks', cluster: null } }), notConfigured],
    ['either', aPlan({ ...plan, orchestrator: { kind: 'unstated' } }), notConfigured],
    ['no group runs a script', aPlan({ ...plan, instanceGroups: [] }), 'No instance group of the request names a lifecycle script.'],
  ])('%s skips it', (_, other, message) => {
    const findings = findingsOf(rule, other, { ...none, bucketFolders: bucketFoldersOf('provisioning_parameters.json') })
    expect(findings).toMatchObject([{ status: 'skipped', subject: 'plan', message }])
  })
})
