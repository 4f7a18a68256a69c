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
    const [finding] = findingsOf(rule, plan, { ...none, bucketFolders: bucketFoldersOf('provisioning_parameters.json') })
    expect(finding).toMatchObject({
      severity: 'error',
      location: { path: 'cluster.json', line: 11, column: 9 },
      fix: { commands: [`aws s3 rm ${file} --region us-west-2`] },
    })
  })

  test('in the repository it is a warning, at the file', () => {
    const [finding, bucket] = findingsOf(
      rule,
      { ...plan, lifecycleScripts: 'scripts' },
      {
        repositoryScripts: repositoryScriptsOf({ 'provisioning_parameters.json': '{}' }),
        bucketFolders: bucketFoldersOf('on_create.sh'),
      },
    )
    expect(finding).toMatchObject({
      status: 'fail',
      severity: 'warning',
      subject: 'scripts/provisioning_parameters.json',
      location: { path: 'scripts/provisioning_parameters.json', line: 1, column: 1 },
    })
    expect(bucket?.status).toBe('pass')
  })

  test('denied is unknown, an absent bucket is skipped', () => {
    expect(statuses(findingsOf(rule, plan, { ...none, bucketFolders: { [uri]: denied('s3:ListBucket') } }))).toEqual([`unknown ${file}`])
    expect(statuses(findingsOf(rule, plan, { ...none, bucketFolders: { [uri]: known(null) } }))).toEqual([`skipped ${uri}`])
  })

  test.each([
    ['legacy Slurm', aPlan({ ...plan, orchestrator: { kind: 'slurm', configuration: 'legacy' } })],
    ['EKS', aPlan({ ...plan, orchestrator: { kind: 'eks', cluster: null } })],
    ['no group runs a script', aPlan({ ...plan, instanceGroups: [] })],
  ])('%s skips it', (_, other) => {
    const findings = findingsOf(rule, other, { ...none, bucketFolders: bucketFoldersOf('provisioning_parameters.json') })
    expect(statuses(findings)).toEqual(['skipped plan'])
  })
})
