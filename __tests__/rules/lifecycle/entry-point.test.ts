import { describe, expect, test } from '@jest/globals'
import { entryPoint as rule } from '../../../src/rules/lifecycle/entry-point.ts'
import {
  aGroup,
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

const request = aRequest()
const uri = 's3://sagemaker-lifecycle/hyperpod/'
const none = { repositoryScripts: null }
const judge = (plan = aPlan(), ...paths: readonly string[]) => findingsOf(rule, plan, { ...none, bucketFolders: bucketFoldersOf(...paths) })

describe('lifecycle/entry-point', () => {
  test.each<[string, readonly string[], string]>([
    ['there', ['on_create.sh', 'config.py'], 'pass'],
    ['an empty folder', [], 'fail'],
    ['another spelling', ['On_Create.sh'], 'fail'],
    ['deeper', ['hyperpod/on_create.sh'], 'fail'],
    ['another name', ['setup.sh'], 'fail'],
  ])('%s', (_, paths, status) => {
    expect(statuses(judge(aPlan(), ...paths))).toEqual([`${status} ${uri}on_create.sh`])
  })

  test.each<[readonly string[], string, readonly string[]]>([
    [
      ['On_Create.sh', 'other.sh'],
      `; there is On_Create.sh, names are case-sensitive`,
      [`aws s3 mv ${uri}On_Create.sh ${uri}on_create.sh --region us-west-2`],
    ],
    [
      ['base-config/on_create.sh'],
      '; there is base-config/on_create.sh',
      [`aws s3 mv ${uri}base-config/on_create.sh ${uri}on_create.sh --region us-west-2`],
    ],
    [
      ['a.sh', 'lib/b.sh', 'c.txt'],
      '; there are a.sh',
      [`aws s3 cp ./on_create.sh ${uri}on_create.sh --region us-west-2`, `aws s3 ls --recursive ${uri} --region us-west-2`],
    ],
    [
      [],
      ': nothing is stored under it',
      [`aws s3 cp ./on_create.sh ${uri}on_create.sh --region us-west-2`, `aws s3 ls --recursive ${uri} --region us-west-2`],
    ],
  ])('with %j it says what is there and how to mend it', (paths, said, commands) => {
    const [finding] = judge(aPlan(), ...paths)
    expect(finding?.message).toBe(`on_create.sh is not in ${uri} (the plan names no script, so the customary name is looked for)${said}`)
    expect(finding?.fix?.commands).toEqual(commands)
  })

  test('the script that the request names is looked for, at the place where it names it', () => {
    const plan = aPlan({ request, instanceGroups: [aScriptedGroup('setup.sh', { name: 'a' }), aScriptedGroup('setup.sh', { name: 'b' })] })
    const [finding, ...others] = judge(plan, 'on_create.sh')
    expect(others).toEqual([])
    expect(finding).toMatchObject({ status: 'fail', severity: 'error', location: { path: 'cluster.json', line: 12, column: 9 } })
    expect(finding?.message).toBe(`setup.sh is not in ${uri}, OnCreate of a, b asks for it; there are on_create.sh`)
  })

  test('a name with spaces and quotes is quoted in the command', () => {
    const [finding] = judge(aPlan({ request, instanceGroups: [aScriptedGroup("it's here.sh")] }))
    expect(finding?.fix?.commands[0]).toBe(`aws s3 cp './it'\\''s here.sh' '${uri}it'\\''s here.sh' --region us-west-2`)
  })

  test('where the repository has it, the folder is uploaded', () => {
    const findings = findingsOf(rule, aPlan({ lifecycleScripts: 'scripts' }), {
      repositoryScripts: repositoryScriptsOf({ 'on_create.sh': '#!/bin/bash\n' }),
      bucketFolders: bucketFoldersOf(),
    })
    expect(statuses(findings)).toEqual(['pass scripts/on_create.sh', `fail ${uri}on_create.sh`])
    expect(findings[1]?.fix?.commands).toEqual([`aws s3 sync scripts ${uri} --region us-west-2`])
  })

  test('absent in the repository is an error, with the near file to rename', () => {
    const [finding] = findingsOf(rule, aPlan({ lifecycleScripts: './scripts', lifecycleSources: [] }), {
      repositoryScripts: repositoryScriptsOf({ 'base/on_create.sh': '' }, './scripts'),
      bucketFolders: {},
    })
    expect(finding).toMatchObject({ status: 'fail', severity: 'error', subject: 'scripts/on_create.sh' })
    expect(finding?.fix?.commands).toEqual(['git mv -- scripts/base/on_create.sh scripts/on_create.sh'])
  })

  test('with several folders in S3 a script that the repository lacks is a warning: it may belong to another', () => {
    const source = { bucket: 'sagemaker-other', prefix: '', location: null }
    const instanceGroups = [
      aScriptedGroup('on_create.sh', { name: 'a' }),
      aGroup({ name: 'b', lifecycle: { mode: 'custom', source, script: 'other.sh', location: null } }),
    ]
    const plan = aPlan({ request, instanceGroups, lifecycleSources: [...aPlan().lifecycleSources, source], lifecycleScripts: 'scripts' })
    const findings = findingsOf(rule, plan, {
      repositoryScripts: repositoryScriptsOf({ 'on_create.sh': '' }),
      bucketFolders: { ...bucketFoldersOf('on_create.sh'), 's3://sagemaker-other/': denied('s3:ListBucket') },
    })
    expect(findings.map(({ status, severity, subject }) => `${status} ${severity} ${subject}`)).toEqual([
      'pass error scripts/on_create.sh',
      'fail warning scripts/other.sh',
      `pass error ${uri}on_create.sh`,
      'unknown error s3://sagemaker-other/other.sh',
    ])
  })

  test('an absent bucket is skipped and named', () => {
    const [finding] = findingsOf(rule, aPlan(), { ...none, bucketFolders: { [uri]: known(null) } })
    expect(finding).toMatchObject({ status: 'skipped', subject: uri })
    expect(finding?.message).toContain('s3/bucket')
  })

  test('a listing that was denied as a whole is unknown for every entry point', () => {
    const plan = aPlan({ request, instanceGroups: [aScriptedGroup('a.sh'), aScriptedGroup('b.sh')] })
    const findings = findingsOf(rule, plan, { ...none, bucketFolders: denied('s3:ListBucket') })
    expect(statuses(findings)).toEqual([`unknown ${uri}a.sh`, `unknown ${uri}b.sh`])
    expect(findings[0]?.gap?.action).toBe('s3:ListBucket')
  })

  test('AMI-based plans are skipped', () => {
    expect(statuses(judge(aPlan({ request, lifecycleSources: [] })))).toEqual(['skipped plan'])
  })

  test('a key that is a name of Object.prototype is not taken for a script', () => {
    expect(statuses(judge(aPlan({ request, instanceGroups: [aScriptedGroup('constructor')] })))).toEqual([`fail ${uri}constructor`])
  })
})
