import { describe, expect, test } from '@jest/globals'
import type { Finding } from '../../../src/model/finding.ts'
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
const location = { path: 'cluster.json', line: 11, column: 9 }
const move =
  'Move what it does into the entry point; for work at every boot let the entry point install a systemd unit. Then remove the file.'
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
    ['named behind a command', { 'on_create.sh': 'bash on_start.sh # at once', 'on_start.sh': 'a' }, 'pass'],
    ['named in a comment that stands in', { 'on_create.sh': 'if a; then\n  # on_start.sh\nfi', 'on_start.sh': 'a' }, 'fail'],
    ['perhaps named where nothing could be read', { 'on_create.sh': { refused: 'too large' }, 'on_start.sh': 'a' }, 'fail'],
    ['named by itself only', { 'on_create.sh': '', 'on_start.sh': 'echo on_start.sh' }, 'fail'],
    ['in a folder below', { 'utils/on_start.sh': 'a' }, 'pass'],
  ])('%s', (_, scripts, status) => {
    expect(statuses(inBucket(scripts))).toEqual([`${status} ${uri}on_start.sh`])
  })

  test.each<[string, Parameters<typeof bucketScriptsOf>[0], Partial<Finding>]>([
    ['absent', { 'on_create.sh': '' }, { status: 'pass', message: `there is no ${uri}on_start.sh` }],
    [
      'called',
      { 'on_create.sh': 'set -e\nbash ./on_start.sh', 'on_start.sh': 'a' },
      { status: 'pass', message: `${uri}on_start.sh is called by on_create.sh`, location },
    ],
    [
      'never run',
      { 'on_start.sh': 'a' },
      {
        status: 'fail',
        message: `${uri}on_start.sh is never run: HyperPod has no such hook`,
        fix: { text: move, commands: [`aws s3 rm ${uri}on_start.sh --region us-west-2`] },
        location,
      },
    ],
  ])('in S3 it says so at the place of the request: %s', (_, scripts, expected) => {
    const plan = aPlan({ lifecycleSources: [{ bucket: 'sagemaker-lifecycle', prefix: 'hyperpod/', location }] })
    expect(inBucket(scripts, plan)).toEqual([
      { rule: 'lifecycle/unused-hook', severity: 'notice', subject: `${uri}on_start.sh`, ...expected },
    ])
  })

  test('an entry point of that name is used', () => {
    const instanceGroups = [aScriptedGroup('on_create.sh', { name: 'a' }), aScriptedGroup('on_start.sh', { name: 'b' })]
    const plan = aPlan({ request: aRequest(), instanceGroups, lifecycleScripts: 'scripts' })
    const facts = { bucketFolders: bucketFoldersOf('on_start.sh'), bucketScripts: bucketScriptsOf({}) }
    expect(findingsOf(rule, plan, { repositoryScripts: repositoryScriptsOf({ 'on_start.sh': 'a' }), ...facts })).toMatchObject([
      { status: 'pass', message: 'scripts/on_start.sh is an entry point of the plan' },
      { status: 'pass', message: `${uri}on_start.sh is an entry point of the plan` },
    ])
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
      fix: { text: move, commands: ['git rm -- scripts/on_start.sh'] },
      location: { path: 'scripts/on_start.sh', line: 1, column: 1 },
    })
  })

  test('the listing is enough where the texts were denied; without it nothing is known', () => {
    const facts = { repositoryScripts: null, bucketScripts: denied('s3:GetObject') }
    expect(statuses(findingsOf(rule, aPlan(), { ...facts, bucketFolders: bucketFoldersOf('on_start.sh') }))).toEqual([
      `fail ${uri}on_start.sh`,
    ])
    const plan = aPlan({ lifecycleSources: [{ bucket: 'sagemaker-lifecycle', prefix: 'hyperpod/', location }] })
    expect(findingsOf(rule, plan, { ...facts, bucketFolders: { [uri]: denied('s3:ListBucket') } })).toMatchObject([
      { status: 'unknown', subject: `${uri}on_start.sh`, location },
    ])
    expect(statuses(findingsOf(rule, aPlan(), { ...facts, bucketFolders: { [uri]: known(null) } }))).toEqual([`skipped ${uri}`])
  })
})
