import { describe, expect, test } from '@jest/globals'
import { unusedHook as rule } from '../../../src/rules/lifecycle/unused-hook.ts'
import {
  aPlan,
  aRequest,
  aScriptedGroup,
  bucketFoldersOf,
  bucketScriptsOf,
  denied,
  findingsOf,
  known,
  repositoryScriptsOf,
  statuses,
} from '../../builders.ts'

const uri = 's3://sagemaker-lifecycle/hyperpod/'
const inBucket = (scripts: Parameters<typeof bucketScriptsOf>[0], plan = aPlan()) =>
  findingsOf(rule, plan, {
    repositoryScripts: null,
    bucketFolders: bucketFoldersOf(...Object.keys(scripts)),
    bucketScripts: bucketScriptsOf(scripts),
  })

describe('lifecycle/unused-hook', () => {
  test.each<[string, Parameters<typeof bucketScriptsOf>[0], string]>([
    ['absent', { 'on_create.sh': '' }, 'pass'],
    ['present', { 'on_create.sh': 'set -e', 'on_start.sh': 'a' }, 'fail'],
    ['called by another script', { 'on_create.sh': 'set -e\nbash ./on_start.sh', 'on_start.sh': 'a' }, 'pass'],
    ['named in a comment only', { 'on_create.sh': '# on_start.sh\nset -e', 'on_start.sh': 'a' }, 'fail'],
    ['named by itself only', { 'on_create.sh': '', 'on_start.sh': 'echo on_start.sh' }, 'fail'],
    ['in a folder below', { 'utils/on_start.sh': 'a' }, 'pass'],
  ])('%s', (_, scripts, status) => {
    expect(statuses(inBucket(scripts))).toEqual([`${status} ${uri}on_start.sh`])
  })

  test('an entry point of that name is used', () => {
    const plan = aPlan({ request: aRequest(), instanceGroups: [aScriptedGroup('on_start.sh')] })
    expect(statuses(inBucket({ 'on_start.sh': 'a' }, plan))).toEqual([`pass ${uri}on_start.sh`])
  })

  test('in the repository it points at the file', () => {
    const [finding] = findingsOf(rule, aPlan({ lifecycleScripts: 'scripts', lifecycleSources: [] }), {
      repositoryScripts: repositoryScriptsOf({ 'on_start.sh': 'a' }),
      bucketFolders: {},
      bucketScripts: {},
    })
    expect(finding).toMatchObject({
      status: 'fail',
      severity: 'notice',
      message: 'scripts/on_start.sh is never run: HyperPod has no such hook',
      fix: { commands: ['git rm -- scripts/on_start.sh'] },
      location: { path: 'scripts/on_start.sh', line: 1, column: 1 },
    })
  })

  test('the listing is enough where the texts were denied; without it nothing is known', () => {
    const facts = { repositoryScripts: null, bucketScripts: denied('s3:GetObject') }
    expect(statuses(findingsOf(rule, aPlan(), { ...facts, bucketFolders: bucketFoldersOf('on_start.sh') }))).toEqual([
      `fail ${uri}on_start.sh`,
    ])
    expect(statuses(findingsOf(rule, aPlan(), { ...facts, bucketFolders: { [uri]: denied('s3:ListBucket') } }))).toEqual([
      `unknown ${uri}on_start.sh`,
    ])
    expect(statuses(findingsOf(rule, aPlan(), { ...facts, bucketFolders: { [uri]: known(null) } }))).toEqual([`skipped ${uri}`])
  })
})
